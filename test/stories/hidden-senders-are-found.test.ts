/** Whoever hides a webmail address is found or refused, by `explain` and over sockets, inbound and outbound. */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { after, before, describe, test } from "node:test"
import { sendMail } from "../support/client.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { until } from "../receive/house.ts"
import { runProcess } from "../support/process.ts"
import { openSink } from "../support/sink.ts"
import { CASES, type Case, type Fate } from "./hidden-senders.cases.ts"

const MAIN = resolve(import.meta.dirname, "../../src/main.ts")
const WAYS = {
  inbound: { honest: "an@congty.example", args: ["--from", "an@congty.example", "--to", "b@tuyenquang.gov.vn"] },
  outbound: {
    honest: "an@tuyenquang.gov.vn",
    args: ["--from", "an@tuyenquang.gov.vn", "--to", "b@hagiang.gov.vn", "--trusted"],
  },
} as const
type Way = keyof typeof WAYS

interface Explained {
  readonly identity: { readonly webmail: readonly { readonly address: string }[] }
  readonly findings: readonly { readonly kind: string; readonly why?: string }[]
  readonly verdicts: readonly { readonly disposition: string; readonly decisive: readonly string[] }[]
  readonly reply: { readonly code: number }
}

export function octetsOf([, fields]: Case, honest: string): Buffer {
  const lines = fields.map((line) => line.replaceAll(/\bG\b/g, "a@gmail.com").replaceAll(/\bA\b(?! B)/g, honest))
  const text = [
    ...lines,
    "To: b@tuyenquang.gov.vn",
    "Subject: x",
    "Date: Mon, 23 Nov 2026 08:00:00 +0700",
    "",
    "xin chao",
    "",
  ]
  return Buffer.concat(
    text.map((line) => Buffer.from(`${line}\r\n`, /[^\0-\xff]|\u00ad|\u00ef(?!\u00bb)/.test(line) ? "utf8" : "latin1")),
  )
}

describe("hidden senders", () => {
  const results = new Map<Way, readonly Explained[]>()
  before(async () => {
    const dir = await mkdtemp(join(tmpdir(), "congthu-"))
    after(() => rm(dir, { recursive: true }))
    for (const way of ["inbound", "outbound"] as const) {
      const files = CASES.map((_, index) => join(dir, `${way}-${index}.eml`))
      await Promise.all(CASES.map((one, index) => writeFile(files[index] ?? "", octetsOf(one, WAYS[way].honest))))
      const told = await runProcess([process.execPath, MAIN, "explain", ...files, ...WAYS[way].args, "--json"])
      assert.equal(told.code, 0, told.stderr)
      results.set(
        way,
        told.stdout
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line) as Explained),
      )
    }
  })

  for (const way of ["inbound", "outbound"] as const) {
    for (const [index, [what, , fate]] of CASES.entries()) {
      test(`${way}: ${what}: ${fate}`, () => {
        const told = results.get(way)?.[index]
        assert.ok(told !== undefined)
        assert.ok(
          isAsWished(told, fate),
          JSON.stringify([told.reply.code, told.verdicts[0], told.identity.webmail, told.findings]),
        )
      })
    }
  }
})

/** Lines before the first field, which some programs read past. */
const FIRST_LINES = ["From a@gmail.com Mon Nov 23 08:00:00 2026", "From nobody", "POST / HTTP/1.1", "", " "]

test("over sockets none of them arrives as it is where it must not, inbound and outbound, and no mailbox line is read past", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const mailboxes = FIRST_LINES.map(
    (line): Case => [`first line ${JSON.stringify(line)}`, [line, "From: A"], "refused"],
  )
  const wrong: string[] = []
  const taken = new Map<string, string>()
  for (const way of ["inbound", "outbound"] as const) {
    const { honest, args } = WAYS[way]
    const port = way === "inbound" ? gateway.inbound : gateway.submission
    for (const one of [...CASES, ...mailboxes]) {
      const [what, , fate] = one
      const { reply } = await sendMail(port, { from: honest, to: [args[3]], message: octetsOf(one, honest) })
      if (reply.startsWith("550 ") || fate === "seen") continue
      if (fate === "refused" || !reply.startsWith("250 ")) wrong.push(`${way}, ${what}: ${reply}`)
      else taken.set(/\[(\w+)\]/.exec(reply)?.[1] ?? "", `${way}, ${what}`)
    }
  }
  await gateway.waitFor("accepted", taken.size)
  await until(() => [...taken.keys()].every((code) => isStopped(gateway, code)))
  assert.deepEqual(wrong, [])
  assert.ok(taken.size > 10)
})

function isStopped(gateway: Gateway, code: string): boolean {
  return [...gateway.events("held"), ...gateway.events("quarantined")].some(({ transaction }) => transaction === code)
}

function isAsWished({ reply, verdicts, identity }: Explained, fate: Fate): boolean {
  if (reply.code === 550) return true
  const isHeld = verdicts.every(({ disposition }) => disposition === "hold" || disposition === "quarantine")
  if (fate === "held") return isHeld
  return fate === "seen" && (isHeld || identity.webmail.some(({ address }) => address.endsWith("@gmail.com")))
}
