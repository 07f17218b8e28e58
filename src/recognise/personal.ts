/** Lists of people: rows that identify a person, by a number of theirs or by what stands under a heading that says so. */
import type { DocumentPart } from "./part.ts"
import { wordsOf } from "./readings.ts"
import { unitsOf } from "./units.ts"

/**
 * Twelve digits, in groups or not: code of a province (001–096), century and sex, year of birth, six digits. Circular 59/2021, Article 13.
 * Its structure is all that tells it from any number, so an impossible year is another number.
 */
const IDENTITY =
  /(?<![\d.,-])(?:0\d{11}|0\d{2} \d{3} \d{6}|0\d{2} \d{3} \d{3} \d{3}|(?<!\d{4} )0\d{3} \d{4} \d{4}(?! \d))(?!\d|-|[.,]\d)/
const LAST_PROVINCE = 96
/** Born this year at the latest. */
const LATEST_YEAR = 28
/** Numbers that only the words before them make a person's: old identity cards have nine digits, insurance numbers ten. */
const SAID =
  /(?:CCCD|CMND|CMTND|căn cước|định danh cá nhân|can cuoc|dinh danh|mã số BHXH|số BHXH|ma so BHXH)[^\d\n]{0,30}(\d{9,12})(?!\d)/iu
const TELEPHONE = /(?<!\d)(?:\+?84|0)[ .-]?[35789]\d(?:[ .-]?\d){7}(?!\d)/
const BORN = /(?<!\d)(?:0?[1-9]|[12]\d|3[01])[/.-](?:0?[1-9]|1[0-2])[/.-](?:19[2-9]\d|20[01]\d)(?!\d)/
/** From here on a list of people is official by its content. */
export const MANY_RECORDS = 20
const LONGEST_ROW = 1_000
const SHORTEST_ROW = 8
/** A row that identifies anybody has as many digits: without a heading over it nine, with one a year of birth. */
const FEWEST_ALONE = 9
const FEWEST_DIGITS = 4
const CELLS = /\t|\||;|,(?! )| {3,}/

/** What a column holds, by its heading. */
const NAME =
  /^(?:ho (?:va )?ten|ho ten|ho chu dem|ten (?:hoc sinh|sinh vien|cong dan|chu ho|nguoi|doi tuong|can bo|can bo cong chuc|dang vien|benh nhan|lao dong|hoi vien)|chu ho|nguoi nhan|ho dem|full name|hoten)\b/
const KINDS: readonly (readonly [RegExp, RegExp])[] = [
  // Spreadsheets drop the zero a number begins with.
  [/\b(?:cccd|cmnd|cmt|cmtnd|can cuoc|dinh danh|so giay to)\b/, /^\d{8,12}$/],
  [/\b(?:dien thoai|sdt|so dt|di dong|dtdd|dthoai|phone)\b/, /^(?:\+?84|0)?[235789]\d{8,9}$/],
  [/\b(?:bhxh|bhyt|bao hiem)\b/, /^(?:[A-Z]{2}\d{8,13}|\d{9,10})$/],
  [/\b(?:so tai khoan|stk|tai khoan)\b/, /^\d{6,19}$/],
  [
    /\b(?:ngay sinh|nam sinh|sinh ngay|ngay thang nam sinh|dob)\b/,
    /^(?:\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4}|(?:19|20)\d{2}|[1-4]\d{4}|\d{4}-\d{2}-\d{2}.*)$/,
  ],
]
const YEAR = /^(?:19|20)\d{2}$|\d[/.-](?:19|20)\d{2}$/
const TAX = /\b(?:mst|ma so thue)\b/
/** Headings of goods, bills and orders: long numbers there are theirs. */
const GOODS =
  /\b(?:don gia|so luong|thanh tien|ten hang|san pham|ma hang|ma vach|hoa don|don hang|ma giao dich|so tien|so kien|imei|serial)\b/

interface Table {
  readonly name: number
  readonly columns: readonly (readonly [at: number, is: RegExp | "tax"])[]
}

type Heading = Table | "goods"

export function recordsOf(parts: readonly DocumentPart[]): number {
  const people = new Set<string>()
  for (const part of parts) peopleIn(part.plain, people)
  return people.size
}

/** Rows as they were written, not cells: a telephone and a date in two columns are one person's. */
export function peopleIn(plain: string, into: Set<string>): void {
  let heading: Heading | null = null
  for (const { from, to, digits, delimited } of telling(plain)) {
    const enough = digits >= (heading === null ? FEWEST_ALONE : FEWEST_DIGITS)
    if (!enough && !delimited) continue
    const row = plain.slice(from, to)
    const person: string | null = enough ? personIn(row, heading) : null
    if (person !== null) into.add(person)
    else if (delimited) heading = headingOf(row) ?? heading
  }
}

interface Row {
  readonly from: number
  readonly to: number
  readonly digits: number
  /** Something stands in it that parts cells. */
  readonly delimited: boolean
}

/** Rows that may tell of somebody; most are sentences, with few digits and no border of cells. */
function telling(plain: string): readonly Row[] {
  const codes = unitsOf(plain)
  const rows: Row[] = []
  let from = 0
  let digits = 0
  let delimited = false
  for (let at = 0; at <= plain.length; at++) {
    const code = at < plain.length ? (codes[at] ?? LINE) : LINE
    const kind = code < SIGNS.length ? SIGNS[code] : OTHER
    if (kind === OTHER) continue
    if (kind === DIGIT) digits++
    else if (kind === BORDER) delimited = true
    else if (kind === COMMA) delimited ||= at + 1 < plain.length && !isBlank(codes[at + 1] ?? LINE)
    else if (kind === BLANK) delimited ||= codes[at - 1] === SPACE && codes[at - 2] === SPACE && at - from >= WIDE
    else {
      const told = digits >= FEWEST_DIGITS || delimited
      if (told && at - from >= SHORTEST_ROW && at - from <= LONGEST_ROW) rows.push({ from, to: at, digits, delimited })
      from = at + 1
      digits = 0
      delimited = false
    }
  }
  return rows
}
const LINE = 0x0a
const SPACE = 0x20
/** Blanks that part cells, less one. */
const WIDE = 2
const OTHER = 0
const DIGIT = 1
const BORDER = 2
const COMMA = 3
const BLANK = 4
const END = 5
/** What a sign is to a row. */
const SIGNS = new Uint8Array(128)
for (const [signs, kind] of [
  ["0123456789", DIGIT],
  ["\t|;", BORDER],
  [",", COMMA],
  [" ", BLANK],
  ["\n", END],
] as const) {
  for (const one of signs) SIGNS[one.charCodeAt(0)] = kind
}

function isBlank(code: number): boolean {
  return code === SPACE || (code >= 0x09 && code <= 0x0d)
}

/** What makes this row's person one and no other, or null. */
function personIn(row: string, heading: Heading | null): string | null {
  if (heading === "goods") return null
  const number = IDENTITY.exec(row)?.[0].replaceAll(" ", "") ?? ""
  if (isIdentity(number)) return number
  const said = SAID.exec(row)?.[1]
  if (said !== undefined) return said
  if (TELEPHONE.test(row) && BORN.test(row)) return row.trim()
  return heading === null ? null : underHeading(row, heading)
}

/** Province, then sex and century (0 and 1 for the 20th, 2 and 3 for the 21st), then the year. */
function isIdentity(number: string): boolean {
  const province = Number(number.slice(0, 3))
  const century = Math.floor(Number(number[3]) / 2)
  const year = Number(number.slice(4, 6))
  if (number === "" || province < 1 || province > LAST_PROVINCE) return false
  return century === 0 ? year >= 20 : century === 1 && year <= LATEST_YEAR
}

function underHeading(row: string, { name, columns }: Table): string | null {
  const cells = cellsOf(row)
  const person = cells[name] ?? ""
  if (!/\p{L}.*\p{L}/u.test(person) || /\d{3}/.test(person)) return null
  const known = columns.some(([at, is]) => {
    const cell = (cells[at] ?? "").replace(/^'/, "")
    // Blanks, dots and brackets are anybody's way of writing a number.
    const bare = cell.replace(/[ .()-]/g, "")
    return is === "tax" ? isTaxCode(cell.replace(/[ .]/g, "")) : is.test(bare) || is.test(cell)
  })
  return known ? cells.join("\t") : null
}

function cellsOf(row: string): readonly string[] {
  return row.split(CELLS).map((cell) => cell.trim().replace(/^"(.*)"$/, "$1"))
}

function headingOf(row: string): Heading | null {
  const cells = cellsOf(row)
  // A list's entry ends in a semicolon, too.
  if (cells.length > 60 || cells.filter((cell) => cell !== "").length < 2) return null
  const heads = cells.map((cell) => (cell.length <= 60 ? wordsOf(cell) : ""))
  const name = heads.findIndex((head) => NAME.test(head))
  if (name === -1) return heads.some((head) => GOODS.test(head)) ? "goods" : null
  // Years of birth of men and women stand in two columns.
  const bySex = heads.includes("nam") && heads.includes("nu")
  const columns = heads.flatMap((head, at): Table["columns"] => {
    if (bySex && (head === "nam" || head === "nu")) return [[at, YEAR]]
    if (TAX.test(head)) return [[at, "tax"]]
    return KINDS.flatMap(([says, is]): Table["columns"] => (says.test(head) ? [[at, is]] : []))
  })
  return columns.length === 0 ? null : { name, columns }
}

/** Ten digits, the last one a check on the others (Circular 86/2024), or an identity number in its place. */
export function isTaxCode(text: string): boolean {
  if (/^0\d{11}$/.test(text)) return true
  if (!/^\d{10}(?:-\d{3})?$/.test(text)) return false
  const weights = [31, 29, 23, 19, 17, 13, 7, 5, 3]
  const sum = weights.reduce((total, weight, at) => total + weight * Number(text[at]), 0)
  return 10 - (sum % 11) === Number(text[9])
}
