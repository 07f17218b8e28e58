/** Copies on their way: leased for an attempt, settled after it. */
import { createHash, randomUUID } from "node:crypto"
import { statSync } from "node:fs"
import { join } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Delivery, Edit, Lease, Summary } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Client, Envelope, Instant, Millis, Recipient, Spooled } from "../mail/transaction.ts"
import { bodyCipher } from "./cipher.ts"
import type { Finish } from "./finish.ts"
import { sealCopy, type SealedCopy, type SealedMessage, sealMessage } from "./seal.ts"
import { BodyCorrupt } from "./store.ts"
import type { Transitions } from "./transitions.ts"

interface MessageRow extends SealedMessage {
  readonly received_at: Instant
  readonly key: Uint8Array | null
  readonly body: Uint8Array | null
  readonly seal: string | null
}
interface DueRow {
  readonly message: number
  readonly at: Instant
  readonly lane: number
}
interface CopyRow extends SealedCopy {
  readonly id: number
  readonly attempts: number
  readonly due_at: Instant
  readonly expires_at: Instant
  readonly reexamine: number
  readonly delay_noticed: number
  readonly crashes: number
  readonly lifted: string | null
  readonly route: string | null
  readonly seal: string | null
}

/** As `copies.lane`: mail of people, mailings, and what was under way whenever the gateway broke. */
const LANES = { ordinary: 0, bulk: 1, suspect: 2 } as const
/** A mailing stands in the queue as if it had become due so much later: it yields, and is never starved. */
const BULK_YIELDS: Millis = 600_000

/** A clock that is set back further than this was wrong before. */
const STEP_BACK: Millis = 60_000
const EVENTS_BEFORE_START = 1_000

export const LEASE_SQL = {
  due: `SELECT message, ready_at AS at, lane FROM copies WHERE state = 'queued' AND lane = ? AND ready_at <= ?
    ORDER BY ready_at LIMIT ?`,
  // Named: with a long queue the other index would be a walk through everything that is due.
  copies: `SELECT id, recipient, edits, require_tls, attempts, due_at, expires_at, reexamine, delay_noticed, crashes, lifted, route, seal
    FROM copies INDEXED BY copies_message WHERE message = ? AND state = 'queued' AND lane = ? AND ready_at <= ? ORDER BY id`,
  suspected: `SELECT 1 FROM copies WHERE state = 'queued' AND lane = 2 AND ready_at > ? AND lease_token IS NOT NULL LIMIT 1`,
}

export interface LeaseNeeds extends Pick<Transitions, "accept" | "note"> {
  readonly finish: Finish
  /** The directory of large bodies. */
  readonly bodies: string
}

export function createLease(db: DatabaseSync, needs: LeaseNeeds): Pick<Transitions, "lease" | "body"> {
  const due = db.prepare(LEASE_SQL.due)
  const dueCopies = db.prepare(LEASE_SQL.copies)
  const suspected = db.prepare(LEASE_SQL.suspected)
  const dueAtOnce = db.prepare(`
    UPDATE copies SET due_at = ? WHERE state = 'queued' AND lane IN (0, 1, 2) AND ready_at > ? AND lease_token IS NULL`)
  const told = db.prepare("SELECT max(seq) AS seq, max(at) AS at FROM events WHERE seq > ?")
  /** The last event whose time was looked at; before the first look, those of the last moments before the start. */
  let seen = Number(db.prepare("SELECT max(seq) AS seq FROM events").get()?.["seq"] ?? 0) - EVENTS_BEFORE_START
  let latest = 0
  /** The time it was before the clock was set back; 0: it was not, or that time has come again. */
  let wrong = 0
  const messageRow = db.prepare(`
    SELECT id, received_at, client, envelope, summary, edits, bounceable, size, sha256, eight_bit, key, file, body, seal
    FROM messages WHERE number = ?`)
  const byId = db.prepare("SELECT number, key FROM messages WHERE id = ?")
  const messageId = db.prepare("SELECT id FROM messages WHERE number = ?")
  const take = db.prepare("UPDATE copies SET lease_token = ?, lease_until = ? WHERE id = ?")
  const setAside = db.prepare("UPDATE copies SET state = 'set-aside', lease_token = NULL, lease_until = 0 WHERE id = ?")

  /** The messages that are due, each once in its lane, those of people first. One suspect at a time: who dies with it is none. */
  function inTurn(now: Instant, limit: number): Iterable<DueRow> {
    const inLane = (lane: number, most: number): DueRow[] => due.all(lane, now, most) as unknown as DueRow[]
    const suspects = suspected.get(now) === undefined ? inLane(LANES.suspect, 1) : []
    const bulk = inLane(LANES.bulk, limit).map((row) => ({ ...row, at: row.at + BULK_YIELDS }))
    const others = [...inLane(LANES.ordinary, limit), ...bulk].toSorted((a, b) => a.at - b.at)
    return new Map([...suspects, ...others].map((row) => [`${row.message} ${row.lane}`, row])).values()
  }

  /** What was due at a time that is to come again must not wait for it. */
  function hurry(now: Instant): void {
    // What was accepted and tried between two looks has told its time too, even when the clock went there and back.
    const events = told.get(seen)
    seen = Math.max(seen, Number(events?.["seq"] ?? 0))
    const furthest = Math.max(latest, Number(events?.["at"] ?? 0))
    if (now < furthest - STEP_BACK && wrong === 0) dueAtOnce.run(now, now)
    if (now < furthest - STEP_BACK) wrong = Math.max(wrong, furthest)
    if (now >= wrong) wrong = 0
    // Copies that were under way at that moment come back with a time of then.
    else dueAtOnce.run(now, wrong - STEP_BACK)
    latest = now
  }

  function leaseDue(now: Instant, limit: number, span: Millis): readonly Lease[] {
    hurry(now)
    const leases: Lease[] = []
    let room = limit
    for (const { message, lane } of inTurn(now, limit)) {
      const copies = dueCopies.all(message, lane, now) as unknown as CopyRow[]
      // Whole messages where they fit: this one is left for the next call, unless it would never fit.
      if (copies.length > room && room < limit) break
      const taken = copies.slice(0, room)
      try {
        const made = read(message, taken, { token: randomUUID(), until: now + span })
        for (const copy of taken) take.run(made.token, made.until, copy.id)
        leases.push(made)
        room -= taken.length
      } catch (cause) {
        // One damaged record must not stop the others. A fault of the whole disk fails the update too, and so the call.
        for (const copy of copies) setAside.run(copy.id)
        needs.note([setAsideEvent(idOf(message), now, copies.length, cause)])
      }
      if (room === 0) break
    }
    return leases
  }

  function idOf(message: number): string | null {
    const row = messageId.get(message) as { id: string } | undefined
    return row?.id ?? null
  }

  function read(message: number, copies: readonly CopyRow[], terms: Pick<Lease, "token" | "until">): Lease {
    const row = messageRow.get(message) as unknown as MessageRow | undefined
    if (row === undefined) throw new BodyCorrupt("the message's record is missing")
    checkSeals(row, copies)
    const edits = JSON.parse(row.edits) as (readonly Edit[])[]
    return {
      ...terms,
      transaction: {
        id: row.id,
        client: JSON.parse(row.client) as Client,
        envelope: JSON.parse(row.envelope) as Envelope,
        at: row.received_at,
      },
      spooled: spooledOf(row, needs.bodies),
      bounceable: row.bounceable === 1,
      summary: JSON.parse(row.summary) as Summary,
      deliveries: copies.map((copy) => deliveryOf(copy, edits)),
    }
  }

  return {
    lease: leaseDue,
    body: (transaction) => {
      const found = byId.get(transaction) as { number: number; key: Uint8Array | null } | undefined
      if (found === undefined || found.key === null) return null
      const lease = read(found.number, [], { token: "", until: 0 })
      return { transaction: lease.transaction, spooled: lease.spooled }
    },
  }
}

/** One flipped bit of an address is another address. */
function checkSeals(row: MessageRow, copies: readonly CopyRow[]): void {
  if (row.seal === null) return
  if (sealMessage(row) !== row.seal) throw new BodyCorrupt("the message's record is damaged")
  for (const copy of copies) {
    if (sealCopy(copy, row.seal) !== copy.seal) throw new BodyCorrupt("a copy's record is damaged")
  }
}

function deliveryOf(row: CopyRow, lists: readonly (readonly Edit[])[]): Delivery {
  const edits = lists[row.edits]
  if (edits === undefined) throw new BodyCorrupt("a copy's edits are missing")
  return {
    id: row.id,
    recipient: JSON.parse(row.recipient) as Recipient,
    edits,
    requireTls: row.require_tls === 1,
    attempts: row.attempts,
    dueAt: row.due_at,
    expiresAt: row.expires_at,
    reexamine: row.reexamine === 1,
    delayNoticed: row.delay_noticed === 1,
    crashes: row.crashes,
    lifted: row.lifted === null ? [] : (JSON.parse(row.lifted) as Delivery["lifted"]),
    route: row.route,
  }
}

/** A file's octets are checked by whoever reads it to the end; here only that it is there in full. */
function spooledOf(row: MessageRow, bodies: string): Spooled {
  if (row.key === null) throw new BodyCorrupt("the body's key is missing")
  const common = { size: row.size, sha256: row.sha256, eightBit: row.eight_bit === 1, key: row.key }
  if (row.file !== null) {
    const path = join(bodies, row.file)
    if (statSync(path, { throwIfNoEntry: false })?.size !== row.size)
      throw new BodyCorrupt("the body's file is missing")
    return { ...common, at: { kind: "file", path } }
  }
  if (row.body === null) throw new BodyCorrupt("the body is missing")
  const bytes = bodyCipher(row.key).update(row.body)
  if (createHash("sha256").update(bytes).digest("hex") !== row.sha256) throw new BodyCorrupt("the body is damaged")
  return { ...common, at: { kind: "memory", bytes } }
}

function setAsideEvent(transaction: string | null, at: Instant, copies: number, cause: unknown): MailEvent {
  const why = cause instanceof Error ? cause.message : String(cause)
  return {
    kind: "set-aside",
    at,
    transaction,
    recipient: null,
    by: "system",
    detail: { why: why.slice(0, 200), copies },
  }
}
