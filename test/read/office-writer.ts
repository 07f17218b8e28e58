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

/** Rows of cells, their strings shared or in place. */
export function xlsx(rows: readonly (readonly string[])[], members: Readonly<Record<string, string>> = {}): Buffer {
  const strings = rows.flat().map((text) => `<si><t xml:space="preserve">${escaped(text)}</t></si>`)
  let index = 0
  const cells = rows.map((row) => `<row>${row.map(() => `<c t="s"><v>${index++}</v></c>`).join("")}</row>`)
  const all: Record<string, string> = {
    "[Content_Types].xml": "<Types/>",
    "xl/workbook.xml": `<workbook><sheets><sheet name="Trang 1"/></sheets></workbook>`,
    "xl/sharedStrings.xml": `<sst>${strings.join("")}</sst>`,
    "xl/worksheets/sheet1.xml": `<worksheet><sheetData>${cells.join("")}</sheetData></worksheet>`,
    ...members,
  }
  return zip(Object.entries(all).map(([name, data]): ZipMember => ({ name, data })))
}

export function pptx(text: string, members: Readonly<Record<string, string>> = {}): Buffer {
  const lines = text.split("\n").map((line) => `<a:p><a:r><a:t>${escaped(line)}</a:t></a:r></a:p>`)
  const all: Record<string, string> = {
    "[Content_Types].xml": "<Types/>",
    "ppt/presentation.xml": "<p:presentation/>",
    "ppt/slides/slide1.xml": `<p:sld><p:txBody>${lines.join("")}</p:txBody></p:sld>`,
    ...members,
  }
  return zip(Object.entries(all).map(([name, data]): ZipMember => ({ name, data })))
}

export function ods(rows: readonly (readonly string[])[]): Buffer {
  const cell = (text: string): string => `<table:table-cell><text:p>${escaped(text)}</text:p></table:table-cell>`
  const lines = rows.map((row) => `<table:table-row>${row.map(cell).join("")}</table:table-row>`)
  return zip([
    { name: "mimetype", data: "application/vnd.oasis.opendocument.spreadsheet", stored: true },
    {
      name: "content.xml",
      data: `<office:document xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0">${lines.join("")}</office:document>`,
    },
  ])
}

/** As Word writes it: octets of the font's character set where there are any, numbers of characters otherwise. */
export function rtf(text: string, font = "Times New Roman", charset = 0): string {
  const shown = Array.from(text, (letter) => {
    const code = letter.charCodeAt(0)
    if (letter === "\n") return "\\par\n"
    if ("\\{}".includes(letter)) return `\\${letter}`
    if (code < 0x80) return code < 0x20 ? `\\'${code.toString(16).padStart(2, "0")}` : letter
    return code < 0x100 ? `\\'${code.toString(16)}` : `\\u${code > 0x7fff ? code - 0x10000 : code}?`
  })
  return `{\\rtf1\\ansi\\ansicpg1252\\deff0{\\fonttbl{\\f0\\fnil\\fcharset${charset} ${font};}}\\f0 ${shown.join("")}\\par}`
}
