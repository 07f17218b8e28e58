/** What is wrong with a settings or policy file, in words an administrator can act on: `path: expected …, got …`. */
import { z } from "zod"

export interface Fault {
  readonly path: readonly PropertyKey[]
  /** What follows "expected". */
  readonly expected: string
  /** What follows "got". */
  readonly got: string
}

/** Characters of a written value that a fault repeats. */
const SHOWN = 60

/** `rules[3].when.all[1].official`; the document itself has no name. */
export function pathText(path: readonly PropertyKey[]): string {
  const text = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${String(step)}`)).join("")
  return text.replace(/^\./, "")
}

export function faultText({ path, expected, got }: Fault): string {
  const place = pathText(path)
  return `${place === "" ? "file" : place}: expected ${expected}, got ${got}`
}

/** What `check` prints: one fault a line. */
export function formatFaults(faults: readonly string[]): string {
  return faults.map((fault) => `${fault.replace(/\s+/g, " ")}\n`).join("")
}

/** A written value as a fault repeats it: short, on one line. */
export function show(value: unknown): string {
  if (value === undefined || value === null) return "nothing"
  const text = (JSON.stringify(value) ?? "a value").replace(/[\p{Cc}\u2028\u2029]/gu, " ")
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text
}

/** Reads `raw` by `schema`; every error message of a schema is what follows "expected". */
export function read<T extends z.ZodType>(
  schema: T,
  raw: unknown,
  at: readonly PropertyKey[] = [],
): { readonly ok: true; readonly value: z.output<T> } | { readonly ok: false; readonly faults: readonly Fault[] } {
  const result = schema.safeParse(raw, { error: inWords })
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, faults: result.error.issues.flatMap((issue) => faultsOf(issue, raw, at)) }
}

function faultsOf(issue: z.core.$ZodIssue, raw: unknown, at: readonly PropertyKey[]): readonly Fault[] {
  const path = [...at, ...issue.path]
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], expected: issue.message, got: "an unknown key" }))
  }
  return [{ path, expected: issue.message, got: show(valueAt(raw, issue.path)) }]
}

function valueAt(raw: unknown, path: readonly PropertyKey[]): unknown {
  return path.reduce<unknown>((value, step) => (isRecord(value) ? value[step] : undefined), raw)
}

export function isRecord(value: unknown): value is Readonly<Record<PropertyKey, unknown>> {
  return typeof value === "object" && value !== null
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  object: "keys with values",
  record: "keys with values",
  array: "a list",
}

/** Words for what a schema has no sentence of its own for. */
function inWords(issue: z.core.$ZodRawIssue): string {
  switch (issue.code) {
    case "invalid_type":
      return KINDS[issue.expected] ?? issue.expected
    case "invalid_value":
      return issue.values.length === 1 ? String(issue.values[0]) : `one of ${issue.values.map(String).join(", ")}`
    case "unrecognized_keys":
      return issue.inst instanceof z.ZodObject ? `one of ${Object.keys(issue.inst.shape).join(", ")}` : "no such key"
    case "too_small":
      return issue.origin === "array" ? `a list of at least ${issue.minimum}` : `at least ${issue.minimum}`
    case "too_big":
      return issue.origin === "array" ? `a list of at most ${issue.maximum}` : `at most ${issue.maximum}`
    default:
      return "another value"
  }
}
