/** The plain letter with a file that every hostile form is made of: each place of it can be written otherwise. */
import { EICAR } from "../support/clamd.ts"

export type Encoding = "base64" | "quoted-printable"

export interface Payload {
  readonly bytes: Buffer
  readonly encoding: Encoding
  /** Encoded, without a line end at its end. */
  readonly text: string
}

export const EICAR_BYTES = Buffer.from(EICAR)

export function payload(encoding: Encoding, bytes: Buffer = EICAR_BYTES): Payload {
  const text =
    encoding === "base64"
      ? bytes.toString("base64").replace(/.{60}(?=.)/g, "$&\r\n")
      : bytes.toString("latin1").replace(/[^ -<>-~]|.$/g, (char) => `=${hex(char.charCodeAt(0))}`)
  return { bytes, encoding, text }
}

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(2, "0")
}

export interface Shape {
  /** Header fields above the MIME ones. */
  readonly top?: readonly string[]
  readonly mime?: readonly string[]
  readonly type?: string
  readonly preamble?: string
  /** Delimiter lines before the text and before the file, and after it. */
  readonly delimiters?: readonly [string, string, string]
  readonly head?: readonly string[]
  readonly cte?: string
  /** What stands between header and body. */
  readonly join?: string
  readonly body?: string
  readonly epilogue?: string
}

export const TOP = ["From: An <an@example.org>", "To: b@tuyenquang.gov.vn", "Subject: x", "Message-ID: <1@example.org>"]
export const FILE = [
  "Content-Type: application/octet-stream; name=att.bin",
  "Content-Disposition: attachment; filename=att.bin",
]

/** A multipart with a text and the file; each place can be written otherwise. */
export function letter({ encoding, text }: Payload, shape: Shape = {}): Buffer {
  const {
    top = TOP,
    type = "multipart/mixed; boundary=foo",
    mime = ["MIME-Version: 1.0", `Content-Type: ${type}`],
    preamble = "",
    delimiters = ["--foo", "--foo", "--foo--"],
    cte = encoding,
    head = [...FILE, `Content-Transfer-Encoding: ${cte}`],
    join = "\r\n",
    body = text,
    epilogue = "",
  } = shape
  const [first, second, last] = delimiters
  const lines = [
    ...top,
    ...mime,
    "",
    ...(preamble === "" ? [] : [preamble]),
    first,
    "Content-Type: text/plain",
    "",
    "xin chao",
    second,
  ]
  return Buffer.from(`${[...lines, ...head].join("\r\n")}\r\n${join}${body}\r\n${last}\r\n${epilogue}`, "latin1")
}

export type Forms = Readonly<Record<string, (payload: Payload) => Buffer>>

/** Forms that differ from the plain letter in one place. */
export function of<K extends keyof Shape>(
  key: K,
  values: Readonly<Record<string, (payload: Payload) => Shape[K]>>,
): Forms {
  return Object.fromEntries(
    Object.entries(values).map(([id, value]) => [id, (p: Payload) => letter(p, { [key]: value(p) })]),
  )
}

export const CTE = "Content-Transfer-Encoding"
export const other = ({ encoding }: Payload): Encoding => (encoding === "base64" ? "quoted-printable" : "base64")
export const half = (encoding: Encoding): readonly [string, string] => [encoding.slice(0, 3), encoding.slice(3)]
export const word = (text: string): string => `=?us-ascii?B?${Buffer.from(text).toString("base64")}?=`

/** One inner message, as a part's content or encoded. */
export const inner = (p: Payload): string => letter(p, { delimiters: ["--foo", "--foo", "--foo--"] }).toString("latin1")
export const wrap = (octets: string, encoding: Encoding): string =>
  payload(encoding, Buffer.from(octets, "latin1")).text

/** The header of a part; the same as the header of the message, and of a message within. */
export function heads(values: Readonly<Record<string, (p: Payload) => readonly string[]>>): Forms {
  const entries = Object.entries(values)
  const alone = (p: Payload, head: readonly string[]): Buffer => raw([...TOP, "MIME-Version: 1.0", ...head, "", p.text])
  return {
    ...of("head", values),
    ...Object.fromEntries(entries.map(([id, head]) => [`${id}, of the message`, (p: Payload) => alone(p, head(p))])),
    ...Object.fromEntries(
      entries.map(([id, head]) => [
        `${id}, of a message within`,
        (p: Payload) => plainPart(["Content-Type: message/rfc822"], alone(p, head(p)).toString("latin1")),
      ]),
    ),
  }
}
export const types = (values: Readonly<Record<string, string>>): Forms =>
  of("type", Object.fromEntries(Object.entries(values).map(([id, type]) => [id, () => type])))

/** A boundary of another writing, with delimiters that some reader takes for it. */
export function bounds(values: Readonly<Record<string, readonly [type: string, delimiter: string]>>): Forms {
  return Object.fromEntries(
    Object.entries(values).map(([id, [type, delimiter]]) => [
      id,
      (p: Payload) =>
        letter(p, {
          type: `multipart/mixed; ${type}`,
          delimiters: [`--${delimiter}`, `--${delimiter}`, `--${delimiter}--`],
        }),
    ]),
  )
}

/** The letter with a harmless file. */
export function harmless(p: Payload): Payload {
  return payload(p.encoding, Buffer.from("harmless"))
}

export function raw(lines: readonly string[]): Buffer {
  return Buffer.from(`${lines.join("\r\n")}\r\n`, "latin1")
}

export function entity(p: Payload): string {
  return [...FILE, `${CTE}: ${p.encoding}`, "", p.text].join("\r\n")
}

export function plainPart(head: readonly string[], body: string): Buffer {
  const lines = [
    ...TOP,
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=outer",
    "",
    "--outer",
    ...head,
    "",
    body,
  ]
  return raw([...lines, "--outer--"])
}

export function part(p: Payload, type: string, octets: string): Buffer {
  return plainPart([`Content-Type: ${type}`, `${CTE}: ${p.encoding}`], wrap(octets, p.encoding))
}

export function nested(p: Payload, type: string, open: string, close: string): Buffer {
  return letter(p, { head: [`Content-Type: ${type}`], body: [open, entity(p), close].join("\r\n") })
}
