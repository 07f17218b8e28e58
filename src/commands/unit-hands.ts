/** Units, mailboxes and exceptions for the console: the turns of `units.ts` and `exceptions.ts`, told as data. */
import { Refusal } from "../console/api/route.ts"
import type { Reach } from "../console/api/access.ts"
import type { ExceptionHands, UnitEdit, UnitHands } from "../console/api/unit-hands.ts"
import { changeUnits, exportMailboxes, exportUnits, importCsv, mergeUnits } from "../config/registry.ts"
import { phrase } from "../decide/phrase.ts"
import { isWithin, parseAddress } from "../mail/address.ts"
import type { MailboxEntry, Policy, Unit } from "../mail/policy.ts"
import type { Registry } from "../mail/version.ts"
import type { Configuration } from "./assemble.ts"
import { granted, requested } from "./exceptions.ts"
import { remind } from "./exceptions-keep.ts"
import { type PolicyHandsDeps, refusing } from "./policy-hands.ts"
import { type Candidate, current, type Desk, differenceOf, put } from "./policy-life.ts"
import { betweenOf, fromDirectory, withRegistry } from "./units.ts"

type Deps = Omit<PolicyHandsDeps, "pool" | "log">

export function unitHandsOf({ store, configuration, study, now, changed }: Deps): UnitHands {
  const policy = (): Policy => configuration().inForce.prepared.policy
  return {
    edit: async (edit, { by, reach, reason, dryRun }) => {
      const desk = { store, configuration: configuration(), study, now: now(), by }
      const old = await refusing(current(desk))
      const { registry, left } = await refusing(registryOf(edit, old, desk))
      const next = await refusing(withRegistry(registry, old, desk))
      checkReach(old.configuration, next.configuration, reach)
      const found = await differenceOf(old, next, desk)
      if (dryRun || found.changes.length === 0) return { is: "unchanged", found, left }
      const done = await put(betweenOf(old, next), desk, { reason, origin: null, kind: "registry" })
      if (done.is === "published") await changed()
      return { ...done, left }
    },
    mailboxes: () => policy().mailboxes,
    exported: (what, reach) => {
      if (what === "units") return exportUnits(policy().units.filter(({ id }) => reach.sees(id)))
      const seen = policy().mailboxes.filter(({ unit, match }) => isConcrete(match) && reach.sees(unit))
      return exportMailboxes({ units: [], mailboxes: seen })
    },
  }
}

interface Registered {
  readonly registry: Registry
  readonly left: readonly string[]
}

async function registryOf(edit: UnitEdit, old: Candidate, desk: Desk): Promise<Registered> {
  const { registry } = old.source
  const { units } = old.configuration.inForce.prepared.policy
  const left: readonly string[] = []
  switch (edit.is) {
    case "unit":
      return { registry: changeUnits(registry, [edit.unit]), left }
    case "merge": {
      const merged = mergeUnits(registry, units, { from: edit.from, into: edit.into, at: desk.now })
      if (merged === null) throw new Refusal("invalid", [{ path: "from", expected: "units that are there" }])
      return { registry: merged, left }
    }
    case "mailboxes": {
      const kept = registry.mailboxes.filter(({ match }) => !edit.drop.includes(match))
      const all = new Map([...kept, ...edit.set].map((entry) => [entry.match, entry]))
      return { registry: { ...registry, mailboxes: [...all.values()] }, left }
    }
    case "import": {
      const read = importCsv(edit.text, registry, units)
      if (read.ok) return { registry: read.registry, left }
      throw new Refusal(
        "invalid",
        read.faults.map(({ line, expected, got }) => ({
          path: `line ${line}`,
          expected: `${expected}, got ${JSON.stringify(got)}`,
        })),
      )
    }
    case "sync":
      return fromDirectory(old, desk, edit)
    default:
      return edit satisfies never
  }
}

/** Whoever administers a branch of the tree changes that branch, and takes no domain or mailbox from outside it. */
function checkReach(old: Configuration, next: Configuration, reach: Reach): void {
  if (reach.all) return
  const [before, after] = [old.inForce.prepared.policy, next.inForce.prepared.policy]
  const mine = before.units.filter(({ id }) => reach.sees(id)).flatMap(({ domains }) => domains)
  const isMine = (domain: string): boolean => mine.some((own) => isWithin(domain, own))
  const was = new Map(before.units.map((unit) => [unit.id, unit]))
  for (const unit of after.units) {
    const earlier = was.get(unit.id)
    if (!isSame(earlier, unit) && !mayTurn(earlier, unit, { reach, isMine })) throw new Refusal("forbidden")
  }
  const kept = new Map(after.mailboxes.map((entry) => [entry.match, entry]))
  const had = new Map(before.mailboxes.map((entry) => [entry.match, entry]))
  for (const match of new Set([...kept.keys(), ...had.keys()])) {
    const [earlier, later] = [had.get(match), kept.get(match)]
    if (isSame(earlier, later)) continue
    const domain = match.slice(match.lastIndexOf("@") + 1)
    const isSeen = [earlier, later].every((entry) => entry === undefined || reach.sees(unitOf(entry, old)))
    if (!isSeen || domain === "*" || !isMine(domain)) throw new Refusal("forbidden")
  }
}

interface Within {
  readonly reach: Reach
  readonly isMine: (domain: string) => boolean
}

/** The parent must be seen too, before and after, where it is another: a branch cannot move itself. */
function mayTurn(earlier: Unit | undefined, unit: Unit, { reach, isMine }: Within): boolean {
  const added = unit.domains.filter((domain) => earlier?.domains.includes(domain) !== true)
  if (!added.every(isMine)) return false
  if (earlier === undefined) return reach.sees(unit.parent)
  if (!reach.sees(unit.id)) return false
  return earlier.parent === unit.parent || (reach.sees(earlier.parent) && reach.sees(unit.parent))
}

/** An entry that names no unit is its domain's. */
function unitOf({ match, unit }: MailboxEntry, { inForce }: Configuration): string | null {
  if (unit !== null) return unit
  const address = parseAddress(match.replace(/^\*/, "x"))
  return address === null ? null : inForce.directory.unitOf(address)
}

function isConcrete(match: string): boolean {
  return !match.includes("*")
}
function isSame(a: object | undefined, b: object | undefined): boolean {
  return JSON.stringify(a) === JSON.stringify(b)
}

export function exceptionHandsOf({ store, configuration, study, now, changed }: Deps): ExceptionHands {
  const { records } = store
  const deskOf = (by: string): Desk => ({ store, configuration: configuration(), study, now: now(), by })
  return {
    phrase,
    request: (asked, by) => refusing(requested(asked, deskOf(by))),
    grant: async (one, by) => {
      const said = await refusing(granted(one, deskOf(by)))
      if (said === "granted") await changed()
      return said
    },
    end: async (one, by, reason) => {
      const count = await records.endExceptions([one.id], by, now(), reason)
      if (count > 0) await changed()
      return count > 0
    },
    remind: (one) => remind(one, store, configuration(), now()),
  }
}
