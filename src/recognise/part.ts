/** One text of a message, read once for all rules: its subject, its body, or what a file says. */
import type { Extract, Shown } from "../mail/text.ts"
import type { Issuers } from "./issuers.ts"
import { type Topics, topicsOf } from "./lexicon.ts"
import { type Line, linesOf, plain, type Readings, readings } from "./readings.ts"
import { type Place, stampable } from "./stamps.ts"
import { citedSymbols, ownSymbols, type DocumentSymbol } from "./symbols.ts"

export interface DocumentPart extends Readings {
  /** "subject", "body", or the path of an attachment. */
  readonly at: string
  /** Every name the file has for somebody; none for text of the message itself. */
  readonly names: readonly string[]
  /** Headers, footers, text boxes, comments. */
  readonly margins: readonly Line[]
  /** Where a stamp may stand. */
  readonly places: readonly Place[]
  /** The symbol the document gives itself, and the line where it stands. */
  readonly own: { readonly symbol: DocumentSymbol; readonly line: number } | null
  /** Documents it names, its own among them. */
  readonly cited: readonly DocumentSymbol[]
  /** The line that names the addressee; the number of lines when none does. */
  readonly addressed: number
  /** What its file tells of itself besides. */
  readonly shows: readonly Shown["feature"][]
  /** What the words are about, body and margins. */
  readonly topics: Topics
}

/** Lines of a letterhead, from number to addressee. */
export const HEAD = 25
/** Longer lines are sentences. */
const LONGEST_LINE = 200

export function documentPart(
  at: string,
  { text, shows = [] }: Extract,
  issuers: Issuers,
  names: readonly string[] = [],
): DocumentPart {
  const read = readings(plain(text.body))
  const margins = text.margins === "" ? [] : linesOf(plain(text.margins))
  const words = margins.length === 0 ? read.words : `${margins.map((line) => line.words).join(" ")} ${read.words}`
  const addressee = read.lines.findIndex(isAddressee)
  const own = ownSymbol(read.lines, issuers)
  return {
    at,
    names,
    ...read,
    words,
    margins,
    places: stampable(margins, read.lines, own?.line ?? 0),
    own,
    cited: citedSymbols(read.plain, issuers),
    addressed: addressee === -1 ? read.lines.length : addressee,
    shows: shows.map(({ feature }) => feature),
    topics: topicsOf(words),
  }
}

function isAddressee({ compact }: Line): boolean {
  if (!compact.startsWith("kinh")) return false
  return compact.startsWith("kinhgui") || compact.startsWith("kinhtrinh") || compact.startsWith("kinhmoi")
}

/** Anywhere in the head, and further down where the line begins with it: a letter below other words, as forwarded mail has it. */
function ownSymbol(lines: readonly Line[], issuers: Issuers): DocumentPart["own"] {
  for (const [index, { text, compact }] of lines.entries()) {
    if (text.length > LONGEST_LINE || !text.includes("/")) continue
    if (index >= HEAD && !/^s[o06]/.test(compact)) continue
    const [symbol] = ownSymbols(text, issuers)
    if (symbol !== undefined) return { symbol, line: index }
  }
  return null
}
