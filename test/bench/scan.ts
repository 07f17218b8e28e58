/**
 * What examination costs: mails of 100 KiB and 10 MB with clamd, YARA and a list on, against no scanner and clamdscan --stream of the same octets.
 * Wall clock (medians) and CPU time of all processes a message; the machine may be shared, so rounds alternate. Run: node test/bench/scan.ts
 */
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { cpuTime } from "./usage.ts"

const clamd = await startClamd({ streamMaxLength: 50_000_000 })
if (clamd === null) throw new Error("clamd is not installed")
const folder = await mkdtemp(join(tmpdir(), "congthu-bench-"))
await writeFile(join(folder, "a.yar"), 'rule Worm { strings: $a = "worm inside" condition: $a }')
await writeFile(
  join(folder, "bad.txt"),
  Array.from({ length: 100_000 }, () => `${randomBytes(32).toString("hex")}\n`).join(""),
)
await writeFile(join(folder, "clamd.conf"), `LocalSocket ${clamd.unix.slice(5)}\n`)
const scan = { clamd: clamd.unix, yara: folder, hashes: [{ from: join(folder, "bad.txt") }] }
const median = (all: number[]) => all.toSorted((a, b) => a - b)[Math.floor(all.length / 2)] ?? 0
for (const [size, rounds] of [
  [100 * 1024, 25],
  [10_000_000, 7],
] as const) {
  const messages = Array.from({ length: rounds + 2 }, (_, n) =>
    mail({
      subject: `${n}`,
      attachments: [
        {
          name: "a.pdf",
          bytes: Buffer.concat([
            Buffer.from("%PDF-1.4\n1 0 obj <</Length 1>>stream\n"),
            randomBytes(Math.floor(size * 0.73)),
            Buffer.from("\nendstream endobj"),
          ]),
        },
      ],
    }),
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
    for (const name of ["off", "on", "clamdscan"] as const) {
      const [began, spent] = [performance.now(), cpuTime(process.pid)]
      await ways[name](message)
      const took = performance.now() - began
      // What goes on after the reply is its price too.
      await sleep(size > 1_000_000 ? 300 : 100)
      if (n < 2) continue
      times[name].push(took)
      cpu[name] += (cpuTime(process.pid) - spent) / rounds
    }
  }
  const [a, b, c] = [median(times.off), median(times.on), median(times.clamdscan)]
  const line = (unit: string, [x, y, z]: readonly [number, number, number]): string =>
    `off ${x.toFixed(1)} ms${unit}, on ${y.toFixed(1)} ms${unit}, clamdscan ${z.toFixed(1)} ms${unit}: ${(y / (x + z)).toFixed(2)}`
  console.log(`${messages[0]?.length} octets: ${line("", [a, b, c])}`)
  console.log(`${" ".repeat(16)}${line(" CPU", [cpu.off, cpu.on, cpu.clamdscan])}`)
}
await clamd.stop()
await rm(folder, { recursive: true, force: true })
