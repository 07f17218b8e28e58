/** Number and symbol of documents, `1622/UBND-THCB`: their own and those they cite. Decree 30/2020, Appendix I and III. */
import { fold } from "./readings.ts"
import { ISSUER_CODES, ISSUER_SHAPE } from "./issuers.ts"

export interface DocumentSymbol {
  readonly text: string
  /** Normative documents carry their year; they are public law. */
  readonly year: boolean
  readonly numbered: boolean
  readonly party: boolean
  /** The code of the body that issues it, null when nobody knows it. */
  readonly issuer: string | null
}

const TYPES =
  "NQ|QĐ|CT|QC|QyĐ|TC|TB|HD|CTr|KH|PA|ĐA|DA|BC|BB|TTr|HĐ|CĐ|BGN|BTT|GUQ|GM|GGT|GNP|PG|PC|PB|SY|TrS|SL|CV|KL|TT|NĐ|TTLT|GP|TBKL|CTHĐ"
const PARTY_TYPES = "NQ|CT|KL|QĐ|QC|TB|BC|KH|HD|CTr|TTr|CV|TT|CĐ|ĐA|PA|TC|BB|GM|GGT|QyĐ"
const PARTY_BODIES = "TW|VPTW|TU|VPTU|BTCTU|BTG(?:DV)?TU|BNCTU|BDVTU|UBKTTU|HU|ThU|QU|ĐU|ĐUK|VPĐU|CB|BCSĐ"
const CITED_BODIES =
  "UBND|HĐND|VPUBND|VPCP|VPQH|TTg|TU|S\\p{Lu}{1,7}(?:&\\p{Lu}{1,7})?|B\\p{Lu}{1,8}|C\\p{Lu}{1,7}|TTPVHCC|MTTQ"
const SEGMENT = "\\p{Lu}[\\p{L}&]{0,14}\\d{0,2}"
const YEAR = "(?:19|20)\\d{2}"
const END = "(?![\\p{L}\\d])"

/** Blanks are bounded everywhere: a row of them must not be tried in every division. */
const OWN = new RegExp(
  `(?<!\\p{L})(?:Số|SỐ|So|SO) {0,9}[:.]? {0,9}(\\d{1,5}[a-zA-Z]?|[.…_ ]{0,30}) {0,3}/ {0,3}(?:(${YEAR}) {0,3}/ {0,3})?(${SEGMENT}(?: ?- ?${SEGMENT}){0,4})${END}`,
  "gu",
)
const PARTY = new RegExp(`(?<![\\p{L}\\d/])\\d{1,5} ?- ?(?:${PARTY_TYPES})/(${PARTY_BODIES})${END}`, "gu")
const TYPED = new RegExp(
  `(?<![\\p{L}\\d/])\\d{1,5}[a-z]?/(?:(${YEAR})/)?((?:${TYPES})-${SEGMENT}(?:-${SEGMENT}){0,3})${END}`,
  "gu",
)
const LETTER = new RegExp(`(?<![\\p{L}\\d/])\\d{1,5}/((?:${CITED_BODIES})-${SEGMENT}(?:-${SEGMENT}){0,2})${END}`, "gu")
const LAW = new RegExp(`(?<![\\p{L}\\d/])\\d{1,4}/${YEAR}/(?:QH\\d{1,2}|PL-UBTVQH\\d{1,2})${END}`, "gu")

/** Symbols a line gives itself. */
export function ownSymbols(line: string): readonly DocumentSymbol[] {
  if (!line.includes("/")) return []
  const own = [...line.matchAll(OWN)].map(([text, number = "", year, segments = ""]) => ({
    text: text.trim(),
    year: year !== undefined,
    numbered: /\d/.test(number),
    party: false,
    issuer: issuerOf(segments.split("-")),
  }))
  return [...own, ...partySymbols(line)]
}

function partySymbols(text: string): readonly DocumentSymbol[] {
  return [...text.matchAll(PARTY)].map(([found, body = ""]) => ({
    text: found,
    year: false,
    numbered: true,
    party: true,
    issuer: body,
  }))
}

/** Every document a text names, each once. */
export function citedSymbols(text: string): readonly DocumentSymbol[] {
  if (!text.includes("/")) return []
  const typed = [...text.matchAll(TYPED)].map(([found, year, segments = ""]) => ({ found, year, segments }))
  const letters = [...text.matchAll(LETTER)].map(([found, segments = ""]) => ({ found, year: undefined, segments }))
  const laws = [...text.matchAll(LAW)].map(([found]) => ({ found, year: found, segments: "QH" }))
  const all = [...typed, ...letters, ...laws].map(({ found, year, segments }) => ({
    text: found,
    year: year !== undefined,
    numbered: true,
    party: false,
    issuer: issuerOf(segments.split("-")),
  }))
  return [...new Map([...all, ...partySymbols(text)].map((one) => [one.text, one])).values()]
}

/** The first group names the type of a document, or its issuer when it is a letter. */
function issuerOf(segments: readonly string[]): string | null {
  const codes = segments.map((segment) => fold(segment.trim()).toUpperCase().replace(/[&\d]/g, ""))
  return codes.find((code) => ISSUER_CODES.has(code) || ISSUER_SHAPE.test(code)) ?? null
}
