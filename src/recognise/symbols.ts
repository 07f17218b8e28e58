/** Number and symbol of documents, `1622/UBND-THCB`: their own and those they cite. Decree 30/2020, Appendix I and III. */
import type { Issuers } from "./issuers.ts"
import { compact, wordsOf } from "./readings.ts"

export interface DocumentSymbol {
  readonly text: string
  /** Normative documents carry their year; they are public law. */
  readonly year: boolean
  readonly numbered: boolean
  readonly party: boolean
  /** The code of the body that issues it, null when nobody knows it. */
  readonly issuer: string | null
}

const SEGMENT = "\\p{Lu}[\\p{L}&]{0,14}\\d{0,2}"
const END = "(?![\\p{L}\\d])"
/** Blanks are bounded everywhere: a row of them must not be tried in every division. */
const AFTER_SLASH = new RegExp(
  ` {0,3}(?:((?:19|20)\\d{2}) {0,3}[/-] {0,3})?(${SEGMENT}(?: ?[-/] ?${SEGMENT}){0,4})${END}`,
  "uy",
)
/** `Số:`, as it is written, torn, or misread; small only in the title of a judgment. */
const LABEL = "(?<!\\p{L})(?:S|(?<=(?:B|b)ản án )s) ?[ốỐôÔoOóÓồộ06]{1,2} {0,3}[:.;,]? {0,9}"
/** Before the slash: a label or no word, the number with the letters that recognition puts for digits, or a draft's blanks; the Party's type. */
const BEFORE_SLASH = new RegExp(
  `(?:(${LABEL})|(?<![\\p{L}\\d/.,-]))(\\d{1,5}[a-zA-Z]?|[lI]\\d{1,4}|[.…_ ]{0,40})(?: {0,2}- {0,2}(\\p{Lu}\\p{L}{0,5}))? {0,3}$`,
  "u",
)
const TYPES = new Set(
  (
    "nq qd ct qc qyd tc tb hd ctr kh pa da bc bb ttr cd bgn btt guq gm ggt gnp pg pc pb sy trs sl cv kl tt nd ttlt gp tbkl " +
    "cthd ptr xn lct qdtt yc dx"
  ).split(" "),
)
/** First groups of what is published as law when a year stands before them. */
const LAW = /^(?:nd|tt|ttlt|nq|qd|ct|pl|l|lct|sl)$/
const LAWMAKER = /^(?:qh\d{0,2}|ubtvqh\d{0,2}|cp|ttg|b[a-z]{1,9}|hdnd|ubnd|nhnn|tandtc|vksndtc|ttcp|ktnn)$/
/** Courts number by kind of case and instance: `41/2026/DS-ST`, `118/2026/QĐST-HNGĐ`. */
const CASE = /^(?:hs|ds|hc|ld|kdtm|hngd)(?:st|pt|gdt|tt)$|^(?:qdst|qdpt)(?:hs|ds|hc|ld|kdtm|hngd)$/
const COURT = "ta"
const PARTY_BODY =
  /^(?:tw|vptw|tu|vptu|btctu|btg(?:dv)?tu|bnctu|bdvtu|ubkttu|hu|thu|qu|du|duk|vpdu|cb|bcsd|dd|btg|btc|ubkt|tdtn)$/
/** Symbols a line gives itself: after `Số:` at its beginning, beside the other column of a head, or as all it says. */
export function ownSymbols(line: string, issuers: Issuers): readonly DocumentSymbol[] {
  if (!line.includes("/")) return []
  return found(line, issuers).flatMap(({ symbol, label, before }) => {
    const alone = before === "" && symbol.numbered && symbol.text.length >= line.length - 3
    const headed = label && isHead(before) && (line.length <= LONGEST_TITLE || !before.endsWith("án"))
    return headed || alone ? [symbol] : []
  })
}

/** `Bản án số: 41/2026/DS-ST ngày 22-9-2026`; what is longer speaks of a judgment. */
const LONGEST_TITLE = 60

/** What may stand before a letter's own number in a line: the other column of its head, never a sentence. */
function isHead(before: string): boolean {
  if (!/\p{Ll}/u.test(before)) return true
  return OTHER_COLUMN.test(wordsOf(before))
}
const OTHER_COLUMN =
  /^(?:.{0,60} )?(?:doc lap tu do hanh phuc|nam (?:19|20)?\d{0,2})$|^(?:luat|lenh|nghi quyet|ban an|quyet dinh|cong van)$/

/** Every document a text names, each once. */
export function citedSymbols(text: string, issuers: Issuers): readonly DocumentSymbol[] {
  if (!text.includes("/")) return []
  const all = found(text, issuers).filter(({ symbol, typed }) => symbol.numbered && (symbol.issuer !== null || typed))
  return [...new Map(all.map(({ symbol }) => [symbol.text, symbol])).values()]
}

interface Found {
  readonly symbol: DocumentSymbol
  readonly label: boolean
  /** Of its line, before number and label. */
  readonly before: string
  /** Its first group is a type of document. */
  readonly typed: boolean
}

/** Slashes of one text that are looked at, and documents it names; more are a list of them. */
const MOST_SLASHES = 3_000
const MOST_SYMBOLS = 200
/** A number that stands further left belongs to other words. */
const LOOK_BACK = 60

function found(text: string, issuers: Issuers): readonly Found[] {
  const all: Found[] = []
  let slash = text.indexOf("/")
  for (let left = MOST_SLASHES; slash !== -1 && left > 0 && all.length < MOST_SYMBOLS; left--) {
    const one = around(text, slash, issuers)
    if (one !== null) all.push(one)
    slash = text.indexOf("/", slash + 1)
  }
  return all
}

function around(text: string, slash: number, issuers: Issuers): Found | null {
  AFTER_SLASH.lastIndex = slash + 1
  const [right, year, written = ""] = AFTER_SLASH.exec(text) ?? []
  // A date, a share, a house in a lane.
  if (right === undefined || (written.match(/\p{Lu}/gu)?.length ?? 0) < 2) return null
  const far = text.slice(Math.max(0, slash - LOOK_BACK), slash)
  const left = far.slice(far.lastIndexOf("\n") + 1)
  const [whole, label, number = "", type] = BEFORE_SLASH.exec(left) ?? []
  if (whole === undefined) return null
  const numbered = /\d/.test(number)
  const party = type !== undefined && TYPES.has(compact(type))
  if ((!numbered && label === undefined) || (type !== undefined && !party)) return null
  const segments = written.split(/[-/]/).map(compact)
  return {
    symbol: {
      text: `${number.trim()}${party ? `-${type}` : ""}/${right.replaceAll(" ", "")}`,
      year: isLaw(year, segments),
      numbered,
      party,
      issuer: party && PARTY_BODY.test(segments[0] ?? "") ? (segments[0] ?? null) : issuerOf(segments, issuers),
    },
    label: label !== undefined,
    before: left.slice(0, left.length - whole.length).trim(),
    typed: party || TYPES.has(segments[0] ?? ""),
  }
}

/** A year makes a law of what ministries, councils and committees issue; courts number by it too. */
function isLaw(year: string | undefined, segments: readonly string[]): boolean {
  if (year === undefined) return false
  const [first = ""] = segments
  return LAWMAKER.test(first) || (LAW.test(first) && LAWMAKER.test(segments.at(-1) ?? ""))
}

/** The first group names the type of a document, or its issuer when it is a letter. */
function issuerOf([first = "", ...others]: readonly string[], issuers: Issuers): string | null {
  if (CASE.test(`${first}${others[0] ?? ""}`)) return COURT
  return others.find((code) => issuers.knowsCode(code)) ?? (issuers.knowsCode(first) ? first : null)
}
