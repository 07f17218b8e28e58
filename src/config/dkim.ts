/** The keys mail is signed with: read, and every reason why one is no good. */
import { createPrivateKey, type KeyObject } from "node:crypto"
import { readFileSync, statSync } from "node:fs"
import { type Fault, show } from "./fault.ts"
import { reason } from "./files.ts"
import type { Settings } from "./schema.ts"

type Entries = Settings["dkim"]

/** RFC 8301 §3.2: shorter ones prove nothing to anybody. */
const SHORTEST_KEY = 1_024
const RECOMMENDED_KEY = 2_048
/** Everybody, and the group's right to change it. Containers hand secrets to a group. */
const TOO_OPEN = 0o027

export function readKey(file: string): KeyObject {
  return createPrivateKey(readFileSync(file))
}

export function dkimFaults(entries: Entries): readonly Fault[] {
  const names = entries.map(({ domain, selector }) => `${selector}._domainkey.${domain}`)
  return entries.flatMap(({ key }, index) => {
    const at = (expected: string, got: string): Fault[] => [{ path: ["dkim", index, "key"], expected, got }]
    const name = names[index] ?? ""
    if (names.indexOf(name) < index) {
      return [
        { path: ["dkim", index, "selector"], expected: "a selector of its own for each key", got: `${name} again` },
      ]
    }
    try {
      const { mode } = statSync(key)
      if ((mode & TOO_OPEN) !== 0) {
        const octal = (mode & 0o777).toString(8).padStart(4, "0")
        return at("a file that only its owner and group can read (chmod 640)", `${show(key)} (mode ${octal})`)
      }
    } catch (error) {
      return at("a readable file", `${show(key)} (${reason(error)})`)
    }
    return keyFaults(key, at)
  })
}

function keyFaults(file: string, at: (expected: string, got: string) => Fault[]): readonly Fault[] {
  try {
    const { asymmetricKeyType: type, asymmetricKeyDetails } = readKey(file)
    const bits = asymmetricKeyDetails?.modulusLength ?? 0
    if (type === "ed25519" || (type === "rsa" && bits >= SHORTEST_KEY)) return []
    return at("an RSA key of at least 1024 bits, or an Ed25519 key", `${show(file)} (${type ?? "no key"} ${bits})`)
  } catch (error) {
    const why = error instanceof Error && "syscall" in error ? reason(error) : "no private key"
    return at("a private key in PEM without a passphrase", `${show(file)} (${why})`)
  }
}

/** Lawful, but what receivers may no longer believe. */
export function dkimWarnings(entries: Entries): readonly Fault[] {
  return entries.flatMap(({ key }, index) => {
    try {
      const bits = readKey(key).asymmetricKeyDetails?.modulusLength ?? RECOMMENDED_KEY
      if (bits >= RECOMMENDED_KEY) return []
      return [{ path: ["dkim", index, "key"], expected: "2048 bits (RFC 8301 §3.2)", got: `${bits}` }]
    } catch {
      return []
    }
  })
}
