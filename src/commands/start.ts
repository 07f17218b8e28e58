/** `start`: opens the doors, keeps house, and closes the doors again in the right order. */
import { rmSync, writeFileSync } from "node:fs"
import { createScannerHealth } from "../inspect/scan/scanners.ts"
import { deskOf, moreHeld } from "../act/tell.ts"
import { parseAddress } from "../mail/address.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Millis } from "../mail/transaction.ts"
import { StoreError } from "../store/error.ts"
import { escalateDue } from "./chain.ts"
import { duePeriods, sendDigests } from "./digest.ts"
import type { Configuration } from "./assemble.ts"
import { keepExceptions } from "./exceptions-keep.ts"
import { expireHeld } from "./held.ts"
import { build, type House } from "./house.ts"
import { fileFaults, loadBeside } from "./load.ts"
import { PolicyFault } from "./policy-source.ts"
import { STUDY_HERE } from "./policy-study.ts"
import { createPolicyWatch, type PolicyWatch } from "./policy-watch.ts"
import { pidFile } from "./reload.ts"
import { instead, usable } from "./usable.ts"
import { UsageError } from "./usage.ts"

/** Sessions get this long to finish their transaction once we are told to stop. */
const DRAIN: Millis = 20_000
/** How often holds are looked at and the store is asked whether it lives. */
const HOUSEKEEPING: Millis = 5_000
const PING: Millis = 2_000
/** Old records that go at once, some ms of the writer's time: a hundred a second. */
const TIDY = 500

/** Longer than any session lasts. */
const OLDEST_SESSION: Millis = 86_400_000

/** Resolves when the gateway listens; it runs until SIGTERM or SIGINT. Throws UsageError and StoreError. */
export async function start(file: string): Promise<void> {
  const loaded = await usable(file)
  const faults = await fileFaults(loaded.configuration.settings)
  if (faults.length > 0) throw new UsageError(faults.join("\n"))
  const house: House = await build(loaded.configuration, { file, reload: (by) => reload(file, house, watch, by) })
  const { log, receiver, web, runner } = house
  const watch = createPolicyWatch(house)
  for (const warning of loaded.warnings) log.warn("settings", { warning })
  const pid = pidFile(loaded.configuration.settings)
  let keeping: NodeJS.Timeout | null = null
  let stopping = false
  const stop = (): void => {
    // npm passes on a signal that the process group got already: the second one changes nothing.
    if (stopping) return
    stopping = true
    if (keeping !== null) clearInterval(keeping)
    watch.stop()
    void close(house).finally(() => rmSync(pid, { force: true }))
  }
  process.on("SIGTERM", stop)
  process.on("SIGINT", stop)
  process.on("SIGHUP", () => {
    // All of them at once: none waits until another has read its own.
    house.shared.wake("policy")
    void reload(file, house, watch)
  })
  house.shared.onWake(() => void reload(file, house, watch))
  house.onPolicy(() => watch.look())

  try {
    house.adopt(await settled(watch, loaded.configuration))
    const listening = await opened(receiver.listen())
    await opened(web.listen())
    writeFileSync(pid, `${process.pid}\n`)
    runner.start()
    watch.start()
    await keepHouse(house)
    keeping = setInterval(() => void keepHouse(house), HOUSEKEEPING)
    for (const part of ["receive", "deliver"]) house.health.report(part, "ok")
    const { version } = house.configuration().inForce.prepared.policy
    const at = listening.map(({ listener, host, port }) => `${listener} ${host}:${port}`)
    if (house.firstLink !== null) {
      process.stderr.write(`Tạo người quản trị đầu tiên / create the first administrator: ${house.firstLink}\n`)
    }
    await note(house, "started", { policy: version, listening: at })
  } catch (error) {
    stop()
    throw error
  }
}

/** A version that these settings cannot read is a fault of theirs. */
async function settled(watch: PolicyWatch, file: Configuration): Promise<Configuration> {
  try {
    return await watch.settle(file, STUDY_HERE)
  } catch (error) {
    throw error instanceof PolicyFault ? new UsageError(error.message) : error
  }
}

/** An address that is taken or not ours is a fault of the settings, told without a stack. */
async function opened<T>(listening: Promise<T>): Promise<T> {
  try {
    return await listening
  } catch (error) {
    throw new UsageError(
      `listen: expected addresses and ports that are free, got ${error instanceof Error ? error.message : "an error"}`,
    )
  }
}

/** An event of the gateway itself. */
async function note(
  { store, tell }: House,
  kind: EventKind,
  detail: MailEvent["detail"],
  by = "system",
): Promise<void> {
  const events = [{ kind, at: Date.now(), transaction: null, recipient: null, by, detail }]
  await store.records.note(events)
  tell(events)
}

/** Ends holds whose time is over, forgets what is old, tells what others did, reads the gauges, and says how the parts are. */
async function keepHouse(house: House): Promise<void> {
  const { store, metrics, health, receiver, log } = house
  try {
    await house.remember()
    await endHolds(house)
    await tellUnits(house)
    await escalateDue({
      store,
      configuration: house.configuration(),
      accounts: await store.records.accounts(),
      now: Date.now(),
    })
    await keepExceptions(house.store, house.configuration(), Date.now())
    await house.anchors(Date.now())
    const { retention } = house.configuration().settings
    const now = Date.now()
    await store.records.tidy({ events: now - retention.events, messages: now - retention.messages }, TIDY)
    await store.records.tidyPeople(now - OLDEST_SESSION, now)
    house.tell(await store.records.news())
    const { queued, held } = await store.records.counts()
    metrics.queue.set({ state: "queued" }, queued)
    metrics.queue.set({ state: "held" }, held)
    metrics.sessions.set(receiver.connections())
    health.report("store", "ok")
  } catch (error) {
    log.error("the store does not answer", { error })
    health.report("store", "down", "the store does not answer")
    // Without its writer the gateway can promise nothing any more; who started it shall start it anew.
    if (error instanceof StoreError && error.fault === "closed") process.exit(1)
  }
  await keepIndex(house)
  await house.lists.look()
  await reportScanner(house)
}

/** The day whose digests went out: they are made once a day, and accepted once whatever restarts. */
let told = ""

async function tellUnits({ store, search, configuration, log }: House): Promise<void> {
  const now = Date.now()
  const today = duePeriods(now, configuration())
    .map(({ name, until }) => `${name} ${until}`)
    .join(" ")
  if (today === "" || today === told) return
  try {
    await sendDigests({
      store,
      search,
      configuration: configuration(),
      accounts: await store.records.accounts(),
      now,
    })
    told = today
  } catch (error) {
    log.error("digests could not be sent", { error })
  }
}

/** Events taken in at once, some 30 ms of the index's thread; a question then waits no longer. */
const INDEXED = 1_000

/** The index is made of the records, and follows them. */
async function keepIndex({ search, configuration, log, health }: House): Promise<void> {
  try {
    while ((await search.catchUp(INDEXED)) === INDEXED);
    await search.forget(Date.now() - configuration().settings.retention.events)
    health.report("search", "ok")
  } catch (error) {
    log.error("the index of messages does not answer", { error })
    health.report("search", "degraded", "the index of messages does not answer")
  }
}

/** A scanner that is configured and does not answer lets no attachment in: mail waits at its senders. */
async function reportScanner({ health, pool, configuration, lists }: House): Promise<void> {
  if (pool.stats().children === 0) return health.report("scan", "down", "no child process reads mail")
  const said = await createScannerHealth(configuration().settings.scan)(PING)
  const { missing, faults } = lists.status()
  if (said.state === "down") health.report("scan", "down", `the malware scanner: ${said.why}`)
  else if (missing) health.report("scan", "down", faults.join("; "))
  else if (said.state === "degraded") health.report("scan", "degraded", said.why)
  else if (faults.length > 0) health.report("scan", "degraded", faults.join("; "))
  else health.report("scan", "ok")
}

/** Holds whose time is over, and people who were spared notices for an hour. */
async function endHolds({ store, cap, tell, configuration, runner }: House): Promise<void> {
  const now = Date.now()
  // The records tell of it.
  await expireHeld({ store, configuration: configuration(), now })
  const desk = deskOf({ office: configuration().office, bodies: store.bodies, now })
  for (const { person, count } of cap.spared(now)) {
    const to = parseAddress(person)
    if (to === null) continue
    const mail = await moreHeld(to, count, desk)
    await store.records.accept(mail, [])
    tell(mail.events)
  }
  runner.wake()
}

/** Faulty settings leave the last good ones in force; their faults are told. */
async function reload(file: string, house: House, watch: PolicyWatch, by = "system"): Promise<readonly string[]> {
  const { log } = house
  const read = await loadBeside(file, house.study)
  try {
    const loaded = read.ok ? read : await instead(read, house.store.records)
    const next = await watch.settle(loaded.configuration)
    await house.configure(next)
    const { version } = next.inForce.prepared.policy
    for (const warning of loaded.warnings) log.warn("settings", { warning })
    await note(house, "settings-reloaded", { policy: version }, by)
    return []
  } catch (error) {
    const faults = error instanceof UsageError ? error.message.split("\n") : []
    for (const fault of faults) log.error("settings refused; the last good ones stay in force", { fault })
    if (faults.length === 0) log.error("settings refused; the last good ones stay in force", { error })
    return faults.length > 0 ? faults : [error instanceof Error ? error.message : "an error"]
  }
}

/** No new mail, sessions finish, attempts end, then the store closes. */
async function close(house: House): Promise<void> {
  const { log, health, room, store, shared, pool, runner, receiver, web } = house
  health.report("receive", "down", "stopping")
  await receiver.close(DRAIN)
  await runner.stop()
  await pool.close()
  room.stop()
  await note(house, "stopped", {}).catch((error: unknown) => log.error("the store does not answer", { error }))
  await store.records.close()
  shared.close()
  await web.close()
  await house.study.close()
  await house.search.close().catch((error: unknown) => log.error("the index did not close", { error }))
  log.flush()
}
