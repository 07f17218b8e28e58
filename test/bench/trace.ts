/** What looking things up costs among many messages: `npm run bench:trace -- 1000000`. Prints ms of each question, the worst of five. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { MailEvent } from "../../src/mail/event.ts"
import { openStore } from "../../src/store/open.ts"
import type { Filter } from "../../src/store/search.ts"
import { openSearch } from "../../src/store/trace/open.ts"

const COUNT = Number(process.argv[2] ?? 100_000)
const AT_ONCE = 2_000
const START = Date.parse("2026-01-01T00:00:00Z")
const YEAR = 365 * 86_400_000

const units = Array.from({ length: 140 }, (_, index) => `unit-${index}`)
const KINDS = ["accepted", "accepted", "accepted", "rejected", "held"] as const

/** A message of one of 5,000 mailboxes in 140 units, to one of 20,000 strangers. */
function eventOf(index: number): MailEvent {
  const unit = units[(index * 31) % units.length] ?? ""
  const kind = KINDS[index % KINDS.length] ?? "accepted"
  return {
    kind,
    at: START + Math.floor((index / COUNT) * YEAR),
    transaction: index.toString(32).toUpperCase().padStart(12, "0"),
    recipient: `nguoi${(index * 7919) % 20_000}@${index % 3 === 0 ? "gmail.com" : `d${index % 997}.vn`}`,
    by: "client",
    detail: {
      direction: index % 2 === 0 ? "outbound" : "internal",
      from: `canbo${(index * 104_729) % 5_000}@${unit}.vn`,
      senderUnit: unit,
      recipientUnit: null,
      rules: kind === "accepted" ? [] : [`rule-${index % 12}`],
      size: index % 100_000,
    },
  }
}

const QUESTIONS: readonly (readonly [string, Filter])[] = [
  ["the newest", { units: null }],
  ["the newest of one unit", { units: ["unit-7"] }],
  ["the newest of forty units", { units: units.slice(0, 40) }],
  ["a code", { units: null, transaction: "000000000A0" }],
  ["a sender", { units: null, sender: "canbo17@unit-3.vn" }],
  ["a sender nobody is", { units: null, sender: "khong@co.vn" }],
  ["a recipient in one unit", { units: ["unit-7"], recipient: "nguoi77@gmail.com" }],
  ["a domain that everybody writes to", { units: null, domain: "gmail.com" }],
  ["that domain in one unit", { units: ["unit-7"], domain: "gmail.com" }],
  ["an outcome", { units: null, outcome: "held" }],
  ["an outcome in one unit", { units: ["unit-7"], outcome: "held" }],
  ["an outcome that never was", { units: null, outcome: "undeliverable" }],
  ["a rule", { units: null, rule: "rule-3" }],
  ["a rule in one unit", { units: ["unit-7"], rule: "rule-3" }],
  ["a month", { units: null, since: START + YEAR / 2, until: START + YEAR / 2 + 30 * 86_400_000 }],
  ["a month of one unit", { units: ["unit-7"], since: START + YEAR / 2, until: START + YEAR / 2 + 30 * 86_400_000 }],
]

const folder = await mkdtemp(join(tmpdir(), "congthu-trace-"))
const store = await openStore(folder, { mode: "serve" })
const search = openSearch(folder)
try {
  const began = performance.now()
  for (let index = 0; index < COUNT; index += AT_ONCE) {
    await store.records.note(
      Array.from({ length: Math.min(AT_ONCE, COUNT - index) }, (_, more) => eventOf(index + more)),
    )
    while ((await search.catchUp(AT_ONCE)) > 0);
  }
  const span = (performance.now() - began) / 1_000
  console.log(`${COUNT} messages taken in within ${span.toFixed(1)} s`)
  for (const [name, filter] of QUESTIONS) {
    let [worst, found] = [0, 0]
    for (let round = 0; round < 5; round++) {
      const start = performance.now()
      found = (await search.find(filter, null, 50)).length
      worst = Math.max(worst, performance.now() - start)
    }
    console.log(`${worst.toFixed(1).padStart(8)} ms  ${String(found).padStart(3)} rows  ${name}`)
  }
  for (const [name, list] of [
    ["overview of the house", null],
    ["overview of forty units", units.slice(0, 40)],
  ] as const) {
    const start = performance.now()
    const week = { units: list, since: START + YEAR - 7 * 86_400_000, until: START + YEAR }
    const figures = await Promise.all([search.figures(week, "kind"), search.figures(week, "rule")])
    console.log(`${(performance.now() - start).toFixed(1).padStart(8)} ms  ${figures.flat().length} rows  ${name}`)
  }
} finally {
  await search.close()
  await store.records.close()
  await rm(folder, { recursive: true, force: true })
}
