/** Runs of glyphs with their places → lines of text. */

export interface Run {
  readonly text: string
  /** Left end of the baseline, in points, y upwards. */
  readonly x: number
  readonly y: number
  readonly width: number
  /** Height of the font. */
  readonly size: number
}

/** Shares of the font's height: baselines so near are one line; gaps so wide are a blank, or the border of a column. */
const SAME_LINE = 0.35
const BLANK = 0.18
const COLUMN = 2.5
/** Runs of one page, and letters of a line that others are put into: what is more was not set for readers. */
const MOST_RUNS = 10_000
const LONGEST_LINE = 200

export function pageText(runs: readonly Run[]): string {
  const rows: Run[][] = []
  for (const run of runs.slice(0, MOST_RUNS).toSorted((one, other) => other.y - one.y)) {
    const row = rows.at(-1)
    const first = row?.[0]
    if (row !== undefined && first !== undefined && first.y - run.y <= SAME_LINE * Math.min(first.size, run.size))
      row.push(run)
    else rows.push([run])
  }
  return rows.map(rowText).join("\n")
}

function rowText(row: readonly Run[]): string {
  const line: Run[] = []
  for (const run of row.filter(({ text }) => text.trim() !== "").toSorted((one, other) => one.x - other.x)) {
    const before = line.at(-1)
    // A letter that the main font lacks is drawn later, in another font, into the gap that was left for it.
    if (before !== undefined && covers(before, run)) line[line.length - 1] = filled(before, run)
    else line.push(run)
  }
  return line.map((run, index) => gap(line[index - 1], run) + run.text.trim()).join("")
}

function covers(wide: Run, run: Run): boolean {
  return wide.text.length <= LONGEST_LINE && run.x + run.width / 2 < wide.x + wide.width
}

function gap(before: Run | undefined, run: Run): string {
  if (before === undefined) return ""
  const wide = run.x - (before.x + before.width)
  if (wide > COLUMN * run.size) return "\t"
  return wide > BLANK * run.size || /\s$/.test(before.text) || /^\s/.test(run.text) ? " " : ""
}

/** Puts a run where it stands in the wider one; the gap was read as a blank. */
function filled(wide: Run, inside: Run): Run {
  const letters = Array.from(wide.text)
  const total = letters.reduce((sum, letter) => sum + breadth(letter), 0)
  let at = wide.x
  let best = { index: letters.length, miss: Number.POSITIVE_INFINITY, blank: false }
  for (const [index, letter] of letters.entries()) {
    const blank = letter === " "
    // Where letters stand is guessed from their shapes, so a blank nearby is the better guess.
    const miss = Math.abs(at - inside.x) + (blank ? 0 : wide.size)
    if (miss < best.miss) best = { index, miss, blank }
    at += (breadth(letter) / total) * wide.width
  }
  letters.splice(best.index, best.blank ? 1 : 0, inside.text.trim())
  return { ...wide, text: letters.join("") }
}

/** Typical widths in a book face, as shares of its height; a blank here is one that a letter fills. */
function breadth(letter: string): number {
  if (/[mwMWƯ]/u.test(letter)) return 0.85
  if (/[iljtfrI.,;:'!|()-]/.test(letter)) return 0.3
  if (/\p{Lu}/u.test(letter)) return 0.68
  return letter === " " ? 0.35 : 0.48
}
