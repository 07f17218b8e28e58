/** The same letter in every container that carries text; `text`: octets of an old encoding as latin1, or Unicode. */
import { zip } from "../unpack/zip-writer.ts"
import { doc, ppt, xls } from "./compound-writer.ts"
import { docx, ods, odt, paragraphs, pptx, rtf, xlsx } from "./office-writer.ts"
import { page, pdf } from "./pdf-writer.ts"

export interface Container {
  readonly as: string
  readonly mail: (octets: string) => Buffer
}

const FROM = "From: a@song-bach.example\r\nTo: b@song-bach.example\r\nMIME-Version: 1.0\r\n"

/** Octets that are UTF-8 are characters to programs that write documents; other octets are shown as Latin-1. */
export function characters(octets: string): string {
  const bytes = Buffer.from(octets, "latin1")
  const text = bytes.toString("utf8")
  return text.includes("\ufffd") ? octets : text
}

function body(type: string, octets: string, head = "Subject: Van ban\r\n"): Buffer {
  const base64 = Buffer.from(octets, "latin1").toString("base64").replace(/.{76}/g, "$&\r\n")
  return Buffer.from(`${FROM}${head}Content-Type: ${type}\r\nContent-Transfer-Encoding: base64\r\n\r\n${base64}\r\n`)
}

function attached(name: string, data: Buffer | string): Buffer {
  const bytes = Buffer.from(data)
  return Buffer.concat([
    Buffer.from(
      `${FROM}Subject: Tep\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nGui anh.\r\n--b\r\n`,
    ),
    body(`application/octet-stream; name=${name}`, bytes.toString("latin1"), "").subarray(FROM.length),
    Buffer.from("\r\n--b--\r\n"),
  ])
}

function escaped(octets: string): string {
  return octets.replaceAll("<", "&lt;").replaceAll("\n", "<br>\n")
}

const rows = (octets: string): string[][] =>
  characters(octets)
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => [line])

export const CONTAINERS: readonly Container[] = [
  { as: "body", mail: (octets) => body("text/plain", octets) },
  { as: "html body", mail: (octets) => body("text/html", `<html><body>${escaped(octets)}</body></html>`) },
  { as: "eml", mail: (octets) => nested(body("text/plain", octets)) },
  { as: "txt", mail: (octets) => attached("a.txt", Buffer.from(octets, "latin1")) },
  { as: "csv", mail: (octets) => attached("a.csv", Buffer.from(octets, "latin1")) },
  { as: "html", mail: (octets) => attached("a.html", Buffer.from(`<html><p>${escaped(octets)}</p></html>`, "latin1")) },
  { as: "docx", mail: (octets) => attached("a.docx", docx(paragraphs(characters(octets)))) },
  { as: "doc", mail: (octets) => attached("a.doc", doc(characters(octets))) },
  { as: "rtf", mail: (octets) => attached("a.rtf", rtf(characters(octets))) },
  { as: "xlsx", mail: (octets) => attached("a.xlsx", xlsx(rows(octets))) },
  { as: "xls", mail: (octets) => attached("a.xls", xls(rows(octets))) },
  { as: "pptx", mail: (octets) => attached("a.pptx", pptx(characters(octets))) },
  { as: "ppt", mail: (octets) => attached("a.ppt", ppt(characters(octets))) },
  { as: "odt", mail: (octets) => attached("a.odt", odt(characters(octets))) },
  { as: "ods", mail: (octets) => attached("a.ods", ods(rows(octets))) },
  { as: "pdf", mail: (octets) => attached("a.pdf", pdf([page(characters(octets))])) },
  { as: "zip", mail: (octets) => attached("a.zip", zip([{ name: "a.doc", data: doc(characters(octets)) }])) },
]

function nested(message: Buffer): Buffer {
  return Buffer.concat([
    Buffer.from(
      `${FROM}Subject: Thu\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: message/rfc822\r\n\r\n`,
    ),
    message,
    Buffer.from("\r\n--b--\r\n"),
  ])
}
