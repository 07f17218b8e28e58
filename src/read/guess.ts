/** What a block of text could be in each of the old encodings, and how much sense that makes. */
import { ENCODINGS, isOf1258, octetsOf, octetsOf1258, viqr } from "./encodings.ts"
import { isSyllable } from "./syllable.ts"

/** A block that may be in an old encoding. */
export interface Suspect {
  /** Its beginning, by which it is judged. */
  readonly text: string
  readonly font: string
  readonly words: readonly string[]
  /** Words that are syllables as they stand. */
  readonly valid: number
  /** Every word is one; which says little, since `Tù` is two different words. */
  readonly isSound: boolean
}

export interface Reading {
  readonly encoding: string
  /** Of the beginning. */
  readonly text: string
  /** Of the whole block. */
  readonly decode: (text: string) => string
  readonly letters: number
  /** Shares of words that are syllables. */
  readonly before: number
  readonly after: number
  /** Words that became syllables, and those that were some and are none, or others, now. */
  readonly gained: number
  readonly lost: number
  readonly changed: number
  /** Nothing above ASCII stands in it that the encoding has no use for. */
  readonly whole: boolean
  /** Words of which it makes sense. */
  readonly sense: number
  /** The font speaks for it. */
  readonly hinted: boolean
}

/** Shares of a block's words that must be Vietnamese afterwards, and that must be gained. */
const VALID = 0.6
const GAIN = 0.3
/** Letters of a block that stands for itself. Shorter ones need a phrase that everybody knows, or neighbours in that encoding. */
const LONG = 20
/** Characters of a block that are looked at. */
const LONGEST_LOOK = 8_192
/** Words gained in a short block in which every word is a syllable. */
const WORDS = 3

/** Phrases of official papers, by which short blocks are known. */
const PHRASES =
  /kính (?:gửi|trình)|nơi nhận|ủy ban|xã hội|độc lập|hạnh phúc|(?:^|\P{L})(?:tuyệt |tối )?mật(?:\P{L}|$)|hỏa tốc|khẩn|công văn|quyết định|kế hoạch|báo cáo|thông báo|tờ trình|giấy mời|về việc|nghị quyết|căn cứ|văn bản|(?:^|\P{L})số:|hội đồng|chủ tịch|giám đốc|(?:^|\P{L})(?:tỉnh|sở|huyện|xã|phường)(?:\P{L}|$)|lưu:|đảng/iu

export function isProven({ letters, before, after, gained, text }: Reading): boolean {
  if (gained <= 0) return false
  if (letters >= LONG && after >= VALID && after - before >= GAIN) return true
  return (after === 1 && gained >= WORDS) || (after >= VALID && PHRASES.test(text))
}

/** `sound`: a text that is in this encoding wherever it can be told is in it also where it cannot. */
export function isBetter({ after, gained, lost, whole }: Reading, sound: boolean): boolean {
  return lost === 0 && after >= VALID && (gained > 0 || (sound && whole))
}

export function suspectOf(block: { readonly text: string; readonly font: string }): Suspect {
  const { font } = block
  const text = block.text.slice(0, LONGEST_LOOK)
  const words = isAscii(text) ? viqrWords(text) : wordsOf(text, RAW)
  const valid = words.filter(isSyllable).length
  return { text, font, words, valid, isSound: valid === words.length }
}

/** The best first. `order`: encodings by what is known of the text; the first of them that makes perfect sense is enough. */
export function readingsOf(suspect: Suspect, order: readonly string[] = []): readonly Reading[] {
  const { text, words, font } = suspect
  if (words.length === 0) return []
  if (isAscii(text)) return [readingOf(suspect, "VIQR", viqr)].filter((reading) => reading !== null)
  // The view of Windows-1258 comes first: what only that decoder writes is bytes.
  const views = isOf1258(text) ? [octetsOf1258, octetsOf] : [octetsOf]
  const rank = new Map(order.map((name, index) => [name, index]))
  const place = (name: string): number => rank.get(name) ?? rank.size
  const readings: Reading[] = []
  for (const encoding of ENCODINGS.toSorted((one, other) => place(one.name) - place(other.name))) {
    for (const view of views) {
      const hinted = font !== "" && encoding.fonts.test(font)
      const reading = readingOf(suspect, encoding.name, (all) =>
        besideSigns(all, (part) => encoding.decode(view(part))),
      )
      if (reading === null) continue
      const whole = (view(text).match(/[^\0-\x7f]/g) ?? []).every(
        (octet) => encoding.letters.has(octet) || SIGNS.test(octet),
      )
      readings.push({ ...reading, hinted, whole })
      if (reading.after === 1 && rank.get(encoding.name) === 0) return readings.slice(-1)
    }
  }
  return readings.toSorted(
    (one, other) =>
      other.after - one.after ||
      Number(other.hinted) - Number(one.hinted) ||
      place(one.encoding) - place(other.encoding) ||
      one.changed - other.changed,
  )
}

/** A dash between blanks is one, though it is a capital's octet in some of the encodings: `Độc lập – Tự do`. */
const STANDS_ALONE = /(?<=^|\s)[“”‘’–—…«»•·]+(?=\s|$)/u

function besideSigns(text: string, decode: (part: string) => string): string {
  if (!STANDS_ALONE.test(text)) return decode(text)
  const signs = [...text.matchAll(new RegExp(STANDS_ALONE, "gu"))]
  let out = ""
  let last = 0
  for (const { index, 0: sign } of signs) {
    out += decode(text.slice(last, index)) + sign
    last = index + sign.length
  }
  return out + decode(text.slice(last))
}

/** Null when it makes less of the block than it is. */
function readingOf(suspect: Suspect, encoding: string, decode: Reading["decode"]): Reading | null {
  const { words, valid, text } = suspect
  const decoded = decode(text)
  if (decoded === text) return null
  const after = wordsOf(decoded, SHOWN)
  let sense = 0
  let letters = 0
  for (const word of after) {
    letters += word.length
    if (isSyllable(word)) sense++
  }
  if (sense < valid || after.length === 0) return null
  let lost = 0
  let changed = 0
  if (after.length === words.length) {
    for (const [index, word] of words.entries()) {
      if (word === after[index] || !isSyllable(word)) continue
      changed++
      if (!isSyllable(after[index] ?? "")) lost++
    }
  }
  return {
    encoding,
    text: decoded,
    decode,
    letters,
    before: valid / words.length,
    after: sense / after.length,
    gained: sense - valid,
    lost,
    changed,
    sense: sense - changed / 2,
    hinted: false,
    whole: true,
  }
}

/** But for signs, which editors put in place of what was typed. */
function isAscii(text: string): boolean {
  return /^[\t\n\v\f\r\x20-\x7e“”‘’–—…]*$/.test(text)
}

/** Between words: signs that are letters in none of the encodings; and those of text that is shown. */
const RAW = /[\s\x21-\x2f:-@[-`{-~]+/
const SHOWN = /[\s\x21-\x2f:-@[-`{-~“”‘’–—…«»•·]+/
/** Numbers and codes, which are no words whatever they are read as. */
const NO_WORD = /\d|^[A-Z]{2,}$|^[b-df-hj-np-tv-z]$/i
/** Codes with a letter of ours: `QĐ`, `SGDĐT`. */
const CODE = /^[B-DF-HJ-NP-TV-XZĐ]+$/
/** Typographic signs, which go with every encoding. */
const SIGNS = /[\u00a0“”‘’–—…«»•·\x85\x91-\x97]/
/** Quotation marks on the side where they belong are none of an encoding's letters. */
const QUOTED = /^[“‘«]+|[”’»…–—]+$/g

function wordsOf(text: string, borders: RegExp): string[] {
  const words: string[] = []
  for (const piece of text.split(borders)) {
    const word = borders === RAW && /[^\w]/.test(piece) ? piece.replace(QUOTED, "") : piece
    if (word !== "" && !NO_WORD.test(word) && !CODE.test(word)) words.push(word)
  }
  return words
}

/** Signs of VIQR are parts of words, and end sentences besides. */
function viqrWords(text: string): string[] {
  return text.split(/[\s,;:!"/<>[\]{}|&%#@-]+|[.?]+(?=\s|$)/).filter((word) => word !== "" && !NO_WORD.test(word))
}
