/** YAML text → plain data, or its syntax faults with their lines. */
import { parseDocument } from "yaml"

export type Yaml =
  | { readonly ok: true; readonly value: unknown }
  | { readonly ok: false; readonly faults: readonly YamlFault[] }

interface YamlFault {
  /** Null where the whole document is meant. */
  readonly line: number | null
  readonly why: string
}

/** A tag we do not know would silently become text, and an alias may expand without end, so both are faults. */
export function readYaml(text: string): Yaml {
  try {
    const document = parseDocument(text, { stringKeys: true })
    const problems = [...document.errors, ...document.warnings]
    if (problems.length === 0) return { ok: true, value: document.toJS({ maxAliasCount: 0 }) }
    const faults = problems.map(({ message, linePos }) => ({ line: linePos?.[0].line ?? null, why: sentence(message) }))
    return { ok: false, faults }
  } catch (error) {
    const why = sentence(error instanceof Error ? error.message : String(error))
    return { ok: false, faults: [{ line: null, why }] }
  }
}

/** `line 4: expected YAML, got …` */
export function yamlFaultTexts(faults: readonly YamlFault[]): readonly string[] {
  return faults.map(({ line, why }) => {
    return `${line === null ? "file" : `line ${line}`}: expected YAML, got a syntax error (${why})`
  })
}

/** The first line of the message, which goes on to draw the place. */
function sentence(message: string): string {
  return (message.split("\n")[0] ?? "").replace(/ at line \d+, column \d+:?$/, "").slice(0, 200)
}
