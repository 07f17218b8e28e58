/** Rich Text Format: objects, fields and templates, whatever stands between their letters. RTF 1.9.1. */
import { readCompound } from "./compound.ts"
import { BEGIN, END, SEPARATE, judgeFields } from "./fields.ts"
import { judgeNativeObject } from "./native-object.ts"
import { judgeCompound } from "./office.ts"
import { type Trait, named, shorten } from "./trait.ts"

/** Groups within groups; Word gives up before. */
const DEEPEST = 1_000
/** Octets of one object, in hex. */
const LONGEST_OBJECT = 60_000_000
const MOST_OBJECTS = 500

/** One level of braces: which destination its text belongs to. */
interface Group {
  readonly destination: string
  /** `\*` stood before its first word: who does not know the word skips the group. */
  starred: boolean
  fresh: boolean
}

interface Reading {
  readonly objects: { readonly hex: string[]; length: number }[]
  readonly words: Set<string>
  /** Classes of objects, as they are told beside their data. */
  classes: string
  fields: string
  template: string
}

/** Control words that say how an object is loaded. */
const TELLING = new Set(["objupdate", "objautlink", "objlink", "objocx", "objhtml", "objemb"])

export function judgeRtf(bytes: Buffer): readonly Trait[] {
  const reading = read(bytes.toString("latin1"))
  const { words, objects } = reading
  const template = reading.template.trim()
  return [
    ...(objects.length > 0 && words.has("objupdate")
      ? [{ kind: "active-content", why: "object-update" } as const]
      : []),
    ...(words.has("objocx") ? [{ kind: "active-content", why: "activex" } as const] : []),
    ...(words.has("objautlink") || words.has("objlink")
      ? [{ kind: "external-reference", why: "external-object" } as const]
      : []),
    ...(isRemote(template)
      ? [{ kind: "external-reference", why: "remote-template", name: shorten(template) } as const]
      : []),
    ...judgeFields(reading.fields),
    ...objects.flatMap((object) => judgeObject(object.hex.join(""), reading.classes)),
  ]
}

function isRemote(target: string): boolean {
  return /^["']?\s*(?:https?:|ftp:|file:\/\/[\w.-]|\\\\|\/\/)/i.test(target)
}

/** Words with their number, symbols, braces, and the text between. One pass. */
function read(rtf: string): Reading {
  const reading: Reading = { objects: [], words: new Set(), classes: "", fields: "", template: "" }
  const stack: Group[] = [{ destination: "", starred: false, fresh: true }]
  const token = /\\([A-Za-z]{1,64})(-?\d{1,10})? ?|\\'([0-9A-Fa-f]{2})|\\([^A-Za-z'])|([{}])|([^\\{}]+)/gy
  for (let match = token.exec(rtf); match !== null || token.lastIndex < rtf.length; match = token.exec(rtf)) {
    // A backslash at the very end, or one that begins nothing.
    if (match === null) break
    const [, word, number, hex, symbol, brace, text] = match
    const top = stack.at(-1)
    if (top === undefined) break
    if (brace === "{") open(stack, top)
    else if (brace === "}") close(stack, top, reading)
    else if (symbol !== undefined) top.starred ||= symbol === "*"
    else if (word !== undefined) {
      if (word.toLowerCase() === "bin")
        token.lastIndex += binary(rtf, token.lastIndex, Number(number ?? 0), top, reading)
      else control(stack, word.toLowerCase(), reading)
    } else write(top, text ?? String.fromCharCode(Number.parseInt(hex ?? "20", 16)), hex !== undefined, reading)
  }
  return reading
}

function open(stack: Group[], top: Group): void {
  if (stack.length > DEEPEST) return
  stack.push({ destination: top.destination, starred: false, fresh: true })
}

function close(stack: Group[], top: Group, reading: Reading): void {
  if (stack.length === 1) return
  stack.pop()
  const outer = stack.at(-1)?.destination
  if (top.destination === "field" && outer !== "field") reading.fields += END
  if (top.destination === "fldinst" && outer !== "fldinst") reading.fields += SEPARATE
}

/** A word may begin a destination; what an unknown one begins behind `\*` is read by nobody. */
function control(stack: Group[], word: string, reading: Reading): void {
  const top = stack.at(-1)
  if (top === undefined) return
  if (TELLING.has(word)) reading.words.add(word)
  const destination = destinationOf(word, top)
  top.fresh = false
  if (destination === null) return
  stack[stack.length - 1] = { ...top, destination, fresh: false }
  if (destination === "objdata" && reading.objects.length < MOST_OBJECTS) reading.objects.push({ hex: [], length: 0 })
  if (destination === "field") reading.fields += BEGIN
}

const DESTINATIONS = new Set(["objdata", "objclass", "template", "fldinst", "field", "fldrslt", "result", "pict"])

function destinationOf(word: string, top: Group): string | null {
  if (DESTINATIONS.has(word)) return word
  return top.starred && top.fresh ? "skipped" : null
}

function write(top: Group, text: string, isHex: boolean, reading: Reading): void {
  top.fresh = false
  switch (top.destination) {
    case "objdata": {
      const object = reading.objects.at(-1)
      if (object === undefined || object.length > LONGEST_OBJECT || isHex) return
      const digits = text.replace(/[^0-9A-Fa-f]+/g, "")
      object.hex.push(digits)
      object.length += digits.length
      return
    }
    case "objclass":
      if (reading.classes.length < 2_000) reading.classes += `${text} `
      return
    case "template":
      if (reading.template.length < 2_000) reading.template += text
      return
    case "fldinst":
    case "fldrslt":
      reading.fields += text.replace(/[\r\n]+/g, "")
      return
    default:
  }
}

/** `\binN`: N octets follow that are no tokens. In an object they are its octets. */
function binary(rtf: string, at: number, length: number, top: Group, reading: Reading): number {
  const size = Math.max(0, Math.min(length, rtf.length - at))
  if (top.destination === "objdata") {
    reading.objects.at(-1)?.hex.push(Buffer.from(rtf.slice(at, at + size), "latin1").toString("hex"))
  }
  return size
}

/** An odd digit more or less shifts everything after it: both readings are tried. */
function judgeObject(hex: string, classes: string): readonly Trait[] {
  const readings = [Buffer.from(hex, "hex"), Buffer.from(hex.slice(1), "hex")]
  for (const bytes of readings) {
    const traits = judgeStored(bytes, classes)
    if (traits !== null) return traits
  }
  return [{ kind: "active-content", why: "malformed-object" }]
}

/** Version, 2 for embedded, class, topic and item behind their lengths, then the octets. [MS-OLEDS] 2.2.5. */
function judgeStored(bytes: Buffer, classes: string): readonly Trait[] | null {
  const program = className(bytes)
  const start = bytes.indexOf(Buffer.from("d0cf11e0a1b11ae1", "hex"))
  const compound = start < 0 ? null : readCompound(bytes.subarray(start))
  const inner = compound === null ? [] : judgeCompound(compound, bytes.subarray(start))
  const isEquation =
    EDITOR.test(program) ||
    EDITOR.test(classes) ||
    bytes.includes(EQUATION) ||
    inner.some(({ why }) => why === "equation-editor")
  if (program === "" && compound === null) return null
  if (isEquation)
    return [{ kind: "active-content", why: "equation-object", ...(program === "" ? {} : { name: shorten(program) }) }]
  if (inner.length > 0) return inner
  if (/^package/i.test(program)) return packaged(bytes)
  return named("embedded-file", "object", [program === "" ? "OLE" : program])
}

/** Word's own, and not MathType, which calls its objects Equation.DSMT4. */
const EDITOR = /\bEquation(?!\.DSMT)/i
/** Class {0002CE02-0000-0000-C000-000000000046}. */
const EQUATION = Buffer.from("02ce020000000000c000000000000046", "hex")

function className(bytes: Buffer): string {
  if (bytes.length < 12) return ""
  const format = bytes.readUInt32LE(4)
  const length = bytes.readUInt32LE(8)
  if (format > 5 || length === 0 || length > 255) return ""
  const name = bytes.toString("latin1", 12, 12 + length - 1)
  return /^[\x20-\x7e]+$/.test(name) ? name : ""
}

/** Behind topic and item stands the size of what the packager wrote; its own head follows. */
function packaged(bytes: Buffer): readonly Trait[] {
  let at = 12 + bytes.readUInt32LE(8)
  for (let word = 0; word < 2 && at + 4 <= bytes.length; word++) at += 4 + bytes.readUInt32LE(at)
  return judgeNativeObject(bytes.subarray(at))
}
