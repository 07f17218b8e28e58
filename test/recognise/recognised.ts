/** A recogniser as the child makes it, for one text. */
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { createRecognise, type Recognise } from "../../src/recognise/recognise.ts"
import type { Enclosed } from "../../src/mail/text.ts"
import { createReader } from "../../src/read/read.ts"

export const recognise: Recognise = createRecognise(
  { official: 60, unsure: 35 },
  createReader({ decode: decodeCharset, html: htmlText }),
)

export interface Mail {
  readonly subject?: string
  readonly text?: string
  readonly bulk?: boolean
  readonly files?: readonly Enclosed[]
}

export function recognised({ subject = "", text = "", bulk = false, files = [] }: Mail, time = 10_000) {
  return recognise({ subject, text, bulk }, files, AbortSignal.timeout(time))
}

export function file(name: string, bytes: Buffer | string, type = "application/octet-stream"): Enclosed {
  return { at: "2", names: name === "" ? [] : [name], type, bytes: Buffer.from(bytes) }
}
