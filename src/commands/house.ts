/** The house: every room made with what it needs of the others. The one place that picks implementations. */
import { createHmac, createSecretKey } from "node:crypto"
import { join } from "node:path"
import { createSeal } from "../act/seal.ts"
import { createCap, type Cap } from "../act/cap.ts"
import { deskOf, spoolOctets, tell as tellOf } from "../act/tell.ts"
import { createConsole, type Console } from "../console/api/server.ts"
import { createRunner, type Runner } from "../deliver/runner.ts"
import { createGateway } from "../gateway.ts"
import type { Account } from "../mail/people.ts"
import type { Pass } from "../store/custody.ts"
import type { NoticeVersion } from "../mail/notice.ts"
import type { Kept } from "../mail/version.ts"
import type { MailEvent } from "../mail/event.ts"
import { newTransactionId } from "../mail/transaction.ts"
import { createOpeningLinks } from "../notify/opening.ts"
import type { Intake } from "../receive/intake.ts"
import { createReceiver, type Receiver } from "../receive/receiver.ts"
import { createPool, type Pool } from "../sandbox/pool.ts"
import { scanSettings } from "../sandbox/protocol.ts"
import { startScribe } from "../sandbox/scribe.ts"
import { openKey } from "../store/key.ts"
import { openStore } from "../store/open.ts"
import type { Search } from "../store/search.ts"
import { openSearch } from "../store/trace/open.ts"
import type { Shared } from "../store/shared.ts"
import type { Store } from "../store/store.ts"
import { createHealth, type Health } from "../telemetry/health.ts"
import { createLog, event, type Log } from "../telemetry/log.ts"
import { createMetrics, type Metrics } from "../telemetry/metrics.ts"
import { createAnchors } from "./anchors.ts"
import { verifier } from "./verifier.ts"
import type { Configuration } from "./assemble.ts"
import { createListWatch, type ListWatch } from "./list-watch.ts"
import { createBallotBox } from "./ballots.ts"
import { accept } from "./custody.ts"
import { examiner } from "./examiner.ts"
import { loginEvent } from "./login-event.ts"
import { lookBack } from "./look-back.ts"
import { worded } from "./removed.ts"
import { openStudy, type StudyThread } from "./policy-thread.ts"
import { type RoomWatch, watchRoom } from "./room.ts"
import { mailsTo, stepsOf } from "./chain.ts"
import { withEdits } from "./notice-edits.ts"
import { approverOf } from "./office.ts"
import { counted, sharedOf } from "./shared.ts"
import { createSetup, type SetupDeps } from "./setup.ts"
import { firstSecret, handsOf, remembered } from "./hands.ts"

export interface House {
  readonly log: Log
  readonly health: Health
  readonly metrics: Metrics
  readonly store: Store
  readonly search: Search
  readonly study: StudyThread
  readonly shared: Shared
  readonly pool: Pool
  readonly runner: Runner
  readonly receiver: Receiver
  readonly room: RoomWatch
  readonly web: Console
  /** For the first administrator; null once somebody has an account. */
  readonly firstLink: string | null
  /** Reads accounts and permissions anew. */
  remember(): Promise<void>
  readonly cap: Cap
  readonly lists: ListWatch
  readonly configuration: () => Configuration
  /** Takes new settings into force. Rejects with the faults that only opening files tells, and then nothing has changed. */
  configure(next: Configuration): Promise<void>
  /** Tells the end of the audit trail outside when it is due. */
  readonly anchors: (now: number) => Promise<void>
  /** Somebody changed the policy in the console. */
  onPolicy(listener: () => Promise<void>): void
  /** The same settings with another policy. */
  adopt(next: Configuration): void
  /** For log and metrics, once the events are durable. */
  readonly tell: (events: readonly MailEvent[]) => void
}

/** What must have reported before `/readyz` says ready. */
const PARTS = ["store", "receive", "deliver", "scan"]

/** What stands before the rooms, and must be closed again when one of them cannot be made. */
type Ground = Pick<House, "log" | "health" | "metrics" | "store" | "search" | "study" | "shared" | "pool">

/** Where the settings stand, and how they are taken into force once more. */
export type Files = Pick<SetupDeps, "file" | "reload">

/** Throws StoreError; rejects when a file of the settings cannot be read. Nothing is left open then. */
export async function build(first: Configuration, files: Files): Promise<House> {
  const log = createLog(first.settings.log.level)
  const metrics = createMetrics()
  const health = createHealth(PARTS)
  const store = await openStore(first.settings.store.path, { mode: "serve" })
  const search = openSearch(first.settings.store.path)
  const study = openStudy()
  const shared = sharedOf(first.settings.store.shared, { health, log })
  const pool = createPool({
    scan: scanSettings(first.settings),
    scribe: startScribe,
    shared: counted(shared, metrics),
    noticed: (why, said) => log.error("a child died", { why, said }),
  })
  try {
    return await furnish(first, files, { log, health, metrics, store, search, study, shared, pool })
  } catch (error) {
    await pool.close()
    shared.close()
    await search.close()
    await study.close()
    await store.records.close()
    throw error
  }
}

async function furnish(first: Configuration, files: Files, ground: Ground): Promise<House> {
  const { log, health, metrics, store, search, study, shared, pool } = ground
  /** Of files; what is in force has the words that people changed, too. */
  let bare = first
  let edits: readonly NoticeVersion[] = []
  let configuration = first
  const settings = (): Configuration["settings"] => configuration.settings
  const key = await openKey(first.settings.store.path)
  // As a KeyObject it is taken over once, not for every message.
  const secret = createSecretKey(key)
  const openings = createOpeningLinks(key)
  const tell = (events: readonly MailEvent[]): void => {
    for (const one of events) {
      event(log, one)
      metrics.events.inc({ kind: one.kind })
    }
  }
  const note = async (events: readonly MailEvent[], evidence?: Kept): Promise<void> => {
    await store.records.note(events, evidence)
    tell(events)
  }
  let verify = await verifier(first)
  /** What every message asks for, read anew every few seconds and after each decision. */
  const known: { accounts: readonly Account[]; passes: readonly Pass[] } = { accounts: [], passes: [] }
  const remember = async (): Promise<void> => {
    const [accounts, passes] = await Promise.all([store.records.accounts(), store.records.passes(Date.now())])
    Object.assign(known, { accounts, passes })
    const newest = await store.records.editedNotices()
    if (JSON.stringify(newest) !== JSON.stringify(edits)) {
      edits = newest
      configuration = withEdits(bare, edits)
    }
  }
  const wear = (next: Configuration): void => {
    bare = next
    configuration = withEdits(next, edits)
  }
  const away = (error: unknown): void => log.error("the store does not answer", { error })
  await remember()
  const cap = createCap(() => settings().notice.perHour)

  const gateway = createGateway({
    inForce: () => configuration.inForce,
    examine: examiner((spooled, claim) => pool.examine(spooled, claim), metrics, log),
    examineCleared: examiner((spooled, claim) => pool.examineCleared(spooled, claim), metrics, log),
    rewrite: (spooled, changes, id) =>
      pool.rewrite(spooled, worded(changes, configuration.office, { id, at: Date.now() })),
    spool: (octets) => spoolOctets(store.bodies, octets),
    keyedHash: (sha256) => createHmac("sha256", secret).update(sha256).digest("hex"),
    verify: (address) => verify(address),
    isReply: (answer, now) => store.records.isReply(answer, now),
    newId: newTransactionId,
    now: Date.now,
    tell: (judgement, plan, rules) =>
      tellOf(judgement, plan, {
        office: configuration.office,
        rules,
        approver: approverOf(settings()),
        openingLink: (opening) => openings.url(opening, settings().publicUrl),
        approvers: (hold) => mailsTo(stepsOf(hold, { configuration, accounts: known.accounts })[0]),
        bodies: store.bodies,
        cap,
        now: Date.now(),
      }),
    passes: () => known.passes,
    seal: createSeal(() => ({ hostname: settings().hostname, keys: configuration.keys }), store.bodies),
    discard: (spooled) => store.bodies.discard(spooled),
    note,
    accept: async (acceptance, reports) => {
      await accept(acceptance, reports, { records: store.records, runner })
      // What is in custody is answered with 250, whatever else fails.
      if (acceptance.uses !== undefined) await remember().catch(away)
      tell([...acceptance.events, ...reports.flatMap((report) => report.events)])
    },
  })
  const runner = createRunner({
    records: store.records,
    bodies: store.bodies,
    settings,
    office: () => configuration.office,
    reexamine: (lease, { lifted }) => gateway.reexamine(lease, lifted),
    log,
    now: Date.now,
    onEvent: (one) => tell([one]),
    onAttempt: (span) => metrics.delivery.observe(span / 1_000),
  })
  const decidedSomething = (): void => {
    runner.wake()
    remember().catch(away)
  }
  const ballots = createBallotBox({
    store,
    configuration: () => configuration,
    examine: examiner((spooled, claim) => pool.examineAnswer(spooled, claim), metrics, log),
    note,
    wake: decidedSomething,
    now: Date.now,
  })
  const intake: Intake = {
    // Who may send as whom is the login's matter, which `receive` knows; the policy has no word before RCPT.
    sender: () => Promise.resolve(null),
    recipient: (client, from, recipient) => {
      const rcpt = { client, from, recipient }
      return ballots.recipient(rcpt, () => gateway.recipient(rcpt))
    },
    message: (transaction, spooled) => ballots.message(transaction, spooled, (rest) => gateway.message(rest, spooled)),
    login: (attempt) => {
      note([loginEvent(attempt)]).catch((error: unknown) => log.error("a login could not be recorded", { error }))
    },
  }
  const lists = createListWatch({
    path: join(first.settings.store.path, "lists"),
    sources: () => settings().scan.hashes,
    changed: (kept) => pool.configure(scanSettings(settings(), kept)),
    lookBack: async (hashes) => {
      const desk = deskOf({ office: configuration.office, bodies: store.bodies, now: Date.now() })
      if ((await lookBack(hashes, { records: store.records, desk, tell })) > 0) runner.wake()
    },
    log,
  })
  await lists.look()
  const room = await watchRoom({
    path: first.settings.store.path,
    limits: () => configuration.settings.limits,
    health,
    log,
  })
  const receiver = await createReceiver({
    settings: first.settings,
    intake,
    bodies: store.bodies,
    shared,
    log,
    room: room.now,
  })
  let onPolicy: (() => Promise<void>) | null = null
  const hands = handsOf({
    store: { ...store, records: remembered(store.records, remember) },
    search,
    study,
    health,
    log,
    key,
    openings,
    configuration: () => configuration,
    examineWith: (spooled, passwords) => pool.examine(spooled, null, passwords),
    wake: decidedSomething,
    first: await firstSecret(store),
    pool,
    policyChanged: () => onPolicy?.(),
    setup: createSetup({ ...files, configuration: () => configuration, records: store.records }),
    noticesChanged: remember,
  })
  const web = createConsole({ settings: first.settings, metrics, health, log, hands })
  return {
    ...ground,
    runner,
    receiver,
    room,
    web,
    firstLink: hands.firstLink,
    remember,
    cap,
    lists,
    tell,
    configuration: () => configuration,
    anchors: createAnchors(store.records, () => settings().audit, log),
    onPolicy: (listener) => {
      onPolicy = listener
    },
    adopt: wear,
    configure: async (next) => {
      const nextVerify = await verifier(next)
      await receiver.reload(next.settings)
      verify = nextVerify
      wear(next)
      await lists.look()
      pool.configure(scanSettings(next.settings, lists.kept()))
    },
  }
}
