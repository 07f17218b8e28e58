/**
 * Every mailbox that any mail program could read out of an address field: structure first, leniently, then whatever else in
 * the field looks like an address. When in doubt it gives more readings, never fewer. RFC 5322 §3.4, §4.4.
 */
import { parseAddress } from "../mail/address.ts"
import type { Field, Mailbox, Position } from "../mail/message.ts"
import { decodeWords, percentLike, trimWhite } from "./words.ts"

const POSITIONS: ReadonlyMap<string, Position> = new Map<string, Position>([
  ["from", "from"],
  ["sender", "sender"],
  ["reply-to", "reply-to"],
  ["mail-reply-to", "reply-to"],
  ["mail-followup-to", "reply-to"],
  ["to", "to"],
  ["apparently-to", "to"],
  ["cc", "cc"],
  ["bcc", "bcc"],
  ["resent-from", "resent-from"],
  ["resent-sender", "resent-sender"],
  ["resent-reply-to", "reply-to"],
  ["resent-to", "resent-to"],
  ["resent-cc", "resent-cc"],
  ["resent-bcc", "resent-cc"],
  ["return-path", "return-path"],
  ["errors-to", "return-path"],
  ["disposition-notification-to", "disposition-notification-to"],
  ["return-receipt-to", "disposition-notification-to"],
  ["list-post", "list"],
  ["list-owner", "list"],
  ["list-help", "list"],
  ["list-subscribe", "list"],
  ["list-unsubscribe", "list"],
])

const SENDERS: ReadonlySet<Position> = new Set([
  "from",
  "sender",
  "reply-to",
  "resent-from",
  "resent-sender",
  "return-path",
  "disposition-notification-to",
])

/** The mailboxes of one field, each address once for a position; none when the field carries no addresses. */
export function mailboxesOf(field: Field): Mailbox[] {
  const position = POSITIONS.get(field.name.toLowerCase())
  if (position === undefined) return []
  if (position === "list") return listed(field.value)
  const found = new Map<string, Mailbox>()
  for (const { name, pieces } of items(tokens(field.value))) {
    for (const address of pieces.flatMap(spellings)) {
      if (!found.has(address)) found.set(address, { position, name, address })
    }
  }
  // Whom a recipient's name shows did not send the message.
  const shown = SENDERS.has(position) ? "display-name" : position
  for (const reading of [field.value, withoutComments(field.value)]) {
    for (const address of decodings(reading).flatMap(addressesIn).flatMap(withRoutes)) {
      if (!found.has(address)) found.set(address, { position: shown, name: "", address })
    }
  }
  return [...found.values()]
}

/** `<mailto:a@b?subject=…>, <https://…>`: what a URL of another kind carries is no mailbox. RFC 2369 §3, RFC 6068. */
function listed(value: string): Mailbox[] {
  const addresses = value
    .split(/mailto:/i)
    .slice(1)
    .flatMap((rest) => addressesIn(decodeWords(percentLike(/^[^?>\s]*/.exec(rest)?.[0] ?? "", "%"))))
  return [...new Set(addresses)].map((address) => ({ position: "list", name: "", address }))
}

type Token =
  | { readonly is: "word" | "quoted"; readonly text: string }
  | { readonly is: "space" }
  | { readonly is: "special"; readonly text: string }

const SPACE: Token = { is: "space" }

/** A comment is white space. What is opened and never closed (quote, comment, literal) is an ordinary character. */
function tokens(value: string): Token[] {
  const out: Token[] = []
  const open = { quote: true, comment: true, literal: true }
  let word = ""
  const put = (token: Token): void => {
    if (word !== "") out.push({ is: "word", text: word })
    word = ""
    out.push(token)
  }
  for (let at = 0; at < value.length; ) {
    const char = value[at] ?? ""
    const quoteEnd: number = char === '"' && open.quote ? closingQuote(value, at) : -1
    const commentEnd: number = char === "(" && open.comment ? closingComment(value, at) : -1
    const literalEnd: number = char === "[" && open.literal ? value.indexOf("]", at) : -1
    if (quoteEnd > 0) put({ is: "quoted", text: value.slice(at + 1, quoteEnd) })
    else if (commentEnd > 0) put(SPACE)
    else if (literalEnd > 0) word += value.slice(at, literalEnd + 1)
    else if (char === "<" || char === ">" || char === "," || char === ";" || char === ":")
      put({ is: "special", text: char })
    else if (trimWhite(char) === "") put(SPACE)
    else word += char
    // One failed search tells for the rest of the field: no input makes us search again and again.
    if (char === '"' && quoteEnd < 0) open.quote = false
    if (char === "(" && commentEnd < 0) open.comment = false
    if (char === "[" && literalEnd < 0) open.literal = false
    at = Math.max(at, quoteEnd, commentEnd, literalEnd) + 1
  }
  put(SPACE)
  return out
}

function closingQuote(value: string, open: number): number {
  for (let at = open + 1; at < value.length; at++) {
    if (value[at] === "\\") at++
    else if (value[at] === '"') return at
  }
  return -1
}

function closingComment(value: string, open: number): number {
  let depth = 0
  for (let at = open; at < value.length; at++) {
    if (value[at] === "\\") at++
    else if (value[at] === "(") depth++
    else if (value[at] === ")" && --depth === 0) return at
  }
  return -1
}

interface Item {
  readonly name: string
  /** Texts that stand where an address stands. */
  readonly pieces: readonly string[]
}

/** One item between commas, semicolons and group colons; in `<…>` those belong to a route. RFC 5322 §4.4. */
function items(all: readonly Token[]): Item[] {
  const out: Item[] = []
  let outside: Token[] = []
  let angle: Token[] | null = null
  let angles: string[] = []
  const flush = (): void => {
    if (angle !== null) angles.push(joined(angle).join(" "))
    const { loose = [], named = [] } = Object.groupBy(joined(outside), (piece) =>
      piece.lastIndexOf("@") > piece.lastIndexOf('"') ? "loose" : "named",
    )
    out.push({ name: decodeWords(named.join(" ")).replaceAll('"', ""), pieces: [...angles, ...loose] })
    outside = []
    angles = []
    angle = null
  }
  for (const token of all) {
    const special = token.is === "special" ? token.text : ""
    if (angle !== null) {
      if (special === ">") {
        angles.push(joined(angle).join(" "))
        angle = null
      } else angle.push(token)
    } else if (special === "<") angle = []
    else if (special === "," || special === ";" || special === ":") flush()
    else outside.push(token)
  }
  flush()
  return out
}

/** Texts without white space around `.` and `@`, where RFC 5322 §4.4 once allowed it. */
function joined(run: readonly Token[]): string[] {
  const pieces: string[] = []
  let piece = ""
  let apart = false
  for (const token of run) {
    if (token.is === "space") {
      apart = true
      continue
    }
    const text = token.is === "quoted" ? `"${token.text}"` : token.text
    if (apart && piece !== "" && !isGlue(piece.at(-1)) && !isGlue(text[0])) {
      pieces.push(piece)
      piece = ""
    }
    piece += text
    apart = false
  }
  return piece === "" ? pieces : [...pieces, piece]
}

function isGlue(char: string | undefined): boolean {
  return char === "." || char === "@"
}

/** The address as written, its route dropped; of one that is odd also every other that a less patient reader finds in it. */
function spellings(piece: string): string[] {
  return [...new Set(decodings(piece).flatMap(spellingsOf))]
}

/** An octet that is no UTF-8 makes some readers take all of it for an old encoding, others only that octet. */
function decodings(raw: string): readonly string[] {
  const decoded = decodeWords(raw)
  if (!/[\x80-\xff]/.test(raw)) return [decoded]
  return [...new Set([decoded, Buffer.from(raw, "latin1").toString()])]
}

function spellingsOf(decoded: string): string[] {
  const clean = decoded.replace(/^@[^:]*:/, "").replace(/\p{Cc}/gu, "")
  const at = clean.indexOf("@")
  if (at === -1) return []
  const sound = clean === decoded && at === clean.lastIndexOf("@") && !clean.includes(" ") && isAddress(clean)
  return sound ? [clean] : [clean, ...addressesIn(decoded)]
}

/** It has two sides, and the right one is a domain. */
export function isAddress(text: string): boolean {
  return text.includes("@") && parseAddress(text) !== null
}

const STOPS_LOCAL = /[\s\p{Cc}<>()[\]{},;:"|\\/]/u
const IN_DOMAIN = /[\p{L}\p{N}\p{M}\p{Cf}\p{So}.。．｡-]/u

/** Everything of the form `local@domain.tld` in running text, in one pass. */
function addressesIn(decoded: string): string[] {
  const text = decoded.replace(/[＠﹫]/g, "@")
  const found: string[] = []
  let floor = 0
  for (let at = text.indexOf("@"); at !== -1; at = text.indexOf("@", at + 1)) {
    let start = at
    while (start > floor && !STOPS_LOCAL.test(text.charAt(start - 1))) start--
    let end = at + 1
    for (let char = charAt(text, end); char !== "" && IN_DOMAIN.test(char); char = charAt(text, end)) end += char.length
    const local = text.slice(start, at).replace(/^['`*]+/, "")
    const domain = text.slice(at + 1, end)
    if (local !== "" && /[^.][.。．｡]./u.test(domain)) found.push(`${local}@${domain}`)
    floor = at + 1
  }
  return found
}

/** `a%gmail.com@relay` and `gmail.com!a@relay` once meant a mailbox behind the relay. RFC 1123 §5.2.16. */
function withRoutes(address: string): string[] {
  const local = address.slice(0, address.lastIndexOf("@"))
  const percent = local.lastIndexOf("%")
  const bang = local.lastIndexOf("!")
  const before = local.slice(local.lastIndexOf("!", bang - 1) + 1, Math.max(bang, 0))
  const routed = [
    percent > 0 ? `${local.slice(0, percent)}@${local.slice(percent + 1)}` : "",
    bang > 0 ? `${local.slice(bang + 1)}@${before}` : "",
  ]
  return [address, ...routed.filter((one) => one.includes(".", one.indexOf("@")) && isAddress(one))]
}

function charAt(text: string, at: number): string {
  const code = text.codePointAt(at)
  return code === undefined ? "" : String.fromCodePoint(code)
}

/** Some readers drop a comment and see what stood around it as one word. */
function withoutComments(value: string): string {
  return value.replace(/\([^()]*\)/g, "")
}
