/** A recogniser as the child makes it, for one text. */
import { settingsSchema } from "../../src/config/schema.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { createRecognise, type Recognise } from "../../src/recognise/recognise.ts"
import type { File } from "../../src/mail/file.ts"
import { createReader } from "../../src/read/read.ts"
import type { Found } from "../../src/unpack/open.ts"
import { opened as openedFile } from "../unpack/opened.ts"

export const recognise: Recognise = createRecognise(
  settingsSchema.shape.recognise.parse({}),
  createReader({ decode: decodeCharset, html: htmlText }),
)

export interface Mail {
  readonly subject?: string
  readonly text?: string
  readonly bulk?: boolean
  readonly files?: readonly Found[]
}

export async function recognised({ subject = "", text = "", bulk = false, files = [] }: Mail, time = 10_000) {
  const signal = AbortSignal.timeout(time)
  return recognise({ subject, text, bulk }, await Promise.all(files.map(opened)), signal)
}

export function file(name: string, bytes: Buffer | string, type = "application/octet-stream"): Found {
  return { at: "2", names: name === "" ? [] : [name], claimed: type, bytes: Buffer.from(bytes) }
}

/** As the unpacker hands it on. */
export function opened(found: Found): Promise<File> {
  return openedFile(found.bytes, found)
}
