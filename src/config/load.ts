/** Reads the settings: file, then environment, then checks. Either they are sound, or every fault is told at once. */
import { readFileSync } from "node:fs"
import { check } from "./check.ts"
import { type Environment, override, type Overridden } from "./environment.ts"
import { type Fault, faultText, readSections } from "./fault.ts"
import { reason } from "./files.ts"
import { type Settings, settingsSchema } from "./schema.ts"
import { readYaml, yamlFaultTexts } from "./yaml.ts"

export type LoadedSettings =
  | { readonly ok: true; readonly settings: Settings; readonly warnings: readonly string[] }
  /** `sound`: the sections without a fault of their own, so that what they name can be checked too. */
  | { readonly ok: false; readonly faults: readonly string[]; readonly sound: Partial<Settings> }

/** `file` and the relative paths in it are relative to the working directory. */
export function loadSettings(file: string, environment: Environment): LoadedSettings {
  let text: string
  try {
    text = readFileSync(file, "utf8")
  } catch (error) {
    return { ok: false, faults: [`${file}: expected a readable settings file, got ${reason(error)}`], sound: {} }
  }
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, faults: yamlFaultTexts(yaml.faults), sound: {} }

  const overridden = override(yaml.value ?? {}, environment)
  const { sound, faults } = readSections(settingsSchema, overridden.raw)
  const checked = check(sound, Date.now())
  const all = [...faults, ...checked.faults]
  const texts = [...overridden.faults, ...all.map((fault) => faultText(fault) + origin(fault, overridden.from))]
  if (texts.length > 0) return { ok: false, faults: texts, sound }
  return { ok: true, settings: sound as Settings, warnings: checked.warnings.map(faultText) }
}

function origin(fault: Fault, from: Overridden["from"]): string {
  const variable = from.findLast(({ path }) => path.every((step, index) => fault.path[index] === step))
  return variable === undefined ? "" : ` (from ${variable.name})`
}
