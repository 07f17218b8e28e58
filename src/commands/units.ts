/** `units …`: the tree and its mailboxes, from spreadsheets and by hand. Each change is a version, under the policy's own approval. */
import { readFileSync } from "node:fs"
import { reason as reasonOf } from "../config/files.ts"
import { changeUnits, dateOf, dayOf, exportMailboxes, exportUnits, importCsv, mergeUnits } from "../config/registry.ts"
import { readDirectory } from "../identify/ldap.ts"
import type { Unit } from "../mail/policy.ts"
import type { Registry } from "../mail/version.ts"
import { drafted } from "./policy.ts"
import { type Between, type Candidate, current, type Desk, differenceOf, read } from "./policy-life.ts"
import * as print from "./policy-print.ts"
import { UsageError } from "./usage.ts"

export interface Change {
  readonly reason: string
  /** Only tells what would change. */
  readonly dryRun?: boolean
}

export async function list(desk: Desk, { json }: { readonly json?: boolean }): Promise<number> {
  const { configuration } = await current(desk)
  const { policy, context } = configuration.inForce.prepared
  for (const unit of policy.units) {
    if (json === true) print.line(JSON.stringify(unit))
    else
      print.line(
        `${"  ".repeat(context.units.above(unit.id).length - 1)}${unit.id}  ${unit.name.vi}  ${unit.domains.join(" ")}${ended(unit, desk.now)}`,
      )
  }
  return 0
}

function ended({ until }: Unit, now: number): string {
  return until !== null && until <= now ? `  (đến / until ${dateOf(until)})` : ""
}

export async function exportTo(what: "units" | "mailboxes", desk: Desk): Promise<number> {
  const { configuration, source } = await current(desk)
  process.stdout.write(
    what === "units" ? exportUnits(configuration.inForce.prepared.policy.units) : exportMailboxes(source.registry),
  )
  return 0
}

/** A file that has a fault changes nothing. */
export async function importFrom(file: string, desk: Desk, change: Change): Promise<number> {
  const old = await current(desk)
  const { units } = old.configuration.inForce.prepared.policy
  const found = importCsv(textOf(file), old.source.registry, units)
  if (!found.ok) {
    throw new UsageError(
      found.faults
        .map(({ line, expected, got }) => `${file}:${line}: expected ${expected}, got ${JSON.stringify(got)}`)
        .join("\n"),
    )
  }
  return put(found.registry, old, desk, change)
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new UsageError(`${file}: expected a readable file, got ${reasonOf(error)}`)
  }
}

export async function rename(
  id: string,
  desk: Desk,
  change: Change & { readonly vi: string; readonly en?: string },
): Promise<number> {
  return edit(id, desk, change, (unit) => ({ ...unit, name: { vi: change.vi, en: change.en ?? change.vi } }))
}

export async function move(id: string, desk: Desk, change: Change & { readonly under: string }): Promise<number> {
  return edit(id, desk, change, (unit) => ({ ...unit, parent: change.under }))
}

export async function end(id: string, desk: Desk, change: Change & { readonly on?: string }): Promise<number> {
  const at = change.on === undefined ? desk.now : dayOf(change.on)
  if (at === null) throw new UsageError(`--on: expected a date such as 2026-12-31, got ${change.on}`)
  return edit(id, desk, change, (unit) => ({ ...unit, until: at }))
}

async function edit(id: string, desk: Desk, change: Change, by: (unit: Unit) => Unit): Promise<number> {
  const old = await current(desk)
  const unit = old.configuration.inForce.prepared.policy.units.find((one) => one.id === id)
  if (unit === undefined) throw new UsageError(`expected a unit, got ${JSON.stringify(id)}`)
  return put(changeUnits(old.source.registry, [by(unit)]), old, desk, change)
}

export async function merge(
  from: readonly string[],
  desk: Desk,
  change: Change & { readonly into: string },
): Promise<number> {
  const old = await current(desk)
  const { units } = old.configuration.inForce.prepared.policy
  const registry = mergeUnits(old.source.registry, units, { from, into: change.into, at: desk.now })
  if (registry === null) throw new UsageError(`expected units that are there, got ${[...from, change.into].join(", ")}`)
  return put(registry, old, desk, change)
}

export async function sync(desk: Desk, change: Change & { readonly prune: boolean }): Promise<number> {
  const old = await current(desk)
  const { registry, left } = await fromDirectory(old, desk, change)
  for (const line of left) process.stderr.write(`${line}\n`)
  return put(registry, old, desk, change)
}

/** From the directory of the settings; what it does not name stays, unless all else is to go. Throws UsageError. */
export async function fromDirectory(
  old: Candidate,
  desk: Desk,
  change: { readonly prune: boolean },
): Promise<{ readonly registry: Registry; readonly left: readonly string[] }> {
  const { directory } = desk.configuration.settings
  if (directory === null) throw new UsageError("directory: expected url and base in the settings, got nothing")
  const { policy, context } = old.configuration.inForce.prepared
  const known = old.configuration.inForce.directory
  const isOurs = (domain: string): boolean => known.isOurs(domain)
  const found = await readDirectory(directory, context.units.root, isOurs).catch((error: unknown) => {
    throw new UsageError(`directory: ${error instanceof Error ? error.message : "no answer"}`)
  })
  // The domains and dates of a unit are the registry's own: the directory knows none.
  const units = found.units.map((unit) => named(unit, policy.units))
  const before = change.prune ? [] : old.source.registry.mailboxes
  const mailboxes = [...new Map([...before, ...found.mailboxes].map((entry) => [entry.match, entry])).values()]
  return { registry: { ...changeUnits(old.source.registry, units), mailboxes }, left: found.left }
}

function named(unit: Unit, units: readonly Unit[]): Unit {
  const known = units.find(({ id }) => id === unit.id)
  return known === undefined ? unit : { ...known, parent: unit.parent, name: { ...unit.name, en: known.name.en } }
}

type Current = Candidate & { readonly version: { readonly number: number } | null }

async function put(registry: Registry, old: Current, desk: Desk, { reason, dryRun }: Change): Promise<number> {
  const next = await withRegistry(registry, old, desk)
  if (dryRun === true) {
    print.difference(await differenceOf(old, next, desk), { json: false, from: old.source.name, to: "dry run" })
    return 0
  }
  return drafted(betweenOf(old, next), desk, { reason, origin: null, kind: "registry" })
}

/** The version in force with other units and mailboxes. Throws UsageError with every fault. */
export function withRegistry(registry: Registry, old: Candidate, desk: Desk): Promise<Candidate> {
  return read({ ...old.source, registry }, desk)
}

export function betweenOf(old: Current, next: Candidate): Between {
  if (old.version === null) throw new UsageError("no version yet: start the gateway once, or publish one")
  return { old, next, base: old.version.number }
}
