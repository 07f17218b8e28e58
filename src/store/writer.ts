/** The one thread that writes: takes batches of calls, makes each batch one transaction, answers after its commit. */
import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync, unlinkSync } from "node:fs"
import { dirname, join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { createAccept } from "./accept.ts"
import { createCommit } from "./commit.ts"
import { StoreError, storeError, type StoreFault } from "./error.ts"
import { createFinish } from "./finish.ts"
import { createLease } from "./lease.ts"
import { createList } from "./list.ts"
import { createOperate } from "./operate.ts"
import { openDatabase, type Mode } from "./schema.ts"
import { createSettle } from "./settle.ts"
import { READS, type Call, type Transitions } from "./transitions.ts"

/** What the thread is started with. */
export interface WriterData {
  /** The directory of the store. */
  readonly path: string
  /** The directory of large bodies. */
  readonly bodies: string
  readonly mode: Mode
  /** The schema, a step a version. */
  readonly steps: readonly string[]
}
/** Errors lose their class between threads. */
export interface Failure {
  readonly fault: StoreFault
  readonly message: string
}
export type Reply =
  | { readonly is: "done"; readonly value: unknown }
  | { readonly is: "failed"; readonly failure: Failure }

/** While anything was erased, the write-ahead log is emptied this often: its old pages still hold the keys. */
const CLEANSE = 10_000

function start(data: WriterData): (calls: readonly Call[]) => readonly Reply[] {
  const { path, bodies, mode, steps } = data
  const lock = mode === "serve" ? serve(data) : null
  const db = openDatabase(databaseIn(path, mode), mode, steps)
  const finish = createFinish(db)
  const accept = createAccept(db)
  const needs = { ...accept, finish, bodies }
  const transitions: Transitions = {
    ...accept,
    ...createLease(db, needs),
    ...createSettle(db, needs),
    ...createOperate(db, needs),
    ...createList(db),
  }
  const commit = createCommit(db)
  const refers = db.prepare("SELECT 1 FROM messages WHERE file = ?")
  let unclean = false

  /** Whatever no record refers to is nobody's. A file that cannot be removed is tried again at the next start. */
  function sweep(files: readonly string[]): void {
    for (const file of files) {
      if (refers.get(file) !== undefined) continue
      try {
        unlinkSync(join(bodies, file))
      } catch {
        continue
      }
    }
  }
  function tidy(): void {
    const erased = finish.erased()
    unclean ||= erased.keys > 0
    sweep(erased.files)
  }
  function cleanse(): void {
    if (!unclean) return
    try {
      const row = db.prepare("PRAGMA wal_checkpoint(TRUNCATE)").get()
      unclean = row?.["busy"] !== 0
    } catch {
      // A full disk: the next round tries again.
      unclean = true
    }
  }

  if (mode === "serve") {
    // Nobody else serves: leases and unrecorded files are left from a run that ended.
    db.exec("UPDATE copies SET lease_token = NULL, lease_until = 0 WHERE lease_until > 0 AND state = 'queued'")
    sweep(readdirSync(bodies))
  }
  const timer = setInterval(cleanse, CLEANSE)

  return (calls) => {
    if (calls.length === 0) {
      clearInterval(timer)
      cleanse()
      db.close()
      lock?.close()
      return []
    }
    const operations = calls.map((call) => () => perform(transitions, call))
    const answers = commit(calls.every((call) => READS.has(call.name)) ? "read" : "write", operations)
    tidy()
    return answers.map((answer) =>
      answer.is === "done" ? answer : { is: "failed", failure: failureOf(answer.cause, path) },
    )
  }
}

function perform(transitions: Transitions, call: Call): unknown {
  const transition = transitions[call.name] as (...args: Call["args"]) => unknown
  return transition(...call.args)
}

/** Held open as long as we serve; the kernel lets go of it however the process ends. */
function serve({ path, bodies }: WriterData): DatabaseSync {
  makeDirectory(path)
  makeDirectory(bodies)
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

function databaseIn(path: string, mode: Mode): string {
  const file = join(path, "records.db")
  if (mode === "serve") makeFile(file)
  else if (!existsSync(file)) {
    throw new StoreError("missing", `store ${path} does not exist: start the gateway once, it makes it`)
  }
  return file
}

/** With its parents, each of them in its own parent for good. */
function makeDirectory(path: string): void {
  const first = mkdirSync(path, { recursive: true, mode: 0o700 })
  if (first === undefined) return
  for (let made = path; made !== dirname(first); made = dirname(made)) syncDirectory(dirname(made))
}

/**
 * For us alone to read. One that exists is not even opened: closing it again would drop the POSIX locks that SQLite
 * holds on it in this process (https://www.sqlite.org/howtocorrupt.html §2.2).
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

function failureOf(cause: unknown, path: string): Failure {
  const { fault, message } = storeError(cause, path)
  return { fault, message }
}

/** The first message tells whether the store is open; then one answer to each batch. An empty batch closes. */
if (!isMainThread && parentPort !== null) {
  const port = parentPort
  const data = workerData as WriterData
  try {
    const run = start(data)
    port.on("message", (calls: readonly Call[]) => {
      port.postMessage(run(calls))
      if (calls.length === 0) port.close()
    })
    port.postMessage([{ is: "done", value: null }] satisfies Reply[])
  } catch (cause) {
    port.postMessage([{ is: "failed", failure: failureOf(cause, data.path) }] satisfies Reply[])
  }
}
