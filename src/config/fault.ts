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
): { readonly ok: true; readonly value: z.output<T> } | { readonly ok: false; readonly faults: readonly Fault[] } {
  const result = schema.safeParse(raw, { error: inWords })
  if (result.success) return { ok: true, value: result.data }
  return { ok: false, faults: result.error.issues.flatMap((issue) => faultsOf(issue, raw)) }
}

/**
 * Reads a document section by section: `sound` holds the top-level sections without a fault of their own, all of them when
 * there is no fault, so that one bad section does not hide what is wrong between others.
 */
export function readSections<T extends z.ZodObject>(
  schema: T,
  raw: unknown,
): { readonly sound: Partial<z.output<T>>; readonly faults: readonly Fault[] } {
  const whole = read(schema, raw)
  if (whole.ok) return { sound: whole.value, faults: [] }
  const sections = Object.entries(schema.shape).flatMap(([key, section]) => {
    const result = read(section as z.ZodType, isRecord(raw) ? raw[key] : undefined)
    return result.ok ? [[key, result.value]] : []
  })
  return { sound: Object.fromEntries(sections) as Partial<z.output<T>>, faults: whole.faults }
}

function faultsOf(issue: z.core.$ZodIssue, raw: unknown): readonly Fault[] {
  const { path } = issue
  if (issue.code === "unrecognized_keys") {
    return issue.keys.map((key) => ({ path: [...path, key], expected: issue.message, got: "an unknown key" }))
  }
  const got = issue.code === "custom" && typeof issue.params?.["got"] === "string" ? issue.params["got"] : null
  return [{ path, expected: issue.message, got: got ?? show(valueAt(raw, path)) }]
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

/** Reads a value by a schema that is chosen by looking at it; its faults stand at `at` below the value's own path. */
export function readInside<T extends z.ZodType>(
  schema: T,
  raw: unknown,
  at: readonly PropertyKey[],
  context: z.core.$RefinementCtx,
): z.output<T> {
  const result = schema.safeParse(raw, { error: inWords })
  if (result.success) return result.data
  for (const issue of result.error.issues) context.addIssue({ ...issue, path: [...at, ...issue.path] })
  return z.NEVER
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
