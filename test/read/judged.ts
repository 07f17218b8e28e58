/** What a message is, as the child process finds out: parsed, opened, read, recognised. */
import type { Content } from "../../src/mail/content.ts"
import { parse } from "../../src/parse/parse.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { readMessage } from "../unpack/opened.ts"
import { recognise } from "../recognise/recognised.ts"

export async function judged(message: Buffer): Promise<Content> {
  const signal = AbortSignal.timeout(30_000)
  const unpacking = createUnpack({ passwords: [] }, readMessage)(signal)
  async function* octets(): AsyncGenerator<Uint8Array> {
    yield message
  }
  const parsed = await parse(octets, unpacking.part)
  return recognise(parsed, await unpacking.open({ ...parsed, passwords: [] }), signal)
}
