/** Each cell of the decision matrix, answered by the shipped policy from the facts alone. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { decide } from "../../src/decide/decide.ts"
import { beforeData } from "../../src/envelope.ts"
import { direction } from "../../src/identify/direction.ts"
import { identify } from "../../src/identify/identify.ts"
import type { Content } from "../../src/mail/content.ts"
import { type Fact, failed, known } from "../../src/mail/evidence.ts"
import { type Authentication, UNCHECKED } from "../../src/mail/identity.ts"
import type { Disposition } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { address, CLIENT, message, transaction } from "../decide/evidence.ts"
import { type Column, COLUMNS, FILLED, type Letter, MATRIX, type Row } from "./matrix.ts"
import { shipped, shippedText } from "./shipped.ts"

const IN_FORCE = shipped(shippedText(FILLED))

const CONTENT: Readonly<Record<Column, Content>> = {
  private: content("not-official"),
  unsure: content("unsure"),
  public: { ...content("official"), circulation: "public" },
  official: content("official"),
  restricted: { ...content("official"), circulation: "restricted" },
  people: { ...content("official"), personalData: { records: 30 } },
  secret: { ...content("official"), secrecy: "mat" },
}

function content(label: Content["official"]["label"]): Content {
  return {
    official: { label, score: 50, evidence: [] },
    circulation: "ordinary",
    secrecy: "none",
    personalData: { records: 0 },
  }
}

function authentication(dmarc: Row["dmarc"]): Authentication {
  return { ...UNCHECKED, dmarc: dmarc ?? "none", spf: dmarc ?? "none" }
}

interface Changed {
  readonly content?: Content
  readonly thread?: Fact<boolean>
  readonly dmarc?: Authentication
  readonly inForce?: typeof IN_FORCE
}

function answer(row: Row, column: Column, changed: Changed = {}): Verdict {
  const inForce = changed.inForce ?? IN_FORCE
  const client = { ...CLIENT, listener: row.listener, trusted: row.listener === "submission" }
  const given = { ...transaction(row.from, [row.to]), client }
  const recipient = { address: address(row.to), notify: null, orcpt: null }
  const where = direction(client, address(row.from), recipient.address, inForce.directory)
  const letter = message({ mailboxes: [{ position: "from", name: "", address: row.from }] })
  const verdict = decide(inForce.prepared, {
    ...beforeData(inForce, given, { recipient, where }),
    thread: changed.thread ?? known(row.thread === true),
    identity: known(identify(given, letter, inForce.webmail)),
    authentication: known(changed.dmarc ?? authentication(row.dmarc)),
    message: known(letter),
    size: known(5_000),
    findings: known([]),
    content: known(changed.content ?? CONTENT[column]),
  })
  if (verdict === "pending") throw new Error("pending")
  return verdict
}

const DISPOSITION: Readonly<Record<Letter, Disposition>> = {
  A: "deliver",
  L: "flag",
  T: "flag",
  E: "deliver",
  H: "hold",
  R: "reject",
  S: "refuse",
}

/** The cell as it is written: letter and decisive rules. */
function cell({ disposition, decisive, annotations }: Verdict): string {
  const does = (what: string): boolean => annotations.some((one) => one.do === what)
  const marked = does("subject-tag") ? "T" : "L"
  const open = does("require-tls") ? "E" : "A"
  const letters = (Object.keys(DISPOSITION) as Letter[]).filter((one) => DISPOSITION[one] === disposition)
  const letter = letters.find((one) => letters.length === 1 || one === marked || one === open) ?? "?"
  return disposition === "deliver" ? letter : `${letter} ${decisive.join(", ")}`
}

function rowOf(name: string): Row {
  const found = MATRIX.find((one) => one.name === name)
  if (found === undefined) throw new Error(`no row ${name}`)
  return found
}

const ORDINARY = rowOf("to webmail, from an ordinary mailbox")

for (const one of MATRIX) {
  describe(one.name, () => {
    for (const column of COLUMNS) {
      test(`${column}: ${one.cells[column]}`, () => assert.equal(cell(answer(one, column)), one.cells[column]))
    }
  })
}

describe("beside the cells", () => {
  for (const secrecy of ["suspected", "mat", "toi-mat", "tuyet-mat"] as const) {
    test(`${secrecy} is refused on every way, whatever else it is`, () => {
      for (const one of MATRIX) {
        for (const column of COLUMNS) {
          assert.equal(
            answer(one, column, { content: { ...CONTENT[column], secrecy } }).disposition,
            "refuse",
            one.name,
          )
        }
      }
    })
  }

  test("declassified papers are official business", () => {
    const declassified = { ...content("official"), circulation: "declassified" } as const
    assert.equal(answer(ORDINARY, "official", { content: declassified }).disposition, "reject")
  })

  test("nineteen people are no list, twenty are", () => {
    const people = (records: number): Content => ({ ...content("not-official"), personalData: { records } })
    assert.equal(answer(ORDINARY, "people", { content: people(19) }).disposition, "flag")
    assert.equal(answer(ORDINARY, "people", { content: people(20) }).disposition, "reject")
  })

  test("only where the records matter does their failure defer", () => {
    const thread = failed("the store is closed")
    const service = rowOf("to webmail, from a public-service mailbox")
    assert.equal(answer(service, "official", { thread }).disposition, "defer")
    assert.equal(answer(service, "private", { thread }).disposition, "deliver")
    assert.equal(answer(ORDINARY, "official", { thread }).disposition, "reject")
  })

  test("an answer of an ordinary mailbox is no excuse", () => {
    assert.equal(answer(ORDINARY, "official", { thread: known(true) }).disposition, "reject")
  })

  test("an unproven author is not the registered one", () => {
    const registered = rowOf("from a unit's registered webmail, to a clerk's mailbox")
    assert.equal(answer(registered, "official", { dmarc: authentication("none") }).disposition, "reject")
  })

  test("a state domain without DMARC whose SPF fails waits, unless a signature holds", () => {
    const silent = rowOf("from a state domain that says nothing of itself")
    const fails = { ...UNCHECKED, spf: "fail" } as const
    assert.equal(answer(silent, "private", { dmarc: fails }).disposition, "hold")
    assert.equal(answer(silent, "private", { dmarc: { ...fails, dkim: "pass" } }).disposition, "flag")
  })
})

describe("with the switches in shadow", () => {
  const inForce = shipped(
    shippedText(FILLED).replaceAll(/^( {2}(?:outbound|inbound|forgery)): enforce/gm, "$1: shadow"),
  )

  test("nothing is held or rejected but automatic forwarding, and secrets are refused", () => {
    const kept = new Set(["deliver", "flag"])
    for (const one of MATRIX) {
      for (const column of COLUMNS) {
        const { disposition } = answer(one, column, { inForce })
        if (column === "secret") assert.equal(disposition, "refuse")
        else assert.equal(kept.has(disposition), one.from !== "nu@congty.example", `${one.name}: ${column}`)
      }
    }
  })

  test("the verdict tells what would have been", () => {
    const { shadow, because } = answer(ORDINARY, "official", { inForce })
    assert.deepEqual(shadow, ["webmail-official-out"])
    assert.match(because.map(({ en }) => en).join("\n"), /on trial “Official business to free webmail” would reject/)
  })
})

describe("the explanation", () => {
  const rows: readonly [string, Column, RegExp, RegExp][] = [
    [
      "to webmail, from an ordinary mailbox",
      "official",
      /có dấu hiệu công vụ \(50\/100\)/,
      /official business \(50\/100\)/,
    ],
    ["to webmail, from an ordinary mailbox", "restricted", /tài liệu hạn chế lưu hành/, /restricted circulation/],
    ["to webmail, from an ordinary mailbox", "people", /dữ liệu cá nhân của 30 người/, /personal data of 30 people/],
    ["to webmail, from a public-service mailbox", "official", /không trả lời thư nào/, /it answers nothing/],
    [
      "from a state domain that is forged",
      "private",
      /xác thực người gửi DMARC: fail/,
      /authentication says DMARC: fail/,
    ],
    ["automatically forwarded to webmail", "private", /tự động chuyển tiếp/, /forwarded automatically/],
  ]
  for (const [name, column, vi, en] of rows) {
    test(`of ${name}, ${column}, says why in both languages`, () => {
      const { because } = answer(rowOf(name), column)
      assert.match(because.map((one) => one.vi).join("\n"), vi)
      assert.match(because.map((one) => one.en).join("\n"), en)
    })
  }

  test("names only what was met of several alternatives", () => {
    const { because } = answer(ORDINARY, "restricted")
    assert.doesNotMatch(because.map(({ en }) => en).join("\n"), /personal data of|forwarded automatically/)
  })

  test("of a secret letter says nothing of what is in it", () => {
    const { because } = answer(ORDINARY, "secret")
    assert.doesNotMatch(because.map(({ vi }) => vi).join("\n"), /mật|công vụ/i)
  })
})
