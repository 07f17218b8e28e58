/** Messages to store: plausible ones, of which a test names only what it is about. */
import type { Acceptance, Copy, Hold, Thread } from "../../src/mail/delivery.ts"
import { parseAddress, type Address } from "../../src/mail/address.ts"
import type { Recipient, Spooled } from "../../src/mail/transaction.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import type { Bodies, CopyRef, Decision, Records } from "../../src/store/store.ts"

export const NOW = 1_790_000_000_000
export const HOUR = 3_600_000
export const FOREVER = NOW + 120 * HOUR

export function addressOf(text: string): Address {
  const address = parseAddress(text)
  if (address === null) throw new Error(`no address: ${text}`)
  return address
}

export function recipientOf(text: string): Recipient {
  return { address: addressOf(text), notify: null, orcpt: null }
}

export function copyTo(recipient: string, rest: Partial<Copy> = {}): Copy {
  return { recipient: recipientOf(recipient), edits: [], requireTls: false, expiresAt: FOREVER, hold: null, ...rest }
}

export function holdUntil(until: number): Hold {
  return { rules: [{ rule: "webmail-official-out", kind: "hold" }], kind: "hold", until }
}

const VERDICT: Verdict = {
  disposition: "deliver",
  decisive: [],
  matched: ["mark-external"],
  shadow: [],
  capped: [],
  lifted: [],
  holds: [],
  annotations: [],
  because: [],
  policyVersion: "abc123",
}

export interface Wanted {
  readonly id: string
  readonly spooled: Spooled
  readonly at?: number
  readonly copies?: readonly Copy[]
  readonly thread?: Thread
  readonly bulk?: boolean
}

export function acceptance(wanted: Wanted): Acceptance {
  const { id, spooled, at = NOW, copies = [copyTo("b@agency.example")], thread = null, bulk = false } = wanted
  return {
    transaction: {
      id,
      client: { ip: "192.0.2.7", helo: "mail.example", tls: null, user: null, listener: "inbound", trusted: false },
      envelope: {
        from: addressOf("a@citizen.example"),
        to: copies.map((copy) => copy.recipient),
        body: "8BITMIME",
        smtputf8: false,
        requireTls: false,
        ret: null,
        envid: null,
      },
      at,
    },
    spooled,
    bounceable: true,
    bulk,
    thread,
    summary: { subject: "Đơn đề nghị", from: "a@citizen.example", messageId: "<1@citizen.example>" },
    copies,
    verdicts: copies.map((copy) => ({ recipient: copy.recipient.address.text, verdict: VERDICT })),
    events: [{ kind: "accepted", at, transaction: id, recipient: null, by: "client", detail: { size: spooled.size } }],
  }
}

export async function spool(bodies: Bodies, bytes: Uint8Array): Promise<Spooled> {
  const writer = bodies.open()
  await writer.write(bytes)
  return writer.finish()
}

/** An operator's word. */
export const AN: Decision = { by: "an", reason: "", at: NOW }

/** Releases what is held of it; how many copies that was. */
export async function letGo(records: Records, ref: CopyRef, decision = AN, expiresAt = FOREVER): Promise<number> {
  const copies = await records.heldCopies(ref)
  return copies.length > 0 && (await records.release(copies, decision, expiresAt, [])) ? copies.length : 0
}

export async function giveUp(records: Records, ref: CopyRef): Promise<number> {
  const copies = await records.heldCopies(ref)
  return copies.length > 0 && (await records.deny(copies, AN, [])) ? copies.length : 0
}
