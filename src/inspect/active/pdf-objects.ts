/** Objects of a PDF, all revisions of them, wherever they stand: found by looking, since tables of offsets lie. ISO 32000-1, 7.3. */
import { decode } from "./pdf-filters.ts"
import { type Budget, hasName, hasValue, type PdfObject, readTokens, type Token } from "./pdf-tokens.ts"

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
