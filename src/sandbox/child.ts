/** The child's main: reads hostile octets, parses, opens, recognises and inspects them, proves their sender. It holds nothing that must be kept. */
import { type Authenticate, createAuthenticate } from "../identify/authenticate.ts"
import { createInspect, type Inspect } from "../inspect/inspect.ts"
import { known } from "../mail/evidence.ts"
import { isSecret, redacted } from "../mail/secret.ts"
import { decodeCharset } from "../parse/charset.ts"
import { htmlText } from "../parse/html.ts"
import { parse } from "../parse/parse.ts"
import { createReader } from "../read/read.ts"
import { createRecognise, type Recognise } from "../recognise/recognise.ts"
import { readSpooled } from "../store/bodies.ts"
import { unpack } from "../unpack/unpack.ts"
import type { Outcome, Task } from "./protocol.ts"
import { because, serve } from "./serve.ts"

serve((scan) => {
  const inspect = createInspect(scan)
  const authenticate = createAuthenticate(scan)
  const recognise = createRecognise(scan.recognise, createReader({ decode: decodeCharset, html: htmlText }))
  return (task, signal) => examine(task, { inspect, recognise, authenticate }, signal)
})

interface Examiners {
  readonly inspect: Inspect
  readonly recognise: Recognise
  readonly authenticate: Authenticate
}

const NOTHING = { attachments: [], findings: known([]), seen: [] }

async function examine(
  { spooled, claim }: Task,
  { inspect, recognise, authenticate }: Examiners,
  signal: AbortSignal,
): Promise<Outcome> {
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
    const proven = authenticate(claim, octets(), signal)
    const unpacking = unpack(signal)
    const { findings: noticed, ...parsed } = await parse(octets(), unpacking.part)
    const files = await unpacking.open()
    const content = await recognise(parsed, files, signal)
    // Before secrecy is judged nothing leaves this process, not even to the scanner, but DNS questions about the sender's domains.
    const secret = isSecret(content)
    const inspected = { files, parsed: noticed, raw: octets }
    const { attachments, findings, seen } = secret ? NOTHING : await inspect(inspected, signal)
    const authentication = await proven
    if (unread !== null) return { is: "failed", why: unread }
    // Its text has served: nobody outside asks for it.
    const examination = { message: { ...parsed, text: "", attachments }, findings, seen, authentication, content }
    return { is: "examined", examination: secret ? redacted(examination) : examination }
  } catch (error) {
    if (unread !== null) return { is: "failed", why: unread }
    throw error
  }
}
