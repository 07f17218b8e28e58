/** File names that one reader sees as harmless and another as a program: every way to write one. */
import { payload } from "./letter.ts"

export interface NameForm {
  readonly id: string
  readonly octets: Buffer
}

const utf16 = (text: string, order: "be" | "le"): Buffer => {
  const bytes = Buffer.from(text, "utf16le")
  return order === "le" ? bytes : bytes.swap16()
}
const word = (charset: string, bytes: Buffer): string => `"=?${charset}?B?${bytes.toString("base64")}?="`
const percent = (bytes: Buffer): string =>
  Array.from(bytes, (octet) =>
    octet > 47 && octet < 123 ? String.fromCharCode(octet) : `%${octet.toString(16).padStart(2, "0").toUpperCase()}`,
  ).join("")

/** After the key, which is `name` or `filename`; several make several parameters. */
const VALUES: Readonly<Record<string, readonly string[]>> = {
  plain: ["=file.exe"],
  quoted: ['="file.exe"'],
  "single quotes": ["='file.exe'"],
  "a space before": [" =file.exe"],
  "a space behind": ["= file.exe"],
  folded: ["\r\n =file.exe"],
  "folded behind": ["=\r\n file.exe"],
  "twice, bad first": ["=file.exe", "=file.png"],
  "twice, bad last": ["=file.png", "=file.exe"],
  "RFC 2047": [`=${word("us-ascii", Buffer.from("file.exe"))}`],
  "RFC 2047, UTF-16 le": [`=${word("utf-16", utf16("file.exe", "le"))}`],
  "RFC 2047, UTF-16 be": [`=${word("utf-16", utf16("file.exe", "be"))}`],
  "a quote within": ['=file".exe'],
  "a quote around a part": ['="file".exe'],
  "a quote too many": ['="file".exe"'],
  "an escaped quote": ['="file\\".exe"'],
  "an escaped quote, unquoted": ['=file\\".exe'],
  "a semicolon": ["=file;.exe"],
  "an escaped semicolon": ["=file\\;.exe"],
  "a quoted semicolon": ['="file;.exe"'],
  "RFC 2231": ["*=''file.exe"],
  "RFC 2231, charset": ["*=utf-8''file%2Eexe"],
  "RFC 2231, encoded": ["*=''file.%65%78%65"],
  "RFC 2231, UTF-16 le": [`*=UTF-16''${percent(utf16("file.exe", "le"))}`],
  "RFC 2231, UTF-16 be": [`*=UTF-16''${percent(utf16("file.exe", "be"))}`],
  pieces: ["*0=file.", "*1=exe"],
  "one piece": ["*0=file.exe"],
  "a gap": ["*0=file.", "*2=exe"],
  "no first piece": ["*1=file.", "*2=exe"],
  "out of order": ["*1=exe", "*0=file."],
  "numbered backwards": ["*1=file.", "*0=exe"],
  "encoded pieces": ["*0*=''file.", "*1*=%65%78%65"],
  "encoded pieces, out of order": ["*1*=exe", "*0*=''file."],
  "encoded pieces, backwards": ["*1*=''file.", "*0*=exe"],
  "plain beside RFC 2231": ["=file.png", "*=''file.exe"],
  "RFC 2231 beside plain": ["*=''file.exe", "=file.png"],
  "plain beside pieces": ["=file.png", "*0=file.", "*1=exe"],
  "a comment behind": ["=file.exe()"],
  "a comment that lies": ["=file.exe(.gif)"],
  "a comment within": ["=file.e()xe"],
  "a comment within that lies": ["=file.e(.gif)xe"],
  "a comment in the key": ["()=file.exe"],
  "a direction override": ['="fil\u202eexe.scr"'],
  "a trailing dot": ['="file.exe."'],
  "trailing spaces": ['="file.exe   "'],
  "a stream": ['="file.txt:b.exe"'],
  "a path": ['="../../file.exe"'],
  "a NUL, encoded": ["*=utf-8''file.exe%00.png"],
  "a line end, encoded": ["*=utf-8''file.png%0d%0afile.exe"],
  "full width": ['="file.ｅｘｅ"'],
  "a device": ['="con.txt"'],
}

const { text } = payload("base64", Buffer.from("nothing"))

function letter(...head: readonly string[]): Buffer {
  const top = [
    "From: a@example.org",
    "Subject: x",
    "MIME-Version: 1.0",
    "Content-Type: multipart/mixed; boundary=foo",
    "",
    "--foo",
  ]
  const lines = [...top, ...head, "Content-Transfer-Encoding: base64", "", text, "--foo--", ""]
  return Buffer.from(
    lines.map((line) => (/[^\0-\xff]/.test(line) ? Buffer.from(line).toString("latin1") : line)).join("\r\n"),
    "latin1",
  )
}

const TYPE = "Content-Type: application/octet-stream"
const DISPOSITION = "Content-Disposition: attachment"
const joined = (key: string, values: readonly string[]): string => values.map((value) => `; ${key}${value}`).join("")

export const NAME_FORMS: readonly NameForm[] = [
  ...Object.entries(VALUES).flatMap(([id, values]) => [
    { id: `${id}, in the type`, octets: letter(`${TYPE}${joined("name", values)}`) },
    { id: `${id}, in the disposition`, octets: letter(TYPE, `${DISPOSITION}${joined("filename", values)}`) },
    {
      id: `${id}, beside a harmless type`,
      octets: letter(`${TYPE}; name=file.png`, `${DISPOSITION}${joined("filename", values)}`),
    },
    {
      id: `${id}, beside a harmless disposition`,
      octets: letter(`${DISPOSITION}; filename=file.png`, `${TYPE}${joined("name", values)}`),
    },
  ]),
  { id: "pieces in two fields", octets: letter(`${TYPE}; name*0=file.`, `${TYPE}; name*1=exe`) },
  {
    id: "pieces in two fields of different names",
    octets: letter(`${DISPOSITION}; filename*0=file.`, `${TYPE}; filename*1=exe`),
  },
  { id: "two dispositions", octets: letter(`${DISPOSITION}; filename=file.png`, `${DISPOSITION}; filename=file.exe`) },
]
