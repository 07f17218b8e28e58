/** Delimiter lines as one mail program or another finds them: declared in any way, cut short, or never declared at all. RFC 2046 §5.1. */
import { extended, parameters, plain } from "./parameters.ts"
import { decodeWords, trimWhite } from "./words.ts"

/** Delimiters are tried alone, since with another one the parts are others. */
const MOST = 8
/** A line behind a delimiter that begins a part. */
const PART_BEGIN = /^\s*[^\s:]{0,40}content-[a-z-]+/i
const LONGEST = 300
/** Pieces of one split; as many, and there may be more. */
export const MOST_SECTIONS = 1_001
/** Characters of a Content-Type that are searched for boundaries in every way. */
const LONGEST_TYPE = 2_000

/** What stands behind `--` (latin1), each with the lines at which a reader of it splits; none when nothing is split. */
export function delimitersOf(body: Buffer, types: readonly string[]): readonly (readonly string[])[] {
  if (!body.includes("--")) return []
  const text = body.toString("latin1")
  const lines = dashedLines(text)
  if (lines.length === 0) return []
  const declared = types.flatMap(declaredIn).filter((one) => lines.some(({ word }) => word.startsWith(one)))
  const sniffed = lines.filter(({ opens }) => opens).map(({ word }) => word)
  const all = [...new Set([...declared, ...sniffed])].slice(0, MOST)
  if (all.length === 0) return []
  return all.length === 1 ? [all] : [all, ...all.map((one) => [one])]
}

interface Dashed {
  /** Without the two dashes, and without white space at the end. */
  readonly word: string
  readonly opens: boolean
}

function dashedLines(text: string): readonly Dashed[] {
  const found: Dashed[] = []
  for (const { index, 0: line } of text.matchAll(/^--[^\r\n]*/gm)) {
    if (line.length > LONGEST || found.length > 2_000) continue
    const after = text.slice(index + line.length, index + line.length + 400)
    found.push({ word: line.slice(2).trimEnd(), opens: PART_BEGIN.test(after.replace(/^\r?\n/, "")) })
  }
  return found
}

/** Every value that some reader takes for the boundary of this Content-Type. */
function declaredIn(written: string): readonly string[] {
  const type = written.slice(0, LONGEST_TYPE)
  const lists = [parameters(type, "respected").list, parameters(type, "ignored").list]
  const read = lists.flatMap((list) => [...plain(list, "boundary"), ...extended(list, "boundary")])
  const raw = [...type.matchAll(/b\\?o\\?u\\?n\\?d[^=]{0,40}=\s*([^;]*)/gi)].map((match) => trimWhite(match[1] ?? ""))
  const forms = [...read, ...raw, ...raw.map((one) => one.replace(/^['"]+/, ""))].flatMap((one) => [
    one,
    one.replaceAll("\\", ""),
    one.replaceAll('"', ""),
    one.replace(/["'(\s;,].*$/s, ""),
    one.replace(/\([^)]*\)/g, ""),
    decodeWords(one.replaceAll('"', "")),
  ])
  return [...new Set(forms.map(trimWhite))].filter((one) => one.length > 0 && one.length <= LONGEST)
}

/** Octets between the delimiter lines, the first and the last piece too. A line that only begins as a delimiter ends a piece as well. */
export function sectionsOf(body: Buffer, delimiters: readonly string[]): readonly Buffer[] {
  const text = body.toString("latin1")
  const sections: Buffer[] = []
  let from = 0
  for (const { index, 0: line } of text.matchAll(/^--[^\r\n]*(?:\r?\n|$)/gm)) {
    if (!delimiters.some((one) => isDelimiter(line.slice(2, LONGEST).trimEnd(), one))) continue
    if (sections.length >= MOST_SECTIONS) return sections
    sections.push(body.subarray(from, Math.max(from, endOf(text, index))))
    from = index + line.length
  }
  sections.push(body.subarray(from))
  return sections
}

/** The line end before a delimiter belongs to it. */
function endOf(text: string, delimiter: number): number {
  if (text[delimiter - 1] !== "\n") return delimiter
  return text[delimiter - 2] === "\r" ? delimiter - 2 : delimiter - 1
}

function isDelimiter(word: string, delimiter: string): boolean {
  const closed = word.replace(/--$/, "")
  return word.startsWith(delimiter) || (closed.length >= 3 && delimiter.startsWith(closed))
}
