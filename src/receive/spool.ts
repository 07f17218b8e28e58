/** One message on its way in: DATA octets → canonical bytes in the body store, or the reply that refuses them. */
import { type Reply, reply } from "../mail/reply.ts"
import type { Bytes, Spooled } from "../mail/transaction.ts"
import type { BodyWriter } from "../store/store.ts"
import { createDotReader, type Malformed } from "./dots.ts"
import type { Log } from "../telemetry/log.ts"

export interface SpoolLimits {
  readonly messageSize: Bytes
  readonly headerSize: Bytes
}

export interface Spool {
  /** Resolves when it may be given more: with what follows the end of data, or null before it came. Never rejects. */
  take(chunk: Buffer): Promise<Buffer | null>
  /** After the end of data. Never rejects. */
  finish(): Promise<
    { readonly is: "spooled"; readonly spooled: Spooled } | { readonly is: "refused"; readonly reply: Reply }
  >
  /** Forgets what came. Never rejects. */
  discard(): Promise<void>
  /** Octets of the message so far. */
  readonly size: () => Bytes
  /** More than twice the size limit came: whoever goes on after that does not listen. */
  isFlood(): boolean
}

/** RFC 5321 §4.5.3.1.6 promises 998; programs that write one line a message exist, this is far beyond them. */
const LINE_SIZE: Bytes = 102_400

const tooBig = reply(552, "3.4", "Thu qua lon. Message exceeds the size limit.")
const storageFailed = reply(451, "3.0", "Loi luu tru tam thoi, vui long thu lai sau. Storage failed, try again later.")

const MALFORMED: Readonly<Record<Malformed, Reply>> = {
  "line-ending": reply(550, "6.0", "Thu chua CR, LF don le hoac NUL. Message has bare CR, bare LF or NUL characters."),
  "folded-first-line": reply(
    550,
    "6.0",
    "Thu bat dau bang khoang trang. Message begins with white space, not with a header field.",
  ),
  "long-line": reply(550, "6.0", "Thu co dong qua dai. Message has a line that is too long."),
  "long-header": reply(552, "3.4", "Phan dau thu qua lon. Message header exceeds the size limit."),
}

/** `size`: octets of the message with this content. RFC 5322 §2.2.3: white space at the start of a line continues the line before. */
function folded(content: Buffer, size: Bytes): Malformed | null {
  const isFirst = content.length > 0 && size === content.length
  return isFirst && (content[0] === 0x20 || content[0] === 0x09) ? "folded-first-line" : null
}

export function createSpool(writer: BodyWriter, limits: SpoolLimits, log: Log): Spool {
  const dots = createDotReader({ header: limits.headerSize, line: LINE_SIZE })
  let size = 0
  /** Why nothing is kept any more; the rest is read to its end all the same, as the client would not see a reply before. */
  let refusal: Reply | null = null
  let isDiscarded = false

  async function discard(): Promise<void> {
    if (isDiscarded) return
    isDiscarded = true
    try {
      await writer.discard()
    } catch (error) {
      log.error("a body could not be discarded", { error })
    }
  }

  function fail(error: unknown): Reply {
    log.error("a body could not be written", { error })
    return storageFailed
  }

  return {
    take: async (chunk) => {
      const { content, rest } = dots.read(chunk)
      size += content.length
      const malformed = content.includes(0) ? "line-ending" : (dots.malformed() ?? folded(content, size))
      if (size > limits.messageSize) refusal ??= tooBig
      if (malformed !== null) refusal ??= MALFORMED[malformed]
      try {
        if (refusal === null && !isDiscarded && content.length > 0) await writer.write(content)
      } catch (error) {
        refusal = isDiscarded ? storageFailed : fail(error)
      }
      if (refusal !== null) await discard()
      return rest
    },
    finish: async () => {
      try {
        if (refusal === null && !isDiscarded) return { is: "spooled", spooled: await writer.finish() }
      } catch (error) {
        refusal = fail(error)
        await discard()
      }
      return { is: "refused", reply: refusal ?? storageFailed }
    },
    discard,
    size: () => size,
    isFlood: () => size > 2 * limits.messageSize,
  }
}
