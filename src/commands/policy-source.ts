/** Which policy judges: the version in the store; and until somebody has published one, whatever the file says. */
import type { PolicyContext } from "../config/policy.ts"
import { preparing } from "../decide/decide.ts"
import type { Standing } from "../decide/moved.ts"
import type { Instant } from "../mail/transaction.ts"
import { NO_REGISTRY, type Version } from "../mail/version.ts"
import type { Records } from "../store/store.ts"
import { assemble, type Base, type Configuration } from "./assemble.ts"
import { type Source, type Study, withExceptions } from "./policy-study.ts"
import { inSlices } from "./slices.ts"

export type Read =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** The same settings with another policy. Only what takes no time is done here; the rest elsewhere, or in slices. */
export async function withPolicy(base: Base, source: Source, { study, now }: ReadWith): Promise<Read> {
  // Exceptions are read already: they need not travel to the study and back.
  const read = await study.read({ ...source, exceptions: [] }, contextOf(base, now))
  if (!read.ok) return { ok: false, faults: read.faults.map((fault) => `${source.name}: ${fault}`) }
  const prepared = await inSlices(preparing(withExceptions(read.policy, source.exceptions)))
  const { settings, reading } = base
  const made = assemble({ settings, prepared, reading: { ...reading, text: source.document } }, now)
  return made.ok ? { ...made, warnings: read.warnings } : made
}

/** Who reads, and as of when. */
export interface ReadWith {
  readonly study: Study
  readonly now: Instant
}

/** What a source is read with under these settings. */
export function contextOf({ reading }: Pick<Base, "reading">, now: Instant): PolicyContext {
  return { ...reading.context, now }
}

export function standingOf({ inForce: { prepared, directory } }: Configuration): Standing {
  return { prepared, directory }
}

/** The version in force, or null: then the file is. */
export async function versionInForce(records: Pick<Records, "policyHead" | "policyVersion">): Promise<Version | null> {
  const head = await records.policyHead()
  return head === null ? null : records.policyVersion(head)
}

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
export async function settle(records: Records, file: Configuration, reading: ReadWith): Promise<Settled> {
  const { study, now } = reading
  const current = await versionInForce(records)
  const byHand = current !== null && (await records.isPolicyByHand())
  const { text } = file.reading
  if (current !== null && (byHand || current.document === text)) {
    const read = await mustRead(file, current, reading)
    const draft = current.document === text ? [] : [await draftWarning(file, current, reading)]
    return { configuration: read.configuration, head: current.number, warnings: [...read.warnings, ...draft] }
  }
  const source = { ...asFile(current), document: text }
  await mustRead(file, source, reading)
  const isComparable = current !== null && (await withPolicy(file, current, reading)).ok
  const changes = isComparable
    ? await study.difference(current, source, contextOf(file, now))
    : { changes: [], loosens: false }
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
  if (drafted.is === "stale") return settle(records, file, reading)
  const version = await records.policyVersion(drafted.number)
  if (version === null) throw new Error("the version just made is gone")
  return { ...(await mustRead(file, version, reading)), head: version.number }
}

export class PolicyFault extends Error {
  override readonly name = "PolicyFault"
}

async function mustRead(base: Base, source: Source, reading: ReadWith): Promise<Extract<Read, { ok: true }>> {
  const read = await withPolicy(base, source, reading)
  if (read.ok) return read
  throw new PolicyFault(read.faults.join("\n"))
}

function asFile(current: Version | null): Source {
  if (current === null) return { name: "file", document: "", registry: NO_REGISTRY, exceptions: [] }
  return { ...current, name: "file" }
}

async function draftWarning(file: Configuration, current: Version, { study, now }: ReadWith): Promise<string> {
  const context = contextOf(file, now)
  const draft = { ...asFile(current), document: file.reading.text }
  const { ok } = await study.read(draft, context)
  const count = ok ? (await study.difference(current, draft, context)).changes.length : 0
  return `${file.settings.policy}: differs from version ${current.name} in force (${count} changes): it is a draft until it is published (policy publish)`
}
