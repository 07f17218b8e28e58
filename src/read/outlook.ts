/** The text of .msg, messages saved by Outlook, and of those they hold: subject and bodies. [MS-OXMSG]. */
import { TextDecoder } from "node:util"
import type { Extract } from "../mail/text.ts"
import { createPaper } from "./paper.ts"
import type { TextReaders } from "./plain.ts"

/** Properties by their tags: subject, body, body as HTML. [MS-OXPROPS]. */
const PROPERTY = /^__substg1\.0_(0037|1000|1013)(001e|001f|0102)/

const latin = new TextDecoder("windows-1252")

/** Null when it is no such file. */
export function outlookText(streams: ReadonlyMap<string, Buffer>, readers: TextReaders): Extract | null {
  if (!streams.has("__properties_version1.0")) return null
  const paper = createPaper()
  for (const [name, octets] of streams) {
    const [, tag, kind] = PROPERTY.exec(name) ?? []
    if (tag === undefined) continue
    const text =
      kind === "001f" ? octets.toString("utf16le") : kind === "001e" ? latin.decode(octets) : readers.decode(octets, "")
    for (const line of (tag === "1013" ? readers.html(text) : text).split("\n")) {
      paper.run(line.replaceAll("\0", ""))
      paper.line()
    }
  }
  return paper.extract()
}
