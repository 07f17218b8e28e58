/** What travels: the octets, the parameters, who shares a transaction, and which connection carries it. */
import assert from "node:assert/strict"
import { rm, mkdtemp } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { setTimeout } from "node:timers/promises"
import type { Recipient } from "../../src/mail/transaction.ts"
import { address, BODY, house, met, settings, through, type Given } from "./house.ts"
import { EHLO, nextHop, type Script } from "./next-hop.ts"

const to = (port: number, more: object = {}): ReturnType<typeof settings> =>
  settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${port}`, ...more }] })

const BIG = Buffer.alloc(10_000_000, Buffer.from(`${"á.b\r\n.\r\n..\r\nx".repeat(3)}\r\n.\r\n`))

describe("the octets that arrive are the stored ones", () => {
  for (const [what, body] of [
    ["a small message", BODY],
    ["dots at line starts", "Subject: x\r\n\r\n.\r\n..\r\n.a\r\na.\r\n"],
    ["a dot as the very first octet", ".Subject: x\r\n\r\nx\r\n"],
    ["8-bit octets that are no UTF-8", Buffer.from("Subject: x\r\n\r\n\xff\xfe\x80\r\n", "latin1")],
    ["NUL octets", Buffer.from("Subject: x\r\n\r\na\0b\r\n", "latin1")],
    ["a line of 5,000 octets", `Subject: x\r\n\r\n${"y".repeat(5_000)}\r\n`],
    ["10 MB", Buffer.concat([Buffer.from("Subject: x\r\n\r\n"), BIG, Buffer.from("\r\n")])],
  ] as const) {
    test(what, async () => {
      const hop = await nextHop()
      const routes = [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }]
      const home = await through(settings({ routes, timeout: "10s" }), { body })
      await hop.close()
      assert.deepEqual(home.settled.map(met), ["delivered"])
      assert.ok(hop.received[0]?.data.equals(Buffer.from(body)))
    })
  }

  test("with their edits", async () => {
    const hop = await nextHop()
    const edits = [
      { at: 0, remove: 0, insert: "Received: by us\r\n" },
      { at: BODY.indexOf("Subject"), remove: "Subject: thu\r\n".length, insert: "Subject: [x] thu\r\n" },
    ]
    await through(to(hop.port), { copy: { edits } })
    await hop.close()
    assert.equal(hop.received[0]?.data.toString(), `Received: by us\r\n${BODY.replace("Subject: ", "Subject: [x] ")}`)
    assert.match(hop.received[0]?.mail ?? "", new RegExp(` SIZE=${hop.received[0]?.data.length}( |$)`))
  })

  for (const size of [1_000, 100_000, 400_000]) {
    test(`in pieces of ${size} octets that are gone when the next one is asked for`, async () => {
      const hop = await nextHop()
      const body = Buffer.concat([Buffer.from("Subject: x\r\n\r\n"), BIG.subarray(0, 2_000_000), Buffer.from("\r\n")])
      const edits = [{ at: size + 10, remove: 5, insert: "y" }]
      const home = house(
        settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${hop.port}` }], timeout: "10s" }),
        {
          bodies: {
            ...house(to(1)).bodies,
            async *read() {
              for (let at = 0; at < body.length; at += size) {
                const piece = Buffer.from(body.subarray(at, at + size))
                yield await Promise.resolve(piece)
                piece.fill("!")
              }
            },
          },
        },
      )
      home.put({ body, copy: { edits } })
      await home.until(1)
      await home.stop()
      await hop.close()
      assert.deepEqual(home.settled.map(met), ["delivered"])
      const expected = Buffer.concat([body.subarray(0, size + 10), Buffer.from("y"), body.subarray(size + 15)])
      assert.ok(hop.received[0]?.data.equals(expected))
    })
  }

  test("a body that ends early never looks complete", async () => {
    const hop = await nextHop()
    const home = house(to(hop.port), {
      bodies: {
        ...house(to(1)).bodies,
        async *read() {
          yield Buffer.from(await Promise.resolve(BODY.slice(0, 30)))
        },
      },
    })
    home.put({})
    await home.until(1)
    await home.stop()
    await hop.close()
    assert.deepEqual(home.settled.map(met), ["4.4.2"])
    assert.equal(hop.received.length, 0)
  })
})

const noted = (text: string, notify: Recipient["notify"], orcpt: string | null): Recipient => ({
  address: address(text),
  notify,
  orcpt,
})

describe("the envelope", () => {
  const given: Given = {
    to: [
      noted("b@n.example", ["SUCCESS", "FAILURE"], "rfc822;B+2Bx@n.example"),
      noted("c@n.example", ["NEVER"], null),
      noted("d@n.example", null, "rfc822;d@old.example"),
    ],
    envelope: { ret: "HDRS", envid: "a+3Db" },
    body: "Subject: x\r\n\r\nthư\r\n",
  }

  test("DSN parameters travel unchanged, each recipient's own", async () => {
    const hop = await nextHop()
    await through(to(hop.port), given)
    await hop.close()
    assert.deepEqual(hop.received[0]?.rcpt, [
      "RCPT TO:<b@n.example> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;B+2Bx@n.example",
      "RCPT TO:<c@n.example> NOTIFY=NEVER",
      "RCPT TO:<d@n.example> ORCPT=rfc822;d@old.example",
    ])
    assert.equal(hop.received[0]?.mail, "MAIL FROM:<a@agency.example> SIZE=20 BODY=8BITMIME RET=HDRS ENVID=a+3Db")
  })

  test("nothing is said that the next hop does not offer", async () => {
    const hop = await nextHop({ ehlo: ["8BITMIME"] })
    await through(to(hop.port), given)
    await hop.close()
    assert.equal(hop.received[0]?.mail, "MAIL FROM:<a@agency.example> BODY=8BITMIME")
    assert.deepEqual(hop.received[0]?.rcpt.at(0), "RCPT TO:<b@n.example>")
  })

  test("a word in the next hop's name is no extension", async () => {
    const hop = await nextHop({ say: { EHLO: "250-mx DSN SIZE 5 SMTPUTF8\r\n250 HELP" } })
    const home = await through(to(hop.port), { to: [noted("b@n.example", ["FAILURE"], null)] })
    await hop.close()
    assert.deepEqual(home.settled.map(met), ["delivered"])
    assert.deepEqual(hop.received[0]?.rcpt, ["RCPT TO:<b@n.example>"])
  })

  test("SMTPUTF8 is asked for where an address needs it, and the null reverse-path stays null", async () => {
    const hop = await nextHop()
    await through(to(hop.port), { from: null, to: ["thư@n.example"] })
    await hop.close()
    assert.match(hop.received[0]?.mail ?? "", /^MAIL FROM:<> .*SMTPUTF8$/)
    assert.deepEqual(hop.received[0]?.rcpt, ["RCPT TO:<thư@n.example>"])
  })

  test("quoted local parts pass", async () => {
    const hop = await nextHop()
    await through(to(hop.port), { to: ['"a <b> c"@n.example'] })
    await hop.close()
    assert.deepEqual(hop.received[0]?.rcpt, ['RCPT TO:<"a <b> c"@n.example>'])
  })

  for (const text of ["a\r\nDATA@n.example", "a>b@n.example", "a b@n.example"]) {
    test(`${JSON.stringify(text)} never gets onto the wire`, async () => {
      const hop = await nextHop()
      const home = await through(to(hop.port), {
        to: [
          noted("b@n.example", null, null),
          { ...noted("x@n.example", null, null), address: { local: "x", domain: "n.example", text } },
        ],
      })
      await hop.close()
      assert.deepEqual(new Set(home.settled.map(met)), new Set(["5.1.3"]))
      assert.ok(!hop.commands.some((line) => line.startsWith("MAIL")))
    })
  }
})

describe("recipients share a transaction when they have the same", () => {
  for (const [what, copies, transactions] of [
    ["next hop, edits and need of TLS", [{}, {}], 1],
    ["next hop, but not the edits", [{}, { edits: [{ at: 0, remove: 0, insert: "X: y\r\n" }] }], 2],
  ] as const) {
    test(`${what} → ${transactions}`, async () => {
      const hop = await nextHop()
      await through(to(hop.port), { to: ["a@n.example", "b@m.example"], copies })
      await hop.close()
      assert.equal(hop.received.length, transactions)
    })
  }

  test("the first route that names the domain is taken", async () => {
    const [exact, below, rest] = await Promise.all([nextHop(), nextHop(), nextHop()])
    const routes = [
      { domains: ["x.vn"], to: `smtp://127.0.0.1:${exact.port}` },
      { domains: [".x.vn"], to: `smtp://127.0.0.1:${below.port}` },
      { domains: ["*"], to: `smtp://127.0.0.1:${rest.port}` },
    ]
    await through(settings({ routes }), { to: ["a@x.vn", "b@y.x.vn", "c@yx.vn"] })
    await Promise.all([exact.close(), below.close(), rest.close()])
    assert.deepEqual(
      [exact, below, rest].map(({ received }) => received.flatMap(({ rcpt }) => rcpt)),
      [["RCPT TO:<a@x.vn>"], ["RCPT TO:<b@y.x.vn>"], ["RCPT TO:<c@yx.vn>"]],
    )
  })

  test("no route is our mistake, so the mail waits", async () => {
    const home = await through(settings({ routes: [{ domains: ["x.vn"], to: "mx" }] }), { to: ["a@y.vn"] })
    assert.deepEqual(home.settled.map(met), ["4.3.5"])
  })
})

describe("a connection", () => {
  const messages = async (script: Script, count: number, more: object = { concurrency: 1 }) => {
    const hop = await nextHop(script)
    const home = house(to(hop.port, more))
    for (let i = 0; i < count; i++) home.put({})
    await home.until(count)
    await home.stop()
    // QUIT is sent, not waited for.
    await setTimeout(20)
    await hop.close()
    return { hop, home }
  }

  test("carries one message after another", async () => {
    const { hop, home } = await messages({}, 5)
    assert.equal(hop.connections(), 1)
    assert.equal(hop.received.length, 5)
    assert.ok(home.settled.every((one) => met(one) === "delivered"))
    assert.equal(hop.commands.at(-1), "QUIT")
  })

  test("goes on after a refusal", async () => {
    const { hop } = await messages({ say: { RCPT: ["550 5.1.1 no", "250 ok"] } }, 3)
    assert.equal(hop.connections(), 1)
    assert.equal(hop.received.length, 2)
    assert.ok(hop.commands.includes("RSET"))
  })

  test("carries at most 100", async () => {
    const { hop } = await messages({}, 101)
    assert.equal(hop.connections(), 2)
  })

  test("that was dropped meanwhile is replaced before it counts", async () => {
    const { hop, home } = await messages({ say: { MAIL: ["250 ok", "drop", "250 ok"] } }, 2)
    assert.deepEqual(home.settled.map(met), ["delivered", "delivered"])
    assert.equal(hop.connections(), 2)
  })

  test("is one of as many as the route allows", async () => {
    const { hop } = await messages({}, 20, { concurrency: 3 })
    assert.ok(hop.connections() <= 3)
    assert.equal(hop.received.length, 20)
  })
})

describe("a transaction", () => {
  const two: Given = { to: ["a@n.example", "b@n.example"] }

  test("waits for no reply before DATA where the next hop takes commands at once, and for each where not", async () => {
    // This next hop says nothing to MAIL: whoever waits for it never comes to DATA.
    const say = { MAIL: "silent" }
    for (const [ehlo, last] of [
      [EHLO, "DATA"],
      [EHLO.filter((keyword) => keyword !== "PIPELINING"), "MAIL"],
    ] as const) {
      const hop = await nextHop({ say, ehlo })
      const home = await through(to(hop.port), two)
      await hop.close()
      assert.equal(hop.commands.at(-1)?.slice(0, 4), last)
      assert.deepEqual(home.settled.map(met), ["4.4.2", "4.4.2"])
    }
  })

  test("sends an empty message when it is asked for one that is for nobody", async () => {
    const hop = await nextHop({
      say: { RCPT: "550 5.1.1 no", DATA: "354 all the same", ".": "554 5.5.1 no recipients" },
    })
    const home = await through(to(hop.port), two)
    await hop.close()
    assert.deepEqual(home.settled.map(met), ["5.1.1", "5.1.1"])
    assert.deepEqual(
      hop.received.map(({ data }) => data.length),
      [0],
    )
  })

  test("is over at an answer that comes before the end of the message", async () => {
    const hop = await nextHop({ say: { DATA: "354 go on\r\n552 5.3.4 no room" } })
    const bodies = house(to(1)).bodies
    const home = house(to(hop.port), {
      bodies: {
        ...bodies,
        async *read() {
          for (const piece of [BODY.slice(0, 40), BODY.slice(40)]) {
            yield Buffer.from(piece)
            await setTimeout(200)
          }
        },
      },
    })
    home.put({})
    await home.until(1)
    await home.stop()
    await hop.close()
    assert.deepEqual(home.settled.map(met), ["5.3.4"])
    assert.equal(hop.received.length, 0)
  })
})

describe("LMTP", () => {
  test("tells each recipient's own words, and what was said before a drop counts", async () => {
    const replies = ["250 2.1.5 first", "452 4.2.2 second", "drop"]
    const hop = await nextHop({ lmtp: true, say: { ".": replies } })
    const home = await through(settings({ routes: [{ domains: ["*"], to: `lmtp://127.0.0.1:${hop.port}` }] }), given)
    await hop.close()
    assert.deepEqual(
      home.settled.map(({ outcome }) => outcome?.reply),
      ["250 2.1.5 first", "452 4.2.2 second", null],
    )
    assert.deepEqual(home.settled.map(met), ["delivered", "4.2.2", "4.4.2"])
  })

  const script: Script = { lmtp: true, ehlo: EHLO, say: { ".": ["250 2.1.5 ok", "452 4.2.2 full", "250 2.1.5 ok"] } }
  const given: Given = { to: ["a@n.example", "b@n.example", "c@n.example"] }

  test("over TCP gives each recipient its own answer", async () => {
    const hop = await nextHop(script)
    const home = await through(settings({ routes: [{ domains: ["*"], to: `lmtp://127.0.0.1:${hop.port}` }] }), given)
    await hop.close()
    assert.deepEqual(home.settled.map(met), ["delivered", "4.2.2", "delivered"])
    assert.ok(hop.commands[0]?.startsWith("LHLO "))
  })

  test("over a Unix socket too", async () => {
    const folder = await mkdtemp(join(tmpdir(), "congthu-"))
    const path = join(folder, "lmtp")
    const hop = await nextHop({ ...script, path })
    const home = await through(settings({ routes: [{ domains: ["*"], to: `lmtp:${path}` }] }), given)
    await hop.close()
    await rm(folder, { recursive: true })
    assert.deepEqual(home.settled.map(met), ["delivered", "4.2.2", "delivered"])
  })
})
