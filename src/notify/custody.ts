/** Makes a notice or a delivery report ready for custody: a new message from the null reverse-path to one person. */
import { type Address, addressKey } from "../mail/address.ts"
import type { Acceptance, Ballot } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import { type Client, newTransactionId, type Spooled, type Transaction } from "../mail/transaction.ts"
import type { Instant } from "../mail/transaction.ts"
import { report } from "./dsn.ts"
import type { Office, Values } from "./letter.ts"
import { newTagged } from "./link.ts"
import { type Notice, noticeMail } from "./notice.ts"
import type { Report } from "./report.ts"

/** Where the words come from, and where the octets go. */
export interface Desk {
  readonly office: Office
  readonly now: Instant
  spool(octets: Uint8Array): Promise<Spooled>
}

/** Ourselves as a client: what we write needs no examination and no login. */
const OURSELVES: Client = {
  ip: "127.0.0.1",
  helo: "",
  tls: null,
  user: null,
  listener: "submission",
  trusted: true,
}

export async function acceptNotice(notice: Notice, desk: Desk): Promise<Acceptance> {
  const { name, to, about } = notice
  const id = newTransactionId()
  const { invitation, values, ballots } = inviting(notice, desk)
  const spooled = await spoolSigned(
    noticeMail({ ...notice, values }, desk.office, { id, now: desk.now, ...invitation }),
    desk,
  )
  const noticed: MailEvent = {
    kind: "noticed",
    at: desk.now,
    transaction: about.id,
    recipient: addressKey(to),
    by: "system",
    detail: { notice: name, mail: id },
  }
  const made = { id, spooled, to, requireTls: about.requireTls, what: { notice: name, about: about.id } }
  return { ...acceptance(made, desk, [noticed]), ...(ballots.length === 0 ? {} : { ballots }) }
}

interface Inviting {
  readonly invitation: { readonly replyTo?: string }
  readonly values: Values
  readonly ballots: readonly Ballot[]
}

/** With an address of its own, where answers decide. */
function inviting({ to, about, values, invites, replyTo }: Notice, { office: { settings } }: Desk): Inviting {
  if (replyTo !== undefined) {
    return { invitation: { replyTo }, values: { ...values, dia_chi_duyet: replyTo }, ballots: [] }
  }
  if (invites === undefined || invites === null || settings.hold.byMail === "off")
    return { invitation: {}, values, ballots: [] }
  const { address, digest } = newTagged(ballotMailbox(settings))
  return {
    invitation: { replyTo: address },
    values: { ...values, dia_chi_duyet: address },
    ballots: [{ ...invites, digest, transaction: about.id, voter: addressKey(to) }],
  }
}

/** Where answers to notices go. */
export function ballotMailbox({ hold, hostname }: Pick<Office["settings"], "hold" | "hostname">): string {
  return hold.mailbox ?? `duyet@${hostname}`
}

export async function acceptReport(about: Report, desk: Desk): Promise<Acceptance> {
  const id = newTransactionId()
  const { transaction } = about.original
  const spooled = await spoolSigned(report(about, desk.office, { id, now: desk.now }), desk)
  const { requireTls } = transaction.envelope
  return acceptance(
    { id, spooled, to: about.to, requireTls, what: { report: about.kind, about: transaction.id } },
    desk,
    [],
  )
}

function spoolSigned(octets: Uint8Array, desk: Desk): Promise<Spooled> {
  const { office } = desk
  return desk.spool(office.signed(octets, office.settings.postmaster))
}

interface Made {
  readonly id: string
  readonly spooled: Spooled
  readonly to: Address
  readonly requireTls: boolean
  readonly what: Readonly<Record<string, string>>
}

/** Its one copy. `bounceable` is false: nothing answers what a program wrote. RFC 3834 §2. */
function acceptance(made: Made, { office: { settings }, now }: Desk, events: readonly MailEvent[]): Acceptance {
  const { id, spooled, to, requireTls, what } = made
  return {
    transaction: { id, client: OURSELVES, envelope: envelope(to), at: now },
    spooled,
    bounceable: false,
    bulk: false,
    thread: null,
    summary: {
      subject: Object.entries(what)[0]?.join(": ") ?? "",
      from: settings.postmaster,
      messageId: `<${id}@${settings.hostname}>`,
    },
    copies: [
      {
        recipient: { address: to, notify: null, orcpt: null },
        edits: [],
        requireTls,
        expiresAt: now + settings.deliver.expire,
        hold: null,
      },
    ],
    verdicts: [],
    events: [
      {
        kind: "accepted",
        at: now,
        transaction: id,
        recipient: addressKey(to),
        by: "system",
        detail: { ...what, size: spooled.size },
      },
      ...events,
    ],
  }
}

function envelope(to: Address): Transaction["envelope"] {
  return {
    from: null,
    to: [{ address: to, notify: null, orcpt: null }],
    body: "7BIT",
    // Only the address may need it: what we write is 7-bit.
    smtputf8: /[^\x20-\x7e]/.test(to.text),
    requireTls: false,
    ret: null,
    envid: null,
  }
}
