/**
 * What examination costs: mails of 100 KiB and 10 MB with clamd, YARA and a list on, against no scanner and clamdscan --stream of the same octets.
 * Wall clock (medians) and CPU time of all processes a message; the machine may be shared, so rounds alternate. clamd's own memory of what
 * it found clean is off: clamdscan comes after us with the same octets, and would be told what was found for us. Run: node test/bench/scan.ts
 */
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { existsSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail, zip } from "../support/mail.ts"
import { illustratedPdf } from "../read/pdf-writer.ts"
import { cpuTime } from "./usage.ts"

if (!existsSync("/usr/bin/clamdscan")) {
  console.error("clamdscan is not installed: nothing to compare with. apt-get install clamdscan")
  process.exit(1)
}
const clamd = await startClamd({ streamMaxLength: 50_000_000, cache: false })
if (clamd === null) {
  console.error("clamd is not installed. apt-get install clamav-daemon")
  process.exit(1)
}
const folder = await mkdtemp(join(tmpdir(), "congthu-bench-"))
await writeFile(join(folder, "a.yar"), 'rule Worm { strings: $a = "worm inside" condition: $a }')
await writeFile(
  join(folder, "bad.txt"),
  Array.from({ length: 100_000 }, () => `${randomBytes(32).toString("hex")}\n`).join(""),
)
await writeFile(join(folder, "clamd.conf"), `LocalSocket ${clamd.unix.slice(5)}\n`)
const scan = { clamd: clamd.unix, yara: folder, hashes: [{ from: join(folder, "bad.txt") }] }
const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0

const LETTER = "Kinh gui Uy ban nhan dan tinh.\nVe viec kiem tra cong tac van thu luu tru nam 2026.\n".repeat(20)
/** A picture that packs no better, as photographs and scans do. */
const picture = (size: number): Buffer =>
  Buffer.concat([Buffer.from("ffd8ffe000104a46494600", "hex"), randomBytes(size), Buffer.from("ffd9", "hex")])
const office = (size: number): Buffer =>
  zip({
    "[Content_Types].xml": Buffer.from("<Types/>"),
    "word/document.xml": Buffer.from(
      `<w:document xmlns:w="x"><w:body>${"<w:p><w:r><w:t>Công văn về việc kiểm tra</w:t></w:r></w:p>".repeat(500)}</w:body></w:document>`,
    ),
    "word/media/image1.jpeg": picture(size),
  })
const FILES = {
  "a.pdf": (size: number) => illustratedPdf(LETTER, picture(size)),
  "a.docx": office,
  "a.zip": (size: number) =>
    zip({ "cong-van.docx": office(size / 2), "ban-quet.pdf": illustratedPdf(LETTER, picture(size / 2)) }),
  // Its reader looks for objects everywhere, in vain.
  "malformed.pdf": (size: number) =>
    Buffer.concat([
      Buffer.from("%PDF-1.4\n1 0 obj <</Length 1>>stream\n"),
      randomBytes(size),
      Buffer.from("\nendstream endobj"),
    ]),
} as const

const wanted = process.argv.slice(2)
for (const [size, rounds, name] of Object.keys(FILES).flatMap((one) => [
  [100 * 1024, 15, one] as const,
  [10_000_000, 7, one] as const,
])) {
  if (wanted.length > 0 && !wanted.includes(name)) continue
  const make = FILES[name as keyof typeof FILES]
  const messages = Array.from({ length: rounds + 2 }, (_, n) =>
    mail({ subject: `${n}`, attachments: [{ name, bytes: make(Math.floor(size * 0.73)) }] }),
  )
  const times = { off: [] as number[], on: [] as number[], clamdscan: [] as number[] }
  const cpu = { off: 0, on: 0, clamdscan: 0 }
  const limits = { messageSize: "35MB" }
  await using off = await startGateway({ settings: { limits } })
  await using on = await startGateway({ settings: { scan, limits } })
  const file = join(folder, "m.eml")
  const send = async (inbound: number, message: Buffer): Promise<void> => {
    const { reply } = await sendMail(inbound, { from: "x@example.org", to: ["a@tuyenquang.gov.vn"], message })
    if (!reply.startsWith("250")) throw new Error(reply)
  }
  const ways = {
    off: (message: Buffer) => send(off.inbound, message),
    on: (message: Buffer) => send(on.inbound, message),
    clamdscan: async (message: Buffer) => {
      await writeFile(file, message)
      execFileSync("clamdscan", [`--config-file=${folder}/clamd.conf`, "--stream", "--no-summary", file])
    },
  }
  for (const [n, message] of messages.entries()) {
    for (const way of ["off", "on", "clamdscan"] as const) {
      const [began, spent] = [performance.now(), cpuTime(process.pid)]
      await ways[way](message)
      const took = performance.now() - began
      // What goes on after the reply is its price too.
      await sleep(size > 1_000_000 ? 300 : 100)
      if (n < 2) continue
      times[way].push(took)
      cpu[way] += (cpuTime(process.pid) - spent) / rounds
    }
  }
  const [a, b, c] = [median(times.off), median(times.on), median(times.clamdscan)]
  const line = (unit: string, [x, y, z]: readonly [number, number, number]): string =>
    `off ${x.toFixed(1)} ms${unit}, on ${y.toFixed(1)} ms${unit}, clamdscan ${z.toFixed(1)} ms${unit}: ${(y / (x + z)).toFixed(2)}`
  console.log(`${name.padEnd(14)} ${String(messages[0]?.length).padStart(8)} octets: ${line("", [a, b, c])}`)
  console.log(`${" ".repeat(32)}${line(" CPU", [cpu.off, cpu.on, cpu.clamdscan])}`)
}
await clamd.stop()
await rm(folder, { recursive: true, force: true })
