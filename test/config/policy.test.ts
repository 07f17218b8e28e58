/** The policy as text: what each way of writing means. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { describe, test } from "node:test"
import { loadPolicy } from "../../src/config/policy.ts"
import type { Policy } from "../../src/mail/policy.ts"
import { CONTEXT } from "./context.ts"

const UNITS = `
units:
  - { id: tinh, name: { vi: Tỉnh, en: Province }, domains: [tuyenquang.gov.vn] }
  - { id: so, parent: tinh, name: { vi: Sở, en: Department }, domains: [So.Tuyenquang.gov.vn.] }
mailboxes: [{ match: "MotCua*@*", class: public-service }]
lists: { toa-an: [toaan.gov.vn, .VKSNDTC.gov.vn, An@Example.vn, "abuse@*"] }
`
const MUST = `
rules:
  - { id: malware, when: { finding: malware }, then: refuse, title: { vi: Mã độc, en: Malware } }
  - { id: unscannable, when: { finding: unscannable }, then: quarantine, title: { vi: Không quét được, en: Unscannable } }
  - { id: encrypted, when: { finding: encrypted }, then: hold, title: { vi: Có mật khẩu, en: Encrypted } }
`

function policy(text: string): Policy {
  const loaded = loadPolicy(text, CONTEXT)
  if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
  return loaded.policy
}

function condition(written: string): unknown {
  const rule = `  - { id: mine, when: ${written}, then: flag, title: { vi: Luật, en: Rule } }\n`
  return policy(UNITS + MUST + rule).rules.at(-1)?.when
}

/** Every condition there is, as the fault about an unknown one lists them. */
function kinds(): readonly string[] {
  const loaded = loadPolicy(`${UNITS}${MUST}  - { id: mine, when: { other: 1 }, then: flag }\n`, CONTEXT)
  const fault = loaded.ok ? "" : loaded.faults.find((one) => one.includes("an unknown key"))
  return /expected one of (.+), got/.exec(fault ?? "")?.[1]?.split(", ") ?? assert.fail("no list of conditions")
}

const SENDER = ["mail-from", "from", "sender", "reply-to", "resent-from", "resent-sender", "return-path"]

test("a rule may say how long what it holds waits, from an hour to a little over a year", () => {
  const kept = (written: string): unknown =>
    policy(
      `${UNITS}${MUST}  - { id: mine, when: { always: true }, then: hold, keep: ${written}, title: { vi: Luật, en: Rule } }\n`,
    ).rules.at(-1)?.keep
  assert.equal(kept("14d"), 14 * 86_400_000)
  assert.equal(kept("12h"), 43_200_000)
  for (const wrong of ["10m", "401d", "0d", "forever"]) assert.throws(() => kept(wrong), /rules\[3\].*keep|keep/)
})

describe("a condition", () => {
  const rows: readonly [string, unknown][] = [
    ["{ always: true }", { is: "always" }],
    ["{ direction: outbound }", { is: "direction", in: ["outbound"] }],
    ["{ direction: [inbound, internal] }", { is: "direction", in: ["inbound", "internal"] }],
    ["{ sender: [A@Bo.vn, .vn, vanthu@*] }", { is: "address", at: ["mail-from"], in: ["a@bo.vn", ".vn", "vanthu@*"] }],
    ["{ recipient: b.vn }", { is: "address", at: ["rcpt-to"], in: ["b.vn"] }],
    [`{ keyed-hash: ${"0a".repeat(32)} }`, { is: "keyed-hash", in: ["0a".repeat(32)] }],
    ["{ sender-domain: Bộ.vn }", { is: "address-domain", at: SENDER, in: ["xn--b-8xm.vn"] }],
    ["{ from-domain: [a.vn, b.vn] }", { is: "address-domain", at: ["from"], in: ["a.vn", "b.vn"] }],
    ["{ recipient-domain: a.vn }", { is: "address-domain", at: ["rcpt-to"], in: ["a.vn"] }],
    ["{ sender-list: toa-an }", { is: "address-list", at: SENDER, list: "toa-an" }],
    ["{ recipient-list: toa-an }", { is: "address-list", at: ["rcpt-to"], list: "toa-an" }],
    ["{ sender-webmail: any }", { is: "webmail", at: [...SENDER, "display-name"], providers: ["google", "yahoo"] }],
    ["{ recipient-webmail: google }", { is: "webmail", at: ["rcpt-to"], providers: ["google"] }],
    [
      "{ address: { at: [to, cc], webmail: any } }",
      { is: "webmail", at: ["to", "cc"], providers: ["google", "yahoo"] },
    ],
    ["{ address: { at: bcc, domain: a.vn } }", { is: "address-domain", at: ["bcc"], in: ["a.vn"] }],
    ["{ address: { at: list, list: toa-an } }", { is: "address-list", at: ["list"], list: "toa-an" }],
    ["{ sender-unit: so }", { is: "unit", of: "sender", in: ["so"] }],
    ["{ recipient-unit: [so, tinh] }", { is: "unit", of: "recipient", in: ["so", "tinh"] }],
    ["{ sender-class: public-service }", { is: "class", of: "sender", in: ["public-service"] }],
    ["{ recipient-class: ordinary }", { is: "class", of: "recipient", in: ["ordinary"] }],
    ["{ authenticated: true }", { is: "authenticated", value: true }],
    ["{ null-sender: false }", { is: "null-sender", value: false }],
    ["{ auto-forwarded: true }", { is: "auto-forwarded", value: true }],
    ["{ thread: true }", { is: "thread", value: true }],
    [
      "{ authentication: { dmarc: fail } }",
      { is: "all", of: [{ is: "authentication", method: "dmarc", in: ["fail"] }] },
    ],
    [
      "{ authentication: { spf: [fail, softfail], dkim: none } }",
      {
        is: "all",
        of: [
          { is: "authentication", method: "spf", in: ["fail", "softfail"] },
          { is: "authentication", method: "dkim", in: ["none"] },
        ],
      },
    ],
    ["{ official: [official, unsure] }", { is: "official", in: ["official", "unsure"] }],
    ["{ official-score: { at-least: 80 } }", { is: "official-score", atLeast: 80 }],
    ["{ circulation: restricted }", { is: "circulation", in: ["restricted"] }],
    ["{ secrecy: [mat, toi-mat] }", { is: "secrecy", in: ["mat", "toi-mat"] }],
    ["{ personal-data: { at-least: 20 } }", { is: "personal-data", atLeast: 20 }],
    ["{ attachment: true }", { is: "attachment", value: true }],
    ['{ subject: "*khẩn*" }', { is: "subject", matches: ["*khẩn*"] }],
    ['{ header: { name: X-Mailer, matches: ["a*", b] } }', { is: "header", name: "X-Mailer", matches: ["a*", "b"] }],
    ["{ larger-than: 10MB }", { is: "larger-than", bytes: 10_000_000 }],
    ["{ finding: macro }", { is: "finding", kind: "macro", why: "any" }],
    [
      "{ finding: { kind: unscannable, why: no-scanner } }",
      { is: "finding", kind: "unscannable", why: { only: ["no-scanner"] } },
    ],
    [
      '{ time: { days: [mon, sun], from: "07:30", to: "17:00" } }',
      { is: "time", window: { days: [1, 7], from: 450, to: 1_020 } },
    ],
    [
      '{ time: { from: "22:00", to: "24:00" } }',
      { is: "time", window: { days: [1, 2, 3, 4, 5, 6, 7], from: 1_320, to: 1_440 } },
    ],
    [
      "{ all: [{ always: true }, { any: [{ attachment: false }] }, { not: { null-sender: true } }] }",
      {
        is: "all",
        of: [
          { is: "always" },
          { is: "any", of: [{ is: "attachment", value: false }] },
          { is: "not", of: { is: "null-sender", value: true } },
        ],
      },
    ],
  ]
  for (const [written, wanted] of rows) test(written, () => assert.deepEqual(condition(written), wanted))

  test("of each kind is among these rows", () => {
    const written = rows.map(([text]) => text).join("\n")
    const missing = kinds().filter((key) => !written.includes(`{ ${key}:`))
    assert.deepEqual(missing, [])
  })

  test("may not be buried deeper than anybody reads", () => {
    const deep = `${"{ not: ".repeat(9)}{ always: true }${" }".repeat(9)}`
    assert.throws(() => condition(deep), /at most 8 conditions inside one another/)
  })
})

describe("a policy", () => {
  test("reads names, lists and owners in their canonical form", () => {
    const read = policy(UNITS + MUST)
    assert.deepEqual(read.units[1]?.domains, ["so.tuyenquang.gov.vn"])
    assert.deepEqual(read.lists["toa-an"], ["toaan.gov.vn", ".vksndtc.gov.vn", "an@example.vn", "abuse@*"])
    assert.deepEqual(read.mailboxes, [{ match: "motcua*@*", class: "public-service", unit: null }])
    assert.deepEqual(
      read.rules.map(({ owner, mode, also, notice }) => [owner, mode, also, notice]),
      read.rules.map(() => ["tinh", "enforce", [], null]),
    )
  })

  test("turns many rules by one switch, or each by its own word", () => {
    const rule = (id: string, mode: string): string =>
      `  - { id: ${id}, mode: ${mode}, when: { always: true }, then: hold, title: { vi: Luật, en: Rule } }\n`
    const rules = MUST + rule("a", "out") + rule("b", "in") + rule("c", "out") + rule("d", "off")
    assert.deepEqual(
      policy(`switches: { out: shadow, in: enforce }\n${UNITS}${rules}`).rules.map(({ mode }) => mode),
      ["enforce", "enforce", "enforce", "shadow", "enforce", "shadow", "off"],
    )
  })

  test("is named by its bytes", () => {
    const text = UNITS + MUST
    assert.equal(policy(text).version, createHash("sha256").update(text, "utf8").digest("hex").slice(0, 12))
    assert.notEqual(policy(text).version, policy(`${text}# one more comment\n`).version)
  })

  test("adds up what a rule asks for besides", () => {
    const also = '[{ header: { name: X-A, value: b } }, { subject-tag: "[NGOÀI CƠ QUAN]" }, require-tls]'
    const rule = `  - { id: mine, when: { always: true }, then: flag, also: ${also}, title: { vi: Luật, en: Rule } }\n`
    assert.deepEqual(policy(UNITS + MUST + rule).rules.at(-1)?.also, [
      { do: "header", name: "X-A", value: "b" },
      { do: "subject-tag", tag: "[NGOÀI CƠ QUAN]" },
      { do: "require-tls" },
    ])
  })

  test("is ruled on by one rule for every finding", () => {
    const rule = "rules: [{ id: all, when: { always: true }, then: quarantine, title: { vi: Tất cả, en: All } }]\n"
    assert.equal(policy(UNITS + rule).rules.length, 1)
  })

  test("is ruled on by rules that share the causes among them", () => {
    const split = MUST.replace("{ finding: unscannable }", "{ finding: { kind: unscannable, except: no-scanner } }")
    const rest =
      "  - { id: rest, when: { finding: { kind: unscannable, why: no-scanner } }, then: flag, title: { vi: Luật, en: Rule } }\n"
    assert.equal(policy(UNITS + split + rest).rules.length, 4)
  })
})

describe("an exception", () => {
  function exception(span: string) {
    const mine = "  - { id: mine, when: { direction: outbound }, then: reject, title: { vi: Luật, en: Rule } }\n"
    const written = `exceptions: [{ id: e, rule: mine, when: { always: true }, reason: Lũ, approver: Văn phòng, ${span} }]`
    const loaded = loadPolicy(UNITS + MUST + mine + written, CONTEXT)
    if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
    const [only] = loaded.policy.exceptions
    const iso = (at = 0): string => new Date(at).toISOString()
    return { start: iso(only?.start), end: iso(only?.end), warnings: loaded.warnings }
  }

  test("by dates runs from the first midnight here to the end of the last day", () => {
    assert.deepEqual(exception("start: 2026-12-01, end: 2026-12-31"), {
      start: "2026-11-30T17:00:00.000Z",
      end: "2026-12-31T17:00:00.000Z",
      warnings: [],
    })
  })

  test("by times is meant in the agency's zone unless it says another", () => {
    assert.deepEqual(exception("start: 2026-12-01T08:00, end: 2026-12-20T08:00Z"), {
      start: "2026-12-01T01:00:00.000Z",
      end: "2026-12-20T08:00:00.000Z",
      warnings: [],
    })
  })

  test("that is over is told, and does not stop a start", () => {
    assert.deepEqual(exception("start: 2026-12-01, end: 2026-12-02").warnings, [
      "exceptions[0].end: expected a moment to come, got 2026-12-02T17:00:00.000Z",
    ])
  })
})
