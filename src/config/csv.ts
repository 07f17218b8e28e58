/** Comma-separated values as spreadsheets write them: quotes, either separator, any line end. RFC 4180. */

export interface CsvRow {
  /** In the file, from 1. */
  readonly line: number
  readonly cells: ReadonlyMap<string, string>
}
export interface CsvFault {
  readonly line: number
  readonly expected: string
  readonly got: string
}

/** The first line names the columns; `;` separates where it stands in it, as spreadsheets in Vietnamese write. */
export function readCsv(text: string): { readonly columns: readonly string[]; readonly rows: readonly CsvRow[] } {
  const clean = text.replace(/^\uFEFF/, "")
  const separator = /^[^\n]*;/.test(clean) ? ";" : ","
  const [head, ...lines] = records(clean, separator)
  const columns = (head?.cells ?? []).map((name) => name.trim().toLowerCase())
  const rows = lines.filter(({ cells }) => cells.some((cell) => cell.trim() !== ""))
  return {
    columns,
    rows: rows.map(({ line, cells }) => ({
      line,
      cells: new Map(columns.map((name, index) => [name, (cells[index] ?? "").trim()])),
    })),
  }
}

interface Cells {
  readonly line: number
  readonly cells: readonly string[]
}

function records(text: string, separator: string): readonly Cells[] {
  const all: Cells[] = []
  let cells: string[] = []
  let cell = ""
  let quoted = false
  let line = 1
  let begun = 1
  for (let at = 0; at < text.length; at += 1) {
    const letter = text[at] ?? ""
    if (letter === "\n") line += 1
    if (quoted) {
      if (letter !== '"') cell += letter
      else if (text[at + 1] === '"') {
        cell += '"'
        at += 1
      } else quoted = false
    } else if (letter === '"' && cell === "") quoted = true
    else if (letter === separator) {
      cells.push(cell)
      cell = ""
    } else if (letter === "\n") {
      all.push({ line: begun, cells: [...cells, cell] })
      cells = []
      cell = ""
      begun = line
    } else if (letter !== "\r") cell += letter
  }
  if (cell !== "" || cells.length > 0) all.push({ line: begun, cells: [...cells, cell] })
  return all
}

/** A cell that a spreadsheet would take for a formula is written as text. */
export function writeCsv(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  return [columns, ...rows].map(lineOf).join("")
}

function lineOf(cells: readonly string[]): string {
  return `${cells.map(cellText).join(",")}\r\n`
}

function cellText(cell: string): string {
  const safe = /^[=+\-@\t]/.test(cell) ? `'${cell}` : cell
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
