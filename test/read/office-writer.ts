/** Writes small office files. ECMA-376 part 1, OpenDocument 1.3. */
import { zip, type ZipMember } from "../unpack/zip-writer.ts"

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")
}

const paragraph = (line: string): string => `<w:p><w:r><w:t xml:space="preserve">${escaped(line)}</w:t></w:r></w:p>`

export function paragraphs(text: string): string {
  return text.split("\n").map(paragraph).join("")
}

/** `members`: further or other ones, by name. */
export function docx(body: string, members: Readonly<Record<string, string>> = {}): Buffer {
  const all: Record<string, string> = {
    "[Content_Types].xml": "<Types/>",
    "word/document.xml": `<w:document xmlns:w="x"><w:body>${body}</w:body></w:document>`,
    ...members,
  }
  return zip(Object.entries(all).map(([name, data]): ZipMember => ({ name, data })))
}

export function odt(text: string, stamp = ""): Buffer {
  const wrap = (inside: string): string =>
    `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">${inside}</office:document>`
  const lines = text.split("\n").map((line) => `<text:p>${escaped(line)}</text:p>`)
  return zip([
    { name: "mimetype", data: "application/vnd.oasis.opendocument.text", stored: true },
    { name: "content.xml", data: wrap(lines.join("")) },
    { name: "styles.xml", data: wrap(`<style:header><text:p>${stamp}</text:p></style:header>`) },
  ])
}
