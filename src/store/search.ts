/** The port of looking things up among millions: an index beside the records that can be made anew from them at any time. */
import type { TrailFilter, TrailPage } from "../mail/audit.ts"
import type { Instant } from "../mail/transaction.ts"

export interface Filter {
  /** Only what concerns these units; null: everything. */
  readonly units: readonly string[] | null
  readonly transaction?: string
  /** Address keys. */
  readonly sender?: string
  readonly recipient?: string
  /** Of either side; sub-domains not counted. */
  readonly domain?: string
  /** Words of subject and file names; case and accents do not count. */
  readonly words?: string
  /** SHA-256 of an attachment. */
  readonly file?: string
  readonly outcome?: string
  readonly direction?: string
  readonly rule?: string
  /** As reports name what was found: `malware Eicar-Signature`. */
  readonly finding?: string
  /** Any of these. */
  readonly rules?: readonly string[]
  readonly since?: Instant
  readonly until?: Instant
}

/** One recipient of one message, as a list shows it. */
export interface Found {
  /** Grows with time: where the next page begins. */
  readonly row: number
  readonly transaction: string
  readonly at: Instant
  readonly sender: string | null
  readonly recipient: string
  readonly direction: string | null
  readonly outcome: string
  /** `rcpt`: refused before there was a message; else `data`. */
  readonly stage: string
  readonly subject: string | null
  readonly size: number | null
  readonly rules: readonly string[]
  readonly senderUnit: string | null
  readonly recipientUnit: string | null
}

/** How many events of a kind an hour brought in a unit. */
export interface Figure {
  readonly hour: Instant
  readonly unit: string
  readonly direction: string
  readonly kind: string
  /** Null: by direction and kind alone, whatever the rules. */
  readonly rule: string | null
  readonly count: number
}

export interface Period {
  readonly units: readonly string[] | null
  readonly since: Instant
  readonly until: Instant
}

/** How many messages of an hour stand so now; a list of messages with the same filter has as many. */
export interface Standing {
  readonly hour: Instant
  readonly direction: string
  readonly outcome: string
  readonly count: number
}

/** Figures of a whole period. */
export type Total = Omit<Figure, "hour">

/** Messages that rules stopped or flagged: what was said of them, and whether they went on all the same. */
export interface Judged {
  readonly senderUnit: string | null
  readonly recipientUnit: string | null
  readonly direction: string
  /** The event: `held`, `rejected`, … */
  readonly judged: string
  readonly passed: boolean
  readonly count: number
}
/** One mailbox of ours whose mail was stopped. */
export interface Repeated {
  readonly sender: string
  readonly unit: string | null
  readonly count: number
  /** Of them, how many went on after somebody had agreed. */
  readonly passed: number
  /** In the year before the period. */
  readonly earlier: number
  readonly last: Instant
}
/** Where bad mail came from. */
export interface Source {
  readonly domain: string
  readonly rule: string
  readonly count: number
  readonly recipients: number
  readonly passed: number
}
/** What was found in files. */
export interface FoundBad {
  readonly finding: string
  readonly direction: string
  readonly count: number
  readonly passed: number
}
/** A file that was named bad after it had arrived. */
export interface LookedBack {
  readonly at: Instant
  readonly transaction: string
  readonly sender: string | null
  readonly recipient: string
  readonly unit: string | null
  readonly sha256: string
  readonly name: string
  readonly received: string
  readonly state: string
}
/** Units that nobody belongs to any more are named by their ids. */
export interface ActiveUnit {
  readonly unit: string
  readonly mailboxes: number
}

/** What reports count: whole periods, those of more than a week by a thread of their own, so that nobody who looks for a message waits for a year's report. */
export interface Sums {
  totals(period: Period, by: "kind" | "rule"): Promise<readonly Total[]>
  judged(period: Period, rules: readonly string[]): Promise<readonly Judged[]>
  /** Who has most, first. */
  repeated(period: Period, rules: readonly string[], limit: number): Promise<readonly Repeated[]>
  sources(period: Period, rules: readonly string[], limit: number): Promise<readonly Source[]>
  foundBad(period: Period): Promise<readonly FoundBad[]>
  lookedBack(period: Period, limit: number): Promise<readonly LookedBack[]>
  /** Mailboxes of ours that wrote or were written to. */
  active(period: Period): Promise<readonly ActiveUnit[]>
  /** Messages picked by chance, the same for the same period. */
  sample(period: Period, limit: number): Promise<readonly Found[]>
}

export interface Search extends Sums {
  /** Of the audit trail, below `before`, the newest first; reads one stretch, and tells where to go on. */
  trail(filter: TrailFilter, before: number | null, limit: number): Promise<TrailPage>
  /** Newest first, below `before`. */
  find(filter: Filter, before: number | null, limit: number): Promise<readonly Found[]>
  /** Of one message; empty: there is none. */
  of(transaction: string): Promise<readonly Found[]>
  /** By hour, unit, direction and kind; with `rules` by rule too. */
  figures(period: Period, by: "kind" | "rule"): Promise<readonly Figure[]>
  /** By hour, direction and outcome, each message once. */
  standings(period: Period): Promise<readonly Standing[]>
  /** Who has most of these outcomes, and how many. */
  senders(
    period: Period,
    outcomes: readonly string[],
    limit: number,
  ): Promise<readonly { sender: string; count: number }[]>
  /** Takes in what the records have new, at most so many events. Returns how many it were. */
  catchUp(limit: number): Promise<number>
  /** Forgets what is older. */
  forget(before: Instant): Promise<number>
  close(): Promise<void>
}
