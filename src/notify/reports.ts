/** Makes a delivery report ready for custody: a new message from the null reverse-path to the original's MAIL FROM. */
import { addressKey } from "../mail/address.ts"
import type { Acceptance } from "../mail/delivery.ts"
import {
  type Client,
  type Instant,
  type Millis,
  newTransactionId,
  type Spooled,
  type Transaction,
} from "../mail/transaction.ts"
import { report } from "./dsn.ts"
import type { Report } from "./report.ts"

export interface ReportSettings {
  readonly hostname: string
  readonly postmaster: string
  readonly timezone: string
  readonly deliver: { readonly expire: Millis }
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

/** Spools the report and describes its one copy. `bounceable` is false: nothing answers a report. RFC 3834 §2. */
export async function acceptReport(
  about: Report,
  settings: ReportSettings,
  now: Instant,
  spool: (octets: Uint8Array) => Promise<Spooled>,
): Promise<Acceptance> {
  const id = newTransactionId()
  const { hostname, postmaster, timezone } = settings
  const spooled = await spool(report(about, { hostname, postmaster, timezone, now, id }))
  const recipient = { address: about.to, notify: null, orcpt: null }
  return {
    transaction: { id, client: OURSELVES, envelope: envelope(about), at: now },
    spooled,
    bounceable: false,
    thread: null,
    summary: { subject: `report: ${about.kind}`, from: postmaster, messageId: `<${id}@${hostname}>` },
    copies: [
      {
        recipient,
        edits: [],
        // RFC 8689 §5: what a REQUIRETLS message was about is not told in clear either.
        requireTls: about.original.transaction.envelope.requireTls,
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
        recipient: addressKey(about.to),
        by: "system",
        detail: { report: about.kind, about: about.original.transaction.id, size: spooled.size },
      },
    ],
  }
}

function envelope({ to }: Report): Transaction["envelope"] {
  return {
    from: null,
    to: [{ address: to, notify: null, orcpt: null }],
    body: "7BIT",
    // Only the address may need it: a report is 7-bit.
    smtputf8: /[^\x20-\x7e]/.test(to.text),
    requireTls: false,
    ret: null,
    envid: null,
  }
}
