/** What reading costs: `npm run bench:read`. Processor time of this process beside time on the clock, median of so many runs. */
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { createReader } from "../../src/read/read.ts"
import { letter } from "../recognise/letters.ts"
import { file, opened, recognised } from "../recognise/recognised.ts"
import { doc, xls } from "./compound-writer.ts"
import { WRITTEN } from "./encode.ts"
import { docx, paragraphs, rtf } from "./office-writer.ts"
import { page, pdf } from "./pdf-writer.ts"

const reader = createReader({ decode: decodeCharset, html: htmlText })
/** 45 lines of 12 words. */
const PAGE = Array.from({ length: 45 }, () => "Nội dung công việc cần triển khai trong quý bốn năm nay.").join("\n")
const PAGES = Array.from({ length: 20 }, (_, index) => (index === 0 ? letter() : PAGE))
const twenty = PAGES.join("\n")
const old = (text: string): string => WRITTEN.find(({ as }) => as === "TCVN3")?.write(text) ?? ""
const mail = letter({ body: `${PAGE}\n${PAGE}` }).slice(0, 4_000)

async function measure(what: string, runs: number, work: () => unknown): Promise<void> {
  for (let warm = 0; warm < Math.ceil(runs / 4); warm++) await work()
  const times: number[] = []
  const cpu: number[] = []
  for (let run = 0; run < runs; run++) {
    const start = performance.now()
    const used = process.cpuUsage()
    await work()
    const { user, system } = process.cpuUsage(used)
    times.push(performance.now() - start)
    cpu.push((user + system) / 1_000)
  }
  const median = (list: readonly number[]): string => (list.toSorted((a, b) => a - b)[runs >> 1] ?? 0).toFixed(2)
  console.log(`${what.padEnd(44)} ${median(cpu).padStart(9)} ms processor ${median(times).padStart(9)} ms clock`)
}

async function files(name: string, bytes: Buffer | string): Promise<void> {
  const one = await opened(file(name, bytes))
  const signal = AbortSignal.timeout(600_000)
  await measure(`${name}, 20 pages: text`, 12, () => reader.file(one, signal))
  await measure(`${name}, 20 pages: opened, read, recognised`, 12, () =>
    recognised({ files: [file(name, bytes)] }, 600_000),
  )
}

console.log(`a text of ${Buffer.byteLength(mail)} octets`)
await measure("its encoding, Unicode", 400, () => reader.text(mail))
await measure("its encoding, TCVN3", 100, () => reader.text(decodeCharset(Buffer.from(old(mail), "latin1"), "")))
await measure("read and recognised", 200, () => recognised({ text: mail }))
await files("a.docx", docx(paragraphs(twenty)))
await files("tcvn3.docx", docx(paragraphs(old(twenty))))
await files("a.doc", doc(twenty))
await files("a.rtf", rtf(twenty))
await files("a.xls", xls(twenty.split("\n").map((line) => [line])))
await files("a.pdf", pdf(PAGES.map((text) => page(text))))
