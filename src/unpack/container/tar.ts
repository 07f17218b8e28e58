/** tar (v7, ustar, pax, GNU), cpio (binary, odc, newc) and ar (also .deb): headers and contents in turn, nothing packed. POSIX pax(1), cpio(5), ar(5). */
import { countFile, Stop } from "../budget.ts"
import { cString, type Member, namesOf, type Way, slice } from "./member.ts"

const BLOCK = 512

export function* tar(bytes: Buffer, way: Way): Generator<Member> {
  let at = 0
  let longName: Buffer | null = null
  let pax: ReadonlyMap<string, Buffer> = new Map()
  let global: ReadonlyMap<string, Buffer> = new Map()
  let seen = 0
  while (at + BLOCK <= bytes.length) {
    const head = bytes.subarray(at, at + BLOCK)
    if (isZero(head)) {
      // Programs that were told so, and some that were not, read on behind the end.
      if (!isZero(bytes.subarray(at))) way.ambiguous()
      return
    }
    if (!isTarHeader(head)) throw new RangeError("no tar header")
    const type = String.fromCharCode(head[156] ?? 0)
    const declared = pax.get("size")?.toString("latin1")
    const size = "12345".includes(type)
      ? 0
      : declared === undefined
        ? number(head.subarray(124, 136))
        : Number(declared)
    const content = slice(bytes, at + BLOCK, size)
    at += BLOCK + Math.ceil(size / BLOCK) * BLOCK
    if (type === "x") pax = records(content)
    else if (type === "g") global = records(content)
    else if (type === "L") longName = cString(content)
    else if (type === "K" || type === "V") continue
    else {
      // Sparse and multi-volume members do not have their file's octets where a plain reader looks.
      if (type === "M") throw new Stop("split-archive")
      if (type === "S") throw new Stop("unsupported-archive")
      countFile(way.budget)
      seen++
      const names = [longName, pax.get("path"), global.get("path"), tarName(head)].flatMap((name) =>
        name === null || name === undefined ? [] : namesOf(name),
      )
      longName = null
      pax = new Map()
      const name = names[0] ?? ""
      if (isTricky(name)) way.ambiguous()
      if ("12".includes(type) && isTricky(cString(head.subarray(157, 257)).toString("latin1"))) way.ambiguous()
      if (!name.endsWith("/") && type !== "5") yield { names: [...new Set(names)], bytes: content, trouble: null }
    }
  }
  if (seen === 0) throw new RangeError("no member")
}

function isZero(octets: Buffer): boolean {
  return octets.every((octet) => octet === 0)
}

/** The sum of its octets, its own field taken for blanks; some writers summed signed ones. */
export function isTarHeader(head: Buffer): boolean {
  if (head.length < BLOCK) return false
  const told = number(head.subarray(148, 156))
  let sum = 0
  let signed = 0
  for (let at = 0; at < BLOCK; at++) {
    const octet = at >= 148 && at < 156 ? 0x20 : (head[at] ?? 0)
    sum += octet
    signed += octet > 127 ? octet - 256 : octet
  }
  return told > 0 && (told === sum || told === signed)
}

function tarName(head: Buffer): Buffer {
  const name = cString(head.subarray(0, 100))
  const prefix = head.toString("latin1", 257, 263) === "ustar\0" ? cString(head.subarray(345, 500)) : Buffer.alloc(0)
  return prefix.length === 0 ? name : Buffer.concat([prefix, Buffer.from("/"), name])
}

/** Octal digits, or base 256 where the first bit is set. NaN when neither. */
function number(field: Buffer): number {
  if (((field[0] ?? 0) & 0x80) !== 0) return Number(BigInt(`0x${field.subarray(1).toString("hex")}`))
  const [octal = ""] = field.toString("latin1").replaceAll("\0", " ").trim().split(" ")
  if (octal === "") return 0
  return /^[0-7]+$/.test(octal) ? Number.parseInt(octal, 8) : Number.NaN
}

/** `length keyword=value\n`, one after another. */
function records(content: Buffer): ReadonlyMap<string, Buffer> {
  const found = new Map<string, Buffer>()
  let at = 0
  while (at < content.length) {
    const space = content.indexOf(" ", at)
    const length = Number(content.toString("latin1", at, Math.max(at, space)))
    const equals = content.indexOf("=", space)
    if (!(space > at && length > space - at && equals > 0)) throw new RangeError("no pax record")
    found.set(content.toString("latin1", space + 1, equals), content.subarray(equals + 1, at + length - 1))
    at += length
  }
  return found
}

/** A path that leaves the folder it is unpacked into. */
export function isTricky(path: string): boolean {
  return /^(?:[/\\]|[a-z]:)|(?:^|[/\\])\.\.(?:[/\\]|$)|\0/i.test(path)
}

export function* cpio(bytes: Buffer, { budget }: Way): Generator<Member> {
  let at = 0
  for (;;) {
    const head = cpioHead(bytes, at)
    const name = cString(slice(bytes, at + head.size, head.nameSize))
    const from = at + head.size + head.nameSize
    const start = Math.ceil(from / head.pad) * head.pad
    const content = slice(bytes, start, head.fileSize)
    if (name.toString("latin1") === "TRAILER!!!") return
    at = Math.ceil((start + head.fileSize) / head.pad) * head.pad
    countFile(budget)
    // Type bits of st_mode: folders and devices hold nothing.
    if ((head.mode & 0xf000) === 0x8000) yield { names: namesOf(name), bytes: content, trouble: null }
  }
}

interface CpioHead {
  readonly size: number
  readonly nameSize: number
  readonly fileSize: number
  readonly mode: number
  /** Names and contents begin at multiples of this. */
  readonly pad: number
}

function cpioHead(bytes: Buffer, at: number): CpioHead {
  const magic = bytes.toString("latin1", at, at + 6)
  if (magic === "070701" || magic === "070702") {
    const field = (index: number): number =>
      digits(bytes.toString("latin1", at + 6 + index * 8, at + 14 + index * 8), 16)
    return { size: 110, mode: field(1), fileSize: field(6), nameSize: field(11), pad: 4 }
  }
  if (magic === "070707") {
    const field = (from: number, to: number): number => digits(bytes.toString("latin1", at + from, at + to), 8)
    return { size: 76, mode: field(18, 24), nameSize: field(59, 65), fileSize: field(65, 76), pad: 1 }
  }
  const little = bytes.readUInt16LE(at) === 0o070707
  if (!little && bytes.readUInt16BE(at) !== 0o070707) throw new RangeError("no cpio header")
  const short = (index: number): number =>
    little ? bytes.readUInt16LE(at + index * 2) : bytes.readUInt16BE(at + index * 2)
  return { size: 26, mode: short(3), nameSize: short(10), fileSize: short(11) * 65_536 + short(12), pad: 2 }
}

function digits(text: string, base: 8 | 16): number {
  const value = /^[0-9a-f]+$/i.test(text) ? Number.parseInt(text, base) : Number.NaN
  if (Number.isNaN(value)) throw new RangeError("no number")
  return value
}

export function* ar(bytes: Buffer, { budget }: Way): Generator<Member> {
  let at = 8
  let longNames = ""
  while (at + 60 <= bytes.length) {
    if (bytes.toString("latin1", at + 58, at + 60) !== "`\n") throw new RangeError("no ar header")
    const given = bytes.toString("latin1", at, at + 16).trimEnd()
    const size = Number(bytes.toString("latin1", at + 48, at + 58).trim())
    const content = slice(bytes, at + 60, size)
    at += 60 + size + (size % 2)
    if (given === "//") {
      longNames = content.toString("latin1")
      continue
    }
    countFile(budget)
    const bsd = /^#1\/(\d{1,5})$/.exec(given)?.[1]
    const gnu = /^\/(\d{1,9})$/.exec(given)?.[1]
    const skip = bsd === undefined ? 0 : Number(bsd)
    const name =
      bsd !== undefined
        ? cString(content.subarray(0, skip)).toString("latin1")
        : gnu !== undefined
          ? (longNames.slice(Number(gnu)).split("/\n", 1)[0] ?? "")
          : given.replace(/\/$/, "")
    yield { names: namesOf(Buffer.from(name, "latin1")), bytes: content.subarray(skip), trouble: null }
  }
  if (at < bytes.length) throw new RangeError("input ends")
}
