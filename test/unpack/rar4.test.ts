/** Archives of RAR 4, which no program of Debian writes: small ones made by RAR 6.23 with `-ma4` (`-mce`, `-mca`, `-mcc`, `-mcd` for the filters). */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { findingsOf, opened, told } from "./opened.ts"

const PASSWORD = "Hoa Sen 99"
const made = (name: string): Buffer => readFileSync(join(import.meta.dirname, "fixtures", name))

/** What each holds: name and size; the archive's own sums were compared on the way. */
const HELD: readonly (readonly [what: string, name: string, files: readonly string[]])[] = [
  ["solid, with code and sound", "rar4.rar", ["b.bin 9000", "p.bmp 3654", "t.raw 4000", "a.txt 4215", "s.wav 5044"]],
  ["with a picture", "rar4-colours.rar", ["q.bmp 18054"]],
  ["with a table of numbers", "rar4-delta.rar", ["u.raw 12000"]],
  ["sealed", "rar4-sealed.rar", ["a.txt 4215"]],
  ["sealed with its names, and solid", "rar4-sealed-names.rar", ["b.bin 9000", "a.txt 4215"]],
]

describe("an archive of RAR 4 is opened", () => {
  for (const [what, name, files] of HELD) {
    test(what, async () => {
      const isSealed = name.includes("sealed")
      const file = await opened(made(name), { names: ["a.rar"], passwords: ["sai", PASSWORD] })
      assert.deepEqual(
        file.within.map(({ names, bytes }) => `${names[0]} ${bytes.length}`),
        files,
      )
      assert.equal(
        told(findingsOf(file)).replaceAll(/2\/\d/g, "2/n"),
        isSealed ? files.map(() => "encrypted 2/n opened").join(", ") : "",
      )
      const text = file.within.find(({ names }) => names[0] === "a.txt")
      if (text !== undefined) assert.match(text.bytes.toString(), /^(?:[\p{L}]+[ \r\n]+){500}/u)
    })
  }

  test("sealed, and its password is not known: held", async () => {
    for (const name of ["rar4-sealed.rar", "rar4-sealed-names.rar"]) {
      const findings = findingsOf(await opened(made(name), { names: ["a.rar"], passwords: ["sai"] }))
      assert.ok(
        findings.some(({ kind, why }) => kind === "encrypted" && why === undefined),
        name,
      )
    }
  })

  test("packed by a model of the text: held", async () => {
    assert.match(told(findingsOf(await opened(made("rar4-model.rar"), { names: ["a.rar"] }))), /unsupported-archive/)
  })
})

test("broken anywhere it ends with an answer, and is never taken for whole", async () => {
  const whole = made("rar4.rar")
  for (let at = 100; at < whole.length - 20; at += 37) {
    const broken = Buffer.from(whole)
    broken[at] = (broken[at] ?? 0) ^ 0x55
    const findings = findingsOf(await opened(broken, { names: ["a.rar"], signal: AbortSignal.timeout(20_000) }))
    assert.ok(findings.length > 0, `octet ${at}`)
  }
})
