/** Opens the store of one machine: records in SQLite, large bodies as files beside it. */
import { join, resolve } from "node:path"
import { openBodies } from "./bodies.ts"
import { openRecords } from "./records.ts"
import { STEPS, type Mode } from "./schema.ts"
import type { Store } from "./store.ts"

/** Larger bodies are files: about here a file of its own becomes faster than a page after page of the database. */
const INLINE = 128 * 1024

export interface OpenOptions {
  /** The gateway *serves*: it makes, migrates and tidies the store, and is alone in it. A *command* works beside it. */
  readonly mode: Mode
}

/** Throws StoreError. */
export async function openStore(path: string, { mode }: OpenOptions): Promise<Store> {
  const store = resolve(path)
  const files = join(store, "bodies")
  const records = await openRecords({ path: store, bodies: files, mode, steps: STEPS })
  try {
    return { records, bodies: await openBodies({ path: files, inline: INLINE }) }
  } catch (cause) {
    await records.close()
    throw cause
  }
}
