/** DKIM and ARC fields over a message as it goes out. RFC 6376, RFC 8463, RFC 8617. Who may be signed for is the caller's question. */
import { createHash, type KeyObject, sign } from "node:crypto"
import { isWithin } from "../mail/address.ts"
import { octets } from "../mail/edit.ts"
import { nameOf, rawFields, relaxedField } from "./canonical.ts"

export interface SigningKey {
  readonly domain: string
  readonly selector: string
  readonly key: KeyObject
}

/** What is signed: the header block as it will arrive, latin1, and the hash of the body. */
export interface Signed {
  readonly header: string
  readonly bodyHash: string
  /** Seconds since the epoch. */
  readonly at: number
}

/** Signed when they are there. RFC 6376 §5.4.1. */
const COVERED = (
  "from to cc subject date reply-to sender message-id in-reply-to references mime-version content-type " +
  "content-transfer-encoding list-id list-unsubscribe list-unsubscribe-post auto-submitted"
).split(" ")
/** Signed once more than they are there, so that nobody adds another one. RFC 6376 §8.15. */
const SEALED = new Set([
  "from",
  "to",
  "cc",
  "subject",
  "date",
  "reply-to",
  "sender",
  "message-id",
  "mime-version",
  "content-type",
])
const LINE = 72

/** The keys of the closest domain at or above the author's; none when it has none. */
export function keysFor(keys: readonly SigningKey[], author: string): readonly SigningKey[] {
  const fitting = keys.filter(({ domain }) => isWithin(author, domain))
  const closest = Math.max(0, ...fitting.map(({ domain }) => domain.length))
  return fitting.filter(({ domain }) => domain.length === closest)
}

/** One field for each key, each ending in CRLF. Over the whole body: no `l=`. RFC 6376 §8.2. */
export function dkimFields(keys: readonly SigningKey[], signed: Signed): string {
  return keys.map((key) => messageSignature("DKIM-Signature", "v=1", key, signed)).join("")
}

export interface Chain extends Signed {
  /** What we verified, `hostname; spf=pass …`. */
  readonly results: string
  /** What we found of the chain: there is none yet, or it is sound. */
  readonly found: "none" | "pass"
}

/** Instances of a chain. RFC 8617 §4.2.1. */
const MOST_INSTANCES = 50

/** The next set of an ARC chain, newest field first; "" when the chain is as long as it may be. RFC 8617 §5.1. */
export function arcFields(key: SigningKey, chain: Chain): string {
  const before = chain.found === "none" ? [] : arcSets(chain.header)
  const instance = before.length + 1
  if (instance > MOST_INSTANCES) return ""
  const results = `ARC-Authentication-Results: i=${instance}; ${chain.results}\r\n`
  const message = messageSignature("ARC-Message-Signature", `i=${instance}`, key, chain)
  const tags = [
    `i=${instance}`,
    `a=${algorithm(key)}`,
    `t=${chain.at}`,
    `cv=${chain.found}`,
    `d=${key.domain}`,
    `s=${key.selector}`,
  ]
  const seal = `ARC-Seal: ${folded([...tags, "b="])}`
  const covered = [...before.flat(), results, message].map((field) => `${relaxedField(field)}\r\n`).join("")
  const sealed = signedField(seal, covered + relaxedField(seal), key)
  return sealed + message + results
}

/** AAR, AMS and AS of each instance, in order. */
function arcSets(header: string): readonly (readonly string[])[] {
  const fields = rawFields(header)
  const order = ["arc-authentication-results", "arc-message-signature", "arc-seal"]
  const numbered = fields.flatMap((field) => {
    const place = order.indexOf(nameOf(field))
    const instance = Number(/[:;]\s*i\s*=\s*(\d+)/.exec(field)?.[1] ?? 0)
    return place === -1 || instance === 0 ? [] : [{ instance, place, field }]
  })
  const sorted = numbered.toSorted((a, b) => a.instance - b.instance || a.place - b.place)
  return [...Map.groupBy(sorted, ({ instance }) => instance).values()].map((set) => set.map(({ field }) => field))
}

function messageSignature(name: string, first: string, key: SigningKey, { header, bodyHash, at }: Signed): string {
  const fields = rawFields(header)
  const covered = COVERED.flatMap((one) => {
    const there = fields.filter((field) => nameOf(field) === one).toReversed()
    return there.length > 0 || one === "from" || SEALED.has(one) ? [{ one, there }] : []
  })
  const names = covered.flatMap(({ one, there }) => [...there.map(() => one), ...(SEALED.has(one) ? [one] : [])])
  const tags = [
    first,
    `a=${algorithm(key)}`,
    "c=relaxed/relaxed",
    `d=${key.domain}`,
    `s=${key.selector}`,
    `t=${at}`,
    `h=${names.join(":")}`,
    `bh=${bodyHash}`,
    "b=",
  ]
  const field = `${name}: ${folded(tags)}`
  const signed = covered.flatMap(({ there }) => there.map((one) => `${relaxedField(one)}\r\n`)).join("")
  return signedField(field, signed + relaxedField(field), key)
}

/** `field` with the signature behind its empty `b=`. */
function signedField(field: string, text: string, { key }: SigningKey): string {
  const bytes = octets(text)
  const value =
    key.asymmetricKeyType === "ed25519"
      ? sign(null, createHash("sha256").update(bytes).digest(), key)
      : sign("sha256", bytes, key)
  return `${field}${value.toString("base64").replace(/.{1,70}/g, "\r\n\t$&")}\r\n`
}

function algorithm({ key }: SigningKey): string {
  return key.asymmetricKeyType === "ed25519" ? "ed25519-sha256" : "rsa-sha256"
}

/** Tags with `; ` between them, lines of a length that no server has to fold again. RFC 6376 §3.2. */
function folded(tags: readonly string[]): string {
  const lines: string[] = []
  let line = ""
  for (const piece of tags.flatMap((tag, index) => pieces(index === tags.length - 1 ? tag : `${tag};`))) {
    if (line !== "" && line.length + piece.length > LINE) {
      lines.push(line)
      line = ""
    }
    line += line === "" || piece.startsWith(":") ? piece : ` ${piece}`
  }
  return [...lines, line].join("\r\n\t")
}

/** A list of names may be folded before each colon. */
function pieces(tag: string): readonly string[] {
  return tag.startsWith("h=") ? (tag.match(/^[^:]+|:[^:]+/g) ?? [tag]) : [tag]
}
