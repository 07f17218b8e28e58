/** Asks for what a report is made of, each report for its own part only. */
import type { Period } from "../../store/search.ts"
import type { UnitId } from "../../mail/policy.ts"
import type { Hands } from "../api/hands.ts"
import { LIMITS } from "../api/sessions.ts"
import { r6 } from "./assessment.ts"
import { type Facts, lureRules, type Place, webmailRules } from "./facts.ts"
import type { Report, ReportId } from "./report.ts"
import { r3, r4, r5, r8 } from "./threats.ts"
import { r1, r2, r7 } from "./usage.ts"

/** Addresses, domains and files that one report names. */
const MOST = 1_000
/** Decisions for clerks to judge each month. */
const SAMPLE = 200
const MONTH = 30 * 86_400_000
/** Exceptions that are looked at. */
const EXCEPTIONS = 10_000
/** A year as leap years make it. */
const YEAR = 365.2425 * 86_400_000

export interface Wanted extends Period {
  /** Every unit of the branch. */
  readonly branch: readonly UnitId[]
}

export async function reportOf(id: ReportId, wanted: Wanted, hands: Hands): Promise<Report> {
  switch (id) {
    case "r1":
      return r1(await usage(wanted, hands))
    case "r2":
      return r2(await usage(wanted, hands))
    case "r3":
      return r3(await threats(wanted, hands))
    case "r4":
      return r4(await threats(wanted, hands))
    case "r5":
      return r5(await threats(wanted, hands))
    case "r6":
      return r6({
        settings: hands.settings(),
        rules: hands.rules(),
        accounts: await hands.records.accounts(),
        policyVersion: hands.policyVersion(),
        health: hands.health.status().parts,
        limits: LIMITS,
        now: hands.now(),
      })
    case "r7": {
      const before = { ...wanted, since: Math.round(wanted.since - YEAR), until: Math.round(wanted.until - YEAR) }
      return r7(await year(wanted, hands), await year(before, hands))
    }
    case "r8":
      return r8(await quality(wanted, hands))
    default:
      return id satisfies never
  }
}

function ground({ since, until, branch }: Wanted, hands: Hands): Facts {
  return {
    since,
    until,
    places: placesOf(branch, hands),
    rules: hands.rules(),
    totals: [],
    byRule: [],
    webmail: [],
    repeated: [],
    lures: [],
    bad: [],
    lookedBack: [],
    active: [],
    exceptions: [],
    sample: [],
  }
}

async function usage(wanted: Wanted, hands: Hands): Promise<Facts> {
  const { search } = hands
  const rules = webmailRules(hands.rules())
  const byUnit = { ...wanted, units: wanted.branch }
  const [totals, webmail, repeated, active, documents] = await Promise.all([
    search.totals(byUnit, "kind"),
    search.judged(wanted, rules),
    search.repeated(byUnit, rules, MOST),
    search.active(byUnit),
    hands.records.exceptions("granted", EXCEPTIONS),
  ])
  const exceptions = documents.filter(({ start, end }) => start < wanted.until && end > wanted.since)
  return { ...ground(wanted, hands), totals, webmail, repeated, active, exceptions }
}

async function threats(wanted: Wanted, hands: Hands): Promise<Facts> {
  const { search } = hands
  const [bad, lures, lookedBack] = await Promise.all([
    search.foundBad(wanted),
    search.sources(wanted, lureRules(hands.rules()), MOST),
    search.lookedBack(wanted, MOST),
  ])
  return { ...ground(wanted, hands), bad, lures, lookedBack }
}

async function year(wanted: Wanted, hands: Hands): Promise<Facts> {
  const [used, threatened] = await Promise.all([usage(wanted, hands), threats(wanted, hands)])
  const { bad, lures, lookedBack } = threatened
  return { ...used, bad, lures, lookedBack }
}

async function quality(wanted: Wanted, hands: Hands): Promise<Facts> {
  const months = Math.max(1, Math.ceil((wanted.until - wanted.since) / MONTH))
  // Of the whole house each message counts once; of a branch, what lies between two of its units counts in both.
  const units = wanted.units === null ? ["*"] : wanted.branch
  const [byRule, sample] = await Promise.all([
    hands.search.totals({ ...wanted, units }, "rule"),
    hands.search.sample(wanted, Math.min(MOST, SAMPLE * months)),
  ])
  return { ...ground(wanted, hands), byRule, sample }
}

/** Đ after D. */
const COLLATOR = new Intl.Collator("vi")

/** In the order of the tree, each below its parent. */
export function placesOf(branch: readonly UnitId[], hands: Pick<Hands, "units">): readonly Place[] {
  const inside = new Set(branch)
  const units = hands.units().filter(({ id }) => inside.has(id))
  const children = Map.groupBy(units, ({ parent }) => (parent !== null && inside.has(parent) ? parent : null))
  const below = (parent: UnitId | null, depth: number): readonly Place[] =>
    (children.get(parent) ?? [])
      .toSorted((a, b) => COLLATOR.compare(a.name.vi, b.name.vi))
      .flatMap(({ id, name }) => [{ id, name, depth }, ...below(id, depth + 1)])
  return below(null, 0)
}
