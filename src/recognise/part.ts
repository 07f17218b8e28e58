/** One text of a message, read once for all rules: its subject, its body, or what a file says. */
import { linesOf, plain, type Readings, readings } from "./readings.ts"
import type { Text } from "../mail/text.ts"
import { ownSymbols, type DocumentSymbol } from "./symbols.ts"

export interface DocumentPart extends Readings {
  /** "subject", "body", or the path of an attachment. */
  readonly at: string
  /** Every name the file has for somebody; none for text of the message itself. */
  readonly names: readonly string[]
  readonly lines: readonly string[]
  readonly margins: readonly string[]
  /** The symbol the document gives itself, and the line where it stands. */
  readonly own: { readonly symbol: DocumentSymbol; readonly line: number } | null
}

/** Lines of a letterhead, from number to addressee. */
export const HEAD = 25

export function documentPart(at: string, text: Text, names: readonly string[] = []): DocumentPart {
  const body = plain(text.body)
  const around = plain(text.margins)
  const lines = linesOf(body)
  const read = readings(around === "" ? body : `${around}\n${body}`)
  return { at, names, lines, margins: linesOf(around), own: ownSymbol(lines), ...read }
}

/** Anywhere in the head, and further down where the line says nothing else: a letter below other words, as forwarded mail has it. */
function ownSymbol(lines: readonly string[]): DocumentPart["own"] {
  for (const [index, line] of lines.entries()) {
    if (line.length > 200 || (index >= HEAD && !/^(?:Số|SỐ|So|SO)(?!\p{L})/u.test(line))) continue
    const [symbol] = ownSymbols(line)
    if (symbol !== undefined) return { symbol, line: index }
  }
  return null
}
