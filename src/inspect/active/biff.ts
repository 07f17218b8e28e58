/** The workbook stream of Excel: macro sheets of Excel 4, names that run at opening, DDE links. [MS-XLS]. */
import { callsOf } from "./formula.ts"
import { type Trait, named, shorten } from "./trait.ts"

/** Record types. [MS-XLS] 2.3.1. */
const BOUND_SHEET = 0x85
const NAME = 0x18
const FORMULA = 0x06
const SUP_BOOK = 0x1ae
const FILE_PASS = 0x2f
const EXTERN_NAME = 0x23
const BOF = 0x809

/** A workbook of the largest size has some million cells; beyond that nothing new is told. */
const MOST_RECORDS = 3_000_000
const HIDDEN = ["", "hidden ", "very hidden "]

export function judgeWorkbook(stream: Buffer): readonly Trait[] {
  const traits: Trait[] = []
  const calls = new Set<string>()
  let biff8 = true
  let at = 0
  for (let records = 0; at + 4 <= stream.length && records < MOST_RECORDS; records++) {
    const type = stream.readUInt16LE(at)
    const length = stream.readUInt16LE(at + 2)
    const data = stream.subarray(at + 4, at + 4 + length)
    at += 4 + length
    // Octets of every later record are encrypted: nothing in them can be read.
    if (type === FILE_PASS) break
    if (type === BOF && data.length >= 2) biff8 = data.readUInt16LE(0) >= 0x600
    else if (type === BOUND_SHEET) traits.push(...judgeSheet(data, biff8))
    else if (type === NAME) traits.push(...judgeName(data, biff8))
    else if (type === SUP_BOOK) traits.push(...judgeBook(data))
    else if (type === EXTERN_NAME && !biff8) traits.push(...judgeOldLink(data))
    else if (type === FORMULA && data.length > 22) for (const call of callsOf(data, biff8)) calls.add(call)
  }
  return [...traits, ...named("macro", "suspicious", calls)]
}

/** Offset, visibility, kind of sheet (1: macro sheet), name. [MS-XLS] 2.4.28. */
function judgeSheet(data: Buffer, biff8: boolean): readonly Trait[] {
  if (data.length < 7 || data[5] !== 1) return []
  const name = text(data.subarray(7), data[6] ?? 0, biff8)
  return [{ kind: "macro", why: "xlm", name: shorten(`${HIDDEN[(data[4] ?? 0) & 3] ?? ""}${name}`) }]
}

/** Names that Excel knows by number: 1 is Auto_Open, 2 Auto_Close. [MS-XLS] 2.4.150. */
function judgeName(data: Buffer, biff8: boolean): readonly Trait[] {
  if (data.length < 15) return []
  const isBuiltIn = (data.readUInt16LE(0) & 0x20) !== 0
  const length = data[3] ?? 0
  const name = text(data.subarray(14), length, biff8)
  const code = name.charCodeAt(0)
  const auto = isBuiltIn
    ? code === 1 || code === 2
    : /^auto_?(?:open|close|activate|deactivate)/i.test(name.replaceAll("\0", ""))
  if (!auto) return []
  return [
    { kind: "macro", why: "auto-run", name: isBuiltIn ? (code === 1 ? "Auto_Open" : "Auto_Close") : shorten(name) },
  ]
}

/** `program \x03 topic`: DDE, or a linked object. Our own book and add-ins have a mark instead of a path. [MS-XLS] 2.4.271. */
function judgeBook(data: Buffer): readonly Trait[] {
  if (data.length < 5) return []
  const length = data.readUInt16LE(2)
  if (length === 0x0401 || length === 0x3a01 || length === 0) return []
  const path = text(data.subarray(4), length, true)
  // A path of a file is marked, and its folders stand apart by the same octet: a workbook that counts on another one is no DDE.
  const isFile = path.startsWith("\x01")
  if (!isFile && path.includes("\x03"))
    return [{ kind: "active-content", why: "dde", name: shorten(path.replace("\x03", "|")) }]
  // Marks of [MS-XLS] 2.5.277: 1 begins a path, 5 one that is an address, @ a share.
  const isElsewhere = /^(?:https?:|\\\\|#|@)/i.test(path.replaceAll("\x01", "").replace("\x05", "#"))
  return isElsewhere ? [{ kind: "external-reference", why: "workbook-link", name: shorten(path) }] : []
}

/** Excel 5: the topic stands in the name of the link. */
function judgeOldLink(data: Buffer): readonly Trait[] {
  return /[A-Za-z]$/.test(data.toString("latin1").split("\x03", 1)[0] ?? "") && data.includes(3)
    ? [{ kind: "active-content", why: "dde" }]
    : []
}

/** Characters behind an octet that tells their width; in Excel 5 without that octet. [MS-XLS] 2.5.294. */
function text(data: Buffer, length: number, biff8: boolean): string {
  if (!biff8) return data.toString("latin1", 0, length)
  return ((data[0] ?? 0) & 1) === 1
    ? data.toString("utf16le", 1, 1 + 2 * length)
    : data.toString("latin1", 1, 1 + length)
}
