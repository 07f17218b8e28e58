/** What only looks official: petitions, contracts, company letters, news, templates, papers of a person, private letters. */
import { type Sign, sign } from "./features.ts"
import type { Issuers } from "./issuers.ts"
import { topicsOf } from "./lexicon.ts"
import type { DocumentPart } from "./part.ts"
import type { Line } from "./readings.ts"
import { unitsOf } from "./units.ts"

/** Lines before the addressee: where an issuer stands. */
const LETTERHEAD = 12
/** Lines in which a title stands. */
const TITLES = 30
const PERSONAL_PAPER =
  /^(?:so yeu ly lich|ly lich tu thuat|curriculum vitae|(?:trich luc |ban sao |cap lai )?(?:giay )?khai sinh|trich luc|giay chung nhan (?:ket hon|dang ky xe|quyen su dung dat)|giay (?:dang ky|chung nhan dang ky) ket hon|giay xac nhan|xac nhan (?:thong tin|tinh trang)|giay chung tu|can cuoc(?: cong dan)?|bang (?:tot nghiep|cu nhan|ky su|thac si|khen)|so ho khau|ho chieu|di chuc|giay (?:uy quyen|vay tien|vay no|cam ket|ban xe|muon tien|bien nhan|kham suc khoe|phep lai xe)|to khai|phieu (?:ly lich tu phap|dang ky|kham benh)|ban (?:cam ket|cam doan)|giay ra vien|don thuoc|bang diem|hoc ba)\b/
const PETITION =
  /^(?:don(?! vi| gia| hang| thuoc| doc| giao| nhan| dat| bien phong| cong an)|ban (?:tuong trinh|tu khai|khai)|thu ngo|to trinh cua cong dan|thu kien nghi|thu khieu nai)\b/
const CONTRACT =
  /^(?:hop dong(?! nhan dan| gpmb| tham dinh| thi dua| truong| bau cu| tuyen)|phu luc hop dong|bien ban thanh ly|giay (?:mua ban|dat coc|chuyen nhuong)|thoa thuan)\b/
const HOMEWORK =
  /^(?:bai (?:tap|lam|kiem tra|thuc hanh)|de bai|sinh vien|hoc vien|ho ten sinh vien|mau(?: so)? \d|mau cong van|vi du)\b/
const PLACEHOLDER =
  /[.…_]{4,60}|\[[\p{L} ,/]{3,60}\]|<[\p{L} ,/]{3,60}>|\{\{[^{}]{1,40}\}\}|Nguyễn Văn [A-C](?!\p{L})|(?:ông|bà|xã|huyện|tỉnh|Ông|Bà|XÃ|HUYỆN|TỈNH) [A-CX-Z](?!\p{L})|\((?:[1-9]|1\d)\)(?= |$|\n)|MẪU (?:SỐ|\d)|(?<!\p{L})[xX]{3,10}(?!\p{L})/gu
const MANY_PLACEHOLDERS = 5
/** Whose documents a text cites: an article names many, a letter few. */
const MANY_ISSUERS = 4

/** Where a text ends up that is one of these, whatever form it has; the points are what brings it there. */
const NOTHING = 0
const CLEAR = 20
const DOUBT = 50

interface Against {
  readonly sign: Sign
  /** Not above this; null: only the points. */
  readonly atMost: number | null
}

export interface Around {
  readonly issuers: Issuers
  readonly bulk: boolean
}

export function signsAgainst(part: DocumentPart, form: readonly Sign[], around: Around): readonly Sign[] {
  const has = new Set<string>(form.map(({ feature }) => feature))
  const sum = form.reduce((total, { points }) => total + points, 0)
  const found: Against[] = [
    ...petition(part, has),
    ...contract(part, has),
    ...company(part, has, around.issuers),
    ...press(part, has),
    ...template(part, has, sum),
    ...personalPaper(part, has),
    ...letters(part, has),
    ...(part.topics.parody > 0 ? [{ sign: sign("parody"), atMost: NOTHING }] : []),
    ...newsletter(part, has, around.bulk),
  ]
  return capped(found, sum)
}

/** Each costs its points, and as many more as bring the text down to where such texts belong. */
function capped(found: readonly Against[], sum: number): readonly Sign[] {
  let left = sum
  return found.map(({ sign: { feature, points }, atMost }) => {
    const costs = atMost === null ? points : Math.min(points, atMost - left)
    left += costs
    return { feature, points: costs }
  })
}

const against = (feature: Sign["feature"], atMost: number | null, points?: number): Against[] => [
  { sign: points === undefined ? sign(feature) : sign(feature, points), atMost },
]

/** A letterhead of its own: number, issuer, and who gets it or signs it. */
function isLetter(has: ReadonlySet<string>): boolean {
  const numbered = has.has("symbol-known-issuer")
  return (
    numbered &&
    (has.has("issuer-line") || has.has("party-header")) &&
    (has.has("recipients") || has.has("filing") || has.has("authority"))
  )
}

function titled({ lines }: DocumentPart, title: RegExp): number {
  const most = Math.min(TITLES, lines.length)
  for (let at = 0; at < most; at++) {
    const line = lines[at]
    if (line !== undefined && line.text.length <= 90 && title.test(line.words) && isTitle(line)) return at
  }
  return -1
}

/** Capitals, or a line that begins with some. */
function isTitle({ text, upper, lower }: Line): boolean {
  return upper > lower || /^\p{Lu}{3}/u.test(text)
}

function petition(part: DocumentPart, has: ReadonlySet<string>): Against[] {
  const title = titled(part, PETITION)
  const says = part.topics.petitioner
  const own =
    part.own !== null && part.own.symbol.numbered && (title === -1 || part.own.line < title) && has.has("issuer-line")
  if (title !== -1 && (says > 0 || !own)) return against("petition", own && isLetter(has) ? null : CLEAR)
  if (says >= 2 && !own) return against("petition", CLEAR)
  // A citizen's words before a decision that is pasted into them.
  if (says >= 2 && part.own !== null && topicsOf(wordsBefore(part, part.own.line)).petitioner > 0)
    return against("petition", DOUBT)
  return says === 1 && !own && part.own === null && !has.has("authority") ? against("petition", CLEAR) : []
}

function wordsBefore({ lines }: DocumentPart, end: number): string {
  return lines
    .slice(0, Math.min(end, TITLES))
    .map(({ words }) => words)
    .join(" ")
}

function contract(part: DocumentPart, has: ReadonlySet<string>): Against[] {
  const title = titled(part, CONTRACT) !== -1
  const says = part.topics.contract
  if (!(title && says > 0) && !(part.words.includes("hop dong") && says >= 2)) return []
  if (!title && isLetter(has)) return []
  return against("contract", title && has.has("symbol-known-issuer") && has.has("issuer-line") ? DOUBT : CLEAR)
}

function company({ lines, addressed }: DocumentPart, has: ReadonlySet<string>, issuers: Issuers): Against[] {
  const head = lines.slice(0, Math.min(LETTERHEAD, addressed))
  if (!head.some((line) => issuers.isCompany(line))) return []
  // A body of the state above it may be its owner.
  return has.has("issuer-line") && has.has("symbol-known-issuer")
    ? against("company", DOUBT, -25)
    : against("company", CLEAR)
}

function press({ cited, topics, own }: DocumentPart, has: ReadonlySet<string>): Against[] {
  if (own !== null || has.has("recipients") || has.has("authority")) return []
  if (topics.press > 0) return against("press", CLEAR)
  const names = new Set(cited.map(({ issuer, text }) => issuer ?? text))
  return names.size >= MANY_ISSUERS ? against("press", null) : []
}

function template({ plain, topics, lines, own }: DocumentPart, has: ReadonlySet<string>, sum: number): Against[] {
  // Blanks are looked for where a form is.
  if (sum < CLEAR) return []
  if (topics.homework > 0 && lines.some(({ words, text }) => text.length <= 90 && HOMEWORK.test(words)))
    return against("template", CLEAR)
  if (signsOfBlanks(plain) < MANY_PLACEHOLDERS || (plain.match(PLACEHOLDER)?.length ?? 0) < MANY_PLACEHOLDERS) return []
  // With a complete number it is a document with a form in it.
  return own?.symbol.numbered === true && isLetter(has)
    ? against("template", null, -15)
    : against("template", own === null ? CLEAR : DOUBT - 5)
}

/** Signs that something is left blank, no fewer than the expression finds; without trying each form at each letter. */
function signsOfBlanks(text: string): number {
  let count = 0
  const codes = unitsOf(text)
  const unit = (at: number): number => (at >= 0 && at < text.length ? (codes[at] ?? BLANK) : BLANK)
  for (let at = 0; at < text.length; at++) {
    const kind = KINDS[codes[at] ?? BLANK] ?? 0
    if (kind !== 0 && isSign(kind, unit(at - 1), unit(at + 1))) count++
  }
  return count
}

const BLANK = 0x20
/** Stands alone; in a row of its like; before a digit; between blanks or signs. */
const ALONE = 1
const IN_ROW = 2
const BRACKET = 4
const LETTER = 8
const KINDS = new Uint8Array(0x10000)
for (const [signs, kind] of [
  ["[<{Ẫ", ALONE],
  [".…_xX", IN_ROW],
  ["(", BRACKET],
  ["ABCXYZ", LETTER],
] as const) {
  for (const one of signs) KINDS[one.charCodeAt(0)] = (KINDS[one.charCodeAt(0)] ?? 0) | kind
}

function isSign(kind: number, before: number, next: number): boolean {
  if ((kind & ALONE) !== 0) return true
  if ((kind & IN_ROW) !== 0 && ((KINDS[next] ?? 0) & IN_ROW) !== 0) return true
  if ((kind & BRACKET) !== 0) return next >= 0x31 && next <= 0x39
  return (kind & LETTER) !== 0 && before === BLANK && !/\p{L}/u.test(String.fromCharCode(next))
}

function personalPaper(part: DocumentPart, has: ReadonlySet<string>): Against[] {
  const title = titled(part, PERSONAL_PAPER) !== -1
  if (part.topics.certified === 0 && !title) return []
  return against("personal-paper", isLetter(has) && has.has("recipients") ? DOUBT : CLEAR)
}

/** Private letters, and those of shops and clubs: whatever they say, no part of a document's form is theirs. */
function letters({ topics, plain }: DocumentPart, has: ReadonlySet<string>): Against[] {
  const formal = ["symbol-known-issuer", "issuer-line", "party-header", "authority", "filing"].some((feature) =>
    has.has(feature),
  )
  if (formal) return []
  if (topics.family > 0 || /\p{Extended_Pictographic}/u.test(plain)) return against("private", CLEAR)
  return topics.commerce >= 2 ? against("private", CLEAR) : []
}

/** Sent to many who asked for it: it prints other people's documents. */
function newsletter({ topics, at }: DocumentPart, has: ReadonlySet<string>, bulk: boolean): Against[] {
  if (topics.newsletter > 0 && !(isLetter(has) && topics.newsletter === 1 && !bulk)) return against("bulk", CLEAR)
  if (!bulk) return []
  return at === "body" || at === "subject" ? against("bulk", isLetter(has) ? DOUBT : CLEAR) : against("bulk", null)
}
