/** As much of the syntax of PDF as it takes to find dictionaries and strings in it. ISO 32000-1, 7.3. */

/** The text from `at` to the end of the dictionary that begins there; null when none does. */
export function dictionaryAt(text: string, at: number, longest: number): string | null {
  if (!/^\s{0,20}<</.test(text.slice(at, at + 24))) return null
  let depth = 0
  const end = Math.min(text.length, at + longest)
  for (let place = at; place < end; place++) {
    const two = text.slice(place, place + 2)
    if (two === "<<" || two === ">>") {
      depth += two === "<<" ? 1 : -1
      place++
      if (depth === 0) return text.slice(at, place + 1)
    } else if (text[place] === "(") place = stringEnd(text, place)
  }
  return text.slice(at, end)
}

/** The closing parenthesis of the string that opens at `at`. */
function stringEnd(text: string, at: number): number {
  let depth = 0
  for (let place = at; place < text.length && place < at + 65_536; place++) {
    const octet = text[place]
    if (octet === "\\") place++
    else if (octet === "(") depth++
    else if (octet === ")" && --depth === 0) return place
  }
  return text.length
}

/** `/Embedded#46ile` is `/EmbeddedFile`. */
export function plainNames(text: string): string {
  return text.includes("#")
    ? text.replace(/#([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : text
}

/** The string behind a key, brackets of a list left off: octets as latin1. Null when there is none. */
export function stringAfter(text: string, key: string): string | null {
  for (let at = text.indexOf(key); at >= 0; at = text.indexOf(key, at + 1)) {
    const [blank = ""] = /^[\s[]{0,20}/.exec(text.slice(at + key.length, at + key.length + 20)) ?? []
    const begin = at + key.length + blank.length
    if (text[begin] === "(") return unescaped(text.slice(begin + 1, stringEnd(text, begin)))
    if (text[begin] === "<" && text[begin + 1] !== "<") {
      const digits = text.slice(begin + 1, text.indexOf(">", begin)).replace(/\s/g, "")
      return Buffer.from(digits.length % 2 === 0 ? digits : `${digits}0`, "hex").toString("latin1")
    }
  }
  return null
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

function unescaped(text: string): string {
  return text.replace(/\\(\r\n|[0-7]{1,3}|[\s\S])/g, (_, escape: string) => {
    if (/^[0-7]/.test(escape)) return String.fromCharCode(Number.parseInt(escape, 8) & 0xff)
    if (/^[\r\n]/.test(escape)) return ""
    return ESCAPES[escape] ?? escape
  })
}
