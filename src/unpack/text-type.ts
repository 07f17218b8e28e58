/** Files that are text and do something when opened: scripts, shortcuts, pages, settings that run a program. */
import type { Family, FileType } from "../mail/file.ts"

type Row = readonly [pattern: RegExp, mime: string, extension: string, family: Family]

/** How the text begins, white space and byte order mark left off. */
const BEGINNINGS: readonly Row[] = [
  [/^<hta:application|^<html[^>]*>\s*<head>\s*<hta:application/i, "application/hta", "hta", "executable"],
  [/^\[InternetShortcut\]/i, "application/x-mswinurl", "url", "script"],
  [/^\[Shell\]\s+Command=/i, "application/x-ms-shell-command", "scf", "script"],
  [/^\[\.?ShellClassInfo\]/i, "application/x-ms-desktop-ini", "ini", "script"],
  [/^\[Desktop Entry\]/, "application/x-desktop", "desktop", "script"],
  [/^\[Version\]\s+Signature\s*=/i, "application/x-setupscript", "inf", "script"],
  [/^(?:Windows Registry Editor Version|REGEDIT4)/, "text/x-ms-regedit", "reg", "script"],
  [/^@?echo off\b/i, "application/x-bat", "bat", "script"],
  [/^@?powershell(?:\.exe)?\s+-/i, "application/x-bat", "bat", "script"],
  [/^(?:full address:s:|screen mode id:i:)/i, "application/x-rdp", "rdp", "script"],
  [/^(?:on error resume next\b|option explicit\b|set\s+\w+\s*=\s*createobject\()/i, "text/vbscript", "vbs", "script"],
]

/** The outermost element of XML, declaration and comments left off. */
const ELEMENTS: readonly Row[] = [
  [/^PCSettings$/i, "application/x-ms-settingcontent", "settingcontent-ms", "executable"],
  [/^libraryDescription$/i, "application/windows-library+xml", "library-ms", "script"],
  [
    /^(?:persistedQuery|searchConnectorDescription)$/i,
    "application/windows-search-connector+xml",
    "search-ms",
    "script",
  ],
  [/^(?:job|package|component|scriptlet)$/i, "text/scriptlet", "wsf", "script"],
  [/^MMC_ConsoleFile$/i, "application/x-ms-mmc", "msc", "executable"],
  [/^AppInstaller$/i, "application/appinstaller", "appinstaller", "executable"],
  [/^(?:asmv1:)?assembly$/i, "application/x-ms-application", "application", "executable"],
  [/^jnlp$/i, "application/x-java-jnlp-file", "jnlp", "executable"],
  [/^(?:xsl:)?stylesheet$/i, "application/xslt+xml", "xsl", "markup"],
  [/^svg$/i, "image/svg+xml", "svg", "markup"],
  [/^(?:html|head|body|script|iframe|meta|title|style|div|table|a|p|img|form)$/i, "text/html", "html", "markup"],
]

/** Calls that only scripts for Windows' script host make. */
const HOST = /\bnew\s+ActiveXObject\s*\(|\bWScript\s*\.\s*(?:CreateObject|Shell|Echo|Quit|Sleep)\b/i
const CREATES = /\bCreateObject\s*\(\s*["'](?:WScript|Shell|Scripting|MSXML|ADODB)/i
const POWERSHELL =
  /\b(?:powershell|pwsh)(?:\.exe)?["']?\s+(?:-\w+\s+)*-e(?:nc|ncodedcommand)?\b|\bInvoke-Expression\b|\bIEX\s*\(/i

/** Octets of a text that are looked at. */
const HEAD = 8_192

export function textTypes(bytes: Buffer): readonly FileType[] {
  const text = headText(bytes)
  if (text === null) return []
  const wrapped = wrappedIn(bytes, text)
  if (wrapped !== null) return [wrapped]
  const element = outermost(text)
  const rows =
    element === null
      ? BEGINNINGS.filter(([pattern]) => pattern.test(text))
      : ELEMENTS.filter(([pattern]) => pattern.test(element))
  const types = rows.slice(0, 1).map(([, mime, extension, family]): FileType => ({ mime, extension, family }))
  if (/^<!doctype html/i.test(text) && types.length === 0) types.push(HTML)
  if (types.some(({ extension }) => extension === "html") && /<hta:application\b/i.test(text)) types.unshift(HTA)
  // In a page they are found by whoever looks for active content.
  if (types.length === 0 && element === null && (HOST.test(text) || CREATES.test(text))) types.push(HOST_SCRIPT)
  if (types.length === 0 && element === null && POWERSHELL.test(text)) types.push(SHELL_SCRIPT)
  return types
}

const HTML: FileType = { mime: "text/html", extension: "html", family: "markup" }
const HTA: FileType = { mime: "application/hta", extension: "hta", family: "executable" }
const HOST_SCRIPT: FileType = { mime: "text/javascript", extension: "js", family: "script" }
const SHELL_SCRIPT: FileType = { mime: "application/x-powershell", extension: "ps1", family: "script" }

const PGP: FileType = { mime: "application/pgp-encrypted", extension: "pgp", family: "document" }
const AGE: FileType = { mime: "application/x-age-encryption", extension: "age", family: "document" }
const UU: FileType = { mime: "text/x-uuencode", extension: "uu", family: "document" }
const YENC: FileType = { mime: "text/x-yenc", extension: "yenc", family: "document" }
const BINHEX: FileType = { mime: "application/mac-binhex40", extension: "hqx", family: "document" }
const MESSAGE: FileType = { mime: "message/rfc822", extension: "eml", family: "document" }
const MAIL_FIELD =
  /^(?:Received|Return-Path|Delivered-To|From|To|Subject|Date|Message-ID|MIME-Version|Content-Type|X-[\w-]{1,40}):/gim

/** Files that stand as text within a text, and messages. */
function wrappedIn(bytes: Buffer, text: string): FileType | null {
  if (bytes.includes("-----BEGIN PGP MESSAGE-----")) return PGP
  if (bytes.includes("-----BEGIN AGE ENCRYPTED FILE-----")) return AGE
  if (bytes.includes("(This file must be converted with BinHex")) return BINHEX
  // In UTF-16 no program reads fields: Outlook keeps those of what it received so.
  if (!bytes.subarray(0, 512).includes(0) && isMessage(text)) return MESSAGE
  if (/(?:^|\n)=ybegin [^\r\n]{0,400}name=/.test(text) || bytes.includes("\n=ybegin ")) return YENC
  const begin = bytes.indexOf("begin", 0, "latin1")
  if (begin < 0) return null
  return /(?:^|\n)begin(?:-base64)? [0-7]{3,4} [^\r\n]{1,255}\r?\n/.test(bytes.toString("latin1")) ? UU : null
}

/** Begins with header fields, three of which only messages have; or with the line before a message of a mailbox. */
function isMessage(text: string): boolean {
  const block = text.split(/\r?\n\r?\n/, 1)[0] ?? ""
  if (!/^(?:>?From \S[^\r\n]*\r?\n)?[\x21-\x39\x3b-\x7e]{1,60}:/.test(block)) return false
  // What is signed by S/MIME begins with the fields of its content, and may have no others. RFC 8551 §3.1.
  if (/^(?:MIME-Version|Content-[\w-]{1,40}):/i.test(block) && /^Content-Type:\s*[\w.+-]{1,80}\//im.test(block))
    return true
  return new Set(Array.from(block.matchAll(MAIL_FIELD), ([field]) => field.toLowerCase())).size >= 3
}

/** Null where it is none: NULs stand in no text but UTF-16. */
function headText(bytes: Buffer): string | null {
  const head = bytes.subarray(0, HEAD)
  const mark = head.toString("latin1", 0, 3)
  const wide = mark.startsWith("\xff\xfe") || (head[1] === 0 && head[0] !== 0 && head[3] === 0)
  if (mark.startsWith("\xfe\xff"))
    return Buffer.from(head.subarray(2, 2 + ((head.length - 2) & ~1)))
      .swap16()
      .toString("utf16le")
      .trimStart()
  if (wide) return head.toString("utf16le", mark.startsWith("\xff\xfe") ? 2 : 0).trimStart()
  if (head.subarray(0, 512).includes(0)) return null
  return head.toString("latin1", mark === "\xef\xbb\xbf" ? 3 : 0).trimStart()
}

/** The name of the first element; null where no element begins the text. */
function outermost(text: string): string | null {
  let at = 0
  for (let skipped = 0; skipped < 20; skipped++) {
    const rest = text.slice(at).trimStart()
    const open = text.length - rest.length
    const [prolog = ""] = /^<(?:\?[^>]{0,500}|!doctype[^>]{0,500}|!--(?:[^-]|-(?!->)){0,2000}--)>/i.exec(rest) ?? []
    if (prolog === "") return /^<([a-z][\w.:-]{0,60})(?=[\s/>])/i.exec(rest)?.[1] ?? null
    at = open + prolog.length
  }
  return null
}
