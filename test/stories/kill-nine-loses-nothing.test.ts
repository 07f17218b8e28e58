/** The program is killed in the middle of a stream of mail, twice: every message it had answered 250 is delivered. */
import assert from "node:assert/strict"
import { setTimeout as sleep } from "node:timers/promises"
import { test } from "node:test"
import { type Client, connect } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { fieldsBefore, mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

const SENDERS = 4
/** Messages answered before each kill. */
const ANSWERED = 25

/** Small ones lie in the records, large ones in files. */
function message(id: string, large: boolean): Buffer {
  const bytes = Buffer.alloc(large ? 300_000 : 300, id)
  return mail({ subject: id, attachments: [{ name: "a.txt", bytes }] })
}

test("every 250 is kept through SIGKILL", async () => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const answered = new Map<string, Buffer>()

  const stream = async (sender: number): Promise<void> => {
    const client: Client = await connect(gateway.submission)
    await client.expect(/^220/)
    await client.say("EHLO client.example", /^250/)
    for (let number = 0; ; number++) {
      const id = `${gateway.pid()}-${sender}-${number}`
      const sent = message(id, number % 3 === 0)
      const from = "a@tuyenquang.gov.vn"
      const { reply } = await client.transact({ from, to: ["b@hagiang.gov.vn"], message: sent })
      if (!reply.startsWith("250")) return
      answered.set(id, sent)
    }
  }
  for (let round = 1; round <= 2; round++) {
    const streams = Array.from({ length: SENDERS }, (_, sender) => stream(sender))
    while (answered.size < round * ANSWERED) await sleep(5)
    await gateway.kill("SIGKILL")
    await Promise.all(streams)
    await gateway.start()
  }

  const arrived = () =>
    new Map(sink.received.map(({ bytes }) => [/^Subject: (.*)\r$/m.exec(bytes.toString("latin1"))?.[1] ?? "", bytes]))
  const missing = () => [...answered.keys()].filter((id) => !arrived().has(id))
  const deadline = Date.now() + 30_000
  while (missing().length > 0 && Date.now() < deadline) await sleep(50)
  assert.deepEqual(missing(), [])
  for (const [id, sent] of answered)
    assert.ok(fieldsBefore(sent, arrived().get(id) ?? Buffer.alloc(0)), `${id} is whole`)
})
