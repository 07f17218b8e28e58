import assert from "node:assert/strict"
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { createReader } from "../../src/read/read.ts"
import { file, opened, recognised } from "../recognise/recognised.ts"

const FIXTURES = join(import.meta.dirname, "fixtures")
const ENCODINGS: Readonly<Record<string, string>> = { tcvn3: "TCVN3 (ABC)", vni: "VNI-Windows" }

function fixture(name: string): Buffer {
  return readFileSync(join(FIXTURES, name))
}

describe("a letter that LibreOffice wrote is official, and its mark is found", () => {
  for (const name of readdirSync(FIXTURES).filter((one) => /^(?:unicode|tcvn3|vni)\./.test(one))) {
    test(name, async () => {
      const { official, secrecy } = await recognised({ files: [file(name, fixture(name))] })
      const told = JSON.stringify({ official, secrecy })
      assert.equal(official.label, "official", told)
      assert.equal(secrecy, "mat", told)
      const named = official.evidence.find(({ feature }) => feature === "legacy-encoding")?.note
      assert.equal(named, ENCODINGS[name.replace(/\..*/, "")], told)
      assert.ok(!official.evidence.some(({ feature }) => feature === "unreadable"), told)
    })
  }
})

describe("a signature of the Government's authority", () => {
  const signatures = async (bytes: Buffer, roots: readonly string[] = []) => {
    const reader = createReader({ decode: decodeCharset, html: htmlText }, { roots, scan: null })
    const { shows = [] } = await reader.file(await opened(file("a.pdf", bytes)), AbortSignal.timeout(10_000))
    return shows.filter(({ feature }) => feature === "government-signature").map(({ note }) => note)
  }
  const AGENCY = "Ủy ban nhân dân tỉnh Sông Bạch"

  test("is told with the agency it names", async () => {
    assert.deepEqual(await signatures(fixture("signed.pdf")), [AGENCY])
  })
  test("is traced to a root that is installed", async () => {
    const root = fixture("authority.pem").toString()
    assert.deepEqual(await signatures(fixture("signed.pdf"), [root]), [`${AGENCY}; chain verified`])
  })
  test("is not traced to another", async () => {
    const told = await signatures(fixture("signed.pdf"), [
      "-----BEGIN CERTIFICATE-----\nnone\n-----END CERTIFICATE-----",
    ])
    assert.deepEqual(told, [`${AGENCY}; chain not verified`])
  })
  test("is nothing when an octet was changed", async () => {
    const changed = fixture("signed.pdf")
    changed[changed.indexOf("MediaBox[0 0 595") + 15] = 0x36
    assert.deepEqual(await signatures(changed), [])
  })
  test("says so when something was added behind it", async () => {
    const more = Buffer.concat([fixture("signed.pdf"), Buffer.from("\n% and something more\n%%EOF")])
    assert.deepEqual(await signatures(more), [`${AGENCY}; changed since`])
  })
  test("raises the score, and by itself makes a file official", async () => {
    const { official } = await recognised({ files: [file("a.pdf", fixture("signed.pdf"))] })
    assert.equal(official.evidence.find(({ feature }) => feature === "government-signature")?.points, 60)
  })
})
