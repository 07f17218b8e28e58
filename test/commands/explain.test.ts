/** `explain --json`: the shape that scripts rely on, for each way a message can go. */
import assert from "node:assert/strict"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { after, describe, test } from "node:test"
import { mail, zip } from "../support/mail.ts"
import { runProcess } from "../support/process.ts"

const MAIN = resolve(import.meta.dirname, "../../src/main.ts")
const dir = await mkdtemp(join(tmpdir(), "congthu-"))
after(() => rm(dir, { recursive: true }))

interface Explained {
  readonly file: string
  readonly direction: string
  readonly message: {
    readonly subject: string
    readonly sha256: string
    readonly size: number
    readonly attachments: readonly { readonly at: string; readonly names: readonly string[]; readonly type: string }[]
  }
  readonly identity: { readonly webmail: readonly object[]; readonly spf: string }
  readonly findings: readonly { readonly kind: string; readonly why?: string; readonly at: string }[]
  readonly content: { readonly official: { readonly label: string } }
  readonly verdicts: readonly {
    readonly recipient: string
    readonly direction: string
    readonly disposition: string
    readonly decisive: readonly string[]
    readonly because: readonly { readonly vi: string; readonly en: string }[]
  }[]
  readonly reply: { readonly code: number; readonly status: string; readonly text: string }
}

let files = 0
async function saved(bytes: Uint8Array | string): Promise<string> {
  const file = join(dir, `${++files}.eml`)
  await writeFile(file, bytes)
  return file
}

async function explain(...args: readonly string[]) {
  const { code, stdout, stderr } = await runProcess([process.execPath, MAIN, "explain", ...args])
  return { code, stdout, stderr }
}

async function explained(bytes: Uint8Array | string, ...args: readonly string[]): Promise<Explained> {
  const { code, stdout, stderr } = await explain(await saved(bytes), ...args, "--json")
  assert.equal(code, 0, stderr)
  return JSON.parse(stdout) as Explained
}

describe("explain --json", () => {
  test("prints one whole object for one file", async () => {
    const given = await explained(
      mail({
        subject: "Báo cáo",
        attachments: [{ name: "số liệu.zip", bytes: zip({ "a.txt": Buffer.from("a") }) }],
      }),
      "--from",
      "an@tuyenquang.gov.vn",
      "--to",
      "b@gmail.com",
      "--to",
      "c@hanoi.gov.vn",
      "--trusted",
    )
    assert.deepEqual(Object.keys(given).toSorted(), [
      "content",
      "direction",
      "file",
      "findings",
      "identity",
      "message",
      "reply",
      "verdicts",
    ])
    assert.equal(given.direction, "outbound")
    assert.equal(given.message.subject, "Báo cáo")
    assert.match(given.message.sha256, /^[0-9a-f]{64}$/)
    assert.deepEqual(
      given.message.attachments.map(({ at, names, type }) => [at, names[0], type]),
      [["2", "số liệu.zip", "application/zip"]],
    )
    assert.deepEqual(given.identity.webmail[0], { position: "rcpt-to", address: "b@gmail.com", provider: "google" })
    assert.deepEqual(
      given.verdicts.map(({ recipient, direction }) => `${recipient} ${direction}`),
      ["b@gmail.com outbound", "c@hanoi.gov.vn outbound"],
    )
    for (const { because } of given.verdicts) for (const { vi, en } of because) assert.ok(vi !== "" && en !== "")
    assert.match(given.reply.text, /^\[[0-9A-Z]{12}\] /)
  })

  test("a stranger's mail to a foreign mailbox is relaying", async () => {
    const given = await explained(mail(), "--from", "x@example.com", "--to", "y@example.net")
    assert.deepEqual(
      given.verdicts.map(({ disposition, decisive }) => [disposition, decisive]),
      [["reject", ["relay-denied"]]],
    )
    assert.equal(`${given.reply.code} ${given.reply.status}`, "550 5.7.1")
    assert.equal(given.verdicts[0]?.direction, "relay")
  })

  test("each recipient has its own direction; the first leads", async () => {
    const given = await explained(
      mail(),
      "--from",
      "x@example.com",
      "--to",
      "motcua@tuyenquang.gov.vn",
      "--to",
      "y@example.net",
    )
    assert.equal(given.direction, "inbound")
    assert.deepEqual(
      given.verdicts.map(({ direction }) => direction),
      ["inbound", "relay"],
    )
    assert.equal(given.reply.code, 250)
  })

  test("a forbidden file inside an archive is found where it lies", async () => {
    const archive = zip({ "hoa-don.pdf.exe": Buffer.from("MZ") })
    const given = await explained(
      mail({ attachments: [{ name: "hoa-don.zip", bytes: archive }] }),
      "--from",
      "an@tuyenquang.gov.vn",
      "--to",
      "b@hanoi.gov.vn",
      "--user",
      "an",
    )
    assert.ok(given.findings.some(({ kind, at }) => kind === "forbidden-type" && at === "2/1"))
    assert.equal(given.verdicts[0]?.disposition, "reject")
    assert.equal(given.reply.code, 550)
  })

  test("a scanner that is configured and not there defers", async () => {
    const file = await saved(mail({ attachments: [{ name: "a.txt", bytes: Buffer.from("noi dung") }] }))
    const args = [
      process.execPath,
      MAIN,
      "explain",
      file,
      "--from",
      "a@tuyenquang.gov.vn",
      "--to",
      "b@tuyenquang.gov.vn",
      "--trusted",
      "--json",
    ]
    const { stdout } = await runProcess(args, { env: { CONGTHU_SCAN_CLAMD: "tcp://127.0.0.1:1" } })
    const given = JSON.parse(stdout) as Explained
    assert.equal(given.verdicts[0]?.disposition, "defer")
    assert.equal(given.reply.code, 451)
  })

  test("a file without CRLF has each LF read as CRLF, any other is taken as it is", async () => {
    const text = "From: a@tuyenquang.gov.vn\nSubject: x\n\nbody\n"
    const args = ["--from", "a@tuyenquang.gov.vn", "--to", "b@tuyenquang.gov.vn", "--trusted"]
    const [lf, crlf] = [await explained(text, ...args), await explained(text.replaceAll("\n", "\r\n"), ...args)]
    assert.equal(lf.message.sha256, crlf.message.sha256)
    assert.equal(lf.message.size, text.length + 4)
  })

  test("several files print one object a line, each with its name", async () => {
    const [one, two] = [await saved(mail()), await saved(mail())]
    const { stdout } = await explain(
      one,
      two,
      "--from",
      "a@tuyenquang.gov.vn",
      "--to",
      "b@tuyenquang.gov.vn",
      "--trusted",
      "--json",
    )
    const lines = stdout
      .trimEnd()
      .split("\n")
      .map((line) => (JSON.parse(line) as Explained).file)
    assert.deepEqual(lines, [one, two])
  })

  test("for people it says the same in words", async () => {
    const file = await saved(mail({ attachments: [{ name: "a.exe", bytes: Buffer.from("MZ") }] }))
    const { stdout } = await explain(file, "--from", "an@tuyenquang.gov.vn", "--to", "b@gmail.com", "--trusted")
    assert.match(stdout, /^b@gmail\.com: reject$/m)
    assert.match(stdout, /loại không được phép/)
    assert.match(stdout, /^→ 550 5\.7\.1 \[/m)
  })

  test("what cannot be used ends with 2 and says why", async () => {
    const rows: readonly (readonly [readonly string[], RegExp])[] = [
      [[join(dir, "none.eml"), "--from", "a@b.vn", "--to", "c@d.vn"], /none\.eml: expected a readable message/],
      [[await saved(mail()), "--from", "nobody", "--to", "c@d.vn"], /--from: expected a mail address/],
      [[await saved(mail()), "--from", "a@b.vn"], /--to/],
      [
        [await saved(mail()), "--from", "a@b.vn", "--to", "c@d.vn", "--policy", join(dir, "none.yaml")],
        /none\.yaml: expected a readable file/,
      ],
    ]
    for (const [args, words] of rows) {
      const { code, stderr, stdout } = await explain(...args)
      assert.equal(code, 2)
      assert.match(stderr, words)
      assert.equal(stdout, "")
    }
  })
})
