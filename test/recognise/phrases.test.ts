/** What is counted by tables is what a reader would count: phrases, and the terms of the model of work talk. */
import assert from "node:assert/strict"
import { test } from "node:test"
import fc from "fast-check"
import { NONE } from "../../src/recognise/lexicon.ts"
import { createPhrases } from "../../src/recognise/phrases.ts"
import { codeOfPiece, piecesOf, prior, readModel, termsOf, weigh } from "../../src/recognise/work-talk.ts"

const WORDS = ["a", "ban", "bao", "cao", "so", "lieu", "x1", "12", "uy"]
const words = fc.array(fc.constantFrom(...WORDS, ""), { maxLength: 60 }).map((all) => all.join(" "))

test("phrases are counted once each, in every text and at every border", () => {
  const phrases = ["ban", "bao cao", "bao cao so lieu", "cao so", "uy ban", "ban bao cao", "a a a", "so lieu"]
  const counted = createPhrases(phrases.map((phrase, index) => ({ phrase, of: index % 3 })))
  fc.assert(
    fc.property(words, (text) => {
      const expected = [0, 1, 2].map(
        (of) => phrases.filter((phrase, index) => index % 3 === of && ` ${text} `.includes(` ${phrase} `)).length,
      )
      assert.deepEqual([...counted.count(text, 3)], expected)
    }),
  )
})

test("a mail weighs what its terms and pieces weigh", () => {
  const terms = new Map([
    ["bao", 5],
    ["bao cao", 17],
    ["uy ban", -9],
    ["a", 3],
    ["#office1", 11],
    ["#office2", 4],
  ])
  const pieces = new Map([
    ["bao ", 7],
    ["cao ", -2],
    [" so ", 1],
  ])
  const model = readModel(
    [
      "# names",
      "=bias\t-1",
      "=unit\t0.5",
      ...[...terms].map(([name, weight]) => `${name}\t${weight}`),
      ...[...pieces].map(([name, weight]) => `~${name.replaceAll(" ", "_")}\t${weight}`),
    ].join("\n"),
  )
  const byCode = new Map([...pieces].map(([name, weight]) => [codeOfPiece(name), weight]))
  fc.assert(
    fc.property(words, fc.nat(3), (text, office) => {
      const topics = { ...NONE, office }
      const said = [...termsOf(text, topics)]
      const spelt = piecesOf(text)
      const sum =
        said.reduce((total, term) => total + (terms.get(term) ?? 0), 0) / Math.sqrt(Math.max(1, said.length)) +
        spelt.reduce((total, code) => total + (byCode.get(code) ?? 0), 0) / Math.sqrt(Math.max(1, spelt.length))
      const found = weigh(text, topics, model).sum
      assert.ok(Math.abs(found - (prior(topics) - 1 + 0.5 * sum)) < 1e-9, `${found} for ${text}`)
    }),
  )
})
