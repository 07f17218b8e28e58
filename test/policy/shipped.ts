/** The shipped policy with the shipped webmail families, as the program reads them. */
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { NOTICES } from "../../src/act/replies.ts"
import { loadPolicy } from "../../src/config/policy.ts"
import { readYaml } from "../../src/config/yaml.ts"
import { prepare } from "../../src/decide/decide.ts"
import type { PolicyInForce } from "../../src/envelope.ts"
import { createDirectory } from "../../src/identify/units.ts"
import { createWebmail, readFamilies } from "../../src/identify/webmail.ts"

const CONFIG = resolve(import.meta.dirname, "../../config")
const DOMAINS = ["tuyenquang.gov.vn"]

/** Its text, with entries in lists that are empty as shipped. */
export function shippedText(filled: Readonly<Record<string, string>> = {}): string {
  const text = readFileSync(resolve(CONFIG, "policy.yaml"), "utf8")
  return Object.entries(filled).reduce((all, [list, entry]) => {
    if (!all.includes(`  ${list}: []\n`)) throw new Error(`${list} is no empty list`)
    return all.replace(`  ${list}: []\n`, `  ${list}: ["${entry}"]\n`)
  }, text)
}

export function shipped(text = shippedText()): PolicyInForce {
  const written = readYaml(readFileSync(resolve(CONFIG, "webmail.yaml"), "utf8"))
  const families = readFamilies(written.ok ? written.value : null, null)
  if (families.is !== "sound") throw new Error(families.faults.join("\n"))
  const loaded = loadPolicy(text, {
    domains: DOMAINS,
    webmail: new Map(families.value.families.map((one) => [one.id, one.class !== "isp-mail"])),
    notices: NOTICES,
    timezone: "Asia/Ho_Chi_Minh",
    now: Date.UTC(2026, 10, 23),
  })
  if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
  return {
    prepared: prepare(loaded.policy),
    directory: createDirectory(loaded.policy, DOMAINS, Date.UTC(2026, 10, 23)),
    webmail: createWebmail(families.value),
    publicUrl: "http://127.0.0.1",
    refusals: {},
  }
}
