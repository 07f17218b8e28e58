/** Who is told what: that copies wait, and what became of them. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { createCap } from "../../src/act/cap.ts"
import { decided, type Outcome } from "../../src/act/decided.ts"
import { notices } from "../../src/act/notices.ts"
import type { Judgement } from "../../src/act/judgement.ts"
import { UNREAD } from "../../src/mail/content.ts"
import type { HeldCopy, Hold } from "../../src/mail/delivery.ts"
import { known } from "../../src/mail/evidence.ts"
import { UNSAID } from "../../src/mail/examination.ts"
import type { Finding } from "../../src/mail/finding.ts"
import { type Direction, UNCHECKED } from "../../src/mail/identity.ts"
import type { Message } from "../../src/mail/message.ts"
import type { Recipient } from "../../src/mail/transaction.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { message, rule, transaction } from "../decide/evidence.ts"
import { address, OFFICE } from "../notify/office.ts"

const AN = "an@agency.example"
const APPROVER = "postmaster@agency.example"
const CONTEXT = {
  office: OFFICE,
  rules: [
    rule("review", { is: "always" }, "hold", { title: { vi: "Cần xem", en: "To review" } }),
    rule("malware", { is: "always" }, "quarantine", { notice: "malware" }),
    rule("locked", { is: "always" }, "hold", { notice: "encrypted" }),
  ],
  approver: address(APPROVER),
  openingLink: ({ mailbox }: { readonly mailbox: string }) => `link of ${mailbox}`,
  isOurs: (domain: string) => domain === "agency.example",
}

interface Case {
  readonly direction?: Direction
  readonly from?: string | null
  readonly to?: readonly string[]
  readonly by?: string
  readonly kind?: Hold["kind"] | null
  readonly authenticated?: boolean
  readonly message?: Partial<Message>
  readonly secret?: true
  readonly silent?: true
  readonly findings?: readonly Finding[]
}

function verdict(decisive: string): Verdict {
  const nothing = { shadow: [], capped: [], lifted: [], holds: [], annotations: [], because: [], policyVersion: "v" }
  return { disposition: "hold", decisive: [decisive], matched: [decisive], ...nothing }
}

function withCare({ direction = "outbound", findings }: Case): Pick<Hold, "care"> {
  if (findings === undefined) return {}
  const named = findings.map(({ kind, name }) => ({ kind, name: name ?? null }))
  return { care: { unit: null, direction, urgency: "ordinary", due: 0, findings: named } }
}

/** The notices of a message whose copies all wait. */
function made(given: Case) {
  const { direction = "outbound", from = AN, to = ["b@n.example"], by = "review", kind = "hold" } = given
  const sent = transaction(from, [...to])
  const recipients = sent.envelope.to.map(
    (one): Recipient => (given.silent === true ? { ...one, notify: ["NEVER"] } : one),
  )
  const judgement: Judgement = {
    transaction: sent,
    spooled: {
      size: 1,
      sha256: "",
      eightBit: false,
      key: new Uint8Array(32),
      at: { kind: "memory", bytes: new Uint8Array(1) },
    },
    message: message(given.message ?? {}),
    examination: {
      message: message(given.message ?? {}),
      findings: known(given.findings ?? []),
      seen: given.findings ?? [],
      authentication: known(UNCHECKED),
      words: UNSAID,
      content: { ...UNREAD, secrecy: given.secret === true ? "suspected" : "none" },
    },
    authenticated: given.authenticated ?? direction !== "inbound",
    authentication: UNCHECKED,
    looping: false,
    keyedHash: "hmac",
    contentHash: "hmac of its content",
    judged: recipients.map((recipient) => {
      return { recipient, direction, units: { sender: null, recipient: null }, verdict: verdict(by) }
    }),
  }
  const hold =
    kind === null
      ? null
      : { kind, rules: [{ rule: by, kind: "hold" as const }], until: sent.at + 90_000_000, ...withCare(given) }
  const copies = recipients.map((recipient) => ({ recipient, edits: [], requireTls: false, expiresAt: 0, hold }))
  return notices(judgement, copies, CONTEXT)
}

describe("that copies wait is told", () => {
  const sender = [`held → ${AN}`, `approver → ${APPROVER}`]
  const recipient = ["held-for-you → an@agency.example", `approver → ${APPROVER}`]
  const approver = [`approver → ${APPROVER}`]
  const inbound = { direction: "inbound", from: "x@n.example", to: [AN] } as const
  const rows: readonly [string, Case, readonly string[]][] = [
    ["to the sender and the approver", {}, sender],
    ["once, for all recipients", { to: ["b@n.example", "c@n.example"] }, sender],
    ["within the house too", { direction: "internal", to: ["b@agency.example"] }, sender],
    ["of a quarantined copy too", { kind: "quarantine" }, sender],
    ["not where nothing waits", { kind: null }, []],
    ["to the recipient of mail from outside, never its sender", inbound, recipient],
    ["nor where the stranger's address is proven", { ...inbound, authenticated: true }, recipient],
    ["of mail from nobody, to the recipient", { ...inbound, from: null }, recipient],
    [
      "of malware from outside, in words of its own",
      { ...inbound, by: "malware", kind: "quarantine" },
      [`malware → ${AN}`, ...approver],
    ],
    ["of a locked file that may yet come, as waiting", { ...inbound, by: "locked", kind: "hold" }, recipient],
    [
      "of a locked file that will not, in words of its own",
      { ...inbound, by: "locked", kind: "quarantine" },
      [`encrypted → ${AN}`, ...approver],
    ],
    ["of auto-forwarded mail to the approver only", { from: "x@n.example", authenticated: false }, approver],
    ["of mail a program wrote to the approver only", { message: { autoSubmitted: true } }, approver],
    ["of mail to many to the approver only", { message: { bulk: true } }, approver],
    ["not to a sender who asked for silence", { silent: true }, approver],
    ["to nobody where it may be secret", { secret: true }, []],
  ]
  for (const [what, given, expected] of rows) {
    test(what, () => {
      assert.deepEqual(
        made(given).map(({ name, to }) => `${name} → ${to.text}`),
        expected,
      )
    })
  }

  test("of a locked file to its recipient with a link, where nothing else holds it", () => {
    const encrypted: Finding = { kind: "encrypted", at: "1", why: "password", name: "a.zip" }
    const told = (given: Case) =>
      made({ ...inbound, by: "locked", findings: [encrypted], ...given }).map(({ name, values }) => [
        name,
        values["lien_ket_mat_khau"],
      ])
    assert.deepEqual(told({})[0], ["sealed-for-you", `link of ${AN}`])
    assert.deepEqual(told({ by: "review" })[0], ["held-for-you", undefined], "held by another rule")
    const malware: Finding = { kind: "malware", at: "1", why: "signature", name: "Eicar" }
    assert.deepEqual(told({ findings: [encrypted, malware] })[0], ["held-for-you", undefined], "malware besides")
    assert.deepEqual(told({ direction: "outbound", from: AN, to: ["b@n.example"] })[0], ["held", undefined])
  })

  test("to each recipient from outside without naming the others", () => {
    const told = made({ ...inbound, to: [AN, "binh@agency.example"] }).filter(({ name }) => name === "held-for-you")
    assert.deepEqual(
      told.map(({ to, values }) => [to.text, values["nguoi_nhan"]]),
      [
        [AN, [AN]],
        ["binh@agency.example", ["binh@agency.example"]],
      ],
    )
  })

  test("with the name the sender uses beside its own address, and the file that was found", () => {
    const from = [{ position: "from" as const, name: "Ngô Thị Ân", address: AN }]
    assert.equal(made({ message: { mailboxes: from } })[0]?.values["ten_nguoi_gui"], "Ngô Thị Ân")
    assert.equal(
      made({ message: { mailboxes: from }, from: "o@agency.example" })[0]?.values["ten_nguoi_gui"],
      "o@agency.example",
    )
    const attachments = ["a.zip", "b.txt"].map((name, index) => {
      return { at: `2/${index + 1}`, names: [name], claimed: "", type: "", size: 1, sha256: "" }
    })
    const findings = [{ kind: "malware", at: "2/1/1", name: "Eicar-Signature" }] as const
    const [told] = made({ ...inbound, by: "malware", kind: "quarantine", findings, message: { attachments } })
    assert.deepEqual([told?.values["ten_tep"], told?.values["ten_mau_doc"]], [["a.zip"], ["Eicar-Signature"]])
  })
})

interface Held {
  readonly from?: string | null
  readonly to?: string
  readonly listener?: "inbound" | "submission"
  readonly bounceable?: boolean
  readonly kind?: Hold["kind"]
  readonly secret?: true
  readonly silent?: true
}

function held(given: Held): HeldCopy {
  const sent = transaction(given.from === undefined ? AN : given.from, [given.to ?? "b@n.example"])
  const client = { ...sent.client, user: null, listener: given.listener ?? "submission" }
  const [recipient] = sent.envelope.to
  assert.ok(recipient)
  return {
    id: 1,
    transaction: { ...sent, client },
    bounceable: given.bounceable ?? true,
    summary: { subject: "Báo cáo", from: AN, messageId: "<1@agency.example>" },
    recipient: given.silent === true ? { ...recipient, notify: ["NEVER"] } : recipient,
    hold: {
      kind: given.kind ?? "hold",
      rules: [{ rule: "review", kind: "hold" }],
      until: 0,
      ...(given.secret === true ? { secret: true } : {}),
    },
    approvals: [],
    legalHold: null,
    size: 1,
  }
}

describe("what became of them is told", () => {
  const inbound = { listener: "inbound", from: "x@n.example", to: AN, bounceable: false } as const
  const foreign = { ...inbound, listener: "submission", to: "b@n.example" } as const
  const rows: readonly [string, Held, Outcome["is"], string][] = [
    ["released: to the sender", {}, "released", `notice released → ${AN}`],
    ["released: of mail from outside to the recipient", inbound, "released", `notice released → ${AN}`],
    ["denied: to the sender in a report", {}, "denied", `report denied 5.7.1 → ${AN}`],
    ["denied: of mail from outside to the recipient", inbound, "denied", `notice denied → ${AN}`],
    [
      "denied: not to a stranger whose address is proven",
      { ...inbound, bounceable: true },
      "denied",
      `notice denied → ${AN}`,
    ],
    ["denied: of auto-forwarded mail to nobody else", foreign, "denied", ""],
    ["expired: to the sender in a report", {}, "expired", `report expired 5.4.7 → ${AN}`],
    ["expired: of mail from outside to the recipient", inbound, "expired", `notice expired → ${AN}`],
    ["expired: of auto-forwarded mail to the approver", foreign, "expired", `notice expired → ${APPROVER}`],
    [
      "expired: of what could not be delivered to the approver",
      { ...inbound, kind: "undeliverable" },
      "expired",
      `notice expired → ${APPROVER}`,
    ],
    ["expired: to nobody where it may be secret", { secret: true }, "expired", ""],
    ["expired: not to a sender who asked for silence", { silent: true }, "expired", ""],
  ]
  for (const [what, given, is, expected] of rows) {
    test(what, () => {
      const { notices: told, reports } = decided({ is, reason: "vì" }, [held(given)], CONTEXT)
      const lines = [
        ...told.map(({ name, to }) => `notice ${name} → ${to.text}`),
        ...reports.map(({ notice, recipients, to }) => `report ${notice?.name} ${recipients[0]?.status} → ${to.text}`),
      ]
      assert.equal(lines.join(", "), expected)
    })
  }
})

describe("within an hour", () => {
  const HOUR = 3_600_000

  test("a person gets five notices, another one five more", () => {
    const cap = createCap(() => 5)
    const admitted = Array.from({ length: 7 }, (_, minute) => cap.admits("a", minute * 60_000))
    assert.deepEqual(admitted, [true, true, true, true, true, false, false])
    assert.equal(cap.admits("b", 0), true)
  })

  test("what was spared is told once, when the hour is over", () => {
    const cap = createCap(() => 1)
    for (const at of [0, 1, 2]) cap.admits("a", at)
    cap.admits("b", 0)
    assert.deepEqual(cap.spared(HOUR - 1), [])
    assert.deepEqual(cap.spared(HOUR), [{ person: "a", count: 2 }])
    assert.deepEqual(cap.spared(HOUR), [])
  })

  test("a new hour begins with the next notice", () => {
    const cap = createCap(() => 1)
    assert.deepEqual([cap.admits("a", 0), cap.admits("a", HOUR), cap.admits("a", HOUR + 1)], [true, true, false])
  })
})
