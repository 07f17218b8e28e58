/** `exceptions …`: asked for by a unit, granted by somebody else with a say over the rule, ended by hand or by time. */
import { conditionSchema } from "../config/condition.ts"
import { faultText, read } from "../config/fault.ts"
import { readYaml, yamlFaultTexts } from "../config/yaml.ts"
import { namesOf } from "../config/policy.ts"
import { isLiftable } from "../decide/decide.ts"
import { phrase } from "../decide/phrase.ts"
import { addressKey, parseAddress } from "../mail/address.ts"
import type { Condition, Policy, UnitId } from "../mail/policy.ts"
import { newTransactionId, type Instant } from "../mail/transaction.ts"
import { EXCEPTION_STATES, type ExceptionDocument, type ExceptionRequest, type Granted } from "../mail/version.ts"
import type { Configuration } from "./assemble.ts"
import { current, type Desk } from "./policy-life.ts"
import { line } from "./policy-print.ts"
import { UsageError } from "./usage.ts"

/** What somebody asks for, as it was written. */
export interface Asked {
  readonly rule: string
  readonly unit: string
  readonly when: Condition
  readonly reason: string
  readonly basis: string | null
  readonly mail: string | null
  readonly start: Instant
  readonly end: Instant
}

/** Why it cannot be asked for, in words; or the document that waits to be granted. */
export function requestOf(asked: Asked, policy: Policy, by: string): ExceptionRequest | { readonly fault: string } {
  const rule = policy.rules.find(({ id }) => id === asked.rule)
  const unit = policy.units.find(({ id }) => id === asked.unit)
  if (rule === undefined) return { fault: `rule: expected a rule of the policy, got ${asked.rule}` }
  if (unit === undefined) return { fault: `unit: expected a unit of the policy, got ${asked.unit}` }
  if (!isLiftable(rule.when))
    return { fault: `rule: ${rule.id} reads malware or a clear mark of secrecy, which nothing lifts` }
  if (asked.end <= asked.start) return { fault: "until: expected a moment after the start" }
  if (asked.end - asked.start > policy.terms.longest) {
    return { fault: `until: expected at most ${Math.floor(policy.terms.longest / DAY)} days after the start` }
  }
  if (asked.reason.trim() === "") return { fault: "reason: expected one line of text" }
  // Suspected secrecy: this very message of this sender, for a day, and nothing else.
  if (readsSecrecy(rule.when) && !isOneMessage(asked)) {
    return { fault: `when: rule ${rule.id} is lifted only for one sender and one keyed-hash, for 24 hours` }
  }
  return { ...asked, id: newTransactionId().toLowerCase(), owner: rule.owner, requester: by }
}

const DAY = 86_400_000

function readsSecrecy(condition: Condition): boolean {
  return leavesOf(condition).some(({ is }) => is === "secrecy")
}

function isOneMessage({ when, start, end }: Asked): boolean {
  if (end - start > DAY || when.is !== "all") return false
  const hash = when.of.some((one) => one.is === "keyed-hash" && one.in.length === 1)
  const sender = when.of.some((one) => one.is === "address" && one.at.join() === "mail-from" && one.in.length === 1)
  return hash && sender
}

function leavesOf(condition: Condition): readonly Condition[] {
  if (condition.is === "all" || condition.is === "any") return condition.of.flatMap(leavesOf)
  return condition.is === "not" ? leavesOf(condition.of) : [condition]
}

/** A condition in the words of `policy.yaml`. Throws UsageError. */
export function conditionOf(text: string, { reading, inForce }: Configuration): Condition {
  const yaml = readYaml(text)
  if (!yaml.ok) throw new UsageError(yamlFaultTexts(yaml.faults).join("\n"))
  const made = read(conditionSchema(namesOf(inForce.prepared.policy, reading.context)), yaml.value)
  if (!made.ok) throw new UsageError(made.faults.map((fault) => `when.${faultText(fault)}`).join("\n"))
  return made.value
}

export interface RequestOptions {
  readonly rule: string
  readonly unit: string
  readonly when: string
  readonly reason: string
  readonly basis?: string
  readonly mail?: string
  readonly from?: string
  readonly until: string
}

/** As it was written down by who asks. */
export interface RequestText extends Omit<Asked, "when" | "mail"> {
  readonly when: string
  readonly mail: string | null
}

/** Answers the name of the document that waits. Throws UsageError. */
export async function requested(text: RequestText, desk: Desk): Promise<string> {
  const { configuration } = await current(desk)
  const mail = text.mail === null ? null : parseAddress(text.mail)
  if (text.mail !== null && mail === null) throw new UsageError(`mail: expected a mail address, got ${text.mail}`)
  const asked = { ...text, when: conditionOf(text.when, configuration), mail: mail === null ? null : addressKey(mail) }
  const made = requestOf(asked, configuration.inForce.prepared.policy, desk.by)
  if ("fault" in made) throw new UsageError(made.fault)
  await desk.store.records.requestException(made, desk.now)
  return made.id
}

export async function request(options: RequestOptions, desk: Desk): Promise<number> {
  const { rule, unit, when, reason, basis = null, mail = null } = options
  const start = options.from === undefined ? desk.now : moment(options.from, "--from")
  const end = moment(options.until, "--until")
  const id = await requested({ rule, unit, when, reason, basis, mail, start, end }, desk)
  line(`${id}: chờ người khác cấp / waits for another person: exceptions grant ${id}`)
  return 0
}

function moment(text: string, option: string): Instant {
  const at = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(Z|[+-]\d{2}:\d{2}))?$/.test(text) ? Date.parse(text) : Number.NaN
  if (Number.isNaN(at)) throw new UsageError(`${option}: expected 2026-12-31 or 2026-12-31T17:00+07:00, got ${text}`)
  return at
}

const GRANTED: Readonly<Record<Granted, string>> = {
  granted: "đã cấp / granted",
  "same-person": "cần một người khác người đề nghị / it takes another person than who asked",
  "not-requested": "không chờ cấp / does not wait",
}

/** What was asked for must still be lawful under the policy of now. Throws UsageError. */
export async function granted(asked: ExceptionDocument, desk: Desk): Promise<Granted> {
  const { configuration } = await current(desk)
  const fault = requestOf(asked, configuration.inForce.prepared.policy, asked.requester)
  if ("fault" in fault) throw new UsageError(`${asked.id}: ${fault.fault}`)
  return desk.store.records.grantException(asked.id, desk.by, desk.now)
}

export async function grant(id: string, desk: Desk): Promise<number> {
  const said = await granted(await known(id, desk), desk)
  line(`${id}: ${GRANTED[said]} (${desk.by})`)
  return said === "granted" ? 0 : 1
}

export async function deny(id: string, desk: Desk, reason: string): Promise<number> {
  await known(id, desk)
  const done = await desk.store.records.denyException(id, desk.by, desk.now, reason)
  line(done ? `${id}: từ chối / denied` : `${id}: không chờ cấp / does not wait`)
  return done ? 0 : 1
}

export async function endOne(id: string, desk: Desk, reason: string): Promise<number> {
  await known(id, desk)
  const count = await desk.store.records.endExceptions([id], desk.by, desk.now, reason)
  line(count === 1 ? `${id}: đã kết thúc / ended` : `${id}: không có hiệu lực / not in force`)
  return count === 1 ? 0 : 1
}

async function known(id: string, { store }: Desk): Promise<ExceptionDocument> {
  const found = await store.records.exception(id)
  if (found === null) throw new UsageError(`expected the name of an exception, got ${JSON.stringify(id)}`)
  return found
}

export async function list(
  desk: Desk,
  options: { readonly state?: string; readonly json?: boolean; readonly limit: number },
): Promise<number> {
  const state = EXCEPTION_STATES.find((one) => one === options.state) ?? null
  if (options.state !== undefined && state === null) {
    throw new UsageError(`--state: expected one of ${EXCEPTION_STATES.join(", ")}, got ${options.state}`)
  }
  const rows = await desk.store.records.exceptions(state, options.limit)
  if (options.json === true) for (const row of rows) line(JSON.stringify(row))
  else if (rows.length === 0) line("(chưa có ngoại lệ nào / none)")
  else for (const row of rows) line(textOf(row))
  return 0
}

function textOf(one: ExceptionDocument): string {
  const { id, state, rule, unit, when, requester, approver, start, end: until, uses, reason } = one
  const span = [start, until].map((at) => new Date(at).toISOString().slice(0, 16)).join("–")
  return `${id}  ${state}  ${rule}  ${unit}  ${span}  ${requester}${approver === null ? "" : ` + ${approver}`}  ${uses} lần / uses\n  ${phrase(when).vi}\n  ${phrase(when).en}\n  “${reason}”`
}

/** Whether the unit may say yes: the one that owns the rule, or one above. */
export function mayGrant(unit: UnitId, { rule }: Pick<ExceptionDocument, "rule">, { inForce }: Configuration): boolean {
  const { policy, context } = inForce.prepared
  const owner = policy.rules.find(({ id }) => id === rule)?.owner
  return owner !== undefined && context.units.isWithin(owner, unit)
}
