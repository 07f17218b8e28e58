/** What the next hop does at each command, and what becomes of the mail. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { house, met, settings } from "./house.ts"
import { EHLO, nextHop, type Script } from "./next-hop.ts"

type Row = readonly [
  does: string,
  script: Script,
  outcome: "delivered" | "temporary" | "permanent",
  status: string | null,
]

const LONG = "x".repeat(5_000)
const rows: readonly Row[] = [
  ["takes the message", {}, "delivered", null],
  ["takes the message without PIPELINING", { ehlo: ["8BITMIME"] }, "delivered", null],
  ["knows HELO only", { say: { EHLO: "502 5.5.1 what?" } }, "delivered", null],
  ["greets with 554", { say: { CONNECT: "554 5.7.1 not you" } }, "temporary", "4.3.2"],
  ["greets with 421", { say: { CONNECT: "421 4.3.2 later" } }, "temporary", "4.3.2"],
  ["drops before the greeting", { say: { CONNECT: "drop" } }, "temporary", "4.4.2"],
  ["never greets", { say: { CONNECT: "silent" } }, "temporary", "4.4.2"],
  ["greets with nonsense", { say: { CONNECT: "HTTP/1.1 400 Bad Request" } }, "temporary", "4.3.2"],
  ["drops at EHLO", { say: { EHLO: "drop" } }, "temporary", "4.4.2"],
  ["never answers EHLO", { say: { EHLO: "silent" } }, "temporary", "4.4.2"],
  ["refuses MAIL for good", { say: { MAIL: "550 5.7.1 no relay" } }, "permanent", "5.7.1"],
  ["refuses MAIL for now", { say: { MAIL: "451 4.3.0 later" } }, "temporary", "4.3.0"],
  ["says 421 at MAIL", { say: { MAIL: "421 4.7.0 too many" } }, "temporary", "4.7.0"],
  ["drops at MAIL", { say: { MAIL: "drop" } }, "temporary", "4.4.2"],
  ["never answers MAIL", { say: { MAIL: "silent" } }, "temporary", "4.4.2"],
  ["refuses RCPT for good", { say: { RCPT: "550 5.1.1 no such user" } }, "permanent", "5.1.1"],
  ["refuses RCPT with a bare 550", { say: { RCPT: "550 no such user" } }, "permanent", "5.1.1"],
  ["contradicts itself at RCPT", { say: { RCPT: "550 4.2.2 full" } }, "permanent", "5.1.1"],
  ["refuses RCPT with a bare 552", { say: { RCPT: "552 full" } }, "permanent", "5.2.2"],
  ["refuses RCPT for now", { say: { RCPT: "450 4.2.0 greylisted" } }, "temporary", "4.2.0"],
  ["drops at RCPT", { say: { RCPT: "drop" } }, "temporary", "4.4.2"],
  ["never answers RCPT", { say: { RCPT: "silent" } }, "temporary", "4.4.2"],
  ["refuses DATA for good", { say: { DATA: "554 5.5.1 no" } }, "permanent", "5.5.1"],
  ["refuses DATA for now", { say: { DATA: "451 4.3.0 no" } }, "temporary", "4.3.0"],
  ["drops at DATA", { say: { DATA: "drop" } }, "temporary", "4.4.2"],
  ["never answers DATA", { say: { DATA: "silent" } }, "temporary", "4.4.2"],
  ["refuses the message for good", { say: { ".": "550 5.7.1 spam" } }, "permanent", "5.7.1"],
  ["refuses the message for now", { say: { ".": "452 4.3.1 full" } }, "temporary", "4.3.1"],
  ["drops after the dot", { say: { ".": "drop" } }, "temporary", "4.4.2"],
  ["never answers the dot", { say: { ".": "silent" } }, "temporary", "4.4.2"],
  ["answers the dot with nonsense", { say: { ".": "999 what" } }, "temporary", "4.0.0"],
  ["answers with a line of 5,000 characters", { say: { RCPT: `550 5.1.1 ${LONG}` } }, "permanent", "5.1.1"],
  [
    "answers in several lines with controls",
    { say: { RCPT: "550-5.1.1 a\u001b[2J\r\n550 5.1.1 đây" } },
    "permanent",
    "5.1.1",
  ],
  [
    "takes the message and then says 550 unasked",
    { say: { ".": "250 ok\r\n550 5.7.1 out of turn" } },
    "delivered",
    null,
  ],
  ["cuts its refusal off", { say: { MAIL: "cut 550 5.7.1 not" } }, "temporary", "4.4.2"],
  ["answers with a reply that never ends", { say: { EHLO: `250-${LONG}\r\n`.repeat(30) } }, "temporary", "4.4.2"],
  ["drips a reply to MAIL that never ends", { say: { MAIL: "drip 250-ok\r\n" } }, "temporary", "4.4.2"],
  ["drips a line to RCPT that never ends", { say: { RCPT: "drip 550 5.1.1 no " } }, "temporary", "4.4.2"],
  ["drips an answer to the message that never ends", { say: { ".": "drip 250-ok\r\n" } }, "temporary", "4.4.2"],
  ["floods RCPT with lines", { say: { RCPT: `${"550-5.1.1 no\r\n".repeat(20_000)}550 no` } }, "temporary", "4.4.2"],
  [
    "answers with colours, NUL and letters that run backwards",
    { say: { RCPT: "550 5.1.1 \u001b[31mno\0\u202euser\u009b" } },
    "permanent",
    "5.1.1",
  ],
  ["takes less than the message has", { ehlo: ["SIZE 10"] }, "permanent", "5.3.4"],
]

describe("a next hop that", { concurrency: 8 }, () => {
  for (const [does, script, outcome, status] of rows) {
    test(`${does} → ${outcome} ${status ?? ""}`, async () => {
      const hop = await nextHop(script)
      const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }] }))
      home.put({})
      await home.until(1)
      await home.stop()
      await hop.close()
      const heard = home.settled[0]?.outcome
      assert.ok(heard)
      assert.equal(heard.is, outcome, JSON.stringify(heard))
      if (heard.is !== "delivered") assert.equal(heard.status, status, JSON.stringify(heard))
      assert.match(heard.reply ?? "", /^[\x20-\x7e]{0,300}$/)
      assert.deepEqual(
        home.settled[0]?.step.then,
        { delivered: "done", temporary: "retry", permanent: "bounced" }[outcome],
      )
    })
  }

  test("does not listen → temporary 4.4.1", async () => {
    const hop = await nextHop()
    await hop.close()
    const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }] }))
    home.put({})
    await home.until(1)
    await home.stop()
    const heard = home.settled[0]?.outcome
    assert.ok(heard?.is === "temporary" && heard.status === "4.4.1", JSON.stringify(heard))
  })

  test("is not there is asked once, and the mail behind does not wait for it", async () => {
    const hop = await nextHop()
    await hop.close()
    const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}`, concurrency: 1 }] }))
    for (let i = 0; i < 3; i++) home.put({})
    await home.until(3)
    const back = await nextHop({ port: hop.port })
    home.put({})
    await home.until(4)
    await home.stop()
    await back.close()
    assert.deepEqual(home.settled.map(met), ["4.4.1", "4.4.1", "4.4.1", "4.4.1"])
    assert.equal(back.connections(), 0)
  })

  test("lacks SMTPUTF8 still gets the recipients that need none", async () => {
    const hop = await nextHop({ ehlo: EHLO.filter((word) => word !== "SMTPUTF8") })
    const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }] }))
    home.put({ to: ["thư@n.example", "b@n.example"] })
    await home.until(2)
    await home.stop()
    await hop.close()
    assert.deepEqual(
      home.settled.map(met).toSorted((a, b) => a.localeCompare(b)),
      ["5.6.7", "delivered"],
    )
  })

  test("lacks 8BITMIME → 5.6.3 for 8-bit mail only", async () => {
    const hop = await nextHop({ ehlo: EHLO.filter((word) => word !== "8BITMIME") })
    const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }] }))
    home.put({ body: "Subject: x\r\n\r\nxin chào\r\n" })
    home.put({})
    await home.until(2)
    await home.stop()
    await hop.close()
    assert.deepEqual(
      home.settled.map(met).toSorted((a, b) => a.localeCompare(b)),
      ["5.6.3", "delivered"],
    )
  })

  for (const [what, given, expected] of [
    ["a local part beyond ASCII", { to: ["thư@next.example"] }, "5.6.7"],
    ["a sender beyond ASCII", { from: "thư@agency.example" }, "5.6.7"],
    ["UTF-8 headers", { body: "Subject: thư\r\n\r\nx\r\n", envelope: { smtputf8: true } }, "5.6.7"],
    [
      "a UTF-8 text declared SMTPUTF8",
      { body: "Subject: x\r\n\r\nthư\r\n", envelope: { smtputf8: true } },
      "delivered",
    ],
    ["a domain beyond ASCII", { to: ["b@thư.example"] }, "delivered"],
  ] as const) {
    test(`lacks SMTPUTF8 → ${expected} for ${what}`, async () => {
      const hop = await nextHop({ ehlo: EHLO.filter((word) => word !== "SMTPUTF8") })
      const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }] }))
      home.put(given)
      await home.until(1)
      await home.stop()
      await hop.close()
      const heard = home.settled[0]?.outcome
      assert.equal(heard?.is === "permanent" ? heard.status : heard?.is, expected, JSON.stringify(heard))
    })
  }
})

test("each recipient of one transaction has an outcome of its own", async () => {
  const hop = await nextHop({ say: { RCPT: ["250 ok", "550 5.1.1 unknown", "450 4.2.0 later", "250 ok"] } })
  const home = house(settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }] }))
  home.put({ to: ["a@n.example", "b@n.example", "c@n.example", "d@n.example"] })
  await home.until(4)
  await home.stop()
  await hop.close()
  assert.deepEqual(
    home.settled.map(({ step }) => step.then),
    ["done", "bounced", "retry", "done"],
  )
  assert.equal(hop.received.length, 1)
  assert.equal(home.reports.length, 1)
})
