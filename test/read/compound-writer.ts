/** Writes compound files and the old office formats in them, as small as their readers allow. [MS-CFB], [MS-DOC], [MS-XLS], [MS-PPT]. */

const SECTOR = 512
/** Shorter streams would live in a stream of small sectors. */
const SHORTEST = 4_096
const END = 0xfffffffe
const FREE = 0xffffffff

export function compound(streams: Readonly<Record<string, Buffer>>): Buffer {
  const padded = Object.entries(streams).map(([name, data]): [string, Buffer] => {
    const length = Math.max(SHORTEST, Math.ceil(data.length / SECTOR) * SECTOR)
    return [name, Buffer.concat([data, Buffer.alloc(length - data.length)])]
  })
  const directorySectors = Math.ceil((padded.length + 1) / 4)
  const total = padded.reduce((sum, [, data]) => sum + data.length / SECTOR, directorySectors)
  const fatSectors = Math.ceil((total + 1) / 127)
  const fat: number[] = Array.from({ length: fatSectors }, () => 0xfffffffd)
  const chain = (sectors: number): number => {
    const start = fat.length
    for (let index = 1; index <= sectors; index++) fat.push(index === sectors ? END : start + index)
    return start
  }
  const directoryStart = chain(directorySectors)
  const entries = [entry("Root Entry", 5, END, 0, padded.length > 0 ? 1 : FREE)]
  for (const [index, [name, data]] of padded.entries()) {
    const next = index + 2 <= padded.length ? index + 2 : FREE
    entries.push(entry(name, 2, chain(data.length / SECTOR), data.length, FREE, next))
  }
  while (entries.length < directorySectors * 4) entries.push(Buffer.alloc(128))
  const table = Buffer.alloc(fatSectors * SECTOR, 0xff)
  for (const [index, next] of fat.entries()) table.writeUInt32LE(next, 4 * index)
  const header = Buffer.alloc(SECTOR)
  header.write("d0cf11e0a1b11ae1", 0, "hex")
  header.writeUInt16LE(0x3e, 24)
  header.writeUInt16LE(3, 26)
  header.writeUInt16LE(0xfffe, 28)
  header.writeUInt16LE(9, 30)
  header.writeUInt16LE(6, 32)
  header.writeUInt32LE(fatSectors, 44)
  header.writeUInt32LE(directoryStart, 48)
  header.writeUInt32LE(SHORTEST, 56)
  header.writeUInt32LE(END, 60)
  header.writeUInt32LE(END, 68)
  for (let index = 0; index < 109; index++) header.writeUInt32LE(index < fatSectors ? index : FREE, 76 + 4 * index)
  return Buffer.concat([header, table, ...entries, ...padded.map(([, data]) => data)])
}

function entry(name: string, kind: number, start: number, size: number, child: number, right = FREE): Buffer {
  const out = Buffer.alloc(128)
  out.write(name, 0, "utf16le")
  out.writeUInt16LE(2 * name.length + 2, 64)
  out[66] = kind
  out[67] = 1
  out.writeUInt32LE(FREE, 68)
  out.writeUInt32LE(right, 72)
  out.writeUInt32LE(child, 76)
  out.writeUInt32LE(start >>> 0, 116)
  out.writeUInt32LE(size, 120)
  return out
}

function isNarrow(text: string): boolean {
  return !/[^\0-\xff]/.test(text)
}

/** `margins`: text of headers, behind the body as Word keeps it. */
export function doc(text: string, margins = ""): Buffer {
  const paragraphs = (lines: string): string => lines.replaceAll("\n", "\r")
  const body = `${paragraphs(text)}\r`
  const header = margins === "" ? "" : `${paragraphs(margins)}\r`
  const all = body + header
  const narrow = isNarrow(all)
  const main = Buffer.alloc(0x400)
  main.writeUInt16LE(0xa5ec, 0)
  main.writeUInt16LE(0xc1, 2)
  main.writeUInt16LE(0x0200, 0x0a)
  main.writeUInt32LE(body.length, 0x4c)
  main.writeUInt32LE(header.length, 0x54)
  const clx = Buffer.alloc(5 + 8 + 8)
  clx[0] = 2
  clx.writeUInt32LE(16, 1)
  clx.writeUInt32LE(all.length, 9)
  clx.writeUInt32LE(narrow ? (0x400 * 2) | 0x40000000 : 0x400, 15)
  main.writeUInt32LE(0, 0x1a2)
  main.writeUInt32LE(clx.length, 0x1a6)
  return compound({
    WordDocument: Buffer.concat([main, Buffer.from(all, narrow ? "latin1" : "utf16le")]),
    "1Table": clx,
  })
}

/** A string with its length in so many octets. */
function biffString(text: string, length: 1 | 2): Buffer {
  const narrow = isNarrow(text)
  const head = Buffer.alloc(length + 1)
  head.writeUIntLE(text.length, 0, length)
  head[length] = narrow ? 0 : 1
  return Buffer.concat([head, Buffer.from(text, narrow ? "latin1" : "utf16le")])
}

function biff(type: number, ...parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parts)
  const head = Buffer.alloc(4)
  head.writeUInt16LE(type, 0)
  head.writeUInt16LE(data.length, 2)
  return Buffer.concat([head, data])
}

function words(...numbers: readonly number[]): Buffer {
  const out = Buffer.alloc(2 * numbers.length)
  for (const [index, number] of numbers.entries()) out.writeUInt16LE(number, 2 * index)
  return out
}

/** Octets of one record. [MS-XLS] 2.1.4. */
const LONGEST_RECORD = 8_224

/** The list of all strings, continued in the middle of one where a record is full: there the flags stand again. */
function sharedStrings(strings: readonly string[]): readonly Buffer[] {
  const records: Buffer[] = []
  let current = words(strings.length, 0, strings.length, 0)
  for (const text of strings) {
    const whole = biffString(text, 2)
    const width = isNarrow(text) ? 1 : 2
    const fits = Math.floor((LONGEST_RECORD - current.length - 3) / width)
    if (fits >= text.length) current = Buffer.concat([current, whole])
    else {
      const cut = fits < 1 ? 0 : 3 + fits * width
      records.push(Buffer.concat([current, whole.subarray(0, cut)]))
      current = cut === 0 ? whole : Buffer.concat([whole.subarray(2, 3), whole.subarray(cut)])
    }
  }
  return [...records, current].map((data, index) => biff(index === 0 ? 0xfc : 0x3c, data))
}

/** Rows of cells; strings are shared. */
export function xls(rows: readonly (readonly string[])[]): Buffer {
  const cells = rows.flatMap((row, at) => row.map((text, column) => ({ text, at, column })))
  return compound({
    Workbook: Buffer.concat([
      biff(0x809, words(0x600, 5, 0, 0), Buffer.alloc(8)),
      biff(0x85, words(0, 0, 0), biffString("Trang 1", 1)),
      ...sharedStrings(cells.map(({ text }) => text)),
      biff(0x0a),
      biff(0x809, words(0x600, 0x10, 0, 0), Buffer.alloc(8)),
      ...cells.map(({ at, column }, index) => biff(0xfd, words(at, column, 0, index, 0))),
      biff(0x0a),
    ]),
  })
}

function record(version: number, type: number, ...parts: readonly Buffer[]): Buffer {
  const data = Buffer.concat(parts)
  const head = Buffer.alloc(8)
  head.writeUInt16LE(version, 0)
  head.writeUInt16LE(type, 2)
  head.writeUInt32LE(data.length, 4)
  return Buffer.concat([head, data])
}

/** One slide of one text. */
export function ppt(text: string): Buffer {
  const lines = text.replaceAll("\n", "\r")
  const atom = isNarrow(lines)
    ? record(0, 0x0fa8, Buffer.from(lines, "latin1"))
    : record(0, 0x0fa0, Buffer.from(lines, "utf16le"))
  return compound({ "PowerPoint Document": record(0x0f, 0x03e8, record(0x0f, 0x0ff0, atom)) })
}
