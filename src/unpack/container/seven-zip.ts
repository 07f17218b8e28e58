/** Opens 7z archives, sealed ones with the passwords of the message. */
import { createDecipheriv, createHash } from "node:crypto"
import { crc32 } from "node:zlib"
import { type Budget, countFile, createOutput, Stop } from "../budget.ts"
import { bcj2 } from "../codec/bcj2.ts"
import { bunzip2 } from "../codec/bzip2.ts"
import { inflate64 } from "../codec/deflate64.ts"
import { unfiltered } from "../codec/filter.ts"
import { createLzma, lzma2, propsOf } from "../codec/lzma.ts"
import { inflateRaw, unzstd } from "../codec/zlib.ts"
import { firstThatOpens } from "../password.ts"
import { type Decode, type Member, slice, troubleOf, type Unpacked, type Way } from "./member.ts"
import {
  type Coder,
  type Cursor,
  type Folder,
  type Header,
  mainOutput,
  octet,
  readHeader,
  readStreams,
  type Streams,
} from "./seven-zip-header.ts"

const AES = "06f10701"
const BCJ2 = "0303011b"

export async function* sevenZip(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  const seal = createSeal()
  const { header, opened } = await headerOf(bytes, way, seal)
  const withStream = header.files.filter(({ hasStream }) => hasStream).map(({ name }) => name)
  let next = 0
  for (const index of header.streams.folders.keys()) {
    const parts = header.streams.parts[index] ?? []
    if (parts.length === 0) continue
    const content = await unsealed(header.streams, index, way, seal)
    const byPassword = opened || content.opened
    let at = 0
    for (const { size, crc } of parts) {
      countFile(way.budget)
      const names = [withStream[next++] ?? ""]
      const part = content.bytes.subarray(at, at + size)
      at += size
      const whole = part.length === size && (crc === null || crc32(part) === crc)
      yield { names, bytes: part, trouble: whole ? null : (content.trouble ?? "corrupt"), opened: byPassword }
    }
  }
}

/** Follows headers that are packed, and perhaps sealed, themselves. */
async function headerOf(
  bytes: Buffer,
  way: Way,
  seal: Seal,
): Promise<{ readonly header: Header; readonly opened: boolean }> {
  const offset = Number(bytes.readBigUInt64LE(12))
  const size = Number(bytes.readBigUInt64LE(20))
  if (size === 0) return { header: { streams: { packed: [], folders: [], parts: [] }, files: [] }, opened: false }
  let cursor: Cursor = { bytes: slice(bytes, 32 + offset, size), at: 0 }
  if (crc32(cursor.bytes) !== bytes.readUInt32LE(28)) throw new RangeError("broken header")
  let opened = false
  for (let packed = 0; packed < 4; packed++) {
    const id = octet(cursor)
    if (id === 1) return { header: readHeader(cursor, bytes), opened }
    if (id !== 23) break
    const content = await unsealed(readStreams(cursor, bytes), 0, way, seal)
    if (content.trouble !== null) throw new Stop(content.trouble)
    opened ||= content.opened
    cursor = { bytes: content.bytes, at: 0 }
  }
  throw new RangeError("no header")
}

/** One folder, with the first password that gives the right sum where it is sealed. */
async function unsealed(
  streams: Streams,
  index: number,
  way: Way,
  seal: Seal,
): Promise<Unpacked & { readonly opened: boolean }> {
  const folder = streams.folders[index]
  if (folder === undefined) throw new RangeError("no such folder")
  const before = streams.folders.slice(0, index).reduce((sum, { packed }) => sum + packed.length, 0)
  const packed = streams.packed.slice(before, before + folder.packed.length)
  const isSealed = folder.coders.some(({ method }) => method === AES)
  const decodeWith = (keyOf: KeyOf | null): Promise<Unpacked> => decode(folder, packed, way.budget, keyOf)
  if (!isSealed) return { ...(await decodeWith(null)), opened: false }
  const parts = streams.parts[index] ?? []
  const found = await firstThatOpens(way.passwords, async (password) => {
    const kept = { out: way.budget.out, kept: way.budget.kept }
    const content = await decodeWith((props) => seal(password, props))
    if (content.trouble !== "corrupt" && isRight(content.bytes, folder, parts)) return content
    Object.assign(way.budget, kept)
    return null
  })
  return found === null ? { bytes: Buffer.alloc(0), trouble: "encrypted", opened: false } : { ...found, opened: true }
}

function isRight(bytes: Buffer, { crc }: Folder, parts: Streams["parts"][number]): boolean {
  if (crc !== null) return crc32(bytes) === crc
  const [first] = parts
  return first === undefined || first.crc === null || crc32(bytes.subarray(0, first.size)) === first.crc
}

type KeyOf = (props: Buffer) => Buffer

async function decode(
  folder: Folder,
  packed: readonly Buffer[],
  budget: Budget,
  keyOf: KeyOf | null,
): Promise<Unpacked> {
  try {
    return { bytes: await stream(folder, packed, mainOutput(folder), { budget, keyOf, depth: 0 }), trouble: null }
  } catch (error) {
    return { bytes: Buffer.alloc(0), trouble: troubleOf(error) }
  }
}

interface Run {
  readonly budget: Budget
  readonly keyOf: KeyOf | null
  readonly depth: number
}

/** What comes out of one output of the folder: of coders in a chain, and of one that joins four streams (BCJ2). */
async function stream(folder: Folder, packed: readonly Buffer[], output: number, run: Run): Promise<Buffer> {
  const coder = folder.coders[output]
  if (coder === undefined || run.depth > folder.coders.length) throw new RangeError("no such coder")
  if (folder.coders.some(({ outputs }) => outputs !== 1)) throw new Stop("unsupported-archive")
  const first = folder.coders.slice(0, output).reduce((sum, { inputs }) => sum + inputs, 0)
  const into: Buffer[] = []
  for (let input = first; input < first + coder.inputs; input++) {
    const pair = folder.pairs.find((one) => one.input === input)
    const source = packed[folder.packed.indexOf(input)]
    if (pair === undefined && source === undefined) throw new RangeError("no such stream")
    into.push(
      pair === undefined
        ? (source ?? Buffer.alloc(0))
        : await stream(folder, packed, pair.output, { ...run, depth: run.depth + 1 }),
    )
  }
  const size = folder.sizes[output] ?? 0
  const [main, call, jump, marks] = into
  if (main === undefined) throw new RangeError("no input")
  if (coder.inputs === 1) return decodeOne(coder, main, size, run)
  if (coder.method !== BCJ2 || call === undefined || jump === undefined || marks === undefined)
    throw new Stop("unsupported-archive")
  const joined = createOutput(run.budget, main.length, size)
  bcj2({ main, call, jump, marks }, size, joined)
  return joined.done()
}

async function decodeOne(coder: Coder, input: Buffer, size: number, { budget, keyOf }: Run): Promise<Buffer> {
  if (coder.method === AES) {
    if (keyOf === null) throw new Stop("encrypted")
    return decrypted(input, coder.props, keyOf).subarray(0, size)
  }
  if (coder.method === "00") return slice(input, 0, size)
  const filter = FILTERS.get(coder.method)
  if (filter !== undefined) {
    const content = Buffer.from(slice(input, 0, size))
    unfiltered(filter, coder.props, content)
    return content
  }
  const output = createOutput(budget, input.length, size)
  await decoderOf(coder, size)(input, output)
  const content = output.done()
  if (content.length < size) throw new RangeError("input ends")
  return content.subarray(0, size)
}

/** 7-Zip, "Methods.txt". */
const FILTERS: ReadonlyMap<string, number> = new Map([
  ["03", 3],
  ["04", 4],
  ["05", 5],
  ["06", 6],
  ["07", 7],
  ["08", 8],
  ["09", 9],
  ["0a", 10],
  ["03030103", 4],
  ["03030205", 5],
  ["03030401", 6],
  ["03030501", 7],
  ["03030701", 8],
  ["03030805", 9],
])

function decoderOf({ method, props }: Coder, size: number): Decode {
  switch (method) {
    case "21":
      return (input, output) => void lzma2(input, 0, output)
    case "030101":
      return (input, output) => {
        const lzma = createLzma(output)
        lzma.reset(propsOf(props.readUInt8(0)))
        lzma.run(input, 0, size)
      }
    case "040108":
      return inflateRaw
    case "040109":
      return inflate64
    case "040202":
      return bunzip2
    case "04f71101":
      return unzstd
    default:
      throw new Stop("unsupported-archive")
  }
}

/** The key for a password and the properties of the seal; the same archive asks for few. */
type Seal = (password: string, props: Buffer) => Buffer

/** Rounds of the key derivation, as a power of two: 7-Zip writes 19. */
const MOST_ROUNDS = 22

function createSeal(): Seal {
  const known = new Map<string, Buffer>()
  return (password, props) => {
    const name = `${props.toString("hex")}:${password}`
    const key = known.get(name) ?? derive(password, props)
    known.set(name, key)
    return key
  }
}

function sealProps(props: Buffer): { readonly power: number; readonly salt: Buffer; readonly iv: Buffer } {
  const first = props.readUInt8(0)
  const second = (first & 0xc0) === 0 ? 0 : props.readUInt8(1)
  const salt = ((first >> 7) & 1) + (second >> 4)
  const iv = ((first >> 6) & 1) + (second & 15)
  const full = Buffer.alloc(16)
  props.copy(full, 0, 2 + salt, 2 + salt + iv)
  return { power: first & 0x3f, salt: props.subarray(2, 2 + salt), iv: full }
}

/** SHA-256 over salt, password and a counter, again and again. */
function derive(password: string, props: Buffer): Buffer {
  const { power, salt } = sealProps(props)
  const words = Buffer.concat([salt, Buffer.from(password, "utf16le")])
  if (power === 0x3f) return Buffer.concat([words, Buffer.alloc(32)]).subarray(0, 32)
  if (power > MOST_ROUNDS) throw new Stop("encrypted")
  const each = words.length + 8
  const batch = Math.min(2 ** power, 1_024)
  const rounds = Buffer.alloc(each * batch)
  for (let index = 0; index < batch; index++) words.copy(rounds, index * each)
  const hash = createHash("sha256")
  for (let round = 0; round < 2 ** power; round += batch) {
    for (let index = 0; index < batch; index++) rounds.writeUInt32LE(round + index, index * each + words.length)
    hash.update(rounds)
  }
  return hash.digest()
}

function decrypted(input: Buffer, props: Buffer, keyOf: KeyOf): Buffer {
  const decipher = createDecipheriv("aes-256-cbc", keyOf(props), sealProps(props).iv).setAutoPadding(false)
  return decipher.update(input.subarray(0, input.length - (input.length % 16)))
}
