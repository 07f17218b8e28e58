/** Exceptions as documents: asked for by one person, granted by another, counted, and ended. Each turn is a version of the policy. */
import type { DatabaseSync } from "node:sqlite"
import type { Change } from "../mail/change.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Instant } from "../mail/transaction.ts"
import type { ExceptionDocument } from "../mail/version.ts"
import { documentOf, type ExceptionRow } from "./exception-row.ts"
import type { Transitions } from "./transitions.ts"

type Methods = Pick<
  Transitions,
  | "exceptions"
  | "exception"
  | "requestException"
  | "grantException"
  | "denyException"
  | "endExceptions"
  | "remindExceptions"
>
/** Endings of one call; the rest waits for the next. */
const AT_ONCE = 500

export function createExceptions(db: DatabaseSync, { note, accept }: Pick<Transitions, "note" | "accept">): Methods {
  const one = db.prepare("SELECT * FROM exceptions WHERE id = ?")
  const list = db.prepare(
    `SELECT * FROM exceptions WHERE (:state IS NULL OR state = :state)
      AND (:units IS NULL OR unit IN (SELECT value FROM json_each(:units))
        OR owner IN (SELECT value FROM json_each(:units)))
      AND (:at IS NULL OR requested_at < :at OR (requested_at = :at AND id > :id))
    ORDER BY requested_at DESC, id LIMIT :limit`,
  )
  const insert = db.prepare(`
    INSERT INTO exceptions
      (id, rule, owner, unit, scope, reason, basis, mail, state, requester, requested_at, starts, ends)
    VALUES (:id, :rule, :owner, :unit, :scope, :reason, :basis, :mail, 'requested', :requester, :at, :start, :end)`)
  const grant = db.prepare(
    "UPDATE exceptions SET state = 'granted', approver = :by, granted_at = :at, since = :since WHERE id = :id",
  )
  const deny = db.prepare(
    "UPDATE exceptions SET state = 'denied', approver = ?, ended_at = ?, ended_why = ? WHERE id = ?",
  )
  const end = db.prepare(`
    UPDATE exceptions SET state = 'ended', ended_at = :at, ended_by = :by, ended_why = :why, until = :until
    WHERE id = :id AND state = 'granted'`)
  const reminded = db.prepare("UPDATE exceptions SET reminded_at = ? WHERE id = ? AND state = 'granted'")
  const version = db.prepare(`
    INSERT INTO versions (document, registry, state, kind, base, author, reason, drafted_at, loosens, changes, approver, published_at)
    SELECT document, registry, 'published', 'exceptions', number, :author, :reason, :at, :loosens, :changes, :approver, :at
    FROM versions WHERE state = 'published' ORDER BY number DESC LIMIT 1`)

  const find = (id: string): ExceptionDocument | null => {
    const row = one.get(id) as unknown as ExceptionRow | undefined
    return row === undefined ? null : documentOf(row)
  }
  const tell = (kind: EventKind, by: string, at: Instant, detail: MailEvent["detail"]): void => {
    note([{ kind, at, by, detail, transaction: null, recipient: null }])
  }
  /** The next version: the same text and units, with other exceptions. */
  const turn = (made: Turn): number => {
    const { changes, lastInsertRowid } = version.run({
      ...made,
      loosens: Number(made.loosens),
      changes: JSON.stringify(made.changes),
    })
    if (Number(changes) !== 1) throw new Error("there is no policy yet whose rules an exception could lift")
    return Number(lastInsertRowid)
  }

  function grantException(id: string, by: string, at: Instant): ReturnType<Methods["grantException"]> {
    const asked = find(id)
    if (asked?.state !== "requested") return "not-requested"
    if (asked.requester === by) return "same-person"
    const change = said(asked, "loosens")
    const since = turn({
      author: asked.requester,
      reason: asked.reason,
      approver: by,
      at,
      loosens: true,
      changes: [change],
    })
    grant.run({ id, by, at, since })
    const { rule, unit, owner, basis } = asked
    const span = { start: asked.start, end: asked.end }
    tell("exception-granted", by, at, {
      exception: id,
      rule,
      unit,
      owner,
      basis,
      requester: asked.requester,
      policy: since,
      ...span,
    })
    return "granted"
  }

  function endExceptions(ids: readonly string[], by: string, at: Instant, why: string): number {
    const granted = [...new Set(ids)]
      .slice(0, AT_ONCE)
      .flatMap((id) => find(id) ?? [])
      .filter(({ state }) => state === "granted")
    if (granted.length === 0) return 0
    const changes = granted.map((exception) => said(exception, "tightens"))
    const until = turn({ author: by, reason: why, approver: null, at, loosens: false, changes })
    for (const { id, rule, uses } of granted) {
      end.run({ id, by, at, why, until })
      tell("exception-ended", by, at, { exception: id, rule, why, uses, policy: until })
    }
    return granted.length
  }

  return {
    exceptions: (state, limit, of) => {
      const units = of === undefined || of.units === null ? null : JSON.stringify(of.units)
      const [at, id] = [of?.before?.requestedAt ?? null, of?.before?.id ?? null]
      return (list.all({ state, limit, units, at, id }) as unknown as ExceptionRow[]).map(documentOf)
    },
    exception: find,
    requestException: ({ id, when, requester, ...asked }, at) => {
      insert.run({ id, ...asked, requester, scope: JSON.stringify(when), at })
      tell("requested", requester, at, { exception: id, rule: asked.rule, unit: asked.unit, reason: asked.reason })
    },
    grantException,
    denyException: (id, by, at, why) => {
      if (find(id)?.state !== "requested") return false
      deny.run(by, at, why, id)
      tell("denied", by, at, { exception: id, reason: why })
      return true
    },
    endExceptions,
    remindExceptions: (ids, at, notices) => {
      for (const id of ids) reminded.run(at, id)
      for (const notice of notices) accept(notice, [], null)
    },
  }
}

interface Turn {
  readonly author: string
  readonly reason: string
  readonly approver: string | null
  readonly at: Instant
  readonly loosens: boolean
  readonly changes: readonly Change[]
}

function said({ id, rule, unit, reason }: ExceptionDocument, effect: "loosens" | "tightens"): Change {
  const words =
    effect === "loosens"
      ? {
          vi: `Ngoại lệ ${id} được cấp cho ${unit}: miễn luật ${rule}; lý do: ${reason}.`,
          en: `Exception ${id} is granted to ${unit}: it lifts ${rule}; reason: ${reason}.`,
        }
      : {
          vi: `Ngoại lệ ${id} của ${unit} (luật ${rule}) kết thúc.`,
          en: `Exception ${id} of ${unit} (rule ${rule}) ends.`,
        }
  return { of: "exception", id, effect, said: words, because: null }
}
