/** Whose task a held copy is, how urgent, and until when. Pure. */
import { type Calendar, dueAt } from "../mail/calendar.ts"
import type { Care } from "../mail/delivery.ts"
import type { Examination } from "../mail/examination.ts"
import type { Direction } from "../mail/identity.ts"
import type { UnitId } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"

/** Whose mailboxes of ours it concerns; null: a stranger's, or one that proved nothing. */
export interface Units {
  readonly sender: UnitId | null
  readonly recipient: UnitId | null
}

interface Whose {
  readonly direction: Direction
  readonly units: Units
}

/** What a release may lift is what was seen at most; longer lists are somebody's joke. */
const MOST = 50

export function careOf(
  { direction, units }: Whose,
  { words: { urgency }, seen }: Examination,
  { at, calendar }: { readonly at: Instant; readonly calendar: Calendar },
): Care {
  return {
    unit: direction === "inbound" ? units.recipient : (units.sender ?? units.recipient),
    direction,
    urgency,
    due: dueAt(at, urgency, calendar),
    findings: seen.slice(0, MOST).map(({ kind, name }) => ({ kind, name: name ?? null })),
  }
}

/** Kinds of what was found, for reports to count; only malware by its name, since other names are those of files. */
export function kindsOf({ seen }: Pick<Examination, "seen">): readonly string[] {
  const told = seen.map(({ kind, name }) => (kind === "malware" && name !== undefined ? `${kind} ${name}` : kind))
  return [...new Set(told)].slice(0, MOST)
}
