import assert from "node:assert/strict"
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { after, before, describe, test } from "node:test"
import type { Pool } from "../../src/sandbox/pool.ts"
import { type Clamd, startClamd } from "../support/clamd.ts"
import { examined, letterWith, pool, stops } from "./examined.ts"
import { zip } from "./zip-writer.ts"

/** Debian's package clamav-testfiles: one harmless program in every wrapping ClamAV knows. */
const FOLDER = "/usr/share/clamav-testfiles"
/** In version 0.103 of the package and since. */
const FILES = 40

describe("every test file of ClamAV is found or held", {
  skip: existsSync(FOLDER) ? false : "no clamav-testfiles",
}, () => {
  let clamd: Clamd | null = null
  let children: Pool | null = null
  before(async () => {
    clamd = await startClamd({ known: [readFileSync(`${FOLDER}/clam.exe`)] })
    children = pool(clamd?.tcp ?? null, 2)
  })
  after(async () => {
    await children?.close()
    await clamd?.stop()
  })

  const names = existsSync(FOLDER) ? readdirSync(FOLDER) : []
  test("clamd answers, and the package has its files", () => {
    assert.ok(clamd !== null, "clamd is not installed")
    assert.ok(names.length >= FILES, `${names.length} files`)
  })
  for (const name of names) {
    test(name, async () => {
      assert.ok(children !== null)
      const bytes = readFileSync(`${FOLDER}/${name}`)
      const plain = letterWith(bytes, { name: "cong-van.dat" })
      const zipped = letterWith(zip([{ name: "cong-van.dat", data: bytes }]), { name: "a.zip" })
      const nested = letterWith(plain, { name: "a.eml", type: "message/rfc822" })
      const inside = children
      for (const findings of await Promise.all([plain, zipped, nested].map((message) => examined(inside, message))))
        assert.ok(findings.some(stops), JSON.stringify(findings))
    })
  }
})
