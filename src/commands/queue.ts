/** `queue` and `held`: the operator's hands on what is in custody. They act on the running gateway's own database. */
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir, userInfo } from "node:os"
import { join } from "node:path"
import type { QueueRow } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import { openStore } from "../store/open.ts"
import type { CopyRef } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import { atTheMachine, decideHeld, type Decider } from "./held.ts"

/** Rows a list prints unless told otherwise. */
export const LIST_LIMIT = 1_000

export type Hands = Decider

/** Opens the store beside the gateway, does one thing, closes it. */
export async function withStore<T>(configuration: Configuration, run: (hands: Hands) => Promise<T>): Promise<T> {
  const store = await openStore(configuration.settings.store.path, { mode: "command" })
  try {
    return await run({ store, configuration, now: Date.now(), by: operator() })
  } finally {
    await store.records.close()
  }
}

/** The same where there is no store yet, on an empty one that goes again: what only reads a draft needs nothing that is kept. */
export async function withStoreOrNone<T>(configuration: Configuration, run: (hands: Hands) => Promise<T>): Promise<T> {
  if (existsSync(join(configuration.settings.store.path, "records.db"))) return withStore(configuration, run)
  const path = await mkdtemp(join(tmpdir(), "congthu-"))
  try {
    const store = await openStore(path, { mode: "serve" })
    try {
      return await run({ store, configuration, now: Date.now(), by: operator() })
    } finally {
      await store.records.close()
    }
  } finally {
    await rm(path, { recursive: true, force: true })
  }
}

function operator(): string {
  return process.env["SUDO_USER"] ?? userInfo().username
}

export interface ListOptions {
  readonly json?: boolean
  readonly limit?: number
}

/** Prints the rows; with `json` one object a line. */
export async function list(
  which: "queued" | "held",
  { store: { records }, configuration: { settings } }: Hands,
  options: ListOptions,
): Promise<number> {
  const rows = await records[which](options.limit ?? LIST_LIMIT)
  if (options.json === true) for (const row of rows) process.stdout.write(`${JSON.stringify(row)}\n`)
  else process.stdout.write(table(rows, settings.timezone))
  return 0
}

/** Prints one message with its copies, verdicts and events. */
export async function show(transaction: string, hands: Hands, json: boolean): Promise<number> {
  const { records } = hands.store
  const { settings } = hands.configuration
  const record = await records.show(transaction)
  if (record === null) return nothing(transaction)
  if (json) {
    process.stdout.write(`${JSON.stringify(record, null, 2)}\n`)
    return 0
  }
  const verdicts = record.verdicts.flatMap(({ recipient, verdict }) => [
    `${recipient}: ${verdict.disposition} (${verdict.decisive.join(", ")})`,
    ...verdict.because.flatMap(({ vi, en }) => [`  ${vi}`, `  ${en}`]),
  ])
  const events = record.events.map(
    ({ at, kind, recipient, by, detail }) =>
      `${moment(at, settings.timezone)}  ${kind.padEnd(12)} ${recipient ?? "-"}  ${by}  ${JSON.stringify(detail)}`,
  )
  process.stdout.write(`${table(record.rows, settings.timezone)}${[...verdicts, ...events].join("\n")}\n`)
  return 0
}

/** How many copies each action changed: 0 means that nothing fitted, exit status 1. */
export type Action = "retry" | "hold" | "remove" | "release" | "deny"

const DONE: Readonly<Record<Action, string>> = {
  retry: "due now / sẽ gửi lại ngay",
  hold: "held / đã giữ lại",
  remove: "removed / đã xóa",
  release: "released / đã cho gửi",
  deny: "denied / không cho gửi",
}

export async function change(action: Action, ref: CopyRef, hands: Hands, reason: string): Promise<number> {
  if (action === "release" || action === "deny") return decide(action, ref, hands, reason)
  const count = await apply(action, ref, hands, reason)
  if (count === 0) return nothing(named(ref))
  process.stdout.write(`${count} ${DONE[action]}\n`)
  return 0
}

/** What two persons must agree to takes two who log in to the machine under their own names. */
async function decide(action: "release" | "deny", ref: CopyRef, hands: Hands, reason: string): Promise<number> {
  const person = atTheMachine(hands.by)
  const done = await decideHeld(action === "release" ? "released" : "denied", ref, { ...hands, person }, reason)
  const { released, denied, agreed, another } = done
  if (released + denied > 0) process.stdout.write(`${released + denied} ${DONE[action]}\n`)
  if (agreed > 0)
    process.stdout.write(`${agreed} agreed to, another person must too / đã đồng ý, cần thêm một người duyệt\n`)
  if (another > 0) process.stderr.write(`${another} another person must agree / cần một người khác duyệt\n`)
  if (released + denied + agreed > 0) return 0
  return another > 0 ? 1 : nothing(named(ref))
}

function named({ transaction, recipient }: CopyRef): string {
  return recipient === null ? transaction : `${transaction} ${recipient}`
}

function apply(
  action: Exclude<Action, "release" | "deny">,
  ref: CopyRef,
  hands: Hands,
  reason: string,
): Promise<number> {
  const { store, configuration, now, by } = hands
  switch (action) {
    case "retry":
      return store.records.retry(ref, by, now, reason)
    case "hold":
      return store.records.hold(ref, by, now, now + configuration.settings.hold.keep, reason)
    case "remove":
      return store.records.remove(ref, by, now, reason)
    default:
      return action satisfies never
  }
}

function nothing(what: string): number {
  process.stderr.write(`${what}: no such copy here / không có thư này\n`)
  return 1
}

function table(rows: readonly QueueRow[], timezone: string): string {
  if (rows.length === 0) return "(empty / không có thư nào)\n"
  return rows.map((row) => `${line(row, timezone)}\n`).join("")
}

function line(row: QueueRow, timezone: string): string {
  const { transaction, from, recipient, size, attempts, hold } = row
  const state =
    hold === null
      ? `due ${row.dueAt === null ? "-" : moment(row.dueAt, timezone)}, attempt ${attempts + 1}`
      : `${hold.kind} until ${moment(hold.until, timezone)} (${hold.rules.map(({ rule }) => rule).join(", ")})`
  const subject = printable(row.subject, 60)
  const reply = row.lastReply === null ? "" : `  ${printable(row.lastReply, 100)}`
  return `${transaction}  ${printable(from, 80)} → ${printable(recipient, 80)}  ${size} B  ${state}  “${subject}”${reply}`
}

/** What strangers wrote must not steer the operator's terminal. */
function printable(text: string, length: number): string {
  const clean = text.replace(/[\p{Cc}\p{Cf}]+/gu, " ")
  return clean.length > length ? `${clean.slice(0, length - 1)}…` : clean
}

function moment(at: Instant, timezone: string): string {
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "medium" }).format(at)
}
