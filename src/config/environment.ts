/** `CONGTHU_LISTEN_INBOUND_PORT=2625`: any key of the settings from the environment, over what the file says. */
import { z } from "zod"
import { isRecord } from "./fault.ts"
import { settingsSchema } from "./schema.ts"
import { readYaml } from "./yaml.ts"

type Path = readonly string[]
export type Environment = Readonly<Record<string, string | undefined>>

const PREFIX = "CONGTHU_"
/** Names the settings file, and so is no key of it. */
const NOT_A_KEY = "CONGTHU_CONFIG"

export interface Overridden {
  readonly raw: unknown
  /** Which variable set which key, for faults. */
  readonly from: readonly { readonly path: Path; readonly name: string }[]
  readonly faults: readonly string[]
}

/** Values are YAML; lists and sections named as a whole are replaced whole, sections before their keys. */
export function override(raw: unknown, environment: Environment): Overridden {
  const faults: string[] = []
  const from: { path: Path; name: string }[] = []
  let overridden = raw
  const names = Object.keys(environment).filter((name) => name.startsWith(PREFIX) && name !== NOT_A_KEY)
  for (const name of names.toSorted((a, b) => depth(a) - depth(b) || a.localeCompare(b))) {
    const path = PATHS.get(name)
    if (path === undefined) {
      faults.push(`${name}: expected the name of a setting, got an unknown name`)
      continue
    }
    const yaml = readYaml(environment[name] ?? "")
    if (!yaml.ok) {
      faults.push(`${name}: expected YAML, got a syntax error (${yaml.faults[0]?.why ?? ""})`)
      continue
    }
    overridden = replaced(overridden, path, yaml.value)
    from.push({ path, name })
  }
  return { raw: overridden, from, faults }
}

function depth(name: string): number {
  return PATHS.get(name)?.length ?? 0
}

function replaced(raw: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path
  if (key === undefined) return value
  const section = isRecord(raw) && !Array.isArray(raw) ? raw : {}
  return { ...section, [key]: replaced(section[key], rest, value) }
}

/** Every key and section of the schema, by the name of its variable. */
const PATHS: ReadonlyMap<string, Path> = new Map(
  keys(settingsSchema, []).map((path) => [PREFIX + path.join("_").toUpperCase(), path]),
)

function keys(schema: unknown, path: Path): readonly Path[] {
  const inner = bare(schema)
  const below = inner instanceof z.ZodObject ? Object.entries(inner.shape) : []
  return [...(path.length > 0 ? [path] : []), ...below.flatMap(([key, value]) => keys(value, [...path, key]))]
}

/** The schema without the wrappers that say what stands for an absent value. */
function bare(schema: unknown): unknown {
  // What is worked out of a section keeps the section's keys.
  if (schema instanceof z.ZodPipe) return bare(schema.in)
  const wrapped = schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault || schema instanceof z.ZodNullable
  return wrapped ? bare(schema.unwrap()) : schema
}
