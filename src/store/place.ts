/** The place on disk: directories and files for their owner alone, and the lock of the one gateway that serves them. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { StoreError, storeError } from "./error.ts"
import type { Mode } from "./schema.ts"

/** Held open as long as we serve; the kernel lets go of it however the process ends. */
export function lockToServe(path: string): DatabaseSync {
  const file = join(path, "serve.lock")
  makeFile(file)
  const lock = new DatabaseSync(file, { timeout: 0 })
  try {
    lock.exec("BEGIN EXCLUSIVE")
    return lock
  } catch (cause) {
    lock.close()
    const error = storeError(cause, path)
    throw error.fault === "busy" ? new StoreError("in-use", `store ${path} is served by another gateway`) : error
  }
}

/** The database's file, made by the gateway only: a command with a wrong path must not leave an empty store there. */
export function databaseIn(path: string, mode: Mode): string {
  const file = join(path, "records.db")
  if (mode === "serve") makeFile(file)
  else if (!existsSync(file)) {
    throw new StoreError("missing", `store ${path} does not exist: start the gateway once, it makes it`)
  }
  return file
}

/** With its parents, each of them in its own parent for good. */
export function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made !== dirname(first); made = dirname(made)) syncDirectory(dirname(made))
}

/**
 * One that exists is not even opened: closing it again would drop the POSIX locks that SQLite holds on it in this
 * process (https://www.sqlite.org/howtocorrupt.html §2.2).
 */
function makeFile(path: string): void {
  if (existsSync(path)) return
  closeSync(openSync(path, "wx", 0o600))
  syncDirectory(dirname(path))
}

function syncDirectory(path: string): void {
  const descriptor = openSync(path, "r")
  fsyncSync(descriptor)
  closeSync(descriptor)
}
