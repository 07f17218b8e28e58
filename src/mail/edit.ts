/** Edits applied to a stream of canonical octets: the stored bytes stay as they came. */
import type { Edit } from "./delivery.ts"

/** Octets of a latin1 string; each char code is one octet. */
export function octets(latin1: string): Uint8Array {
  const bytes = new Uint8Array(latin1.length)
  for (let i = 0; i < latin1.length; i++) bytes[i] = latin1.charCodeAt(i)
  return bytes
}

/** Yields the edited octets. `edits` are sorted by `at` and do not overlap; one that lies past the end is applied at the end. */
export async function* edited(source: AsyncIterable<Uint8Array>, edits: readonly Edit[]): AsyncGenerator<Uint8Array> {
  let position = 0
  let next = 0
  let skipUntil = 0
  for await (const chunk of source) {
    const end = position + chunk.length
    let from = Math.max(position, skipUntil)
    for (let edit = edits[next]; edit !== undefined && edit.at < end; edit = edits[++next]) {
      if (edit.at > from) yield chunk.subarray(from - position, edit.at - position)
      if (edit.insert !== "") yield octets(edit.insert)
      skipUntil = edit.at + edit.remove
      from = Math.max(edit.at, skipUntil)
    }
    if (from < end) yield chunk.subarray(from - position)
    position = end
  }
  for (const edit of edits.slice(next)) if (edit.insert !== "") yield octets(edit.insert)
}

/** Size after edits. */
export function editedSize(size: number, edits: readonly Edit[]): number {
  return edits.reduce((sum, edit) => sum - edit.remove + edit.insert.length, size)
}
