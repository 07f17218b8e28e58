/** Answers one condition on the evidence: yes, no, or unknown because a fact is pending or a check failed. Pure. */
import { type Address, addressKey, isWithin } from "../mail/address.ts"
import type { Content } from "../mail/content.ts"
import type { Evidence, Fact } from "../mail/evidence.ts"
import { isMeant } from "../mail/finding.ts"
import type { Position } from "../mail/message.ts"
import type { Condition, ListName, MessageCondition, SessionCondition, TimeWindow, UnitId } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { fits } from "./glob.ts"
import type { UnitTree } from "./units.ts"

export type Answer = "yes" | "no" | "pending" | "failed"

/** What conditions need of the policy beside themselves. */
export interface Context {
  readonly lists: ReadonlyMap<ListName, ReadonlySet<string>>
  readonly units: UnitTree
  readonly timezone: string
}

type Leaf<K extends SessionCondition["is"]> = Extract<SessionCondition, { is: K }>

export function answer(condition: Condition, evidence: Evidence, context: Context): Answer {
  switch (condition.is) {
    case "always":
      return "yes"
    case "all":
      return every(condition.of.map((one) => answer(one, evidence, context)))
    case "any":
      return some(condition.of.map((one) => answer(one, evidence, context)))
    case "not":
      return negated(answer(condition.of, evidence, context))
    case "direction":
      return yes(condition.in.includes(evidence.direction))
    case "address-domain":
      return anywhere(condition.at, evidence, (_, domain) => isBelow(domain, condition.in))
    case "address":
      return anywhere(condition.at, evidence, (key, domain) => isListed(key, domain, entriesOf(condition)))
    case "address-list":
      return onList(condition, evidence, context)
    case "webmail":
      return webmail(condition, evidence)
    case "unit":
      return unit(condition.of === "sender" ? evidence.senderUnit : evidence.recipientUnit, condition.in, context.units)
    case "class": {
      const mailboxClass = condition.of === "sender" ? evidence.senderClass : evidence.recipientClass
      return yes(mailboxClass !== null && condition.in.includes(mailboxClass))
    }
    case "authenticated":
      return yes(evidence.authenticated === condition.value)
    case "null-sender":
      return yes((evidence.transaction.envelope.from === null) === condition.value)
    case "auto-forwarded":
      return yes(evidence.autoForwarded === condition.value)
    case "time":
      return yes(inWindow(evidence.transaction.at, condition.window, context.timezone))
    default:
      return ofMessage(condition, evidence)
  }
}

function ofMessage(condition: MessageCondition, evidence: Evidence): Answer {
  switch (condition.is) {
    case "keyed-hash":
      return of(evidence.keyedHash, (hash) => condition.in.includes(hash))
    case "thread":
      return of(evidence.thread, (thread) => thread === condition.value)
    case "authentication":
      return of(evidence.authentication, (proven) => condition.in.includes(proven[condition.method]))
    case "subject":
      return of(evidence.message, (message) => condition.matches.some((glob) => fits(message.subject, glob)))
    case "header":
      return of(evidence.message, (message) =>
        message.fields.some(
          (field) =>
            field.name.toLowerCase() === condition.name.toLowerCase() &&
            condition.matches.some((glob) => fits(field.value, glob)),
        ),
      )
    case "attachment":
      return of(evidence.message, (message) => message.attachments.length > 0 === condition.value)
    case "larger-than":
      return of(evidence.size, (size) => size > condition.bytes)
    case "finding":
      return of(evidence.findings, (findings) => findings.some((one) => isMeant(one, condition)))
    case "official":
      return content(evidence, ({ official }) => condition.in.includes(official.label))
    case "official-score":
      return content(evidence, ({ official }) => official.score >= condition.atLeast)
    case "circulation":
      return content(evidence, ({ circulation }) => condition.in.includes(circulation))
    case "secrecy":
      return content(evidence, ({ secrecy }) => condition.in.includes(secrecy))
    case "personal-data":
      return content(evidence, ({ personalData }) => personalData.records >= condition.atLeast)
    default:
      return condition satisfies never
  }
}

function yes(value: boolean): Answer {
  return value ? "yes" : "no"
}

function of<T>(fact: Fact<T>, test: (value: T) => boolean): Answer {
  return fact.state === "known" ? yes(test(fact.value)) : fact.state
}

function content(evidence: Evidence, test: (value: Content) => boolean): Answer {
  return of(evidence.content, test)
}

/** Kleene's three values; of two reasons not to know, a failed check outweighs one that is still to come. */
function every(answers: readonly Answer[]): Answer {
  if (answers.includes("no")) return "no"
  if (answers.includes("failed")) return "failed"
  return answers.includes("pending") ? "pending" : "yes"
}
function some(answers: readonly Answer[]): Answer {
  if (answers.includes("yes")) return "yes"
  if (answers.includes("failed")) return "failed"
  return answers.includes("pending") ? "pending" : "no"
}
function negated(one: Answer): Answer {
  if (one === "yes") return "no"
  return one === "no" ? "yes" : one
}

function inHeader(at: readonly Position[]): readonly Position[] {
  return at.filter((position) => position !== "mail-from" && position !== "rcpt-to")
}

function isBelow(domain: string, parents: readonly string[]): boolean {
  for (const parent of parents) if (isWithin(domain, parent)) return true
  return false
}

/** Tests the addresses of some positions; MAIL FROM and this RCPT are known before DATA. */
function anywhere(at: readonly Position[], evidence: Evidence, test: (key: string, domain: string) => boolean): Answer {
  const { from } = evidence.transaction.envelope
  const inEnvelope = at.length === 1 && (at[0] === "mail-from" || at[0] === "rcpt-to")
  if (at.includes("mail-from") && from !== null && test(keyOf(from), from.domain)) return "yes"
  if (at.includes("rcpt-to") && test(keyOf(evidence.recipient), evidence.recipient.domain)) return "yes"
  const headers = inEnvelope ? [] : inHeader(at)
  if (headers.length === 0) return "no"
  return of(evidence.identity, ({ addresses }) =>
    addresses.some(({ position, key, domain }) => headers.includes(position) && test(key, domain)),
  )
}

const keys = new WeakMap<Address, string>()
/** Of an address that many rules ask about. */
function keyOf(address: Address): string {
  const made = keys.get(address) ?? addressKey(address)
  keys.set(address, made)
  return made
}

function onList(condition: Leaf<"address-list">, evidence: Evidence, context: Context): Answer {
  const entries = context.lists.get(condition.list) ?? new Set<string>()
  return anywhere(condition.at, evidence, (key, domain) => isListed(key, domain, entries))
}

/** Entries as a set, made once: the condition is never changed. */
const sets = new WeakMap<Condition, ReadonlySet<string>>()
function entriesOf(condition: Leaf<"address">): ReadonlySet<string> {
  const made = sets.get(condition) ?? new Set(condition.in)
  sets.set(condition, made)
  return made
}

/** An entry is `a@b`, `local@*`, a domain, or `.domain` for it and all below. */
export function isListed(key: string, domain: string, entries: ReadonlySet<string>): boolean {
  if (entries.has(key) || entries.has(domain) || entries.has(`${key.slice(0, key.lastIndexOf("@"))}@*`)) return true
  for (let rest = domain; rest !== ""; rest = rest.slice(rest.indexOf(".") + 1)) {
    if (entries.has(`.${rest}`)) return true
    if (!rest.includes(".")) return false
  }
  return false
}

function webmail(condition: Leaf<"webmail">, evidence: Evidence): Answer {
  const wanted = (provider: string | null): boolean => provider !== null && condition.providers.includes(provider)
  if (condition.at.includes("mail-from") && wanted(evidence.senderWebmail)) return "yes"
  if (condition.at.includes("rcpt-to") && wanted(evidence.recipientWebmail)) return "yes"
  const headers = inHeader(condition.at)
  if (headers.length === 0) return "no"
  return of(evidence.identity, (identity) =>
    identity.webmail.some((hit) => headers.includes(hit.position) && wanted(hit.provider)),
  )
}

function unit(member: UnitId | null, wanted: readonly UnitId[], units: UnitTree): Answer {
  return yes(member !== null && wanted.some((ancestor) => units.isWithin(member, ancestor)))
}

const DAYS = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]

/** A window that ends before it starts runs over midnight and belongs to the day on which it began. */
function inWindow(at: Instant, window: TimeWindow, timezone: string): boolean {
  const parts = clock(timezone).formatToParts(at)
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ""
  const day = DAYS.indexOf(part("weekday")) + 1
  const minute = Number(part("hour")) * 60 + Number(part("minute"))
  if (window.from <= window.to) return window.days.includes(day) && minute >= window.from && minute < window.to
  const yesterday = day === 1 ? 7 : day - 1
  return (window.days.includes(day) && minute >= window.from) || (window.days.includes(yesterday) && minute < window.to)
}

/** Making a formatter costs some 50 µs; there is one time zone. */
const clocks = new Map<string, Intl.DateTimeFormat>()
function clock(timezone: string): Intl.DateTimeFormat {
  const made =
    clocks.get(timezone) ??
    new Intl.DateTimeFormat("en-GB", {
      timeZone: timezone,
      weekday: "short",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
    })
  clocks.set(timezone, made)
  return made
}
