/** Properties of an old office file: author, company, title. [MS-OLEPS]. */
import { TextDecoder } from "node:util"
import type { Paper } from "./paper.ts"
import { property } from "./properties.ts"

/** Numbers of properties, as OOXML calls them. [MS-OLEPS] 3.1.2, [MS-OSHARED] 2.3.3.2.2.1. */
const SUMMARY: ReadonlyMap<number, string> = new Map([
  [2, "title"],
  [3, "subject"],
  [4, "author"],
  [5, "keywords"],
  [6, "description"],
  [8, "lastmodifiedby"],
])
const DOCUMENT_SUMMARY: ReadonlyMap<number, string> = new Map([
  [2, "category"],
  [14, "manager"],
  [15, "company"],
])
const STRING_8 = 0x1e
const STRING_16 = 0x1f
const MOST = 100
const LONGEST = 1_000

export function summaryOf(streams: ReadonlyMap<string, Buffer>, paper: Paper): void {
  read(streams.get("\x05summaryinformation"), SUMMARY, paper)
  read(streams.get("\x05documentsummaryinformation"), DOCUMENT_SUMMARY, paper)
}

function read(stream: Buffer | undefined, names: ReadonlyMap<number, string>, paper: Paper): void {
  if (stream === undefined || stream.length < 56) return
  const set = stream.subarray(stream.readUInt32LE(44))
  if (set.length < 8) return
  const count = Math.min(set.readUInt32LE(4), MOST, Math.floor((set.length - 8) / 8))
  const places = Array.from({ length: count }, (_, index) => [
    set.readUInt32LE(8 + 8 * index),
    set.readUInt32LE(12 + 8 * index),
  ])
  const codePage = places.find(([number]) => number === 1)?.[1]
  const page = codePage !== undefined && codePage + 6 <= set.length ? set.readUInt16LE(codePage + 4) : 1_252
  for (const [number = 0, at = 0] of places) {
    const name = names.get(number)
    if (name === undefined || at + 8 > set.length) continue
    const kind = set.readUInt32LE(at)
    const length = Math.min(set.readUInt32LE(at + 4), LONGEST)
    const octets = set.subarray(at + 8, at + 8 + length * (kind === STRING_16 ? 2 : 1))
    const text = kind === STRING_16 ? octets.toString("utf16le") : kind === STRING_8 ? decode(octets, page) : ""
    property(name, text.split("\0", 1)[0] ?? "", paper)
  }
  paper.turn("body")
}

function decode(octets: Buffer, page: number): string {
  if (page === 65_001) return octets.toString("utf8")
  if (page === 1_200) return octets.toString("utf16le")
  return new TextDecoder(page === 1_258 ? "windows-1258" : "windows-1252").decode(octets)
}
