/** What no single key can tell: files, and keys that must agree. Looks only at sections that are sound in themselves. */
import { X509Certificate, createPrivateKey } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { createSecureContext } from "node:tls"
import { isWithin, parseAddress } from "../mail/address.ts"
import type { Instant } from "../mail/transaction.ts"
import { dkimFaults, dkimWarnings } from "./dkim.ts"
import { type Fault, show } from "./fault.ts"
import { reason, unreadable, unwritable } from "./files.ts"
import type { Settings } from "./schema.ts"

type Sound = Partial<Settings>

export interface Checked {
  readonly faults: readonly Fault[]
  /** Lawful, but somebody should look. */
  readonly warnings: readonly Fault[]
}

/** A certificate that ends sooner is warned of. */
const RENEWAL = 14 * 86_400_000

export function check(sound: Sound, now: Instant): Checked {
  const faults = [
    ...files(sound),
    ...store(sound),
    ...certificate(sound),
    ...dkimFaults(sound.dkim ?? []),
    ...passwords(sound),
    ...ports(sound),
    ...defaultRoute(sound),
    ...ownNextHops(sound),
    ...directoryFor(sound),
  ]
  return {
    faults,
    warnings: [
      ...foreignPostmaster(sound),
      ...certificateAge(sound, now),
      ...dkimWarnings(sound.dkim ?? []),
      ...scanner(sound),
      ...links(sound),
      ...phone(sound),
    ],
  }
}

function file(path: readonly PropertyKey[], name: string): readonly Fault[] {
  const why = unreadable(name)
  return why === null ? [] : [{ path, expected: "a readable file", got: `${show(name)} (${why})` }]
}

/** `list:FILE`, `file:FILE` → `FILE`. */
function after(text: string): string {
  return text.slice(text.indexOf(":") + 1)
}

function files({ policy, webmail, recipients, listen, recognise }: Sound): readonly Fault[] {
  const { submission, submissions } = listen ?? {}
  return [
    ...(policy === undefined ? [] : file(["policy"], policy)),
    ...(webmail === undefined ? [] : file(["webmail", "families"], webmail.families)),
    ...(webmail !== undefined && existsSync(webmail.local) ? file(["webmail", "local"], webmail.local) : []),
    ...(recipients?.startsWith("list:") === true ? file(["recipients"], after(recipients)) : []),
    ...(submission?.auth ? file(["listen", "submission", "auth"], after(submission.auth)) : []),
    ...(recognise?.authorities ?? []).flatMap((path, index) => file(["recognise", "authorities", index], path)),
    ...(submissions?.auth ? file(["listen", "submissions", "auth"], after(submissions.auth)) : []),
  ]
}

function directoryFor({ recipients, directory, login }: Sound): readonly Fault[] {
  if (directory !== null) return []
  const expected = "a directory beside ldap"
  return [
    ...(recipients === "ldap" ? [{ path: ["recipients"], expected, got: "ldap, and no directory" }] : []),
    ...((login?.ldap ?? null) === null ? [] : [{ path: ["login", "ldap"], expected, got: "no directory" }]),
  ]
}

function store({ store: section }: Sound): readonly Fault[] {
  const why = section === undefined ? null : unwritable(section.path)
  if (section === undefined || why === null) return []
  return [{ path: ["store", "path"], expected: "a directory we may write to", got: `${show(section.path)} (${why})` }]
}

function certificate({ tls }: Sound): readonly Fault[] {
  if (!tls) return []
  const missing = [...file(["tls", "cert"], tls.cert), ...file(["tls", "key"], tls.key)]
  if (missing.length > 0) return missing
  const cert = readFileSync(tls.cert)
  const key = readFileSync(tls.key)
  const leaf = attempt(() => new X509Certificate(cert))
  const secret = attempt(() => createPrivateKey(key))
  if (leaf === null) return [{ path: ["tls", "cert"], expected: "a certificate in PEM", got: show(tls.cert) }]
  if (secret === null) {
    return [{ path: ["tls", "key"], expected: "a private key in PEM without a passphrase", got: show(tls.key) }]
  }
  if (!leaf.checkPrivateKey(secret)) {
    return [{ path: ["tls", "key"], expected: "the key of tls.cert", got: `the key of another (${show(tls.key)})` }]
  }
  try {
    createSecureContext({ cert, key })
    return []
  } catch (error) {
    return [{ path: ["tls", "cert"], expected: "a certificate that OpenSSL accepts", got: reason(error) }]
  }
}

function attempt<T>(make: () => T): T | null {
  try {
    return make()
  } catch {
    return null
  }
}

/** Passwords never travel in the clear (RFC 4954 §4), and implicit TLS needs a certificate (RFC 8314 §3.3). */
function passwords({ tls, listen }: Sound): readonly Fault[] {
  if (tls !== null || listen === undefined) return []
  const needs = { expected: "tls.cert and tls.key beside it", got: "no tls" }
  return [
    ...(listen.submission.auth === null ? [] : [{ path: ["listen", "submission", "auth"], ...needs }]),
    ...(listen.submissions === null ? [] : [{ path: ["listen", "submissions"], ...needs }]),
  ]
}

interface Listener {
  readonly name: string
  readonly host: readonly string[]
  readonly port: number
}

function listeners({ listen }: Sound): readonly Listener[] {
  const sections = Object.entries(listen ?? {})
  return sections.flatMap(([name, section]) => (section === null ? [] : [{ name, ...section }]))
}

function ports(sound: Sound): readonly Fault[] {
  const all = listeners(sound)
  return all.flatMap((one, index) => {
    const other = all.slice(0, index).find((earlier) => earlier.port === one.port && overlap(earlier.host, one.host))
    if (other === undefined) return []
    return [
      {
        path: ["listen", one.name, "port"],
        expected: "a port of its own",
        got: `${one.port}, which is listen.${other.name}'s`,
      },
    ]
  })
}

const EVERY_V4 = "0.0.0.0"
const EVERY = "::"

function overlap(one: readonly string[], other: readonly string[]): boolean {
  return one.some((a) => other.some((b) => a === b || holds(a, b) || holds(b, a)))
}

function holds(wide: string, ip: string): boolean {
  return wide === EVERY || (wide === EVERY_V4 && !ip.includes(":"))
}

function defaultRoute({ deliver }: Sound): readonly Fault[] {
  if (deliver === undefined) return []
  const last = deliver.routes.length - 1
  return deliver.routes.flatMap(({ domains }, index) => {
    const path = ["deliver", "routes", index, "domains"]
    if (index === last && !domains.includes("*")) {
      return [{ path, expected: '["*"], the last route being the default', got: show(domains) }]
    }
    if (index < last && domains.includes("*")) {
      return [{ path, expected: '"*" only in the last route, the default', got: show(domains) }]
    }
    return []
  })
}

/** A next hop that is one of our own listeners would send mail round until it counts as looping. */
function ownNextHops(sound: Sound): readonly Fault[] {
  const own = new Set(listeners(sound).flatMap(({ host, port }) => host.map((ip) => `${ip} ${port}`)))
  return (sound.deliver?.routes ?? []).flatMap(({ to }, index) => {
    const url = URL.parse(to)
    const hop = `${url?.hostname.replace(/^\[|\]$/g, "") ?? ""} ${url?.port || "25"}`
    if (!own.has(hop)) return []
    return [{ path: ["deliver", "routes", index, "to"], expected: "a next hop other than this gateway", got: show(to) }]
  })
}

/** `RCPT TO:<postmaster>` becomes this mailbox; one of strangers would be relaying. A unit's domain is in the policy, so it is no fault. */
function foreignPostmaster({ postmaster, domains }: Sound): readonly Fault[] {
  const domain = postmaster === undefined ? null : (parseAddress(postmaster)?.domain ?? null)
  if (domain === null || domains === undefined || domains.some((own) => isWithin(domain, own))) return []
  return [{ path: ["postmaster"], expected: "a mailbox of a domain of ours", got: show(postmaster) }]
}

function certificateAge({ tls, hostname }: Sound, now: Instant): readonly Fault[] {
  const leaf = tls ? attempt(() => new X509Certificate(readFileSync(tls.cert))) : null
  if (leaf === null) return []
  const path = ["tls", "cert"]
  const ends = leaf.validToDate.getTime()
  const aged = ends - now < RENEWAL ? [{ path, expected: "a certificate with time left", got: leaf.validTo }] : []
  const named = hostname === undefined || leaf.checkHost(hostname) !== undefined
  const other = named ? [] : [{ path, expected: `a certificate for ${hostname}`, got: show(leaf.subject) }]
  return [...aged, ...other]
}

function scanner({ scan }: Sound): readonly Fault[] {
  if (scan?.clamd !== null) return []
  return [{ path: ["scan", "clamd"], expected: "a malware scanner", got: "nothing: attachments count as unscannable" }]
}

/** Who may not send a thing by any electronic channel is asked to call. */
function phone({ agency }: Sound): readonly Fault[] {
  if (agency?.support.phone !== null) return []
  return [{ path: ["agency", "support", "phone"], expected: "a telephone number for notices", got: "nothing" }]
}

/** People outside get links of `publicUrl` in our replies. */
function links(sound: Sound): readonly Fault[] {
  const open = sound.listen?.inbound.host.some((ip) => !isLoopback(ip)) === true
  const host = URL.parse(sound.publicUrl ?? "")?.hostname.replace(/^\[|\]$/g, "") ?? ""
  if (!open || !(isLoopback(host) || host === "localhost")) return []
  return [{ path: ["publicUrl"], expected: "an address that others can open", got: show(sound.publicUrl) }]
}

function isLoopback(ip: string): boolean {
  return ip.startsWith("127.") || ip === "::1"
}
