/** The one thread that writes: takes batches of calls, makes each batch one transaction, answers after its commit. */
import { readdirSync } from "node:fs"
import type { DatabaseSync } from "node:sqlite"
import { isMainThread, parentPort, workerData } from "node:worker_threads"
import { createAccept } from "./accept.ts"
import { createAccounts } from "./accounts.ts"
import { createAppeals } from "./appeals.ts"
import { createBallotBox } from "./ballots.ts"
import { createCases } from "./cases.ts"
import { createAudit } from "./audit.ts"
import { createCommit } from "./commit.ts"
import { storeError, type StoreFault } from "./error.ts"
import { createEvidence } from "./evidence.ts"
import { createExceptions } from "./exceptions.ts"
import { createFinish, type Finish } from "./finish.ts"
import { createHeld } from "./held.ts"
import { createNews, createTidy, type News } from "./house.ts"
import { createLease } from "./lease.ts"
import { createList } from "./list.ts"
import { createOperate } from "./operate.ts"
import { databaseIn, lockToServe, makeDirectory } from "./place.ts"
import { recover } from "./recover.ts"
import { openDatabase, type Mode } from "./schema.ts"
import { createSettle } from "./settle.ts"
import { createSweep } from "./sweep.ts"
import { READS, TOLD, type Call, type Transitions } from "./transitions.ts"
import { createVersions } from "./versions.ts"
import { createNoticeVersions } from "./notice-versions.ts"
import { createWorking } from "./working.ts"

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

interface Writer {
  readonly run: (calls: readonly Call[]) => readonly Reply[]
  readonly close: () => void
}

/** Ms between two sweeps of the write-ahead log. */
const SWEEP_LOG = 10_000

function openWriter({ path, bodies, mode, steps }: WriterData): Writer {
  if (mode === "serve") for (const directory of [path, bodies]) makeDirectory(directory)
  const lock = mode === "serve" ? lockToServe(path) : null
  const db = openDatabase(databaseIn(path, mode), mode, steps)
  const finish = createFinish(db)
  const transitions = createTransitions(db, finish, bodies)
  const commit = createCommit(db)
  const sweep = createSweep(db, bodies, finish)
  if (mode === "serve") {
    // Nobody else serves: leases and unrecorded files are left from a run that ended.
    recover(db, transitions, Date.now())
    sweep.files(readdirSync(bodies))
  }
  const timer = setInterval(sweep.log, SWEEP_LOG)

  return {
    run: (calls) => {
      const lockFor = calls.every((call) => READS.has(call.name)) ? "read" : "write"
      const answers = commit(
        lockFor,
        calls.map(
          (call) => () =>
            TOLD.has(call.name) ? transitions.telling(() => perform(transitions, call)) : perform(transitions, call),
        ),
      )
      sweep.erased()
      return answers.map((answer) =>
        answer.is === "done" ? answer : { is: "failed", failure: failureOf(answer.cause, path) },
      )
    },
    close: () => {
      clearInterval(timer)
      sweep.log()
      db.close()
      lock?.close()
    },
  }
}

function createTransitions(db: DatabaseSync, finish: Finish, bodies: string): Transitions & News {
  const accept = createAccept(db)
  const needs = { ...accept, finish, bodies }
  const list = createList(db)
  const held = createHeld(db, needs)
  const audit = createAudit(db)
  return {
    ...accept,
    ...createLease(db, needs),
    ...createSettle(db, needs),
    ...createOperate(db, needs),
    ...held,
    ...createCases(db, { ...needs, heldCopies: held.heldCopies }),
    ...createAppeals(db, { ...needs, each: held.each, close: held.close }),
    ...createBallotBox(db, needs),
    ...list,
    ...createNews(db, list.events),
    ...createTidy(db, audit.bury),
    ...audit,
    ...createEvidence(db),
    ...createVersions(db, needs),
    ...createWorking(db, needs),
    ...createNoticeVersions(db, needs),
    ...createExceptions(db, needs),
    ...createAccounts(db, needs),
  }
}

function perform(transitions: Transitions, call: Call): unknown {
  const transition = transitions[call.name] as (...args: Call["args"]) => unknown
  return transition(...call.args)
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
    const writer = openWriter(data)
    port.on("message", (calls: readonly Call[]) => {
      if (calls.length > 0) return port.postMessage(writer.run(calls))
      writer.close()
      port.close()
    })
    port.postMessage([{ is: "done", value: null }] satisfies Reply[])
  } catch (cause) {
    port.postMessage([{ is: "failed", failure: failureOf(cause, data.path) }] satisfies Reply[])
  }
}
