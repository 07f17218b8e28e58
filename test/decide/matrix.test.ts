/** The matrix that the console shows: the shipped policy's cells, and how they follow a change of it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { classesOf, COLUMNS, type Column, matrixOf, type Party, type Row } from "../../src/decide/matrix.ts"
import { type Prepared, prepare } from "../../src/decide/decide.ts"
import { shipped } from "../policy/shipped.ts"

const { prepared } = shipped()
const CONTEXT = { now: Date.UTC(2026, 10, 23), family: "google", domain: "tuyenquang.gov.vn" }
const ROWS = whole(prepared)

function whole(of: Prepared): readonly Row[] {
  return classesOf(of).flatMap((name) => matrixOf(name, of, CONTEXT))
}

function row(direction: Row["direction"], party: Party | null, of: string, reply = false): Row {
  const found = ROWS.find(
    (one) => one.direction === direction && one.party === party && one.class === of && one.reply === reply,
  )
  assert.ok(found !== undefined, `${direction} ${party} ${of}`)
  return found
}

function cells({ cells: all }: Row, columns: readonly Column[] = COLUMNS): readonly string[] {
  return columns.map((column) => all.find((one) => one.column === column)?.disposition ?? "?")
}

/** private, unsure, public, official, restricted, personal data, suspected and clear secrecy. */
const SHIPPED: readonly (readonly [Row, string])[] = [
  [row("outbound", "webmail", "ordinary"), "flag hold flag reject reject reject refuse refuse"],
  [row("outbound", "webmail", "public-service"), "deliver flag deliver hold hold hold refuse refuse"],
  [row("outbound", "webmail", "public-service", true), "deliver flag deliver flag hold hold refuse refuse"],
  [row("outbound", "state", "ordinary"), "deliver deliver deliver deliver deliver deliver refuse refuse"],
  [row("outbound", "other", "ordinary"), "deliver flag deliver flag hold hold refuse refuse"],
  [row("inbound", "webmail", "public-service"), "deliver deliver deliver flag flag flag refuse refuse"],
  [row("inbound", "webmail", "ordinary"), "flag flag flag flag hold hold refuse refuse"],
  [row("inbound", "webmail", "office"), "flag flag flag reject reject reject refuse refuse"],
  [row("inbound", "state", "ordinary"), "deliver deliver deliver deliver deliver deliver refuse refuse"],
  [row("internal", null, "ordinary"), "deliver deliver deliver deliver flag flag refuse refuse"],
]

describe("the shipped policy's matrix", () => {
  for (const [one, expected] of SHIPPED) {
    const name = `${one.direction}, ${one.party ?? "ours"}, ${one.class}${one.reply ? ", an answer" : ""}`
    test(`${name}: ${expected}`, () => assert.equal(cells(one).join(" "), expected))
  }

  test("each cell names the rules that decide it", () => {
    const one = row("outbound", "webmail", "ordinary").cells.find(({ column }) => column === "official")
    assert.deepEqual(one?.decisive, ["webmail-official-out"])
  })

  test("a rule on trial stands beside what is enforced", () => {
    const rules = prepared.policy.rules.map((rule) =>
      rule.id === "webmail-official-out" ? { ...rule, mode: "shadow" as const } : rule,
    )
    const milder = whole(prepare({ ...prepared.policy, rules }))
    const cell = milder
      .find(
        ({ direction, party, class: name }) => direction === "outbound" && party === "webmail" && name === "ordinary",
      )
      ?.cells.find(({ column }) => column === "official")
    assert.equal(cell?.disposition, "flag")
    assert.deepEqual(cell.shadow, ["webmail-official-out"])
  })

  test("without a list of the state's domains there is no row for them", () => {
    const lists = { ...prepared.policy.lists, state: [] }
    const without = whole(prepare({ ...prepared.policy, lists }))
    assert.equal(
      without.some(({ party }) => party === "state"),
      false,
    )
  })
})
