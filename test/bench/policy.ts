/**
 * What the policy costs: `npm run bench:policy -- 100000`. Prints a replay of so many stored verdicts with the shipped policy, what one
 * recipient costs under 1,000 rules and 10,000 exceptions, and how long mail waits while such a policy comes into force.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { performance } from "node:perf_hooks"
import { load } from "../../src/commands/load.ts"
import { replayed } from "../../src/commands/policy-life.ts"
import { withPolicy } from "../../src/commands/policy-source.ts"
import { STUDY_HERE, type Study } from "../../src/commands/policy-study.ts"
import { openStudy } from "../../src/commands/policy-thread.ts"
import { decide, prepare } from "../../src/decide/decide.ts"
import { openStore } from "../../src/store/open.ts"
import { largePolicy, mailFor } from "../decide/large.ts"
import { documentsOf, textOf } from "../decide/large-text.ts"
import { pastMail } from "./past-mail.ts"

const VERDICTS = Number(process.argv[2] ?? 100_000)
const RECIPIENTS = 5_000
/** Messages noted at once, as sessions side by side would. */
const AT_ONCE = 500
const DAY = 86_400_000

const loaded = load("config/gateway.yaml")
if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
const shipped = loaded.configuration
const NOW = Date.now()

async function replay(): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "congthu-bench-"))
  const store = await openStore(folder, { mode: "serve" })
  try {
    for (let done = 0; done < VERDICTS; done += AT_ONCE) {
      const many = Array.from({ length: Math.min(AT_ONCE, VERDICTS - done) }, (_, more) => done + more)
      await Promise.all(
        many.map((n) => {
          const { event, facts } = pastMail(n, shipped, NOW - DAY)
          return store.records.note([event], { at: event.at, transaction: event.transaction ?? "", facts })
        }),
      )
    }
    const drafts = [
      ["the policy that judged", shipped.reading.text],
      ["a draft that holds what webmail sends", shipped.reading.text.replace(/^rules:\n/m, `rules:\n${DRAFT}`)],
    ] as const
    for (const [name, document] of drafts) {
      const source = { name: "draft", document, registry: { units: [], mailboxes: [] }, exceptions: [] }
      const read = await withPolicy(shipped, source, { study: STUDY_HERE, now: NOW })
      if (!read.ok) throw new Error(read.faults.join("\n"))
      const [before, from] = [process.cpuUsage(), performance.now()]
      const { judged, same, changed, lost } = await replayed(read.configuration, { store }, NOW - 7 * DAY)
      const wall = (performance.now() - from) / 1_000
      console.log(
        `replay with ${name}: ${judged} verdicts in ${wall.toFixed(1)} s, ${seconds(before)} s of CPU; ` +
          `${same} the same, ${changed} changed, ${lost} not kept`,
      )
    }
  } finally {
    await store.records.close()
    await rm(folder, { recursive: true, force: true })
  }
}

const DRAFT = `  - id: bench
    when: { all: [ { direction: inbound }, { sender-webmail: any } ] }
    then: hold
    title: { vi: thử, en: trial }
`

function decisions(): void {
  const prepared = prepare(largePolicy())
  const mails = Array.from({ length: RECIPIENTS }, (_, n) => mailFor(n))
  for (const mail of mails.slice(0, 500)) decide(prepared, mail)
  const before = process.cpuUsage()
  const spans = mails.map((mail) => {
    const from = performance.now()
    decide(prepared, mail)
    return (performance.now() - from) * 1_000
  })
  const cpu = (Number(seconds(before, 6)) * 1e6) / RECIPIENTS
  const ordered = spans.toSorted((a, b) => a - b)
  const at = (share: number): string => (ordered[Math.floor(RECIPIENTS * share)] ?? 0).toFixed(0)
  console.log(
    `1,000 rules and 10,000 exceptions: ${cpu.toFixed(0)} µs of CPU a recipient; p50 ${at(0.5)} µs, p99 ${at(0.99)} µs`,
  )
}

/** From a version of the store to what judges; the longest that a timer of the mail's thread waited, and what that thread worked then. */
async function preparing(name: string, by: Study): Promise<void> {
  const large = largePolicy()
  const source = {
    name: "large",
    document: textOf(large),
    registry: { units: [], mailboxes: [] },
    exceptions: documentsOf(large),
  }
  const lag = watchLoop()
  const from = performance.now()
  const read = await withPolicy(shipped, source, { study: by, now: NOW })
  if (!read.ok) throw new Error(read.faults.slice(0, 5).join("\n"))
  const { rules } = read.configuration.inForce.prepared
  console.log(`${rules.length} rules made ready ${name}: ${(performance.now() - from).toFixed(0)} ms; ${lag()}`)
}

async function study(by: Study): Promise<void> {
  const large = largePolicy()
  const parts = { name: "large", registry: { units: [], mailboxes: [] }, exceptions: documentsOf(large) }
  const old = { ...parts, document: textOf(large) }
  const next = { ...parts, document: textOf({ ...large, rules: large.rules.slice(1) }) }
  const context = { ...shipped.reading.context, now: NOW }
  for (const [name, work] of [
    ["looked over", () => by.lint(old, context)],
    ["compared", () => by.difference(old, next, context)],
  ] as const) {
    const lag = watchLoop()
    const from = performance.now()
    const { length } = JSON.stringify(await work())
    console.log(`the same ${name}: ${(performance.now() - from).toFixed(0)} ms (${length} octets told); ${lag()}`)
  }
}

/** A timer each millisecond: how long it waited at most, by the clock and by the CPU time of this thread. */
function watchLoop(): () => string {
  let [wall, cpu] = [performance.now(), threadCpu()]
  let [longest, most] = [0, 0]
  const look = (): void => {
    const [now, used] = [performance.now(), threadCpu()]
    longest = Math.max(longest, now - wall)
    most = Math.max(most, used - cpu)
    wall = now
    cpu = used
  }
  const timer = setInterval(look, 1)
  return () => {
    look()
    clearInterval(timer)
    return `mail waited ${longest.toFixed(0)} ms at most, ${most.toFixed(0)} ms of them work`
  }
}

function threadCpu(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}

function seconds(before: NodeJS.CpuUsage, digits = 1): string {
  const { user, system } = process.cpuUsage(before)
  return ((user + system) / 1e6).toFixed(digits)
}

await replay()
decisions()
await preparing("at once, in the thread of mail", STUDY_HERE)
const thread = openStudy()
await preparing("as the gateway does, the thread just started", thread)
await preparing("as the gateway does", thread)
await study(thread)
await thread.close()
