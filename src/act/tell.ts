/** The mail that a plan gives rise to: reports of what was rejected, notices of what waits, within each person's hour. */
import { addressKey } from "../mail/address.ts"
import type { Acceptance, Copy, Offer } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import { newTransactionId, type Instant, type Spooled } from "../mail/transaction.ts"
import { acceptNotice, acceptReport, type Desk } from "../notify/custody.ts"
import { newLink } from "../notify/link.ts"
import type { Notice } from "../notify/notice.ts"
import type { Bodies } from "../store/store.ts"
import type { Cap } from "./cap.ts"
import { type NoticeContext, notices } from "./notices.ts"
import type { Judgement } from "./judgement.ts"
import type { Plan } from "./plan.ts"
import { rejectionReports } from "./report.ts"

export interface TellDeps extends NoticeContext {
  readonly bodies: Bodies
  readonly cap: Cap
  readonly now: Instant
}

/** What joins the acceptance of the message itself. */
export interface Told {
  readonly mails: readonly Acceptance[]
  /** Notices that were only counted. */
  readonly events: readonly MailEvent[]
}

type Accepting = Extract<Plan, { do: "accept" }>

export const NOTHING_TOLD: Told = { mails: [], events: [] }

/** A report is never spared: it is the only news of a copy that is gone. RFC 5321 §6.1. */
export async function tell(
  judgement: Judgement,
  plan: Pick<Accepting, "copies" | "rewritten" | "rejected">,
  deps: TellDeps,
): Promise<Told> {
  const desk = deskOf(deps)
  const copies = [...plan.copies, ...plan.rewritten.flatMap((one) => one.copies)]
  const reports = await rejectionReports(judgement, { rejected: plan.rejected, copies }, deps)
  const due = notices(judgement, copies, deps).map((notice) => ({
    notice,
    admitted: deps.cap.admits(addressKey(notice.to), deps.now),
  }))
  return {
    mails: await Promise.all([
      ...reports.map((report) => acceptReport(report, desk)),
      ...due.flatMap(({ notice, admitted }) => (admitted ? [linked(notice, judgement, copies, desk)] : [])),
    ]),
    events: due.flatMap(({ notice, admitted }) => (admitted ? [] : [counted(notice, deps.now)])),
  }
}

/** The sender of what waits gets a link of its own, to give a reason or to take the message back. */
async function linked(
  notice: Notice,
  { transaction }: Judgement,
  copies: readonly Copy[],
  desk: Desk,
): Promise<Acceptance> {
  if (notice.name !== "held") return acceptNotice(notice, desk)
  const link = newLink(desk.office.settings.publicUrl)
  const holds = copies.flatMap(({ hold }) => hold ?? [])
  const offer: Offer = {
    transaction: transaction.id,
    mailbox: addressKey(notice.to),
    kind: "held",
    unit: holds[0]?.care?.unit ?? null,
    digest: link.digest,
    code: link.codeDigest,
    until: Math.min(...holds.map(({ until }) => until)),
    refused: null,
  }
  const values = { ...notice.values, lien_ket_giai_trinh: link.url, ma_xac_nhan: link.code }
  return { ...(await acceptNotice({ ...notice, values }, desk)), offers: [offer] }
}

/** One notice for all that a person was spared. */
export function moreHeld(to: Notice["to"], count: number, desk: Desk): Promise<Acceptance> {
  const about = { id: newTransactionId(), at: desk.now, messageId: null, requireTls: false }
  return acceptNotice({ name: "more-held", to, about, values: { so_tep: String(count) } }, desk)
}

export function deskOf({ office, now, bodies }: Pick<TellDeps, "office" | "now" | "bodies">): Desk {
  return {
    office,
    now,
    spool: (octets) => spoolOctets(bodies, octets),
  }
}

/** Octets of ours, as a body. */
export async function spoolOctets(bodies: Bodies, octets: Uint8Array): Promise<Spooled> {
  const writer = bodies.open()
  await writer.write(octets)
  return writer.finish()
}

function counted({ name, to, about }: Notice, at: Instant): MailEvent {
  const detail = { notice: name, counted: true }
  return { kind: "noticed", at, transaction: about.id, recipient: addressKey(to), by: "system", detail }
}
