/** Random policies over a small world, changes to them, and mail in it: small enough that what matters happens often. */
import fc from "fast-check"
import { prepare } from "../../src/decide/decide.ts"
import type { Standing } from "../../src/decide/moved.ts"
import { createDirectory } from "../../src/identify/units.ts"
import { type Evidence, known } from "../../src/mail/evidence.ts"
import {
  type Condition,
  DISPOSITIONS,
  type Exception,
  type Guarantee,
  type MailboxEntry,
  MODES,
  type Policy,
  type Rule,
  TERMS,
  type Unit,
} from "../../src/mail/policy.ts"
import { address, evidence, exception, guarantee, message, rule, transaction } from "./evidence.ts"

const OURS = ["tinh.vn", "so.tinh.vn", "xa.tinh.vn"]
const FOREIGN = ["gmail.com", "bao.vn", "sub.bao.vn", "gov.vn"]
const LOCALS = ["an", "binh", "motcua"]
const CLASSES = ["ordinary", "public", "office"]
const LISTS = ["press", "state"]
const UNITS = ["tinh", "so", "xa", "phong"]

const mailbox = fc.tuple(fc.constantFrom(...LOCALS), fc.constantFrom(...OURS, ...FOREIGN)).map(([a, b]) => `${a}@${b}`)
const entry = fc.oneof(
  mailbox,
  fc.constantFrom(...OURS, ...FOREIGN),
  fc.constantFrom(...OURS, ...FOREIGN).map((domain) => `.${domain}`),
  fc.constantFrom(...LOCALS).map((local) => `${local}@*`),
)
const some = <T>(...all: readonly T[]): fc.Arbitrary<readonly T[]> => fc.subarray([...all], { minLength: 1 })
const positions = some("mail-from" as const, "rcpt-to" as const, "from" as const)
const side = fc.constantFrom("sender" as const, "recipient" as const)

const leaf: fc.Arbitrary<Condition> = fc.oneof(
  fc.constant<Condition>({ is: "always" }),
  some("inbound" as const, "outbound" as const, "internal" as const).map((list) => ({
    is: "direction" as const,
    in: list,
  })),
  fc
    .record({ at: positions, in: fc.array(entry, { maxLength: 3 }) })
    .map((one) => ({ is: "address" as const, ...one })),
  fc.record({ at: positions, in: some(...OURS, ...FOREIGN) }).map((one) => ({ is: "address-domain" as const, ...one })),
  fc.record({ at: positions, list: fc.constantFrom(...LISTS) }).map((one) => ({ is: "address-list" as const, ...one })),
  fc.record({ of: side, in: some(...UNITS) }).map((one) => ({ is: "unit" as const, ...one })),
  fc.record({ of: side, in: some(...CLASSES) }).map((one) => ({ is: "class" as const, ...one })),
  fc.boolean().map((value) => ({ is: "attachment" as const, value })),
  fc.boolean().map((value) => ({ is: "thread" as const, value })),
  some("official" as const, "unsure" as const, "not-official" as const).map((list) => ({
    is: "official" as const,
    in: list,
  })),
  some("none" as const, "suspected" as const, "mat" as const).map((list) => ({ is: "secrecy" as const, in: list })),
  fc.constantFrom(1, 20).map((atLeast) => ({ is: "personal-data" as const, atLeast })),
  fc.constantFrom<Condition>(
    { is: "finding", kind: "macro", why: "any" },
    { is: "finding", kind: "unscannable", why: { only: ["corrupt"] } },
    { is: "finding", kind: "unscannable", why: { except: ["corrupt"] } },
    { is: "finding", kind: "malware", why: "any" },
    { is: "subject", matches: ["*báo cáo*"] },
    { is: "larger-than", bytes: 1_000 },
  ),
)
export const condition: fc.Arbitrary<Condition> = fc.letrec<{ tree: Condition }>((tie) => ({
  tree: fc.oneof(
    { maxDepth: 3, withCrossShrink: true },
    leaf,
    fc.record({ is: fc.constantFrom("all" as const, "any" as const), of: fc.array(tie("tree"), { maxLength: 3 }) }),
    tie("tree").map((of) => ({ is: "not" as const, of })),
  ),
})).tree

const disposition = fc.constantFrom(...DISPOSITIONS)
const owner = fc.constantFrom(...UNITS)
const id = (prefix: string) => fc.integer({ min: 0, max: 3 }).map((n) => `${prefix}${n}`)
const someRule: fc.Arbitrary<Rule> = fc
  .record({ id: id("r"), when: condition, then: disposition, owner, mode: fc.constantFrom("enforce", ...MODES) })
  .map((one) => rule(one.id, one.when, one.then, { owner: one.owner, mode: one.mode }))
const someGuarantee: fc.Arbitrary<Guarantee> = fc
  .record({ id: id("g"), when: condition, atMost: disposition, owner })
  .map((one) => guarantee(one.id, one.when, one.atMost, one.owner))
const someException: fc.Arbitrary<Exception> = fc
  .record({ id: id("x"), rule: id("r"), when: condition, owner })
  .map((one) => exception(one.id, one.rule, { when: one.when, owner: one.owner }))
const someMailbox: fc.Arbitrary<MailboxEntry> = fc.record({
  match: fc.oneof(
    mailbox.filter((one) => OURS.some((domain) => one.endsWith(`@${domain}`))),
    fc.constantFrom("motcua*@*", "*@xa.tinh.vn", "an@*"),
  ),
  class: fc.constantFrom(...CLASSES),
  unit: fc.constantFrom(null, null, ...UNITS),
})
/** The root, and three others anywhere below it without a circle. */
const someUnits: fc.Arbitrary<readonly Unit[]> = fc
  .record({
    so: fc.constant("tinh"),
    xa: fc.constantFrom("tinh", "so"),
    phong: fc.constantFrom("tinh", "so", "xa"),
    named: fc.subarray(["so.tinh.vn", "xa.tinh.vn"]),
    of: fc.constantFrom("so", "xa", "phong"),
  })
  .map(({ so, xa, phong, named, of }) =>
    [
      { id: "tinh", parent: null, domains: ["tinh.vn"] },
      { id: "so", parent: so, domains: of === "so" ? named : [] },
      { id: "xa", parent: xa, domains: of === "xa" ? named : [] },
      { id: "phong", parent: phong, domains: of === "phong" ? named : [] },
    ].map((unit) => ({ ...unit, name: { vi: unit.id, en: unit.id }, from: null, until: null })),
  )

function once<T extends { readonly id: string }>(all: readonly T[]): readonly T[] {
  return [...new Map(all.map((one) => [one.id, one])).values()]
}

export const somePolicy: fc.Arbitrary<Policy> = fc
  .record({
    units: someUnits,
    mailboxes: fc.array(someMailbox, { maxLength: 3 }),
    press: fc.array(entry, { maxLength: 3 }),
    state: fc.array(entry, { maxLength: 3 }),
    rules: fc.array(someRule, { maxLength: 4 }),
    guarantees: fc.array(someGuarantee, { maxLength: 2 }),
    exceptions: fc.array(someException, { maxLength: 2 }),
  })
  .map(({ press, state, rules, guarantees, exceptions, ...rest }) => ({
    ...rest,
    version: "random",
    terms: TERMS,
    timezone: "Asia/Ho_Chi_Minh",
    lists: { press, state },
    rules: once(rules),
    guarantees: once(guarantees),
    exceptions: once(exceptions),
  }))

/** One in three has a rule inside another, stricter one, as happens where many people write rules. */
export const someLayered: fc.Arbitrary<Policy> = fc
  .record({ given: somePolicy, outer: condition, inner: condition, by: owner, deep: fc.nat({ max: 2 }) })
  .map(({ given, outer, inner, by, deep }) => {
    if (deep > 0) return given
    const layers = [
      rule("outer", outer, "reject", { owner: by }),
      rule("inner", { is: "all", of: [inner, outer] }, "flag", { owner: by }),
    ]
    return { ...given, rules: [...given.rules, ...layers] }
  })

/** A policy and the same with one or two parts taken from another. */
export const someChange: fc.Arbitrary<readonly [Policy, Policy]> = fc
  .tuple(
    somePolicy,
    somePolicy,
    fc.subarray(["units", "mailboxes", "lists", "rules", "guarantees", "exceptions"] as const, {
      minLength: 1,
      maxLength: 2,
    }),
    fc.nat(),
  )
  .map(([old, other, parts, n]) => {
    const next = { ...old }
    for (const part of parts) Object.assign(next, { [part]: mixed(old, other, part, n) })
    return [old, next] as const
  })

/** One of the other's among ours, or one of ours gone: small changes are those about which something can be shown. */
function mixed(old: Policy, other: Policy, part: keyof Policy, n: number): unknown {
  if (part === "units") return other.units
  if (part === "lists") return { press: other.lists["press"] ?? [], state: old.lists["state"] ?? [] }
  const [ours, theirs] = [old[part] as readonly { id?: string }[], other[part] as readonly { id?: string }[]]
  const place = n % (ours.length + 1)
  const one = theirs[0]
  if (n % 3 === 0 || one === undefined) return ours.filter((_, index) => index !== place)
  if (n % 3 === 1) return [...ours.filter(({ id: name }) => name === undefined || name !== one.id), one]
  return ours.map((was, index) => (index === place ? { ...one, id: was.id } : was))
}

export function standing(policy: Policy): Standing {
  return { prepared: prepare(policy), directory: createDirectory(policy, ["tinh.vn"], 0) }
}

/** Mail as the envelope makes it: units and classes are those that the policy gives its addresses. */
export interface Mail {
  readonly from: string
  readonly to: string
  readonly header: string
  readonly change: Partial<Evidence>
}
export const someMail: fc.Arbitrary<Mail> = fc.record({
  from: mailbox,
  to: mailbox,
  header: mailbox,
  change: fc
    .record({
      attachment: fc.boolean(),
      thread: fc.boolean(),
      label: fc.constantFrom("official" as const, "unsure" as const, "not-official" as const),
      secrecy: fc.constantFrom("none" as const, "suspected" as const, "mat" as const),
      records: fc.constantFrom(0, 5, 50),
      size: fc.constantFrom(500, 5_000),
      finding: fc.constantFrom(
        [],
        [{ kind: "macro" as const, at: "" }],
        [{ kind: "unscannable" as const, at: "", why: "corrupt" }],
        [{ kind: "unscannable" as const, at: "" }],
        [{ kind: "malware" as const, at: "" }],
      ),
    })
    .map((one) => ({
      thread: known(one.thread),
      size: known(one.size),
      findings: known(one.finding),
      content: known({
        official: { label: one.label, score: 50, evidence: [] },
        circulation: "ordinary" as const,
        secrecy: one.secrecy,
        personalData: { records: one.records },
      }),
      message: known(
        message({
          attachments: one.attachment ? [{ at: "2", names: ["a"], claimed: "x", type: "x", size: 1, sha256: "" }] : [],
        }),
      ),
    })),
})

export function evidenceOf({ from, to, header, change }: Mail, { directory }: Standing): Evidence {
  const [sender, recipient, author] = [address(from), address(to), address(header)]
  const inside = directory.isOurs(sender.domain)
  const toUs = directory.isOurs(recipient.domain)
  return evidence({
    ...change,
    transaction: transaction(from, [to]),
    recipient,
    direction: inside ? (toUs ? "internal" : "outbound") : toUs ? "inbound" : "relay",
    authenticated: inside,
    senderUnit: inside ? directory.unitOf(sender) : null,
    senderClass: inside ? directory.classOf(sender) : null,
    recipientUnit: directory.unitOf(recipient),
    recipientClass: directory.classOf(recipient),
    identity: known({ webmail: [], addresses: [{ position: "from", key: header, domain: author.domain }] }),
  })
}
