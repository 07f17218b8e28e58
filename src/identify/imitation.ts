/** Who a sender wants to be taken for: look-alike domains, and display names that pose as somebody of ours. Pure but for IDNA. */
import { parseAddress } from "../mail/address.ts"
import type { AmbiguousWhy } from "../mail/ambiguous.ts"
import type { Finding } from "../mail/finding.ts"
import { type Identity, type Imitation, IMITATIONS } from "../mail/identity.ts"
import type { Mailbox, Message, Position } from "../mail/message.ts"
import type { Official, Unit } from "../mail/policy.ts"
import { skeleton } from "./confusables.ts"
import type { LookAlikes } from "./look-alike.ts"

/** Everything of a message that imitates somebody. */
export type Imitations = (identity: Identity, message: Pick<Message, "mailboxes">) => readonly Imitation[]

export interface ImitationDeps {
  readonly lookAlikes: LookAlikes
  readonly isOurs: (domain: string) => boolean
  readonly units: readonly Pick<Unit, "name" | "parent">[]
  readonly officials: readonly Official[]
  /** Further names of ours, e.g. the agency's. */
  readonly names: readonly string[]
}

const WRITTEN: ReadonlySet<Position> = new Set(["from", "sender", "reply-to", "resent-from", "resent-sender"])
/** Where a domain is one that the reader believes or writes to. */
const BELIEVED: ReadonlySet<Position> = new Set([...WRITTEN, "mail-from", "rcpt-to", "display-name"])
/** Addresses, and names, that are looked at: who writes in the name of more is held for that. */
const MOST = 200

export function createImitations(deps: ImitationDeps): Imitations {
  const poses = createPoses(deps)
  return ({ addresses }, { mailboxes }) => {
    const believed = addresses.filter(({ position }) => BELIEVED.has(position)).slice(0, MOST)
    const domains = believed.flatMap(({ position, key, domain }): Imitation[] => {
      const found = deps.lookAlikes(domain)
      return found === null ? [] : [{ position, address: key, ...found }]
    })
    return [...domains, ...shown(believed, deps.isOurs), ...mailboxes.slice(0, MOST).flatMap(poses)]
  }
}

/** An address in a display name or comment that is none of those it was sent from. */
function shown(addresses: Identity["addresses"], isOurs: (domain: string) => boolean): readonly Imitation[] {
  const written = addresses.filter(({ position }) => WRITTEN.has(position))
  const isFromUs = written.some(({ domain }) => isOurs(domain))
  return addresses.flatMap(({ position, key, domain }): Imitation[] => {
    if (position !== "display-name" || written.some((one) => one.key === key)) return []
    const why = isOurs(domain) && !isFromUs ? "impersonation" : "shown-address"
    return [{ position, address: written[0]?.key ?? "", why, of: key }]
  })
}

/** A foreign mailbox under the name of a unit or an official of ours. */
function createPoses({ isOurs, units, officials, names }: ImitationDeps): (mailbox: Mailbox) => readonly Imitation[] {
  const root = units.find(({ parent }) => parent === null)?.name.vi ?? ""
  const within = createWithin(units, root)
  const own = new Map<string, { readonly name: string; readonly addresses: readonly string[] }>()
  for (const name of [...names, ...units.flatMap(({ name: { vi, en } }) => [vi, en])]) {
    for (const spelled of spellings(name)) own.set(spelled, { name, addresses: [] })
  }
  for (const { name, addresses } of officials) own.set(person(name), { name, addresses })
  return ({ position, name, address }) => {
    const parsed = parseAddress(address)
    if (name === "" || !WRITTEN.has(position) || parsed === null || isOurs(parsed.domain)) return []
    const key = `${parsed.local.toLowerCase()}@${parsed.domain}`
    const plain = folded(name)
    const here = ` ${folded(root)}`
    const local = plain.endsWith(here) ? plain.slice(0, -here.length) : plain
    const candidates = [plain, local].flatMap((one) => [bare(one), compact(one)]).concat(person(name))
    const posed = candidates.map((one) => own.get(one)).find((one) => one !== undefined) ?? within(plain)
    if (posed === undefined || posed.addresses.includes(key)) return []
    return [{ position, address: key, why: "impersonation", of: posed.name }]
  }
}

/**
 * The whole name of a unit somewhere in a longer one, and our place beside it: `Văn thư Sở Y tế tỉnh Tuyên Quang`. Without the place it may
 * be any province's; the agency at the top counts by its office, since everybody here has the place in his name.
 */
function createWithin(
  units: readonly Pick<Unit, "name" | "parent">[],
  root: string,
): (plain: string) => { readonly name: string; readonly addresses: readonly string[] } | undefined {
  const top = folded(root)
  const place = ` ${top.replace(/^(?:tinh|thanh pho|tp|huyen|xa|phuong) /, "")} `
  const offices = ["ubnd", "uy ban nhan dan", "hdnd", "hoi dong nhan dan"].map((office) => [`${office} ${top}`, root])
  const names = units.filter(({ parent }) => parent !== null).map(({ name }) => [folded(name.vi), name.vi])
  const all = [...offices, ...names].filter(([spelled = ""]) => spelled.split(" ").length >= 3)
  return (plain) => {
    const text = ` ${plain} `
    if (place.trim() === "" || !text.includes(place)) return undefined
    const [, name] = all.find(([spelled = ""]) => text.includes(` ${spelled} `)) ?? []
    return name === undefined ? undefined : { name, addresses: [] }
  }
}

/** What stands before a unit's name without changing whose it is. */
const OFFICES =
  /^(?:uy ban nhan dan|ubnd|hoi dong nhan dan|hdnd|van phong|vp|van thu|bo phan mot cua|mot cua|people s committee of) /
/** How people are addressed. */
const TITLES =
  /^(?:ong|ba|dong chi|dc|anh|chi|chu tich|pho chu tich|bi thu|giam doc|pho giam doc|chanh van phong|ts|ths|pgs|gs|mr|mrs|ms|dr) /

/** `Sở KH&CN` beside `Sở Khoa học và Công nghệ`. */
function spellings(name: string): readonly string[] {
  const whole = folded(name)
  const [kind = "", ...words] = whole.split(" ").filter((word) => word !== "va")
  const initials = words.map((word) => word.slice(0, 1)).join("")
  return words.length >= 3 ? [bare(whole), kind + initials] : [bare(whole)]
}

function bare(text: string): string {
  return stripped(text, OFFICES)
}

function compact(text: string): string {
  return text.replaceAll(" ", "")
}

/** In any order: given name first or last. */
function person(name: string): string {
  return `person ${stripped(folded(name), TITLES).split(" ").toSorted().join(" ")}`
}

function stripped(text: string, prefix: RegExp): string {
  let rest = text
  while (prefix.test(rest)) rest = rest.replace(prefix, "")
  return rest
}

function folded(text: string): string {
  return skeleton(text.slice(0, 200))
    .replace(/[^\p{L}\p{N}]+/gu, " ")
    .trim()
}

/** A few tell it. */
const MOST_FINDINGS = 20

export function findingsOf(imitations: readonly Imitation[]): readonly Finding[] {
  return imitations.slice(0, MOST_FINDINGS).map(({ address, why, of }) => ({
    kind: "ambiguous",
    at: "",
    why: why satisfies AmbiguousWhy,
    name: `${address} ~ ${of}`,
  }))
}

/** One of the above. */
export function isImitation({ kind, why }: Finding): boolean {
  return kind === "ambiguous" && IMITATIONS.some((one) => one === why)
}
