/** Every file in test/bad-config is refused with exactly the faults its first lines expect. */
import assert from "node:assert/strict"
import { globSync, readFileSync } from "node:fs"
import { relative, resolve } from "node:path"
import { describe, test } from "node:test"
import { loadSettings } from "../../src/config/load.ts"
import { loadPolicy } from "../../src/config/policy.ts"
import { CONTEXT } from "./context.ts"

const ROOT = resolve(import.meta.dirname, "../..")
const FOLDER = "test/bad-config"
process.chdir(ROOT)

function expected(file: string): readonly string[] {
  const lines = readFileSync(file, "utf8").split("\n")
  return lines.flatMap((line) => (line.startsWith("# expect: ") ? [line.slice("# expect: ".length)] : []))
}

describe("settings that are refused", () => {
  for (const file of globSync(`${FOLDER}/*.yaml`).toSorted()) {
    test(relative(FOLDER, file), () => {
      const loaded = loadSettings(file, {})
      assert.deepEqual(loaded.ok ? [] : loaded.faults, expected(file))
    })
  }
})

describe("policies that are refused", () => {
  for (const file of globSync(`${FOLDER}/policy/*.yaml`).toSorted()) {
    test(relative(FOLDER, file), () => {
      const loaded = loadPolicy(readFileSync(file, "utf8"), CONTEXT)
      assert.deepEqual(loaded.ok ? [] : loaded.faults, expected(file))
    })
  }
})
