/** How an exception stands in its table. */
import type { Condition } from "../mail/policy.ts"
import type { ExceptionDocument } from "../mail/version.ts"

export interface ExceptionRow {
  readonly id: string
  readonly rule: string
  readonly owner: string
  readonly unit: string
  readonly scope: string
  readonly reason: string
  readonly basis: string | null
  readonly mail: string | null
  readonly state: ExceptionDocument["state"]
  readonly requester: string
  readonly requested_at: number
  readonly starts: number
  readonly ends: number
  readonly approver: string | null
  readonly granted_at: number | null
  readonly uses: number
  readonly last_used_at: number | null
  readonly reminded_at: number | null
  readonly ended_at: number | null
  readonly ended_by: string | null
  readonly ended_why: string | null
}

export function documentOf(row: ExceptionRow): ExceptionDocument {
  return {
    id: row.id,
    rule: row.rule,
    owner: row.owner,
    unit: row.unit,
    when: JSON.parse(row.scope) as Condition,
    reason: row.reason,
    basis: row.basis,
    mail: row.mail,
    state: row.state,
    requester: row.requester,
    requestedAt: row.requested_at,
    start: row.starts,
    end: row.ends,
    approver: row.approver,
    grantedAt: row.granted_at,
    uses: row.uses,
    lastUsedAt: row.last_used_at,
    remindedAt: row.reminded_at,
    endedAt: row.ended_at,
    endedBy: row.ended_by,
    endedWhy: row.ended_why,
  }
}
