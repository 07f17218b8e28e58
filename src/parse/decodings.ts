/** All that different mail programs make of one encoded text: base64 and quoted-printable that are not what RFC 2045 says. */

/** The first is what most of them see; each result once. */
export interface Decodings {
  readonly all: readonly Buffer[]
  /** They disagree on octets that somebody wrote, not only on white space or the case of digits. */
  readonly differ: boolean
}

const FOREIGN = /[^A-Za-z0-9+/=\s]/

export function base64Decodings(encoded: Buffer): Decodings {
  const text = encoded.toString("latin1")
  const first = inQuanta(text)
  const foreign = text.search(FOREIGN)
  // No octets have so many letters: some lost letters, or some were put before them.
  const odd = foreign !== -1 || isPaddedWithin(text) || letters(text).length % 4 === 1
  const lines = text.split("\n")
  // A line that ends within a quantum is lawful, but some read each line for itself.
  const ragged = lines.some((line, index) => index < lines.length - 2 && letters(line).length % 4 !== 0)
  if (!odd && !ragged) return { all: [first], differ: false }
  const byLine = joined(lines.map((line) => letters(line.split("=", 1)[0] ?? "")))
  if (!odd) return { all: distinct([first, byLine]), differ: false }
  const sound = lines.filter((line) => /^[A-Za-z0-9+/]+={0,2}\s*$/.test(line)).join("\n")
  const all = distinct([
    first,
    decoded(letters(text.split("=", 1)[0] ?? "")),
    foreign === -1 ? first : inQuanta(text.slice(0, foreign)),
    decoded(letters(text)),
    inQuanta(sound),
    byLine,
  ])
  return { all, differ: all.some((one) => !one.equals(first)) || letters(text).length % 4 === 1 }
}

/** Padding ends a quantum, not the data. */
function inQuanta(text: string): Buffer {
  return joined(text.split(/=+/).map(letters))
}

/** Runs that are each decoded by itself, one after the other. */
function joined(runs: readonly string[]): Buffer {
  const out = Buffer.alloc(runs.reduce((sum, run) => sum + Math.ceil((run.length * 3) / 4), 0))
  let size = 0
  for (const run of runs) size += out.write(run, size, "base64")
  return out.subarray(0, size)
}

/** Padding stands before the end. */
function isPaddedWithin(text: string): boolean {
  let last = text.length - 1
  while (last >= 0 && /[\s=]/.test(text.charAt(last))) last--
  const first = text.indexOf("=")
  return first !== -1 && first < last
}

function letters(text: string): string {
  return text.replace(/[^A-Za-z0-9+/]+/g, "")
}

function decoded(text: string): Buffer {
  return Buffer.from(text, "base64")
}

/** Octets that may not stand in it; RFC 2045 §6.7 lets a reader leave them out. */
const UNPRINTABLE = /[^\t\r\n -~]/

export function quotedPrintableDecodings(encoded: Buffer): Decodings {
  const text = encoded.toString("latin1")
  const soft = text.replace(/=[ \t]*\r?\n/g, "")
  const first = octets(soft)
  const stray = /=(?![0-9A-Fa-f]{2})/.test(soft)
  const padded = /=[ \t]+\r?\n/.test(text)
  const lower = /=(?:[a-f][0-9A-Fa-f]|[0-9A-F][a-f])/.test(soft)
  const trailing = /[ \t]\r?\n/.test(text)
  const foreign = UNPRINTABLE.test(text)
  if (!stray && !padded && !lower && !trailing && !foreign) return { all: [first], differ: false }
  const hard = text.replace(/=\r\n/g, "")
  const serious = [
    octets(soft.replace(/=(?![0-9A-Fa-f]{2})/g, "")),
    octets(soft.replace(/=(?![0-9A-Fa-f]{2})[^\r\n]{0,2}/g, "")),
    octets(soft.replace(/=(?![0-9A-Fa-f]{2})[^\r\n]?/g, "")),
    octets(hard),
  ]
  const harmless = [
    octets(soft.replace(new RegExp(UNPRINTABLE, "g"), "")),
    octets(soft.replace(/=(?=[a-f]|.[a-f])/g, "=3D")),
    octets(
      text
        .split("\n")
        .map(withoutEnd)
        .join("\n")
        .replace(/=\r?\n/g, ""),
    ),
  ]
  const all = distinct([first, ...serious, ...harmless])
  return { all, differ: serious.some((one) => !one.equals(first)) }
}

/** A line without white space at its end; its CR stays. */
function withoutEnd(line: string): string {
  return line.endsWith("\r") ? `${line.trimEnd()}\r` : line.trimEnd()
}

/** Each `=` and two hexadecimal digits of either case become an octet. */
function octets(text: string): Buffer {
  const bytes = text.replace(/=([0-9A-Fa-f]{2})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 16)),
  )
  return Buffer.from(bytes, "latin1")
}

function distinct(all: readonly Buffer[]): readonly Buffer[] {
  return all.filter((one, index) => all.findIndex((other) => other.equals(one)) === index)
}
