/** Who writes to people: the agency's name, the texts of its notices and the laws they cite, read and checked together. */
import { readFileSync } from "node:fs"
import { reason } from "../config/files.ts"
import { checkBases, loadLegal } from "../config/legal.ts"
import { loadNotices } from "../config/notices.ts"
import type { Settings } from "../config/schema.ts"
import { parseAddress, type Address } from "../mail/address.ts"
import type { Policy } from "../mail/policy.ts"
import type { Office } from "../notify/letter.ts"

export type LoadedWords =
  | { readonly ok: true; readonly value: Pick<Office, "templates" | "laws">; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

type Sections = Partial<Settings>

/** `policy`: what cites the laws, null when it cannot be read. Sections that have faults of their own are not looked into. */
export function loadWords({ notices, legal, timezone }: Sections, policy: Policy | null, now: number): LoadedWords {
  if (notices === undefined || legal === undefined || timezone === undefined) return { ok: false, faults: [] }
  const words = loadNotices(notices)
  const text = readLegal(legal)
  const laws = text.ok ? loadLegal(text.value, timezone) : text
  const bases = laws.ok && policy !== null ? checkBases(policy, laws.laws, now) : { faults: [], warnings: [] }
  const inLegal = (lines: readonly string[]): readonly string[] => lines.map((line) => `${legal}: ${line}`)
  if (words.ok && laws.ok && bases.faults.length === 0) {
    return { ok: true, value: { templates: words.templates, laws: laws.laws }, warnings: bases.warnings }
  }
  const faults = [words.ok ? [] : words.faults, laws.ok ? [] : inLegal(laws.faults), bases.faults].flat()
  return { ok: false, faults }
}

type Read = { readonly ok: true; readonly value: string } | { readonly ok: false; readonly faults: readonly string[] }

function readLegal(file: string): Read {
  try {
    return { ok: true, value: readFileSync(file, "utf8") }
  } catch (error) {
    return { ok: false, faults: [`expected a readable file, got ${reason(error)}`] }
  }
}

/** Who decides about held mail. */
export function approverOf({ postmaster }: Pick<Settings, "postmaster">): Address {
  const address = parseAddress(postmaster)
  if (address === null) throw new Error("the postmaster has no address")
  return address
}
