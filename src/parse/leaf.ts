/** One leaf of the tree: shown to the visitor, and what stands in its text as well. */
import type { Ambiguity } from "../mail/ambiguous.ts"
import type { Path } from "../mail/message.ts"
import type { Part } from "../mail/part.ts"
import { inlineFiles } from "./carve.ts"
import { hidesMarkup } from "./charset.ts"
import type { Head } from "./head.ts"
import { beginsWithField, fieldsIn } from "./outside.ts"
import { drain } from "./split.ts"
import { hiddenRuns } from "./runs.ts"
import { digestOf, once, otherViews, type Views } from "./views.ts"
import { below, doubt, type Place, type Walk } from "./walk.ts"

export async function leaf(
  walk: Walk,
  head: Head,
  body: AsyncGenerator<Uint8Array>,
  { at, isHeader = false }: Place & { readonly isHeader?: boolean },
): Promise<void> {
  const { claimed, names, disposition } = head
  const subtype = claimed.startsWith("text/") && disposition !== "attachment" ? claimed.slice(5) : null
  // Reports, news and the like are shown as text, or read as messages.
  const isWritten = subtype !== null || claimed.startsWith("message/")
  const isPage = isMarkup(head)
  const isText = (subtype === "plain" || subtype === "html") && names.length === 0
  const seen = subtype === null ? null : walk.text.part(subtype, head.charset)
  const octets: Uint8Array[] = []
  // Of a file the beginning tells whether it was meant as a header.
  const see = (chunk: Uint8Array): void => {
    if (isWritten || isPage || octets.length === 0) octets.push(chunk)
    seen?.push(chunk)
  }
  const content = tapped(body, see)
  const part = { at, names, claimed, disposition, isText, content: { [Symbol.asyncIterator]: () => kept(content) } }
  await walk.visitor.leaf(part, { head, isHeader })
  await drain(content)
  seen?.end()
  if (isHeader || subtype === "rfc822-headers") return
  if (isPage && hidesMarkup(Buffer.concat(octets), head.charset)) doubtOnly(walk, "charset", at)
  if (isWritten) await lookIntoText(walk, Buffer.concat(octets), part)
  else if (beginsWithField(octets[0])) doubt(walk, "part-header", at)
}

/** What a browser opens, as the body or as a file. */
function isMarkup({ claimed, names }: Head): boolean {
  return (
    /[/+](?:x?html|xml|svg)\b/.test(claimed) ||
    names.some((name) => /\.(?:x?html?|shtml?|svg|xml|hta)[.\s]*$/i.test(name))
  )
}

/** Files that old programs wrote into the text, and text that was meant as parts. */
async function lookIntoText(walk: Walk, octets: Buffer, { at, isText }: Part): Promise<void> {
  if (isText) walk.bodies.push(octets)
  const { visitor } = walk
  if (visitor.other === undefined) return
  const other = (shown: Part): Promise<void> => visitor.other?.(shown) ?? Promise.resolve()
  const files = inlineFiles(octets)
  if (files.length > 0) doubtOnly(walk, "inline-file", at)
  for (const [index, { name, bytes }] of [...files, ...hiddenRuns(octets)].entries()) {
    const names = name === null ? [] : [name]
    const shown = { names, claimed: "", disposition: "attachment", isText: false, isOther: true } as const
    await other({ at: below(at, index + 1), ...shown, content: once(bytes) })
  }
  const fields = fieldsIn(octets)
  if (fields === null) return
  doubtOnly(walk, fields === "first" ? "part-header" : "hidden-structure", at)
  await otherViews(octets, "text", { at, ...viewsOf(walk, other) })
}

/** A finding about one leaf, whose other readings are looked at there and then. */
function doubtOnly(walk: Walk, why: Ambiguity, at: Path): void {
  const before = walk.doubtful
  doubt(walk, why, at)
  walk.doubtful = before
}

/** A reader that stops early must not end the stream: the rest is still to be read past. */
function kept(content: AsyncGenerator<Uint8Array>): AsyncIterator<Uint8Array> {
  return { next: () => content.next() }
}

export async function* tapped(
  source: AsyncGenerator<Uint8Array>,
  see: (octets: Uint8Array) => void,
): AsyncGenerator<Uint8Array> {
  for await (const octets of source) {
    see(octets)
    yield octets
  }
}

export function viewsOf(walk: Walk, visit: (part: Part) => Promise<void>): Views {
  return { visit, found: (why, at) => doubt(walk, why, at), known: new Set(walk.bodies.map(digestOf)) }
}
