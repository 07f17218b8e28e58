/** The child's main: reads hostile octets, parses and inspects them. It holds nothing that must be kept. */
import { createInspect, type Inspect } from "../inspect/inspect.ts"
import { UNREAD } from "../mail/content.ts"
import type { Spooled } from "../mail/transaction.ts"
import { parse } from "../parse/parse.ts"
import { readSpooled } from "../store/bodies.ts"
import type { Outcome } from "./protocol.ts"
import { because, serve } from "./serve.ts"

serve((scan) => {
  const inspect = createInspect(scan)
  return (spooled, signal) => examine(spooled, inspect, signal)
})

async function examine(spooled: Spooled, inspect: Inspect, signal: AbortSignal): Promise<Outcome> {
  let unread: string | null = null
  async function* octets(): AsyncGenerator<Uint8Array> {
    try {
      yield* readSpooled(spooled)
    } catch (error) {
      unread = because(error)
      throw error
    }
  }
  try {
    const inspection = inspect(octets, signal)
    const { findings: noticed, ...message } = await parse(octets(), inspection.part)
    const { attachments, findings } = await inspection.finish(noticed)
    if (unread !== null) return { is: "failed", why: unread }
    return { is: "examined", examination: { message: { ...message, attachments }, findings, content: UNREAD } }
  } catch (error) {
    if (unread !== null) return { is: "failed", why: unread }
    throw error
  }
}
