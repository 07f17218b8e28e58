/** Who received a file, and when: asked by an operator, or by a list of bad files that has just named it. */
import { offsetMinutes } from "../mail/date.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Sighting } from "../mail/file.ts"
import { newTransactionId, type Instant } from "../mail/transaction.ts"
import { acceptNotice, type Desk } from "../notify/custody.ts"
import { harmless } from "../notify/markup.ts"
import type { Records } from "../store/store.ts"
import { approverOf } from "./office.ts"
import type { Hands } from "./queue.ts"
import { UsageError } from "./usage.ts"

/** Hashes asked about at once: some 5 ms of the writer's time. */
const BATCH = 1_000
/** Files and people that one notice names; the command tells all. */
const MOST_TOLD = 50

/** Everything that was seen of these files; what is no SHA-256 cannot be looked for. */
export async function sightingsOf(
  records: Pick<Records, "sightings">,
  hashes: readonly string[],
): Promise<readonly Sighting[]> {
  const sha256s = hashes.filter((hash) => hash.length === 64)
  const found: Sighting[] = []
  for (let at = 0; at < sha256s.length; at += BATCH)
    found.push(...(await records.sightings(sha256s.slice(at, at + BATCH))))
  return found
}

export interface LookBackDeps {
  readonly records: Pick<Records, "sightings" | "accept" | "note">
  readonly desk: Desk
  readonly tell: (events: readonly MailEvent[]) => void
}

/** A list names new files: an event for each person who has one, and one notice to the operator. Resolves when both are durable. */
export async function lookBack(added: readonly string[], { records, desk, tell }: LookBackDeps): Promise<number> {
  const found = await sightingsOf(records, added)
  if (found.length === 0) return 0
  const events = found.map((one) => eventOf(one, desk.now))
  const mail = await notice(found, desk)
  await records.accept({ ...mail, events: [...events, ...mail.events] }, [])
  tell([...events, ...mail.events])
  return found.length
}

function eventOf(
  { sha256, name, at, from, transaction, recipient, receivedAt, state }: Sighting,
  now: Instant,
): MailEvent {
  const detail = { sha256, name, at, from, received: new Date(receivedAt).toISOString(), state }
  return { kind: "look-back", at: now, transaction, recipient, by: "system", detail }
}

function told(values: readonly string[]): readonly string[] {
  return [...new Set(values)].slice(0, MOST_TOLD)
}

function notice(found: readonly Sighting[], desk: Desk): ReturnType<typeof acceptNotice> {
  const about = { id: newTransactionId(), at: desk.now, messageId: null, requireTls: false }
  const values = {
    so_tep: String(found.length),
    ten_tep: told(found.map(({ name }) => harmless(name))),
    nguoi_nhan: told(found.map(({ recipient }) => harmless(recipient))),
    ma_bam: told(found.map(({ sha256 }) => sha256)),
  }
  return acceptNotice({ name: "look-back", to: approverOf(desk.office.settings), about, values }, desk)
}

/** `lookback HASH…`: prints who received these files. 1 when nobody did. Throws UsageError for what is no SHA-256. */
export async function lookbackCommand(
  hashes: readonly string[],
  { store, configuration }: Hands,
  json: boolean,
): Promise<number> {
  const wanted = hashes.map((hash) => hash.trim().toLowerCase())
  const wrong = wanted.find((hash) => !/^[0-9a-f]{64}$/.test(hash))
  if (wrong !== undefined)
    throw new UsageError(`expected SHA-256 hashes of 64 hex digits, got ${JSON.stringify(wrong)}`)
  const found = await sightingsOf(store.records, wanted)
  if (json) for (const one of found) process.stdout.write(`${JSON.stringify(one)}\n`)
  else process.stdout.write(text(wanted, found, configuration.settings.timezone))
  return found.length > 0 ? 0 : 1
}

const STATES: Readonly<Record<string, string>> = {
  queued: "đang gửi / on its way",
  held: "đang giữ / held",
  delivered: "đã chuyển tới hộp thư / delivered",
  "set-aside": "để riêng / set aside",
}

function text(hashes: readonly string[], found: readonly Sighting[], timezone: string): string {
  const by = Map.groupBy(found, ({ sha256 }) => sha256)
  return hashes
    .map((hash) => {
      const rows = by.get(hash) ?? []
      const head =
        rows.length === 0
          ? "không ai nhận / nobody received it"
          : `${rows.length} người nhận / received by ${rows.length}`
      const lines = rows.map(
        ({ receivedAt, from, recipient, name, transaction, state }) =>
          `  ${moment(receivedAt, timezone)}  ${transaction}  ${from ?? "<>"} → ${recipient}  ${JSON.stringify(name)}  ${STATES[state] ?? `không tới nơi / not delivered (${state})`}`,
      )
      return `${[`${hash}: ${head}`, ...lines].join("\n")}\n`
    })
    .join("")
}

function moment(at: Instant, timezone: string): string {
  return new Date(at + offsetMinutes(at, timezone) * 60_000).toISOString().slice(0, 16).replace("T", " ")
}
