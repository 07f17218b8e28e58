/** `node test/bench/recognise.ts`: what recognising one text costs, in ms of CPU, least of several rounds (other programs only add). */
import { settingsSchema } from "../../src/config/schema.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { createReader } from "../../src/read/read.ts"
import { createIssuers } from "../../src/recognise/issuers.ts"
import { judge, judgePart } from "../../src/recognise/judge.ts"
import { documentPart } from "../../src/recognise/part.ts"
import { createRecognise } from "../../src/recognise/recognise.ts"
import { letter } from "../recognise/letters.ts"

const ROUNDS = 15
const RUNS = 60
const settings = settingsSchema.shape.recognise.parse({})
const reader = createReader({ decode: decodeCharset, html: htmlText })
const recognise = createRecognise(settings, reader)
const issuers = createIssuers(settings.issuers)

const filled = (octets: number, line: string): string => line.repeat(Math.ceil(octets / Buffer.byteLength(line)))
const TALK = "Chị ơi cuối tuần này nhà mình về quê, em đặt vé rồi nhé, chị nhớ mang áo ấm cho các cháu.\n"
const WORK = "Ủy ban nhân dân xã yêu cầu các thôn rà soát số liệu, báo cáo kết quả trước ngày 25 hằng tháng.\n"
const TEXTS: readonly (readonly [string, string])[] = [
  ["letter of 5 KiB", letter({ body: filled(4_400, WORK) })],
  ["private mail of 5 KiB", filled(5_120, TALK)],
  ["private mail of 300 octets", filled(300, TALK)],
  ["ASCII of 5 KiB", filled(5_120, "Dear colleague, the meeting is moved to Friday at nine, see you then.\n")],
  ["letter of 100 KiB", letter({ body: filled(101_000, WORK) })],
  ["private mail of 100 KiB", filled(102_400, TALK)],
]

async function least(run: () => unknown): Promise<string> {
  let best = Number.POSITIVE_INFINITY
  for (let round = 0; round < ROUNDS; round++) {
    const start = process.cpuUsage()
    for (let count = 0; count < RUNS; count++) await run()
    const { user, system } = process.cpuUsage(start)
    best = Math.min(best, (user + system) / 1_000 / RUNS)
  }
  return best.toFixed(3).padStart(8)
}

process.stdout.write(`${"".padEnd(28)}     all    read    part    judge\n`)
for (const [what, text] of TEXTS) {
  const found = reader.text(text)
  const part = documentPart("body", found, issuers)
  const judged = [judgePart(part, { issuers, bulk: false })]
  const signal = new AbortController().signal
  const steps = [
    () => recognise({ subject: "V/v báo cáo", text, bulk: false }, [], signal),
    () => reader.text(text),
    () => documentPart("body", found, issuers),
    () => {
      judgePart(part, { issuers, bulk: false })
      judge(judged, { unread: [], issuers, thresholds: settings })
    },
  ]
  const told: string[] = []
  for (const step of steps) told.push(await least(step))
  process.stdout.write(`${what.padEnd(28)}${told.join("")}\n`)
}
