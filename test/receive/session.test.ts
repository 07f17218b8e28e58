import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { reply } from "../../src/mail/reply.ts"
import { dial, transcript } from "./dialogue.ts"
import { acceptAll, openHouse, until } from "./house.ts"

const HELLO = ["C: EHLO client.example", "S: 250-mx.agency.example"] as const
const ENVELOPE = [
  ...HELLO,
  "C: MAIL FROM:<a@b.example>",
  "S: 250 2.1.0",
  "C: RCPT TO:<x@agency.example>",
  "S: 250 2.1.5",
] as const

const OUT_OF_STEP = ["S: 554 5.5.0", "S: closed"] as const

const dialogues: readonly (readonly [string, ...string[]])[] = [
  [
    "a message goes in",
    ...ENVELOPE,
    "C: DATA",
    "S: 354",
    "C: Subject: x\r\n\r\nhi\r\n.",
    "S: 250 2.0.0 [",
    "C: QUIT",
    "S: 221",
    "S: closed",
  ],
  [
    "the extensions of this server, without TLS",
    "C: EHLO a",
    "S: 250-mx.agency.example\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n250-ENHANCEDSTATUSCODES\n250-DSN\n250 SIZE 100000",
  ],
  ["commands wait for a greeting", "C: MAIL FROM:<a@b.example>", "S: 503 5.5.1"],
  ["RCPT waits for MAIL", ...HELLO, "C: RCPT TO:<x@agency.example>", "S: 503 5.5.1"],
  [
    "DATA waits for RCPT",
    ...HELLO,
    "C: DATA",
    "S: 503 5.5.1",
    "C: MAIL FROM:<a@b.example>",
    "S: 250",
    "C: DATA",
    "S: 503 5.5.1",
  ],
  ["DATA takes no parameters", ...ENVELOPE, "C: DATA now", "S: 501 5.5.4"],
  ["MAIL is not nested", ...ENVELOPE, "C: MAIL FROM:<b@b.example>", "S: 503 5.5.1"],
  ["RSET forgets the envelope", ...ENVELOPE, "C: RSET", "S: 250 2.0.0", "C: DATA", "S: 503"],
  ["EHLO forgets the envelope", ...ENVELOPE, ...HELLO, "C: DATA", "S: 503"],
  [
    "a bad sender address",
    ...HELLO,
    "C: MAIL FROM:a@b.example",
    "S: 501 5.1.7",
    "C: MAIL FROM:<(a@b.example>",
    "S: 501 5.1.7",
  ],
  [
    "a bad recipient address",
    ...HELLO,
    "C: MAIL FROM:<>",
    "S: 250",
    "C: RCPT TO:<>",
    "S: 501 5.1.3",
    "C: RCPT TO:<x@y@z.example>",
    "S: 501 5.1.3",
  ],
  [
    "unknown parameters",
    ...HELLO,
    "C: MAIL FROM:<> BINARY=1",
    "S: 555 5.5.4",
    "C: MAIL FROM:<>",
    "S: 250",
    "C: RCPT TO:<x@agency.example> FAST",
    "S: 555 5.5.4",
  ],
  [
    "a message announced too large",
    ...HELLO,
    "C: MAIL FROM:<> SIZE=100001",
    "S: 552 5.3.4",
    "C: MAIL FROM:<> SIZE=100000",
    "S: 250",
  ],
  ["REQUIRETLS needs TLS", ...HELLO, "C: MAIL FROM:<> REQUIRETLS", "S: 530 5.7.10"],
  [
    "SMTPUTF8 must be asked for",
    ...HELLO,
    "C: MAIL FROM:<đ@b.example>",
    "S: 553 5.6.7",
    "C: MAIL FROM:<đ@b.example> SMTPUTF8",
    "S: 250",
  ],
  [
    "no wizard, no shell, no VRFY",
    "C: WIZ",
    "S: 500 5.5.2",
    "C: SHELL",
    "S: 500",
    "C: KILL",
    "S: 500",
    "C: VRFY x",
    "S: 502 5.5.1",
    "C: EXPN x",
    "S: 502 5.5.1",
  ],
  ["no BDAT", ...ENVELOPE, "C: BDAT 3 LAST", "S: 500 5.5.2"],
  ["no AUTH where nobody can log in", ...HELLO, "C: AUTH PLAIN AGEAYg==", "S: 500 5.5.2"],
  ["no STARTTLS without a certificate", ...HELLO, "C: STARTTLS", "S: 500 5.5.2"],
  [
    "more recipients than allowed",
    ...ENVELOPE,
    ...[1, 2, 3, 4].flatMap((n) => [`C: RCPT TO:<x${n}@agency.example>`, "S: 250"]),
    "C: RCPT TO:<y@agency.example>",
    "S: 452 4.5.3",
  ],
  [
    "far more recipients than allowed, and the message all the same",
    ...ENVELOPE,
    "C: RCPT TO:<x@agency.example>",
    "S: 250",
    ...[1, 2, 3].flatMap((n) => [`C: RCPT TO:<x${n}@agency.example>`, "S: 250"]),
    ...Array.from({ length: 25 }, (_, n) => [`C: RCPT TO:<y${n}@agency.example>`, "S: 452 4.5.3"]).flat(),
    "C: DATA",
    "S: 354",
    "C: .",
    "S: 250",
  ],
  [
    "one recipient again and again",
    ...ENVELOPE,
    ...[1, 2, 3, 4].flatMap(() => ["C: RCPT TO:<x@agency.example>", "S: 250"]),
    "C: RCPT TO:<x@agency.example>",
    "S: 452 4.5.3",
  ],
  ["a bare LF ends no command", "C: NOOP\nNOOP", "S: 501 5.5.2", "S: closed"],
  ["a bare CR in a command", "C: NOOP\rNOOP", "S: 501 5.5.2", "S: closed"],
  ["a NUL in a command", "C: NOOP\0", "S: 501 5.5.2", "S: closed"],
  ["a command line too long", `C: NOOP ${"x".repeat(2_100)}`, "S: 500 5.5.2", "S: closed"],
  ["a browser", "C: POST / HTTP/1.1", "S: 421", "S: closed"],
  [
    "pipelined commands",
    ...HELLO,
    "C: MAIL FROM:<a@b.example>\r\nRCPT TO:<x@agency.example>\r\nDATA",
    "S: 250 2.1.0",
    "S: 250 2.1.5",
    "S: 354",
    "C: a: b\r\n\r\n.\r\nQUIT",
    "S: 250 2.0.0",
    "S: 221",
    "S: closed",
  ],
  [
    "a message and, before its answer, the next one",
    ...ENVELOPE,
    "C: DATA",
    "S: 354",
    "C: a: b\r\n\r\n.\r\nMAIL FROM:<a@b.example>\r\nRCPT TO:<x@agency.example>",
    "S: 250 2.0.0",
    "S: 250 2.1.0",
    "S: 250 2.1.5",
  ],
  ["more behind EHLO than a client can know", "C: EHLO a\r\nMAIL FROM:<a@b.example>", ...OUT_OF_STEP],
  ["half a line behind EHLO", "C: EHLO a\r\nMAIL", ...OUT_OF_STEP],
  ["a message before 354", ...ENVELOPE, "C: DATA\r\na: b\r\n\r\n.", ...OUT_OF_STEP],
  ["commands behind NOOP", ...HELLO, "C: NOOP\r\nRSET", ...OUT_OF_STEP],
  [
    "pipelining without EHLO",
    "C: HELO a",
    "S: 250",
    "C: MAIL FROM:<a@b.example>\r\nRCPT TO:<x@c.example>",
    ...OUT_OF_STEP,
  ],
  ["QUIT and more", ...HELLO, "C: QUIT\r\nNOOP", "S: 221", "S: closed"],
]

describe("one session", { concurrency: true }, async () => {
  const house = await openHouse()
  for (const [sentence, ...lines] of dialogues) {
    test(sentence, () => transcript(house.ports.inbound, ...lines))
  }

  test("who talks before the greeting is sent away", async () => {
    const client = await dial(house.ports.inbound)
    await client.run("C: EHLO early", "S: 421", "S: closed")
  })

  test("a single octet before the greeting is enough", async () => {
    const client = await dial(house.ports.inbound)
    client.send("E")
    await client.run("S: 421", "S: closed")
  })

  test("the envelope arrives as it was written", async () => {
    const own = await openHouse()
    await transcript(
      own.ports.inbound,
      "C: EHLO Client.Example",
      "S: 250",
      "C: MAIL FROM:<Nguyen.An@Agency.Example> BODY=8BITMIME RET=HDRS ENVID=QQ+2B1 SIZE=99",
      "S: 250",
      'C: RCPT TO:<"an binh"@Agency.Example> NOTIFY=success,DELAY ORCPT=rfc822;a+2Bb@c.vn',
      "S: 250",
      "C: RCPT TO:<Postmaster>",
      "S: 250",
      "C: RCPT TO:<POSTMASTER@agency.example> NOTIFY=NEVER",
      "S: 250",
      "C: RCPT TO:<@relay.example,@two.example:x@agency.example>",
      "S: 250",
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250 2.0.0 [",
    )
    const { transaction, text } = own.received.at(-1) ?? assert.fail("nothing received")
    assert.equal(text, "")
    assert.match(transaction.id, /^[0-9A-HJKMNP-TV-Z]{12}$/)
    assert.deepEqual(transaction.client, {
      ip: "127.0.0.1",
      helo: "client.example",
      tls: null,
      user: null,
      listener: "inbound",
      trusted: false,
    })
    assert.deepEqual(transaction.envelope, {
      from: { local: "Nguyen.An", domain: "agency.example", text: "Nguyen.An@Agency.Example" },
      to: [
        {
          address: { local: '"an binh"', domain: "agency.example", text: '"an binh"@Agency.Example' },
          notify: ["SUCCESS", "DELAY"],
          orcpt: "rfc822;a+2Bb@c.vn",
        },
        {
          address: { local: "postmaster", domain: "agency.example", text: "postmaster@agency.example" },
          notify: null,
          orcpt: null,
        },
        { address: { local: "x", domain: "agency.example", text: "x@agency.example" }, notify: null, orcpt: null },
      ],
      body: "8BITMIME",
      smtputf8: false,
      requireTls: false,
      ret: "HDRS",
      envid: "QQ+2B1",
    })
  })
})

describe("the intake answers", async () => {
  const house = await openHouse()
  const accepting = acceptAll(house.received)

  test("MAIL with its own reply", async () => {
    house.intake = { ...accepting, sender: () => Promise.resolve(reply(553, "1.8", "no")) }
    await transcript(
      house.ports.inbound,
      ...HELLO,
      "C: MAIL FROM:<a@b.example>",
      "S: 553 5.1.8 no",
      "C: RCPT TO:<x@agency.example>",
      "S: 503",
    )
  })

  test("RCPT with its own reply, coded once", async () => {
    house.intake = {
      ...accepting,
      recipient: (_client, _from, { address }) =>
        Promise.resolve(address.local === "x" ? null : reply(550, "7.1", "relaying denied")),
    }
    await transcript(
      house.ports.inbound,
      ...ENVELOPE,
      "C: RCPT TO:<y@else.example>",
      "S: 550 5.7.1 relaying denied",
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250",
    )
  })

  test("DATA with its own reply, coded once and on one line; the body is discarded", async () => {
    const { discarded } = house.bodies
    house.intake = {
      ...accepting,
      message: () => Promise.resolve({ code: 550, status: "5.7.1", text: `a\r\n250 b ${"x".repeat(900)}` }),
    }
    const client = await dial(house.ports.inbound)
    await client.run("S: 220", ...ENVELOPE, "C: DATA", "S: 354", "C: a: b\r\n\r\n.")
    const said = await client.reply()
    client.end()
    assert.match(said, /^550 5\.7\.1 a {2}250 b x+$/)
    assert.ok(said.length <= 510, `${said.length}`)
    assert.equal(house.bodies.discarded, discarded + 1)
  })

  test("nothing at all: 451, logged, and the session goes on", async () => {
    house.intake = {
      login: () => {},
      sender: (_client, from) => (from === null ? Promise.resolve(null) : Promise.reject(new Error("sender broke"))),
      recipient: (_client, _from, { address }) => {
        if (address.local === "x") return Promise.resolve(null)
        throw new Error("recipient broke")
      },
      message: () => Promise.reject(new Error("message broke")),
    }
    const { discarded } = house.bodies
    await transcript(
      house.ports.inbound,
      ...HELLO,
      "C: MAIL FROM:<a@b.example>",
      "S: 451 4.3.0",
      "C: MAIL FROM:<>",
      "S: 250",
      "C: RCPT TO:<y@agency.example>",
      "S: 451 4.3.0",
      "C: RCPT TO:<x@agency.example>",
      "S: 250",
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 451 4.3.0",
      "C: NOOP",
      "S: 250",
    )
    assert.equal(house.logged.filter((line) => line.startsWith("error")).length, 3)
    assert.equal(house.bodies.discarded, discarded, "a body that may have been accepted is kept")
  })

  test("only after the message is complete", async () => {
    house.intake = accepting
    const { length } = house.received
    const { discarded } = house.bodies
    const client = await dial(house.ports.inbound)
    await client.run("S: 220", ...ENVELOPE, "C: DATA", "S: 354", "C: a: b")
    client.vanish()
    await until(() => house.bodies.discarded === discarded + 1)
    assert.equal(house.received.length, length)
  })
})

describe("limits", { concurrency: true }, () => {
  const errors: readonly (readonly [string, object, ...string[]])[] = [
    [
      "errors",
      { errors: 3 },
      "C: X",
      "S: 500",
      "C: DATA",
      "S: 503",
      "C: EHLO",
      "S: 501",
      "C: NOOP",
      "S: 421 4.7.0",
      "S: closed",
    ],
    [
      "commands that move no mail",
      { junkCommands: 3 },
      "C: NOOP",
      "S: 250",
      "C: RSET",
      "S: 250",
      "C: HELP",
      "S: 214",
      "C: NOOP",
      "S: 421 4.7.0",
      "S: closed",
    ],
    [
      "messages of a connection",
      { messagesPerConnection: 1 },
      ...ENVELOPE,
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250",
      "C: MAIL FROM:<>",
      "S: 421 4.7.0",
      "S: closed",
    ],
    ["time for a command", { commandTime: 200 }, "S: 421 4.4.2", "S: closed"],
    ["time for a session", { sessionTime: 400 }, ...ENVELOPE, "S: 421 4.4.2", "S: closed"],
  ]
  for (const [sentence, limits, ...lines] of errors) {
    test(sentence, async () => {
      const house = await openHouse({ limits })
      await transcript(house.ports.inbound, ...lines)
    })
  }

  test("errors before an accepted message are forgiven", async () => {
    const house = await openHouse({ limits: { errors: 2, junkCommands: 2 } })
    await transcript(
      house.ports.inbound,
      "C: X",
      "S: 500",
      ...ENVELOPE,
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250",
      "C: X",
      "S: 500",
      "C: NOOP",
      "S: 250",
    )
  })

  test("an octet now and then is no command in time", async () => {
    const house = await openHouse({ limits: { commandTime: 300 } })
    const client = await dial(house.ports.inbound)
    await client.run("S: 220")
    const drip = setInterval(() => client.send("N"), 40)
    await client.run("S: 421 4.4.2", "S: closed")
    clearInterval(drip)
  })

  test("a slow message is cut, a quick one may take longer than a command", async () => {
    const house = await openHouse({ limits: { commandTime: 300, minimumRate: 1_000 } })
    const quick = await dial(house.ports.inbound)
    await quick.run("S: 220", ...ENVELOPE, "C: DATA", "S: 354")
    for (let n = 0; n < 6; n += 1) {
      quick.send(`${"x".repeat(298)}\r\n`)
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
    await quick.run("C: .", "S: 250")
    quick.end()
    const slow = await dial(house.ports.inbound)
    await slow.run("S: 220", ...ENVELOPE, "C: DATA", "S: 354")
    const drip = setInterval(() => slow.send("x"), 40)
    await slow.run("S: 421 4.4.2", "S: closed")
    clearInterval(drip)
    await until(() => house.bodies.discarded === 1)
  })

  test("no client is late while we owe the answer", async () => {
    const house = await openHouse({ limits: { commandTime: 150, sessionTime: 400 } })
    const accepting = house.intake
    house.intake = {
      ...accepting,
      message: async (...all) => (await new Promise((resolve) => setTimeout(resolve, 600)), accepting.message(...all)),
    }
    await transcript(
      house.ports.inbound,
      ...ENVELOPE,
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250 2.0.0",
      "S: 421 4.4.2",
      "S: closed",
    )
  })

  test("connections of one client, and of all", async () => {
    const house = await openHouse({
      limits: { connections: 3, connectionsPerClient: 2 },
      inbound: { xclientFrom: ["127.0.0.1"] },
    })
    const one = await dial(house.ports.inbound)
    const two = await dial(house.ports.submission)
    await one.run("S: 220")
    await two.run("S: 220")
    const three = await dial(house.ports.inbound)
    await three.run("S: 421 4.7.0", "S: closed")
    await one.run("C: XCLIENT ADDR=IPV6:2001:db8::1", "S: 220")
    await two.run("C: QUIT", "S: 221", "S: closed")
    await until(() => house.receiver.connections() === 1)
    const four = await dial(house.ports.inbound)
    await four.run("S: 220", "C: XCLIENT ADDR=IPV6:2001:db8::2", "S: 220", "C: EHLO a", "S: 250")
    const five = await dial(house.ports.inbound)
    await five.run("S: 220", "C: XCLIENT ADDR=IPV6:2001:db8:0:0:ff::3", "S: 421 4.7.0", "S: closed")
    const six = await dial(house.ports.inbound)
    await six.run("S: 220")
    const seven = await dial(house.ports.inbound)
    await seven.run("S: 421 4.7.0", "S: closed")
    for (const client of [one, four, six]) client.end()
    await until(() => house.receiver.connections() === 0)
  })
})

describe("closing", async () => {
  test("sessions finish their transaction, others and new ones get 421", async () => {
    const house = await openHouse()
    const idle = await dial(house.ports.inbound)
    const busy = await dial(house.ports.inbound)
    await idle.run("S: 220")
    await busy.run("S: 220", ...ENVELOPE)
    const closed = house.receiver.close(3_000)
    await idle.run("S: 421 4.3.2", "S: closed")
    const late = await dial(house.ports.inbound)
    await late.run("S: 421 4.3.2", "S: closed")
    await busy.run("C: DATA", "S: 354", "C: .", "S: 250 2.0.0", "S: 421 4.3.2", "S: closed")
    await closed
    await assert.rejects(dial(house.ports.inbound))
  })

  test("what takes longer than the drain is cut", async () => {
    const house = await openHouse()
    const busy = await dial(house.ports.inbound)
    await busy.run("S: 220", ...ENVELOPE)
    await house.receiver.close(100)
    await busy.run("S: closed")
  })
})
