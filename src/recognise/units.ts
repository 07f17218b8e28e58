/** A text as numbers: going through a string letter by letter costs several times as much as through an array. */

let units = new Uint16Array(16_384)

/** Valid until the next call; what lies beyond the text's length is left from others. */
export function unitsOf(text: string): Uint16Array {
  if (units.length < text.length) units = new Uint16Array(text.length * 2)
  Buffer.from(units.buffer).write(text, "utf16le")
  return units
}
