/** The words of a PDF: names, strings, marks, numbers. ISO 32000-1, 7.2. */

export interface PdfObject {
  readonly number: number
  readonly tokens: readonly Token[]
  /** Still encoded; null when it has none. */
  readonly stream: Buffer | null
}

/** `mark`: `<<`, `>>`, `[`, `]`; `word`: numbers, `R`, `true`. Names come without their slash, `#xx` undone. */
export interface Token {
  readonly is: "name" | "string" | "mark" | "word"
  readonly text: string
}

export interface Budget {
  /** Octets that may still be inflated. */
  octets: number
  /** Tokens that may still be read. */
  tokens: number
}

/** White space ends nothing, delimiters do. 7.2.2. */
const TOKEN =
  /[\0\t\n\f\r ]+|%[^\r\n]*|\/([^\0\t\n\f\r ()<>[\]{}/%]*)|(<<|>>|[[\]{}])|<([^>]*)>|(\()|([^\0\t\n\f\r ()<>[\]{}/%]+)|./sy

/** Up to `stream`, `endobj` or the next object. */
export function readTokens(
  text: string,
  from: number,
  budget: Budget,
  to = text.length,
): { readonly tokens: readonly Token[]; readonly end: number } {
  const tokens: Token[] = []
  let at = from
  while (at < to && budget.tokens > 0) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) break
    const [whole, name, mark, hex, paren, word] = match
    if (word === "stream" || word === "endobj" || word === "obj" || word === "xref" || word === "startxref") break
    at += whole.length
    if (name !== undefined) tokens.push({ is: "name", text: nameOf(name) })
    else if (mark !== undefined) tokens.push({ is: "mark", text: mark })
    else if (hex !== undefined)
      tokens.push({ is: "string", text: Buffer.from(hex.replace(/[^0-9A-Fa-f]+/g, ""), "hex").toString("latin1") })
    else if (paren !== undefined) {
      const string = literal(text, at)
      tokens.push({ is: "string", text: string.text })
      at = string.end
    } else if (word !== undefined) tokens.push({ is: "word", text: word })
    budget.tokens--
  }
  return { tokens, end: at }
}

function nameOf(written: string): string {
  return written.includes("#")
    ? written.replace(/#([0-9A-Fa-f]{2})/g, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    : written
}

const ESCAPES: Readonly<Record<string, string>> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" }

/** Balanced parentheses belong to it. 7.3.4.2. */
function literal(text: string, from: number): { readonly text: string; readonly end: number } {
  const stop = /[\\()]/g
  let depth = 1
  let plain = ""
  let at = from
  for (;;) {
    stop.lastIndex = at
    const match = stop.exec(text)
    if (match === null) return { text: plain + text.slice(at), end: text.length }
    plain += text.slice(at, match.index)
    at = match.index + 1
    if (match[0] === "\\") {
      const octal = /[0-7]{1,3}/y
      octal.lastIndex = at
      const digits = octal.exec(text)?.[0]
      const letter = text.charAt(at)
      plain +=
        digits === undefined
          ? (ESCAPES[letter] ?? (/[\r\n]/.test(letter) ? "" : letter))
          : String.fromCharCode(Number.parseInt(digits, 8) & 0xff)
      at += digits?.length ?? 1
    } else {
      depth += match[0] === "(" ? 1 : -1
      if (depth === 0) return { text: plain, end: at }
      plain += match[0]
    }
  }
}

export function hasName({ tokens }: Pick<PdfObject, "tokens">, name: string): boolean {
  return tokens.some((token) => token.is === "name" && token.text === name)
}

/** `/key /value` stands in it. */
export function hasValue({ tokens }: Pick<PdfObject, "tokens">, key: string, value: string): boolean {
  return tokens.some((token, index) => token.is === "name" && token.text === key && isName(tokens[index + 1], value))
}

function isName(token: Token | undefined, text: string): boolean {
  return token?.is === "name" && token.text === text
}
