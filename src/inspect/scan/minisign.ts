/** Signatures of minisign (https://jedisct1.github.io/minisign/): Ed25519 over a file, or over its BLAKE2b hash. */
import { createHash, createPublicKey, type KeyObject, verify } from "node:crypto"

/** `Ed`, eight octets of key number, 32 of key. */
const KEY = 42
/** `Ed` (the file itself) or `ED` (its hash), the key's number, 64 octets of signature. */
const SIGNATURE = 74

export interface MinisignKey {
  readonly number: Buffer
  readonly key: KeyObject
}

/** The one line that minisign prints, or the whole .pub file; null when it is none. */
export function readKey(text: string): MinisignKey | null {
  const line = text.split(/\r?\n/).find((one) => one.trim() !== "" && !one.startsWith("untrusted comment:"))
  const bytes = Buffer.from(line?.trim() ?? "", "base64")
  if (bytes.length !== KEY || bytes.toString("latin1", 0, 2) !== "Ed") return null
  // The head of an Ed25519 key in SubjectPublicKeyInfo. RFC 8410 §4.
  const spki = Buffer.concat([Buffer.from("302a300506032b6570032100", "hex"), bytes.subarray(10)])
  return { number: bytes.subarray(2, 10), key: createPublicKey({ key: spki, format: "der", type: "spki" }) }
}

/** Null: it is that file's signature by that key, its trusted comment included; else why not. */
export function verifyMinisign(file: Buffer, signature: string, { number, key }: MinisignKey): string | null {
  const [, first = "", comment = "", second = ""] = signature.split(/\r?\n/)
  const bytes = Buffer.from(first, "base64")
  const global = Buffer.from(second, "base64")
  const kind = bytes.toString("latin1", 0, 2)
  if (bytes.length !== SIGNATURE || (kind !== "Ed" && kind !== "ED") || !comment.startsWith("trusted comment: ")) {
    return "no minisign signature"
  }
  if (!bytes.subarray(2, 10).equals(number)) return "a signature of another key"
  const signed = kind === "ED" ? createHash("blake2b512").update(file).digest() : file
  const proof = bytes.subarray(10)
  const trusted = Buffer.concat([proof, Buffer.from(comment.slice("trusted comment: ".length))])
  return verify(null, signed, key, proof) && verify(null, trusted, key, global) ? null : "a signature that does not fit"
}
