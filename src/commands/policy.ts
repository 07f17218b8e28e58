/** `policy …`: what the versions of the policy are, what a draft would change, and who puts it into force. Exit status 0 / 1 findings. */
import {
  type Between,
  candidate,
  current,
  DAY,
  type Desk,
  differenceOf,
  lintsOf,
  numbered,
  type Publication,
  put,
  replayed,
  rollbackTo,
  type Wanted,
} from "./policy-life.ts"
import * as print from "./policy-print.ts"
import { versionInForce } from "./policy-source.ts"
import { UsageError } from "./usage.ts"

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
  const wantedOne = await candidate(wanted, desk)
  const found = await lintsOf(wantedOne, desk)
  print.lints(found, { json: json === true, name: wantedOne.source.name })
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
  const found = await differenceOf(old, next, desk)
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

/** What publishing would do; nothing is changed. 0: nothing · 1: something, perhaps only with a second person. */
export async function plan(wanted: Wanted & { readonly days: number }, desk: Desk, output: Output): Promise<number> {
  const next = await candidate(wanted, desk)
  const old = await current(desk)
  const found = await differenceOf(old, next, desk)
  const lints = await lintsOf(next, desk)
  const told = await replayed(next.configuration, desk, desk.now - wanted.days * DAY)
  print.plan(
    { found, lints, replay: told },
    { json: output.json === true, from: old.source.name, to: next.source.name },
  )
  return found.changes.length === 0 ? 0 : 1
}

/** 0: in force, or nothing to do · 1: it waits for a second person, or somebody else was faster. */
export async function publish(wanted: Wanted, desk: Desk, publication: Publication): Promise<number> {
  const next = await candidate(wanted, desk)
  const old = await current(desk)
  return drafted({ old, next, base: old.version?.number ?? null }, desk, publication)
}

export async function drafted(between: Between, desk: Desk, publication: Publication): Promise<number> {
  const done = await put(between, desk, publication)
  const from = between.old.source.name
  if (done.is === "unchanged") {
    print.line(`${from}: không có gì thay đổi / nothing to change`)
    return 0
  }
  if (done.is === "stale") {
    print.line("chính sách vừa được người khác thay đổi, đề nghị xem lại / somebody else was faster: look again")
    return 1
  }
  print.difference(done.found, { json: false, from, to: `${done.number}` })
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

/** A new version with the text and the units of an earlier one. */
export async function rollback(wanted: string, desk: Desk, reason: string): Promise<number> {
  const back = await rollbackTo(wanted, desk)
  return drafted(back, desk, {
    reason: reason === "" ? `rollback ${back.to.name}` : reason,
    origin: null,
    kind: "rollback",
  })
}
