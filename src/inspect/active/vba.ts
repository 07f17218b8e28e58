/** Visual Basic in a compound file: its modules' source, what runs by itself in it, and which calls reach outside. [MS-OVBA]. */
import type { Compound } from "./compound.ts"
import { type Trait, named } from "./trait.ts"
import { AUTO_RUN, SUSPICIOUS } from "./vba-words.ts"

/** Decompressed octets of one module; source of ten thousand lines is below 1 MB. */
const LARGEST_MODULE = 8_000_000
/** Octets of a chunk when decompressed. [MS-OVBA] 2.4.1.1.2. */
const CHUNK = 4_096

/** Compiled code of a module without a line of source: an empty sheet or document has some 1,000 octets. */
const COMPILED_NOTHING = 4_000
/** What a box to tick on a sheet adds, some 300 octets; of more than so many nothing more is believed. */
const COMPILED_CONTROL = 500
const MOST_CONTROLS = 40

interface Module {
  readonly source: string
  /** Octets of compiled code before the source. */
  readonly compiled: number
}

/** Nothing: there is no project, or one as Office makes it before anybody has written a line. */
export function judgeVba(compound: Compound): readonly Trait[] {
  // Publisher keeps an empty folder of the name.
  const isProject = compound.entries.some(
    ({ kind, name, path }) => kind === "stream" && (/^_vba_project$/i.test(name) || /(?:^|\/)VBA\//i.test(path)),
  )
  if (!isProject) return []
  const modules = compound.entries.flatMap(({ kind, path, size }) => {
    if (kind !== "stream" || size < 3 || !/(?:^|\/)VBA\/(?!dir$|_VBA_PROJECT$|__SRP_)[^/]+$/i.test(path)) return []
    const bytes = compound.stream(path)
    return bytes === null ? [] : [readModule(bytes)]
  })
  // Source that was taken away leaves compiled code, which Office runs all the same.
  if (modules.length === 0) return [{ kind: "macro", why: "stomped" }]
  const stomped = modules.some(({ source, compiled }) => {
    const controls = Math.min(MOST_CONTROLS, source.match(/^Attribute VB_Control = /gm)?.length ?? 0)
    return significant(source) === "" && compiled > COMPILED_NOTHING + controls * COMPILED_CONTROL
  })
  const told = judgeSource(modules.map(({ source }) => source).join("\n"))
  return stomped ? [...told, { kind: "macro", why: "stomped" }] : told
}

/** What Visual Basic source does; nothing when it says nothing. */
export function judgeSource(source: string): readonly Trait[] {
  const code = significant(source)
  if (code === "") return []
  const traits = [
    ...named("macro", "auto-run", matches(code, AUTO_RUN)),
    ...named("macro", "suspicious", matches(code, SUSPICIOUS)),
  ]
  return traits.length > 0 ? traits : [{ kind: "macro", why: "plain" }]
}

/** The names under which the patterns are known, of those that occur. */
function matches(code: string, patterns: readonly (readonly [name: string, pattern: RegExp])[]): readonly string[] {
  return patterns.flatMap(([name, pattern]) => (pattern.test(code) ? [name] : []))
}

/** Without attributes, comments and declarations of options: every new document of Office has modules with nothing else. Continued lines become one. */
function significant(source: string): string {
  return source
    .replace(/[ \t]_[ \t]*\r?\n/g, " ")
    .split(/\r\n|\r|\n/)
    .filter((line) => !/^\s*(?:$|Attribute\s|Option\s|'|Rem\b)/i.test(line))
    .join("\n")
}

/** Source stands behind the compiled code, compressed, at an offset that another stream tells; its beginning is always the same. */
function readModule(bytes: Buffer): Module {
  // A signature, a chunk's header, a flag byte, and eight literals. [MS-OVBA] 2.4.1.
  for (let at = bytes.indexOf(BEGINNING, 0, "latin1"); at >= 0; at = bytes.indexOf(BEGINNING, at + 1, "latin1")) {
    if (at < 3 || bytes[at - 3] !== 1) continue
    const source = decompress(bytes.subarray(at - 3))
    if (source.length > 0) return { source: source.toString("latin1"), compiled: at - 3 }
  }
  return { source: "", compiled: bytes.length }
}

const BEGINNING = "\0Attribut"

/** [MS-OVBA] 2.4.1.3; ends quietly where the octets make no sense any more. */
export function decompress(bytes: Buffer): Buffer {
  const out = Buffer.alloc(Math.min(LARGEST_MODULE, Math.max(CHUNK, bytes.length * 64)))
  let length = 0
  let at = 1
  while (at + 2 <= bytes.length && length + CHUNK <= out.length) {
    const header = bytes.readUInt16LE(at)
    if (((header >> 12) & 7) !== 3) break
    const end = Math.min(bytes.length, at + (header & 0xfff) + 3)
    if ((header & 0x8000) === 0) {
      length += bytes.copy(out, length, at + 2, Math.min(end, at + 2 + CHUNK))
    } else {
      const grown = inflateChunk(bytes.subarray(at + 2, end), out, length)
      if (grown === null) break
      length = grown
    }
    at = end
  }
  return out.subarray(0, length)
}

/** Tokens in groups of eight behind a byte of flags; a copy token's split depends on how much the chunk holds. [MS-OVBA] 2.4.1.3.5. */
function inflateChunk(tokens: Buffer, out: Buffer, start: number): number | null {
  let at = 0
  let length = start
  while (at < tokens.length) {
    const flags = tokens[at++] ?? 0
    for (let bit = 0; bit < 8 && at < tokens.length; bit++) {
      if (length - start >= CHUNK) return length
      if ((flags & (1 << bit)) === 0) {
        out[length++] = tokens[at++] ?? 0
        continue
      }
      if (at + 2 > tokens.length) return length
      const token = tokens.readUInt16LE(at)
      at += 2
      const bits = Math.max(4, Math.ceil(Math.log2(length - start)))
      const from = length - (token >> (16 - bits)) - 1
      if (from < start) return null
      const count = Math.min((token & (0xffff >> bits)) + 3, start + CHUNK - length)
      for (let index = 0; index < count; index++) out[length++] = out[from + index] ?? 0
    }
  }
  return length
}
