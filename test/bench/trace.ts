/**
 * What looking things up costs among many messages: `npm run bench:trace -- 1000000`. Prints ms of each question to the API, over a
 * real socket and with a session, the worst of five; then of the overview and the reports.
 */
import { mkdtemp, rm } from "node:fs/promises"
import { performance } from "node:perf_hooks"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { MailEvent } from "../../src/mail/event.ts"
import type { Unit } from "../../src/mail/policy.ts"
import { openStore } from "../../src/store/open.ts"
import { openSearch } from "../../src/store/trace/open.ts"
import { load } from "../../src/commands/load.ts"
import { openOffice } from "../console/office.ts"

const COUNT = Number(process.argv[2] ?? 100_000)
const AT_ONCE = 2_000
const DAY = 86_400_000
const YEAR = 365 * DAY
/** A year that ends now, so that the overview's week is a busy one. */
const START = Date.now() - YEAR

/** A province with 139 units below it. */
const units: readonly Unit[] = Array.from({ length: 140 }, (_, index) => ({
  id: `unit-${index}`,
  parent: index === 0 ? null : `unit-${index < 20 ? 0 : (index % 19) + 1}`,
  name: { vi: `Đơn vị ${index}`, en: `Unit ${index}` },
  domains: [`unit-${index}.vn`],
  from: null,
  until: null,
}))
const RULES = [
  "webmail-official-out",
  "webmail-unsure-out",
  "webmail-out",
  "malware",
  "impersonation",
  "macro-dangerous",
  "encrypted",
] as const
const KINDS = ["accepted", "accepted", "accepted", "rejected", "held"] as const

/** A message of one of 5,000 mailboxes in 140 units, to one of 20,000 strangers; what was accepted arrived. */
function eventsOf(index: number): readonly MailEvent[] {
  const unit = units[(index * 31) % units.length]?.id ?? ""
  const kind = KINDS[index % KINDS.length] ?? "accepted"
  const rule = RULES[index % RULES.length] ?? "malware"
  const isInbound = rule === "malware" || rule === "impersonation" || index % 3 === 1
  const stranger = `nguoi${(index * 7919) % 20_000}@${index % 3 === 0 ? "gmail.com" : `d${index % 997}.vn`}`
  const ours = `canbo${(index * 104_729) % 5_000}@${unit}.vn`
  const about = {
    at: START + Math.floor((index / COUNT) * YEAR),
    transaction: `0${index
      .toString(32)
      .toUpperCase()
      .replaceAll(/[ILOU]/g, "Z")}`.padStart(12, "0"),
    recipient: isInbound ? ours : stranger,
    by: "client",
  }
  const detail = {
    direction: isInbound ? "inbound" : "outbound",
    from: isInbound ? stranger : ours,
    senderUnit: isInbound ? null : unit,
    recipientUnit: isInbound ? unit : null,
    rules: kind === "accepted" ? [] : [rule],
    size: index % 100_000,
    ...(kind !== "accepted" && rule === "malware" ? { findings: ["malware Win.Test.EICAR_HDB-1"] } : {}),
  }
  const first: MailEvent = { kind: kind === "held" ? "accepted" : kind, ...about, detail }
  if (kind === "rejected") return [first]
  return [first, { kind: kind === "held" ? "held" : "delivered", ...about, detail: kind === "held" ? detail : {} }]
}

const QUESTIONS: readonly (readonly [string, string])[] = [
  ["the newest", ""],
  ["the newest of one unit", "unit=unit-37"],
  ["the newest of a branch of eight", "unit=unit-7"],
  ["a code", `code=${eventsOf(320)[0]?.transaction}`],
  ["a sender", "sender=canbo17@unit-3.vn"],
  ["a sender nobody is", "sender=khong@co.vn"],
  ["a recipient in one unit", "unit=unit-37&recipient=nguoi77@gmail.com"],
  ["a domain that everybody writes to", "domain=gmail.com"],
  ["that domain in one unit", "unit=unit-37&domain=gmail.com"],
  ["an outcome", "outcome=held"],
  ["an outcome in one unit", "unit=unit-37&outcome=held"],
  ["an outcome that never was", "outcome=undeliverable"],
  ["a rule", "rule=webmail-out"],
  ["a rule in one unit", "unit=unit-37&rule=webmail-out"],
  ["a rule, an outcome and a direction", "rule=webmail-out&outcome=rejected&direction=outbound"],
  ["a month", `since=${START + YEAR / 2}&until=${START + YEAR / 2 + 30 * DAY}`],
  ["a month of one unit", `unit=unit-37&since=${START + YEAR / 2}&until=${START + YEAR / 2 + 30 * DAY}`],
  ["a word", "words=bao+cao"],
]

const given = process.argv[3]
const folder = given ?? (await mkdtemp(join(tmpdir(), "congthu-trace-")))
try {
  await fill()
  await measure()
} finally {
  if (given === undefined) await rm(folder, { recursive: true, force: true })
}

/** A folder that was filled before is taken as it is. */
async function fill(): Promise<void> {
  const store = await openStore(folder, { mode: "serve" })
  const search = openSearch(folder)
  try {
    // On a busy machine a step may take longer than the index's deadline: it is asked again.
    const catchUp = async (): Promise<number> => search.catchUp(AT_ONCE).catch(() => AT_ONCE)
    while ((await catchUp()) > 0);
    const [newest] = await search.find({ units: null }, null, 1)
    if (newest !== undefined) return
    const began = performance.now()
    for (let index = 0; index < COUNT; index += AT_ONCE) {
      const many = Array.from({ length: Math.min(AT_ONCE, COUNT - index) }, (_, more) => eventsOf(index + more))
      await store.records.note(many.flat())
      while ((await catchUp()) > 0);
    }
    console.log(`${COUNT} messages taken in within ${((performance.now() - began) / 1_000).toFixed(1)} s`)
  } finally {
    await search.close()
    await store.records.close()
  }
}

async function measure(): Promise<void> {
  const loaded = load("config/gateway.yaml")
  if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
  const { rules } = loaded.configuration.inForce.prepared.policy
  await using office = await openOffice({ folder, units, hands: () => ({ rules: () => rules }) })
  const who = await office.person(`op${Date.now()}`, { role: "operator", unit: "unit-0" })
  const officer = await office.person(`of${Date.now()}`, { role: "officer", unit: "unit-7" })
  async function time(name: string, path: string, by = who): Promise<void> {
    let [worst, octets, status] = [0, 0, 0]
    for (let round = 0; round < 5; round++) {
      const start = performance.now()
      const answer = await by.ask("GET", path)
      worst = Math.max(worst, performance.now() - start)
      octets = answer.text.length
      status = answer.status
    }
    console.log(`${worst.toFixed(1).padStart(8)} ms  ${status}  ${String(octets).padStart(7)} octets  ${name}`)
  }
  for (const [name, query] of QUESTIONS) await time(name, `/api/messages?${query}`)
  await time("overview of the house", "/api/overview")
  await time("overview of a branch", "/api/overview", officer)
  for (const id of ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"]) {
    await time(`report ${id} of a month`, `/api/reports/${id}?since=${START + YEAR - 30 * DAY}&until=${START + YEAR}`)
    await time(`report ${id} of the year`, `/api/reports/${id}?since=${START}&until=${START + YEAR}`)
  }
}
