/** Stands a harmless file, or a notice, in the place of an attachment, as the policy asks. */
import type { Finding, FindingKind } from "../../mail/finding.ts"
import type { File } from "../../mail/file.ts"
import type { Amended, Change, Disarmed, Leaf } from "../../mail/rewrite.ts"
import { printable } from "../name.ts"
import { disarmed } from "./disarmed.ts"

/** What a leaf is: opened, and looked at by everybody who looks at attachments. */
export interface Looked {
  readonly file: File
  readonly findings: readonly Finding[]
}

/** `look` answers null for body text. Rejects when a scanner that must be asked cannot be. */
export async function amendLeaf(
  leaf: Leaf,
  changes: readonly Change[],
  look: (leaf: Leaf) => Promise<Looked | null>,
): Promise<Amended | null> {
  const asked = changes.filter((change) => change.is !== "canonicalise")
  const looked = asked.length === 0 ? null : await look(leaf)
  if (looked === null) return null
  for (const change of asked) {
    if (change.is !== "replace") continue
    const found = looked.findings.find(({ kind }) => change.kinds.includes(kind))
    if (found !== undefined) return notice(leaf, change.text)
  }
  const made = harmless(leaf, looked.file, asked)
  const needed = asked.filter(
    (change) => change.is === "disarm" && looked.findings.some(({ kind }) => kind === MEANT[change.what]),
  )
  if (needed.length === 0) return made
  // Whatever no transform could take out, be it a macro of another kind or a script of a page, does not pass as disarmed.
  const names = made === null || made.name === null ? leaf.names : [made.name]
  const left = made === null ? looked : await look({ ...leaf, names, claimed: made.claimed, bytes: made.bytes })
  const still = needed.find(
    (change) => change.is === "disarm" && left?.findings.some(({ kind }) => kind === MEANT[change.what]) === true,
  )
  return still?.is === "disarm" ? notice(leaf, still.text) : made
}

/** The findings that each of them is to end. */
const MEANT: Readonly<Record<Disarmed, FindingKind>> = { macros: "macro", "active-content": "active-content" }

function harmless(leaf: Leaf, file: File, asked: readonly Change[]): Amended | null {
  let now = file
  let name = leaf.names[0] ?? null
  for (const change of asked) {
    const made = change.is === "disarm" ? disarmed(now, change.what) : null
    if (made === null) continue
    // Only its octets have changed: what else it is, is asked of nobody any more.
    now = Object.assign({}, now, { bytes: made.bytes })
    if (made.extension !== null && name !== null) name = name.replace(/\.[^.]*$/, `.${made.extension}`)
  }
  if (now === file) return null
  const claimed = name === leaf.names[0] ? leaf.claimed : "application/octet-stream"
  return { name, claimed, charset: null, bytes: now.bytes }
}

/** A text file under the name of what it stands for. */
function notice({ names }: Leaf, text: string): Amended {
  const name = printable(names[0] ?? "tệp")
  return {
    name: `${name}.txt`,
    claimed: "text/plain",
    charset: "utf-8",
    bytes: Buffer.from(text.replaceAll("{{ten_tep}}", name).replaceAll("\n", "\r\n")),
  }
}
