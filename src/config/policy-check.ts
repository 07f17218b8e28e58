/** What no single key of a policy can tell: names used twice, the tree of units, what every policy must rule on. */
import { isWithin } from "../mail/address.ts"
import { type FindingKind, isMeant, type Reasons } from "../mail/finding.ts"
import { type Condition, isUnliftable, type Rule, TERMS, type Unit } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { type Fault, show } from "./fault.ts"
import type { WrittenPolicy } from "./policy-schema.ts"

type Sound = Partial<WrittenPolicy>

/** Not being able to look never resolves by itself, and malware is what a gateway is for. */
const MUST_RULE = ["malware", "unscannable", "encrypted"] as const satisfies readonly FindingKind[]

const DAY = 86_400_000

/** `domains`: those of the settings. */
export function checkPolicy(sound: Sound, domains: readonly string[]): readonly Fault[] {
  return [
    ...idsOnce("units", sound.units),
    ...idsOnce("rules", sound.rules),
    ...idsOnce("guarantees", sound.guarantees),
    ...idsOnce("exceptions", sound.exceptions),
    ...tree(sound),
    ...domainsOnce(sound),
    ...ownMailboxes(sound, domains),
    ...ruledOn(sound),
    ...exceptions(sound),
  ]
}

/** Exceptions that are over: lawful, so that a restart never fails because time has passed, but of no effect. */
export function overdue(sound: Sound, now: Instant): readonly Fault[] {
  return (sound.exceptions ?? []).flatMap(({ end }, index) => {
    if (end > now) return []
    return [{ path: ["exceptions", index, "end"], expected: "a moment to come", got: new Date(end).toISOString() }]
  })
}

function idsOnce(section: string, entries: readonly { readonly id: string }[] = []): readonly Fault[] {
  const first = new Map<string, number>()
  return entries.flatMap(({ id }, index) => {
    const earlier = first.get(id)
    if (earlier === undefined) {
      first.set(id, index)
      return []
    }
    return [
      { path: [section, index, "id"], expected: "a name of its own", got: `${show(id)}, also ${section}[${earlier}]` },
    ]
  })
}

function tree({ units = [] }: Sound): readonly Fault[] {
  const roots = units.flatMap(({ parent }, index) => (parent === null ? [index] : []))
  const extra = roots.slice(1).map((index) => ({
    path: ["units", index, "parent"],
    expected: "a parent, since only one unit is the root",
    got: "nothing",
  }))
  const circles = units.flatMap(({ id, parent }, index) => {
    if (parent === null || !above(units, parent).includes(id)) return []
    return [{ path: ["units", index, "parent"], expected: "a unit that is not below this one", got: show(parent) }]
  })
  // Of a file the grammar tells it; what came from a spreadsheet or the console joins here.
  const there = new Set(units.map(({ id }) => id))
  const lost = units.flatMap(({ parent }, index) => {
    if (parent === null || there.has(parent)) return []
    return [{ path: ["units", index, "parent"], expected: "a unit that is there", got: show(parent) }]
  })
  return [...extra, ...circles, ...lost]
}

/** The unit and all above it, nearest first; ends where a circle closes. */
function above(units: readonly Unit[], id: string): readonly string[] {
  const chain: string[] = []
  for (let at: string | null = id; at !== null && !chain.includes(at); at = parentOf(units, at)) chain.push(at)
  return chain
}

function parentOf(units: readonly Unit[], id: string): string | null {
  return units.find((unit) => unit.id === id)?.parent ?? null
}

function domainsOnce({ units = [] }: Sound): readonly Fault[] {
  const owners = new Map<string, string>()
  return units.flatMap((unit, index) =>
    unit.domains.flatMap((domain, place) => {
      const owner = owners.get(domain)
      if (owner === undefined) {
        owners.set(domain, unit.id)
        return []
      }
      const path = ["units", index, "domains", place]
      return [{ path, expected: "a domain that no other unit has", got: `${domain}, which is ${owner}'s` }]
    }),
  )
}

function ownMailboxes({ units, mailboxes = [] }: Sound, domains: readonly string[]): readonly Fault[] {
  if (units === undefined) return []
  const ours = [...domains, ...units.flatMap((unit) => unit.domains)]
  return mailboxes.flatMap(({ match }, index) => {
    const domain = match.slice(match.lastIndexOf("@") + 1)
    if (domain === "*" || ours.some((own) => isWithin(domain, own))) return []
    return [{ path: ["mailboxes", index, "match"], expected: "a mailbox of a domain of ours", got: show(match) }]
  })
}

function ruledOn({ rules, units }: Sound): readonly Fault[] {
  if (rules === undefined || units === undefined) return []
  const root = units.find((unit) => unit.parent === null)?.id
  const binding = rules.filter((rule) => rule.mode === "enforce" && rule.then !== "deliver" && rule.owner === root)
  return MUST_RULE.flatMap((kind) => {
    const open = causes(rules, kind).find((why) => !binding.some((rule) => matches(rule.when, kind, why) === "yes"))
    if (open === undefined) return []
    const which = open === OTHER ? kind : `${kind}, why ${open}`
    return [{ path: ["rules"], expected: `an enforced rule of the root unit for every finding ${which}`, got: "none" }]
  })
}

/** Stands for every cause that no rule names. */
const OTHER = ""

function causes(rules: readonly Rule[], kind: FindingKind): readonly string[] {
  const named = rules.flatMap(({ when }) =>
    leaves(when).flatMap((leaf) => (leaf.is === "finding" && leaf.kind === kind ? reasons(leaf.why) : [])),
  )
  return [OTHER, ...new Set(named)]
}

function reasons(why: Reasons): readonly string[] {
  if (why === "any") return []
  return "only" in why ? why.only : why.except
}

/** Whether the condition holds for a message of which nothing is known but one finding. */
function matches(condition: Condition, kind: FindingKind, why: string): "yes" | "no" | "unknown" {
  switch (condition.is) {
    case "always":
      return "yes"
    case "finding":
      return isMeant({ kind, at: "", why }, condition) ? "yes" : "no"
    case "not": {
      const inner = matches(condition.of, kind, why)
      if (inner === "unknown") return inner
      return inner === "yes" ? "no" : "yes"
    }
    case "all":
    case "any": {
      const answers = new Set(condition.of.map((one) => matches(one, kind, why)))
      const [decides, otherwise] = condition.is === "all" ? (["no", "yes"] as const) : (["yes", "no"] as const)
      if (answers.has(decides)) return decides
      return answers.has("unknown") ? "unknown" : otherwise
    }
    default:
      return "unknown"
  }
}

function leaves(condition: Condition): readonly Condition[] {
  if (condition.is === "all" || condition.is === "any") return condition.of.flatMap(leaves)
  return condition.is === "not" ? leaves(condition.of) : [condition]
}

/** Only the unit that owns the rule, or one above, may lift it, for a while, and never what protects everybody. */
function exceptions({ exceptions: all = [], rules, units, terms = TERMS }: Sound): readonly Fault[] {
  return all.flatMap((exception, index) => {
    const at = (key: string) => ["exceptions", index, key]
    const span = exception.end - exception.start
    const faults: Fault[] = []
    if (span <= 0) faults.push({ path: at("end"), expected: "a moment after start", got: moment(exception.end) })
    if (span > terms.longest) {
      const days = Math.floor(terms.longest / DAY)
      faults.push({ path: at("end"), expected: `at most ${days} days after start`, got: moment(exception.end) })
    }
    const rule = rules?.find((one) => one.id === exception.rule)
    if (rule === undefined || units === undefined) return faults
    if (leaves(rule.when).some(isUnliftable)) {
      faults.push({
        path: at("rule"),
        expected: "a rule that reads no malware and no clear mark of secrecy",
        got: show(rule.id),
      })
    }
    if (!above(units, rule.owner).includes(exception.owner)) {
      faults.push({ path: at("owner"), expected: `${rule.owner} or a unit above it`, got: show(exception.owner) })
    }
    return faults
  })
}

function moment(at: Instant): string {
  return new Date(at).toISOString()
}
