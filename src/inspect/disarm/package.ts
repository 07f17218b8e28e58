/** Takes macros out of an Office Open XML or OpenDocument package, which is written anew without them. ECMA-376 part 2; OpenDocument 1.3 part 2. */
import type { File } from "../../mail/file.ts"
import { type Part, writeZip } from "./zip.ts"

interface Harmless {
  readonly bytes: Buffer
  readonly extension: string | null
}

/** Null: it is no such package, or not all of it could be read. */
export function withoutMacros(file: File): Harmless | null {
  const parts = file.within.map(({ names, bytes }) => ({ name: names[0] ?? "", bytes }))
  if (parts.length === 0 || parts.some(({ name }) => name === "") || file.within.some(isNotAllThere)) return null
  if (parts.some(({ name }) => name === "[Content_Types].xml")) return officeOpenXml(parts, file.names)
  return parts.some(({ name }) => name === "META-INF/manifest.xml") ? openDocument(parts) : null
}

/** What was sealed is in the clear here, and its package says that it is not. */
function isNotAllThere({ whole, findings }: File): boolean {
  return !whole || findings.some(({ kind }) => kind === "encrypted")
}

const MACRO_PART =
  /(?:^|\/)(?:vbaProject\.bin|vbaProjectSignature\w*\.bin|vbaData\.xml|attachedToolbars\.bin|customizations\.xml)$/i
const MACRO_RELATION =
  /<(?:\w+:)?Relationship\b(?=[^>]*Type="[^"]*\/(?:vbaProject|vbaProjectSignature\w*|wordVbaData|attachedToolbars|keyMapCustomizations)")[^>]*\/>/gi

/** Extensions whose programs refuse a file without macros, and those that it then has. */
const EXTENSIONS: Readonly<Record<string, string>> = {
  docm: "docx",
  dotm: "dotx",
  xlsm: "xlsx",
  xltm: "xltx",
  pptm: "pptx",
  potm: "potx",
  ppsm: "ppsx",
}
const TYPES: readonly (readonly [RegExp, string])[] = [
  [
    /application\/vnd\.ms-word\.(document|template)\.macroEnabled(?:Template)?\.main\+xml/gi,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.$1.main+xml",
  ],
  [
    /application\/vnd\.ms-word\.template\.macroEnabledTemplate\.main\+xml/gi,
    "application/vnd.openxmlformats-officedocument.wordprocessingml.template.main+xml",
  ],
  [
    /application\/vnd\.ms-excel\.(sheet|template)\.macroEnabled\.main\+xml/gi,
    "application/vnd.openxmlformats-officedocument.spreadsheetml.$1.main+xml",
  ],
  [
    /application\/vnd\.ms-powerpoint\.(presentation|template|slideshow)\.macroEnabled\.main\+xml/gi,
    "application/vnd.openxmlformats-officedocument.presentationml.$1.main+xml",
  ],
]

function officeOpenXml(parts: readonly Part[], names: readonly string[]): Harmless | null {
  // Whatever its name: what is a project is one.
  const removed = parts.filter(({ name, bytes }) => MACRO_PART.test(name) || isProject(bytes))
  if (removed.length === 0) return null
  const kept = parts
    .filter((part) => !removed.includes(part))
    .filter(({ name }) => !removed.some((part) => name === relationsOf(part.name)))
    .map(({ name, bytes }) => {
      if (name === "[Content_Types].xml")
        return { name, bytes: Buffer.from(contentTypes(bytes.toString("utf8"), removed)) }
      if (!name.endsWith(".rels")) return { name, bytes }
      return {
        name,
        bytes: Buffer.from(bytes.toString("utf8").replace(MACRO_RELATION, "").replace(pointsTo(removed), "")),
      }
    })
  const last = names[0]?.toLowerCase().split(".").at(-1) ?? ""
  return { bytes: writeZip(kept), extension: EXTENSIONS[last] ?? null }
}

function isProject(bytes: Buffer): boolean {
  return (
    bytes.subarray(0, 4).equals(Buffer.from("d0cf11e0", "hex")) &&
    bytes.includes(Buffer.from("_VBA_PROJECT\0", "utf16le"))
  )
}

function relationsOf(name: string): string {
  return name.replace(/([^/]*)$/, "_rels/$1.rels")
}

/** Relations to what is no longer there would make the document a damaged one. */
function pointsTo(removed: readonly Part[]): RegExp {
  const names = removed.map(({ name }) => name.replace(/^.*\//, "").replace(/[^\w.-]/g, ".")).join("|")
  return new RegExp(`<(?:\\w+:)?Relationship\\b(?=[^>]*Target="(?:[^"]*/)?(?:${names})")[^>]*/>`, "gi")
}

function contentTypes(xml: string, removed: readonly Part[]): string {
  const gone = new Set(removed.map(({ name }) => `/${name}`.toLowerCase()))
  const without = xml.replace(/<(?:\w+:)?Override\b[^>]*PartName="([^"]*)"[^>]*\/>/gi, (whole, part: string) =>
    gone.has(part.toLowerCase()) ? "" : whole,
  )
  return TYPES.reduce((text, [pattern, type]) => text.replace(pattern, type), without)
}

const SCRIPTS = /^(?:Basic|Scripts)\//i

/** Modules go, and what would call them; the first part stays first, since it tells the type. OpenDocument 1.3 part 2, 3.3. */
function openDocument(parts: readonly Part[]): Harmless | null {
  const removed = parts.filter(({ name }) => SCRIPTS.test(name))
  const kept = parts
    .filter((part) => !removed.includes(part))
    .map(({ name, bytes }) => {
      if (name === "META-INF/manifest.xml") {
        const entry = /<manifest:file-entry\b[^>]*manifest:full-path="(?:Basic|Scripts)\/[^"]*"[^>]*\/>/gi
        return { name, bytes: Buffer.from(bytes.toString("utf8").replace(entry, "")) }
      }
      if (!/^(?:content|settings|styles)\.xml$/.test(name)) return { name, bytes }
      const listener = /<script:event-listener\b[^>]*(?:\/>|>\s*<\/script:event-listener>)/gi
      return { name, bytes: Buffer.from(bytes.toString("utf8").replace(listener, "")) }
    })
  const changed = removed.length > 0 || kept.some((part, index) => part.bytes.length !== parts[index]?.bytes.length)
  return changed ? { bytes: writeZip(kept), extension: null } : null
}
