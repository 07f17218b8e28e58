/** A transaction on a connection that is gone ends at once, whenever that happened. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer } from "node:net"
import { test } from "node:test"
import { Client } from "../../src/deliver/client.ts"
import { transact } from "../../src/deliver/transaction.ts"

async function* body(): AsyncGenerator<Uint8Array> {
  yield await Promise.resolve(Buffer.from("Subject: x\r\n\r\nx\r\n"))
}

for (const pipelined of [true, false]) {
  test(`one that ended before, ${pipelined ? "pipelined" : "a command at a time"}, answers nothing within its timeout`, async (t) => {
    const server = createServer((socket) => socket.end("220 hi\r\n")).listen(0, "127.0.0.1")
    await once(server, "listening")
    const at = server.address()
    t.after(() => server.close())
    const client = new Client({ host: "127.0.0.1", port: typeof at === "object" && at !== null ? at.port : 0 })
    client.on("error", () => {})
    const ended = new Promise((resolve) => client.once("end", resolve))
    client.connect()
    await ended
    const start = performance.now()
    const heard = await transact(
      client,
      { mail: "MAIL FROM:<a@x.example>", rcpt: ["RCPT TO:<b@y.example>"], body },
      { pipelined, lmtp: false, timeout: 20_000 },
    )
    assert.ok(performance.now() - start < 10_000)
    assert.deepEqual(
      { ...heard, broken: heard.broken?.after },
      { mail: null, rcpt: pipelined ? [null] : [], data: null, message: [], begun: false, broken: "MAIL" },
    )
  })
}
