/** One text of a message, read once for all rules: its subject, its body, or what a file says. */
import type { Path } from "../mail/message.ts"
import { linesOf, type Readings, readings } from "./readings.ts"
import { ownSymbols, type Symbol } from "./symbols.ts"

/** What was read where. `margins`: headers, footers, text boxes and comments, where stamps stand. */
export interface Text {
  readonly body: string
  readonly margins: string
}

export interface DocumentPart extends Readings {
  /** "subject", "body", or the path of an attachment. */
  readonly at: "subject" | "body" | Path
  readonly name: string
  readonly lines: readonly string[]
  readonly margins: readonly string[]
  /** The symbol the document gives itself, and the line where it stands. */
  readonly own: { readonly symbol: Symbol; readonly line: number } | null
}

/** Lines of a letterhead, from number to addressee. */
export const HEAD = 25

export function documentPart(at: string, text: Text, name = ""): DocumentPart {
  const read = readings(`${text.margins}\n${text.body}`)
  const margins = linesOf(readings(text.margins).plain)
  const lines = linesOf(readings(text.body).plain)
  return { at, name, lines, margins, own: ownSymbol(lines), ...read }
}

/** Anywhere in the head, and further down where the line says nothing else: a letter below other words, as forwarded mail has it. */
function ownSymbol(lines: readonly string[]): DocumentPart["own"] {
  for (const [index, line] of lines.entries()) {
    if (line.length > 200 || (index >= HEAD && !/^(?:Số|SỐ|So|SO)\b/u.test(line))) continue
    const [symbol] = ownSymbols(line)
    if (symbol !== undefined) return { symbol, line: index }
  }
  return null
}
