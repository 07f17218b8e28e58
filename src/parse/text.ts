/** Collects the visible text of a message's body parts, decoded and bounded. */
import { readingsOf } from "./charset.ts"
import { htmlText } from "./html.ts"

/** HTML needs this many octets for one of visible text at most; a page with more markup is cut and says so. */
const MARKUP = 4

export interface BodyText {
  /** Where the decoded octets of one part go; null when there is no room left. */
  part(subtype: string, charset: string): { push(octets: Uint8Array): void; end(): void } | null
  text(): string
  /** Something did not fit. */
  cut(): boolean
}

export function createBodyText(limit: number): BodyText {
  const pieces: string[] = []
  let room = limit
  let cut = false

  function part(subtype: string, charset: string): { push(octets: Uint8Array): void; end(): void } | null {
    const html = subtype === "html" || subtype === "xhtml"
    const kept: Uint8Array[] = []
    let left = html ? room * MARKUP : room
    if (left <= 0) {
      cut = true
      return null
    }
    return {
      push(octets) {
        if (octets.length > left) cut = true
        if (left > 0) kept.push(octets.subarray(0, left))
        left -= Math.min(left, octets.length)
      },
      end() {
        for (const reading of readingsOf(Buffer.concat(kept), charset)) {
          const text = html ? htmlText(reading) : reading
          if (text.length > room) cut = true
          pieces.push(text.slice(0, room))
          room -= Math.min(room, text.length)
        }
      },
    }
  }

  return { part, text: () => pieces.join("\n"), cut: () => cut }
}
