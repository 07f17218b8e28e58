/** Values set anew in a YAML text; every other octet, comments above all, stays as it is. Pure. */
import { isCollection, isMap, type Node, parseDocument, stringify } from "yaml"

export interface Change {
  readonly path: readonly [string, ...string[]]
  readonly value: unknown
}

/** The text must be sound YAML. A value that is not there yet goes at the end of its section, or of the file. */
export function edit(text: string, changes: readonly Change[]): string {
  return changes.reduce(setOne, text)
}

function setOne(text: string, { path, value }: Change): string {
  const document = parseDocument(text)
  const node = document.getIn(path, true) as Node | undefined
  if (node?.range) {
    const [start, end] = node.range
    const isBlock = isCollection(node) && node.flow !== true
    const written = isBlock && Array.isArray(value) ? items(value, column(text, start)) : flow(value)
    const close = isBlock && !Array.isArray(value) ? "\n" : ""
    const open = start === end ? " " : ""
    return `${text.slice(0, start)}${open}${written}${close}${text.slice(end)}`
  }
  const [last = "", ...above] = path.toReversed()
  const parent = above.length === 0 ? document.contents : document.getIn(above.toReversed(), true)
  if (isMap(parent) && parent.range) {
    const [start] = parent.range
    if (parent.flow === true) {
      const joined = { ...(parent.toJS(document) as Record<string, unknown>), [last]: value }
      return above.length === 0 ? `${flow(joined)}\n` : setOne(text, { path: lead(path), value: joined })
    }
    const indent = " ".repeat(column(text, start))
    if (above.length > 0) return `${text.slice(0, start)}${last}: ${flow(value)}\n${indent}${text.slice(start)}`
  }
  if (above.length > 0) return setOne(text, { path: lead(path), value: { [last]: value } })
  return `${text}${text === "" || text.endsWith("\n") ? "" : "\n"}${last}: ${flow(value)}\n`
}

function lead(path: Change["path"]): Change["path"] {
  const [first, ...rest] = path
  return [first, ...rest.slice(0, -1)]
}

function column(text: string, at: number): number {
  return at - (text.lastIndexOf("\n", at - 1) + 1)
}

function items(values: readonly unknown[], indent: number): string {
  const lines = values.map((value, index) => `${index === 0 ? "" : " ".repeat(indent)}- ${flow(value)}\n`)
  return lines.length === 0 ? "[]\n" : lines.join("")
}

function flow(value: unknown): string {
  return stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: true }).trimEnd()
}
