/** The simple markup of notices → plain text and HTML. What fills a placeholder is data: it can neither add lines nor marks. Pure. */
import type { Markup } from "../mail/notice.ts"
import { isolated } from "../mail/visible.ts"

/** By placeholder; a list stands for several recipients or files. Absent or empty: the paragraph that names it is left out. */
export type Filled = Readonly<Record<string, string | readonly string[]>>

interface Block {
  readonly kind: "paragraph" | "numbers" | "bullets"
  readonly lines: readonly string[]
}

/** Values a sentence or a list of items names; the rest is counted. */
const MOST_NAMED = 10
/** Characters of one value: longer ones are somebody's joke. */
const LONGEST = 300

export function plainText(markup: Markup, filled: Filled): string {
  return blocks(markup, filled)
    .map(({ kind, lines }) => {
      const said = lines.map((text) => fill(text.replaceAll("**", ""), filled, (value) => value))
      return kind === "paragraph"
        ? said.join("")
        : said.map((text, index) => `${kind === "bullets" ? "-" : `${index + 1}.`} ${text}`).join("\n")
    })
    .join("\n\n")
}

export function html(markup: Markup, filled: Filled): string {
  return blocks(markup, filled)
    .map(({ kind, lines }) => {
      const said = lines.map((text) => fill(strong(escape(text)), filled, linked))
      if (kind === "paragraph") return `<p style="margin:0 0 1em">${said.join("")}</p>`
      const tag = kind === "bullets" ? "ul" : "ol"
      const items = said.map((text) => `<li style="margin:0 0 .4em">${text}</li>`).join("\n")
      return `<${tag} style="margin:0 0 1em;padding-left:1.5em">\n${items}\n</${tag}>`
    })
    .join("\n")
}

/** One line, such as a subject. */
export function line(markup: Markup, filled: Filled): string {
  return fill(markup, filled, (value) => value)
}

function blocks(markup: Markup, filled: Filled): readonly Block[] {
  return markup
    .trim()
    .split(/\n\s*\n/)
    .flatMap((block): Block[] => {
      const kind = block.startsWith("- ") ? "bullets" : /^\d+\. /.test(block) ? "numbers" : "paragraph"
      const said = (kind === "paragraph" ? [block] : block.split(ITEM[kind]))
        .map((text) => text.replace(/\s+/g, " ").trim())
        // A sentence with a hole is worse than none.
        .filter((text) => text !== "" && named(text).every((name) => valuesOf(name, filled).length > 0))
      const lines = kind === "paragraph" ? said : said.flatMap((text) => repeated(text, filled))
      return lines.length === 0 ? [] : [{ kind, lines }]
    })
}

/** Where an item begins; lines without its mark go on with the item before. */
const ITEM = { bullets: /^- /m, numbers: /^\d+\. /m } as const

function named(row: string): readonly string[] {
  return [...row.matchAll(/\{\{(\w+)\}\}/g)].map(([, name = ""]) => name)
}

function valuesOf(name: string, filled: Filled): readonly string[] {
  const value = filled[name] ?? []
  return (typeof value === "string" ? [value] : value).filter((one) => one !== "")
}

/** An item is said once for each value of the lists it names, which have the same length. */
function repeated(row: string, filled: Filled): readonly string[] {
  const lists = named(row).filter((name) => Array.isArray(filled[name]))
  const count = Math.max(0, ...lists.map((name) => valuesOf(name, filled).length))
  if (count <= 1) return [row]
  const rows = Array.from({ length: Math.min(count, MOST_NAMED) }, (_, index) =>
    lists.reduce((said, name) => said.replaceAll(`{{${name}}}`, `{{${name}:${index}}}`), row),
  )
  return count > MOST_NAMED ? [...rows, `… (+${count - MOST_NAMED})`] : rows
}

function fill(row: string, filled: Filled, shown: (value: string) => string): string {
  return row.replace(/\{\{(\w+)(?::(\d+))?\}\}/g, (_, name: string, index: string | undefined) => {
    const all = valuesOf(name, filled)
    const chosen = index === undefined ? all.slice(0, MOST_NAMED) : all.slice(Number(index), Number(index) + 1)
    const rest = index === undefined && all.length > MOST_NAMED ? ` … (+${all.length - MOST_NAMED})` : ""
    return `${chosen.map((value) => shown(isolated(quotable(value)))).join(", ")}${rest}`
  })
}

function strong(escaped: string): string {
  return escaped.replace(/\*\*(.+?)\*\*/g, "<strong>$1</strong>")
}

/** Only addresses of our own pages are links; strangers' words never hold one, see `harmless`. */
function linked(value: string): string {
  const safe = escape(value)
  return /^https?:\/\/[^\s"'<>]+$/.test(value) ? `<a href="${safe}">${safe}</a>` : safe
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}

/** One bounded line without controls, direction marks or invisible characters. */
export function quotable(text: string): string {
  const clean = text
    .toWellFormed()
    .replace(/[\p{Cc}\p{Cf}\p{Co}\p{Cn}\s]+/gu, " ")
    .trim()
  const characters = Array.from(clean)
  return characters.length > LONGEST ? `${characters.slice(0, LONGEST).join("")}…` : clean
}

/** Words of people we do not know, which no mail program shall turn into a link that looks like ours. */
export function harmless(text: string): string {
  return quotable(text)
    .replace(/:\/\//g, ": //")
    .replace(/\bwww\./gi, "www .")
}
