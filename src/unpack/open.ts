/** Types one file and opens it where it is a container: octets in, a tree of files out. Never throws on any octets. */
import { setImmediate } from "node:timers/promises"
import type { Family, File, FileType } from "../mail/file.ts"
import type { Finding } from "../mail/finding.ts"
import type { Path } from "../mail/message.ts"
import { archiveBehind } from "./behind.ts"
import type { Budget, Trouble } from "./budget.ts"
import { ole } from "./container/ole.ts"
import { OPENERS, type Opener } from "./container/openers.ts"
import { type Member, type ReadMessage, troubleOf } from "./container/member.ts"
import type { Passwords } from "./password.ts"
import { starts } from "./signature.ts"
import { isBinary, typesOf, zipType } from "./type.ts"

/** A file as it was found, not yet looked at. */
export interface Found {
  readonly at: Path
  readonly names: readonly string[]
  readonly claimed: string
  readonly bytes: Buffer
  /** What getting its octets out of their container showed. */
  readonly findings?: readonly Finding[]
  /** `bytes` is not all of it; `size` is. */
  readonly cut?: boolean
  readonly size?: number
  /** Records of a program in which a zip may stand, and which nobody takes for an archive. */
  readonly isRecords?: boolean
}

export interface Means {
  readonly budget: Budget
  readonly passwords: Passwords
  readonly message: ReadMessage
}

export async function open(found: Found, means: Means, depth = 0): Promise<File> {
  const { at, names, claimed, bytes, findings = [], cut = false, size = bytes.length } = found
  const shown = typesOf(bytes)
  const inside = createInside(found, means, depth)
  // A leaf that is a message is only its header block: its parts are leaves themselves.
  const isHeader = depth === 0 && claimed.startsWith("message/")
  const looked = new Set<Opener["open"]>()
  for (const type of cut || isHeader ? [] : shown) {
    const opener = OPENERS.get(type.extension)
    if (opener === undefined || looked.has(opener.open)) continue
    looked.add(opener.open)
    await inside.look(opener, type)
  }
  const behind = cut || isHeader ? null : archiveBehind(bytes, shown)
  const opener = OPENERS.get(behind?.type.extension ?? "")
  if (behind !== null && opener !== undefined) await inside.look(from(opener, behind.at), behind.type)
  const types = [...shown, ...(behind === null ? [] : [behind.type])].map((type) =>
    type.extension === "zip" ? zipType(bytes, inside.names) : type,
  )
  const pieces: Finding[] = isPiece(names, shown) ? [{ kind: "unscannable", at, why: "split-archive" }] : []
  const lost: Finding[] =
    pieces.length === 0 && isUnreadable(found, types) ? [{ kind: "unscannable", at, why: "corrupt" }] : []
  const all = [
    ...findings,
    ...inside.findings,
    ...pieces,
    ...lost,
    ...(found.size === undefined ? [] : unseen(found, shown)),
  ]
  return {
    at,
    names,
    claimed,
    types,
    bytes,
    size,
    whole: !cut && !inside.isTooMuch(),
    within: inside.within,
    findings: all,
  }
}

/** The archive behind so many octets. */
function from({ open: openAll, isSingle }: Opener, at: number): Opener {
  return {
    isSingle,
    open: (bytes, way) => {
      way.ambiguous()
      return openAll(bytes.subarray(at), way)
    },
  }
}

/** Named after what holds or shows something, and nothing of that kind: broken, or in a form that nobody here can read. */
function isUnreadable({ names, bytes }: Found, types: readonly FileType[]): boolean {
  if (types.length > 0 || bytes.length === 0 || !names.some((name) => HOLDER.test(name))) return false
  if (isBeside(names, bytes)) return false
  // Spreadsheets are written as text by many programs, also in UTF-16.
  return bytes.subarray(0, 512).includes(0)
    ? !/^(?:\xff\xfe|\xfe\xff)/.test(bytes.toString("latin1", 0, 2))
    : isBinary(bytes)
}

/** What programs write beside a file, under its name: who has it open in Office (162 or 165 octets), and what macOS knows of it (RFC 1740). */
function isBeside(names: readonly string[], bytes: Buffer): boolean {
  const isOf = (mark: string): boolean => names.every((name) => (name.split(/[/\\]/).at(-1) ?? "").startsWith(mark))
  return (isOf("~$") && bytes.length <= LONGEST_OWNER) || (isOf("._") && APPLE.some((magic) => starts(bytes, 0, magic)))
}
const LONGEST_OWNER = 200
/** AppleSingle and AppleDouble. */
const APPLE = ["\0\x05\x16\0", "\0\x05\x16\x07"]

const HOLDER =
  /\.(?:zipx?|rar|7z|tar|gz|tgz|bz2|tbz2?|xz|txz|tlz|lzma|zst|tzst|grz|lrz|lzo|cpio|lz|lzh|lha|arj|cab|ace|iso|img|vhdx?|doc[xm]?|dot[xm]?|xls[xmb]?|xlt[xm]?|pp[ts][xm]?|od[tspg]|pdf|msg|one|rtf|gpg|pgp|p7m|age|enc|aes|kdbx|axx)[.\s]*$/i

/** Only the beginning was kept: of texts and pictures that is enough, of what holds or does something it is not. */
function unseen({ at, bytes }: Found, types: readonly FileType[]): readonly Finding[] {
  const isPlain =
    types.length === 0 ? !bytes.subarray(0, 512).includes(0) : types.every(({ family }) => SHOWN.has(family))
  return isPlain ? [] : [{ kind: "unscannable", at, why: "too-large" }]
}

const SHOWN: ReadonlySet<Family> = new Set(["image", "media", "font", "markup"])

/** One piece of an archive that was cut: what it says only all of them together tell. */
function isPiece(names: readonly string[], types: readonly FileType[]): boolean {
  const known = types.some(({ family }) => family === "image" || family === "media" || family === "document")
  return !known && names.some((name) => PIECE.test(name))
}

const PIECE =
  /\.(?:(?:7z|zip|rar|tar|gz|bz2|xz|arj|lzh|iso|exe)\.\d{3}|z\d\d|r\d\d|part\d{1,4}\.(?:rar|zip|7z|exe)|00[1-9]|c\d\d|a\d\d)$/i

interface Inside {
  look(opener: Opener, type: FileType): Promise<void>
  readonly within: readonly File[]
  readonly findings: readonly Finding[]
  /** It holds more than anybody reads to the end. */
  isTooMuch(): boolean
  /** Of all members, lower case. */
  readonly names: ReadonlySet<string>
}

/** A workbook's theme stands in it as a zip. */
const WORKBOOK = /(?:^|\/)(?:Workbook|Book)$/
/** What drivers keep of a printer; those of Xerox, in a zip. */
const PRINTER = /^(?:xl|word|ppt)\/printerSettings\/printerSettings\d*\.bin$/

/** Members of all the containers a file is, counted on. */
function createInside(found: Found, means: Means, depth: number): Inside {
  const { at, bytes } = found
  const { budget } = means
  const within: File[] = []
  const findings: Finding[] = []
  const names = new Set<string>()
  const note = (finding: Finding): void => {
    if (!findings.some(({ kind, why }) => kind === finding.kind && why === finding.why)) findings.push(finding)
  }
  const add = async (member: Member, opener: Opener): Promise<void> => {
    const given = member.names.length > 0 ? member.names : namesWithin(found.names, opener)
    for (const name of given) names.add(name.toLowerCase())
    const path = at === "" ? `${within.length + 1}` : `${at}/${within.length + 1}`
    // What ends everything is told of the container.
    const isTold = member.trouble === null || member.trouble === budget.over
    const trouble = isTold || member.trouble === null ? [] : [troubled(member.trouble, path)]
    const opened: Finding[] = member.opened === true ? [{ kind: "encrypted", at: path, why: "opened" }] : []
    const cut = member.trouble !== null || member.cut !== undefined
    const beginning = member.cut === undefined ? {} : { size: member.cut }
    const file = {
      ...beginning,
      at: path,
      names: given,
      claimed: member.claimed ?? "",
      bytes: member.bytes,
      findings: [...trouble, ...opened],
      cut,
      isRecords: given.some((name) => (opener.open === ole ? WORKBOOK : PRINTER).test(name)),
    }
    within.push(await open(file, means, depth + (opener.isSingle ? PACKED_AGAIN : 1)))
  }
  const look = async (opener: Opener): Promise<void> => {
    if (depth >= budget.limits.depth) return note(troubled("too-deep", at))
    if (budget.over !== null) return note(troubled(budget.over, at))
    const ambiguous = (): void => {
      if (found.isRecords !== true) note({ kind: "ambiguous", at, why: "archive" })
    }
    const way = { ...means, ambiguous }
    try {
      for await (const member of opener.open(bytes, way)) {
        // Other messages are read between two members, and the deadline is noticed.
        await setImmediate()
        await add(member, opener)
        if (budget.over !== null) break
      }
    } catch (error) {
      note(troubled(troubleOf(error), at))
    }
    if (budget.over !== null) note(troubled(budget.over, at))
  }
  const isTooMuch = (): boolean => findings.some(({ why }) => why === "too-many-files")
  return { look, within, findings, names, isTooMuch }
}

/** A packed archive is hardly deeper than one that is not; a file packed again and again is. */
const PACKED_AGAIN = 0.25

/** The name a packed file had: `a.tar.gz` was `a.tar`, and so was `a.tgz`. */
function namesWithin(names: readonly string[], { isSingle }: Opener): readonly string[] {
  if (!isSingle) return names
  return names.map((name) => name.replace(/\.t(?:gz|bz2?|xz|zst|lz|az)$/i, ".tar.").replace(/\.[^./\\]{0,10}$/, ""))
}

function troubled(why: Trouble, at: Path): Finding {
  if (why === "bomb") return { kind: "archive-bomb", at }
  if (why === "encrypted") return { kind: "encrypted", at }
  return { kind: "unscannable", at, why }
}
