/** Lists as they stand in the policy's text: one exchanged, added or taken out; all other text stays. Pure. */
import { isMap, isScalar, parseDocument, type Pair, type YAMLMap } from "yaml"

/** `entries` null takes it out. Null: the document has no place for it. */
export function withList(
  document: string,
  { name, entries }: { readonly name: string; readonly entries: readonly string[] | null },
): string | null {
  const lists: unknown = parseDocument(document, { stringKeys: true }).get("lists")
  if (lists === undefined)
    return entries === null ? document : `${document.trimEnd()}\nlists:\n  ${line(name, entries)}\n`
  if (!isMap(lists) || lists.flow === true) return null
  const pair = lists.items.find(({ key }) => isScalar(key) && key.value === name)
  if (pair === undefined) return entries === null ? document : added(document, lists, line(name, entries))
  const place = placeOf(pair, document)
  if (place === null) return null
  if (entries !== null) return `${document.slice(0, place.key)}${line(name, entries)}${document.slice(place.end)}`
  const from = document.lastIndexOf("\n", place.key - 1) + 1
  return `${document.slice(0, from)}${document.slice(lineEnd(document, place.end) + 1)}`
}

function line(name: string, entries: readonly string[]): string {
  return `${name}: [${entries.map((one) => JSON.stringify(one)).join(", ")}]`
}

/** Before the first, with its indent. */
function added(document: string, lists: YAMLMap, text: string): string | null {
  const [first] = lists.items
  const place = first === undefined ? null : placeOf(first, document)
  if (place === null) return null
  const indent = " ".repeat(place.key - document.lastIndexOf("\n", place.key - 1) - 1)
  return `${document.slice(0, place.key)}${text}\n${indent}${document.slice(place.key)}`
}

function placeOf({ key, value }: Pair, document: string): { readonly key: number; readonly end: number } | null {
  const [start, end] = [rangeOf(key)?.[0], rangeOf(value)?.[1]]
  if (start === undefined || end === undefined) return null
  return { key: start, end: start + document.slice(start, end).trimEnd().length }
}

function rangeOf(node: unknown): readonly number[] | null {
  return typeof node === "object" && node !== null && "range" in node && Array.isArray(node.range) ? node.range : null
}

function lineEnd(document: string, from: number): number {
  const end = document.indexOf("\n", from)
  return end === -1 ? document.length : end
}
