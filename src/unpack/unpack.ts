/** Gathers the decoded leaves of one message and opens each of them once: parts in, a tree of files out, read by recognition and inspection. */
import type { File } from "../mail/file.ts"
import type { Part } from "../mail/part.ts"
import { createBudget } from "./budget.ts"
import { type Found, open } from "./open.ts"
import { typeOf } from "./type.ts"

export interface Unpacking {
  /** To be given every leaf, in order. */
  readonly part: (part: Part) => Promise<void>
  /** What `part` was given and is no body text, with all it holds. */
  open(): Promise<readonly File[]>
}

/** Begins with one message; the signal is the deadline. */
export function unpack(signal: AbortSignal): Unpacking {
  const found: Found[] = []
  const part = async (leaf: Part): Promise<void> => {
    const chunks: Uint8Array[] = []
    for await (const chunk of leaf.content) chunks.push(chunk)
    const bytes = Buffer.concat(chunks)
    const { at, names, claimed } = leaf
    if (!isBody(leaf, bytes)) found.push({ at, names, claimed, bytes })
  }
  const openAll = async (): Promise<readonly File[]> => {
    const budget = createBudget(signal)
    const files: File[] = []
    for (const one of found) files.push(await open(one, budget))
    return files
  }
  return { part, open: openAll }
}

/** Text that a mail program shows as the body is the raw scan's matter, unless its octets are a program or an archive after all. */
function isBody(part: Part, bytes: Buffer): boolean {
  const plain = part.isText && part.names.length === 0 && part.disposition !== "attachment"
  return plain && (!bytes.subarray(0, 512).includes(0) || typeOf(bytes) === null)
}
