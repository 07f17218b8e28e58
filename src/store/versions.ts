/** Versions of the policy: each draft against the one in force, a second person where it loosens, one in force at any time. */
import { hash } from "node:crypto"
import type { DatabaseSync } from "node:sqlite"
import { zstdCompressSync, zstdDecompressSync } from "node:zlib"
import type { Change } from "../mail/change.ts"
import type { EventKind, MailEvent } from "../mail/event.ts"
import type { Draft, Registry, Version, VersionRow } from "../mail/version.ts"
import { documentOf, type ExceptionRow } from "./exception-row.ts"
import type { Transitions } from "./transitions.ts"

interface Row {
  readonly number: number
  readonly document: string
  readonly registry: string
  readonly state: VersionRow["state"]
  readonly kind: VersionRow["kind"]
  readonly base: number | null
  readonly author: string
  readonly reason: string
  readonly origin: string | null
  readonly drafted_at: number
  readonly loosens: number
  readonly changes: string
  readonly approver: string | null
  readonly published_at: number | null
}

type Methods = Pick<
  Transitions,
  | "policyHead"
  | "isPolicyByHand"
  | "policyVersions"
  | "policyVersion"
  | "draftPolicy"
  | "approvePolicy"
  | "withdrawPolicy"
>

/** Units that one event names. */
const MOST_NAMED = 200
/** Characters of the content hash that a name shows. */
const SHOWN = 12

export function createVersions(db: DatabaseSync, { note }: Pick<Transitions, "note">): Methods {
  const head = db.prepare("SELECT number FROM versions WHERE state = 'published' ORDER BY number DESC LIMIT 1")
  const byHand = db.prepare("SELECT EXISTS (SELECT 1 FROM versions WHERE kind IN ('document', 'rollback')) AS found")
  const one = db.prepare("SELECT * FROM versions WHERE number = ?")
  const all = db.prepare("SELECT * FROM versions WHERE number < ? ORDER BY number DESC LIMIT ?")
  const part = db.prepare("SELECT text FROM parts WHERE hash = ?")
  const keep = db.prepare("INSERT INTO parts (hash, text) VALUES (?, ?) ON CONFLICT DO NOTHING")
  const insert = db.prepare(`
    INSERT INTO versions
      (document, registry, state, kind, base, author, reason, origin, drafted_at, loosens, changes, published_at)
    VALUES (:document, :registry, :state, :kind, :base, :author, :reason, :origin, :at, :loosens, :changes, :publishedAt)`)
  const decide = db.prepare("UPDATE versions SET state = ?, approver = ?, published_at = ? WHERE number = ?")
  const lifting = db.prepare(
    "SELECT * FROM exceptions WHERE since <= :number AND (until IS NULL OR until > :number) ORDER BY id",
  )

  const policyHead = (): number | null => (head.get() as { number: number } | undefined)?.number ?? null
  const rowOf = (number: number): Row | null => (one.get(number) as unknown as Row | undefined) ?? null
  const text = (digest: string): string => {
    const row = part.get(digest) as { text: Uint8Array } | undefined
    if (row === undefined) throw new Error(`a part of the policy is missing: ${digest}`)
    return zstdDecompressSync(row.text).toString("utf8")
  }
  const put = (content: string): string => {
    const digest = hash("sha256", content)
    keep.run(digest, zstdCompressSync(content))
    return digest
  }
  const tell = (kind: EventKind, { by, at }: Deed, detail: MailEvent["detail"]): void => {
    note([{ kind, at, by, detail, transaction: null, recipient: null }])
  }

  /** Of units and mailboxes there is an event of their own. */
  const turned = (row: Row | null, deed: Deed): void => {
    if (row?.kind !== "registry") return
    const changed = (JSON.parse(row.changes) as readonly Change[]).map(({ id }) => id)
    tell("unit-changed", deed, { policy: nameOf(row), units: changed.slice(0, MOST_NAMED), author: row.author })
  }

  function draftPolicy(draft: Draft): ReturnType<Methods["draftPolicy"]> {
    const before = policyHead()
    if (before !== draft.base) return { is: "stale" }
    const { kind, base, author, reason, origin, at, loosens, changes } = draft
    // The first is compared with nothing, and an edited file is taken over until somebody has published: nobody is asked then.
    const state = loosens && base !== null && kind !== "file" ? "waiting" : "published"
    const { lastInsertRowid } = insert.run({
      document: put(draft.document),
      registry: put(JSON.stringify(draft.registry)),
      state,
      kind,
      base,
      author,
      reason,
      origin,
      at,
      loosens: Number(loosens),
      changes: JSON.stringify(changes),
      publishedAt: state === "published" ? at : null,
    })
    const number = Number(lastInsertRowid)
    const deed = { by: author, at }
    tell(state === "published" ? "policy-published" : "policy-drafted", deed, {
      policy: nameOf(rowOf(number)),
      before: before === null ? null : nameOf(rowOf(before)),
      what: kind,
      reason,
      loosens,
      ...(origin === null ? {} : { origin }),
    })
    if (state === "published") turned(rowOf(number), deed)
    return { is: state, number }
  }

  return {
    policyHead,
    isPolicyByHand: () => (byHand.get() as { found: number }).found === 1,
    policyVersions: (limit, before = Number.MAX_SAFE_INTEGER) =>
      (all.all(before, limit) as unknown as Row[]).map(versionRow),
    policyVersion: (number) => {
      const row = rowOf(number)
      if (row === null) return null
      const exceptions = (lifting.all({ number }) as unknown as ExceptionRow[]).map(documentOf)
      const version: Version = {
        ...versionRow(row),
        document: text(row.document),
        registry: JSON.parse(text(row.registry)) as Registry,
        exceptions,
      }
      return version
    },
    draftPolicy,
    approvePolicy: (number, by, at) => {
      const row = rowOf(number)
      if (row?.state !== "waiting") return "not-waiting"
      if (row.author === by) return "same-person"
      const before = policyHead()
      if (row.base !== before) return "stale"
      decide.run("published", by, at, number)
      const detail = { policy: nameOf(row), before: before === null ? null : nameOf(rowOf(before)), what: row.kind }
      tell("policy-published", { by, at }, { ...detail, author: row.author, reason: row.reason, loosens: true })
      turned(row, { by, at })
      return "published"
    },
    withdrawPolicy: (number, by, at) => {
      const row = rowOf(number)
      if (row?.state !== "waiting") return false
      decide.run("withdrawn", by, null, number)
      tell("denied", { by, at }, { policy: nameOf(row), author: row.author })
      return true
    },
  }
}

interface Deed {
  readonly by: string
  readonly at: number
}

function nameOf(row: Row | null): string {
  if (row === null) return ""
  const content = row.registry === EMPTY_REGISTRY ? row.document : hash("sha256", row.document + row.registry)
  return `${row.number}-${content.slice(0, SHOWN)}`
}

/** Without a registry a version is its text. */
const EMPTY_REGISTRY = hash("sha256", JSON.stringify({ units: [], mailboxes: [] }))

function versionRow(row: Row): VersionRow {
  return {
    number: row.number,
    name: nameOf(row),
    state: row.state,
    kind: row.kind,
    base: row.base,
    author: row.author,
    reason: row.reason,
    origin: row.origin,
    draftedAt: row.drafted_at,
    loosens: row.loosens === 1,
    changes: JSON.parse(row.changes) as readonly Change[],
    approver: row.approver,
    publishedAt: row.published_at,
  }
}
