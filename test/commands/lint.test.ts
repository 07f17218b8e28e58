/** `policy lint` looks over a draft where it is written, before any gateway ever ran there. */
import assert from "node:assert/strict"
import { existsSync } from "node:fs"
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { after, describe, test } from "node:test"
import { runProcess } from "../support/process.ts"

const MAIN = resolve(import.meta.dirname, "../../src/main.ts")
const dir = await mkdtemp(join(tmpdir(), "congthu-lint-"))
after(() => rm(dir, { recursive: true }))

async function lint(text: string) {
  const file = join(dir, "policy.yaml")
  await writeFile(file, text)
  const env = { ...process.env, CONGTHU_STORE_PATH: join(dir, "data") }
  return runProcess([process.execPath, MAIN, "policy", "lint", file], { env })
}

describe("policy lint without a store", () => {
  const shipped = readFile("config/policy.yaml", "utf8")
  for (const [what, change, code, said] of [
    ["finds nothing to warn of in what is shipped, and leaves nothing behind", (text: string) => text, 0, /^note: /m],
    [
      "warns of what lets everything through",
      (text: string) =>
        text.replace(
          /^rules:$/m,
          "$&\n  - { id: moi, when: { always: true }, then: refuse, title: { vi: Mọi, en: All } }",
        ),
      1,
      /^warning: /m,
    ],
    ["tells every fault of what cannot be read", () => "rules: [{ id: a }, { id: b }]", 2, /rules\[0\][^]*rules\[1\]/],
  ] as const) {
    test(what, async () => {
      const ended = await lint(change(await shipped))
      assert.equal(ended.code, code, ended.stderr)
      assert.match(`${ended.stdout}${ended.stderr}`, said)
      assert.ok(!existsSync(join(dir, "data")))
    })
  }
})
