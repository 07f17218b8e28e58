/** Gathers what a document says: runs in their fonts, lines, rows of tables, and what stands in its margins. */
import { type Extract, LONGEST_TEXT, type Shown } from "../mail/text.ts"
import { type Block, recover } from "./recover.ts"

export type Place = "body" | "margins"

/** How a run is shown. */
export interface Look {
  /** "" where the document does not say. */
  readonly font: string
  /** Typed in any way, shown in capitals. */
  readonly capitals: boolean
}

export const PLAIN_LOOK: Look = { font: "", capitals: false }

export interface Paper {
  run(text: string, look?: Look): void
  /** Ends a paragraph. */
  line(): void
  /** A table's row begins, its next cell, its end: cells of one line each stand beside each other. */
  row(): void
  cell(): void
  endRow(): void
  /** Where what follows stands. */
  turn(place: Place): void
  /** Nothing more is taken. */
  full(): boolean
  show(shown: Shown): void
  extract(whole?: boolean): Extract
}

interface Piece extends Block {
  text: string
  readonly place: Place
  readonly capitals: boolean
  end: "" | "\n" | "\t"
}

/** A text of single letters, each in a font of its own, ends here. */
const MOST_PIECES = 100_000
/** Fonts that show an old encoding; which of the others it is matters to nobody. */
const OLD_FONT = /^(?:[A-Z]{6}\+)?(\.?vn.*|vni.*|vps.*|abc.*|tcvn.*|vis.*)$/i

export function createPaper(): Paper {
  const pieces: Piece[] = []
  const shows: Shown[] = []
  const rows: { readonly first: number; readonly cells: number[] }[] = []
  const room: Record<Place, number> = { body: LONGEST_TEXT, margins: LONGEST_TEXT }
  let place: Place = "body"
  let cut = false

  const put = (text: string, look: Look, end: Piece["end"]): void => {
    const left = room[place]
    if (left <= 0 || pieces.length >= MOST_PIECES) {
      cut = true
      return
    }
    const taken = text.slice(0, left)
    room[place] -= taken.length + 1
    cut ||= taken.length < text.length
    const font = OLD_FONT.exec(look.font)?.[1] ?? ""
    const last = pieces.at(-1)
    const same = last?.end === "" && last.place === place && last.font === font && last.capitals === look.capitals
    if (last !== undefined && same) {
      last.text += taken
      last.end = end
    } else pieces.push({ text: taken, font, capitals: look.capitals, place, end, begins: last?.end !== "" })
  }

  return {
    run: (text, look = PLAIN_LOOK) => {
      if (text === "") return
      // A workbook may name one long text in every cell: what there is no room for is not looked at.
      if (room[place] <= 0) cut = true
      // One character more than there is room for tells that it is cut.
      else put(text.slice(0, room[place] + 1).replace(/[\r\n]+/g, " "), look, "")
    },
    line() {
      const last = pieces.at(-1)
      if (last?.end === "" && last.place === place) last.end = "\n"
    },
    row: () => void rows.push({ first: pieces.length, cells: [] }),
    cell() {
      this.line()
      rows.at(-1)?.cells.push(pieces.length)
    },
    endRow() {
      this.line()
      const row = rows.pop()
      if (row !== undefined) beside(pieces, row.first, row.cells)
    },
    turn(next) {
      if (next !== place) this.line()
      place = next
    },
    full: () => room.body <= 0 && room.margins <= 0,
    show: (shown) => void (shows.length < MOST_SHOWN && shows.push(shown)),
    extract(whole = true) {
      const { texts, encodings } = recover(pieces)
      const out: Record<Place, string> = { body: "", margins: "" }
      for (const [index, piece] of pieces.entries()) {
        const text = texts[index] ?? ""
        out[piece.place] += (piece.capitals ? text.toUpperCase() : text) + piece.end
      }
      const legacy = encodings.map((note): Shown => ({ feature: "legacy-encoding", note }))
      return { text: out, whole: whole && !cut, shows: [...shows, ...legacy] }
    },
  }
}

const MOST_SHOWN = 20

/** Cells of one line each become one line; others stay below each other, as letterheads of two columns are read. */
function beside(pieces: Piece[], first: number, cells: readonly number[]): void {
  const borders = [...cells, pieces.length]
  let from = first
  for (const to of borders) {
    if (pieces.slice(from, to).filter(({ end }) => end === "\n").length > 1) return
    from = to
  }
  for (let index = first; index < pieces.length - 1; index++) {
    const piece = pieces[index]
    if (piece?.end === "\n") piece.end = "\t"
  }
}
