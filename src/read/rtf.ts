/** The text of .rtf: control words, groups, octets in the character set of their font. Rich Text Format 1.9.1. */
import { TextDecoder } from "node:util"
import type { Extract } from "../mail/text.ts"
import { createPaper, type Paper, type Place, PLAIN_LOOK } from "./paper.ts"
import { property } from "./properties.ts"

/** What a group inherits and its end takes back. */
interface State {
  /** What its text is for. */
  readonly to: "page" | "nothing" | "fonts" | "property"
  readonly place: Place
  readonly font: number
  readonly capitals: boolean
  /** Characters behind a `\u` that stand in for it. */
  readonly standIns: number
}

const DEEPEST = 500
const TOKEN = /\\([a-z]{1,32})(-?\d{1,10})? ?|\\'([0-9a-f]{2})|\\([^a-z])|([{}])|[^\\{}\r\n]+|[\r\n]+|\\/giy

/** Groups whose text nobody sees. */
const NOTHING = new Set(
  "colortbl stylesheet pict objdata fldinst themedata datastore listtable listoverridetable rsidtbl generator latentstyles xmlnstbl mmathPr datafield nonshppict pgptbl revtbl bkmkstart bkmkend".split(
    " ",
  ),
)
const MARGINS = new Set(
  "header headerl headerr headerf footer footerl footerr footerf footnote annotation shptxt".split(" "),
)
const PROPERTIES = new Set("title subject author operator manager company keywords category doccomm".split(" "))
const NAMES: Readonly<Record<string, string>> = { operator: "lastmodifiedby", doccomm: "description" }
const SIGNS: Readonly<Record<string, string>> = {
  tab: "\t",
  emdash: "—",
  endash: "–",
  lquote: "‘",
  rquote: "’",
  ldblquote: "“",
  rdblquote: "”",
  bullet: "•",
  emspace: " ",
  enspace: " ",
}
/** Code page of a font's character set. */
const CHARSETS: Readonly<Record<number, string>> = {
  128: "shift_jis",
  129: "euc-kr",
  134: "gbk",
  136: "big5",
  161: "windows-1253",
  162: "windows-1254",
  163: "windows-1258",
  177: "windows-1255",
  178: "windows-1256",
  186: "windows-1257",
  204: "windows-1251",
  222: "windows-874",
  238: "windows-1250",
}

/** Null when it is no such file. */
export function rtfText(bytes: Buffer, longest: number): Extract | null {
  const source = bytes.toString("latin1", 0, longest)
  if (!/^\s{0,20}\{\\rt/.test(source)) return null
  const paper = createPaper()
  const writer = createWriter(paper)
  TOKEN.lastIndex = 0
  let torn = false
  while (!paper.full()) {
    const token = TOKEN.exec(source)
    if (token === null) break
    const [all, word, number, hex, sign, brace] = token
    if (brace !== undefined) writer.group(brace === "{")
    else if (word !== undefined) {
      if (word === "bin") {
        TOKEN.lastIndex += Math.max(0, Number(number ?? 0))
        torn ||= TOKEN.lastIndex > source.length
      } else writer.word(word, number === undefined ? null : Number(number))
    } else if (hex !== undefined) writer.octet(Number.parseInt(hex, 16))
    else if (sign !== undefined) writer.sign(sign)
    else if (!/^[\r\n]/.test(all) && all !== "\\") for (const letter of all) writer.octet(letter.charCodeAt(0))
  }
  writer.flush()
  paper.line()
  return paper.extract(bytes.length <= longest && !torn)
}

interface Font {
  readonly name: string
  readonly charset: number
}

function createWriter(paper: Paper) {
  const stack: State[] = []
  const fonts = new Map<number, Font>()
  let state: State = { to: "page", place: "body", font: -1, capitals: false, standIns: 1 }
  let codePage = "windows-1252"
  let defaultFont = 0
  let defining = { number: 0, name: "", charset: 0 }
  let skip = 0
  let octets: number[] = []
  let info = { name: "", value: "" }
  /** A group's first word may be `\*`: what nobody knows is skipped. */
  let optional = false

  const fontNow = (): Font => fonts.get(state.font < 0 ? defaultFont : state.font) ?? { name: "", charset: 0 }
  const put = (text: string): void => {
    if (state.to === "fonts") defining = { ...defining, name: defining.name + text }
    else if (state.to === "property") info = { ...info, value: info.value + text }
    else if (state.to === "page") {
      paper.turn(state.place)
      paper.run(text, { ...PLAIN_LOOK, font: fontNow().name, capitals: state.capitals })
    }
  }
  const flush = (): void => {
    if (octets.length === 0) return
    const { charset } = fontNow()
    const taken = Buffer.from(octets)
    octets = []
    // A symbol font's characters are drawings; an old Vietnamese one may be declared as one.
    put(new TextDecoder(CHARSETS[charset] ?? codePage).decode(taken))
  }
  const define = (): void => {
    if (state.to === "fonts" && defining.name !== "")
      fonts.set(defining.number, { name: defining.name.replace(/;.*$/s, "").trim(), charset: defining.charset })
    defining = { number: 0, name: "", charset: 0 }
  }
  const change = (next: Partial<State>): void => {
    state = { ...state, ...next }
  }

  const word = (name: string, number: number | null): void => {
    flush()
    const starred = optional
    optional = false
    if (name === "u") {
      put(String.fromCharCode((number ?? 0) & 0xffff))
      skip = state.standIns
    } else if (name === "uc") change({ standIns: Math.max(0, Math.min(10, number ?? 1)) })
    else if (name === "fonttbl") change({ to: "fonts" })
    else if (NOTHING.has(name)) change({ to: "nothing" })
    else if (MARGINS.has(name)) {
      paper.line()
      change({ place: "margins" })
    } else if (PROPERTIES.has(name)) {
      change({ to: "property" })
      info = { name: NAMES[name] ?? name, value: "" }
    } else if (name === "f") {
      if (state.to === "fonts") {
        define()
        defining = { ...defining, number: number ?? 0 }
      } else change({ font: number ?? 0 })
    } else if (name === "fcharset") defining = { ...defining, charset: number ?? 0 }
    else if (name === "deff") defaultFont = number ?? 0
    else if (name === "ansicpg") codePage = codePageOf(number ?? 1_252)
    else if (name === "plain") change({ font: -1, capitals: false })
    else if (name === "caps") change({ capitals: number !== 0 })
    else if (SIGNS[name] !== undefined) put(SIGNS[name])
    else if (state.to === "page") layout(name)
    if (starred && !KNOWN_OPTIONAL.has(name)) change({ to: "nothing" })
  }
  const layout = (name: string): void => {
    if (name === "par" || name === "line" || name === "sect" || name === "page") paper.line()
    else if (name === "trowd" || name === "cell" || name === "nestcell" || name === "row") paper.line()
  }

  return {
    word,
    flush,
    group(begins: boolean): void {
      flush()
      skip = 0
      if (begins) {
        if (stack.length < DEEPEST) stack.push(state)
        return
      }
      const before = stack.pop() ?? state
      if (state.to === "fonts") define()
      if (state.to === "property" && before.to !== "property") property(info.name, info.value, paper)
      if (state.place !== before.place) paper.line()
      state = before
      optional = false
    },
    octet(value: number): void {
      if (skip > 0) skip--
      else if (state.to !== "nothing") octets.push(value)
    },
    sign(sign: string): void {
      flush()
      if (sign === "*") optional = true
      else if (sign === "~") put("\u00a0")
      else if (sign === "_") put("-")
      else if ("\\{}".includes(sign)) put(sign)
      else if (sign === "\n" || sign === "\r") paper.line()
    },
  }
}

/** Groups that old readers may skip and that hold text. */
const KNOWN_OPTIONAL = new Set(["shptxt", "shpinst", "company", "manager", "annotation", "footnote", "u", "ud", "upr"])

function codePageOf(number: number): string {
  try {
    return new TextDecoder(number === 65_001 ? "utf-8" : `windows-${number}`).encoding
  } catch {
    return "windows-1252"
  }
}
