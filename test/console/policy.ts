/** The shipped policy with the units of the console's tests, each with a rule of its own. */
import { readFileSync } from "node:fs"
import type { Configuration } from "../../src/commands/assemble.ts"
import { withPolicy } from "../../src/commands/policy-source.ts"
import { STUDY_HERE } from "../../src/commands/policy-study.ts"
import type { Unit } from "../../src/mail/policy.ts"
import { NO_REGISTRY } from "../../src/mail/version.ts"
import type { Records } from "../../src/store/store.ts"

/** The shipped text with these units in place of its own. */
export function documentWith(units: readonly Unit[]): string {
  const shipped = readFileSync("config/policy.yaml", "utf8")
  const tree = units.map(({ id, parent, name, domains }) => {
    return `  - ${JSON.stringify({ id, ...(parent === null ? {} : { parent }), name, domains })}`
  })
  const rules = units.map(({ id }) => {
    const title = { vi: `Luật của ${id}`, en: `Rule of ${id}` }
    return `  - ${JSON.stringify({ id: `r-${id}`, owner: id, when: { "larger-than": "40MB" }, then: "hold", title })}`
  })
  return shipped
    .replace(/^units:\n(?: {2}.*\n)+/m, `units:\n${tree.join("\n")}\n`)
    .replace(/^rules:\n/m, `rules:\n${rules.join("\n")}\n`)
}

/** In force in the store, and answered as what judges. */
export async function publish(document: string, base: Configuration, records: Records): Promise<Configuration> {
  const at = Date.now()
  const draft = { kind: "document", base: null, author: "test", reason: "test", origin: null, at } as const
  const done = await records.draftPolicy({ ...draft, document, registry: NO_REGISTRY, loosens: false, changes: [] })
  const version = done.is === "published" ? await records.policyVersion(done.number) : null
  if (version === null) throw new Error("not published")
  const read = await withPolicy(base, version, { study: STUDY_HERE, now: at })
  if (!read.ok) throw new Error(read.faults.join("\n"))
  return read.configuration
}
