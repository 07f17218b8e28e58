/** Single rules and guarantees as they stand in the policy's text, taken out, put in and exchanged; all other text stays. Pure. */
import { isMap, isSeq, parseDocument, type YAMLMap, type YAMLSeq } from "yaml"

export type ItemsOf = "rules" | "guarantees"

/** Each by its id, without the indent of the list. */
export function itemsOf(document: string, of: ItemsOf): ReadonlyMap<string, string> {
  const items = listOf(document, of)?.items ?? []
  return new Map(
    items.flatMap((item) => {
      const place = isMap(item) ? placeOf(item, document) : null
      return place === null
        ? []
        : [[place.id, outdented(document.slice(place.start, place.end), place.indent)] as const]
    }),
  )
}

/** `text` null takes it out; an id that is not there is added at the end. Null: the document has no such list. */
export function withItem(
  document: string,
  { of, id, text }: { readonly of: ItemsOf; readonly id: string; readonly text: string | null },
): string | null {
  const list = listOf(document, of)
  if (list === null || list.range === null || list.range === undefined) return null
  const places = list.items.flatMap((item) => (isMap(item) ? (placeOf(item, document) ?? []) : []))
  const place = places.find((one) => one.id === id)
  const last = places.at(-1)
  if (place === undefined && last === undefined) {
    if (text === null) return document
    return `${document.slice(0, list.range[0])}\n  - ${indented(text, 4)}${document.slice(list.range[1])}`
  }
  if (place === undefined && last !== undefined) {
    if (text === null) return document
    const added = `\n${" ".repeat(last.indent - 2)}- ${indented(text, last.indent)}`
    return `${document.slice(0, last.end)}${restOfLine(document, last.end)}${added}${document.slice(lineEnd(document, last.end))}`
  }
  if (place === undefined) return document
  if (text !== null) {
    return `${document.slice(0, place.start)}${indented(text, place.indent)}${document.slice(place.end)}`
  }
  const from = document.lastIndexOf("\n", place.start - 1) + 1
  return `${document.slice(0, from)}${document.slice(Math.min(document.length, lineEnd(document, place.end) + 1))}`
}

function listOf(document: string, of: ItemsOf): YAMLSeq | null {
  const list: unknown = parseDocument(document, { stringKeys: true }).get(of)
  return isSeq(list) ? list : null
}

interface Place {
  readonly id: string
  readonly start: number
  readonly end: number
  /** Columns before its text. */
  readonly indent: number
}

function placeOf(item: YAMLMap, document: string): Place | null {
  const id: unknown = item.get("id")
  const { range } = item
  if (typeof id !== "string" || range === null || range === undefined) return null
  const [start, end] = range
  const text = document.slice(start, end).trimEnd()
  return { id, start, end: start + text.length, indent: start - document.lastIndexOf("\n", start - 1) - 1 }
}

function lineEnd(document: string, from: number): number {
  const end = document.indexOf("\n", from)
  return end === -1 ? document.length : end
}
/** A comment behind it. */
function restOfLine(document: string, from: number): string {
  return document.slice(from, lineEnd(document, from))
}
function indented(text: string, by: number): string {
  return text.trimEnd().replace(/\n(?!\n)/g, `\n${" ".repeat(by)}`)
}
function outdented(text: string, by: number): string {
  return text.replaceAll(`\n${" ".repeat(by)}`, "\n")
}
