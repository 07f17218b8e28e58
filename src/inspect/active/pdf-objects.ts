/** Objects of a PDF, all revisions of them, wherever they stand: found by looking, since tables of offsets lie. ISO 32000-1, 7.3. */
import { decode } from "./pdf-filters.ts"

export interface PdfObject {
  readonly number: number
  readonly tokens: readonly Token[]
  /** Still encoded; null when it has none. */
  readonly stream: Buffer | null
}

/** `mark`: `<<`, `>>`, `[`, `]`; `word`: numbers, `R`, `true`. Names come without their slash, `#xx` undone. */
export interface Token {
  readonly is: "name" | "string" | "mark" | "word"
  readonly text: string
}

export interface Budget {
  /** Octets that may still be inflated. */
  octets: number
  /** Tokens that may still be read. */
  tokens: number
}

/** An honest drawing has some hundred thousand objects. */
const MOST_OBJECTS = 500_000

/** Null: over the budget. Objects in object streams are among them. */
export function readObjects(bytes: Buffer, budget: Budget): readonly PdfObject[] | null {
  const text = bytes.toString("latin1")
  const objects: PdfObject[] = []
  const start = /(\d{1,10})\s+\d{1,5}\s+obj(?![A-Za-z])/g
  for (let match = start.exec(text); match !== null; match = start.exec(text)) {
    const from = match.index + match[0].length
    const head = readTokens(text, from, budget)
    if (budget.tokens <= 0 || objects.length >= MOST_OBJECTS) return null
    const stream = streamAt(text, bytes, head.end)
    const object = { number: Number(match[1]), tokens: head.tokens, stream: stream?.bytes ?? null }
    objects.push(object)
    // What is behind a filter is no object; but whoever hid one in there is met as well.
    start.lastIndex = stream === null || stream.hides || !hasName(object, "Filter") ? head.end : stream.end
  }
  const trailers = [...text.matchAll(/\btrailer\b/g)]
    .slice(0, 1_000)
    .map(({ index }) => readTokens(text, index + 7, budget))
  objects.push(...trailers.map(({ tokens }) => ({ number: -1, tokens, stream: null })))
  return unpackObjectStreams(objects, budget)
}

/** Objects in compressed streams: pairs of number and offset, then the objects themselves. 7.5.7. */
function unpackObjectStreams(objects: PdfObject[], budget: Budget): readonly PdfObject[] | null {
  const holders = objects.filter((object) => object.stream !== null && hasValue(object, "Type", "ObjStm"))
  for (const holder of holders) {
    const inner = decode(holder, budget)
    if (budget.octets <= 0) return null
    if (inner === null) continue
    const text = inner.toString("latin1")
    const { tokens } = readTokens(text, 0, budget)
    if (budget.tokens <= 0) return null
    objects.push(...split(tokens, text, budget))
  }
  return budget.tokens <= 0 ? null : objects
}

function split(tokens: readonly Token[], text: string, budget: Budget): readonly PdfObject[] {
  const numbers: number[] = []
  for (const token of tokens) {
    if (token.is !== "word" || !/^\d+$/.test(token.text)) break
    numbers.push(Number(token.text))
  }
  const offsets = numbers.filter((_, index) => index % 2 === 1)
  const first = text.search(/[<[(/]/)
  if (first < 0 || offsets.length === 0) return []
  // The tokens of all as one object find every name; single ones are looked up by their number.
  const single = offsets.slice(0, 2_000).map((offset, index) => ({
    number: numbers[2 * index] ?? 0,
    tokens: readTokens(
      text,
      first + offset - (offsets[0] ?? 0),
      budget,
      offsets[index + 1] === undefined ? undefined : first + (offsets[index + 1] ?? 0) - (offsets[0] ?? 0),
    ).tokens,
    stream: null,
  }))
  return [{ number: -1, tokens: tokens.slice(numbers.length), stream: null }, ...single]
}

interface Stream {
  readonly bytes: Buffer
  readonly end: number
  /** There are objects in it. */
  readonly hides: boolean
}

function streamAt(text: string, bytes: Buffer, at: number): Stream | null {
  const keyword = /\s*stream\r?\n?/y
  keyword.lastIndex = at
  const match = keyword.exec(text)
  if (match === null) return null
  const from = at + match[0].length
  const found = text.indexOf("endstream", from)
  const end = found < 0 ? text.length : found
  const inside = bytes.subarray(from, end)
  return { bytes: inside, end, hides: inside.includes("endobj") }
}

/** White space ends nothing, delimiters do. 7.2.2. */
const TOKEN =
  /[\0\t\n\f\r ]+|%[^\r\n]*|\/([^\0\t\n\f\r ()<>[\]{}/%]*)|(<<|>>|[[\]{}])|<([^>]*)>|(\()|([^\0\t\n\f\r ()<>[\]{}/%]+)|./sy

/** Up to `stream`, `endobj` or the next object. */
function readTokens(
  text: string,
  from: number,
  budget: Budget,
  to = text.length,
): { readonly tokens: readonly Token[]; readonly end: number } {
  const tokens: Token[] = []
  let at = from
  while (at < to && budget.tokens > 0) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) break
    const [whole, name, mark, hex, paren, word] = match
    if (word === "stream" || word === "endobj" || word === "obj" || word === "xref" || word === "startxref") break
    at += whole.length
    if (name !== undefined) tokens.push({ is: "name", text: nameOf(name) })
    else if (mark !== undefined) tokens.push({ is: "mark", text: mark })
    else if (hex !== undefined)
      tokens.push({ is: "string", text: Buffer.from(hex.replace(/[^0-9A-Fa-f]+/g, ""), "hex").toString("latin1") })
    else if (paren !== undefined) {
      const string = literal(text, at)
      tokens.push({ is: "string", text: string.text })
      at = string.end
    } else if (word !== undefined) tokens.push({ is: "word", text: word })
    budget.tokens--
  }
  return { tokens, end: at }
}

function nameOf(written: string): string {
  return written.includes("#")
    ? written.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : written
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

/** Balanced parentheses belong to it. 7.3.4.2. */
function literal(text: string, from: number): { readonly text: string; readonly end: number } {
  const stop = /[\\()]/g
  let depth = 1
  let plain = ""
  let at = from
  for (;;) {
    stop.lastIndex = at
    const match = stop.exec(text)
    if (match === null) return { text: plain + text.slice(at), end: text.length }
    plain += text.slice(at, match.index)
    at = match.index + 1
    if (match[0] === "\\") {
      const octal = /[0-7]{1,3}/y
      octal.lastIndex = at
      const digits = octal.exec(text)?.[0]
      const letter = text.charAt(at)
      plain +=
        digits === undefined
          ? (ESCAPES[letter] ?? (/[\r\n]/.test(letter) ? "" : letter))
          : String.fromCharCode(Number.parseInt(digits, 8) & 0xff)
      at += digits?.length ?? 1
    } else {
      depth += match[0] === "(" ? 1 : -1
      if (depth === 0) return { text: plain, end: at }
      plain += match[0]
    }
  }
}

export function hasName({ tokens }: Pick<PdfObject, "tokens">, name: string): boolean {
  return tokens.some((token) => token.is === "name" && token.text === name)
}

/** `/key /value` stands in it. */
export function hasValue({ tokens }: Pick<PdfObject, "tokens">, key: string, value: string): boolean {
  return tokens.some((token, index) => token.is === "name" && token.text === key && isName(tokens[index + 1], value))
}

function isName(token: Token | undefined, text: string): boolean {
  return token?.is === "name" && token.text === text
}
