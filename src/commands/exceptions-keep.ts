/** What time does to exceptions: they end, they lapse unused, and their owners are reminded before. */
import { deskOf } from "../act/tell.ts"
import { parseAddress } from "../mail/address.ts"
import { newTransactionId, type Instant } from "../mail/transaction.ts"
import type { ExceptionDocument } from "../mail/version.ts"
import type { Acceptance } from "../mail/delivery.ts"
import { acceptNotice } from "../notify/custody.ts"
import { moment } from "../notify/moment.ts"
import type { Store } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"

/** Granted ones that are looked at in one go. */
const MOST = 20_000

export interface Due {
  readonly over: readonly string[]
  readonly unused: readonly string[]
  readonly ending: readonly ExceptionDocument[]
}

/** Pure. */
export function due(
  granted: readonly ExceptionDocument[],
  terms: { readonly unused: number; readonly remind: number },
  now: Instant,
): Due {
  const open = granted.filter(({ end }) => end > now)
  const lapsed = open.filter((one) => now - Math.max(one.start, one.lastUsedAt ?? one.grantedAt ?? now) > terms.unused)
  const unused = new Set(lapsed.map(({ id }) => id))
  return {
    over: granted.filter(({ end }) => end <= now).map(({ id }) => id),
    unused: [...unused],
    ending: open.filter(
      ({ id, end, remindedAt, mail }) =>
        mail !== null && remindedAt === null && end - now <= terms.remind && !unused.has(id),
    ),
  }
}

export async function keepExceptions(
  { records, bodies }: Store,
  configuration: Configuration,
  now: Instant,
): Promise<void> {
  const granted = await records.exceptions("granted", MOST)
  if (granted.length === 0) return
  const { over, unused, ending } = due(granted, configuration.inForce.prepared.policy.terms, now)
  if (over.length > 0) await records.endExceptions(over, "system", now, "hết hạn / over")
  if (unused.length > 0) await records.endExceptions(unused, "system", now, "không dùng / unused")
  if (ending.length === 0) return
  const desk = deskOf({ office: configuration.office, bodies, now })
  const notices = await Promise.all(ending.flatMap((one) => reminder(one, configuration, desk) ?? []))
  await records.remindExceptions(
    ending.map(({ id }) => id),
    now,
    notices,
  )
}

/** Whoever holds it is reminded now. False: nobody's mailbox is named, or it is not in force. */
export async function remind(
  one: ExceptionDocument,
  { records, bodies }: Store,
  configuration: Configuration,
  now: Instant,
): Promise<boolean> {
  const desk = deskOf({ office: configuration.office, bodies, now })
  const notice = one.state === "granted" ? await reminder(one, configuration, desk) : null
  if (notice === null) return false
  await records.remindExceptions([one.id], now, [notice])
  return true
}

function reminder(
  one: ExceptionDocument,
  { settings, inForce }: Configuration,
  desk: ReturnType<typeof deskOf>,
): Promise<Acceptance> | null {
  const to = one.mail === null ? null : parseAddress(one.mail)
  if (to === null) return null
  const rule = inForce.rules.find(({ id }) => id === one.rule)
  const values = {
    ly_do_ngan: rule?.title ?? { vi: one.rule, en: one.rule },
    han_phe_duyet: moment(one.end, settings.timezone),
    ma_ngoai_le: one.id,
    ly_do_ngoai_le: one.reason,
    so_lan_dung: String(one.uses),
  }
  const about = { id: newTransactionId(), at: desk.now, messageId: null, requireTls: false }
  return acceptNotice({ name: "exception-ends", to, about, values }, desk)
}
