/** Keeps the lists of bad files: fetched, their signature proven, stored beside the records, exchanged while the gateway runs. */
import { createHash } from "node:crypto"
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from "node:fs/promises"
import { join } from "node:path"
import type { Settings } from "../config/schema.ts"
import type { KeptList } from "../inspect/known-bad.ts"
import { readHashList } from "../inspect/scan/hashes.ts"
import { readKey, verifyMinisign } from "../inspect/scan/minisign.ts"
import type { Instant, Millis } from "../mail/transaction.ts"

type Source = Settings["scan"]["hashes"][number]

export interface BadFiles {
  /** One a configured list; null where there is none yet, and nothing can be said of any file. */
  kept(): readonly (KeptList | null)[]
  /** Looks at every list that is due. Never rejects. */
  look(sources: readonly Source[], now: Instant): Promise<Looked>
}

export interface Looked {
  /** A list came, went or is another than before: whoever reads them must read them anew. */
  readonly changed: boolean
  /** Hashes that no earlier version of their list had. */
  readonly added: readonly string[]
  /** Why lists could not be had; the last good one stays in use. */
  readonly faults: readonly string[]
}

/** Octets of one list: five million hashes. */
const LARGEST = 400_000_000
const FETCH_WITHIN: Millis = 30_000
/** A web address that failed is asked again after this. */
const AGAIN: Millis = 60_000

interface State {
  kept: KeptList | null
  /** What a file looked like when it was last read. */
  seen: string
  due: Instant
  fault: string | null
}

/** `directory` is made when it is first needed. */
export function createBadFiles(directory: string): BadFiles {
  const states = new Map<string, State>()
  let order: readonly Source[] = []

  const stateOf = async (source: Source): Promise<State> => {
    const key = keyOf(source)
    const known = states.get(key) ?? { kept: await keptBefore(directory, key), seen: "", due: 0, fault: null }
    states.set(key, known)
    return known
  }
  return {
    kept: () => order.map((source) => states.get(keyOf(source))?.kept ?? null),
    async look(sources, now) {
      const before = JSON.stringify(order.map((source) => states.get(keyOf(source))?.kept ?? null))
      order = sources
      const added: string[] = []
      for (const source of sources) added.push(...(await refresh(directory, source, await stateOf(source), now)))
      const faults = sources.flatMap((source) => states.get(keyOf(source))?.fault ?? [])
      return {
        changed: JSON.stringify(order.map((source) => states.get(keyOf(source))?.kept ?? null)) !== before,
        added,
        faults,
      }
    },
  }
}

/** What is wrong with a list in a file, or null. */
export async function listFault(from: string, key: string | null): Promise<string | null> {
  try {
    const text = await read(from)
    if (key !== null) await prove(text, from, key)
    const list = readHashList(text)
    return list.is === "list" ? null : `another word in line ${list.line} of ${from}`
  } catch (error) {
    return error instanceof Error ? error.message : "an error"
  }
}

/** Names a source's copies on the disk: another place or another key is another list. */
function keyOf({ from, key }: Source): string {
  return createHash("sha256")
    .update(`${from}\n${key ?? ""}`)
    .digest("hex")
    .slice(0, 16)
}

async function keptBefore(directory: string, key: string): Promise<KeptList | null> {
  const names = await readdir(directory).catch(() => [])
  const name = names.find((one) => one.startsWith(`${key}-`) && one.endsWith(".list"))
  return name === undefined
    ? null
    : { path: join(directory, name), sha256: name.slice(key.length + 1, -".list".length) }
}

/** Answers the hashes that are new. */
async function refresh(directory: string, source: Source, state: State, now: Instant): Promise<readonly string[]> {
  const isWeb = /^https?:/.test(source.from)
  if (isWeb && state.due > now) return []
  try {
    const seen = isWeb ? "" : await appearance(source)
    if (!isWeb && seen === state.seen) return []
    state.seen = seen
    const text = await read(source.from)
    if (source.key !== null) await prove(text, source.from, source.key)
    const sha256 = createHash("sha256").update(text).digest("hex")
    state.due = now + source.every
    state.fault = null
    return sha256 === state.kept?.sha256 ? [] : await keep(directory, { source, state, text, sha256 })
  } catch (error) {
    state.fault = `${source.from}: ${error instanceof Error ? error.message : "unreadable"}`
    state.due = now + Math.min(source.every, AGAIN)
    return []
  }
}

/** Changes whenever the list or its signature is written anew. */
async function appearance({ from, key }: Source): Promise<string> {
  const files = [from, ...(key === null ? [] : [`${from}.minisig`])]
  const stats = await Promise.all(files.map((file) => stat(file)))
  return stats.map(({ mtimeMs, size, ino }) => `${mtimeMs} ${size} ${ino}`).join()
}

async function read(from: string): Promise<Buffer> {
  if (!/^https?:/.test(from)) return readFile(from)
  const response = await fetch(from, { signal: AbortSignal.timeout(FETCH_WITHIN) })
  if (!response.ok || response.body === null) throw new Error(`status ${response.status}`)
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of response.body) {
    size += chunk.length
    if (size > LARGEST) throw new Error("larger than any list")
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

async function prove(text: Buffer, from: string, key: string): Promise<void> {
  const signature = await read(`${from}.minisig`)
  const proven = readKey(key)
  const fault = proven === null ? "no minisign key" : verifyMinisign(text, signature.toString("utf8"), proven)
  if (fault !== null) throw new Error(`expected a list signed by its key, got ${fault}`)
}

interface Fresh {
  readonly source: Source
  readonly state: State
  readonly text: Buffer
  readonly sha256: string
}

/** A faulty list takes nobody's place. */
async function keep(directory: string, { source, state, text, sha256 }: Fresh): Promise<readonly string[]> {
  const list = readHashList(text)
  if (list.is === "faulty") throw new Error(`line ${list.line}: expected a SHA-256 or MD5 hash`)
  const before = state.kept === null ? null : await readFile(state.kept.path).then(readHashList, () => null)
  await mkdir(directory, { recursive: true, mode: 0o700 })
  const path = join(directory, `${keyOf(source)}-${sha256}.list`)
  await writeFile(`${path}.new`, text, { mode: 0o600 })
  await rename(`${path}.new`, path)
  const old = state.kept
  state.kept = { path, sha256 }
  if (old !== null && old.path !== path) await rm(old.path, { force: true })
  const known = before?.is === "list" ? before.list : null
  return [...list.list.hashes()].filter((hash) => known === null || known.find(hash) === null)
}
