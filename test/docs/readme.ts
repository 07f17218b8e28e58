/** The fenced blocks of README.md, so that tests run what people copy. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"

export const README = readFileSync(resolve(import.meta.dirname, "../../README.md"), "utf8")

export interface Block {
  readonly language: string
  /** Without the indentation of its fence. */
  readonly text: string
}

export const blocks: readonly Block[] = [...README.matchAll(/^( *)```(\w*)\n([^]*?)^ *```$/gm)].map(
  ([, indent = "", language = "", text = ""]) => ({
    language,
    text: text.replaceAll(new RegExp(`^${indent}`, "gm"), ""),
  }),
)

/** The one block that opens with the comment. */
export function block(title: string): string {
  const [found, ...more] = blocks.filter(({ text }) => text.startsWith(`# ${title}\n`))
  assert.ok(found !== undefined && more.length === 0, `README.md has one block "# ${title}"`)
  return found.text
}

/** The same text with other addresses; each of them must be there. */
export function remapped(text: string, places: Readonly<Record<string, string>>): string {
  return Object.entries(places).reduce((mapped, [from, to]) => {
    assert.ok(text.includes(from), `${from} in ${text}`)
    return mapped.replaceAll(from, to)
  }, text)
}
