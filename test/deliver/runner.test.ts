/** What becomes of mail after an attempt: later, reported, held for a person; and how the runner keeps its promises. */
import assert from "node:assert/strict"
import { once } from "node:events"
import { mkdtemp, readdir, rm } from "node:fs/promises"
import { createServer, type AddressInfo } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test } from "node:test"
import { type Hold, MOST_CRASHES } from "../../src/mail/delivery.ts"
import { BodyCorrupt } from "../../src/store/store.ts"
import { acceptance, address, BODY, bytesOf, house, kinds, met, settings, through, type Given } from "./house.ts"
import { nextHop, type Script } from "./next-hop.ts"

const HOUR = 3_600_000
const to = (port: number, more: object = {}): ReturnType<typeof settings> =>
  settings({ routes: [{ domains: ["*"], to: `smtp://127.0.0.1:${port}` }], ...more })

type Notify = ("NEVER" | "SUCCESS" | "FAILURE" | "DELAY")[]
const wanting = (notify: Notify): Given => ({ to: [{ address: address("b@n.example"), notify, orcpt: null }] })

const NO: Script = { say: { RCPT: "550 5.1.1 no such user" } }
const LATER: Script = { say: { RCPT: "450 4.2.0 later" } }
const OLD = { at: Date.now() - 5 * HOUR, copy: { expiresAt: Date.now() + HOUR } }
const OVER = { at: Date.now() - 120 * HOUR, copy: { expiresAt: Date.now() - 1 } }

type Row = readonly [what: string, script: Script, given: Given, step: string, event: string, report: string | null]
const rows: readonly Row[] = [
  ["refused for good", NO, {}, "bounced", "bounced", "failure"],
  ["refused for good, NOTIFY=NEVER", NO, wanting(["NEVER"]), "bounced", "bounced", null],
  ["refused for good, NOTIFY=DELAY", NO, wanting(["DELAY"]), "bounced", "bounced", null],
  ["refused for good, NOTIFY=FAILURE", NO, wanting(["FAILURE"]), "bounced", "bounced", "failure"],
  ["refused for good, sender unproven", NO, { bounceable: false }, "hold", "undeliverable", null],
  ["refused for good, itself a report", NO, { from: null }, "hold", "undeliverable", null],
  ["refused for now", LATER, {}, "retry", "retried", null],
  ["refused for now since hours", LATER, { ...OLD }, "retry", "retried", "delay"],
  ["refused for now since hours, NOTIFY=FAILURE", LATER, { ...wanting(["FAILURE"]), ...OLD }, "retry", "retried", null],
  ["refused for now since hours, NOTIFY=NEVER", LATER, { ...wanting(["NEVER"]), ...OLD }, "retry", "retried", null],
  ["refused for now since hours, NOTIFY=DELAY", LATER, { ...wanting(["DELAY"]), ...OLD }, "retry", "retried", "delay"],
  [
    "the same again",
    LATER,
    { ...wanting(["DELAY"]), ...OLD, delivery: { delayNoticed: true } },
    "retry",
    "retried",
    null,
  ],
  ["the same, unproven", LATER, { ...wanting(["DELAY"]), ...OLD, bounceable: false }, "retry", "retried", null],
  ["refused for now, time over", LATER, { ...OVER }, "bounced", "bounced", "failure"],
  ["refused for now, time over, unproven", LATER, { ...OVER, bounceable: false }, "hold", "undeliverable", null],
  ["delivered", {}, {}, "done", "delivered", null],
  ["delivered, NOTIFY=SUCCESS to a next hop with DSN", {}, wanting(["SUCCESS"]), "done", "delivered", null],
  ["delivered, NOTIFY=SUCCESS to one without", { ehlo: [] }, wanting(["SUCCESS"]), "done", "delivered", "relayed"],
  [
    "delivered, NOTIFY=SUCCESS, null sender",
    { ehlo: [] },
    { ...wanting(["SUCCESS"]), from: null },
    "done",
    "delivered",
    null,
  ],
]

describe("mail", () => {
  for (const [what, script, given, step, event, report] of rows) {
    test(`${what} → ${event}${report === null ? "" : `, ${report} report`}`, async () => {
      const hop = await nextHop(script)
      const home = await through(to(hop.port), given)
      await hop.close()
      assert.equal(home.settled[0]?.step.then, step)
      assert.equal(home.events[1]?.kind, event)
      assert.deepEqual(
        home.events.map(({ kind }) => kind),
        ["attempted", event, ...(report === null || report === "failure" ? [] : ["noticed"])],
      )
      assert.deepEqual(
        home.reports.map((made) => made.events[0]?.detail["report"]),
        report === null ? [] : [report],
      )
      assert.equal(home.alarms.length, event === "undeliverable" ? 1 : 0)
    })
  }

  test("given up after its time tells the last reply under 5.4.7", async () => {
    const hop = await nextHop(LATER)
    const home = await through(to(hop.port), OVER)
    await hop.close()
    const outcome = home.settled[0]?.outcome
    assert.deepEqual(
      [outcome?.is, outcome?.is === "permanent" && outcome.status, outcome?.reply],
      ["permanent", "5.4.7", "450 4.2.0 later"],
    )
  })

  test("waits as the schedule says, ten per cent around, the last wait repeated, never past its end", async () => {
    const hop = await nextHop(LATER)
    for (const [attempts, wait] of [
      [0, 60_000],
      [1, 600_000],
      [7, 600_000],
    ] as const) {
      const now = Date.now()
      const home = await through(to(hop.port, { retry: ["1m", "10m"] }), { delivery: { attempts } })
      const step = home.settled[0]?.step
      const waited = step?.then === "retry" ? step.at - now : 0
      assert.ok(waited >= wait * 0.9 && waited <= wait * 1.1 + 2_000, `${attempts}: ${waited}`)
    }
    const expiresAt = Date.now() + 5_000
    const home = await through(to(hop.port), { copy: { expiresAt } })
    const step = home.settled[0]?.step
    assert.equal(step?.then === "retry" && step.at, expiresAt)
    await hop.close()
  })

  test("comes again until the next hop takes it", async () => {
    const hop = await nextHop({ say: { RCPT: ["450 4.2.0 later", "450 4.2.0 later", "250 ok"] } })
    const home = house(to(hop.port, { retry: ["10ms"] }))
    home.put({})
    await home.until(3)
    await home.stop()
    await hop.close()
    assert.deepEqual(home.settled.map(met), ["4.2.0", "4.2.0", "delivered"])
  })
})

describe("a report", () => {
  test("is one for all failed recipients of the transaction, from nobody to the sender", async () => {
    const hop = await nextHop({ say: { RCPT: ["550 5.1.1 no", "250 ok", "551 5.1.6 moved"] } })
    const home = await through(to(hop.port), { to: ["x@n.example", "y@n.example", "z@n.example"] })
    await hop.close()
    const [report, ...others] = home.reports
    assert.ok(report)
    assert.equal(others.length, 0)
    assert.equal(report.transaction.envelope.from, null)
    assert.deepEqual(
      report.copies.map(({ recipient }) => recipient.address.text),
      ["a@agency.example"],
    )
    assert.equal(report.bounceable, false)
    const text = bytesOf(report).toString()
    assert.match(text, /Final-Recipient: rfc822; x@n\.example\r\nAction: failed\r\nStatus: 5\.1\.1\r\n/)
    assert.match(text, /Final-Recipient: rfc822; z@n\.example\r\nAction: failed\r\nStatus: 5\.1\.6\r\n/)
    assert.doesNotMatch(text, /y@n\.example/)
    assert.match(text, /text\/rfc822-headers[^]*Message-ID: <1@agency\.example>/)
  })

  for (const [what, given, returned, absent] of [
    ["RET=FULL returns a small message", { envelope: { ret: "FULL" } }, "message/rfc822", null],
    [
      "RET=FULL of a large one returns headers",
      { envelope: { ret: "FULL" }, body: `${BODY}${"x\r\n".repeat(20_000)}` },
      "text/rfc822-headers",
      "Xin chao",
    ],
    [
      "RET=FULL of an 8-bit one returns headers",
      { envelope: { ret: "FULL" }, body: `${BODY}Xin chào\r\n` },
      "text/rfc822-headers",
      "Xin chao",
    ],
    ["nothing asked returns headers", {}, "text/rfc822-headers", "Xin chao"],
  ] as const) {
    test(`with ${what}`, async () => {
      const hop = await nextHop(NO)
      const home = await through(to(hop.port), given)
      await hop.close()
      const text = home.reports.map((report) => bytesOf(report).toString()).join("")
      assert.ok(text.includes(`Content-Type: ${returned}\r\n`))
      assert.equal(text.includes("Xin chao"), absent === null)
    })
  }

  test("about mail whose body is lost goes out all the same", async () => {
    const hop = await nextHop(NO)
    const home = house(to(hop.port), {
      bodies: {
        ...house(to(1)).bodies,
        // oxlint-disable-next-line require-yield
        async *read() {
          throw await Promise.resolve(new Error("gone"))
        },
      },
    })
    home.put({})
    await home.until(1)
    await home.stop()
    await hop.close()
    assert.equal(home.reports.length, 1)
  })
})

describe("a released copy", () => {
  const hold: Hold = { kind: "quarantine", rules: [], until: 1 }
  const released: Given = { delivery: { reexamine: true } }
  for (const [what, answer, step, sent] of [
    ["found clean goes out", "clean", "done", 1],
    ["found bad is held again", { hold }, "hold", 0],
    ["that cannot be examined waits", "failed", "retry", 0],
    ["whose examination breaks waits", "throws", "retry", 0],
  ] as const) {
    test(what, async () => {
      const hop = await nextHop()
      const reexamine = () => (answer === "throws" ? Promise.reject(new Error("no")) : Promise.resolve(answer))
      const home = await through(to(hop.port), released, { reexamine })
      await hop.close()
      assert.equal(home.settled[0]?.step.then, step)
      assert.equal(hop.received.length, sent)
    })
  }
})

describe("a body that is not what was accepted", () => {
  const damaged = {
    async *read() {
      yield Buffer.from(BODY)
      await Promise.resolve()
      throw new BodyCorrupt("not the octets that were accepted")
    },
    open: () => assert.fail("nothing is written"),
    discard: () => Promise.resolve(),
  }

  test("is for an operator at once: no dot ends it, no other attempt comes", async () => {
    const hop = await nextHop({ say: { RCPT: ["250 ok", "550 5.1.1 no"] } })
    const given = { to: ["x@n.example", "y@n.example"], bounceable: false }
    const home = await through(to(hop.port), given, { bodies: damaged })
    await hop.close()
    assert.equal(hop.received.length, 0)
    assert.deepEqual(kinds(home.events), ["x@n.example set-aside", "y@n.example undeliverable"])
    assert.deepEqual(home.settled.map(({ step }) => step.then).toSorted(), ["hold", "set-aside"])
  })

  test("leaves nothing in a maildir", async (t) => {
    const root = await mkdtemp(join(tmpdir(), "congthu-"))
    t.after(() => rm(root, { recursive: true }))
    const home = await through(
      settings({ routes: [{ domains: ["*"], to: `maildir:${root}` }] }),
      {},
      { bodies: damaged },
    )
    assert.deepEqual(kinds(home.events), ["b@next.example set-aside"])
    assert.deepEqual(
      (await readdir(root, { recursive: true, withFileTypes: true })).filter((entry) => entry.isFile()),
      [],
    )
  })
})

describe("what breaks in our own hands", () => {
  const broken: Given = { copy: { edits: [{ at: 0, remove: 0 } as never] } }
  for (const [crashes, step, last] of [
    [0, "retry", "retried"],
    [MOST_CRASHES - 2, "retry", "retried"],
    [MOST_CRASHES - 1, "set-aside", "set-aside"],
  ] as const) {
    test(`an attempt that throws, after ${crashes} that broke too: ${last}`, async () => {
      const hop = await nextHop()
      const home = await through(to(hop.port), { ...broken, delivery: { crashes } })
      await hop.close()
      const [settled] = home.settled
      assert.equal(settled?.step.then, step)
      if (settled?.step.then === "retry") assert.equal(settled.step.crashed, true)
      assert.deepEqual(
        home.events.map(({ kind }) => kind),
        ["attempted", last],
      )
      assert.deepEqual([hop.received.length, home.reports.length], [0, 0])
    })
  }

  test("is not what a next hop says", async () => {
    const hop = await nextHop(LATER)
    const home = await through(to(hop.port), { delivery: { crashes: MOST_CRASHES - 1 } })
    await hop.close()
    const step = home.settled[0]?.step
    assert.deepEqual([step?.then, step?.then === "retry" && step.crashed], ["retry", undefined])
  })
})

describe("the runner", () => {
  test("gives back what has not had its turn when the lease ends, unattempted", async (t) => {
    const hop = await nextHop({ say: { DATA: "silent" } })
    t.after(() => hop.close())
    const url = `smtp://127.0.0.1:${hop.port}`
    const home = house(settings({ routes: [{ domains: ["*"], to: url, concurrency: 1 }], timeout: "200ms" }))
    t.after(() => home.stop())
    for (let message = 0; message < 40; message++) home.put({})
    await home.until(40)
    const back = home.settled.filter(({ outcome }) => outcome === null)
    assert.ok(back.length > 0 && back.length < 40, `${back.length} of 40 given back`)
    for (const { step } of back) assert.equal(step.then, "retry")
    assert.equal(home.events.filter(({ kind }) => kind === "attempted").length, home.settled.length - back.length)
  })

  test("keeps a crowd for one slow next hop from holding up another's mail", async (t) => {
    const [slow, swift] = [await nextHop({ say: { DATA: "silent" } }), await nextHop()]
    const route = (domain: string, port: number) => ({
      domains: [domain],
      to: `smtp://127.0.0.1:${port}`,
      concurrency: 2,
    })
    const routes = [route("slow.example", slow.port), route("*", swift.port)]
    const home = house(settings({ routes, concurrency: 5, timeout: "20s" }))
    t.after(async () => {
      await home.stop()
      await Promise.all([slow.close(), swift.close()])
    })
    for (let message = 0; message < 60; message++) home.put({ to: ["x@slow.example"] })
    home.put({ to: ["y@swift.example"] })
    const started = Date.now()
    home.start()
    while (swift.received.length === 0 && Date.now() - started < 10_000)
      await new Promise((done) => setTimeout(done, 10))
    assert.ok(Date.now() - started < 5_000, "it went its way while the other next hop said nothing")
  })

  test("says so when a lease was lost, and reports nothing", async () => {
    const hop = await nextHop(NO)
    const told: string[] = []
    const lost = Promise.withResolvers<void>()
    const log = { error: (words: string) => (told.push(words), lost.resolve()) }
    const home = house(to(hop.port), { loseLeases: true, log, onEvent: ({ kind }) => void told.push(kind) })
    home.put({})
    home.start()
    await lost.promise
    await home.stop()
    await hop.close()
    assert.deepEqual(told, ["lease lost, its copies will be attempted again"])
  })

  test("settles once more when the store failed, without sending again", async () => {
    const hop = await nextHop()
    const home = house(to(hop.port), { failSettles: 1 })
    home.put({})
    await home.until(1)
    await home.stop()
    await hop.close()
    assert.equal(hop.received.length, 1)
    assert.deepEqual(home.settled.map(met), ["delivered"])
  })

  test("tells each event once it is durable", async () => {
    const hop = await nextHop({ say: { RCPT: ["250 ok", "550 5.1.1 no"] } })
    const told: string[] = []
    const spans: number[] = []
    const home = await through(
      to(hop.port),
      { to: ["x@n.example", "y@n.example"] },
      { onEvent: ({ kind }) => void told.push(kind), onAttempt: (span) => void spans.push(span) },
    )
    await hop.close()
    assert.deepEqual(kinds(home.events), ["x@n.example delivered", "y@n.example bounced"])
    assert.deepEqual(told, ["attempted", "delivered", "attempted", "bounced", "accepted"])
    assert.ok(spans.length === 1 && (spans[0] ?? 0) > 0, "one attempt, timed")
  })

  test("lets a slow next hop end when it stops, and takes nothing new", async () => {
    const hop = await nextHop()
    const home = house(to(hop.port))
    home.put({ body: Buffer.concat([Buffer.from(BODY), Buffer.alloc(3_000_000, "x\r\n")]) })
    const settled = home.until(1)
    await new Promise(setImmediate)
    await home.stop()
    await settled
    home.put(acceptance())
    await new Promise(setImmediate)
    await hop.close()
    assert.deepEqual(
      home.rows.map(({ state }) => state),
      ["done", "queued"],
    )
  })

  test("ends an attempt before its lease ends, however slowly the next hop talks", async () => {
    const server = createServer((socket) => {
      const line = setInterval(() => socket.write("250-and then\r\n"), 20)
      socket.on("close", () => clearInterval(line)).on("error", () => undefined)
      socket.write("220 next.example ESMTP\r\n250-next.example\r\n")
    })
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    const { port } = server.address() as AddressInfo
    const start = Date.now()
    const home = await through(to(port, { timeout: "50ms" }), {})
    server.close()
    assert.deepEqual(home.settled.map(met), ["4.4.2"])
    assert.ok(Date.now() - start < 500, `${Date.now() - start} ms`)
  })
})
