/** Builders of evidence and policies for tables: everything ordinary unless a row says otherwise. */
import { parseAddress, type Address } from "../../src/mail/address.ts"
import { UNREAD } from "../../src/mail/content.ts"
import { type Evidence, known } from "../../src/mail/evidence.ts"
import { type Identity, UNCHECKED } from "../../src/mail/identity.ts"
import type { Message } from "../../src/mail/message.ts"
import {
  type Condition,
  type Disposition,
  type Exception,
  type Guarantee,
  type Policy,
  type Rule,
  TERMS,
} from "../../src/mail/policy.ts"
import type { Client, Transaction } from "../../src/mail/transaction.ts"

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`no address: ${text}`)
  return parsed
}

export const CLIENT: Client = {
  ip: "10.1.1.9",
  helo: "mail.tuyenquang.gov.vn",
  tls: null,
  user: null,
  listener: "submission",
  trusted: true,
}

export function transaction(
  from: string | null,
  to: readonly string[],
  at = Date.UTC(2026, 10, 23, 2, 0),
): Transaction {
  return {
    id: "TESTTEST01",
    client: CLIENT,
    at,
    envelope: {
      from: from === null ? null : address(from),
      to: to.map((one) => ({ address: address(one), notify: null, orcpt: null })),
      body: "7BIT",
      smtputf8: false,
      requireTls: false,
      ret: null,
      envid: null,
    },
  }
}

export const IDENTITY: Identity = { webmail: [], addresses: [] }

export function message(change: Partial<Message> = {}): Message {
  return {
    fields: [],
    headerSize: 0,
    shown: [],
    subject: "Báo cáo tuần",
    messageId: "<1@tuyenquang.gov.vn>",
    references: [],
    mailboxes: [],
    autoSubmitted: false,
    bulk: false,
    hops: 0,
    text: "",
    attachments: [],
    defects: [],
    ...change,
  }
}

export function evidence(change: Partial<Evidence> = {}): Evidence {
  return {
    transaction: transaction("an@so.tuyenquang.gov.vn", ["binh@gmail.com"]),
    recipient: address("binh@gmail.com"),
    direction: "outbound",
    senderUnit: "so",
    recipientUnit: null,
    senderClass: "ordinary",
    recipientClass: null,
    senderWebmail: null,
    recipientWebmail: "google",
    authenticated: true,
    autoForwarded: false,
    thread: known(false),
    identity: known(IDENTITY),
    authentication: known(UNCHECKED),
    message: known(message()),
    keyedHash: known("k1"),
    size: known(5_000),
    findings: known([]),
    content: known(UNREAD),
    ...change,
  }
}

export function rule(id: string, when: Condition, then: Disposition, change: Partial<Rule> = {}): Rule {
  return {
    id,
    owner: "tinh",
    mode: "enforce",
    when,
    then,
    also: [],
    title: { vi: `quy tắc ${id}`, en: `rule ${id}` },
    basis: null,
    notice: null,
    ...change,
  }
}

export function guarantee(id: string, when: Condition, atMost: Disposition, owner = "tinh"): Guarantee {
  return { id, owner, when, atMost, title: { vi: `cam kết ${id}`, en: `guarantee ${id}` } }
}

export function exception(id: string, lifts: string, change: Partial<Exception> = {}): Exception {
  return {
    id,
    rule: lifts,
    owner: "tinh",
    when: { is: "always" },
    reason: "đối tác dùng hộp thư miễn phí",
    basis: null,
    approver: "chanhvanphong",
    start: Date.UTC(2026, 10, 1),
    end: Date.UTC(2026, 11, 1),
    ...change,
  }
}

/** Province `tinh` above department `so` and commune `xa`. */
export function policy(parts: {
  rules?: readonly Rule[]
  guarantees?: readonly Guarantee[]
  exceptions?: readonly Exception[]
  lists?: Policy["lists"]
}): Policy {
  const name = { vi: "", en: "" }
  const ALWAYS = { from: null, until: null }
  return {
    version: "v1",
    terms: TERMS,
    timezone: "Asia/Ho_Chi_Minh",
    units: [
      { id: "tinh", parent: null, name, domains: ["tuyenquang.gov.vn"], ...ALWAYS },
      { id: "so", parent: "tinh", name, domains: ["so.tuyenquang.gov.vn"], ...ALWAYS },
      { id: "xa", parent: "tinh", name, domains: ["xa.tuyenquang.gov.vn"], ...ALWAYS },
    ],
    mailboxes: [],
    lists: parts.lists ?? {},
    rules: parts.rules ?? [],
    guarantees: parts.guarantees ?? [],
    exceptions: parts.exceptions ?? [],
  }
}
