/** Small files that make a system open, run or fetch something else: shortcuts, web queries, library folders. */
import { judgeCells } from "./fields.ts"
import { type Trait, named, shorten } from "./trait.ts"
import { attribute, tags, xmlText } from "../../mail/xml.ts"

/** Octets of such a file; one that is longer is read as far. */
const LONGEST = 1_000_000

/** Octets that tell what a file of XML is, and characters of them: a character may have three octets. */
const OPENING = 12_000
const OPENING_TEXT = 4_000

/** [MS-SHLLINK] 2.1: size of the header, then the class of shortcuts. */
const LINK = Buffer.from("4c0000000114020000000000c000000000000046", "hex")

/** By its octets, or by one of its extensions (lower case). */
export function judgeShortcut(bytes: Buffer, extensions: ReadonlySet<string>): readonly Trait[] {
  if (bytes.subarray(0, LINK.length).equals(LINK))
    return [{ kind: "active-content", why: "shortcut", name: shorten(linkTarget(bytes)) }]
  const head = bytes.subarray(0, LONGEST)
  const opening = head.toString("latin1", 0, 2_000)
  if (/^\s*(?:\xef\xbb\xbf)?\[(?:\{[0-9A-F-]+\}|InternetShortcut)/im.test(opening) && /InternetShortcut/i.test(opening))
    return internetShortcut(opening)
  if (/^\[Desktop Entry\]/m.test(opening))
    return named("active-content", "shortcut", [/^Exec\s*=\s*(.*)$/m.exec(opening)?.[1] ?? "desktop entry"])
  if (/^WEB\r?\n/.test(opening) || extensions.has("iqy"))
    return named("external-reference", "web-query", [/^https?:\S+/im.exec(opening)?.[0] ?? "iqy"])
  if (opening.startsWith("ID;P")) return judgeSylk(head.toString("latin1"))
  if (
    /^\s*(?:<\?xml[^>]*>\s*)?(?:<!--[^]*?-->\s*)?<(?:libraryDescription|searchConnectorDescription|persistedQuery)\b/i.test(
      xmlText(head.subarray(0, OPENING)).slice(0, OPENING_TEXT),
    )
  )
    return libraryFolder(head)
  if (/<DeepLink\b/i.test(opening) || extensions.has("settingcontent-ms")) {
    return named(
      "active-content",
      "shortcut",
      [...tags(xmlText(head), ["DeepLink"])].map(({ text }) => text),
    )
  }
  if (extensions.has("rdp") && /^(?:full address|remoteapplicationprogram):/im.test(opening)) {
    return named("active-content", "remote-desktop", [/^full address:s:(.*)$/im.exec(opening)?.[1] ?? "rdp"])
  }
  return []
}

/** Paths and arguments as the strings of the shortcut tell them, each behind its length. [MS-SHLLINK] 2.4. */
function linkTarget(bytes: Buffer): string {
  if (bytes.length < 76) return ""
  const flags = bytes.readUInt32LE(20)
  let at = 76
  const skip = (length: number): void => {
    at += length
  }
  if ((flags & 0x01) !== 0 && at + 2 <= bytes.length) skip(2 + bytes.readUInt16LE(at))
  const local = (flags & 0x02) !== 0 && at + 28 <= bytes.length ? localPath(bytes.subarray(at)) : ""
  if ((flags & 0x02) !== 0 && at + 4 <= bytes.length) skip(bytes.readUInt32LE(at))
  const isWide = (flags & 0x80) !== 0
  const strings: string[] = []
  // Name, relative path, working folder, arguments, icon: each where its flag says so.
  for (const flag of [0x04, 0x08, 0x10, 0x20, 0x40]) {
    if ((flags & flag) === 0 || at + 2 > bytes.length) continue
    const length = bytes.readUInt16LE(at)
    const octets = bytes.subarray(at + 2, at + 2 + (isWide ? 2 * length : length))
    if (flag === 0x08 || flag === 0x20) strings.push(octets.toString(isWide ? "utf16le" : "latin1"))
    skip(2 + octets.length)
  }
  return [local, ...strings].filter((one) => one !== "").join(" ")
}

function localPath(info: Buffer): string {
  const at = info.readUInt32LE(16)
  const end = at === 0 ? -1 : info.indexOf(0, at)
  return end < 0 ? "" : info.toString("latin1", at, end)
}

function internetShortcut(text: string): readonly Trait[] {
  const target = /^\s*URL\s*=\s*(.*)$/im.exec(text)?.[1] ?? /^\s*BASEURL\s*=\s*(.*)$/im.exec(text)?.[1] ?? ""
  return [{ kind: "active-content", why: "internet-shortcut", name: shorten(target) }]
}

/** Sheets as text: a macro sheet (option E), formulas with DDE. */
function judgeSylk(text: string): readonly Trait[] {
  const formulas = [...text.matchAll(/;E([^;\r\n]*(?:;;[^;\r\n]*)*)/g)].map(([, formula = ""]) => `=${formula}`)
  const runs = formulas.filter((formula) => /\b(?:EXEC|CALL|REGISTER)\s*\(/i.test(formula))
  return [
    ...(/^O;(?:[^\r\n]*;)?E/m.test(text) ? [{ kind: "macro", why: "xlm" } as const] : []),
    ...(/^NN;[^\r\n]*N(?:Auto_open|Auto_close)/im.test(text)
      ? [{ kind: "macro", why: "auto-run", name: "Auto_Open" } as const]
      : []),
    ...named(
      "macro",
      "suspicious",
      runs.map((formula) => formula.slice(1, 60)),
    ),
    ...judgeCells(formulas.join("\n")),
  ]
}

/** Opens as a folder that is somewhere else. */
function libraryFolder(bytes: Buffer): readonly Trait[] {
  const xml = xmlText(bytes)
  const places = [...tags(xml, ["url", "include", "scope"])].flatMap((tag) => [tag.text.trim(), attribute(tag, "path")])
  const elsewhere = places.filter((place) => place !== "" && !/^knownfolder:/i.test(place))
  return [{ kind: "active-content", why: "library-folder", name: shorten(elsewhere.join(", ")) }]
}
