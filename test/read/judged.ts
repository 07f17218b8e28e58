/** What a message is, as the child process finds out: parsed, opened, read, recognised. */
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { parse } from "../../src/parse/parse.ts"
import { createReader } from "../../src/read/read.ts"
import { createRecognise } from "../../src/recognise/recognise.ts"
import { unpack } from "../../src/unpack/unpack.ts"
import type { Content } from "../../src/mail/content.ts"

const recognise = createRecognise({ official: 60, unsure: 35 }, createReader({ decode: decodeCharset, html: htmlText }))

export async function judged(message: Buffer): Promise<Content> {
  const signal = AbortSignal.timeout(30_000)
  const unpacking = unpack(signal)
  async function* octets(): AsyncGenerator<Uint8Array> {
    yield message
  }
  const parsed = await parse(octets(), unpacking.part)
  return recognise(parsed, await unpacking.open(), signal)
}
