/** MAIL and RCPT as RFC 5321 §4.1.2 writes them, strictly: what another server could read otherwise is refused. Pure. */
import { isIPv4, isIPv6 } from "node:net"
import { type Address, parseAddress } from "../mail/address.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Envelope, Recipient } from "../mail/transaction.ts"

export interface MailCommand {
  readonly from: Address | null
  /** Octets the client announces, 0 when it does not. RFC 1870 §3. */
  readonly size: number
  readonly parameters: Pick<Envelope, "body" | "smtputf8" | "requireTls" | "ret" | "envid">
}

export type Parsed<T> = { readonly is: "parsed"; readonly value: T } | { readonly is: "refused"; readonly reply: Reply }

/** Octets of a path without its brackets. RFC 5321 §4.5.3.1.3; the local part may use them all, as forwarding services need. */
const PATH_SIZE = 254
/** The longest ORCPT (500) and ENVID (100). RFC 3461 §4.2, §4.4. */
const ORCPT_SIZE = 500
const ENVID_SIZE = 100

const ATEXT = "[A-Za-z0-9!#$%&'*+/=?^_`{|}~\\u0080-\\u{10ffff}-]+"
const DOT_STRING = new RegExp(`^${ATEXT}(?:\\.${ATEXT})*$`, "u")
/** `"…"`: printable ASCII, `"` and `\` only behind a backslash. RFC 5321 §4.1.2 Quoted-string. */
const QUOTED_STRING = /^"(?:[ !#-[\]-~\u0080-\u{10ffff}]|\\[ -~])*"$/u
/** Letters, digits and inner hyphens, of any script: RFC 5321 sub-domain, RFC 6531 §3.3. */
const LABEL = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u
/** Ends at the first `>` outside quotes; a source route is read over. RFC 5321 §4.1.2 and appendix C. */
const PATH = /^<(?:@[^\s<>,:"]+(?:,@[^\s<>,:"]+)*:)?((?:"(?:[^"\\]|\\.)*"|[^"<>])*)>(?: +(.*))?$/u
/** RFC 3461 §4, RFC 6533 §3 for the octets above ASCII. */
const XTEXT = /^(?:[!-*,-<>-~\u0080-\u{10ffff}]|\+(?:[2-6][0-9A-F]|7[0-9A-E]|[89A-F][0-9A-F]))+$/u
const UNSAFE = /[\p{Cc}\p{Cf}\u2028\u2029\ufffd]/u

const NOTIFY = ["NEVER", "SUCCESS", "FAILURE", "DELAY"] as const

const badParameter = reply(501, "5.4", "Tham so khong hop le. Bad command parameter.")
const unknownParameter = reply(555, "5.4", "Tham so khong duoc ho tro. Parameter not recognized.")
const needsSmtputf8 = reply(553, "6.7", "Dia chi nay can SMTPUTF8. Address needs SMTPUTF8.")
const badSender = reply(501, "1.7", "Dia chi nguoi gui sai cu phap. Bad sender address syntax.")
const badRecipient = reply(501, "1.3", "Dia chi nguoi nhan sai cu phap. Bad recipient address syntax.")

const refused = (why: Reply): { readonly is: "refused"; readonly reply: Reply } => ({ is: "refused", reply: why })
const parsed = <T>(value: T): { readonly is: "parsed"; readonly value: T } => ({ is: "parsed", value })

/** `line` is the whole command without its CRLF. */
export function parseMail(line: Uint8Array): Parsed<MailCommand> {
  const command = split(line, "MAIL FROM:")
  if (command === null) return refused(badSender)
  const parameters = readParameters(command.parameters)
  if (parameters === null) return refused(badParameter)
  for (const name of parameters.keys()) if (!MAIL_PARAMETERS.has(name)) return refused(unknownParameter)
  for (const [name, allowed] of MAIL_PARAMETERS) {
    const value = parameters.get(name)
    if (value !== undefined && !allowed.test(value)) return refused(badParameter)
  }
  const smtputf8 = parameters.has("SMTPUTF8")
  const from = command.address === "" ? null : readAddress(command.address)
  if (from === "bad") return refused(badSender)
  if (!smtputf8 && isInternational(command)) return refused(needsSmtputf8)
  const envid = parameters.get("ENVID") ?? null
  if (envid !== null && envid.length > ENVID_SIZE) return refused(badParameter)
  const ret = parameters.get("RET")?.toUpperCase()
  return parsed({
    from,
    size: Number(parameters.get("SIZE") ?? 0),
    parameters: {
      body: parameters.get("BODY")?.toUpperCase() === "8BITMIME" ? "8BITMIME" : "7BIT",
      smtputf8,
      requireTls: parameters.has("REQUIRETLS"),
      ret: ret === "FULL" || ret === "HDRS" ? ret : null,
      envid,
    },
  })
}

/** AUTH= is read over: whom the client says it speaks for proves nothing here. RFC 4954 §5. */
const MAIL_PARAMETERS: ReadonlyMap<string, RegExp> = new Map([
  ["SIZE", /^\d{1,20}$/],
  ["BODY", /^(?:7BIT|8BITMIME)$/i],
  ["SMTPUTF8", /^$/],
  ["REQUIRETLS", /^$/],
  ["RET", /^(?:FULL|HDRS)$/i],
  ["ENVID", XTEXT],
  ["AUTH", /^(?:<>|[!-~]+)$/],
])

/** `postmaster` answers for `<postmaster>`, which every server takes. RFC 5321 §4.5.1. */
export function parseRcpt(line: Uint8Array, postmaster: Address, smtputf8: boolean): Parsed<Recipient> {
  const command = split(line, "RCPT TO:")
  if (command === null) return refused(badRecipient)
  const parameters = readParameters(command.parameters)
  if (parameters === null) return refused(badParameter)
  for (const name of parameters.keys()) if (name !== "NOTIFY" && name !== "ORCPT") return refused(unknownParameter)
  const address = command.address.toLowerCase() === "postmaster" ? postmaster : readAddress(command.address)
  if (address === "bad") return refused(badRecipient)
  if (!smtputf8 && isInternational(command)) return refused(needsSmtputf8)
  const notify = readNotify(parameters.get("NOTIFY"))
  const orcpt = parameters.get("ORCPT") ?? null
  if (notify === "bad" || (orcpt !== null && !isOrcpt(orcpt))) return refused(badParameter)
  return parsed({ address, notify, orcpt })
}

interface Split {
  readonly address: string
  readonly parameters: string
}

/** Spaces behind the colon are against the grammar and common; everything else is strict. */
function split(line: Uint8Array, verb: string): Split | null {
  const text = Buffer.from(line).toString()
  if (UNSAFE.test(text) || text.slice(0, verb.length).toUpperCase() !== verb) return null
  const [, address, parameters] = PATH.exec(text.slice(verb.length).trim()) ?? []
  return address === undefined ? null : { address, parameters: parameters ?? "" }
}

const isInternational = ({ address, parameters }: Split): boolean => /[^\0-\x7f]/.test(address + parameters)

/** Null when one is malformed or given twice. A keyword alone has the value "". RFC 5321 §4.1.2 Mail-parameters. */
function readParameters(text: string): ReadonlyMap<string, string> | null {
  const parameters = new Map<string, string>()
  for (const word of text.split(" ").filter((one) => one !== "")) {
    const [, keyword, value] = /^([A-Za-z0-9][A-Za-z0-9-]*)(?:=(.+))?$/.exec(word) ?? []
    if (keyword === undefined || parameters.has(keyword.toUpperCase())) return null
    parameters.set(keyword.toUpperCase(), value ?? "")
  }
  return parameters
}

function readNotify(value: string | undefined): Recipient["notify"] | "bad" {
  if (value === undefined) return null
  const words = value.toUpperCase().split(",")
  const known = NOTIFY.filter((word) => words.includes(word))
  const isSound = words.length === known.length && (words.length === 1 || !words.includes("NEVER"))
  return isSound ? known : "bad"
}

/** `rfc822;a+2Bb@c.vn`. RFC 3461 §4.2. */
function isOrcpt(value: string): boolean {
  const semicolon = value.indexOf(";")
  const type = value.slice(0, Math.max(semicolon, 0))
  return value.length <= ORCPT_SIZE && /^[A-Za-z0-9-]+$/.test(type) && XTEXT.test(value.slice(semicolon + 1))
}

/** A local part that is quoted without need is the same mailbox as without quotes. RFC 5321 §4.1.2, last paragraphs. */
function readAddress(text: string): Address | "bad" {
  if (Buffer.byteLength(text) > PATH_SIZE) return "bad"
  const at = text.lastIndexOf("@")
  const local = text.slice(0, Math.max(at, 0))
  const domain = text.slice(at + 1)
  if (!DOT_STRING.test(local) && !QUOTED_STRING.test(local)) return "bad"
  if (!domain.split(".").every((label) => LABEL.test(label)) && !isLiteral(domain)) return "bad"
  const address = parseAddress(text)
  return address === null ? "bad" : { ...address, local: unquoted(local) }
}

function unquoted(local: string): string {
  if (!local.startsWith('"')) return local
  const content = local.slice(1, -1).replace(/\\(.)/gu, "$1")
  return DOT_STRING.test(content) ? content : `"${content.replace(/["\\]/g, "\\$&")}"`
}

/** `[192.0.2.1]`, `[IPv6:2001:db8::1]`. RFC 5321 §4.1.3. */
function isLiteral(text: string): boolean {
  const [, v6, ip = ""] = /^\[(IPv6:)?([^\]]+)\]$/i.exec(text) ?? []
  return v6 === undefined ? isIPv4(ip) : isIPv6(ip) && !ip.includes("%")
}
