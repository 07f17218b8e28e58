/** Gathers the decoded leaves of one message and opens each of them once: parts in, a tree of files out, read by recognition and inspection. */
import type { Settings } from "../config/schema.ts"
import type { File } from "../mail/file.ts"
import type { Part } from "../mail/part.ts"
import { createBudget, LIMITS, type Limits } from "./budget.ts"
import type { ReadMessage } from "./container/member.ts"
import { type Found, open } from "./open.ts"
import { passwordsIn } from "./password-text.ts"
import { createPasswords } from "./password.ts"
import { typesOf } from "./type.ts"

/** What opens what is sealed. */
export interface Clues {
  /** Text of the message in which its sender may tell passwords. */
  readonly subject: string
  readonly text: string
  /** Given by a recipient. */
  readonly passwords: readonly string[]
}

export interface Unpacking {
  /** To be given every leaf, in order. */
  readonly part: (part: Part) => Promise<void>
  /** What `part` was given and is no body text, with all it holds. */
  open(clues: Clues): Promise<readonly File[]>
}

/** Begins with one message; the signal is the deadline. */
export type Unpack = (signal: AbortSignal) => Unpacking

/** `passwords`: those the unit uses; `unpack`: how much a message may hold; `message` reads one within another. */
export function createUnpack(
  { passwords: known, unpack: limits }: Pick<Settings["scan"], "passwords"> & Partial<Pick<Settings["scan"], "unpack">>,
  message: ReadMessage,
): Unpack {
  return (signal) => {
    const found: Found[] = []
    const part = async (leaf: Part): Promise<void> => {
      const chunks: Uint8Array[] = []
      for await (const chunk of leaf.content) chunks.push(chunk)
      const [only] = chunks
      const bytes = chunks.length === 1 && only instanceof Buffer ? only : Buffer.concat(chunks)
      const { at, names, claimed } = leaf
      // Another reading of the message often shows the same file.
      if (leaf.isOther === true && found.some((one) => isSame(one, leaf, bytes))) return
      if (!isBody(leaf, bytes)) found.push({ at, names, claimed, bytes })
    }
    const openAll = async ({ subject, text, passwords }: Clues): Promise<readonly File[]> => {
      const size = found.reduce((sum, { bytes }) => sum + bytes.length, 0)
      const budget = createBudget(signal, size, limits === undefined ? LIMITS : limitsOf(limits))
      const told = found.length === 0 ? [] : passwordsIn([subject, text, ...found.flatMap(({ names }) => names)])
      const means = { budget, passwords: createPasswords([...passwords, ...told, ...known]), message }
      const files: File[] = []
      for (const one of found) files.push(await open(one, means))
      return files
    }
    return { part, open: openAll }
  }
}

function limitsOf({ total, file, files, depth, ratio }: Settings["scan"]["unpack"]): Limits {
  return { octets: total, member: file, files, depth, ratio }
}

function isSame(one: Found, { names }: Part, bytes: Buffer): boolean {
  return names.every((name) => one.names.includes(name)) && one.bytes.equals(bytes)
}

/** Text that a mail program shows as the body is the raw scan's matter, unless its octets are a program or an archive after all. */
function isBody(part: Part, bytes: Buffer): boolean {
  const plain = part.isText && part.names.length === 0 && part.disposition !== "attachment"
  return plain && typesOf(bytes).every(({ family }) => family === "markup" || family === "script")
}
