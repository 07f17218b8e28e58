/** The pool of child processes that read hostile octets: a message can take down its reader, never the gateway or another message. */
import type { Drawn, PageWanted } from "../mail/drawn.ts"
import type { Examination } from "../mail/examination.ts"
import type { Claim } from "../mail/identity.ts"
import type { Spooled } from "../mail/transaction.ts"
import { createCrew, SMALL } from "./crew.ts"
import type { Change, Rewriting } from "../mail/rewrite.ts"
import { asDrawn, asExamination, asRewriting, type Job, createJob, type Reading } from "./job.ts"
import type { Memory, ScanSettings, Task } from "./protocol.ts"
import type { Scribe } from "./scribe.ts"
import type { Millis } from "../mail/transaction.ts"
import type { Death, Worker } from "./worker.ts"

export interface PoolOptions {
  readonly scan: ScanSettings
  /** The child's main. */
  readonly child?: URL
  /** What children and gateways tell one another; without it each child knows for itself. */
  readonly shared?: Memory
  /** Told of every child that died, with its last words: one line of printable ASCII, bounded. */
  readonly noticed?: (why: Death, said: string) => void
  /** Hires who reads and draws pages, once, when the settings or somebody first want it; without it nobody does. */
  readonly scribe?: () => Scribe
  /** How long one examination may take together with all waiting for a child. */
  readonly patience?: Millis
}

export interface PoolStats {
  readonly children: number
  /** Messages being read. */
  readonly running: number
  /** Messages waiting for a child. */
  readonly waiting: number
  /** Children that died since the start. */
  readonly deaths: Readonly<Record<Death, number>>
}

export interface Pool {
  /**
   * What the message is. One that no child survives reading alone is `unreadable`. Rejects when nobody can tell: no child
   * takes jobs for as long as `scan.deadline`, or all are busy for longer than our patience; the client shall try again.
   * `claim` is who sent it when that is to be proven, `passwords` what a recipient gave to open its files.
   */
  examine(spooled: Spooled, claim?: Claim | null, passwords?: readonly string[]): Promise<Examination>
  /** Of what may be secret and two persons let pass: as of any other message. */
  examineCleared(spooled: Spooled, claim: Claim | null): Promise<Examination>
  /** Of an answer to a notice of ours: with the beginning of its text. */
  examineAnswer(spooled: Spooled, claim: Claim | null): Promise<Examination>
  /** As `examine`, with its text, for a person who may read it. */
  read(spooled: Spooled): Promise<Examination>
  /** A page of a file in it, for a person who may read it. Rejects as `examine` does. */
  draw(spooled: Spooled, wanted: PageWanted): Promise<Drawn>
  /** The message made anew with these changes. Rejects as `examine` does. */
  rewrite(spooled: Spooled, changes: readonly Change[]): Promise<Rewriting>
  /** New settings, for every message from now on. */
  configure(scan: ScanSettings): void
  stats(): PoolStats
  /** Ends every child; what is still being examined rejects. */
  close(): Promise<void>
}

/** Shares of the deadline: first with neighbours, and then alone; the rest is for the start of a fresh child. */
const TOGETHER = 0.4
const ALONE = 0.35
/** A client waits ten minutes for its answer (RFC 5321 §4.5.3.2.6), and `receive/` gives up for it after seven. */
const PATIENCE: Millis = 360_000

const CHILD = new URL("./child.ts", import.meta.url)

const ALONE_KNOWN: Memory = { recall: () => Promise.resolve(null), remember: () => {} }

export function createPool({
  scan,
  child = CHILD,
  shared = ALONE_KNOWN,
  noticed = () => {},
  scribe: hire,
  patience = PATIENCE,
}: PoolOptions): Pool {
  let settings = scan
  let scribe: Scribe | null = null
  const withScribe = (next: ScanSettings): ScanSettings => {
    if (hire === undefined || next.recognise.ocr === "off") return next
    scribe ??= hire()
    return { ...next, scribe: scribe.name }
  }
  let closed = false
  let alone = 0
  const jobs = new Set<Job>()
  const waiting = new Set<Job>()
  /** Jobs whose child died: one of them killed it, and only each by itself can tell which. */
  const suspects = new Set<Job>()

  const pump = (): void => {
    let isTight = false
    for (const job of waiting) {
      const { size } = job.task.spooled
      // What waits for room lets small mail pass, and nothing else.
      if (isTight && size > SMALL) continue
      const worker = crew.free(size)
      if (worker === null && size <= SMALL) break
      isTight ||= worker === null
      if (worker === null) continue
      waiting.delete(job)
      void runTogether(job, worker)
    }
    for (const job of suspects) {
      if (alone >= settings.children) break
      suspects.delete(job)
      void runAlone(job)
    }
  }
  const runTogether = async (job: Job, worker: Worker): Promise<void> => {
    const fate = await worker.run(job.task, settings.deadline * TOGETHER)
    if (fate.is !== "died") job.settle(fate)
    else if (jobs.has(job)) suspects.add(job)
    pump()
  }
  const runAlone = async (job: Job): Promise<void> => {
    alone++
    const worker = crew.fresh()
    if (await worker.ready) job.settle(await worker.run(job.task, settings.deadline * ALONE))
    else job.settle({ is: "failed", why: "no child process could be started" })
    worker.stop()
    alone--
    pump()
  }
  const crew = createCrew({ scan: withScribe(scan), child, shared, noticed, ready: pump })

  const run = async <T>(task: Task, reading: Reading<T>): Promise<T> => {
    await scribe?.settled
    if (closed) throw new Error("message not examined: the pool is closed")
    const over = (job: Job): void => {
      for (const list of [jobs, waiting, suspects]) list.delete(job)
    }
    // Waiting while others are read is nobody's fault; without children that take jobs it is in vain.
    const goesOn = (job: Job): boolean => !waiting.has(job) || crew.isSound()
    const { job, done } = createJob(task, reading, { deadline: settings.deadline, patience, goesOn, over })
    jobs.add(job)
    waiting.add(job)
    pump()
    return done
  }

  return {
    examine: (spooled, claim = null, passwords = []) =>
      run({ spooled, claim, passwords, rewrite: null }, asExamination),
    examineCleared: (spooled, claim) =>
      run({ spooled, claim, passwords: [], cleared: true, rewrite: null }, asExamination),
    examineAnswer: (spooled, claim) =>
      run({ spooled, claim, passwords: [], text: "beginning", rewrite: null }, asExamination),
    rewrite: (spooled, changes) => run({ spooled, claim: null, passwords: [], rewrite: changes }, asRewriting),
    read: (spooled) => run({ spooled, claim: null, passwords: [], rewrite: null, text: "whole" }, asExamination),
    async draw(spooled, wanted) {
      if (hire === undefined) return { is: "absent" }
      scribe ??= hire()
      const draw = { ...wanted, scribe: scribe.name }
      return run({ spooled, claim: null, passwords: [], rewrite: null, draw }, asDrawn)
    },
    configure(next) {
      settings = next
      crew.configure(withScribe(next))
      pump()
    },
    stats() {
      const queued = waiting.size + suspects.size
      return { ...crew.count(), running: jobs.size - queued, waiting: queued }
    },
    async close() {
      closed = true
      for (const job of jobs) job.settle({ is: "failed", why: "the pool is closed" })
      scribe?.stop()
      await crew.close()
    },
  }
}
