import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { forbiddenExtension, hidesExtension, printable } from "../../src/inspect/name.ts"

const FORBIDDEN = new Set(["exe", "js", "scr", "com", "lnk"])

describe("a forbidden extension is seen", () => {
  for (const [what, name, extension] of [
    ["plainly", "setup.exe", "exe"],
    ["in capitals", "SETUP.EXE", "exe"],
    ["behind a document's extension", "công văn.pdf.exe", "exe"],
    ["before trailing dots and spaces, which Windows drops", "setup.exe. . .", "exe"],
    ["behind much white space", `hop dong.pdf${" ".repeat(80)}.exe`, "exe"],
    ["under a direction override", "hoa don\u202efdp.exe", "exe"],
    ["with invisible characters in it", "setup.e\u200bx\u00ade", "exe"],
    ["with control characters in it", "setup.ex\u0000e\r\n", "exe"],
    ["in full width", "setup．ｅｘｅ", "exe"],
    ["before an alternate stream", "setup.exe:zone", "exe"],
    ["as an alternate stream", "thu.txt:setup.exe", "exe"],
    ["in a folder", "tai lieu\\a.pdf/setup.js", "js"],
    ["as a shell class", "thu.{3050f4d8-98b5-11cf-bb82-00aa00bdce0b}", "{3050f4d8-98b5-11cf-bb82-00aa00bdce0b}"],
    ["with a space after the dot", "setup. exe", "exe"],
  ] as const) {
    test(what, () => assert.equal(forbiddenExtension(name, FORBIDDEN), extension))
  }
})

describe("no forbidden extension is seen", () => {
  for (const [what, name] of [
    ["in a document's name", "báo cáo quý 3.docx"],
    ["in a name without one", "exe"],
    ["in a folder's name", "a.exe/readme.txt"],
    ["in the middle: the last one counts", "www.agency.com.pdf"],
    ["in nothing", ""],
  ] as const) {
    test(what, () => assert.equal(forbiddenExtension(name, FORBIDDEN), null))
  }
})

test("a name hides its extension behind a document's, white space or an override", () => {
  assert.ok(hidesExtension("a.pdf.exe"))
  assert.ok(hidesExtension(`a${" ".repeat(9)}.exe`))
  assert.ok(hidesExtension("a\u202efdp.exe"))
  assert.ok(!hidesExtension("setup-1.2.exe"))
})

test("a name of a million characters is judged at once, by its end", () => {
  const started = performance.now()
  assert.equal(forbiddenExtension(`${". ".repeat(500_000)}a.exe`, FORBIDDEN), "exe")
  assert.equal(forbiddenExtension("a".repeat(1_000_000), FORBIDDEN), null)
  assert.equal(forbiddenExtension(`a.exe${" .".repeat(500_000)}`, FORBIDDEN), null)
  assert.ok(performance.now() - started < 200)
})

test("what is told of a name is one printable line of bounded length", () => {
  assert.equal(printable(" a\u202e\r\nb.exe "), "ab.exe")
  assert.equal(printable("x".repeat(100_000)).length, 255)
})
