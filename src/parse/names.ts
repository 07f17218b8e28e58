/** All the names a part has for anybody: one mail program shows `filename*`, the next `filename`, another `name`. RFC 2183 §2.3. */
import { extended, type Parameter, parameters, plain } from "./parameters.ts"
import { decodeWords, trimWhite } from "./words.ts"

/** Field values of one part, latin1, every duplicate included. */
export interface NamingFields {
  readonly dispositions: readonly string[]
  readonly types: readonly string[]
}

/** More than this is an attack; the forms that mail programs prefer come first. */
const MOST_NAMES = 64

/** Most likely first; each text once. */
export function namesOf({ dispositions, types }: NamingFields): string[] {
  if (dispositions.length === 0 && types.every((value) => !/name/i.test(value))) return []
  const disposed = readings(dispositions)
  const typed = readings(types)
  // Pieces of one name may stand in several fields.
  const all = [...dispositions, ...types]
  const inPieces = all.length > 1 && all.some((value) => /name\*\d/i.test(value))
  const together = inPieces ? readings([all.join("; ")]) : []
  const names = [
    ...named(disposed, "filename"),
    ...named(typed, "name"),
    ...named(typed, "filename"),
    ...named(disposed, "name"),
    ...named(together, "filename"),
    ...named(together, "name"),
  ]
  const kinds = new Set(["", ...names.map(lastWord)])
  // What only careless readers see counts where it is a file of another kind to them.
  const others = all.flatMap(careless).filter((name) => !kinds.has(lastWord(name)))
  return [...new Set([...names, ...others].filter((name) => trimWhite(name) !== ""))].slice(0, MOST_NAMES)
}

/** Both ways to split: a `;` inside quotes ends a value for careless readers. */
function readings(values: readonly string[]): (readonly Parameter[])[] {
  return values.flatMap((value) => [parameters(value, "respected").list, parameters(value, "ignored").list])
}

/** RFC 2047 words are not allowed in a parameter, and most mail programs decode them; the others show them as they are. */
function named(lists: readonly (readonly Parameter[])[], key: string): string[] {
  const shown = lists.flatMap((list) => wide(list, key).concat(plain(list, key).flatMap(decodings)))
  const literal = lists.flatMap((list) => plain(list, key)).filter((raw) => raw.includes("=?"))
  return shown.concat(literal)
}

/** UTF-16 without a mark has two readings. RFC 2781 §4.3. */
function wide(list: readonly Parameter[], key: string): string[] {
  const label = /^utf-?16'/i
  if (!list.some(({ text }) => label.test(text))) return extended(list, key)
  const other = list.map((one) => ({ ...one, text: one.text.replace(label, "utf-16be'") }))
  return [...extended(list, key), ...extended(other, key)]
}

function decodings(raw: string): string[] {
  const label = /=\?utf-?16\?/gi
  const shown = decodeWords(raw)
  return raw.search(label) === -1 ? [shown] : [shown, decodeWords(raw.replace(label, "=?utf-16be?"))]
}

/** Characters of a field that are read carelessly: the patterns go back and forth in them. */
const LONGEST = 2_000

/** Only where quotes, escapes or comments leave room for it: the value up to the end of the field, or between single quotes. */
function careless(written: string): string[] {
  const value = written.slice(0, LONGEST)
  if (!/name\W{0,3}=[^;]*(?:[\\'()]|[^=]"[^;]|;(?![ \t]*(?:[\w*-]+=|$)))/i.test(value)) return []
  return [...value.matchAll(/name[^=;*]{0,20}=\s*(.{1,1000})/gis)].flatMap((match) => {
    const rest = match[1] ?? ""
    const whole = rest.replace(/;\s*[\w*-]+=.*$/s, "").replace(/^"(.*)"\s*$/s, "$1")
    const plainly = whole.replace(/[\\"']/g, "")
    return [whole, plainly, plainly.replace(/\([^)]*\)/g, ""), rest.replace(/[\\"';(].*$/s, "")].map((one) =>
      decodeWords(trimWhite(one)),
    )
  })
}

/** Controls; overrides that turn text around (UAX #9); a path upwards; a device (Windows). */
const HOSTILE = /[\p{Cc}\u202a-\u202e\u2066-\u2069]|\.\.[/\\]|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/iu

/** Mail programs would save it under names of different kinds, or under one that does not say what it is. */
export function namesDiffer(names: readonly string[]): boolean {
  if (names.length === 0) return false
  if (names.some((name) => HOSTILE.test(name))) return true
  if (names.length === 1) return false
  const kinds = names.map(kindOf).filter((kind) => kind !== "")
  return new Set(kinds).size > 1
}

function lastWord(name: string): string {
  return name.includes(".") ? name.slice(name.lastIndexOf(".")).toLowerCase() : ""
}

/** The extension, as far as it is one; encoded-words are what somebody else decodes. */
function kindOf(name: string): string {
  if (name.includes("=?")) return ""
  const extension = /\.([a-z0-9]{1,10})[.\s"';)]*$/i.exec(name)?.[1] ?? ""
  return extension.toLowerCase()
}
