/** Entries pasted or read from a file, sorted into new, known and faulty ones before anything is taken over. Pure. */
export interface Sorted {
  readonly fresh: readonly string[]
  readonly known: number
  /** Numbers of the lines that hold no entry. */
  readonly faulty: readonly number[]
}

/** `a@b.vn`, `local@*`, `b.vn` or `.b.vn`; the policy's own grammar looks again. */
const ENTRY = /^(?:[^\s@,;"]+@(?:\*|[\p{L}\p{N}.-]+)|\.?[\p{L}\p{N}-]+(?:\.[\p{L}\p{N}-]+)+)$/u

/** One a line; of a table its first column. A first line without an entry is its heading. */
export function sortEntries(text: string, present: readonly string[]): Sorted {
  const seen = new Set(present)
  const fresh: string[] = []
  const faulty: number[] = []
  let known = 0
  for (const [at, line] of text
    .replace(/^\u{FEFF}/u, "")
    .split(/\r?\n/)
    .entries()) {
    const entry = (line.split(/[,;\t]/, 1)[0] ?? "")
      .trim()
      .replace(/^"(.*)"$/, "$1")
      .toLowerCase()
    if (entry === "" || entry.startsWith("#")) continue
    if (!ENTRY.test(entry)) {
      const isHeading = at === 0 && /[,;\t]/.test(line)
      if (!isHeading) faulty.push(at + 1)
    } else if (seen.has(entry)) known += 1
    else {
      seen.add(entry)
      fresh.push(entry)
    }
  }
  return { fresh, known, faulty }
}
