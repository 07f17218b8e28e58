/** A copy of the whole store, taken while the gateway runs, and put back: records of one moment with the bodies that they name. */
import { copyFile, mkdir, open, readdir, rename } from "node:fs/promises"
import { existsSync } from "node:fs"
import { join } from "node:path"
import { backup as copyDatabase, DatabaseSync } from "node:sqlite"
import { readSpooled } from "./bodies.ts"
import { StoreError, storeError } from "./error.ts"
import { databaseIn, makeDirectory } from "./place.ts"
import { openDatabase, STEPS } from "./schema.ts"
import { BodyCorrupt } from "./store.ts"

export interface Told {
  readonly messages: number
  readonly queued: number
  readonly held: number
  readonly files: number
  /** Bodies that are not what was accepted, by the transaction they belong to. */
  readonly damaged: readonly string[]
}
export type Progress = (step: "records" | "bodies" | "check", done: number, of: number) => void

interface BodyRow {
  readonly number: number
  readonly id: string
  readonly size: number
  readonly sha256: string
  readonly key: Uint8Array
  readonly file: string
}

/** Pages of one step; between two of them the thread is free. */
const PAGES = 1_024
const OPEN_BODIES = "SELECT number, id, size, sha256, key, file FROM messages WHERE file IS NOT NULL ORDER BY number"

/** Of the store at `from` into `to`, which is empty or not there. Throws StoreError. */
export async function backup(from: string, to: string, progress: Progress): Promise<Told> {
  await prepare(to)
  const live = openDatabase(databaseIn(from, "command"), "command", STEPS)
  try {
    // A reader's transaction is one moment, whatever is committed meanwhile.
    // Its keys are for its owner alone.
    await (await open(join(to, "records.db"), "wx", 0o600)).close()
    live.exec("BEGIN; SELECT count(*) FROM sqlite_schema")
    await copyDatabase(live, join(to, "records.db"), {
      rate: PAGES,
      progress: ({ totalPages, remainingPages }) => progress("records", totalPages - remainingPages, totalPages),
    })
    live.exec("COMMIT")
    const copy = new DatabaseSync(join(to, "records.db"))
    try {
      await copyBodies({ from, to, live, copy, progress })
      const told = await check(to, copy, progress)
      // One file: no log beside it.
      copy.exec("PRAGMA journal_mode = DELETE")
      await sync(join(to, "records.db"))
      await sync(to)
      return told
    } finally {
      copy.close()
    }
  } catch (cause) {
    throw storeError(cause, to)
  } finally {
    live.close()
  }
}

/** From a backup into a store that is empty or not there. The records come last: before them there is no store. Throws StoreError. */
export async function restore(from: string, to: string, progress: Progress): Promise<Told> {
  const source = databaseIn(from, "command")
  if (existsSync(join(to, "records.db"))) throw new StoreError("refused", `store ${to} exists: it is not overwritten`)
  try {
    await prepare(to)
    const names = await readdir(join(from, "bodies"))
    for (const [index, name] of names.entries()) {
      await copyDurably(join(from, "bodies", name), join(to, "bodies", name))
      progress("bodies", index + 1, names.length)
    }
    await sync(join(to, "bodies"))
    await copyDurably(source, join(to, "records.restored"))
    const copy = new DatabaseSync(join(to, "records.restored"))
    try {
      const told = await check(to, copy, progress)
      copy.exec("PRAGMA journal_mode = DELETE")
      copy.close()
      await rename(join(to, "records.restored"), join(to, "records.db"))
      await sync(to)
      return told
    } finally {
      if (copy.isOpen) copy.close()
    }
  } catch (cause) {
    throw storeError(cause, to)
  }
}

async function prepare(to: string): Promise<void> {
  makeDirectory(to)
  await mkdir(join(to, "bodies"), { recursive: true, mode: 0o700 })
  const found = [...(await readdir(to)).filter((name) => name !== "bodies"), ...(await readdir(join(to, "bodies")))]
  if (found.length > 0) throw new StoreError("refused", `${to} is not empty: it holds ${found[0]}`)
}

interface Copying {
  readonly from: string
  readonly to: string
  readonly live: DatabaseSync
  readonly copy: DatabaseSync
  readonly progress: Progress
}

async function copyBodies({ from, to, live, copy, progress }: Copying): Promise<void> {
  const rows = copy.prepare(OPEN_BODIES).all() as unknown as readonly BodyRow[]
  const now = live.prepare("SELECT 1 FROM messages WHERE number = ? AND file IS NOT NULL")
  const over = copy.prepare("UPDATE messages SET key = NULL, file = NULL, body = NULL WHERE number = ?")
  const copiesNow = live.prepare("SELECT id, state FROM copies WHERE message = ?")
  const settle = copy.prepare("UPDATE copies SET state = ?, lease_token = NULL, lease_until = 0 WHERE id = ?")
  for (const [index, { number, file }] of rows.entries()) {
    try {
      await copyDurably(join(from, "bodies", file), join(to, "bodies", file))
    } catch (cause) {
      if (storeError(cause, from).fault !== "missing") throw cause
      if (now.get(number) !== undefined) continue
      // Delivered or given up since that moment: so it is in the copy too.
      for (const { id, state } of copiesNow.all(number)) settle.run(state ?? null, id ?? null)
      over.run(number)
    }
    progress("bodies", index + 1, rows.length)
  }
  await sync(join(to, "bodies"))
  await sync(to)
}

/** Reads all of it: the database's own check, then every body to its end. */
async function check(store: string, copy: DatabaseSync, progress: Progress): Promise<Told> {
  const found = copy.prepare("PRAGMA integrity_check(1)").get()?.["integrity_check"]
  if (found !== "ok") throw new StoreError("corrupt", `store ${store} is damaged: ${String(found)}`)
  const rows = copy.prepare(OPEN_BODIES).all() as unknown as readonly BodyRow[]
  const damaged: string[] = []
  for (const [index, { id, size, sha256, key, file }] of rows.entries()) {
    const path = join(store, "bodies", file)
    try {
      for await (const _ of readSpooled({ size, sha256, key, eightBit: false, at: { kind: "file", path } })) continue
    } catch (cause) {
      if (!(cause instanceof BodyCorrupt)) throw cause
      damaged.push(id)
    }
    progress("check", index + 1, rows.length)
  }
  const counted = copy.prepare(`SELECT (SELECT count(*) FROM messages) AS messages,
    (SELECT count(*) FROM copies WHERE state = 'queued') AS queued, (SELECT count(*) FROM copies WHERE state = 'held') AS held`)
  return { ...(counted.get() as Pick<Told, "messages" | "queued" | "held">), files: rows.length, damaged }
}

async function copyDurably(from: string, to: string): Promise<void> {
  await copyFile(from, to)
  await sync(to)
}

async function sync(path: string): Promise<void> {
  const handle = await open(path, "r")
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}
