/** Message bodies: short ones in memory until their record holds them, long ones as encrypted files from the start. */
import { isAscii } from "node:buffer"
import { type Cipheriv, createHash, randomBytes, randomFillSync } from "node:crypto"
import { mkdir, open, rm, type FileHandle } from "node:fs/promises"
import { join } from "node:path"
import { free } from "../mail/octets.ts"
import type { Spooled } from "../mail/transaction.ts"
import { bodyCipher } from "./cipher.ts"
import { storeError } from "./error.ts"
import { type Bodies, BodyCorrupt, type BodyWriter } from "./store.ts"

export interface BodiesOptions {
  /** The directory of the large ones. */
  readonly path: string
  /** Up to this many octets a body is part of its record; also what a writer keeps in memory. */
  readonly inline: number
}

/** Octets that are read, or written, at once. */
const PIECE = 256 * 1024

export async function openBodies({ path, inline }: BodiesOptions): Promise<Bodies> {
  try {
    await mkdir(path, { recursive: true, mode: 0o700 })
  } catch (cause) {
    throw storeError(cause, path)
  }
  return {
    open: () => createWriter(path, inline),
    read: readSpooled,
    discard: async (spooled) => {
      if (spooled.at.kind === "file") await remove(spooled.at.path)
    },
  }
}

function createWriter(directory: string, inline: number): BodyWriter {
  const key = newKey()
  const hash = createHash("sha256")
  /** Only for what becomes a file: most bodies do not. */
  let sealed: { readonly file: FileHandle; readonly path: string; readonly cipher: Cipheriv } | null = null
  let held: Uint8Array[] = []
  let heldSize = 0
  /** What is held of a body that became a file. */
  let room: Uint8Array | null = null
  let size = 0
  let eightBit = false
  /** Every step waits for the one before, and fails with it. */
  let last: Promise<unknown> = Promise.resolve()

  /** From the first call on it is a file, and everything goes through one piece of memory. */
  async function spill(): Promise<void> {
    sealed ??= await openSealed(directory, key)
    const octets = sealed.cipher.update(room === null ? joined(held, heldSize) : room.subarray(0, heldSize))
    room ??= new Uint8Array(PIECE)
    held = []
    heldSize = 0
    await sealed.file.writeFile(octets)
    free(octets)
  }
  /** Copied: the caller's buffer may be a window on a socket's, and be used again. */
  async function hold(chunk: Uint8Array): Promise<void> {
    if (room === null) {
      held.push(Buffer.from(chunk))
      heldSize += chunk.length
      if (heldSize > inline) await spill()
      return
    }
    for (let from = 0; from < chunk.length; ) {
      const some = chunk.subarray(from, from + room.length - heldSize)
      room.set(some, heldSize)
      heldSize += some.length
      from += some.length
      if (heldSize === room.length) await spill()
    }
  }
  function next<T>(step: () => Promise<T>): Promise<T> {
    const done = last.then(step).catch(async (cause: unknown) => {
      // At once, not when the caller comes to discard(): a full disk needs the room.
      await release().catch(() => {})
      throw storeError(cause, directory)
    })
    last = done
    // A failure is the caller's through `done`; nobody listens to `last` itself.
    last.catch(() => {})
    return done
  }
  async function release(): Promise<void> {
    held = []
    room = null
    if (sealed === null) return
    await sealed.file.close().catch(() => {})
    await remove(sealed.path)
  }

  return {
    write: (chunk) =>
      next(async () => {
        hash.update(chunk)
        eightBit ||= !isAscii(chunk)
        size += chunk.length
        await hold(chunk)
      }),
    finish: () =>
      next(async () => {
        const sha256 = hash.digest("hex")
        if (sealed === null) {
          return { size, sha256, eightBit, key, at: { kind: "memory", bytes: joined(held, size) } }
        }
        if (heldSize > 0) await spill()
        await sealed.file.close()
        room = null
        return { size, sha256, eightBit, key, at: { kind: "file", path: sealed.path } }
      }),
    discard: async () => {
      await last.catch(() => {})
      last = Promise.reject(new Error("the body was discarded"))
      last.catch(() => {})
      await release()
    },
  }
}

async function openSealed(
  directory: string,
  key: Uint8Array,
): Promise<{ readonly file: FileHandle; readonly path: string; readonly cipher: Cipheriv }> {
  const path = join(directory, randomBytes(16).toString("hex"))
  return { path, file: await open(path, "wx", 0o600), cipher: bodyCipher(key) }
}

const KEY = 32
/** Random octets for many keys at once: asking for them costs more than everything else about a small body. */
const random = new Uint8Array(64 * KEY)
let used = random.length

function newKey(): Uint8Array {
  if (used === random.length) {
    randomFillSync(random)
    used = 0
  }
  const key = random.slice(used, used + KEY)
  // Nothing but the message itself may know its key.
  random.fill(0, used, used + KEY)
  used += KEY
  return key
}

/** In memory of exactly its size: what crosses to another thread is copied with all the memory below it. */
function joined(pieces: readonly Uint8Array[], size: number): Uint8Array {
  const all = new Uint8Array(size)
  let at = 0
  for (const piece of pieces) {
    all.set(piece, at)
    at += piece.length
  }
  return all
}

/**
 * The plaintext octets. Needs no open store, so other processes may read what they were given. The last piece of a file is
 * handed out only after size and digest were found right: whoever gets to the end has the message that was accepted.
 * `lent`: each piece of a file is gone as soon as the next one is asked for.
 */
export async function* readSpooled(spooled: Spooled, lent = false): AsyncGenerator<Uint8Array> {
  if (spooled.at.kind === "memory") {
    yield spooled.at.bytes
    return
  }
  const cipher = bodyCipher(spooled.key)
  const hash = createHash("sha256")
  let size = 0
  let kept: Uint8Array | null = null
  for await (const sealed of chunks(spooled.at.path)) {
    if (kept !== null) {
      yield kept
      if (lent) free(kept)
    }
    kept = cipher.update(sealed)
    hash.update(kept)
    size += kept.length
  }
  if (size !== spooled.size || hash.digest("hex") !== spooled.sha256) {
    throw new BodyCorrupt(`${spooled.at.path}: not the octets that were accepted`)
  }
  if (kept !== null) yield kept
}

/** Each piece is a window on the same memory. */
async function* chunks(path: string): AsyncGenerator<Uint8Array> {
  const piece = Buffer.allocUnsafeSlow(PIECE)
  try {
    const file = await open(path, "r")
    try {
      for (;;) {
        const { bytesRead } = await file.read(piece, 0, PIECE)
        if (bytesRead === 0) return
        yield piece.subarray(0, bytesRead)
      }
    } finally {
      await file.close()
    }
  } catch (cause) {
    const error = storeError(cause, path)
    throw error.fault === "missing" ? new BodyCorrupt(error.message) : error
  } finally {
    free(piece)
  }
}

async function remove(path: string): Promise<void> {
  try {
    await rm(path, { force: true })
  } catch (cause) {
    throw storeError(cause, path)
  }
}

/** Returns when file and directory entry would survive a power cut. */
export async function syncBody(spooled: Spooled, directory: string): Promise<void> {
  if (spooled.at.kind === "memory") return
  for (const path of [spooled.at.path, directory]) {
    const handle = await open(path, "r")
    try {
      await (path === directory ? handle.sync() : handle.datasync())
    } finally {
      await handle.close()
    }
  }
}
