/** The child's main: reads hostile octets, parses, opens, recognises and inspects them, proves their sender. It holds nothing that must be kept. */
import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { Readable } from "node:stream"
import { type Authenticate, createAuthenticate } from "../identify/authenticate.ts"
import { amendLeaf, type Looked } from "../inspect/disarm/amend.ts"
import { createInspect, type Inspect } from "../inspect/inspect.ts"
import type { Drawn, PageWanted } from "../mail/drawn.ts"
import { known } from "../mail/evidence.ts"
import { allFiles } from "../mail/file.ts"
import { contentOf, type Message } from "../mail/message.ts"
import { isMarked, isSecret, redacted } from "../mail/secret.ts"
import { urgencyOf } from "../mail/urgency.ts"
import { decodeCharset } from "../parse/charset.ts"
import { htmlText } from "../parse/html.ts"
import type { Change, Leaf } from "../mail/rewrite.ts"
import { parse } from "../parse/parse.ts"
import { rewrite } from "../parse/rewrite.ts"
import { drawable } from "../read/drawable.ts"
import { createReader, type Reading } from "../read/read.ts"
import { createReadScan, drawPage } from "../read/scan.ts"
import { createRecognise, type Recognise } from "../recognise/recognise.ts"
import { readSpooled } from "../store/bodies.ts"
import type { ReadMessage } from "../unpack/container/member.ts"
import { createUnpack, type Unpack } from "../unpack/unpack.ts"
import type { Outcome, ScanSettings, Task } from "./protocol.ts"
import { because, serve } from "./serve.ts"

serve((scan, shared) => {
  const unpack = createUnpack(scan, readMessage)
  const inspect = createInspect(scan, shared)
  const authenticate = createAuthenticate(scan)
  const recognise = createRecognise(
    scan.recognise,
    createReader({ decode: decodeCharset, html: htmlText }, reading(scan)),
  )
  return (task, signal) => {
    if (task.rewrite !== null) return rewritten(task, task.rewrite, looking({ unpack, inspect }, signal))
    if (task.draw !== undefined) return drawn(task, task.draw, { unpack, recognise }, signal)
    return examine(task, { unpack, inspect, recognise, authenticate }, signal)
  }
})

function reading({ recognise, scribe }: ScanSettings): Reading {
  // Read here rather than handed over: they were there when the settings were checked.
  const roots = recognise.authorities.map((file) => readFileSync(file, "latin1"))
  return { roots, scan: scribe === null ? null : createReadScan(scribe) }
}

/** A message inside a container, with the reasons why parts of it could not be read. */
const readMessage: ReadMessage = async (bytes, visit) => {
  const { findings } = await parse(() => Readable.from([bytes]), visit)
  return findings.map(({ why = "" }) => why)
}

interface Examiners {
  readonly unpack: Unpack
  readonly inspect: Inspect
  readonly recognise: Recognise
  readonly authenticate: Authenticate
}

const NOTHING = { attachments: [], contained: [], findings: known([]), seen: [] }

/** The octets of a task, and why they could not be read, which is nobody's fault but ours. */
function octetsOf({ spooled }: Task): {
  readonly octets: () => AsyncGenerator<Uint8Array>
  readonly unread: () => string | null
} {
  let unread: string | null = null
  async function* octets(): AsyncGenerator<Uint8Array> {
    try {
      yield* readSpooled(spooled)
    } catch (error) {
      unread = because(error)
      throw error
    }
  }
  return { octets, unread: () => unread }
}

/** A scanner that had to be asked about an attachment could not be: nothing is known, nothing is changed. */
class Unasked extends Error {
  override readonly name = "Unasked"
}

/** Where not all of its text was read, the message is only itself. */
function digestOf(said: Message, sha256: string): string {
  const whole = said.defects.includes("text-cut") ? `${sha256} ` : ""
  return createHash("sha256")
    .update(`${whole}${contentOf(said)}`)
    .digest("hex")
}

/** Characters of an answer's text that may hold its first line. */
const BEGINNING = 4_000

const EMPTY = { raw: (): Iterable<Uint8Array> => [], size: 0, sha256: createHash("sha256").digest("hex") }

/** Looks at one leaf as at an attachment of a message of its own. */
function looking({ unpack, inspect }: Pick<Examiners, "unpack" | "inspect">, signal: AbortSignal) {
  return async ({ at, names, claimed, disposition, bytes }: Leaf): Promise<Looked | null> => {
    async function* content(): AsyncGenerator<Uint8Array> {
      yield bytes
    }
    const unpacking = unpack(signal)
    const isText = /^text\/(?:plain|html)$/.test(claimed)
    await unpacking.part({ at, names, claimed, disposition, isText, content: content() })
    const [file] = await unpacking.open({ subject: "", text: "", passwords: [] })
    if (file === undefined) return null
    const { findings } = await inspect({ ...EMPTY, files: [file], parsed: [] }, signal)
    if (findings.state !== "known") throw new Unasked(findings.state === "failed" ? findings.why : findings.state)
    return { file, findings: findings.value }
  }
}

async function rewritten(
  task: Task,
  changes: readonly Change[],
  look: (leaf: Leaf) => Promise<Looked | null>,
): Promise<Outcome> {
  const { octets, unread } = octetsOf(task)
  try {
    const signed = changes.every((change) => change.signed)
    return {
      is: "rewriting",
      rewriting: await rewrite(octets(), { signed, amend: (leaf) => amendLeaf(leaf, changes, look) }),
    }
  } catch (error) {
    const why = error instanceof Unasked ? error.message : unread()
    if (why !== null) return { is: "failed", why }
    throw error
  }
}

/** A page of one of its files; of what may be secret none. */
async function drawn(
  task: Task,
  wanted: PageWanted & { readonly scribe: string },
  { unpack, recognise }: Pick<Examiners, "unpack" | "recognise">,
  signal: AbortSignal,
): Promise<Outcome> {
  const { octets, unread } = octetsOf(task)
  const unpacking = unpack(signal)
  const parsed = await parse(octets, unpacking.part)
  const files = await unpacking.open({ ...parsed, passwords: [] })
  const why = unread()
  if (why !== null) return { is: "failed", why }
  if (isSecret(await recognise(parsed, files, signal))) return { is: "drawn", drawn: { is: "secret" } }
  const file = [...allFiles(files)].find(({ at }) => at === wanted.at)
  const shown = file === undefined ? ({ is: "none" } as const) : drawable(file)
  if (shown.is === "png" && wanted.page === 1)
    return { is: "drawn", drawn: { is: "page", pages: 1, png: shown.octets } }
  return { is: "drawn", drawn: shown.is === "pdf" ? await drawnPdf(shown.octets, wanted, signal) : asNone(shown.is) }
}

function asNone(is: "png" | "failed" | "none"): Drawn {
  return { is: is === "failed" ? "failed" : "none" }
}

async function drawnPdf(
  octets: Buffer,
  { page, scribe }: PageWanted & { readonly scribe: string },
  signal: AbortSignal,
): Promise<Drawn> {
  const made = await drawPage(scribe, { octets, page }, signal)
  if (made === "absent") return { is: "absent" }
  return made === null ? { is: "failed" } : { is: "page", ...made }
}

async function examine(
  task: Task,
  { unpack, inspect, recognise, authenticate }: Examiners,
  signal: AbortSignal,
): Promise<Outcome> {
  const { octets, unread } = octetsOf(task)
  try {
    const proven = authenticate(task.claim, octets(), signal)
    const unpacking = unpack(signal)
    const { findings: noticed, senders, ...parsed } = await parse(octets, unpacking.part)
    const files = await unpacking.open({ ...parsed, passwords: task.passwords })
    const content = await recognise(parsed, files, signal)
    // Before secrecy is judged nothing leaves this process, not even to a scanner, but DNS questions about the sender's domains,
    // and pictures of pages to the scribe beside it, which keeps nothing.
    const secret = task.cleared === true ? isMarked(content) : isSecret(content)
    const { size, sha256 } = task.spooled
    const inspected = { files, parsed: [...senders, ...noticed], raw: octets, size, sha256 }
    const { attachments, contained, findings, seen } = secret ? NOTHING : await inspect(inspected, signal)
    const authentication = await proven
    const why = unread()
    if (why !== null) return { is: "failed", why }
    const said = { ...parsed, attachments }
    // Where nobody reads it, its text has served: nobody outside asks for it.
    const text = task.text === undefined ? "" : task.text === "whole" ? parsed.text : parsed.text.slice(0, BEGINNING)
    const examination = {
      message: { ...said, text },
      words: { digest: digestOf(said, sha256), urgency: urgencyOf(parsed) },
      findings,
      seen,
      authentication,
      content,
      files: contained,
    }
    return { is: "examined", examination: secret ? redacted(examination) : examination }
  } catch (error) {
    const why = unread()
    if (why !== null) return { is: "failed", why }
    throw error
  }
}
