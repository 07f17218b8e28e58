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
  const disposed = readings(dispositions)
  const typed = readings(types)
  const names = [
    ...named(disposed, "filename"),
    ...named(typed, "name"),
    ...named(typed, "filename"),
    ...named(disposed, "name"),
  ]
  return [...new Set(names.filter((name) => trimWhite(name) !== ""))].slice(0, MOST_NAMES)
}

/** Both ways to split: a `;` inside quotes ends a value for careless readers. */
function readings(values: readonly string[]): (readonly Parameter[])[] {
  return values.flatMap((value) => [parameters(value, "respected").list, parameters(value, "ignored").list])
}

/** RFC 2047 words are not allowed in a parameter, and most mail programs decode them; the others show them as they are. */
function named(lists: readonly (readonly Parameter[])[], key: string): string[] {
  const shown = lists.flatMap((list) => extended(list, key).concat(plain(list, key).map(decodeWords)))
  const literal = lists.flatMap((list) => plain(list, key)).filter((raw) => raw.includes("=?"))
  return shown.concat(literal)
}
