/** Stores on disk for tests: each in a directory of its own, closed and removed when its test is over. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { TestContext } from "node:test"
import { openStore } from "../../src/store/open.ts"
import type { Store } from "../../src/store/store.ts"
import type { Opened } from "./contract.ts"

export async function directory(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "congthu-store-"))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

/** In `path`, or in a new directory. */
export async function serve(t: TestContext, path?: string): Promise<Opened & { readonly path: string }> {
  const where = path ?? (await directory(t))
  let store: Store = await openStore(where, { mode: "serve" })
  t.after(() => store.records.close())
  const again = async (): Promise<Store> => {
    await store.records.close()
    store = await openStore(where, { mode: "serve" })
    return store
  }
  return { ...store, path: where, again }
}
