/** Mail that waits for a person: listed, let go or denied by command, and told apart ever after. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { fieldsBefore, mail } from "../support/mail.ts"
import { openSink, pathOf } from "../support/sink.ts"

const FROM = "vanthu@tuyenquang.gov.vn"
const RULE =
  "\n  - { id: cho-duyet, when: { recipient-list: xem-xet }, then: hold, title: { vi: Chờ duyệt, en: Approval } }"

test("what is held leaves only when it is released", async () => {
  const policy = (await readFile("config/policy.yaml", "utf8"))
    .replace(/^lists:$/m, "$&\n  xem-xet: [bao@example.org]")
    .replace(/^rules:$/m, `$&${RULE}`)
  await using sink = await openSink()
  /** Notices to our own people. */
  await using inside = await openSink()
  const routes = [
    { domains: ["tuyenquang.gov.vn"], to: inside.url, tls: "off" },
    { domains: ["*"], to: sink.url, tls: "off" },
  ]
  await using gateway = await startGateway({ settings: { deliver: { routes } }, policy })
  const message = mail({ from: FROM, subject: "Mật ong" })
  const send = async (): Promise<string> => {
    const { reply } = await sendMail(gateway.submission, {
      from: FROM,
      to: ["bao@example.org", "b@hagiang.gov.vn"],
      message,
    })
    return /^250 2\.0\.0 \[(\w+)\]/.exec(reply)?.[1] ?? reply
  }
  const [released, denied, untouched] = [await send(), await send(), await send()]
  await gateway.waitFor("held", 3)
  await sink.waitFor(3)

  const { stdout } = await gateway.command("held", "list", "--json")
  const rows = stdout
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line))
  assert.deepEqual(new Set(rows.map(({ transaction }) => transaction)), new Set([released, denied, untouched]))
  assert.deepEqual(
    rows.map(({ recipient, subject, hold }) => [recipient, subject, hold.kind, hold.rules]),
    rows.map(() => ["bao@example.org", "Mật ong", "hold", [{ rule: "cho-duyet", kind: "hold" }]]),
  )
  assert.match((await gateway.command("held", "list")).stdout, /bao@example\.org .*“Mật ong”/)

  assert.equal((await gateway.command("held", "release", released, "--reason", "đã xem")).code, 0)
  assert.equal((await gateway.command("held", "deny", denied, "--reason", "không")).code, 0)
  assert.equal((await gateway.command("held", "release", denied)).code, 1, "what was denied stays so")
  assert.equal((await gateway.command("held", "release", "AAAAAAAAAAAA")).code, 1)
  const arrived = (await sink.waitFor(4))[3]
  assert.deepEqual(arrived?.rcpt.map(pathOf), ["bao@example.org"])
  assert.match(arrived.bytes.toString("latin1"), new RegExp(`id ${released};`))
  assert.ok(fieldsBefore(message, arrived.bytes))

  // Three copies at once and one released; of each held one its sender and the approver are told, of each decision its sender.
  await gateway.waitFor("delivered", 12)
  const left = (await gateway.command("held", "list", "--json")).stdout.split("\n").filter(Boolean)
  assert.deepEqual(
    left.map((line) => JSON.parse(line).transaction),
    [untouched],
  )
  const shown = JSON.parse((await gateway.command("queue", "show", released, "--json")).stdout)
  const story = shown.events.filter(({ recipient }: { recipient: string }) => recipient === "bao@example.org")
  assert.deepEqual(
    story.map(({ kind }: { kind: string }) => kind),
    ["accepted", "held", "released", "attempted", "delivered"],
  )
  assert.equal(story[2].detail.reason, "đã xem")
  assert.equal(sink.received.length, 4)
  assert.equal(inside.received.length, 8)
})
