/** A report as the parts of an .xlsx file: A4 across, Times New Roman, the head of Decree 30/2020. ECMA-376. Pure. */
import { offsetMinutes } from "../../mail/date.ts"
import { dayOf } from "../../mail/day.ts"
import type { Bilingual } from "../../mail/policy.ts"
import type { Cell, Column, Report, Table } from "./report.ts"

export interface Part {
  readonly name: string
  readonly bytes: Buffer
}

export interface Paper {
  readonly language: "vi" | "en"
  /** Who reports. */
  readonly agency: Bilingual
  /** Of which unit, in which time, made when: ready to be read. */
  readonly unit: Bilingual
  readonly since: number
  readonly until: number
  readonly now: number
  readonly timezone: string
}

/** Positions in `cellXfs` below. */
const STYLE = {
  plain: 0,
  strong: 1,
  title: 2,
  note: 3,
  head: 4,
  text: 5,
  count: 6,
  share: 7,
  moment: 8,
  total: 9,
} as const
type Style = keyof typeof STYLE
const DAY = 86_400_000
/** 1 January 1970 in days of a spreadsheet. */
const EPOCH = 25_569

export function sheetsOf(report: Report, paper: Paper): readonly Part[] {
  const { language } = paper
  const sheets = [
    { name: report.id.toUpperCase(), xml: sheet(report, headOf(report, paper), notesOf(report, paper), paper) },
    ...(report.annex === null
      ? []
      : [{ name: "Phụ lục", xml: sheet(report.annex, [[["title", report.annex.title[language]]]], [], paper) }]),
  ]
  const numbers = sheets.map((_, at) => at + 1)
  const overrides = numbers.map(
    (at) => `<Override PartName="/xl/worksheets/sheet${at}.xml" ContentType="${MAIN}.worksheet+xml"/>`,
  )
  const relations = numbers.map((at) => relation(`rId${at}`, "worksheet", `worksheets/sheet${at}.xml`))
  const named = sheets.map(({ name }, at) => `<sheet name="${escape(name)}" sheetId="${at + 1}" r:id="rId${at + 1}"/>`)
  return [
    part(
      "[Content_Types].xml",
      `<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Default Extension="xml" ContentType="application/xml"/><Override PartName="/xl/workbook.xml" ContentType="${MAIN}.sheet.main+xml"/><Override PartName="/xl/styles.xml" ContentType="${MAIN}.styles+xml"/>${overrides.join("")}</Types>`,
    ),
    part("_rels/.rels", relationsOf([relation("rId1", "officeDocument", "xl/workbook.xml")])),
    part(
      "xl/workbook.xml",
      `<workbook xmlns="${SPREADSHEET}" xmlns:r="${DOCUMENT}"><sheets>${named.join("")}</sheets></workbook>`,
    ),
    part("xl/_rels/workbook.xml.rels", relationsOf([...relations, relation("rId100", "styles", "styles.xml")])),
    part("xl/styles.xml", STYLES),
    ...sheets.map(({ xml }, at) => part(`xl/worksheets/sheet${at + 1}.xml`, xml)),
  ]
}

type Line = readonly (readonly [Style, string])[]

/** Two columns above the title, as on paper: who writes at the left, the motto at the right. */
function headOf({ title }: Report, { language, agency, unit, since, until, now, timezone }: Paper): readonly Line[] {
  const day = (at: number): string => writtenDay(at, timezone)
  const [d, m, y] = day(now).split("/")
  const period = `${day(since)} – ${day(until - 1)}`
  const span = language === "vi" ? `Kỳ báo cáo: ${period}. Đơn vị: ${unit.vi}` : `Period: ${period}. Unit: ${unit.en}`
  return [
    [
      ["strong", agency[language].toUpperCase()],
      ["strong", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ],
    [
      ["plain", "Số:        /BC-"],
      ["strong", "Độc lập - Tự do - Hạnh phúc"],
    ],
    [
      ["plain", ""],
      ["note", `…………, ngày ${d} tháng ${m} năm ${y}`],
    ],
    [],
    [["title", language === "vi" ? "BÁO CÁO" : "REPORT"]],
    [["title", title[language]]],
    [["note", span]],
    [],
  ]
}

function notesOf({ notes }: Report, { language }: Paper): readonly Line[] {
  const receivers = language === "vi" ? "Nơi nhận:" : "To:"
  const signer = language === "vi" ? "THỦ TRƯỞNG ĐƠN VỊ" : "HEAD OF THE UNIT"
  return [
    [],
    ...notes.map((note): Line => [["note", note[language]]]),
    [],
    [
      ["note", receivers],
      ["strong", signer],
    ],
    [
      ["note", "- Như trên;"],
      ["plain", ""],
    ],
    [["note", "- Lưu: VT."]],
  ]
}

const WIDTHS: Readonly<Record<Column["kind"], number>> = { text: 28, count: 13, share: 12, moment: 19, manual: 16 }

function sheet(table: Table, head: readonly Line[], foot: readonly Line[], paper: Paper): string {
  const { columns } = table
  const rows: string[] = []
  const merged: string[] = []
  const last = columns.length
  const half = Math.max(1, Math.floor(last / 2))
  const write = (cells: readonly string[], height: number | null = null): void => {
    const at = rows.length + 1
    const filled = cells.map((cell, column) => cell.replace('r=""', `r="${columnName(column + 1)}${at}"`)).join("")
    rows.push(`<row r="${at}"${height === null ? "" : ` ht="${height}" customHeight="1"`}>${filled}</row>`)
  }
  const line = (given: Line): void => {
    const at = rows.length + 1
    const spans =
      given.length === 2
        ? [
            [1, half],
            [half + 1, last],
          ]
        : given.length === 1
          ? [[1, last]]
          : []
    const cells = Array.from({ length: last }, () => "")
    spans.forEach(([from = 1, to = 1], index) => {
      const [style, text] = given[index] ?? ["plain", ""]
      cells[from - 1] = words(text, style)
      if (to > from) merged.push(`${columnName(from)}${at}:${columnName(to)}${at}`)
    })
    write(cells)
  }
  for (const one of head) line(one)
  write(columns.map(({ title }) => words(title[paper.language], "head")))
  const top = rows.length
  for (const { cells, depth } of table.rows) {
    write(columns.map(({ kind }, at) => cellOf(cells[at] ?? null, { kind, paper, indent: at === 1 ? depth : 0 })))
  }
  if (table.total !== null) write(columns.map((_, at) => totalCell(table.total?.[at] ?? null, paper)))
  for (const one of foot) line(one)
  const wide = columns.map(
    ({ kind }, at) => `<col min="${at + 1}" max="${at + 1}" width="${at === 0 ? 6 : WIDTHS[kind]}" customWidth="1"/>`,
  )
  const merges = merged.map((ref) => `<mergeCell ref="${ref}"/>`).join("")
  return `<worksheet xmlns="${SPREADSHEET}"><sheetPr><pageSetUpPr fitToPage="1"/></sheetPr><sheetViews><sheetView workbookViewId="0"><pane ySplit="${top}" topLeftCell="A${top + 1}" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews><cols>${wide.join("")}</cols><sheetData>${rows.join("")}</sheetData>${merges === "" ? "" : `<mergeCells count="${merged.length}">${merges}</mergeCells>`}<pageMargins left="0.6" right="0.6" top="0.8" bottom="0.8" header="0.3" footer="0.3"/><pageSetup paperSize="9" orientation="landscape" fitToHeight="0"/></worksheet>`
}

interface Manner {
  readonly kind: Column["kind"]
  readonly paper: Paper
  readonly indent: number
}

function cellOf(cell: Cell, { kind, paper, indent }: Manner): string {
  const style: Style = kind === "manual" ? "text" : kind
  if (cell === null) return `<c r="" s="${STYLE[style]}"/>`
  if (typeof cell === "number") {
    const value = kind === "moment" ? EPOCH + (cell + offsetMinutes(cell, paper.timezone) * 60_000) / DAY : cell
    return `<c r="" s="${STYLE[style]}"><v>${value}</v></c>`
  }
  const text = typeof cell === "string" ? cell : cell[paper.language]
  return words(`${"    ".repeat(indent)}${text}`, style)
}

function totalCell(cell: Cell, { language }: Paper): string {
  if (cell === null) return `<c r="" s="${STYLE.total}"/>`
  if (typeof cell === "number") return `<c r="" s="${STYLE.total}"><v>${cell}</v></c>`
  return words(typeof cell === "string" ? cell : cell[language], "total")
}

/** Written in place: no program takes it for a formula, whatever it begins with. */
function words(text: string, style: Style): string {
  return `<c r="" s="${STYLE[style]}" t="inlineStr"><is><t xml:space="preserve">${escape(text)}</t></is></c>`
}

/** A, B, … Z, AA. */
function columnName(at: number): string {
  const rest = Math.floor((at - 1) / 26)
  return `${rest > 0 ? columnName(rest) : ""}${String.fromCharCode(65 + ((at - 1) % 26))}`
}

function writtenDay(at: number, timezone: string): string {
  return dayOf(at, timezone).split("-").toReversed().join("/")
}

/** What XML 1.0 cannot hold is left out. */
function escape(text: string): string {
  return text
    .replace(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/gu, "")
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
}

const MAIN = "application/vnd.openxmlformats-officedocument.spreadsheetml"
const SPREADSHEET = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
const DOCUMENT = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

function part(name: string, xml: string): Part {
  return { name, bytes: Buffer.from(`<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n${xml}`) }
}
function relation(id: string, type: string, target: string): string {
  return `<Relationship Id="${id}" Type="${DOCUMENT}/${type}" Target="${target}"/>`
}
function relationsOf(all: readonly string[]): string {
  return `<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">${all.join("")}</Relationships>`
}

/** Point sizes of Decree 30/2020, appendix I: 13, bold where the decree says so. */
function font(size: number, more = ""): string {
  return `<font>${more}<sz val="${size}"/><name val="Times New Roman"/><family val="1"/></font>`
}
const LINE = '<left style="thin"/><right style="thin"/><top style="thin"/><bottom style="thin"/><diagonal/>'
function look(face: number, horizontal: string, { border = 0, format = 0 } = {}): string {
  return `<xf numFmtId="${format}" fontId="${face}" fillId="0" borderId="${border}" xfId="0" applyNumberFormat="1" applyFont="1" applyBorder="1" applyAlignment="1"><alignment horizontal="${horizontal}" vertical="center" wrapText="1"/></xf>`
}
const LOOKS = [
  look(0, "center"),
  look(1, "center"),
  look(2, "center"),
  look(3, "left"),
  look(1, "center", { border: 1 }),
  look(0, "left", { border: 1 }),
  look(0, "right", { border: 1, format: 3 }),
  look(0, "right", { border: 1, format: 164 }),
  look(0, "center", { border: 1, format: 165 }),
  look(1, "right", { border: 1, format: 3 }),
]
const STYLES = `<styleSheet xmlns="${SPREADSHEET}"><numFmts count="2"><numFmt numFmtId="164" formatCode="0.0"/><numFmt numFmtId="165" formatCode="dd/mm/yyyy\\ hh:mm"/></numFmts><fonts count="4">${font(13)}${font(13, "<b/>")}${font(14, "<b/>")}${font(12, "<i/>")}</fonts><fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills><borders count="2"><border><left/><right/><top/><bottom/><diagonal/></border><border>${LINE}</border></borders><cellStyleXfs count="1"><xf numFmtId="0" fontId="0" fillId="0" borderId="0"/></cellStyleXfs><cellXfs count="${LOOKS.length}">${LOOKS.join("")}</cellXfs></styleSheet>`
