/** Refused RCPTs as events: the first of a client one by one, a flood of them as two, lest a disk write answers each guess. */
import type { MailEvent } from "../mail/event.ts"
import type { Millis, TransactionId } from "../mail/transaction.ts"
import type { Kept } from "../mail/version.ts"

export type Refusal = MailEvent & { readonly transaction: TransactionId }

export interface Refusals {
  /** Resolves with the code under which it is found, once an event of that code is durable. Rejects as `note` does. */
  tell(refusal: Refusal, facts?: Kept): Promise<TransactionId>
}

/** Of one client and for one reason within `WINDOW`: beyond so many nobody reads them one by one. */
const FEW = 20
const WINDOW: Millis = 60_000
/** Clients and reasons remembered; beyond them each is told. */
const MOST = 10_000
/** Recipients named by the event that sums up. */
const MOST_NAMED = 200

interface Flood {
  count: number
  /** The first that stands for those that follow; durable once it resolves. */
  more: { readonly refusal: Refusal; readonly noted: Promise<void> } | null
  readonly recipients: Set<string>
}

export function createRefusals(note: (events: readonly MailEvent[], facts?: Kept) => Promise<void>): Refusals {
  const floods = new Map<string, Flood>()

  function sumUp(key: string): void {
    const flood = floods.get(key)
    floods.delete(key)
    if (flood === undefined || flood.more === null || flood.count === FEW + 1) return
    const { refusal } = flood.more
    const detail = { ...refusal.detail, count: flood.count - FEW, recipients: [...flood.recipients] }
    // Each client has had its answer; a store that cannot write says so to those that come now.
    note([{ ...refusal, recipient: null, detail }]).catch(() => {})
  }

  function floodOf(key: string): Flood {
    const found = floods.get(key)
    if (found !== undefined) return found
    const flood: Flood = { count: 0, more: null, recipients: new Set() }
    if (floods.size >= MOST) return flood
    floods.set(key, flood)
    setTimeout(sumUp, WINDOW, key).unref()
    return flood
  }

  return {
    tell: async (refusal, facts) => {
      const key = `${String(refusal.detail["client"])} ${String(refusal.detail["why"])}`
      const flood = floodOf(key)
      flood.count++
      if (flood.count <= FEW) {
        await note([refusal], facts)
        return refusal.transaction
      }
      flood.more ??= { refusal, noted: note([refusal], facts) }
      if (refusal.recipient !== null && flood.recipients.size < MOST_NAMED) flood.recipients.add(refusal.recipient)
      const { more } = flood
      try {
        await more.noted
      } catch (cause) {
        // The next one tries anew.
        if (flood.more === more) flood.more = null
        throw cause
      }
      return more.refusal.transaction
    },
  }
}
