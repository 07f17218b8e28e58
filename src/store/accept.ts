/** Taking into custody: a message with its body, copies and events, and the reports it gives rise to; and events that stand alone. */
import { randomUUID } from "node:crypto"
import { basename } from "node:path"
import type { DatabaseSync } from "node:sqlite"
import type { Acceptance } from "../mail/delivery.ts"
import { addressKey } from "../mail/address.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Kept } from "../mail/version.ts"
import { createChain } from "./audit.ts"
import { createBallots } from "./ballots.ts"
import { bodyCipher } from "./cipher.ts"
import { sealCopy, type SealedCopy, type SealedMessage, sealMessage } from "./seal.ts"
import { createFiles } from "./files.ts"
import { createOffers } from "./offers.ts"
import { createThreads } from "./threads.ts"
import type { Taken, Transitions } from "./transitions.ts"

export function createAccept(db: DatabaseSync): Pick<Transitions, "accept" | "note" | "isReply" | "sightings"> {
  const threads = createThreads(db)
  const files = createFiles(db)
  const offers = createOffers(db)
  const ballots = createBallots(db)
  const usePass = db.prepare("UPDATE passes SET used_at = ? WHERE id = ? AND used_at IS NULL")
  const insertMessage = db.prepare(`
    INSERT INTO messages (id, received_at, client, envelope, summary, verdicts, edits, bounceable,
      size, sha256, eight_bit, key, file, body, seal)
    VALUES (:id, :receivedAt, :client, :envelope, :summary, :verdicts, :edits, :bounceable,
      :size, :sha256, :eight_bit, :key, :file, :body, :seal)`)
  const insertCopy = db.prepare(`
    INSERT INTO copies (message, recipient, recipient_key, edits, require_tls, state, due_at, expires_at, hold, hold_until,
      bulk, seal, lease_token, lease_until)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`)
  const chain = createChain(db)
  const keep = db.prepare(`INSERT INTO evidence (seq, at, "transaction", facts) VALUES (?, ?, ?, ?)`)
  const use = db.prepare("UPDATE exceptions SET uses = uses + 1, last_used_at = ? WHERE id = ? AND state = 'granted'")

  /** Ids of the copies, in their order; those that wait for nobody are under the lease, when there is one. */
  function take(acceptance: Acceptance, lease: Taken["lease"] | null): readonly number[] {
    const { transaction, spooled, copies } = acceptance
    // Nothing would ever end such a message, nor delete its key.
    if (copies.length === 0) throw new Error(`${transaction.id}: a message without copies`)
    const edits = [...new Set(copies.map((copy) => copy.edits))]
    const row: SealedMessage = {
      id: transaction.id,
      client: JSON.stringify(transaction.client),
      envelope: JSON.stringify(transaction.envelope),
      summary: JSON.stringify(acceptance.summary),
      edits: JSON.stringify(edits),
      bounceable: Number(acceptance.bounceable),
      size: spooled.size,
      sha256: spooled.sha256,
      eight_bit: Number(spooled.eightBit),
      file: spooled.at.kind === "file" ? basename(spooled.at.path) : null,
    }
    const seal = sealMessage(row)
    const { lastInsertRowid: message } = insertMessage.run({
      ...row,
      seal,
      receivedAt: transaction.at,
      verdicts: JSON.stringify(acceptance.verdicts),
      key: spooled.key,
      body: spooled.at.kind === "memory" ? bodyCipher(spooled.key).update(spooled.at.bytes) : null,
    })
    const ids = copies.map((copy) => {
      const mine = copy.hold === null ? lease : null
      const sealed: SealedCopy = {
        recipient: JSON.stringify(copy.recipient),
        edits: edits.indexOf(copy.edits),
        require_tls: Number(copy.requireTls),
      }
      const { lastInsertRowid: id } = insertCopy.run(
        message,
        sealed.recipient,
        addressKey(copy.recipient.address),
        sealed.edits,
        sealed.require_tls,
        copy.hold === null ? "queued" : "held",
        transaction.at,
        copy.expiresAt,
        copy.hold && JSON.stringify(copy.hold),
        copy.hold && copy.hold.until,
        Number(acceptance.bulk),
        sealCopy(sealed, seal),
        mine && mine.token,
        mine?.until ?? 0,
      )
      return Number(id)
    })
    files.remember(message, acceptance.files ?? [])
    if (acceptance.thread !== null) threads.remember(acceptance.thread, transaction.at)
    for (const offer of acceptance.offers ?? []) offers.put(offer)
    for (const ballot of acceptance.ballots ?? []) ballots.put(ballot)
    for (const pass of acceptance.uses ?? []) {
      // Of two that came at the same moment the second was let pass for nothing: its client comes again, and is judged without.
      if (usePass.run(transaction.at, pass).changes === 0) throw new Error(`${transaction.id}: its permission was used`)
    }
    note(acceptance.events, acceptance.evidence)
    const lifted = new Set(
      acceptance.verdicts.flatMap(({ verdict }) => verdict.lifted.map(({ exception }) => exception)),
    )
    for (const exception of lifted) use.run(transaction.at, exception)
    return ids
  }

  function note(events: readonly MailEvent[], evidence?: Kept): void {
    const first = chain.append(events)
    if (evidence !== undefined) keep.run(first, evidence.at, evidence.transaction, evidence.facts)
  }

  return {
    accept: (acceptance, reports, leaseUntil) => {
      const lease = leaseUntil === null ? null : { token: randomUUID(), until: leaseUntil }
      const ids = take(acceptance, lease)
      for (const report of reports) take(report, null)
      return lease && { lease, ids }
    },
    note,
    isReply: threads.isReply,
    sightings: files.sightings,
  }
}
