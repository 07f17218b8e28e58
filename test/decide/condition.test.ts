import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { type Answer, answer, type Context } from "../../src/decide/condition.ts"
import { fits } from "../../src/decide/glob.ts"
import { unitTree } from "../../src/decide/units.ts"
import { type Evidence, failed, known, pending } from "../../src/mail/evidence.ts"
import { UNCHECKED } from "../../src/mail/identity.ts"
import type { Condition } from "../../src/mail/policy.ts"
import { address, evidence, IDENTITY, message, policy, transaction } from "./evidence.ts"

const context: Context = {
  lists: new Map([["partners", new Set(["vo@baochi.vn", "doitac.vn", ".edu.vn", "vanthu@*"])]]),
  units: unitTree(policy({}).units),
  timezone: "Asia/Ho_Chi_Minh",
}
const RCPT = ["rcpt-to"] as const
const FROM = ["mail-from", "from"] as const
const malware: Condition = { is: "finding", kind: "malware", why: "any" }
/** Monday 09:00 in Vietnam. */
const MONDAY = Date.UTC(2026, 10, 23, 2, 0)
const officeHours = { days: [1, 2, 3, 4, 5], from: 7 * 60 + 30, to: 17 * 60 }
const night = { days: [1], from: 22 * 60, to: 6 * 60 }
const at = (hour: number, day = 23): Partial<Evidence> => ({
  transaction: transaction("a@b.vn", ["c@d.vn"], Date.UTC(2026, 10, day, hour - 7, 0)),
})

const rows: readonly [string, Condition, Partial<Evidence>, Answer][] = [
  ["always is yes", { is: "always" }, {}, "yes"],
  ["direction fits", { is: "direction", in: ["outbound"] }, {}, "yes"],
  ["direction does not fit", { is: "direction", in: ["inbound", "internal"] }, {}, "no"],
  ["the recipient uses any webmail", { is: "webmail", at: RCPT, providers: ["google", "yahoo"] }, {}, "yes"],
  ["the recipient uses a named provider", { is: "webmail", at: RCPT, providers: ["yahoo"] }, {}, "no"],
  [
    "webmail in a header needs the message",
    { is: "webmail", at: ["reply-to"], providers: ["google", "yahoo"] },
    { identity: pending },
    "pending",
  ],
  [
    "webmail in MAIL FROM needs no header",
    { is: "webmail", at: FROM, providers: ["google", "yahoo"] },
    { senderWebmail: "yahoo", identity: pending },
    "yes",
  ],
  [
    "webmail in Reply-To is seen",
    { is: "webmail", at: ["reply-to"], providers: ["google"] },
    {
      identity: known({ ...IDENTITY, webmail: [{ position: "reply-to", address: "x@gmail.com", provider: "google" }] }),
    },
    "yes",
  ],
  [
    "a domain fits with its sub-domains",
    { is: "address-domain", at: ["mail-from"], in: ["tuyenquang.gov.vn"] },
    {},
    "yes",
  ],
  ["a domain is no suffix of letters", { is: "address-domain", at: RCPT, in: ["mail.com"] }, {}, "no"],
  [
    "a header address counts where asked",
    { is: "address-domain", at: ["cc"], in: ["hanoi.gov.vn"] },
    {
      identity: known({ ...IDENTITY, addresses: [{ position: "cc", key: "x@hanoi.gov.vn", domain: "hanoi.gov.vn" }] }),
    },
    "yes",
  ],
  [
    "an address is on a list",
    { is: "address-list", at: RCPT, list: "partners" },
    { recipient: address("Vo@BaoChi.vn") },
    "yes",
  ],
  [
    "a domain is on a list, alone",
    { is: "address-list", at: RCPT, list: "partners" },
    { recipient: address("a@mail.doitac.vn") },
    "no",
  ],
  [
    "a dotted entry takes sub-domains",
    { is: "address-list", at: RCPT, list: "partners" },
    { recipient: address("a@hust.edu.vn") },
    "yes",
  ],
  [
    "a local part on every domain",
    { is: "address-list", at: RCPT, list: "partners" },
    { recipient: address("vanthu@x.gov.vn") },
    "yes",
  ],
  ["a list nobody wrote holds nobody", { is: "address-list", at: RCPT, list: "missing" }, {}, "no"],
  ["a unit includes those below", { is: "unit", of: "sender", in: ["tinh"] }, {}, "yes"],
  ["a unit excludes its siblings", { is: "unit", of: "sender", in: ["xa"] }, {}, "no"],
  ["a foreigner has no class", { is: "class", of: "recipient", in: ["ordinary"] }, {}, "no"],
  ["the sender's class", { is: "class", of: "sender", in: ["ordinary"] }, {}, "yes"],
  [
    "a result that is asked for",
    { is: "authentication", method: "dmarc", in: ["fail", "permerror"] },
    { authentication: known({ ...UNCHECKED, dmarc: "fail" }) },
    "yes",
  ],
  ["another result", { is: "authentication", method: "spf", in: ["fail"] }, {}, "no"],
  [
    "a result while no resolver answers",
    { is: "authentication", method: "spf", in: ["pass"] },
    { authentication: failed("resolver") },
    "failed",
  ],
  [
    "webmail in a header needs no resolver",
    { is: "webmail", at: ["reply-to"], providers: ["google"] },
    { authentication: failed("resolver") },
    "no",
  ],
  ["authenticated", { is: "authenticated", value: true }, {}, "yes"],
  ["not a null sender", { is: "null-sender", value: false }, {}, "yes"],
  ["null sender", { is: "null-sender", value: true }, { transaction: transaction(null, ["a@b.vn"]) }, "yes"],
  ["forwarded automatically", { is: "auto-forwarded", value: true }, { autoForwarded: true }, "yes"],
  ["subject without accents and case", { is: "subject", matches: ["*BAO CAO*"] }, {}, "yes"],
  ["subject is whole unless starred", { is: "subject", matches: ["báo cáo"] }, {}, "no"],
  [
    "a header by name, whatever its case",
    { is: "header", name: "X-Mailer", matches: ["*ioffice*"] },
    { message: known(message({ fields: [{ name: "x-mailer", value: "VNPT iOffice 5", start: 0, end: 9 }] })) },
    "yes",
  ],
  ["an attachment is asked for", { is: "attachment", value: true }, {}, "no"],
  ["larger than a bound", { is: "larger-than", bytes: 4_999 }, {}, "yes"],
  ["not larger than itself", { is: "larger-than", bytes: 5_000 }, {}, "no"],
  ["a finding of another kind", malware, { findings: known([{ kind: "macro", at: "2" }]) }, "no"],
  [
    "a finding with its reason",
    { is: "finding", kind: "unscannable", why: { only: ["corrupt"] } },
    { findings: known([{ kind: "unscannable", at: "2", why: "corrupt" }]) },
    "yes",
  ],
  [
    "a finding with another reason",
    { is: "finding", kind: "unscannable", why: { only: ["no-scanner"] } },
    { findings: known([{ kind: "unscannable", at: "2", why: "corrupt" }]) },
    "no",
  ],
  [
    "all reasons but one",
    { is: "finding", kind: "unscannable", why: { except: ["no-scanner"] } },
    {
      findings: known([
        { kind: "unscannable", at: "2", why: "no-scanner" },
        { kind: "unscannable", at: "3", why: "corrupt" },
      ]),
    },
    "yes",
  ],
  [
    "the one reason excepted",
    { is: "finding", kind: "unscannable", why: { except: ["no-scanner"] } },
    { findings: known([{ kind: "unscannable", at: "2", why: "no-scanner" }]) },
    "no",
  ],
  ["a scanner that broke is unknown, not clean", malware, { findings: failed("clamd timeout") }, "failed"],
  ["not unknown is unknown", { is: "not", of: malware }, { findings: failed("x") }, "failed"],
  [
    "unknown does not outweigh a sure no",
    { is: "all", of: [malware, { is: "direction", in: ["inbound"] }] },
    { findings: failed("x") },
    "no",
  ],
  [
    "unknown does not outweigh a sure yes",
    { is: "any", of: [malware, { is: "always" }] },
    { findings: failed("x") },
    "yes",
  ],
  ["all of nothing is yes", { is: "all", of: [] }, {}, "yes"],
  ["any of nothing is no", { is: "any", of: [] }, {}, "no"],
  ["within office hours of the agency's clock", { is: "time", window: officeHours }, at(9), "yes"],
  ["after office hours", { is: "time", window: officeHours }, at(17), "no"],
  ["a night that began on Monday lasts into Tuesday", { is: "time", window: night }, at(5, 24), "yes"],
  ["the night before Monday is Sunday's", { is: "time", window: night }, at(5, 23), "no"],
]

describe("a condition answers yes, no or unknown", () => {
  for (const [sentence, condition, change, expected] of rows) {
    test(sentence, () => assert.equal(answer(condition, evidence(change), context), expected))
  }
  test("the row's Monday is one", () => assert.equal(new Date(MONDAY).getUTCDay(), 1))
})

describe("a glob", () => {
  const globs: readonly [string, string, boolean][] = [
    ["Báo cáo tháng", "bao cao*", true],
    ["Báo cáo tháng", "*tháng", true],
    ["Báo  cáo\n tháng", "báo cáo tháng", true],
    ["aba", "ab*ba", false],
    ["a-b-c-d", "a*b*d", true],
    ["a-d", "a*b*d", false],
    ["", "*", true],
    ["Đường", "duong", true],
    ["x", "**", true],
  ]
  for (const [text, glob, expected] of globs)
    test(`${glob} ${expected ? "fits" : "does not fit"} “${text}”`, () => assert.equal(fits(text, glob), expected))

  test("stays linear on hostile text", () => {
    const started = performance.now()
    fits("a".repeat(200_000), `${"*a".repeat(50)}*b`)
    assert.ok(performance.now() - started < 1_000)
  })
})
