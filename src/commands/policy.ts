/** `policy …`: what the versions of the policy are, what a draft would change, and who puts it into force. Exit status 0 / 1 findings. */
import { readFileSync } from "node:fs"
import { reason as reasonOf } from "../config/files.ts"
import { lint as lintOf } from "../decide/lint.ts"
import { createReplay, type Replay } from "../decide/replay.ts"
import type { Difference } from "../mail/change.ts"
import type { Instant } from "../mail/transaction.ts"
import { type Draft, NO_REGISTRY, type Version, type VersionKind } from "../mail/version.ts"
import type { Store } from "../store/store.ts"
import type { Configuration } from "./assemble.ts"
import * as print from "./policy-print.ts"
import { compare, isByHand, type Source, standingOf, versionInForce, withPolicy } from "./policy-source.ts"
import { UsageError } from "./usage.ts"

export interface Desk {
  readonly store: Store
  /** Of the settings and their policy file. */
  readonly configuration: Configuration
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
const DAY = 86_400_000
/** Changed verdicts that are kept to be told one by one. */
const MOST_TURNED = 10_000

/** The version in force with what it makes; the file as it is where there is none yet. */
export async function current({
  store,
  configuration,
  now,
}: Desk): Promise<Candidate & { readonly version: Version | null }> {
  const version = await versionInForce(store.records)
  if (version === null) {
    const source = { name: "file", document: configuration.reading.text, registry: NO_REGISTRY, exceptions: [] }
    return { source, configuration, warnings: [], version: null }
  }
  return { ...read(configuration, version, now), version }
}

export async function candidate(wanted: Wanted, desk: Desk): Promise<Candidate> {
  if (wanted.file !== undefined && wanted.version !== undefined) throw new UsageError("one of a file and --version")
  if (wanted.version !== undefined) return read(desk.configuration, await numbered(wanted.version, desk), desk.now)
  const inForce = await versionInForce(desk.store.records)
  const file = wanted.file ?? desk.configuration.settings.policy
  const source: Source = {
    name: file,
    document: textOf(file),
    registry: inForce?.registry ?? NO_REGISTRY,
    exceptions: inForce?.exceptions ?? [],
  }
  return read(desk.configuration, source, desk.now)
}

function read(base: Configuration, source: Source, now: Instant): Candidate {
  const made = withPolicy(base, source, now)
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

export interface Output {
  readonly json?: boolean
}

export async function list(desk: Desk, { json, limit }: Output & { readonly limit: number }): Promise<number> {
  const rows = await desk.store.records.policyVersions(limit)
  const head = await desk.store.records.policyHead()
  print.versions(rows, { json: json === true, head, timezone: desk.configuration.settings.timezone })
  return 0
}

export async function show(wanted: string | undefined, desk: Desk, { json }: Output): Promise<number> {
  const version = wanted === undefined ? await versionInForce(desk.store.records) : await numbered(wanted, desk)
  if (version === null) throw new UsageError("no version yet: start the gateway once, or publish one")
  print.version(version, { json: json === true, timezone: desk.configuration.settings.timezone })
  return 0
}

export async function lint(wanted: Wanted, desk: Desk, { json }: Output): Promise<number> {
  const { configuration, source } = await candidate(wanted, desk)
  const { settings, inForce } = configuration
  const found = lintOf(inForce.prepared, { now: desk.now, domains: settings.domains })
  print.lints(found, { json: json === true, name: source.name })
  return found.some(({ level }) => level === "warning") ? 1 : 0
}

/** 0: the same · 1: they differ. */
export async function diff(
  wanted: Wanted & { readonly against?: string },
  desk: Desk,
  { json }: Output,
): Promise<number> {
  const next = await candidate(wanted, desk)
  const old = wanted.against === undefined ? await current(desk) : await candidate({ version: wanted.against }, desk)
  const found = compare(old.configuration, next.configuration, desk.now)
  print.difference(found, { json: json === true, from: old.source.name, to: next.source.name })
  return found.changes.length === 0 ? 0 : 1
}

/** 0: nothing would be different · 1: something would. */
export async function replay(
  wanted: Wanted & { readonly days: number },
  desk: Desk,
  { json, limit }: Output & { readonly limit: number },
): Promise<number> {
  const { configuration, source } = await candidate(wanted, desk)
  const since = desk.now - wanted.days * DAY
  const told = await replayed(configuration, desk, since)
  print.replay(told, { json: json === true, name: source.name, limit, timezone: configuration.settings.timezone })
  return told.changed === 0 ? 0 : 1
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

/** What publishing would do; nothing is changed. 0: nothing · 1: something, perhaps only with a second person. */
export async function plan(wanted: Wanted & { readonly days: number }, desk: Desk, output: Output): Promise<number> {
  const next = await candidate(wanted, desk)
  const old = await current(desk)
  const found = compare(old.configuration, next.configuration, desk.now)
  const { settings, inForce } = next.configuration
  const lints = lintOf(inForce.prepared, { now: desk.now, domains: settings.domains })
  const told = await replayed(next.configuration, desk, desk.now - wanted.days * DAY)
  print.plan(
    { found, lints, replay: told },
    { json: output.json === true, from: old.source.name, to: next.source.name },
  )
  return found.changes.length === 0 ? 0 : 1
}

export interface Publication {
  readonly reason: string
  readonly origin: string | null
  readonly kind: VersionKind
}

/** 0: in force, or nothing to do · 1: it waits for a second person, or somebody else was faster. */
export async function publish(wanted: Wanted, desk: Desk, publication: Publication): Promise<number> {
  const next = await candidate(wanted, desk)
  const old = await current(desk)
  return drafted({ old, next, base: old.version?.number ?? null }, desk, publication)
}

interface Between {
  readonly old: Candidate
  readonly next: Candidate
  readonly base: number | null
}

export async function drafted({ old, next, base }: Between, desk: Desk, publication: Publication): Promise<number> {
  const found: Difference = compare(old.configuration, next.configuration, desk.now)
  const { document, registry } = next.source
  const isSame = document === old.source.document && JSON.stringify(registry) === JSON.stringify(old.source.registry)
  // The first publication by hand is one even of the same text: from it on the file is only a draft.
  if (isSame && base !== null && (await isByHand(desk.store.records))) {
    print.line(`${old.source.name}: không có gì thay đổi / nothing to change`)
    return 0
  }
  const draft: Draft = { ...publication, ...found, document, registry, base, author: desk.by, at: desk.now }
  const done = await desk.store.records.draftPolicy(draft)
  if (done.is === "stale") {
    print.line("chính sách vừa được người khác thay đổi, đề nghị xem lại / somebody else was faster: look again")
    return 1
  }
  print.difference(found, { json: false, from: old.source.name, to: `${done.number}` })
  if (done.is === "published") print.line(`${done.number}: đã áp dụng / in force`)
  else print.line(`${done.number}: chờ người thứ hai duyệt / waits for a second person: policy approve ${done.number}`)
  return done.is === "published" ? 0 : 1
}

export async function approve(wanted: string, desk: Desk): Promise<number> {
  const { number } = await numbered(wanted, desk)
  const said = await desk.store.records.approvePolicy(number, desk.by, desk.now)
  print.approval(number, said, desk.by)
  return said === "published" ? 0 : 1
}

export async function withdraw(wanted: string, desk: Desk): Promise<number> {
  const { number } = await numbered(wanted, desk)
  const done = await desk.store.records.withdrawPolicy(number, desk.by, desk.now)
  print.line(done ? `${number}: đã rút / withdrawn` : `${number}: không chờ duyệt / does not wait`)
  return done ? 0 : 1
}

/** A new version with the text and the units of an earlier one, compared with the one in force. */
export async function rollback(wanted: string, desk: Desk, reason: string): Promise<number> {
  const old = await current(desk)
  if (old.version === null) throw new UsageError("no version yet to go back from")
  const version = await numbered(wanted, desk)
  const source = { ...version, exceptions: old.source.exceptions }
  const next = read(desk.configuration, source, desk.now)
  const publication = {
    reason: reason === "" ? `rollback ${version.name}` : reason,
    origin: null,
    kind: "rollback",
  } as const
  return drafted({ old, next, base: old.version.number }, desk, publication)
}
