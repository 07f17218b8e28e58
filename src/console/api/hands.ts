/** What the console is given to work with: the store, the tree of units, and what only other rooms can do. */
import type { Settings } from "../../config/schema.ts"
import type { HeldCopy } from "../../mail/delivery.ts"
import type { Drawn, PageWanted } from "../../mail/drawn.ts"
import type { Examination } from "../../mail/examination.ts"
import type { NoticeVersion, Template } from "../../mail/notice.ts"
import type { Grant, Role } from "../../mail/people.ts"
import type { Bilingual, Rule, RuleId, Unit, UnitId } from "../../mail/policy.ts"
import type { Setup } from "../../mail/setup.ts"
import type { Instant, Spooled } from "../../mail/transaction.ts"
import type { Appeal, Proof, Proven } from "../../store/custody.ts"
import type { Search } from "../../store/search.ts"
import type { Bodies, CopyRef, Records } from "../../store/store.ts"
import type { Health } from "../../telemetry/health.ts"
import type { Log } from "../../telemetry/log.ts"
import type { Tree } from "./access.ts"
import type { DeskHands } from "./policy-desk.ts"
import type { PolicyHands } from "./policy-hands.ts"
import type { Keys } from "./secret.ts"
import type { AuditHands, ExceptionHands, UnitHands } from "./unit-hands.ts"

/** Who decides about held mail. */
export interface Judge {
  readonly name: string
  readonly mail: string | null
  may(roles: readonly Role[], unit: UnitId | null): boolean
}

export interface Done {
  readonly released: number
  readonly agreed: number
  readonly denied: number
  readonly another: number
}

/** What a password did. */
export type OpenedHeld =
  | { readonly is: "nothing" | "gone" | "wrong-password" | "failed" }
  | { readonly is: "kept"; readonly found: readonly { readonly kind: string; readonly name: string | null }[] }
  | { readonly is: "released"; readonly decided: Done }

export interface Rights {
  readonly needs: readonly { readonly rule: RuleId; readonly persons: number }[]
  readonly word: "none" | "another" | "word"
  readonly mayDeny: boolean
}

/** What the page behind a sender's link tells. */
export interface PageAppeal {
  readonly state: Appeal["state"]
  readonly kind: Appeal["kind"]
  readonly transaction: string
  readonly at: Bilingual
  readonly recipients: readonly string[]
  readonly reasons: readonly Bilingual[]
  readonly channel: Bilingual
}

/** What the page behind the link to a locked file tells its recipient. */
export interface PageOpening {
  readonly transaction: string
  readonly at: Bilingual
  readonly from: string
  readonly subject: string
}

/** What recipients do by the link in their mailbox: they give the password of a locked file. */
export interface OpeningHands {
  /** Null: no such link, out of date, or decided meanwhile. */
  readonly page: (token: string) => Promise<PageOpening | null>
  readonly open: (token: string, password: string) => Promise<OpenedHeld>
}

/** What senders do by the link in their mailbox. */
export interface AppealHands {
  readonly offerLink: (transaction: string, mailbox: string) => Promise<void>
  readonly page: (digest: string) => Promise<PageAppeal | null>
  readonly ask: (proof: Proof, asked: { readonly category: string; readonly reason: string }) => Promise<Proven>
  readonly takeBack: (proof: Proof) => Promise<Proven>
  readonly decide: (
    appeal: Appeal,
    person: Judge,
    word: { readonly decision: "approve" | "deny"; readonly reason: string },
  ) => Promise<Done>
  /** What kind of refusal a code stands for, in general: the name of its notice. Null: not known, or not to be told. */
  readonly kindOf: (transaction: string) => Promise<string | null>
}

/** Notices as their readers would see them. */
export interface NoticeHands {
  readonly list: () => readonly { readonly name: string; readonly subject: Bilingual }[]
  /** With other words where they are given. */
  readonly preview: (
    name: string,
    template?: Template,
  ) => {
    readonly subject: string
    readonly text: string
    readonly html: string
    readonly smtp: string | null
    readonly template: Template
    readonly placeholders: readonly string[]
  } | null
  readonly faults: (name: string, template: Template) => readonly string[]
  /** In force from the next message on; null restores. Answers the number of the version; null: no such notice. Faulty words are refused. */
  readonly change: (
    name: string,
    template: Template | null,
    made: Pick<NoticeVersion, "by" | "reason" | "at">,
  ) => Promise<number | null>
}

/** Something we lean on. */
export interface Service {
  readonly name: string
  /** `absent`: the settings name none. */
  readonly is: "ok" | "down" | "absent"
  /** Its own words, or what went wrong. */
  readonly said: string
}

/** What runs here. */
export interface About {
  readonly versions: { readonly congthu: string; readonly node: string; readonly policy: string }
  readonly startedAt: Instant
  readonly certificates: readonly {
    readonly file: string
    readonly subject: string | null
    readonly until: Instant | null
    readonly why: string | null
  }[]
  /** Octets. */
  readonly disk: { readonly free: number; readonly total: number }
  readonly memory: number
  /** When clamd's signatures were made. */
  readonly signatures: Instant | null
  readonly services: readonly Service[]
  /** Without secrets. */
  readonly settings: readonly { readonly path: string; readonly value: string }[]
}

/** What the agency's directory says of a name and a password; the roles are those that the settings give its groups. */
export type DirectoryLogin =
  | { readonly is: "known"; readonly title: string; readonly mail: string | null; readonly grants: readonly Grant[] }
  | { readonly is: "wrong" }
  | { readonly is: "away"; readonly why: string }

export interface Hands {
  readonly about: () => Promise<About>
  readonly policy: PolicyHands
  readonly setup: Setup
  readonly unitEdits: UnitHands
  readonly exceptions: ExceptionHands
  readonly audit: AuditHands
  readonly desk: DeskHands
  /** The agency's directory, where it may log people in. */
  readonly directory: (name: string, password: string) => Promise<DirectoryLogin>
  /** Who one of its people is now; `wrong`: no longer there, or shut out. */
  readonly directoryPerson: (name: string) => Promise<DirectoryLogin>
  readonly notices: NoticeHands
  readonly appeals: AppealHands
  readonly openings: OpeningHands
  /** Of the copies meant, those that are this person's to decide; people are told. */
  readonly decide: (is: "released" | "denied", ref: CopyRef, person: Judge, reason: string) => Promise<Done>
  /** Opens what is sealed in held copies with a password, and releases them if nothing is in them. */
  readonly open: (
    opening: { readonly ref: CopyRef; readonly password: string; readonly reason: string },
    person: Judge,
  ) => Promise<OpenedHeld>
  readonly rights: (copy: HeldCopy, person: Judge) => Rights
  /** A zip of the message, its record and their digests. */
  readonly evidence: (spooled: Spooled, record: object) => Promise<Uint8Array>
  /** Files in one zip. */
  readonly zip: (parts: readonly { readonly name: string; readonly bytes: Buffer }[]) => Uint8Array
  readonly records: Records
  readonly search: Search
  readonly bodies: Pick<Bodies, "read">
  /** What a message says, read in a child process. */
  readonly read: (spooled: Spooled) => Promise<Examination>
  /** A page of one of its files, drawn there. */
  readonly draw: (spooled: Spooled, wanted: PageWanted) => Promise<Drawn>
  readonly rules: () => readonly Rule[]
  /** The queue has something new. */
  readonly wake: () => void
  readonly settings: () => Settings
  readonly units: () => readonly Unit[]
  readonly tree: () => Tree
  readonly policyVersion: () => string
  readonly health: Health
  readonly log: Log
  readonly keys: Keys
  readonly now: () => Instant
  /** Whether it is the secret of the link printed at start, while nobody has an account. */
  readonly isFirst: (token: string) => boolean
}
