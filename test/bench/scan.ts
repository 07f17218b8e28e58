/** What examination costs: mails of 100 KiB and 10 MB with clamd, YARA and a list on, against no scanner and clamdscan --stream of the same octets. Run: node test/bench/scan.ts */
import { execFileSync } from "node:child_process"
import { randomBytes } from "node:crypto"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"

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
  for (const [name, settings] of [
    ["off", {}],
    ["on", { scan }],
  ] as const) {
    await using gateway = await startGateway({ settings: { ...settings, limits: { messageSize: "35MB" } } })
    for (const [n, message] of messages.entries()) {
      const started = performance.now()
      const { reply } = await sendMail(gateway.inbound, { from: "x@example.org", to: ["a@tuyenquang.gov.vn"], message })
      if (!reply.startsWith("250")) throw new Error(reply)
      if (n >= 2) times[name].push(performance.now() - started)
    }
  }
  for (const [n, message] of messages.entries()) {
    const file = join(folder, "m.eml")
    await writeFile(file, message)
    const started = performance.now()
    execFileSync("clamdscan", [`--config-file=${folder}/clamd.conf`, "--stream", "--no-summary", file])
    if (n >= 2) times.clamdscan.push(performance.now() - started)
  }
  const [off, on, alone] = [median(times.off), median(times.on), median(times.clamdscan)]
  console.log(
    `${messages[0]?.length} octets: off ${off.toFixed(1)} ms, on ${on.toFixed(1)} ms, clamdscan ${alone.toFixed(1)} ms: ${(on / (off + alone)).toFixed(2)}`,
  )
}
await clamd.stop()
await rm(folder, { recursive: true, force: true })
