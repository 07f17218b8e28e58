/** Reads an answer of an ICAP server: its head, and what it encapsulates. RFC 3507 §4.3. */
import { createHash } from "node:crypto"
import { Broken, type Reader } from "./reader.ts"

export interface IcapResponse {
  readonly status: number
  /** Names in lower case; several of one name joined by a line break, as continued lines are. */
  readonly headers: ReadonlyMap<string, string>
  /** The answer it gives instead of ours; null when there is none. */
  readonly http: { readonly status: number; readonly body: Body | null } | null
}

export interface Body {
  readonly size: number
  readonly sha256: string
}

const MOST_FIELDS = 200
/** Octets of a body that is not ours any more; whatever it is, it says no. */
const LONGEST_BODY = 500_000_000

/** Or how it failed. Never rejects. */
export async function readResponse(reader: Reader): Promise<IcapResponse | string> {
  try {
    const { status, headers } = await readHead(reader)
    const parts = encapsulated(headers.get("encapsulated") ?? "")
    if (status === 204 || parts === null) return { status, headers, http: null }
    let http: number | null = null
    for (const { name } of parts.filter((part) => part.name.endsWith("-hdr"))) {
      const inner = await readInner(reader)
      if (name === "res-hdr") http = inner
    }
    const body = parts.some(({ name }) => name.endsWith("-body") && name !== "null-body")
      ? await readBody(reader)
      : null
    return { status, headers, http: { status: http ?? 0, body } }
  } catch (error) {
    return error instanceof Broken ? error.message : "garbage"
  }
}

async function readHead(reader: Reader): Promise<Pick<IcapResponse, "status" | "headers">> {
  for (;;) {
    const status = Number(/^ICAP\/1\.0 (\d{3})(?: |$)/.exec(await reader.line())?.[1] ?? Number.NaN)
    if (Number.isNaN(status)) throw new Broken("garbage")
    const headers = await readFields(reader)
    if (status !== 100) return { status, headers }
  }
}

async function readFields(reader: Reader): Promise<ReadonlyMap<string, string>> {
  const headers = new Map<string, string>()
  let last = ""
  for (let count = 0; count < MOST_FIELDS; count++) {
    const line = await reader.line()
    if (line === "") return headers
    const field = /^([!#$%&'*+.^_`|~\w-]+)\s*:\s*(.*)$/.exec(line)
    if (field === null && !(/^[ \t]/.test(line) && last !== "")) throw new Broken("garbage")
    last = field?.[1]?.toLowerCase() ?? last
    const value = (field?.[2] ?? line).trim()
    headers.set(last, headers.has(last) ? `${headers.get(last)}\n${value}` : value)
  }
  throw new Broken("garbage")
}

/** `res-hdr=0, res-body=137`; null when there is no such field. */
function encapsulated(text: string): readonly { readonly name: string }[] | null {
  if (text === "") return null
  return text.split(",").map((part) => {
    const name = /^\s*((?:req|res|opt|null)-(?:hdr|body))\s*=\s*\d+\s*$/i.exec(part)?.[1]
    if (name === undefined) throw new Broken("garbage")
    return { name: name.toLowerCase() }
  })
}

/** The status of an HTTP head; 0 for a request. */
async function readInner(reader: Reader): Promise<number> {
  const status = Number(/^HTTP\/1\.\d (\d{3})/.exec(await reader.line())?.[1] ?? 0)
  await readFields(reader)
  return status
}

/** Chunks. RFC 9112 §7.1. */
async function readBody(reader: Reader): Promise<Body> {
  const hash = createHash("sha256")
  let size = 0
  for (;;) {
    const length = /^([0-9a-fA-F]{1,8})(?:\s*;.*)?\s*$/.exec(await reader.line())?.[1]
    if (length === undefined) throw new Broken("garbage")
    const count = Number.parseInt(length, 16)
    size += count
    if (size > LONGEST_BODY) throw new Broken("garbage")
    if (count > 0) await reader.octets(count, (piece) => hash.update(piece))
    // Trailer fields and the empty line, or the end of a chunk.
    if (count === 0) await readFields(reader)
    else if ((await reader.line()) !== "") throw new Broken("garbage")
    if (count === 0) return { size, sha256: hash.digest("hex") }
  }
}
