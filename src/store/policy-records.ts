/** The port of the policy's life: versions, exceptions, kept evidence, and the chain of the audit trail. Part of Records. */
import type { Anchor, Head, Verified } from "../mail/audit.ts"
import type { Acceptance } from "../mail/delivery.ts"
import type { NoticeVersion } from "../mail/notice.ts"
import type { UnitId } from "../mail/policy.ts"
import type { Instant, TransactionId } from "../mail/transaction.ts"
import type {
  Approved,
  Draft,
  Drafted,
  EvidenceRow,
  ExceptionDocument,
  ExceptionRequest,
  ExceptionState,
  Granted,
  Version,
  VersionRow,
  Working,
} from "../mail/version.ts"

export interface PolicyRecords {
  /** The number of the version in force; null before the first. */
  policyHead(): Promise<number | null>
  /** Whether any version was made by a person, also one that waits: from then on a file is only a draft. */
  isPolicyByHand(): Promise<boolean>
  /** The newest first, below `before`. */
  policyVersions(limit: number, before?: number): Promise<readonly VersionRow[]>
  policyVersion(number: number): Promise<Version | null>
  /** In force at once where nothing is loosened, else for a second person. */
  draftPolicy(draft: Draft): Promise<Drafted>
  approvePolicy(number: number, by: string, at: Instant): Promise<Approved>
  /** False: it does not wait. */
  withdrawPolicy(number: number, by: string, at: Instant): Promise<boolean>
  /** What somebody works on; null: nothing. */
  workingPolicy(author: string): Promise<Working | null>
  /** Takes the place of what that person worked on before. */
  workOnPolicy(working: Working): Promise<void>
  /** False: there was none. */
  dropWorkingPolicy(author: string, at: Instant): Promise<boolean>

  /** The newest first; null: in every state. */
  exceptions(state: ExceptionState | null, limit: number, of?: ExceptionsOf): Promise<readonly ExceptionDocument[]>
  exception(id: string): Promise<ExceptionDocument | null>
  requestException(request: ExceptionRequest, at: Instant): Promise<void>
  grantException(id: string, by: string, at: Instant): Promise<Granted>
  denyException(id: string, by: string, at: Instant, why: string): Promise<boolean>
  /** How many of them were granted and are not any more. */
  endExceptions(ids: readonly string[], by: string, at: Instant, why: string): Promise<number>
  /** Notices to their owners are accepted in the same step. */
  remindExceptions(ids: readonly string[], at: Instant, notices: readonly Acceptance[]): Promise<void>

  /** What was kept of verdicts since then, the oldest first; `after` is the last number seen. */
  evidence(of: { readonly after: number; readonly since: Instant }, limit: number): Promise<readonly EvidenceRow[]>
  evidenceOf(transaction: TransactionId): Promise<EvidenceRow | null>

  auditHead(): Promise<Head | null>
  /** Reads all of it, a stretch at a time. `anchors`: what was told outside. */
  audit(anchors: readonly Anchor[]): Promise<Verified>

  /** The newest first, of one notice. */
  noticeVersions(name: string, limit: number): Promise<readonly NoticeVersion[]>
  /** The last word on each notice that somebody changed. */
  editedNotices(): Promise<readonly NoticeVersion[]>
  /** Answers the number of the version. */
  changeNotice(change: Omit<NoticeVersion, "number">): Promise<number>
}

/** Asked for or owned by these units (null: any), and asked for before this one. */
export interface ExceptionsOf {
  readonly units: readonly UnitId[] | null
  readonly before: Pick<ExceptionDocument, "id" | "requestedAt"> | null
}
