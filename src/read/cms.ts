/** A detached CMS signature: whose certificate it names, and whether it fits what was signed. RFC 5652. */
import { constants, createHash, verify, X509Certificate } from "node:crypto"
import { child, type Element, elements, oidOf, TAG } from "./asn1.ts"

export interface Signed {
  readonly certificate: X509Certificate
  /** All that came along, the signer's among them. */
  readonly others: readonly X509Certificate[]
  /** The digest is that of the content, and the signature that of the certificate's key. */
  readonly intact: boolean
}

const SIGNED_DATA = "1.2.840.113549.1.7.2"
const MESSAGE_DIGEST = "1.2.840.113549.1.9.4"
const RSA_PSS = "1.2.840.113549.1.1.10"
const DIGESTS: Readonly<Record<string, string>> = {
  "1.3.14.3.2.26": "sha1",
  "2.16.840.1.101.3.4.2.1": "sha256",
  "2.16.840.1.101.3.4.2.2": "sha384",
  "2.16.840.1.101.3.4.2.3": "sha512",
}
const MOST_CERTIFICATES = 20
const MOST_SIGNERS = 4

/** `content`: the octets that were signed, in order. Empty when it is no such signature. */
export function signersOf(cms: Buffer, content: readonly Buffer[]): readonly Signed[] {
  const [info = null] = elements(cms, 1)
  const kind = child(info, TAG.oid)
  if (kind === null || oidOf(kind) !== SIGNED_DATA) return []
  const data = child(child(info, 0xa0), TAG.sequence)
  const certificates = elements(child(data, 0xa0)?.content ?? Buffer.alloc(0), MOST_CERTIFICATES).flatMap(read)
  const sets = data === null ? [] : elements(data.content).filter(({ tag }) => tag === TAG.set)
  const signers = elements(sets.at(-1)?.content ?? Buffer.alloc(0), MOST_SIGNERS)
  return signers.flatMap((signer) => signedBy(signer, certificates, content))
}

function read({ tag, whole }: Element): readonly X509Certificate[] {
  if (tag !== TAG.sequence) return []
  try {
    return [new X509Certificate(whole)]
  } catch {
    return []
  }
}

function signedBy(
  signer: Element,
  certificates: readonly X509Certificate[],
  content: readonly Buffer[],
): readonly Signed[] {
  const parts = elements(signer.content)
  const serial = child(parts[1] ?? null, TAG.integer)
    ?.content.toString("hex")
    .replace(/^0+/, "")
    .toUpperCase()
  const certificate =
    certificates.find(({ serialNumber }) => serialNumber.replace(/^0+/, "") === serial) ??
    (certificates.length === 1 ? certificates[0] : undefined)
  const algorithm = DIGESTS[oidAt(parts[2])]
  if (certificate === undefined) return []
  const unproven = { certificate, others: certificates, intact: false }
  if (algorithm === undefined) return [unproven]
  const attributes = parts.find(({ tag }) => tag === 0xa0)
  const [scheme, signature] = parts.slice(attributes === undefined ? 3 : 4)
  if (scheme === undefined || signature === undefined) return [unproven]
  const hash = createHash(algorithm)
  for (const octets of content) hash.update(octets)
  // Signed attributes are signed as a set, and carry the digest of the content. RFC 5652 §5.4.
  const digest = attributes === undefined ? null : attribute(attributes, MESSAGE_DIGEST)
  const fits = attributes === undefined || (digest !== null && digest.equals(hash.digest()))
  const what =
    attributes === undefined
      ? Buffer.concat(content)
      : Buffer.concat([Buffer.from([TAG.set]), attributes.whole.subarray(1)])
  const pss = oidAt(scheme) === RSA_PSS
  const key = pss
    ? {
        key: certificate.publicKey,
        padding: constants.RSA_PKCS1_PSS_PADDING,
        saltLength: constants.RSA_PSS_SALTLEN_AUTO,
      }
    : certificate.publicKey
  try {
    return [{ ...unproven, intact: fits && verify(algorithm, what, key, signature.content) }]
  } catch {
    return [unproven]
  }
}

function oidAt(algorithm: Element | undefined): string {
  const oid = child(algorithm ?? null, TAG.oid)
  return oid === null ? "" : oidOf(oid)
}

function attribute(attributes: Element, wanted: string): Buffer | null {
  for (const one of elements(attributes.content)) {
    const oid = child(one, TAG.oid)
    if (oid !== null && oidOf(oid) === wanted) return child(child(one, TAG.set), TAG.octets)?.content ?? null
  }
  return null
}
