/** Field codes and cell formulas that make Office start a program: Dynamic Data Exchange, however it is spelled. */
import { type Trait, named } from "./trait.ts"

/** Marks of a field in the text of Word: begin, separator, end. [MS-DOC] 2.8.25. */
export const BEGIN = "\x13"
export const SEPARATE = "\x14"
export const END = "\x15"

/** Characters of one instruction that are kept; a command line is shorter. */
const LONGEST = 4_000
const DEEPEST = 40

interface Open {
  instruction: string
  result: string
  separated: boolean
}

/** DDE, and content fetched from elsewhere, among the fields of a text in which they are marked. A nested field counts as what it shows: words may be put together from pieces. */
export function judgeFields(text: string): readonly Trait[] {
  const found: string[] = []
  const stack: Open[] = []
  const pattern = new RegExp(`[${BEGIN}${SEPARATE}${END}]`, "g")
  let from = text.indexOf(BEGIN)
  if (from < 0) return []
  for (pattern.lastIndex = from; ; ) {
    const mark = pattern.exec(text)
    const top = stack.at(-1)
    if (top !== undefined) add(top, text.slice(from, Math.min(mark?.index ?? text.length, from + LONGEST)))
    if (mark === null) break
    from = mark.index + 1
    if (mark[0] === BEGIN && stack.length < DEEPEST) stack.push({ instruction: "", result: "", separated: false })
    else if (mark[0] === SEPARATE && top !== undefined) top.separated = true
    else if (mark[0] === END && top !== undefined) close(stack, found)
  }
  while (stack.length > 0) close(stack, found)
  const fetched = Object.groupBy(
    found.filter((one) => !isDde(one)),
    (one) => (/^INCLUDEPICTURE/i.test(one) ? "picture" : "text"),
  )
  return [
    ...named("active-content", "dde", found.filter(isDde)),
    ...named("external-reference", "external-image", fetched.picture ?? []),
    ...named("external-reference", "external-document", fetched.text ?? []),
  ]
}

function isDde(instruction: string): boolean {
  return /^DDE/i.test(instruction)
}

/** DDE, whatever it starts; fields that fetch, when what they fetch is on another computer. */
const TELLING =
  /^[\s"]*((?:DDE(?:AUTO)?\b|(?:INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK)\b[^\n]{0,200}?(?:https?:|ftp:|mhtml:|file:\/{2,4}[\w.-]+\.|\\{2,4}[\w.-]+\\))[^]*)$/i

function add(open: Open, text: string): void {
  if (open.separated) open.result = (open.result + text).slice(0, LONGEST)
  else open.instruction = (open.instruction + text).slice(0, LONGEST)
}

function close(stack: Open[], found: string[]): void {
  const field = stack.pop()
  if (field === undefined) return
  const told = TELLING.exec(field.instruction)?.[1]
  if (told !== undefined) found.push(told)
  const outer = stack.at(-1)
  if (outer !== undefined) add(outer, shown(field))
}

/** What Word puts in a nested field's place: QUOTE takes numbers for characters. ECMA-376 part 1, 17.16.5.49. */
function shown({ instruction, result }: Open): string {
  const quote = /^\s*QUOTE\s+([^]*)$/i.exec(instruction)?.[1]
  if (quote === undefined) return result
  return quote.replace(
    /(?:0x([0-9a-f]{1,4})|\b(\d{1,5}))\b\s*/gi,
    (_, hex: string | undefined, decimal: string | undefined) =>
      String.fromCharCode(hex === undefined ? Number(decimal) : Number.parseInt(hex, 16)),
  )
}

/** A program, a topic and an item: `=cmd|'/c calc'!A0`. Excel starts the program. */
const FORMULA =
  /^[\s"']*[=+\-@][=+\-@\s"'(]*((?=[^|\n]{0,200}[A-Za-z])(?:\w[\w .$()*+&:\\/"-]{0,200}?)\|\s*["']?[^|\n]{1,400}?["']?\s*![^\n]{0,40})/

/** DDE in what Excel reads as cells: one a line or between separators. */
export function judgeCells(text: string): readonly Trait[] {
  if (!text.includes("|")) return []
  const found: string[] = []
  for (const line of text.split(/\r\n|\r|\n/)) {
    if (!line.includes("|") || !line.includes("!")) continue
    // Every separator may begin a cell: which one it is, the reader's country decides.
    for (const start of line.slice(0, LONGEST).matchAll(/(?:^|[,;\t])(?=[\s"']*[=+\-@])/g)) {
      const formula = FORMULA.exec(line.slice(start.index + start[0].length))?.[1]
      if (formula !== undefined) found.push(formula)
    }
  }
  return named("active-content", "dde", found)
}
