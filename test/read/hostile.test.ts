import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import fc from "fast-check"
import { streamsOf } from "../../src/read/compound.ts"
import { planesOf } from "../../src/read/jpeg-dc.ts"
import { rtfText } from "../../src/read/rtf.ts"
import { signersOf } from "../../src/read/cms.ts"
import { cpuTime } from "../recognise/cpu.ts"
import { letter } from "../recognise/letters.ts"
import { file, recognised } from "../recognise/recognised.ts"
import { compound, doc, ppt, xls } from "./compound-writer.ts"
import { ods, pptx, rtf, xlsx } from "./office-writer.ts"

const FIXTURES = join(import.meta.dirname, "fixtures")

function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, name))
}

const rows = letter()
  .split("\n")
  .map((line) => [line])
const WHOLE: readonly (readonly [string, Buffer])[] = [
  ["a.doc", doc(letter())],
  ["b.doc", fixture("tcvn3.doc")],
  ["a.xls", xls(rows)],
  ["b.xls", fixture("tcvn3.xls")],
  ["a.ppt", ppt(letter())],
  ["a.rtf", Buffer.from(rtf(letter()))],
  ["b.rtf", fixture("tcvn3.rtf")],
  ["a.xlsx", xlsx(rows)],
  ["a.pptx", pptx(letter())],
  ["a.ods", ods(rows)],
  ["signed.pdf", fixture("signed.pdf")],
  ["sealed.jpg", fixture("sealed.jpg")],
]

describe("whatever becomes of a file, there is an answer within a second", () => {
  test("octets changed, a piece cut out, the end cut off", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...WHOLE),
        fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 20 }),
        fc.option(fc.tuple(fc.nat(), fc.nat(5_000))),
        async ([name, whole], changes, cut) => {
          let bytes = Buffer.from(whole)
          for (const [at, octet] of changes) bytes[at % bytes.length] = octet
          if (cut !== null) {
            const from = cut[0] % bytes.length
            bytes = Buffer.concat([bytes.subarray(0, from), bytes.subarray(from + cut[1])])
          }
          const start = cpuTime()
          const { official } = await recognised({ files: [file(name, bytes)] })
          assert.ok(official.score >= 0)
          // Five times what is promised, for a slow machine.
          assert.ok(cpuTime() - start < 5_000, name)
        },
      ),
      { numRuns: 120 },
    )
  })
})

describe("made to be slow, or endless", () => {
  const bounded = (what: string, run: () => unknown): void => {
    test(what, () => {
      const start = cpuTime()
      run()
      assert.ok(cpuTime() - start < 3_000, `${Math.round(cpuTime() - start)} ms`)
    })
  }
  bounded("a compound file whose sectors go in a circle", () => {
    const bytes = compound({ WordDocument: Buffer.alloc(200_000) })
    for (let at = 512; at < 1_024; at += 4) bytes.writeUInt32LE(3, at)
    streamsOf(bytes)
  })
  for (const piece of [
    "{",
    "}",
    "\\",
    "\\'",
    "\\u",
    "{\\*",
    "\\f1",
    "\\par",
    "{\\fonttbl",
    "\\bin9999999999 ",
    "\\u-1 ",
    "\\'e9",
  ])
    bounded(`RTF of ${piece}`, () =>
      rtfText(Buffer.from(`{\\rtf1${piece.repeat(2_000_000 / piece.length)}`), 32_000_000),
    )
  bounded("a list of a million strings that are not there", () => {
    const claims = Buffer.from("fc000800ffffff7fffffff7f", "hex")
    return recognised({ files: [file("a.xls", compound({ Workbook: claims }))] })
  })
  bounded("a signature nested a thousand deep", () => {
    let der = Buffer.alloc(0)
    for (let depth = 0; depth < 1_000; depth++) der = Buffer.concat([Buffer.from([0x30, 0x80]), der, Buffer.alloc(2)])
    signersOf(der, [])
  })
  bounded("a JPEG that says it is larger than it is", () => {
    const bytes = fixture("sealed.jpg")
    const frame = bytes.indexOf(Buffer.from("ffc0", "hex"))
    bytes.writeUInt32BE(0xffffffff, frame + 5)
    planesOf(bytes)
  })
})
