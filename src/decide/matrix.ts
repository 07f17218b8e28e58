/** What becomes of ordinary mail, by direction, party, class of our mailbox and content: each cell is the policy's own verdict. Pure. */
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import type { Content } from "../mail/content.ts"
import { type Evidence, known } from "../mail/evidence.ts"
import { type Direction, UNCHECKED } from "../mail/identity.ts"
import type { Message } from "../mail/message.ts"
import type { MailboxClass } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Verdict } from "../mail/verdict.ts"
import { decide, type Prepared } from "./decide.ts"

export const COLUMNS = [
  "private",
  "unsure",
  "public",
  "official",
  "restricted",
  "people",
  "suspected",
  "secret",
] as const
export type Column = (typeof COLUMNS)[number]

/** Who is at the other end; `state`: what the list of that name holds. */
export const PARTIES = ["webmail", "state", "other"] as const
export type Party = (typeof PARTIES)[number]

export interface Cell {
  readonly column: Column
  readonly disposition: Verdict["disposition"]
  readonly decisive: readonly string[]
  readonly capped: readonly string[]
  /** What rules on trial would make of it, where that is stricter. */
  readonly shadow: readonly string[]
}

export interface Row {
  readonly direction: Exclude<Direction, "relay">
  /** Null: within the agency. */
  readonly party: Party | null
  readonly class: MailboxClass
  /** It answers what its recipient sent. */
  readonly reply: boolean
  readonly cells: readonly Cell[]
}

export interface MatrixContext {
  readonly now: Instant
  /** A family of free webmail. */
  readonly family: string
  /** One of ours. */
  readonly domain: string
}

/** Classes of mailboxes, as the policy names them. */
export function classesOf({ policy: { mailboxes } }: Prepared): readonly MailboxClass[] {
  return [...new Set(["ordinary", ...mailboxes.map((entry) => entry.class)])]
}

/** The rows of one class: some ten ms of work, so that whoever wants all may rest between them. */
export function matrixOf(name: MailboxClass, prepared: Prepared, context: MatrixContext): readonly Row[] {
  const state = domainOn(prepared.policy.lists["state"] ?? [])
  const parties = PARTIES.filter((party) => party !== "state" || state !== null)
  const at = { ...context, state: state ?? "" }
  const row = (kind: Omit<Row, "class" | "cells">): Row => {
    const cells = COLUMNS.map((column) => cell(prepared, { ...kind, class: name, column }, at))
    return { ...kind, class: name, cells }
  }
  return [
    ...parties.flatMap((party) => [
      row({ direction: "outbound", party, reply: false }),
      row({ direction: "outbound", party, reply: true }),
    ]),
    ...parties.map((party) => row({ direction: "inbound", party, reply: false })),
    row({ direction: "internal", party: null, reply: false }),
  ]
}

/** A domain that the list takes in. */
function domainOn(entries: readonly string[]): string | null {
  const entry = entries.find((one) => !one.includes("@"))
  if (entry === undefined) return null
  return entry.startsWith(".") ? `co-quan${entry}` : entry
}

interface Asked extends Omit<Row, "cells"> {
  readonly column: Column
}
interface At extends MatrixContext {
  readonly state: string
}

function cell(prepared: Prepared, asked: Asked, at: At): Cell {
  const verdict = decide(prepared, evidenceOf(prepared, asked, at))
  if (verdict === "pending") throw new Error("all facts are known")
  const { disposition, decisive, capped, shadow } = verdict
  return { column: asked.column, disposition, decisive: disposition === "deliver" ? [] : decisive, capped, shadow }
}

function evidenceOf({ policy, context }: Prepared, asked: Asked, at: At): Evidence {
  const { direction, party, reply, column } = asked
  const ours = address(`hop-thu@${at.domain}`)
  const theirs = party === null ? address(`dong-nghiep@${at.domain}`) : address(`doi-tac@${domainOf(party, at)}`)
  const isOut = direction !== "inbound"
  const [from, to] = isOut ? [ours, theirs] : [theirs, ours]
  const family = party === "webmail" ? at.family : null
  const listener = isOut ? "submission" : "inbound"
  const unit = policy.units.find(({ domains }) => domains.includes(at.domain))?.id ?? context.units.root
  const isInternal = direction === "internal"
  return {
    transaction: {
      id: "MATRIX",
      client: { ip: "192.0.2.1", helo: "mail.example", tls: null, user: null, listener, trusted: isOut },
      at: at.now,
      envelope: {
        from,
        to: [{ address: to, notify: null, orcpt: null }],
        body: "8BITMIME",
        smtputf8: false,
        requireTls: false,
        ret: null,
        envid: null,
      },
    },
    recipient: to,
    direction,
    senderUnit: isOut ? unit : null,
    recipientUnit: isOut && !isInternal ? null : unit,
    senderClass: isOut ? asked.class : null,
    recipientClass: isInternal ? "ordinary" : isOut ? null : asked.class,
    senderWebmail: isOut ? null : family,
    recipientWebmail: isOut ? family : null,
    authenticated: isOut,
    autoForwarded: false,
    thread: known(reply),
    identity: known({
      webmail: isOut || family === null ? [] : [{ position: "from", address: addressKey(from), provider: family }],
      addresses: [{ position: "from", key: addressKey(from), domain: from.domain }],
    }),
    authentication: known(isOut ? UNCHECKED : { ...UNCHECKED, spf: "pass", dkim: "pass", dmarc: "pass" }),
    message: known(LETTER),
    keyedHash: known(""),
    size: known(20_000),
    findings: known([]),
    content: known(CONTENT[column]),
  }
}

function domainOf(party: Party, { state }: At): string {
  if (party === "webmail") return "webmail.example"
  return party === "state" ? state : "noi-khac.example"
}

function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`no address: ${text}`)
  return parsed
}

const LETTER: Message = {
  fields: [],
  headerSize: 0,
  shown: [],
  subject: "",
  messageId: "<1@matrix.example>",
  references: [],
  mailboxes: [],
  autoSubmitted: false,
  bulk: false,
  hops: 0,
  text: "",
  attachments: [],
  defects: [],
}

function content(label: Content["official"]["label"], more: Partial<Content> = {}): Content {
  const score = { official: 90, unsure: 50, "not-official": 0 }[label]
  return {
    official: { label, score, evidence: [] },
    circulation: "ordinary",
    secrecy: "none",
    personalData: { records: 0 },
    ...more,
  }
}

const CONTENT: Readonly<Record<Column, Content>> = {
  private: content("not-official"),
  unsure: content("unsure"),
  public: content("official", { circulation: "public" }),
  official: content("official"),
  restricted: content("official", { circulation: "restricted" }),
  people: content("official", { personalData: { records: 1_000 } }),
  suspected: content("official", { secrecy: "suspected" }),
  secret: content("official", { secrecy: "mat" }),
}
