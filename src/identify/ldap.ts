/** The agency's directory, LDAP or Active Directory: which mailboxes exist, in which unit, of which class; who may log in. RFC 4511. */
import { Client, type Entry, EqualityFilter, InvalidCredentialsError, OrFilter } from "ldapts"
import type { Settings } from "../config/schema.ts"
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import type { MailboxEntry, Unit } from "../mail/policy.ts"
import type { Instant, Millis } from "../mail/transaction.ts"

export type DirectorySettings = NonNullable<Settings["directory"]>

/** Entries of one page: Active Directory gives no more than a thousand. RFC 2696. */
const PAGE = 500
/** How long an answer is believed: that somebody exists longer than that nobody does, who may just be joining. */
const EXISTS: Millis = 600_000
const UNKNOWN: Millis = 60_000
const MOST_KNOWN = 50_000

/** Opens, asks, closes: the directory may be restarted between two questions. */
async function asking<T>(settings: DirectorySettings, ask: (client: Client) => Promise<T>): Promise<T> {
  const { url, bind, password, startTls, timeout } = settings
  const client = new Client({ url, timeout, connectTimeout: timeout })
  try {
    if (startTls) await client.startTLS()
    if (bind !== null) await client.bind(bind, password ?? "")
    return await ask(client)
  } finally {
    await client.unbind().catch(() => {})
  }
}

export type Verify = (address: Address) => Promise<"exists" | "unknown" | "failed">

/** Whether the directory names the mailbox. Its answers are remembered; while it does not answer, mail waits at its senders. */
export function createLdapRecipients(settings: () => DirectorySettings, now: () => Instant): Verify {
  const known = new Map<string, { readonly exists: boolean; readonly until: Instant }>()

  return async (address) => {
    const key = addressKey(address)
    const before = known.get(key)
    if (before !== undefined && before.until > now()) return before.exists ? "exists" : "unknown"
    try {
      const exists = await isThere(settings(), key)
      known.delete(key)
      known.set(key, { exists, until: now() + (exists ? EXISTS : UNKNOWN) })
      const [oldest] = known.keys()
      if (known.size > MOST_KNOWN && oldest !== undefined) known.delete(oldest)
      return exists ? "exists" : "unknown"
    } catch {
      // What was known of somebody is better than turning mail away.
      return before?.exists === true ? "exists" : "failed"
    }
  }
}

async function isThere(settings: DirectorySettings, key: string): Promise<boolean> {
  // proxyAddresses of Active Directory say "smtp:" before the address.
  const filters = settings.mail.flatMap((attribute) =>
    [key, `smtp:${key}`].map((value) => new EqualityFilter({ attribute, value })),
  )
  const { searchEntries } = await asking(settings, (client) =>
    client.search(settings.base, {
      scope: "sub",
      filter: new OrFilter({ filters }),
      attributes: ["1.1"],
      sizeLimit: 5,
    }),
  )
  return searchEntries.length > 0
}

export interface Found {
  readonly units: readonly Unit[]
  readonly mailboxes: readonly MailboxEntry[]
  /** Entries that could not be used, with why. */
  readonly left: readonly string[]
}

/** `root`: above all that the directory names. Rejects when it does not answer. */
export async function readDirectory(
  settings: DirectorySettings,
  root: string,
  isOurs: (domain: string) => boolean,
): Promise<Found> {
  const { base, units, people, mail } = settings
  const [organisation, persons] = await asking(settings, async (client) => {
    const asked = { scope: "sub", paged: { pageSize: PAGE } } as const
    const tree = await client.search(base, { ...asked, filter: units, attributes: ["ou", "description"] })
    const all = await client.search(base, { ...asked, filter: people, attributes: [...mail, "memberOf"] })
    return [tree.searchEntries, all.searchEntries] as const
  })
  const named = new Map<string, Unit>()
  const byParent = organisation.toSorted((a, b) => a.dn.length - b.dn.length)
  for (const entry of byParent) {
    const unit = unitOf(entry, nearest(named, entry.dn)?.id ?? root, named)
    if (unit !== null) named.set(normal(entry.dn), unit)
  }
  const left: string[] = []
  const mailboxes = persons.flatMap((entry) =>
    mailboxesOf(entry, settings, { unit: nearest(named, entry.dn)?.id ?? null, isOurs, left }),
  )
  return {
    units: [...named.values()],
    mailboxes: [...new Map(mailboxes.map((one) => [one.match, one])).values()],
    left,
  }
}

function unitOf(entry: Entry, parent: string, named: ReadonlyMap<string, Unit>): Unit | null {
  const name = valuesOf(entry, "ou")[0] ?? ""
  const words = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d")
  const id = words
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 50)
  if (id === "") return null
  const taken = new Set([...named.values()].map((unit) => unit.id))
  // Two offices of one name are told apart by whose they are.
  const own = taken.has(id) ? `${parent}-${id}`.slice(0, 64) : id
  return {
    id: own,
    parent,
    name: { vi: name, en: valuesOf(entry, "description")[0] ?? name },
    domains: [],
    from: null,
    until: null,
  }
}

/** The unit whose name in the directory the entry's own ends with. */
function nearest(named: ReadonlyMap<string, Unit>, dn: string): Unit | undefined {
  const parts = normal(dn).split(/(?<!\\),/)
  for (let above = 1; above < parts.length; above += 1) {
    const unit = named.get(parts.slice(above).join(","))
    if (unit !== undefined) return unit
  }
  return undefined
}

export function normal(dn: string): string {
  return dn.toLowerCase().replace(/\s*(?<!\\),\s*/g, ",")
}

interface Place {
  readonly unit: string | null
  readonly isOurs: (domain: string) => boolean
  readonly left: string[]
}

function mailboxesOf(
  entry: Entry,
  { mail, groups }: DirectorySettings,
  { unit, isOurs, left }: Place,
): readonly MailboxEntry[] {
  const groupsOf = new Set(valuesOf(entry, "memberOf").map(normal))
  const group = groups.find(({ dn }) => groupsOf.has(normal(dn)))
  const addresses = mail.flatMap((attribute) => valuesOf(entry, attribute)).map((text) => text.replace(/^smtp:/i, ""))
  return addresses.flatMap((text) => {
    const address = parseAddress(text)
    if (address !== null && isOurs(address.domain))
      return [{ match: addressKey(address), class: group?.class ?? "", unit }]
    // Other protocols' addresses stand beside: X500, SIP.
    if (address !== null && !text.includes(":")) left.push(`${entry.dn}: ${text} is no mailbox of ours`)
    return []
  })
}

function valuesOf(entry: Entry, attribute: string): readonly string[] {
  const found = Object.entries(entry).find(([name]) => name.toLowerCase() === attribute.toLowerCase())?.[1] ?? []
  return (Array.isArray(found) ? found : [found]).map(String)
}

export type DirectoryAnswer =
  | {
      readonly is: "known"
      readonly title: string
      /** Address key. */
      readonly mail: string | null
      /** Distinguished names. */
      readonly groups: readonly string[]
    }
  | { readonly is: "wrong" }
  | { readonly is: "away"; readonly why: string }

interface Asked {
  /** Attributes that hold the login name. */
  readonly names: readonly string[]
  readonly name: string
  readonly password: string
}

/** Never rejects. */
export function directoryLogin(settings: DirectorySettings, asked: Asked): Promise<DirectoryAnswer> {
  // A bind without a password succeeds as nobody. RFC 4513 §5.1.2.
  if (asked.password === "") return Promise.resolve({ is: "wrong" })
  return personWho(settings, asked, ({ dn }) => binds(settings, dn, asked.password))
}

/** Who somebody is now that has logged in before; `wrong`: gone, or shut out. Never rejects. */
export function directoryPerson(
  settings: DirectorySettings,
  asked: Pick<Asked, "names" | "name">,
): Promise<DirectoryAnswer> {
  return personWho(settings, asked, (entry) => Promise.resolve(!isShut(entry)))
}

async function personWho(
  settings: DirectorySettings,
  asked: Pick<Asked, "names" | "name">,
  isRight: (entry: Entry) => Promise<boolean>,
): Promise<DirectoryAnswer> {
  try {
    const found = await findPerson(settings, asked)
    if (found === null || !(await isRight(found.entry))) return { is: "wrong" }
    const { entry, groups } = found
    const [title = asked.name] = [...valuesOf(entry, "displayName"), ...valuesOf(entry, "cn")]
    return { is: "known", title, mail: mailOf(entry, settings.mail), groups }
  } catch (error) {
    return { is: "away", why: error instanceof Error ? error.name : "an error" }
  }
}

/** How directories say that somebody may not log in, beside refusing the bind. */
const SHUT = ["userAccountControl", "nsAccountLock", "pwdAccountLockedTime"] as const
/** ADS_UF_ACCOUNTDISABLE; locked until an administrator unlocks, draft-behera-ldap-password-policy §5.3.3. */
const [DISABLED, FOR_GOOD] = [2, "000001010000Z"]

function isShut(entry: Entry): boolean {
  const [control, lock, lockedAt] = SHUT.map((name) => valuesOf(entry, name)[0] ?? "")
  return (Number(control) & DISABLED) !== 0 || lock?.toLowerCase() === "true" || lockedAt === FOR_GOOD
}

/** Null: nobody, or several, of whom we could not say which. */
async function findPerson(settings: DirectorySettings, { names, name }: Pick<Asked, "names" | "name">) {
  const named = new OrFilter({ filters: names.map((attribute) => new EqualityFilter({ attribute, value: name })) })
  return asking(settings, async (client) => {
    const attributes = ["displayName", "cn", "memberOf", ...SHUT, ...settings.mail]
    const { searchEntries } = await client.search(settings.base, {
      scope: "sub",
      filter: named,
      attributes,
      sizeLimit: 2,
    })
    const [entry, another] = searchEntries
    if (entry === undefined || another !== undefined) return null
    return { entry, groups: await allGroupsOf(client, settings, entry) }
  })
}

/** Groups within groups: levels, and groups in all, that are gone through. */
const DEEPEST = 10
const MOST_GROUPS = 500
/** Names in one question. */
const AT_ONCE = 50

/**
 * Whom the person belongs to, through whatever lies between. Active Directory tells groups with the person, others with the group;
 * which lie in others both tell with the outer one, so that its LDAP_MATCHING_RULE_IN_CHAIN is not needed.
 */
async function allGroupsOf(client: Client, { base }: DirectorySettings, entry: Entry): Promise<readonly string[]> {
  const found = new Map(valuesOf(entry, "memberOf").map((dn) => [normal(dn), dn]))
  let inner = [entry.dn, ...found.values()]
  for (let depth = 0; depth < DEEPEST && inner.length > 0 && found.size < MOST_GROUPS; depth += 1) {
    const outer: string[] = []
    for (let at = 0; at < inner.length; at += AT_ONCE) {
      const filters = inner
        .slice(at, at + AT_ONCE)
        .flatMap((value) => ["member", "uniqueMember"].map((attribute) => new EqualityFilter({ attribute, value })))
      const filter = new OrFilter({ filters })
      for (const { dn } of (await client.search(base, { scope: "sub", filter, attributes: ["1.1"] })).searchEntries) {
        if (found.has(normal(dn))) continue
        found.set(normal(dn), dn)
        outer.push(dn)
      }
    }
    inner = outer
  }
  return [...found.values()]
}

async function binds({ url, startTls, timeout }: DirectorySettings, dn: string, password: string): Promise<boolean> {
  const client = new Client({ url, timeout, connectTimeout: timeout })
  try {
    if (startTls) await client.startTLS()
    await client.bind(dn, password)
    return true
  } catch (error) {
    if (error instanceof InvalidCredentialsError) return false
    throw error
  } finally {
    await client.unbind().catch(() => {})
  }
}

function mailOf(entry: Entry, attributes: readonly string[]): string | null {
  for (const text of attributes.flatMap((attribute) => valuesOf(entry, attribute))) {
    const address = parseAddress(text.replace(/^smtp:/i, ""))
    if (address !== null && address.domain !== "") return addressKey(address)
  }
  return null
}
