/** Looks the files of a message up in the lists of files known to be bad. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import type { File } from "../mail/file.ts"
import type { Finding } from "../mail/finding.ts"
import { type HashList, readHashList } from "./scan/hashes.ts"

/** A list as the gateway keeps it once its signature has been proven: a file named by the hash of its content. */
export interface KeptList {
  readonly path: string
  readonly sha256: string
}

export interface KnownBad {
  /** Not every list could be read: nothing is known about what is in none of the others. */
  readonly broken: boolean
  /** `sha256` is the file's, in hex. */
  find(file: File, sha256: string): Finding | null
}

/** Null in place of a list: it is configured, and there is none. */
export function createKnownBad(kept: readonly (KeptList | null)[]): KnownBad {
  const lists = kept.map((one) => (one === null ? null : load(one)))
  const sound = lists.filter((list) => list !== null)
  const hasMd5 = sound.some((list) => list.hasMd5)
  return {
    broken: sound.length < lists.length,
    find({ at, bytes }, sha256) {
      if (sound.length === 0) return null
      const hashes = hasMd5 ? [sha256, createHash("md5").update(bytes).digest("hex")] : [sha256]
      for (const list of sound) {
        for (const hash of hashes) {
          const name = list.find(hash)
          if (name !== null) return { kind: "known-bad", at, name: name === "" ? hash : name }
        }
      }
      return null
    },
  }
}

/** Null: it is not what was kept. */
function load({ path, sha256 }: KeptList): HashList | null {
  try {
    const text = readFileSync(path)
    if (createHash("sha256").update(text).digest("hex") !== sha256) return null
    const read = readHashList(text)
    return read.is === "list" ? read.list : null
  } catch {
    return null
  }
}
