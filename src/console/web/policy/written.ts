/** Rules, lists and switches as they stand in the policy's text: read for the editors, put back without touching what stands around. Pure. */
import {
  Document,
  isCollection,
  isMap,
  isScalar,
  isSeq,
  parse,
  parseDocument,
  visit,
  type Node,
  type YAMLSeq,
} from "yaml"

/** One rule or guarantee as written. */
export type Written = Readonly<Record<string, unknown>>

export function isWritten(value: unknown): value is Written {
  return typeof value === "object" && value !== null && !Array.isArray(value)
}

/** Null: it is no map. */
export function readItem(text: string): Written | null {
  try {
    const value: unknown = parse(text)
    return isWritten(value) ? value : null
  } catch {
    return null
  }
}

/** What fits on a line stands on one. */
const LINE = 100

export function writeItem(item: Written): string {
  const document = new Document(item)
  visit(document, {
    Collection: (key, node) => {
      if (key === null || JSON.stringify(node.toJSON()).length > LINE) return undefined
      node.flow = true
      return visit.SKIP
    },
  })
  return document.toString({ lineWidth: 0 }).trimEnd()
}

function section(document: string, name: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = parse(document)
    const found = isWritten(value) ? value[name] : undefined
    return isWritten(found) ? found : {}
  } catch {
    return {}
  }
}

export function listsOf(document: string): Readonly<Record<string, readonly string[]>> {
  return Object.fromEntries(
    Object.entries(section(document, "lists")).map(([name, entries]) => [
      name,
      Array.isArray(entries) ? entries.filter((one) => typeof one === "string") : [],
    ]),
  )
}

export function switchesOf(document: string): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(section(document, "switches")).flatMap(([name, mode]) =>
      typeof mode === "string" ? [[name, mode]] : [],
    ),
  )
}

/** Null: the document has no such switch. */
export function withSwitch(document: string, name: string, mode: string): string | null {
  const node = parseDocument(document).getIn(["switches", name], true)
  if (!isScalar(node) || node.range === null || node.range === undefined) return null
  return `${document.slice(0, node.range[0])}${mode}${document.slice(node.range[1])}`
}

/** The list with exactly these entries: comments beside those that stay are kept. A new name becomes a new list; null takes the list out. */
export function withList(document: string, name: string, entries: readonly string[] | null): string {
  const parsed = parseDocument(document)
  const lists = parsed.get("lists", true)
  if (!isMap(lists))
    return entries === null ? document : `${document.trimEnd()}\n\nlists:\n  ${name}: ${flow(entries)}\n`
  const pair = lists.items.find(({ key }) => isScalar(key) && key.value === name)
  if (pair === undefined)
    return entries === null ? document : withNewList(document, lists.range?.[1] ?? document.length, name, entries)
  const [key, value] = [rangeOf(pair.key), rangeOf(pair.value)]
  if (key === null || value === null) return document
  const end = trimmed(document, value[0], value[1])
  if (entries === null)
    return `${document.slice(0, lineStart(document, key[0]))}${document.slice(lineEnd(document, end) + 1)}`
  if (isSeq(pair.value) && pair.value.flow !== true && entries.length > 0) return byLines(document, pair.value, entries)
  const written =
    flow(entries).length <= LINE ? ` ${flow(entries)}` : block(entries, key[0] - lineStart(document, key[0]) + 2)
  return `${document.slice(0, key[1])}:${written}${document.slice(end)}`
}

/** Lines of entries that go are taken out, new ones come after the last. */
function byLines(document: string, list: YAMLSeq, entries: readonly string[]): string {
  const wanted = new Set(entries)
  const items = list.items.flatMap((item) => {
    const range = rangeOf(item)
    return isScalar(item) && range !== null ? [{ text: String(item.value), start: range[0], end: range[1] }] : []
  })
  const known = new Set(items.map(({ text }) => text))
  const added = entries.filter((one) => !known.has(one))
  const last = items.at(-1)
  if (last === undefined) return document
  const at = lineStart(document, last.start)
  const indent = document.slice(at).search(/\S/)
  const more = added.map((one) => `${" ".repeat(indent)}- ${scalar(one)}\n`).join("")
  const stop = lineEnd(document, last.end) + 1
  const before = items
    .toReversed()
    .filter(({ text }) => !wanted.has(text))
    .reduce(
      (text, { start, end }) => `${text.slice(0, lineStart(text, start))}${text.slice(lineEnd(text, end) + 1)}`,
      document.slice(0, stop),
    )
  return `${before.endsWith("\n") ? before : `${before}\n`}${more}${document.slice(stop)}`
}

function withNewList(document: string, end: number, name: string, entries: readonly string[]): string {
  const at = trimmed(document, 0, end)
  const rest = lineEnd(document, at)
  return `${document.slice(0, rest)}\n  ${name}: ${flow(entries)}${document.slice(rest)}`
}

function flow(entries: readonly string[]): string {
  return `[${entries.map(scalar).join(", ")}]`
}

function block(entries: readonly string[], indent: number): string {
  return entries.map((one) => `\n${" ".repeat(indent)}- ${scalar(one)}`).join("")
}

/** `*` and `@` begin something else in YAML. */
function scalar(text: string): string {
  return /^[\w.][\w.@*+-]*$/.test(text) && !/^[\d.]+$/.test(text) ? text : JSON.stringify(text)
}

function rangeOf(node: unknown): readonly [number, number] | null {
  if (!isScalar(node) && !isCollection(node)) return null
  const range: Node["range"] = node.range
  return range === null || range === undefined ? null : [range[0], range[1]]
}

function trimmed(document: string, start: number, end: number): number {
  return start + document.slice(start, end).trimEnd().length
}
function lineStart(document: string, at: number): number {
  return document.lastIndexOf("\n", at - 1) + 1
}
function lineEnd(document: string, at: number): number {
  const end = document.indexOf("\n", at)
  return end === -1 ? document.length : end
}

/** These rules in another mode, whatever switch they hang on: for a trial that is nowhere kept. */
export function withModes(document: string, rules: readonly string[], mode: string): string {
  const parsed = parseDocument(document)
  const list = parsed.get("rules", true)
  if (!isSeq(list)) return document
  for (const item of list.items) {
    if (isMap(item) && rules.includes(String(item.get("id")))) item.set("mode", mode)
  }
  return parsed.toString({ lineWidth: 0 })
}
