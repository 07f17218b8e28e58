/** The text of .xls, Excel 5 to 2003: every sheet, hidden ones too, a line for a row. [MS-XLS]. */
import { TextDecoder } from "node:util"
import type { Extract } from "../mail/text.ts"
import { createPaper, type Paper } from "./paper.ts"
import { headerText, shownNumber } from "./sheet-xml.ts"
import { summaryOf } from "./summary.ts"
import { sharedStringsOf, stringAt } from "./xls-strings.ts"

/** Records. [MS-XLS] 2.3. */
const RECORD = {
  formula: 0x06,
  header: 0x14,
  footer: 0x15,
  note: 0x1c,
  filePass: 0x2f,
  font: 0x31,
  continued: 0x3c,
  boundSheet: 0x85,
  multipleRk: 0xbd,
  extendedFormat: 0xe0,
  sharedStrings: 0xfc,
  labelShared: 0xfd,
  textObject: 0x1b6,
  number: 0x203,
  label: 0x204,
  string: 0x207,
  rk: 0x27e,
  richString: 0xd6,
  format: 0x41e,
  beginning: 0x809,
} as const
const MOST_RECORDS = 1_000_000
const BIFF8 = 0x600

const latin = new TextDecoder("windows-1252")

interface Record {
  readonly type: number
  /** Its octets and those of the records that continue it. */
  readonly slices: readonly Buffer[]
}

/** Null when it is no such file or is sealed. */
export function xlsText(streams: ReadonlyMap<string, Buffer>): Extract | null {
  const stream = streams.get("workbook") ?? streams.get("book")
  if (stream === undefined) return null
  const paper = createPaper()
  summaryOf(streams, paper)
  const reader = createSheetReader(paper)
  for (const record of recordsOf(stream)) {
    if (record.type === RECORD.filePass) return null
    if (paper.full()) break
    try {
      reader.record(record)
    } catch {
      // A record shorter than it says: the next one may be whole.
      reader.broken()
    }
  }
  paper.line()
  return paper.extract(reader.whole())
}

function* recordsOf(stream: Buffer): Generator<Record> {
  let record: { type: number; slices: Buffer[] } | null = null
  let count = 0
  for (let at = 0; at + 4 <= stream.length && count < MOST_RECORDS; count++) {
    const type = stream.readUInt16LE(at)
    const length = stream.readUInt16LE(at + 2)
    const octets = stream.subarray(at + 4, at + 4 + length)
    if (type === RECORD.continued && record !== null) record.slices.push(octets)
    else {
      if (record !== null) yield record
      record = { type, slices: [octets] }
    }
    at += 4 + length
  }
  if (record !== null) yield record
}

/** What one workbook has told so far. */
function createSheetReader(paper: Paper) {
  let isBiff8 = true
  let strings: readonly string[] = []
  const fonts: string[] = []
  const formats = new Map<number, string>()
  const styles: { readonly font: number; readonly format: number }[] = []
  let row = -1
  let whole = true

  const cell = (at: number, style: number, text: string): void => {
    if (text === "") return
    paper.turn("body")
    if (at !== row) paper.line()
    // The fourth font has no number of its own. [MS-XLS] 2.5.129.
    const number = styles[style]?.font ?? 0
    const font = fonts[number > 4 ? number - 1 : number] ?? ""
    paper.run(`${at === row ? "\t" : ""}${text}`, { font, capitals: false })
    row = at
  }
  const number = (at: number, style: number, value: number): void => {
    const format = styles[style]?.format ?? 0
    const isDate = (format >= 14 && format <= 17) || format === 22
    cell(at, style, shownNumber(String(value), isDate ? "dd/mm/yyyy" : (formats.get(format) ?? "")))
  }
  const aside = (text: string): void => {
    paper.turn("margins")
    paper.run(text)
    paper.line()
    paper.turn("body")
  }
  /** A string with a length of so many octets before it. */
  const text = (octets: Buffer, at: number, length: 1 | 2): string => {
    const characters = length === 1 ? octets.readUInt8(at) : octets.readUInt16LE(at)
    if (isBiff8) return stringAt(octets.subarray(at + length), characters)
    return latin.decode(octets.subarray(at + length, at + length + characters))
  }

  const record = ({ type, slices }: Record): void => {
    const [octets = Buffer.alloc(0)] = slices
    switch (type) {
      case RECORD.beginning:
        isBiff8 = octets.readUInt16LE(0) >= BIFF8
        row = -1
        paper.line()
        break
      case RECORD.sharedStrings:
        strings = sharedStringsOf(slices)
        break
      case RECORD.font:
        fonts.push(text(octets, 14, 1))
        break
      case RECORD.format:
        formats.set(octets.readUInt16LE(0), isBiff8 ? text(octets, 2, 2) : text(octets, 2, 1))
        break
      case RECORD.extendedFormat:
        styles.push({ font: octets.readUInt16LE(0), format: octets.readUInt16LE(2) })
        break
      case RECORD.boundSheet:
        aside(text(octets, 6, 1))
        break
      case RECORD.header:
      case RECORD.footer:
        if (octets.length > 0) aside(headerText(isBiff8 ? text(octets, 0, 2) : text(octets, 0, 1)))
        break
      case RECORD.labelShared:
        cell(octets.readUInt16LE(0), octets.readUInt16LE(4), strings[octets.readUInt32LE(6)] ?? "")
        break
      case RECORD.label:
      case RECORD.richString:
        cell(octets.readUInt16LE(0), octets.readUInt16LE(4), text(octets, 6, 2))
        break
      case RECORD.number:
        number(octets.readUInt16LE(0), octets.readUInt16LE(4), octets.readDoubleLE(6))
        break
      case RECORD.rk:
        number(octets.readUInt16LE(0), octets.readUInt16LE(4), rkNumber(octets.readInt32LE(6)))
        break
      case RECORD.multipleRk:
        for (let at = 4; at + 8 <= octets.length; at += 6)
          number(octets.readUInt16LE(0), octets.readUInt16LE(at), rkNumber(octets.readInt32LE(at + 2)))
        break
      case RECORD.formula:
        // FFFF at the end of the value: its result is text, in a record of its own.
        if (octets.readUInt16LE(12) !== 0xffff)
          number(octets.readUInt16LE(0), octets.readUInt16LE(4), octets.readDoubleLE(6))
        break
      case RECORD.string:
        cell(row, 0, text(octets, 0, 2))
        break
      case RECORD.note:
        if (!isBiff8) aside(latin.decode(octets.subarray(6)))
        break
      case RECORD.textObject: {
        const said = slices[1]
        if (said !== undefined && said.length > 1) aside(stringAt(said, said.length))
        break
      }
      default:
    }
  }
  return { record, broken: () => void (whole = false), whole: () => whole }
}

/** A number in 30 bits. [MS-XLS] 2.5.217. */
function rkNumber(packed: number): number {
  let value = packed >> 2
  if ((packed & 2) === 0) {
    const octets = Buffer.alloc(8)
    octets.writeInt32LE(packed & ~3, 4)
    value = octets.readDoubleLE(0)
  }
  return (packed & 1) === 0 ? value : value / 100
}
