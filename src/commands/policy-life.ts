/** The turns of the policy's life, as command line and console take them alike: read, compared, put into force; nothing is printed. */
import { readFileSync } from "node:fs"
import { reason as reasonOf } from "../config/files.ts"
import type { Lint } from "../decide/lint-lists.ts"
import { createReplay, type Replay } from "../decide/replay.ts"
import type { Difference } from "../mail/change.ts"
import type { Instant } from "../mail/transaction.ts"
import { type Drafted, NO_REGISTRY, type Version, type VersionKind } from "../mail/version.ts"
import type { Store } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import { contextOf, standingOf, versionInForce, withPolicy } from "./policy-source.ts"
import type { Source, Study } from "./policy-study.ts"
import { UsageError } from "./usage.ts"

export interface Desk {
  readonly store: Store
  /** Of the settings and their policy file. */
  readonly configuration: Configuration
  readonly study: Study
  readonly now: Instant
  readonly by: string
}

/** Which policy is meant: a file, a version, or the settings' own file. */
export interface Wanted {
  readonly file?: string
  readonly version?: string
}

export interface Candidate {
  readonly source: Source
  readonly configuration: Configuration
  readonly warnings: readonly string[]
}

/** Rows of evidence of one question to the store. */
const PAGE = 2_000
export const DAY = 86_400_000
/** Changed verdicts that are kept to be told one by one. */
const MOST_TURNED = 10_000

/** The version in force with what it makes; the file as it is where there is none yet. */
export async function current(desk: Desk): Promise<Candidate & { readonly version: Version | null }> {
  const { store, configuration } = desk
  const version = await versionInForce(store.records)
  if (version === null) {
    const source = { name: "file", document: configuration.reading.text, registry: NO_REGISTRY, exceptions: [] }
    return { source, configuration, warnings: [], version: null }
  }
  // What judges at this moment need not be read again.
  if (version.name === configuration.inForce.prepared.policy.version)
    return { source: version, configuration, warnings: [], version }
  return { ...(await read(version, desk)), version }
}

export async function candidate(wanted: Wanted, desk: Desk): Promise<Candidate> {
  if (wanted.file !== undefined && wanted.version !== undefined) throw new UsageError("one of a file and --version")
  if (wanted.version !== undefined) return read(await numbered(wanted.version, desk), desk)
  const file = wanted.file ?? desk.configuration.settings.policy
  return asDraft({ name: file, document: textOf(file) }, desk)
}

/** A text with the units and exceptions of the version in force. Throws UsageError with every fault. */
export async function asDraft(text: Pick<Source, "name" | "document">, desk: Desk): Promise<Candidate> {
  const inForce = await versionInForce(desk.store.records)
  const beside = { registry: inForce?.registry ?? NO_REGISTRY, exceptions: inForce?.exceptions ?? [] }
  return read({ ...text, ...beside }, desk)
}

export async function read(source: Source, desk: Desk): Promise<Candidate> {
  const made = await withPolicy(desk.configuration, source, desk)
  if (!made.ok) throw new UsageError(made.faults.join("\n"))
  return { source, configuration: made.configuration, warnings: made.warnings }
}

export async function numbered(text: string, { store }: Pick<Desk, "store">): Promise<Version> {
  const number = Number(text.split("-", 1)[0])
  const version = Number.isInteger(number) ? await store.records.policyVersion(number) : null
  if (version === null) throw new UsageError(`expected the number of a version, got ${JSON.stringify(text)}`)
  return version
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new UsageError(`${file}: expected a readable policy, got ${reasonOf(error)}`)
  }
}

export function lintsOf({ source, configuration }: Candidate, { study, now }: Desk): Promise<readonly Lint[]> {
  return study.lint(source, contextOf(configuration, now))
}

export function differenceOf(old: Candidate, next: Candidate, { study, now }: Desk): Promise<Difference> {
  return study.difference(old.source, next.source, contextOf(next.configuration, now))
}

export async function replayed(
  configuration: Configuration,
  { store }: Pick<Desk, "store">,
  since: Instant,
): Promise<Replay> {
  const replayer = createReplay(standingOf(configuration), MOST_TURNED)
  for (let after = 0; ; ) {
    const rows = await store.records.evidence({ after, since }, PAGE)
    for (const row of rows) replayer.add(row)
    const last = rows.at(-1)
    if (last === undefined) return replayer.done()
    after = last.seq
  }
}

export interface Publication {
  readonly reason: string
  readonly origin: string | null
  readonly kind: VersionKind
}

export interface Between {
  readonly old: Candidate
  readonly next: Candidate
  readonly base: number | null
}

/** What became of a change: in force, waiting for a second person, too late, or no change at all. */
export type Put = (Drafted | { readonly is: "unchanged" }) & { readonly found: Difference }

export async function put({ old, next, base }: Between, desk: Desk, publication: Publication): Promise<Put> {
  const found = await differenceOf(old, next, desk)
  const { document, registry } = next.source
  const isSame = document === old.source.document && JSON.stringify(registry) === JSON.stringify(old.source.registry)
  // The first publication by hand is one even of the same text: from it on the file is only a draft.
  if (isSame && base !== null && (await desk.store.records.isPolicyByHand())) return { is: "unchanged", found }
  const draft = { ...publication, ...found, document, registry, base, author: desk.by, at: desk.now }
  return { ...(await desk.store.records.draftPolicy(draft)), found }
}

/** A new version with the text and the units of an earlier one, to be compared with the one in force. */
export async function rollbackTo(wanted: string, desk: Desk): Promise<Between & { readonly to: Version }> {
  const old = await current(desk)
  if (old.version === null) throw new UsageError("no version yet to go back from")
  const to = await numbered(wanted, desk)
  const next = await read({ ...to, exceptions: old.source.exceptions }, desk)
  return { old, next, base: old.version.number, to }
}

/** Providers of webmail that `any` stands for. */
export function freeFamilies({ reading }: Configuration): readonly string[] {
  return [...reading.context.webmail].flatMap(([name, isFree]) => (isFree ? [name] : []))
}
