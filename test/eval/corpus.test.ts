/** The short form of `npm run eval`: what was kept aside while rules were made, and what must never happen in any message. */
import assert from "node:assert/strict"
import { before, describe, test } from "node:test"
import { corpus, results, SEED } from "./corpus.ts"
import { isClear, measure, miscounted, type Result } from "./measure.ts"

const LETTERS = 150
/** Whose mail is never official business, whatever form it has. */
const NEVER = new Set(["citizens", "companies", "private", "business"])

describe("the corpus", () => {
  let all: readonly Result[] = []
  let aside: readonly Result[] = []
  const told = (some: readonly Result[]): readonly string[] =>
    some.map(
      ({ sample, content }) =>
        `${sample.id}: ${content.official.label}, ${content.secrecy}, ${content.personalData.records}`,
    )

  before(async () => {
    all = await results(corpus(SEED, LETTERS))
    aside = all.filter(({ sample }) => sample.aside)
  })

  test("is of a size that says something", () => {
    assert.ok(all.length >= 400 && aside.length >= 100, `${all.length}, ${aside.length} kept aside`)
  })

  test("kept aside: what is called official is, and what is is called so", () => {
    const { precision, recall } = measure(aside)
    assert.ok(precision >= 0.97, `precision ${precision}`)
    assert.ok(recall >= 0.95, `recall ${recall}`)
  })

  test("kept aside: work talk is lifted, everything else left alone", () => {
    const { talkFound, leftAlone } = measure(aside)
    assert.ok(talkFound >= 0.7, `work talk found ${talkFound}`)
    assert.ok(leftAlone >= 0.94, `left alone ${leftAlone}`)
  })

  test("no petition, contract, company letter, newsletter or private mail is official", () => {
    const called = all.filter(
      ({ sample, content }) => NEVER.has(sample.family) && content.official.label === "official",
    )
    assert.deepEqual(told(called), [])
  })

  test("every clear mark is found, and none where there is none", () => {
    const wrong = all.filter(
      ({ sample, content }) =>
        (isClear(sample.secrecy) && content.secrecy !== sample.secrecy) ||
        (sample.secrecy === "none" && content.secrecy !== "none"),
    )
    assert.deepEqual(told(wrong), [])
  })

  test("people in lists are counted, goods and bills are not", () => {
    assert.deepEqual(told(all.filter(miscounted)), [])
  })
})
