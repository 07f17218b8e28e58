/** What the console is given to change units, mailboxes and exceptions: the same turns as the command line's. */
import type { Bilingual, Condition, MailboxEntry, Unit } from "../../mail/policy.ts"
import type { ExceptionDocument, Granted } from "../../mail/version.ts"
import type { Reach } from "./access.ts"
import type { Put } from "./policy-hands.ts"

export type UnitEdit =
  /** As it shall be; a new one where there is none of its name. */
  | { readonly is: "unit"; readonly unit: Unit }
  | { readonly is: "merge"; readonly from: readonly string[]; readonly into: string }
  | { readonly is: "mailboxes"; readonly set: readonly MailboxEntry[]; readonly drop: readonly string[] }
  /** CSV of units or of mailboxes. */
  | { readonly is: "import"; readonly text: string }
  | { readonly is: "sync"; readonly prune: boolean }

export interface EditBy {
  readonly by: string
  readonly reach: Reach
  readonly reason: string
  /** Only tells what would change. */
  readonly dryRun: boolean
}

export interface UnitHands {
  /** Faults of a file are told by line; what lies beyond the reach is refused. */
  readonly edit: (edit: UnitEdit, by: EditBy) => Promise<Put & { readonly left: readonly string[] }>
  readonly mailboxes: () => readonly MailboxEntry[]
  /** CSV. */
  readonly exported: (what: "units" | "mailboxes", reach: Reach) => string
}

export interface ExceptionAsked {
  readonly rule: string
  readonly unit: string
  /** In the words of `policy.yaml`. */
  readonly when: string
  readonly reason: string
  readonly basis: string | null
  readonly mail: string | null
  readonly start: number
  readonly end: number
}

export interface ExceptionHands {
  readonly phrase: (when: Condition) => Bilingual
  readonly request: (asked: ExceptionAsked, by: string) => Promise<string>
  readonly grant: (one: ExceptionDocument, by: string) => Promise<Granted>
  /** Granted ones end. */
  readonly end: (one: ExceptionDocument, by: string, reason: string) => Promise<boolean>
  readonly remind: (one: ExceptionDocument) => Promise<boolean>
}

export interface AuditHands {
  /** The end of the trail as a line to be kept elsewhere; signed where the settings have a key. Null: nothing is recorded yet. */
  readonly anchor: () => Promise<string | null>
  /** Lines of anchors, also within log lines. */
  readonly verify: (anchors: string) => Promise<{
    readonly whole: boolean
    readonly records: number
    readonly before: number
    readonly buried: number
    readonly anchors: number
    readonly flaws: readonly string[]
  }>
}
