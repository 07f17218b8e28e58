/**
 * OpenDocument files sealed with a password: what their manifest says of each part, and the part in the clear. OpenDocument
 * 1.3 part 2, 3.4 and 4.8; LibreOffice since 24.8 seals all parts as one, with AES-GCM (XML Encryption 1.1, 5.2.4) and Argon2id.
 */
import { argon2Sync, createDecipheriv, hash, pbkdf2Sync } from "node:crypto"
import { attribute, type Tag, tags, xmlText } from "../../mail/xml.ts"

export const MANIFEST = Buffer.from("META-INF/manifest.xml")
/** What a file may ask for: LibreOffice asks for 100,000 rounds, or 64 MiB three times. */
const MOST_ROUNDS = 1_000_000
const MOST_MEMORY_KIB = 131_072
const MOST_PASSES = 10
const MOST_LANES = 16

/** A part in the clear, still deflated; null: not with this password. */
export type Unseal = (sealed: Buffer, password: string) => Buffer | null

/** How each sealed part is opened, by its path; null where nobody here can. */
export function sealedParts(manifest: Buffer): ReadonlyMap<string, Unseal | null> {
  const parts = new Map<string, Unseal | null>()
  let path = ""
  let seal = new Map<string, Tag>()
  for (const tag of tags(xmlText(manifest), ELEMENTS)) {
    if (tag.name === "file-entry" && !tag.close) path = attribute(tag, "full-path")
    else if (tag.name !== "encryption-data") seal.set(tag.name, tag)
    else if (tag.close || tag.empty) parts.set(path, unsealOf(seal))
    else seal = new Map([[tag.name, tag]])
  }
  return parts
}

const ELEMENTS = ["file-entry", "encryption-data", "algorithm", "start-key-generation", "key-derivation"]

function unsealOf(seal: ReadonlyMap<string, Tag>): Unseal | null {
  const [data, algorithm, derivation] = ["encryption-data", "algorithm", "key-derivation"].map((name) => seal.get(name))
  if (data === undefined || algorithm === undefined || derivation === undefined) return null
  const [, bits = "", mode] = /#aes(128|192|256)-(cbc|gcm)$/.exec(attribute(algorithm, "algorithm-name")) ?? []
  const derive = deriving(derivation, { start: startKey(seal.get("start-key-generation")), size: Number(bits) / 8 })
  if (derive === null || mode === undefined) return null
  if (mode === "gcm") return (sealed, password) => gcm(derive(password), sealed)
  const iv = Buffer.from(attribute(algorithm, "initialisation-vector"), "base64")
  const proof = checksum(data)
  if (proof === null || iv.length !== 16) return null
  return (sealed, password) => {
    const plain = cbc(`aes-${bits}-cbc`, derive(password), { iv, sealed })
    return plain !== null && proof(plain) ? plain : null
  }
}

/** What a password becomes first. Without a word about it: SHA-1. */
function startKey(tag: Tag | undefined): "sha1" | "sha256" {
  return tag !== undefined && /sha256$/i.test(attribute(tag, "start-key-generation-name")) ? "sha256" : "sha1"
}

interface Key {
  readonly start: "sha1" | "sha256"
  readonly size: number
}

/** The key a password gives; null where the file asks for more than anybody's program does. */
function deriving(tag: Tag, { start, size }: Key): ((password: string) => Buffer) | null {
  const number = (name: string): number => Number(attribute(tag, name))
  const salt = Buffer.from(attribute(tag, "salt"), "base64")
  const told = attribute(tag, "key-derivation-name")
  const message = (password: string): Buffer => hash(start, password, "buffer")
  if (/pbkdf2$/i.test(told)) {
    const rounds = number("iteration-count")
    if (!(rounds >= 1 && rounds <= MOST_ROUNDS) || number("key-size") !== size) return null
    return (password) => pbkdf2Sync(message(password), salt, rounds, size, "sha1")
  }
  const [passes, memory, parallelism] = [
    number("argon2-iterations"),
    number("argon2-memory"),
    number("argon2-lanes"),
  ] as const
  const isModest =
    passes >= 1 &&
    passes <= MOST_PASSES &&
    parallelism >= 1 &&
    parallelism <= MOST_LANES &&
    memory >= 8 * parallelism &&
    memory <= MOST_MEMORY_KIB
  if (!told.endsWith(":argon2id") || !isModest || salt.length < 8) return null
  return (password) =>
    argon2Sync("argon2id", { message: message(password), nonce: salt, parallelism, tagLength: size, memory, passes })
}

/** Of the first 1,024 octets of the part, deflated. */
function checksum(data: Tag): ((plain: Buffer) => boolean) | null {
  const expected = Buffer.from(attribute(data, "checksum"), "base64")
  const kind = /(sha1|sha256)[-/]1k$/i.exec(attribute(data, "checksum-type"))?.[1]?.toLowerCase()
  if (kind === undefined || expected.length === 0) return null
  return (plain) => hash(kind, plain.subarray(0, 1_024), "buffer").equals(expected)
}

/** The last octet says how many were put behind the content; the others of them may be anything. XML Encryption 1.1, 5.2. */
function cbc(
  cipher: string,
  key: Buffer,
  { iv, sealed }: { readonly iv: Buffer; readonly sealed: Buffer },
): Buffer | null {
  if (sealed.length === 0 || sealed.length % 16 !== 0) return null
  const decipher = createDecipheriv(cipher, key, iv).setAutoPadding(false)
  const padded = decipher.update(sealed)
  const padding = padded.at(-1) ?? 0
  return padding >= 1 && padding <= 16 ? padded.subarray(0, -padding) : null
}

/** By the octets of the key. */
const GCM: ReadonlyMap<number, "aes-128-gcm" | "aes-192-gcm" | "aes-256-gcm"> = new Map([
  [16, "aes-128-gcm"],
  [24, "aes-192-gcm"],
  [32, "aes-256-gcm"],
])

/** Initialisation vector, content, tag: the tag proves the password. */
function gcm(key: Buffer, sealed: Buffer): Buffer | null {
  if (sealed.length < 12 + 16) return null
  const decipher = createDecipheriv(GCM.get(key.length) ?? "aes-256-gcm", key, sealed.subarray(0, 12))
  decipher.setAuthTag(sealed.subarray(-16))
  const plain = decipher.update(sealed.subarray(12, -16))
  try {
    decipher.final()
  } catch {
    return null
  }
  return plain
}
