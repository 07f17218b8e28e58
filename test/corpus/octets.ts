/** Samples → messages as they arrive, and what the gateway's child finds in them. */
import type { Content } from "../../src/mail/content.ts"
import { settingsSchema } from "../../src/config/schema.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { parse } from "../../src/parse/parse.ts"
import { createReader } from "../../src/read/read.ts"
import { createRecognise } from "../../src/recognise/recognise.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { readMessage } from "../unpack/opened.ts"
import { CONTAINERS } from "../read/containers.ts"
import { WRITTEN } from "../read/encode.ts"
import { docx, paragraphs, xlsx } from "../read/office-writer.ts"
import { page, pdf } from "../read/pdf-writer.ts"
import { mail } from "../support/mail.ts"
import type { Sample, SampleFile } from "./sample.ts"

export function octets(sample: Sample): Buffer {
  if (sample.written !== null) return writtenIn(sample.text, sample.written)
  return mail({
    subject: sample.subject,
    body: sample.text.replaceAll("\n", "\r\n"),
    ...(sample.html === null ? {} : { html: sample.html }),
    header: sample.bulk ? ["List-Unsubscribe: <https://tin.example/huy>"] : [],
    attachments: sample.files.map((file) => ({ name: file.name, bytes: fileOctets(file) })),
  })
}

export function writtenIn(text: string, { encoding, container }: NonNullable<Sample["written"]>): Buffer {
  const write = WRITTEN.find(({ as }) => as === encoding)?.write
  const file = CONTAINERS.find(({ as }) => as === container)
  if (write === undefined || file === undefined) throw new Error(`nobody writes ${encoding} in ${container}`)
  return file.mail(write(text))
}

function fileOctets({ name, text, margin }: SampleFile): Buffer {
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase()
  if (extension === "docx") return wordFile(text, margin)
  if (extension === "xlsx") return xlsx(text.split("\n").map((row) => row.split("\t")))
  if (extension === "pdf") return pdf(pages(text).map((one) => page(one)))
  return Buffer.from(text)
}

function wordFile(text: string, margin: SampleFile["margin"]): Buffer {
  // Cells of a row stand in a table of one row, as letterheads do.
  const body = text
    .split("\n")
    .map((line) => {
      const cells = line.split("\t")
      if (cells.length === 1) return paragraphs(line)
      return `<w:tbl><w:tr>${cells.map((cell) => `<w:tc>${paragraphs(cell)}</w:tc>`).join("")}</w:tr></w:tbl>`
    })
    .join("")
  if (margin === null) return docx(body)
  if (margin.at === "box")
    return docx(`${body}<w:p><w:r><w:txbxContent>${paragraphs(margin.text)}</w:txbxContent></w:r></w:p>`)
  return docx(body, { "word/header1.xml": `<w:hdr>${paragraphs(margin.text)}</w:hdr>` })
}

const LINES_OF_A_PAGE = 50

function pages(text: string): readonly string[] {
  const lines = text.split("\n")
  return Array.from({ length: Math.max(1, Math.ceil(lines.length / LINES_OF_A_PAGE)) }, (_, index) =>
    lines.slice(index * LINES_OF_A_PAGE, (index + 1) * LINES_OF_A_PAGE).join("\n"),
  )
}

const recognise = createRecognise(
  settingsSchema.shape.recognise.parse({}),
  createReader({ decode: decodeCharset, html: htmlText }),
)

/** As the child does it, in this process. */
export async function judged(message: Buffer): Promise<Content> {
  const signal = AbortSignal.timeout(60_000)
  async function* source(): AsyncGenerator<Uint8Array> {
    yield message
  }
  const unpacking = createUnpack({ passwords: [] }, readMessage)(signal)
  const parsed = await parse(source, unpacking.part)
  return recognise(parsed, await unpacking.open({ ...parsed, passwords: [] }), signal)
}
