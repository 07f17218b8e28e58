/** Signatures in a PDF: intact, and by an authority of the Government by its name. ISO 32000-1 §12.8. They raise a score; they are no trust. */
import { X509Certificate } from "node:crypto"
import type { Shown } from "../mail/text.ts"
import { type Signed, signersOf } from "./cms.ts"

/** Authorities that sign for agencies: names without accents, as their certificates write them. */
const AUTHORITIES =
  /ban co yeu chinh phu|co quan chung thuc so (?:chuyen dung )?chinh phu|ca phuc vu cac co quan (?:nha nuoc|dang)|cuc chung thuc so va bao mat thong tin|co quan chung thuc so (?:bo cong an|bo tai chinh|dang cong san)/
const RANGE = /\/ByteRange\s{0,20}\[\s{0,20}(\d{1,10})\s{1,20}(\d{1,10})\s{1,20}(\d{1,10})\s{1,20}(\d{1,10})\s{0,20}\]/g
const MOST = 8
/** Hexadecimal digits of one signature. */
const LONGEST = 200_000
const LONGEST_NAME = 120

/** `roots`: certificates in PEM that are installed here; without them nothing is said of the chain. */
export function signaturesOf(bytes: Buffer, roots: readonly string[]): readonly Shown[] {
  if (!bytes.includes("/ByteRange")) return []
  const source = bytes.toString("latin1")
  return [...source.matchAll(RANGE)].slice(0, MOST).flatMap((found) => {
    const [from = 0, length = 0, next = 0, rest = 0] = found.slice(1).map(Number)
    const digits = source.slice(from + length, next)
    const hex = /^<([0-9a-fA-F\s]{2,})>$/.exec(digits.slice(0, LONGEST))?.[1]
    // From the beginning of the file, around the signature, in order.
    if (from !== 0 || next <= length || next + rest > bytes.length || hex === undefined) return []
    const content = [bytes.subarray(0, length), bytes.subarray(next, next + rest)]
    const signers = signersOf(Buffer.from(hex.replace(/\s+/g, ""), "hex"), content)
    const signed = signers.flatMap((signer) => shownOf(signer, roots))
    // What was added behind a signature is not signed by it.
    const whole = next + rest >= bytes.length - TRAILING
    return signed.map(({ feature, note }) => ({ feature, note: whole ? note : `${note}; changed since` }))
  })
}

const TRAILING = 16

function shownOf({ certificate, others, intact }: Signed, roots: readonly string[]): readonly Shown[] {
  const issuer = plainName(certificate.issuer)
  const names = [issuer, ...others.map(({ subject }) => plainName(subject))]
  if (!intact || !names.some((name) => AUTHORITIES.test(name))) return []
  const chain =
    roots.length === 0 ? "" : isChained(certificate, others, roots) ? "; chain verified" : "; chain not verified"
  return [{ feature: "government-signature", note: `${nameOf(certificate)}${chain}` }]
}

/** The agency, or whom the certificate names. */
function nameOf({ subject }: X509Certificate): string {
  const fields = new Map(
    subject.split("\n").map((line): [string, string] => [line.split("=", 1)[0] ?? "", line.replace(/^[^=]*=/, "")]),
  )
  return (fields.get("O") ?? fields.get("OU") ?? fields.get("CN") ?? "").slice(0, LONGEST_NAME)
}

function plainName(name: string): string {
  return name
    .normalize("NFD")
    .replace(/[\u0300-\u036f]+/g, "")
    .replace(/[đĐ]/g, "d")
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, " ")
}

const LONGEST_CHAIN = 6

function isChained(
  certificate: X509Certificate,
  others: readonly X509Certificate[],
  roots: readonly string[],
): boolean {
  const trusted = roots.flatMap((pem) => {
    try {
      return [new X509Certificate(pem)]
    } catch {
      return []
    }
  })
  let current = certificate
  for (let steps = 0; steps < LONGEST_CHAIN; steps++) {
    const isFrom = (issuer: X509Certificate): boolean => current.checkIssued(issuer) && current.verify(issuer.publicKey)
    if (trusted.some((root) => root.fingerprint256 === current.fingerprint256 || isFrom(root))) return true
    const next = others.find((other) => other.ca && other.fingerprint256 !== current.fingerprint256 && isFrom(other))
    if (next === undefined) return false
    current = next
  }
  return false
}
