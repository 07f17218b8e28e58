/**
 * What is kept of a verdict so that another policy can judge the same mail again: the facts that a policy can ask about, and no
 * text; of a question about the text only whether it fitted. Of what may be secret nothing. Pure.
 */
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import { type Evidence, type Fact, failed, known } from "../mail/evidence.ts"
import type { Finding, FindingKind } from "../mail/finding.ts"
import type { Authentication, AuthResult, Direction, Identity } from "../mail/identity.ts"
import { UNCHECKED } from "../mail/identity.ts"
import type { Circulation, Content, OfficialLabel } from "../mail/content.ts"
import type { Position } from "../mail/message.ts"
import type { Client } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import type { EvidenceRow } from "../mail/version.ts"
import { ATTACHED, type Recorded, UNATTACHED } from "./book.ts"
import type { Prepared } from "./decide.ts"

export interface Judged {
  readonly evidence: Evidence
  readonly verdict: Verdict
}

/** What was said then. */
export interface Said {
  readonly disposition: Verdict["disposition"]
  readonly decisive: readonly string[]
  readonly version: string
}
export interface Again {
  readonly evidence: Evidence
  readonly recorded: Recorded
  readonly said: Said
}

/** Short names, since there is one of these for every message. */
interface Written {
  /** MAIL FROM; null is the null reverse-path. */
  readonly f: string | null
  readonly au: boolean
  readonly af: boolean
  readonly su: string | null
  readonly sc: string | null
  readonly sw: string | null
  /** Addresses of header fields, then those that are webmail. */
  readonly ad: readonly (readonly [Position, string])[] | null
  readonly wm: readonly (readonly [Position, string, string])[]
  readonly a: readonly [AuthResult, AuthResult, AuthResult, AuthResult] | null
  readonly x: readonly (readonly [FindingKind, string] | readonly [FindingKind])[] | null
  readonly c: readonly [OfficialLabel, number, Circulation, number] | null
  readonly z: number | null
  /** Something is attached. */
  readonly at: boolean | null
  /** Questions about text that fitted, and that did not. */
  readonly y: readonly string[]
  readonly n: readonly string[]
  readonly v: string
  readonly r: readonly WrittenRecipient[]
}
type WrittenRecipient = readonly [
  to: string,
  direction: Direction,
  unit: string | null,
  mailboxClass: string | null,
  webmail: string | null,
  thread: boolean | null,
  disposition: Verdict["disposition"],
  decisive: readonly string[],
]

/** Stands for a message of which nothing may be kept. */
export const SECRET = "{}"

/** One message with all its recipients; the facts they share are those of the first. */
export function record(prepared: Prepared, all: readonly Judged[]): string | null {
  const [first] = all
  if (first === undefined) return null
  const { evidence } = first
  const { content, identity, message } = evidence
  const [fitting, unfitting] = textAnswers(prepared, evidence)
  const written: Written = {
    f: evidence.transaction.envelope.from === null ? null : addressKey(evidence.transaction.envelope.from),
    au: evidence.authenticated,
    af: evidence.autoForwarded,
    su: evidence.senderUnit,
    sc: evidence.senderClass,
    sw: evidence.senderWebmail,
    ad: valueOf(identity, ({ addresses }) =>
      addresses.filter(({ position }) => isHeader(position)).map(({ position, key }) => [position, key] as const),
    ),
    wm:
      valueOf(identity, ({ webmail }) =>
        webmail
          .filter(({ position }) => isHeader(position))
          .map(({ position, address, provider }) => [position, address, provider] as const),
      ) ?? [],
    a: valueOf(evidence.authentication, ({ spf, dkim, dmarc, arc }) => [spf, dkim, dmarc, arc] as const),
    x: valueOf(evidence.findings, (found) =>
      found.map(({ kind, why }) => (why === undefined ? ([kind] as const) : ([kind, why] as const))),
    ),
    c: valueOf(
      content,
      ({ official: { label, score }, circulation, personalData }) =>
        [label, score, circulation, personalData.records] as const,
    ),
    z: valueOf(evidence.size, (size) => size),
    at: valueOf(message, ({ attachments }) => attachments.length > 0),
    y: message.state === "known" ? fitting : [],
    n: message.state === "known" ? unfitting : [],
    v: first.verdict.policyVersion,
    r: all.map(recipient),
  }
  return JSON.stringify(written)
}

function recipient({ evidence, verdict }: Judged): WrittenRecipient {
  return [
    addressKey(evidence.recipient),
    evidence.direction,
    evidence.recipientUnit,
    evidence.recipientClass,
    evidence.recipientWebmail,
    valueOf(evidence.thread, (thread) => thread),
    verdict.disposition,
    verdict.decisive,
  ]
}

/** Every question about text that this policy asks, by its answer. */
function textAnswers(prepared: Prepared, evidence: Evidence): readonly [string[], string[]] {
  const fitting: string[] = []
  const unfitting: string[] = []
  if (evidence.message.state !== "known") return [fitting, unfitting]
  for (const [key, said] of prepared.book.text(evidence)) (said ? fitting : unfitting).push(key)
  return [fitting, unfitting]
}

/** Null: nothing was kept of it. */
export function readRecord({ facts, at, transaction: id }: EvidenceRow): readonly Again[] | null {
  if (facts === SECRET) return null
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- nobody but `record` writes there
  const whole = JSON.parse(facts) as Written
  const from = whole.f === null ? null : addressOf(whole.f)
  const recorded = new Map([
    ...whole.y.map((key) => [key, true] as const),
    ...whole.n.map((key) => [key, false] as const),
    ...(whole.at === null
      ? []
      : ([
          [ATTACHED, whole.at],
          [UNATTACHED, !whole.at],
        ] as const)),
  ])
  const shared = sharedFacts(whole)
  return whole.r.map(([to, direction, unit, mailboxClass, webmail, thread, disposition, decisive]): Again => {
    const recipientOf = { address: addressOf(to), notify: null, orcpt: null }
    const envelope = { ...ENVELOPE, from, to: [recipientOf] }
    const evidence: Evidence = {
      ...shared,
      transaction: { id, client: NOBODY, at, envelope },
      recipient: recipientOf.address,
      direction,
      recipientUnit: unit,
      recipientClass: mailboxClass,
      recipientWebmail: webmail,
      thread: factOf(thread, (value) => value),
    }
    return { evidence, recorded, said: { disposition, decisive, version: whole.v } }
  })
}

type Shared = Omit<
  Evidence,
  "transaction" | "recipient" | "direction" | "recipientUnit" | "recipientClass" | "recipientWebmail" | "thread"
>

function sharedFacts(whole: Written): Shared {
  return {
    senderUnit: whole.su,
    senderClass: whole.sc,
    senderWebmail: whole.sw,
    authenticated: whole.au,
    autoForwarded: whole.af,
    identity: factOf(whole.ad, (addresses): Identity => {
      return {
        addresses: addresses.map(([position, key]) => ({
          position,
          key,
          domain: key.slice(key.lastIndexOf("@") + 1),
        })),
        webmail: whole.wm.map(([position, address, provider]) => ({ position, address, provider })),
      }
    }),
    authentication: factOf(whole.a, ([spf, dkim, dmarc, arc]): Authentication => {
      return { ...UNCHECKED, spf, dkim, dmarc, arc }
    }),
    message: failed(LOST),
    // Asked only of what may be secret, of which nothing is kept.
    keyedHash: failed(LOST),
    size: factOf(whole.z, (size) => size),
    findings: factOf(whole.x, (found): readonly Finding[] =>
      found.map(([kind, why]) => (why === undefined ? { kind, at: "" } : { kind, at: "", why })),
    ),
    content: factOf(whole.c, ([label, score, circulation, records]): Content => {
      return { official: { label, score, evidence: [] }, circulation, secrecy: "none", personalData: { records } }
    }),
  }
}

const LOST = "not recorded"
const NOBODY: Client = { ip: "", helo: "", tls: null, user: null, listener: "inbound", trusted: false }
const ENVELOPE = { body: "7BIT", smtputf8: false, requireTls: false, ret: null, envid: null } as const

function valueOf<T, R>(fact: Fact<T>, of: (value: T) => R): R | null {
  return fact.state === "known" ? of(fact.value) : null
}
function factOf<T, R>(written: T | null, of: (value: T) => R): Fact<R> {
  return written === null ? failed(LOST) : known(of(written))
}
function isHeader(position: Position): boolean {
  return position !== "mail-from" && position !== "rcpt-to"
}
function addressOf(key: string): Address {
  return parseAddress(key) ?? { local: key.replace(/@$/, ""), domain: "", text: key.replace(/@$/, "") }
}
