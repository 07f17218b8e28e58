/** The test ground itself: what the sink records is what the client said; archives open; messages parse elsewhere. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { test } from "node:test"
import { connect, sendMail } from "./client.ts"
import { mail, zip } from "./mail.ts"
import { noPostfix, startPostfix } from "./postfix.ts"
import { DROP, openSink, pathOf } from "./sink.ts"

test("the sink keeps envelope and octets as they were sent", async () => {
  await using sink = await openSink()
  const message = Buffer.concat([mail({ body: "một" }), Buffer.from("..\r\n.\x80\xff\r\n.\r\nx\r\n", "latin1")])
  const from = "<a@x.vn> BODY=8BITMIME ENVID=a+2B"
  const { reply } = await sendMail(sink.port, { from, to: ["<b@y.vn> NOTIFY=NEVER", "c@y.vn"], message })
  assert.match(reply, /^250/)
  const [received] = await sink.waitFor(1)
  assert.equal(received?.mail, `MAIL FROM:${from}`)
  assert.deepEqual(received.rcpt, ["RCPT TO:<b@y.vn> NOTIFY=NEVER", "RCPT TO:<c@y.vn>"])
  assert.deepEqual(received.bytes, message)
})

test("a message in many pieces is the same message", async () => {
  await using sink = await openSink()
  const client = await connect(sink.port)
  await client.expect(/^220/)
  for (const line of ["EHLO c", "MAIL FROM:<>", "RCPT TO:<b@y.vn>"]) await client.say(line, /^250/)
  await client.say("DATA", /^354/)
  for (const octet of "a: b\r\n\r\n..\r\n.\r\n") client.write(octet)
  await client.expect(/^250/)
  assert.equal(sink.received[0]?.bytes.toString(), "a: b\r\n\r\n.\r\n")
  client.close()
})

test("the sink refuses and drops as it is told", async () => {
  await using sink = await openSink({
    answer: (_step, line) => (pathOf(line) === "no@y.vn" ? "550 5.1.1 no" : undefined),
  })
  const answered = await sendMail(sink.port, { from: "a@x.vn", to: ["no@y.vn", "b@y.vn"], message: mail() })
  assert.deepEqual(answered.rcpt, ["550 5.1.1 no", "250 2.1.5 ok"])
  assert.deepEqual(sink.received[0]?.rcpt, ["RCPT TO:<b@y.vn>"])
  sink.script({ answer: (step) => (step === "END" ? DROP : undefined) })
  const dropped = await sendMail(sink.port, { from: "a@x.vn", to: ["b@y.vn"], message: mail() })
  assert.equal(dropped.reply, "")
  assert.equal(sink.received.length, 1)
})

test("Python reads our messages and archives", () => {
  const archive = zip({ "a.txt": Buffer.from("một"), "trong/b.bin": Buffer.alloc(100_000, "ab") })
  const message = mail({ html: "<p>hai</p>", attachments: [{ name: "Công văn.zip", bytes: archive }] })
  const script = [
    "import email, email.policy, io, sys, zipfile",
    "m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.default)",
    "a = list(m.iter_attachments())[0]",
    "z = zipfile.ZipFile(io.BytesIO(a.get_content()))",
    "assert z.testzip() is None",
    "print(m.get_body().get_content().strip(), a.get_filename(), z.namelist(), len(z.read('trong/b.bin')), m.defects)",
  ].join("\n")
  const read = execFileSync("python3", ["-X", "utf8", "-c", script], { input: message, encoding: "utf8" })
  assert.equal(read.trim(), "<p>hai</p> Công văn.zip ['a.txt', 'trong/b.bin'] 100000 []")
})

test("a real Postfix hands on what it took, with its DSN parameters", { skip: noPostfix }, async () => {
  await using sink = await openSink()
  await using postfix = await startPostfix({ hostname: "mail.so.example", relayTo: sink.port })
  assert.ok(postfix)
  const message = mail({ attachments: [{ name: "a.bin", bytes: Buffer.alloc(300_000, "x") }] })
  const { reply } = await sendMail(postfix.port, {
    from: "<a@x.vn> RET=HDRS ENVID=e1",
    to: ["<b@y.vn> NOTIFY=FAILURE,DELAY ORCPT=rfc822;B@y.vn"],
    message,
  })
  assert.match(reply, /^250 2\.0\.0/)
  const [received] = await sink.waitFor(1)
  assert.equal(received?.helo, "mail.so.example")
  assert.match(received.mail, /^MAIL FROM:<a@x\.vn> SIZE=\d+ ENVID=e1 RET=HDRS$/)
  assert.deepEqual(received.rcpt, ["RCPT TO:<b@y.vn> ORCPT=rfc822;B@y.vn NOTIFY=FAILURE,DELAY"])
  assert.ok(received.bytes.subarray(-message.length).equals(message))
  assert.equal(await postfix.queued(), 0)
})
