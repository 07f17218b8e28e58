/** Text tests of the policy: `*` matches any run; case and Vietnamese accents do not count. Linear in the text. */

/** Lower case, accents and đ folded, runs of white space to one space. */
export function fold(text: string): string {
  return text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d").replace(/\s+/gu, " ").trim()
}

/** The text folded last: many rules ask about one subject. */
let recent = { text: "", folded: "" }
function foldedOnce(text: string): string {
  if (recent.text !== text) recent = { text, folded: fold(text) }
  return recent.folded
}

/** Globs are few and asked of every message; beyond this they are forgotten, lest many policies add up. */
const MOST_GLOBS = 10_000
const split = new Map<string, readonly string[]>()
function piecesOf(glob: string): readonly string[] {
  const known = split.get(glob)
  if (known !== undefined) return known
  if (split.size >= MOST_GLOBS) split.clear()
  const pieces = fold(glob).split("*")
  split.set(glob, pieces)
  return pieces
}

/** Whether the whole text fits the glob; both are folded here. `*báo cáo*` asks for the words anywhere. */
export function fits(text: string, glob: string): boolean {
  const subject = foldedOnce(text)
  const pieces = piecesOf(glob)
  const first = pieces[0] ?? ""
  if (pieces.length === 1) return subject === first
  const last = pieces.at(-1) ?? ""
  if (subject.length < first.length + last.length || !subject.startsWith(first) || !subject.endsWith(last)) return false
  let position = first.length
  const end = subject.length - last.length
  for (const piece of pieces.slice(1, -1)) {
    const found = subject.indexOf(piece, position)
    if (found < 0 || found + piece.length > end) return false
    position = found + piece.length
  }
  return true
}
