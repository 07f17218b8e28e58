/** Which policy judges: the version in the store; and until somebody has published one, whatever the file says. */
import type { PolicyContext } from "../config/policy.ts"
import { loadPolicy } from "../config/policy.ts"
import { difference } from "../decide/difference.ts"
import type { Standing } from "../decide/moved.ts"
import type { Difference } from "../mail/change.ts"
import type { Exception, Policy } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { type ExceptionDocument, NO_REGISTRY, type Registry, type Version } from "../mail/version.ts"
import type { Records } from "../store/store.ts"
import { assemble, type Base, type Configuration } from "./assemble.ts"

/** All that makes a policy, before it is read. */
export interface Source {
  readonly name: string
  readonly document: string
  readonly registry: Registry
  readonly exceptions: readonly ExceptionDocument[]
}

export type Read =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** The same settings with another policy. */
export function withPolicy(base: Base, source: Source, now: Instant): Read {
  const read = readSource(source, { ...base.reading.context, now })
  if (!read.ok) return { ok: false, faults: read.faults.map((fault) => `${source.name}: ${fault}`) }
  const { settings, reading } = base
  const made = assemble({ settings, policy: read.policy, reading: { ...reading, text: source.document } }, now)
  return made.ok ? { ...made, warnings: read.warnings } : made
}

type ReadPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

function readSource({ name, document, registry, exceptions }: Source, context: PolicyContext): ReadPolicy {
  const read = loadPolicy(document, { ...context, registry })
  if (!read.ok) return read
  const lifting = [...read.policy.exceptions, ...exceptions.map(asException)]
  return { ...read, policy: { ...read.policy, version: name, exceptions: lifting } }
}

function asException({ id, rule, owner, when, reason, basis, approver, start, end }: ExceptionDocument): Exception {
  return { id, rule, owner, when, reason, basis, approver: approver ?? "", start, end }
}

export function standingOf({ inForce: { prepared, directory } }: Configuration): Standing {
  return { prepared, directory }
}

export function compare(old: Configuration, next: Configuration, now: Instant): Difference {
  return difference(standingOf(old), standingOf(next), now)
}

/** The version in force, or null: then the file is. */
export async function versionInForce(records: Pick<Records, "policyHead" | "policyVersion">): Promise<Version | null> {
  const head = await records.policyHead()
  return head === null ? null : records.policyVersion(head)
}

/** From the first version that a person made on, also one that waits, the file is only a draft. */
export async function isByHand(records: Pick<Records, "policyVersions">): Promise<boolean> {
  const rows = await records.policyVersions(MOST_VERSIONS)
  return rows.some(({ kind }) => kind === "document" || kind === "rollback")
}
const MOST_VERSIONS = 100_000

export interface Settled {
  readonly configuration: Configuration
  /** The number of the version in force. */
  readonly head: number
  readonly warnings: readonly string[]
}

/**
 * The version that judges from now on: an edited file becomes one as long as nobody has published by hand. Rejects with a
 * PolicyFault when the version in the store cannot be read under these settings.
 */
export async function settle(records: Records, file: Configuration, now: Instant): Promise<Settled> {
  const current = await versionInForce(records)
  const byHand = current !== null && (await isByHand(records))
  const { text } = file.reading
  if (current !== null && (byHand || current.document === text)) {
    const read = mustRead(file, current, now)
    const draft = current.document === text ? [] : [draftWarning(file, current, read.configuration, now)]
    return { configuration: read.configuration, head: current.number, warnings: [...read.warnings, ...draft] }
  }
  const source = { ...asFile(current), document: text }
  const next = mustRead(file, source, now).configuration
  const before = current === null ? null : withPolicy(file, current, now)
  const changes = before?.ok === true ? compare(before.configuration, next, now) : { changes: [], loosens: false }
  const drafted = await records.draftPolicy({
    kind: "file",
    document: text,
    registry: source.registry,
    base: current?.number ?? null,
    author: "file",
    reason: file.settings.policy,
    origin: null,
    at: now,
    ...changes,
  })
  // Somebody else was faster: theirs is taken.
  if (drafted.is === "stale") return settle(records, file, now)
  const version = await records.policyVersion(drafted.number)
  if (version === null) throw new Error("the version just made is gone")
  return { ...mustRead(file, version, now), head: version.number }
}

export class PolicyFault extends Error {
  override readonly name = "PolicyFault"
}

function mustRead(base: Base, source: Source, now: Instant): Extract<Read, { ok: true }> {
  const read = withPolicy(base, source, now)
  if (read.ok) return read
  throw new PolicyFault(read.faults.join("\n"))
}

function asFile(current: Version | null): Source {
  if (current === null) return { name: "file", document: "", registry: NO_REGISTRY, exceptions: [] }
  return { ...current, name: "file" }
}

function draftWarning(file: Configuration, current: Version, inForce: Configuration, now: Instant): string {
  const draft = withPolicy(file, { ...asFile(current), document: file.reading.text }, now)
  const count = draft.ok ? compare(inForce, draft.configuration, now).changes.length : 0
  return `${file.settings.policy}: differs from version ${current.name} in force (${count} changes): it is a draft until it is published (policy publish)`
}
