/** What a change of units and mailboxes moves: which classes and units may have lost or gained members. Pure. */
import { parseAddress, type Address } from "../mail/address.ts"
import type { MailboxClass, MailboxEntry, UnitId } from "../mail/policy.ts"
import type { Passage, Turnover } from "./implies.ts"
import type { Prepared } from "./decide.ts"

/** A policy with the mailboxes that it names, as mail is judged by it. */
export interface Standing {
  readonly prepared: Prepared
  readonly directory: {
    isOurs(domain: string): boolean
    unitOf(address: Address): UnitId | null
    classOf(address: Address): MailboxClass | null
  }
}

interface Both<T> {
  readonly lost: Set<T>
  readonly gained: Set<T>
}

export function passage(old: Standing, next: Standing): Passage {
  const classes: Both<MailboxClass> = { lost: new Set(), gained: new Set() }
  const units: Both<UnitId> = { lost: new Set(), gained: new Set() }
  const oursMoved = domains(old, next, units)
  tree(old, next, units)
  mailboxes(old, next, { classes, units })
  return { from: old.prepared.context, to: next.prepared.context, classes, units, oursMoved }
}

/** Nothing between the two moved any mailbox. */
export function isStill({ lost, gained }: Turnover<string>): boolean {
  return lost.size === 0 && gained.size === 0
}

function domains(old: Standing, next: Standing, units: Both<UnitId>): boolean {
  let oursMoved = false
  const all = new Set([...old.prepared.policy.units, ...next.prepared.policy.units].flatMap((unit) => unit.domains))
  for (const domain of all) {
    // A mailbox that no entry names.
    const somebody = { local: "", domain, text: `@${domain}` }
    oursMoved ||= old.directory.isOurs(domain) !== next.directory.isOurs(domain)
    move(chain(old, old.directory.unitOf(somebody)), chain(next, next.directory.unitOf(somebody)), units)
  }
  return oursMoved
}

function tree(old: Standing, next: Standing, units: Both<UnitId>): void {
  const all = new Set([...old.prepared.policy.units, ...next.prepared.policy.units].map(({ id }) => id))
  for (const id of all) move(chain(old, id), chain(next, id), units)
}

function chain({ prepared }: Standing, unit: UnitId | null): readonly UnitId[] {
  return unit === null ? [] : prepared.context.units.above(unit)
}

function move<T>(before: readonly T[], after: readonly T[], { lost, gained }: Both<T>): void {
  for (const one of before) if (!after.includes(one)) lost.add(one)
  for (const one of after) if (!before.includes(one)) gained.add(one)
}

interface All {
  readonly classes: Both<MailboxClass>
  readonly units: Both<UnitId>
}

function mailboxes(old: Standing, next: Standing, moved: All): void {
  const before = old.prepared.policy.mailboxes
  const after = next.prepared.policy.mailboxes
  if (before === after) return
  const named = new Map(before.map((entry) => [keyOf(entry), entry]))
  const renamed = new Map(after.map((entry) => [keyOf(entry), entry]))
  // Also those that stand in both: they may stand behind another pattern now.
  for (const match of new Set([...before, ...after].filter((entry) => !isPattern(entry)).map((entry) => entry.match))) {
    oneMailbox(match, old, next, moved)
  }
  const was = before.filter(isPattern).map(keyOf)
  const is = after.filter(isPattern).map(keyOf)
  if (was.join("\n") === is.join("\n")) return
  const gone = before.filter((entry) => isPattern(entry) && !renamed.has(keyOf(entry)))
  const come = after.filter((entry) => isPattern(entry) && !named.has(keyOf(entry)))
  // Whatever a pattern takes in it took from somebody, and whatever it leaves goes to somebody.
  for (const entry of gone) anybody(entry, old, next, { to: moved, mine: "lost", theirs: "gained" })
  for (const entry of come) anybody(entry, old, next, { to: moved, mine: "gained", theirs: "lost" })
  if (kept(was, is) !== kept(is, was)) everybody(old, next, moved)
}

function kept(keys: readonly string[], others: readonly string[]): string {
  return keys.filter((key) => others.includes(key)).join("\n")
}
function keyOf({ match, class: name, unit }: MailboxEntry): string {
  return `${match}\t${name}\t${unit ?? ""}`
}
function isPattern({ match }: MailboxEntry): boolean {
  return match.includes("*")
}

function oneMailbox(match: string, old: Standing, next: Standing, { classes, units }: All): void {
  const address = parseAddress(match)
  if (address === null) return
  const [was, is] = [old.directory.classOf(address), next.directory.classOf(address)]
  move(was === null ? [] : [was], is === null ? [] : [is], classes)
  move(chain(old, old.directory.unitOf(address)), chain(next, next.directory.unitOf(address)), units)
}

interface Taking {
  readonly to: All
  readonly mine: "lost" | "gained"
  readonly theirs: "lost" | "gained"
}

function anybody(entry: MailboxEntry, old: Standing, next: Standing, { to, mine, theirs }: Taking): void {
  const { classes, units } = namesOf(old, next)
  to.classes[mine].add(entry.class)
  for (const other of classes) if (other !== entry.class) to.classes[theirs].add(other)
  const own = entry.unit === null ? [] : [...chain(old, entry.unit), ...chain(next, entry.unit)]
  const touchesUnits = [...old.prepared.policy.mailboxes, ...next.prepared.policy.mailboxes].some(
    ({ unit }) => unit !== null,
  )
  if (!touchesUnits) return
  for (const unit of units) {
    if (own.includes(unit)) to.units[mine].add(unit)
    else to.units[theirs].add(unit)
    if (entry.unit === null) to.units[mine].add(unit)
  }
}

function everybody(old: Standing, next: Standing, { classes, units }: All): void {
  const names = namesOf(old, next)
  for (const one of names.classes) for (const way of [classes.lost, classes.gained]) way.add(one)
  for (const one of names.units) for (const way of [units.lost, units.gained]) way.add(one)
}

function namesOf(old: Standing, next: Standing): { readonly classes: Set<string>; readonly units: Set<string> } {
  const policies = [old.prepared.policy, next.prepared.policy]
  return {
    classes: new Set(["ordinary", ...policies.flatMap((one) => one.mailboxes.map((entry) => entry.class))]),
    units: new Set(policies.flatMap((one) => one.units.map(({ id }) => id))),
  }
}
