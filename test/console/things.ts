/** Things that belong to a unit, for tests of who sees and changes them: a held message, an account. */
import type { Acceptance, Hold } from "../../src/mail/delivery.ts"
import { parseAddress } from "../../src/mail/address.ts"
import type { Grant } from "../../src/mail/people.ts"
import { newTransactionId } from "../../src/mail/transaction.ts"
import type { Office } from "./office.ts"

function addressOf(text: string) {
  const address = parseAddress(text)
  if (address === null) throw new Error(text)
  return address
}

/** The newest stands first in the list. */
let urgent = 0

/** Some mail of ours that goes with a step. */
async function ownMail(office: Office): Promise<Acceptance> {
  const at = office.clock.now
  const recipient = { address: addressOf("nguoi@so.vn"), notify: null, orcpt: null }
  const writer = office.store.bodies.open()
  await writer.write(Buffer.from("Subject: x\r\n\r\nx\r\n"))
  return {
    transaction: {
      id: newTransactionId(),
      client: { ip: "127.0.0.1", helo: "", tls: null, user: null, listener: "submission", trusted: true },
      envelope: {
        from: null,
        to: [recipient],
        body: "7BIT",
        smtputf8: false,
        requireTls: false,
        ret: null,
        envid: null,
      },
      at,
    },
    spooled: await writer.finish(),
    bounceable: false,
    bulk: false,
    thread: null,
    summary: { subject: "x", from: "x", messageId: null },
    copies: [{ recipient, edits: [], requireTls: false, expiresAt: at + 86_400_000, hold: null }],
    verdicts: [],
    events: [],
  }
}

export interface Held {
  readonly code: string
  readonly sender: string
  readonly recipient: string
}

/** A message of somebody of the unit's to Gmail, which waits. */
export async function heldMessage(
  office: Office,
  unit: string,
  hold: Partial<Hold> = {},
  sender = `nguoi@${unit}.vn`,
): Promise<Held> {
  const code = newTransactionId()
  const at = office.clock.now
  const recipient = { address: addressOf("b@gmail.com"), notify: null, orcpt: null }
  const writer = office.store.bodies.open()
  await writer.write(Buffer.from(`From: ${sender}\r\nSubject: ${code}\r\n\r\nx\r\n`))
  const spooled = await writer.finish()
  const care = {
    unit,
    direction: "outbound",
    urgency: "ordinary",
    due: at + 3_600_000 - (urgent += 1),
    findings: [],
  } as const
  const detail = { direction: "outbound", from: sender, senderUnit: unit, recipientUnit: null, rules: ["r"], size: 1 }
  const event = { at, transaction: code, recipient: "b@gmail.com", by: "client", detail } as const
  await office.store.records.accept(
    {
      transaction: {
        id: code,
        client: { ip: "127.0.0.1", helo: "x", tls: null, user: "nguoi", listener: "submission", trusted: true },
        envelope: {
          from: addressOf(sender),
          to: [recipient],
          body: "7BIT",
          smtputf8: false,
          requireTls: false,
          ret: null,
          envid: null,
        },
        at,
      },
      spooled,
      bounceable: true,
      bulk: false,
      thread: null,
      summary: { subject: `Thư ${code}`, from: sender, messageId: null },
      copies: [
        {
          recipient,
          edits: [],
          requireTls: false,
          expiresAt: at + 86_400_000,
          hold: { kind: "hold", rules: [{ rule: "r", kind: "hold" }], until: at + 604_800_000, care, ...hold },
        },
      ],
      verdicts: [],
      events: [
        { kind: "accepted", ...event },
        { kind: "held", ...event },
      ],
    },
    [],
  )
  return { code, sender, recipient: "b@gmail.com" }
}

/** A message of the unit's that was refused, and that its sender asks for. */
export async function refusedMessage(office: Office, unit: string): Promise<Held> {
  const { code, sender } = await heldMessage(office, unit)
  const at = office.clock.now
  const digest = `${code}.digest`
  const event = { kind: "noticed", at, transaction: code, recipient: null, by: "test", detail: {} } as const
  const refused = { recipients: ["b@gmail.com"], rules: [{ rule: "r", approvals: 1 }], content: "hash", at }
  const terms = { kind: "refused", unit, digest, code: "typed", until: at + 3_600_000, refused } as const
  const mail = await ownMail(office)
  await office.store.records.offer({ transaction: code, mailbox: sender, ...terms }, mail, event)
  const asked = { category: "other", reason: "vì công việc", nextAt: at + 3_600_000 }
  await office.store.records.ask({ digest, code: "typed", now: at }, asked, [], event)
  return { code, sender, recipient: "b@gmail.com" }
}

let made = 0

/** An account of the unit's. */
export async function accountIn(office: Office, unit: string): Promise<number> {
  made += 1
  const grants: readonly Grant[] = [{ role: "approver", unit, deputy: false }]
  const at = office.clock.now
  const event = { kind: "user-changed", at, transaction: null, recipient: null, by: "test", detail: {} } as const
  const account = { name: `canbo${made}`, title: "Cán bộ", mail: null, grants, createdAt: at, password: null }
  const id = await office.store.records.addAccount(account, event, false)
  if (id === null) throw new Error("taken")
  return id
}
