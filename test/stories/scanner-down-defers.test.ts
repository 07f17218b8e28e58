/** A scanner that is down, hangs or talks nonsense never lets mail pass as clean: 451, and the client keeps it. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { createServer, type Socket } from "node:net"
import { test } from "node:test"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink } from "../support/sink.ts"

/** What stands where clamd should be. */
const SCANNERS: Readonly<Record<string, (socket: Socket) => void>> = {
  "silent for ever": () => {},
  "closing at once": (socket) => socket.end(),
  "cutting the connection in the middle": (socket) => socket.once("data", () => socket.destroy()),
  "talking nonsense": (socket) => socket.once("data", () => socket.end("HTTP/1.1 200 OK\r\n\r\n")),
  "answering nothing that ends": (socket) => socket.once("data", () => socket.write("stream: O")),
  "reporting an error of its own": (socket) => socket.once("data", () => socket.end("stream: Can't allocate ERROR\0")),
}
const withFile = mail({ attachments: [{ name: "a.txt", bytes: Buffer.from("sạch") }] })

const transaction = { from: "x@example.org", to: ["a@tuyenquang.gov.vn"], message: withFile }

test("until the scanner has said clean, nothing passes", async (t) => {
  let behaviour: (socket: Socket) => void = () => {}
  const sockets = new Set<Socket>()
  const scanner = createServer((socket) => {
    sockets.add(socket.on("error", () => {}))
    behaviour(socket)
  }).listen(0, "127.0.0.1")
  await once(scanner, "listening")
  t.after(() => scanner.close())
  const address = scanner.address()
  assert.ok(address !== null && typeof address === "object")
  const scan = { clamd: `tcp://127.0.0.1:${address.port}`, deadline: "2s" }
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url, settings: { scan } })

  const deferred = async () => {
    const { reply } = await sendMail(gateway.inbound, transaction)
    assert.match(reply, /^451 4\.7\.1 \[\w+\] /)
    assert.doesNotMatch(reply, /clam|scan|127\.0\.0\.1/i, "the reply names no scanner and no host")
  }
  for (const [name, scripted] of Object.entries(SCANNERS)) {
    behaviour = scripted
    await t.test(`a scanner ${name} defers`, deferred)
  }
  // INSTREAM ends with a chunk of length zero.
  behaviour = (socket) =>
    socket.on("data", (chunk) => {
      if (chunk.subarray(0, 8).equals(Buffer.from("zVERSION"))) socket.end("ClamAV 1.4.0\0")
      else if (chunk.subarray(-4).equals(Buffer.alloc(4))) socket.end("stream: OK\0")
    })
  await t.test("once it answers, the same message passes", async () => {
    assert.match((await sendMail(gateway.inbound, transaction)).reply, /^250/)
    await sink.waitFor(1)
  })
  for (const socket of sockets) socket.destroy()
  await once(scanner.close(), "close")
  await t.test("a scanner that is down defers", deferred)

  const tries = Object.keys(SCANNERS).length + 1
  await gateway.waitFor("deferred", tries)
  assert.equal(gateway.events("deferred").length, tries)
  assert.equal((await gateway.command("queue", "list", "--json")).stdout, "")
  assert.equal(sink.received.length, 1)
})
