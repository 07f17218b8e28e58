/** Opens PDFs: files embedded in them; and sealed ones, which become a PDF anybody can read. ISO 32000-1, 7.6 and 7.11. */
import { countFile, createOutput, Stop } from "../budget.ts"
import { inflate } from "../codec/zlib.ts"
import { firstThatOpens } from "../password.ts"
import { type Decode, type Member, namesOf, type Unpacked, unpacked, type Way } from "./member.ts"
import { createPdfLock, type PdfCipher } from "./pdf-crypto.ts"
import { openStrings } from "./pdf-strings.ts"
import { dictionaryAt, plainNames, stringAfter } from "./pdf-syntax.ts"

/** Objects that are looked at; a bomb has millions. */
const MOST_OBJECTS = 100_000
/** Characters of a dictionary. */
const LONGEST = 16_384

interface PdfObject {
  readonly number: number
  readonly generation: number
  /** Where what it says begins and ends in the file, its stream not counted. */
  readonly from: number
  readonly to: number
  readonly dictionary: string
  /** Where its stream lies; null when it has none. */
  readonly stream: { readonly from: number; readonly to: number } | null
}

export async function* pdf(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  countObjects(bytes)
  const text = bytes.toString("latin1")
  const sealed = encryptionOf(text)
  if (sealed !== null) {
    const lock = createPdfLock(sealed.dictionary, sealed.id)
    if (lock === null) throw new Stop("encrypted")
    // Without a password for its reader it is only its printing that is forbidden: everybody opens it.
    const free = lock("")
    const cipher = free ?? (await firstThatOpens(way.passwords, lock))
    if (cipher === null) throw new Stop("encrypted")
    yield { names: [], bytes: unsealed(bytes, text, { cipher, sealed }, way), trouble: null, opened: free === null }
    return
  }
  yield* embedded(bytes, text, way)
}

/** Before anybody reads them: a reader of text would take each for a page. */
function countObjects(bytes: Buffer): void {
  let count = 0
  for (let at = bytes.indexOf("endobj"); at >= 0; at = bytes.indexOf("endobj", at + 6)) {
    if (++count > MOST_OBJECTS) throw new Stop("too-many-files")
  }
}

function* objectsOf(text: string): Generator<PdfObject> {
  const begins = /(?<!\d)(\d{1,10})[ \t\r\n\f]{1,9}(\d{1,5})[ \t\r\n\f]{1,9}obj\b/g
  let count = 0
  for (let match = begins.exec(text); match !== null; match = begins.exec(text)) {
    if (++count > MOST_OBJECTS) throw new Stop("too-many-files")
    const at = match.index + match[0].length
    const raw = dictionaryAt(text, at, LONGEST)
    const stream = raw === null ? null : streamAt(text, at + raw.length, raw)
    const close = text.indexOf("endobj", at)
    const to = raw === null ? (close < 0 ? text.length : close) : at + raw.length
    const [number, generation] = [Number(match[1]), Number(match[2])]
    yield { number, generation, from: at, to, dictionary: plainNames(raw ?? ""), stream }
    if (stream !== null) begins.lastIndex = stream.to
  }
}

function streamAt(
  text: string,
  from: number,
  dictionary: string,
): { readonly from: number; readonly to: number } | null {
  const [keyword] = /^\s{0,20}stream(?:\r\n|\n|\r)/.exec(text.slice(from, from + 40)) ?? []
  const begin = keyword === undefined ? from : from + keyword.length
  if (keyword === undefined) return null
  const told = begin + Number(/\/Length\s{1,9}(\d{1,10})(?!\s{1,9}\d{1,5}\s{1,9}R)/.exec(dictionary)?.[1] ?? Number.NaN)
  if (told <= text.length && /^\s{0,4}endstream/.test(text.slice(told, told + 16))) return { from: begin, to: told }
  const end = text.indexOf("endstream", begin)
  if (end < 0) return { from: begin, to: text.length }
  return { from: begin, to: text[end - 2] === "\r" ? end - 2 : text[end - 1] === "\n" ? end - 1 : end }
}

/** A stream that is an embedded file by its own word, or by that of a file specification. */
async function* embedded(bytes: Buffer, text: string, way: Way): AsyncGenerator<Member> {
  const names = new Map<number, string[]>()
  const objects: PdfObject[] = []
  const learn = (words: string): void => {
    for (const { index } of words.matchAll(/\/EF\s{0,9}<</g)) {
      const around = words.slice(Math.max(0, index - 1_000), index + 1_000)
      const told = ["/UF", "/F"].flatMap((key) => stringAfter(around, key) ?? [])
      for (const [, number] of words
        .slice(index, index + 300)
        .matchAll(/\/(?:UF|F|DOS|Mac|Unix)\s{1,9}(\d{1,10})\s{1,9}\d{1,5}\s{1,9}R/g)) {
        names.set(Number(number), told)
      }
    }
  }
  for (const object of objectsOf(text)) {
    learn(object.dictionary)
    const { dictionary, stream } = object
    if (stream === null) continue
    if (/\/Type\s{0,9}\/ObjStm\b/.test(dictionary)) {
      const { bytes: content } = await unpacked(bytes.subarray(stream.from, stream.to), inflate, way.budget)
      learn(plainNames(content.toString("latin1")))
    } else objects.push(object)
  }
  for (const { number, dictionary, stream } of objects) {
    if (stream === null || !(names.has(number) || /\/Type\s{0,9}\/EmbeddedFile\b/.test(dictionary))) continue
    countFile(way.budget)
    const content = await decoded(bytes.subarray(stream.from, stream.to), dictionary, way)
    yield { names: (names.get(number) ?? []).flatMap((name) => namesOf(Buffer.from(name, "latin1"))), ...content }
  }
}

async function decoded(packed: Buffer, dictionary: string, { budget }: Way): Promise<Unpacked> {
  const [, list = ""] = /\/Filter\s{0,9}(\[[^\]]{0,200}\]|\/\w{1,40})/.exec(dictionary) ?? []
  let content: Unpacked = { bytes: packed, trouble: null }
  for (const [, filter = ""] of list.matchAll(/\/(\w{1,40})/g)) {
    if (content.trouble !== null) return content
    content = await unpacked(content.bytes, decoderOf(filter), budget)
  }
  return content
}

function decoderOf(filter: string): Decode {
  switch (filter) {
    case "FlateDecode":
    case "Fl":
      return inflate
    case "ASCIIHexDecode":
    case "AHx":
      return (packed, output) => output.push(Buffer.from(packed.toString("latin1").replace(/[^0-9a-f]/gi, ""), "hex"))
    case "ASCII85Decode":
    case "A85":
      return (packed, output) => output.push(ascii85(packed.toString("latin1")))
    default:
      return () => {
        throw new Stop("unsupported-archive")
      }
  }
}

function ascii85(text: string): Buffer {
  const octets: number[] = []
  const digits = text.replace(/~>.*$/s, "").replace(/\s/g, "").replaceAll("z", "!!!!!")
  for (let at = 0; at < digits.length; at += 5) {
    const group = digits.slice(at, at + 5)
    let value = 0
    for (let index = 0; index < 5; index++) value = value * 85 + (group.charCodeAt(index) || 117) - 33
    for (let index = 0; index < group.length - 1; index++) octets.push(Math.floor(value / 256 ** (3 - index)) & 0xff)
  }
  return Buffer.from(octets)
}

interface Encryption {
  /** The object that says so; null where it stands in the trailer itself. */
  readonly number: number | null
  readonly dictionary: string
  /** First of the two identifiers of the file. */
  readonly id: Buffer
}

/** What the last trailer says about it. */
function encryptionOf(text: string): Encryption | null {
  const at = text.lastIndexOf("/Encrypt")
  const told = /^\/Encrypt\s{0,9}(?:(\d{1,10})\s{1,9}\d{1,5}\s{1,9}R|(?=<<))/.exec(text.slice(at, at + 40))
  if (at < 0 || told === null) return null
  const id = stringAfter(text.slice(text.lastIndexOf("/ID"), text.lastIndexOf("/ID") + 400), "/ID") ?? ""
  const number = told[1]
  const dictionary = number === undefined ? dictionaryAt(text, at + 8, LONGEST) : objectNamed(text, number)
  if (dictionary === null) return null
  return {
    number: number === undefined ? null : Number(number),
    dictionary: plainNames(dictionary),
    id: Buffer.from(id, "latin1"),
  }
}

function objectNamed(text: string, number: string): string | null {
  const begin = [...text.matchAll(new RegExp(`(?<!\\d)${number}\\s{1,9}\\d{1,5}\\s{1,9}obj\\b`, "g"))].at(-1)
  return begin === undefined ? null : dictionaryAt(text, begin.index + begin[0].length, LONGEST)
}

interface Key {
  readonly cipher: PdfCipher
  readonly sealed: Encryption
}

/** The same file with its streams and strings in the clear: what is shorter by the cipher's padding is filled with blanks. */
function unsealed(bytes: Buffer, text: string, { cipher, sealed }: Key, { budget }: Way): Buffer {
  const output = createOutput(budget, bytes.length, bytes.length)
  output.push(bytes)
  const copy = output.done()
  const more: string[] = []
  const hasStrings = !/\/StrF\s{0,9}\/Identity\b/.test(sealed.dictionary)
  for (const { number, generation, from, to, dictionary, stream } of objectsOf(text)) {
    if (hasStrings && number !== sealed.number) {
      const anew = openStrings(copy, { text, from, to }, (octets) => cipher(octets, number, generation))
      if (anew !== null) more.push(`${number} ${generation} obj${anew}\nendobj\n`)
    }
    if (stream === null || /\/Type\s{0,9}\/XRef\b|\/Identity\b/.test(dictionary)) continue
    const plain = cipher(bytes.subarray(stream.from, stream.to), number, generation)
    copy.fill(" ", stream.from, stream.to)
    plain.copy(copy, stream.from)
  }
  for (let at = copy.indexOf("/Encrypt"); at >= 0; at = copy.indexOf("/Encrypt", at + 1))
    copy.write("/Opened_", at, "latin1")
  if (more.length === 0) return copy
  // Whoever looks for objects finds the later one of two.
  const rest = createOutput(budget, bytes.length, bytes.length)
  rest.push(copy)
  rest.push(Buffer.from(`\n${more.join("")}`, "latin1"))
  return rest.done()
}
