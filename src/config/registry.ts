/** The registry of units and mailboxes: read from and written to spreadsheets, and changed one step at a time. Pure. */
import { addressKey, canonicalDomain, parseAddress } from "../mail/address.ts"
import type { MailboxEntry, Unit, UnitId } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Registry } from "../mail/version.ts"
import { type CsvFault, type CsvRow, readCsv, writeCsv } from "./csv.ts"

export type Imported =
  | { readonly ok: true; readonly registry: Registry }
  | { readonly ok: false; readonly faults: readonly CsvFault[] }

const UNIT_COLUMNS = ["id", "parent", "name_vi", "name_en", "domains", "from", "until"] as const
const MAILBOX_COLUMNS = ["address", "class", "unit"] as const
const ID = /^[a-z0-9][a-z0-9-]{0,63}$/

/** Rows stand in for what has their name; what they do not name stays. Every faulty line is told. */
export function importCsv(text: string, registry: Registry, units: readonly Unit[]): Imported {
  const { columns, rows } = readCsv(text)
  const faults: CsvFault[] = []
  const add = (line: number, expected: string, got: string): void => void faults.push({ line, expected, got })
  const isUnits = columns.includes("id")
  const wanted: readonly string[] = isUnits ? UNIT_COLUMNS : MAILBOX_COLUMNS
  const needed = isUnits ? ["id", "parent", "name_vi"] : ["address"]
  for (const name of needed) if (!columns.includes(name)) add(1, `a column ${name}`, columns.join(", "))
  for (const name of columns) if (!wanted.includes(name)) add(1, `columns ${wanted.join(", ")}`, name)
  if (faults.length > 0) return { ok: false, faults }
  const next = isUnits ? withUnits(rows, registry, { units, add }) : withMailboxes(rows, registry, { units, add })
  return faults.length === 0 ? { ok: true, registry: next } : { ok: false, faults }
}

type Add = (line: number, expected: string, got: string) => void

function withUnits(rows: readonly CsvRow[], registry: Registry, { units, add }: Given): Registry {
  const there = new Set([...units.map(({ id }) => id), ...rows.map(({ cells }) => cells.get("id") ?? "")])
  const seen = new Map<string, number>()
  const read = rows.map(({ line, cells }): Unit => {
    const cell = (name: (typeof UNIT_COLUMNS)[number]): string => cells.get(name) ?? ""
    const id = cell("id")
    if (!ID.test(id)) add(line, "id: a name of small letters, digits and hyphens", id)
    const earlier = seen.get(id)
    if (earlier !== undefined) add(line, "id: a name of its own", `${id}, also in line ${earlier}`)
    seen.set(id, line)
    if (cell("parent") !== "" && !there.has(cell("parent")))
      add(line, "parent: a unit that is there, or in this file", cell("parent"))
    if (cell("name_vi") === "") add(line, "name_vi: a name", "nothing")
    const domains = cell("domains")
      .split(/[\s,;]+/)
      .filter((one) => one !== "")
    for (const one of domains) if (canonicalDomain(one) === null) add(line, "domains: domain names", one)
    return {
      id,
      parent: cell("parent") === "" ? null : cell("parent"),
      name: { vi: cell("name_vi"), en: cell("name_en") === "" ? cell("name_vi") : cell("name_en") },
      domains: domains.flatMap((one) => canonicalDomain(one) ?? []),
      from: day(cell("from"), line, add),
      until: day(cell("until"), line, add),
    }
  })
  return { ...registry, units: replaced(registry.units, read) }
}

function day(text: string, line: number, add: Add): Instant | null {
  if (text === "") return null
  const at = dayOf(text)
  if (at !== null) return at
  add(line, "a date such as 2025-07-01", text)
  return null
}

/** The first moment of a day in Việt Nam; null: it is none. */
export function dayOf(text: string): Instant | null {
  const at = /^\d{4}-\d{2}-\d{2}$/.test(text) ? Date.parse(`${text}T00:00+07:00`) : Number.NaN
  // Date.parse lets 30 February roll over.
  return !Number.isNaN(at) && dateOf(at) === text ? at : null
}

/** What is there already, and where faults are told. */
interface Given {
  readonly units: readonly Unit[]
  readonly add: Add
}

function withMailboxes(rows: readonly CsvRow[], registry: Registry, { units, add }: Given): Registry {
  const known = new Set(units.map(({ id }) => id))
  const read = rows.map(({ line, cells }): MailboxEntry => {
    const address = parseAddress(cells.get("address") ?? "")
    const unit = cells.get("unit") ?? ""
    const name = cells.get("class") ?? ""
    if (address === null || address.domain === "") add(line, "address: a mail address", cells.get("address") ?? "")
    if (unit !== "" && !known.has(unit)) add(line, "unit: a unit that is there", unit)
    if (name !== "" && !ID.test(name)) add(line, "class: a name of small letters, digits and hyphens", name)
    return { match: address === null ? "" : addressKey(address), class: name, unit: unit === "" ? null : unit }
  })
  const mailboxes = new Map([...registry.mailboxes, ...read].map((entry) => [entry.match, entry]))
  return { ...registry, mailboxes: [...mailboxes.values()] }
}

function replaced(old: readonly Unit[], next: readonly Unit[]): readonly Unit[] {
  return [...new Map([...old, ...next].map((unit) => [unit.id, unit])).values()]
}

export function dateOf(at: Instant | null): string {
  return at === null ? "" : new Date(at + 7 * 3_600_000).toISOString().slice(0, 10)
}

/** `units`: all there are, those of the policy's text too. */
export function exportUnits(units: readonly Unit[]): string {
  return writeCsv(
    UNIT_COLUMNS,
    units.map(({ id, parent, name, domains, from, until }) => [
      id,
      parent ?? "",
      name.vi,
      name.en,
      domains.join(" "),
      dateOf(from),
      dateOf(until),
    ]),
  )
}

export function exportMailboxes({ mailboxes }: Registry): string {
  return writeCsv(
    MAILBOX_COLUMNS,
    mailboxes.map(({ match, class: name, unit }) => [match, name, unit ?? ""]),
  )
}

/** Changed units go into the registry, where they stand in for those of the text. */
export function changeUnits(registry: Registry, changed: readonly Unit[]): Registry {
  return { ...registry, units: replaced(registry.units, changed) }
}

export interface Merge {
  readonly from: readonly UnitId[]
  readonly into: UnitId
  readonly at: Instant
}

/**
 * Units become part of another, which need not be one of them: their domains, mailboxes and the units below go over to it. They
 * stay in the tree below it, ended, so that what was recorded of them is still somebody's. Null: no such unit.
 */
export function mergeUnits(registry: Registry, units: readonly Unit[], { from, into, at }: Merge): Registry | null {
  const target = units.find(({ id }) => id === into)
  const gone = from.flatMap((id) => units.find((unit) => unit.id === id && id !== into) ?? [])
  if (target === undefined || gone.length !== from.length) return null
  const ended = new Set(gone.map(({ id }) => id))
  const changed = [
    { ...target, domains: [...target.domains, ...gone.flatMap(({ domains }) => domains)] },
    ...gone.map((unit) => ({ ...unit, parent: into, domains: [], until: at })),
    ...units
      .filter(({ id, parent }) => parent !== null && ended.has(parent) && id !== into && !ended.has(id))
      .map((unit) => ({ ...unit, parent: into })),
  ]
  const mailboxes = registry.mailboxes.map((entry) => {
    return entry.unit !== null && ended.has(entry.unit) ? { ...entry, unit: into } : entry
  })
  return { ...changeUnits(registry, changed), mailboxes }
}
