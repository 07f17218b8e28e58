/**
 * `npm run bench:parse`: what reading strictly, and every other reading, costs small honest mail beside the lenient reading alone; in the processor's
 * time of this thread. The strict part is measured by itself on the same octets, so that both stand on one machine side by side.
 */
import { inlineFiles } from "../../src/parse/carve.ts"
import { hidesMarkup } from "../../src/parse/charset.ts"
import { readFields } from "../../src/parse/fields.ts"
import { fieldsIn } from "../../src/parse/outside.ts"
import { parse } from "../../src/parse/parse.ts"
import { hiddenRuns } from "../../src/parse/runs.ts"
import { senderFindings } from "../../src/parse/senders.ts"
import { doubtsOf } from "../../src/parse/strict.ts"
import { mail } from "../support/mail.ts"

const ROUNDS = 2_000
const LOREM = "Kinh gui quy co quan, de nghi quy co quan phoi hop thuc hien noi dung sau day.\r\n"
const MAILS: Readonly<Record<string, Buffer>> = {
  "5 KiB of text": mail({ body: LOREM.repeat(64) }),
  "5 KiB of text and a page": mail({ body: LOREM.repeat(30), html: `<p>${LOREM.repeat(30)}</p>` }),
  "a page and a file of 20 KiB": mail({
    html: `<p>${LOREM.repeat(30)}</p>`,
    attachments: [{ name: "a.pdf", bytes: Buffer.alloc(20_000, "%PDF-1.4 ") }],
  }),
}

async function* once(bytes: Buffer): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(bytes)
}

/** Microseconds of one run. */
async function cost(run: () => void | Promise<void>): Promise<number> {
  for (let n = 0; n < ROUNDS / 10; n++) await run()
  const before = process.threadCpuUsage()
  for (let n = 0; n < ROUNDS; n++) await run()
  const { user, system } = process.threadCpuUsage(before)
  return (user + system) / ROUNDS
}

interface Read {
  readonly blocks: readonly Buffer[]
  readonly texts: readonly { readonly octets: Buffer; readonly isPage: boolean }[]
}

/** Header blocks and texts of a mail, as they come to the strict reader. */
async function partsOf(bytes: Buffer): Promise<Read> {
  const text = bytes.toString("latin1")
  const blocks = [...text.matchAll(/(?:^|\r\n--[^\r\n]+\r\n)((?:[\w-]+:[^\r\n]*\r\n(?:[ \t][^\r\n]*\r\n)*)+\r\n)/g)]
  const texts: { octets: Buffer; isPage: boolean }[] = []
  await parse(
    () => once(bytes),
    async (part) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of part.content) chunks.push(chunk)
      if (part.claimed.startsWith("text/"))
        texts.push({ octets: Buffer.concat(chunks), isPage: part.claimed === "text/html" })
    },
  )
  return { blocks: blocks.map(([, block = ""]) => Buffer.from(block, "latin1")), texts }
}

function strictly({ blocks, texts }: Read): void {
  for (const [index, block] of blocks.entries()) {
    const head = readFields(block)
    doubtsOf({ block, ends: "empty-line" }, head, index === 0)
    if (index === 0) senderFindings(head.fields, block)
  }
  for (const { octets, isPage } of texts) {
    inlineFiles(octets)
    hiddenRuns(octets)
    fieldsIn(octets)
    if (isPage) hidesMarkup(octets, "utf-8")
  }
}

/** The fields are read once for both. */
function fields({ blocks }: Read): void {
  for (const block of blocks) readFields(block)
}

for (const [what, bytes] of Object.entries(MAILS)) {
  const read = await partsOf(bytes)
  const whole = await cost(
    async () =>
      void (await parse(
        () => once(bytes),
        async (part) => {
          for await (const chunk of part.content) if (chunk.length < 0) throw new Error("never")
        },
      )),
  )
  const strict = (await cost(() => strictly(read))) - (await cost(() => fields(read)))
  const lenient = whole - strict
  process.stdout.write(
    `${what.padEnd(30)} lenient ${lenient.toFixed(0).padStart(5)} µs, strict too ${whole.toFixed(0).padStart(5)} µs: ${(whole / lenient).toFixed(2)}×\n`,
  )
}
