/** What every engine of the records must do: each transition, its events, its races. */
import assert from "node:assert/strict"
import { randomBytes } from "node:crypto"
import { buffer, text } from "node:stream/consumers"
import { describe, test, type TestContext } from "node:test"
import type { Copy, Lease, Outcome, Settlement, Step } from "../../src/mail/delivery.ts"
import type { Bodies, CopyRef, Records, Store } from "../../src/store/store.ts"
import { acceptance, AN, copyTo, FOREVER, giveUp, holdUntil, HOUR, letGo, NOW, spool, type Wanted } from "./messages.ts"

/** A store of its own for one test, removed with it; `again` closes it and opens it anew. */
export interface Opened extends Store {
  readonly again: () => Promise<Store>
}
export type Open = (context: TestContext) => Promise<Opened>

const MINUTE = 60_000
const DELIVERED: Outcome = { is: "delivered", reply: "250 2.0.0 queued as 4Xyz", nextHop: "10.0.0.5" }
const BUSY: Outcome = {
  is: "temporary",
  status: "4.3.2",
  reply: "451 4.3.2 later",
  nextHop: "10.0.0.5",
  why: "replied",
}
const BROKEN: Outcome = { is: "temporary", status: "4.3.0", reply: null, nextHop: null, why: "internal error" }
const UNKNOWN: Outcome = {
  is: "permanent",
  status: "5.1.1",
  reply: "550 5.1.1 who?",
  nextHop: "10.0.0.5",
  why: "replied",
}

function all(transaction: string): CopyRef {
  return { transaction, recipient: null }
}
function settled(lease: Lease, outcome: Outcome | null, step: Step): Settlement[] {
  return lease.deliveries.map(({ id }) => ({ delivery: id, outcome, step }))
}
function idOf(lease: Lease): string {
  return lease.transaction.id
}
async function accept(
  store: Store,
  id: string,
  wanted: readonly Copy[] | Partial<Wanted> = {},
  at = NOW,
): Promise<void> {
  const spooled = await spool(store.bodies, Buffer.from(`body of ${id}`))
  const more = "length" in wanted ? { copies: wanted } : wanted
  await store.records.accept(acceptance({ id, spooled, at, ...more }), [])
}
async function leaseOne(records: Records, now = NOW): Promise<Lease> {
  const leases = await records.lease(now, 10, MINUTE)
  assert.equal(leases.length, 1)
  return leases[0] as Lease
}
async function kinds(records: Records): Promise<string[]> {
  return (await records.events(0, 1_000)).map((event) => event.kind)
}
async function textOf(bodies: Bodies, lease: Lease): Promise<string> {
  return text(bodies.read(lease.spooled))
}

export function testRecords(open: Open): void {
  describe("accept", { concurrency: 4 }, () => {
    test("what was accepted is leased as it was", async (t) => {
      const store = await open(t)
      const edits = [{ at: 0, remove: 0, insert: "Received: \xe9\r\n" }]
      const copies = [copyTo("b@agency.example", { edits, requireTls: true }), copyTo("c@agency.example", { edits })]
      const spooled = await spool(store.bodies, Buffer.from("Subject: x\r\n\r\nCông văn"))
      const wanted = acceptance({ id: "A1", spooled, copies })
      await store.records.accept(wanted, [])
      const lease = await leaseOne(store.records)
      assert.deepEqual(lease.transaction, wanted.transaction)
      assert.deepEqual(lease.summary, wanted.summary)
      assert.equal(lease.bounceable, true)
      assert.equal(lease.until, NOW + MINUTE)
      assert.equal(await textOf(store.bodies, lease), "Subject: x\r\n\r\nCông văn")
      assert.equal(lease.spooled.sha256, spooled.sha256)
      assert.equal(lease.spooled.eightBit, true)
      const [first, second] = lease.deliveries
      assert.ok(first !== undefined && second !== undefined)
      assert.deepEqual(
        { ...first, id: 0 },
        {
          id: 0,
          recipient: copies[0]?.recipient,
          edits,
          requireTls: true,
          attempts: 0,
          dueAt: NOW,
          expiresAt: FOREVER,
          reexamine: false,
          delayNoticed: false,
          crashes: 0,
          lifted: [],
          route: null,
        },
      )
      assert.equal(second.requireTls, false)
      assert.deepEqual(second.edits, edits)
    })

    test("what is accepted under a lease is what a lease would read, and nobody else's until that lapses", async (t) => {
      const store = await open(t)
      const copies = [
        copyTo("b@agency.example", { edits: [{ at: 0, remove: 0, insert: "X: 1\r\n" }], requireTls: true }),
        copyTo("held@agency.example", { hold: holdUntil(NOW + HOUR) }),
        copyTo("c@agency.example"),
      ]
      const spooled = await spool(store.bodies, Buffer.from("body of A1"))
      const given = await store.records.accept(acceptance({ id: "A1", spooled, copies }), [], NOW + MINUTE)
      assert.ok(given !== null)
      assert.deepEqual(await store.records.lease(NOW, 10, MINUTE), [])
      const [lapsed] = await store.records.lease(NOW + MINUTE, 10, MINUTE)
      assert.ok(lapsed !== undefined)
      assert.equal(await textOf(store.bodies, given), await textOf(store.bodies, lapsed))
      assert.deepEqual(
        { ...given, token: "", spooled: null },
        { ...lapsed, token: "", spooled: null, until: NOW + MINUTE },
      )
      assert.equal(await store.records.settle(given, settled(given, DELIVERED, { then: "done" }), [], []), false)
      assert.equal(await store.records.settle(lapsed, settled(lapsed, DELIVERED, { then: "done" }), [], []), true)
    })

    test("a message of which every copy waits for somebody gives no lease", async (t) => {
      const store = await open(t)
      const spooled = await spool(store.bodies, Buffer.from("body of A1"))
      const copies = [copyTo("held@agency.example", { hold: holdUntil(NOW + HOUR) })]
      assert.equal(await store.records.accept(acceptance({ id: "A1", spooled, copies }), [], NOW + MINUTE), null)
      assert.equal(await letGo(store.records, all("A1")), 1)
      assert.equal(idOf(await leaseOne(store.records)), "A1")
    })

    test("a transaction is accepted once, and its neighbours in the same commit are not harmed", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const results = await Promise.allSettled([accept(store, "A2"), accept(store, "A1"), accept(store, "A3")])
      assert.deepEqual(
        results.map((result) => result.status),
        ["fulfilled", "rejected", "fulfilled"],
      )
      assert.deepEqual(await store.records.counts(), { queued: 3, held: 0 })
      assert.deepEqual(await kinds(store.records), ["accepted", "accepted", "accepted"])
    })

    test("a message and its reports are one step", async (t) => {
      const store = await open(t)
      await accept(store, "taken")
      const spooled = await spool(store.bodies, Buffer.from("report"))
      const message = acceptance({ id: "A1", spooled })
      await assert.rejects(store.records.accept(message, [acceptance({ id: "taken", spooled })]))
      assert.equal(await store.records.show("A1"), null)
      await store.records.accept(message, [acceptance({ id: "report", spooled })])
      assert.deepEqual(await store.records.counts(), { queued: 3, held: 0 })
    })

    test("a message without copies is refused", async (t) => {
      const store = await open(t)
      await assert.rejects(accept(store, "A1", []))
    })

    test("it is all there after closing and opening again", async (t) => {
      const opened = await open(t)
      await accept(opened, "A1", [copyTo("b@agency.example"), copyTo("c@agency.example", { hold: holdUntil(FOREVER) })])
      await opened.records.note([
        {
          kind: "refused",
          at: NOW,
          transaction: "R1",
          recipient: null,
          by: "client",
          detail: { code: 550, rules: ["a"] },
        },
      ])
      const store = await opened.again()
      assert.deepEqual(await store.records.counts(), { queued: 1, held: 1 })
      assert.equal(await textOf(store.bodies, await leaseOne(store.records)), "body of A1")
      const refused = await store.records.show("R1")
      assert.deepEqual(refused?.rows, [])
      assert.deepEqual(refused?.events[0]?.detail, { code: 550, rules: ["a"] })
    })
  })

  describe("lease", { concurrency: 4 }, () => {
    test("earliest due first, whole messages where they fit", async (t) => {
      const { records, bodies, again } = await open(t)
      const store = { records, bodies, again }
      const three = ["b@x.example", "c@x.example", "d@x.example"].map((to) => copyTo(to))
      await accept(store, "late", three, NOW + 2)
      await accept(store, "early", three, NOW)
      await accept(store, "middle", three, NOW + 1)
      await accept(store, "future", three, NOW + HOUR)
      const leases = await records.lease(NOW + 10, 8, MINUTE)
      assert.deepEqual(
        leases.map((lease) => [lease.transaction.id, lease.deliveries.length]),
        [
          ["early", 3],
          ["middle", 3],
        ],
      )
      const [rest] = await records.lease(NOW + 10, 2, MINUTE)
      assert.deepEqual(
        [rest?.transaction.id, rest?.deliveries.length],
        ["late", 2],
        "one that never fits comes in parts",
      )
    })

    test("two leases at once share nothing", async (t) => {
      const { records, bodies, again } = await open(t)
      for (let i = 0; i < 20; i++) await accept({ records, bodies, again } as Store, `A${i}`)
      const both = await Promise.all([records.lease(NOW, 15, MINUTE), records.lease(NOW, 15, MINUTE)])
      const ids = both.flat().flatMap((lease) => lease.deliveries.map((delivery) => delivery.id))
      assert.deepEqual([ids.length, new Set(ids).size], [20, 20])
      assert.deepEqual(await records.lease(NOW, 15, MINUTE), [])
    })

    test("a lapsed lease may be taken by somebody else, and is then lost to the first", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const first = await leaseOne(store.records)
      assert.deepEqual(await store.records.lease(NOW + MINUTE - 1, 10, MINUTE), [])
      const second = await leaseOne(store.records, NOW + MINUTE)
      assert.notEqual(first.token, second.token)
      assert.equal(await store.records.settle(first, settled(first, DELIVERED, { then: "done" }), [], []), false)
      assert.equal(await store.records.settle(second, settled(second, DELIVERED, { then: "done" }), [], []), true)
    })

    test("a lapsed lease nobody took still counts", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const lease = await leaseOne(store.records)
      assert.equal(await store.records.settle(lease, settled(lease, DELIVERED, { then: "done" }), [], []), true)
      assert.deepEqual(await store.records.counts(), { queued: 0, held: 0 })
    })

    test("bulk yields to what people write, and is not starved", async (t) => {
      const store = await open(t)
      await accept(store, "B1", { bulk: true })
      await accept(store, "A1", { at: NOW + MINUTE })
      await accept(store, "A2", { at: NOW + 11 * MINUTE })
      const order: string[] = []
      for (let left = 3; left > 0; left--) order.push(...(await store.records.lease(NOW + HOUR, 1, HOUR)).map(idOf))
      assert.deepEqual(order, ["A1", "B1", "A2"])
    })

    test("bulk goes at once when nothing else is due", async (t) => {
      const store = await open(t)
      await accept(store, "B1", { bulk: true })
      await accept(store, "A1", { at: NOW + 1 })
      assert.deepEqual((await store.records.lease(NOW, 10, HOUR)).map(idOf), ["B1"])
    })
  })

  describe("what breaks our own hands", { concurrency: 4 }, () => {
    const crashed = { then: "retry", at: NOW, delayNoticed: false, crashed: true } as const
    async function crash(records: Records, lease: Lease, times: number): Promise<void> {
      let current = lease
      for (let left = times; left > 0; left--) {
        assert.equal(await records.settle(current, settled(current, BROKEN, crashed), [], []), true)
        if (left > 1)
          current = (await records.lease(NOW, 10, MINUTE)).find((one) => idOf(one) === idOf(lease)) ?? current
      }
    }

    test("is counted, and an attempt that comes to an end makes good for it", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      await crash(store.records, await leaseOne(store.records), 2)
      const third = await leaseOne(store.records)
      assert.deepEqual(
        third.deliveries.map(({ attempts, crashes }) => [attempts, crashes]),
        [[2, 2]],
      )
      await store.records.settle(third, settled(third, BUSY, { then: "retry", at: NOW, delayNoticed: false }), [], [])
      assert.equal((await leaseOne(store.records)).deliveries[0]?.crashes, 0)
    })

    test("a lease given back without an attempt counts as nothing", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      await crash(store.records, await leaseOne(store.records), 1)
      const lease = await leaseOne(store.records)
      await store.records.settle(lease, settled(lease, null, { then: "retry", at: NOW, delayNoticed: false }), [], [])
      const [again] = (await leaseOne(store.records)).deliveries
      assert.deepEqual([again?.attempts, again?.crashes], [1, 1])
    })

    test("suspects go one at a time, and hold up nobody", async (t) => {
      const store = await open(t)
      for (const id of ["P1", "P2"]) {
        await accept(store, id)
        await crash(store.records, await leaseOne(store.records), 2)
        const [suspect] = await store.records.queued(1)
        await store.records.hold({ transaction: suspect?.transaction ?? "", recipient: null }, "an", NOW, FOREVER)
      }
      for (const id of ["P1", "P2"]) await letGo(store.records, all(id))
      await accept(store, "A1", undefined, NOW + 1)
      assert.deepEqual((await store.records.lease(NOW + 1, 10, MINUTE)).map(idOf), ["P1", "A1"])
      assert.deepEqual(await store.records.lease(NOW + 1, 10, MINUTE), [], "the other waits")
      assert.deepEqual((await store.records.lease(NOW + 1 + MINUTE, 10, MINUTE)).map(idOf).slice(0, 1), ["P2"])
    })

    test("set aside it rests until an operator tries again, with a clean slate", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const lease = await leaseOne(store.records)
      await store.records.settle(lease, settled(lease, BROKEN, { then: "set-aside" }), [], [])
      assert.deepEqual(await store.records.lease(NOW + HOUR, 10, MINUTE), [])
      assert.match((await store.records.queued(10))[0]?.lastReply ?? "", /^set aside: 1 attempts? /)
      assert.equal(await store.records.retry(all("A1"), "an", NOW), 1)
      assert.equal((await leaseOne(store.records)).deliveries[0]?.crashes, 0)
    })
  })

  describe("a clock that was two days ahead", { concurrency: 4 }, () => {
    const AHEAD = NOW + 48 * HOUR

    test("leaves nothing waiting for that day, though nobody looked while it was wrong", async (t) => {
      const store = await open(t)
      assert.deepEqual(await store.records.lease(NOW, 10, MINUTE), [])
      await accept(store, "A1", undefined, AHEAD)
      await accept(store, "A2", undefined, NOW)
      assert.deepEqual((await store.records.lease(NOW + 1, 10, MINUTE)).map(idOf).toSorted(), ["A1", "A2"])
    })

    test("leaves nothing waiting after a start either", async (t) => {
      const store = await open(t)
      await accept(store, "A1", undefined, AHEAD)
      await accept(store, "A2", undefined, NOW)
      const { records } = await store.again()
      assert.deepEqual((await records.lease(NOW + 1, 10, MINUTE)).map(idOf).toSorted(), ["A1", "A2"])
    })
  })

  describe("settle", { concurrency: 4 }, () => {
    test("a temporary failure waits for its next time, with what was learnt", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const lease = await leaseOne(store.records)
      const step = { then: "retry", at: NOW + HOUR, delayNoticed: true } as const
      const event = {
        kind: "attempted",
        at: NOW,
        transaction: "A1",
        recipient: null,
        by: "system",
        detail: {},
      } as const
      await store.records.settle(lease, settled(lease, BUSY, step), [], [event])
      assert.deepEqual(await store.records.lease(NOW + HOUR - 1, 10, MINUTE), [])
      const [row] = await store.records.queued(10)
      assert.deepEqual([row?.attempts, row?.dueAt, row?.lastReply], [1, NOW + HOUR, "451 4.3.2 later"])
      const [delivery] = (await leaseOne(store.records, NOW + HOUR)).deliveries
      assert.deepEqual([delivery?.attempts, delivery?.delayNoticed, delivery?.dueAt], [1, true, NOW + HOUR])
      assert.deepEqual(await kinds(store.records), ["accepted", "attempted"])
    })

    test("no attempt was made: none is counted", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const lease = await leaseOne(store.records)
      await store.records.settle(lease, settled(lease, null, { then: "retry", at: NOW, delayNoticed: false }), [], [])
      assert.equal((await leaseOne(store.records)).deliveries[0]?.attempts, 0)
    })

    test("a bounce is accepted in the same step, or nothing happens", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      await accept(store, "taken", [copyTo("held@agency.example", { hold: holdUntil(NOW + HOUR) })])
      const lease = await leaseOne(store.records)
      const spooled = await spool(store.bodies, Buffer.from("report"))
      const bounced = settled(lease, UNKNOWN, { then: "bounced" })
      await assert.rejects(store.records.settle(lease, bounced, [acceptance({ id: "taken", spooled })], []))
      assert.equal((await store.records.queued(10)).length, 1)
      assert.equal(await store.records.settle(lease, bounced, [acceptance({ id: "report", spooled })], []), true)
      assert.equal((await leaseOne(store.records)).transaction.id, "report")
    })

    test("one copy of a lease may be settled before the others", async (t) => {
      const store = await open(t)
      await accept(store, "A1", [copyTo("b@x.example"), copyTo("c@x.example")])
      const lease = await leaseOne(store.records)
      const [first, second] = settled(lease, DELIVERED, { then: "done" })
      assert.ok(first !== undefined && second !== undefined)
      assert.equal(await store.records.settle(lease, [first], [], []), true)
      assert.equal(await store.records.settle(lease, [first, second], [], []), false, "the first is settled already")
      assert.equal(await store.records.settle(lease, [second], [], []), true)
    })

    test("what cannot be bounced waits for a person", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const lease = await leaseOne(store.records)
      const hold = { rules: [], kind: "undeliverable", until: NOW + HOUR } as const
      await store.records.settle(lease, settled(lease, UNKNOWN, { then: "hold", hold }), [], [])
      const [row] = await store.records.held(10)
      assert.deepEqual([row?.hold, row?.dueAt, row?.lastReply], [hold, null, "550 5.1.1 who?"])
    })
  })

  describe("operators", { concurrency: 4 }, () => {
    const transitions: readonly [string, (records: Records, ref: CopyRef) => Promise<number>, string][] = [
      ["retry makes queued copies due now", (records, ref) => records.retry(ref, "an", NOW - 5), "retried"],
      ["hold stops queued copies", (records, ref) => records.hold(ref, "an", NOW, NOW + HOUR), "held"],
      ["remove gives queued copies up", (records, ref) => records.remove(ref, "an", NOW), "discarded"],
      ["release lets held copies go", (records, ref) => letGo(records, ref), "released"],
      ["deny gives held copies up", (records, ref) => giveUp(records, ref), "denied"],
    ]
    for (const [sentence, change, kind] of transitions) {
      test(`${sentence}, with an event that says who, for that recipient or all`, async (t) => {
        const store = await open(t)
        const hold = kind === "released" || kind === "denied" ? holdUntil(NOW + HOUR) : null
        const copies = ["b@x.example", "c@x.example", "d@x.example"].map((to) => copyTo(to, { hold }))
        await accept(store, "A1", copies)
        await accept(store, "other", copies)
        assert.equal(await change(store.records, { transaction: "A1", recipient: "c@x.example" }), 1)
        assert.equal(await change(store.records, { transaction: "A1", recipient: "nobody@x.example" }), 0)
        const rest = kind === "retried" ? 3 : 2
        assert.equal(await change(store.records, all("A1")), rest)
        const events = (await store.records.events(0, 100)).filter((event) => event.kind === kind)
        assert.equal(events.length, 1 + rest)
        assert.deepEqual([events[0]?.transaction, events[0]?.recipient, events[0]?.by], ["A1", "c@x.example", "an"])
        assert.equal(await change(store.records, all("unknown")), 0)
      })
    }

    test("a released copy is due now and examined again, and released once", async (t) => {
      const store = await open(t)
      await accept(store, "A1", [copyTo("b@x.example", { hold: holdUntil(NOW + HOUR) })])
      assert.deepEqual(await store.records.lease(NOW, 10, MINUTE), [])
      const [first, second] = await Promise.all([
        letGo(store.records, all("A1"), { by: "an", reason: "công vụ", at: NOW + 7 }, FOREVER + 1),
        letGo(store.records, all("A1"), { by: "binh", reason: "", at: NOW + 7 }),
      ])
      assert.deepEqual([first, second], [1, 0])
      const [delivery] = (await leaseOne(store.records, NOW + 7)).deliveries
      assert.deepEqual([delivery?.reexamine, delivery?.dueAt, delivery?.expiresAt], [true, NOW + 7, FOREVER + 1])
      const [, event] = await store.records.events(0, 10)
      assert.deepEqual([event?.by, event?.detail], ["an", { reason: "công vụ" }])
    })

    test("copies on the wire are left alone", async (t) => {
      const store = await open(t)
      await accept(store, "A1")
      const lease = await leaseOne(store.records)
      assert.equal(await store.records.remove(all("A1"), "an", NOW + 1), 0)
      assert.equal(await store.records.hold(all("A1"), "an", NOW + 1, FOREVER), 0)
      assert.equal(await store.records.hold(all("A1"), "an", NOW + MINUTE, FOREVER), 1, "its lease has lapsed")
      assert.equal(await store.records.settle(lease, settled(lease, DELIVERED, { then: "done" }), [], []), false)
    })

    test("what was given up cannot be released", async (t) => {
      const store = await open(t)
      await accept(store, "A1", [copyTo("b@x.example", { hold: holdUntil(NOW + HOUR) })])
      const held = await store.records.heldCopies(all("A1"))
      const news = acceptance({ id: "news", spooled: await spool(store.bodies, Buffer.from("x")) })
      await giveUp(store.records, all("A1"))
      assert.equal(await store.records.release(held, AN, FOREVER, [news]), false)
      assert.equal(await store.records.show("news"), null, "and nobody is told that they were")
      assert.deepEqual(await store.records.counts(), { queued: 0, held: 0 })
    })

    test("a hold expires at its time, and tells what it was", async (t) => {
      const store = await open(t)
      const hold = holdUntil(NOW + HOUR)
      await accept(store, "A1", [copyTo("b@x.example", { hold }), copyTo("c@x.example", { hold: holdUntil(FOREVER) })])
      assert.deepEqual(await store.records.heldCopies({ overdueAt: NOW + HOUR - 1 }), [])
      const overdue = await store.records.heldCopies({ overdueAt: NOW + HOUR })
      assert.deepEqual(
        overdue.map(({ transaction, recipient, bounceable, hold: was }) => [
          transaction.id,
          transaction.envelope.from?.text,
          recipient.address.text,
          bounceable,
          was,
        ]),
        [["A1", "a@citizen.example", "b@x.example", true, hold]],
      )
      const news = acceptance({ id: "news", spooled: await spool(store.bodies, Buffer.from("x")) })
      assert.equal(await store.records.expire(overdue, NOW + HOUR, [news]), true)
      assert.equal(await store.records.expire(overdue, NOW + HOUR, [news]), false)
      assert.deepEqual(await kinds(store.records), ["accepted", "expired", "accepted"])
      assert.deepEqual(await store.records.counts(), { queued: 1, held: 1 })
    })
  })

  describe("threads", { concurrency: 4 }, () => {
    const DAY = 24 * HOUR
    const thread = {
      messageId: "<don@citizen.example>",
      correspondents: ["a@citizen.example", "an@citizen.example"],
      mailboxes: ["motcua@agency.example", "tiepdan@agency.example"],
    }
    const answer = {
      mailbox: "motcua@agency.example",
      correspondent: "a@citizen.example",
      messageIds: ["<other@x.example>", "<don@citizen.example>"],
    }
    const rows: readonly [string, Partial<typeof answer>, number, boolean][] = [
      ["an answer to what came is a reply", {}, NOW, true],
      ["also after 90 days", {}, NOW + 90 * DAY, true],
      ["but no later", {}, NOW + 90 * DAY + 1, false],
      ["also to whom its header names", { correspondent: "an@citizen.example" }, NOW, true],
      ["also from the other mailbox", { mailbox: "tiepdan@agency.example" }, NOW, true],
      ["not to somebody else", { correspondent: "binh@citizen.example" }, NOW, false],
      ["not from a mailbox that did not get it", { mailbox: "vanthu@agency.example" }, NOW, false],
      ["not to another message", { messageIds: ["<other@x.example>"] }, NOW, false],
      ["not when it names no message", { messageIds: [] }, NOW, false],
    ]
    test("what came is remembered by who wrote it, to which mailbox, as which message", async (t) => {
      const store = await open(t)
      const spooled = await spool(store.bodies, Buffer.from("đơn"))
      await store.records.accept(acceptance({ id: "A1", spooled, thread }), [])
      for (const [sentence, change, at, wanted] of rows) {
        assert.equal(await store.records.isReply({ ...answer, ...change }, at), wanted, sentence)
      }
    })

    test("what came twice counts from the second time", async (t) => {
      const store = await open(t)
      const spooled = await spool(store.bodies, Buffer.from("đơn"))
      await store.records.accept(acceptance({ id: "A1", spooled, thread, at: NOW + DAY }), [])
      await store.records.accept(acceptance({ id: "A2", spooled, thread, at: NOW }), [])
      assert.equal(await store.records.isReply(answer, NOW + 91 * DAY), true)
    })

    test("what was not accepted is not remembered", async (t) => {
      const store = await open(t)
      const spooled = await spool(store.bodies, Buffer.from("đơn"))
      await assert.rejects(store.records.accept(acceptance({ id: "A1", spooled, thread, copies: [] }), []))
      assert.equal(await store.records.isReply(answer, NOW), false)
    })

    test("later mail pushes out what is over", async (t) => {
      const store = await open(t)
      const spooled = await spool(store.bodies, Buffer.from("đơn"))
      await store.records.accept(acceptance({ id: "A1", spooled, thread }), [])
      const later = { ...thread, messageId: "<later@citizen.example>" }
      await store.records.accept(acceptance({ id: "A2", spooled, thread: later, at: NOW + 91 * DAY }), [])
      assert.equal(await store.records.isReply(answer, NOW), false)
      assert.equal(await store.records.isReply({ ...answer, messageIds: [later.messageId] }, NOW + 91 * DAY), true)
    })
  })

  describe("lists", { concurrency: 4 }, () => {
    test("queued, held and show tell of the same message", async (t) => {
      const store = await open(t)
      const hold = holdUntil(NOW + HOUR)
      await accept(store, "A1", [copyTo("b@x.example"), copyTo("c@x.example", { hold })])
      const row = {
        transaction: "A1",
        from: "a@citizen.example",
        subject: "Đơn đề nghị",
        size: 10,
        receivedAt: NOW,
        attempts: 0,
        expiresAt: FOREVER,
        lastReply: null,
      }
      const queued = { ...row, recipient: "b@x.example", dueAt: NOW, hold: null }
      const held = { ...row, recipient: "c@x.example", dueAt: null, hold }
      assert.deepEqual(await store.records.queued(10), [queued])
      assert.deepEqual(await store.records.held(10), [held])
      const shown = await store.records.show("A1")
      assert.deepEqual(shown?.rows, [queued, held])
      assert.deepEqual(
        shown?.verdicts.map((verdict) => verdict.recipient),
        ["b@x.example", "c@x.example"],
      )
      assert.deepEqual(
        shown?.events.map((event) => event.kind),
        ["accepted"],
      )
      assert.equal(await store.records.show("nothing"), null)
    })

    test("limits hold, and events go on where they were left", async (t) => {
      const store = await open(t)
      for (let i = 0; i < 5; i++) await accept(store, `A${i}`)
      assert.equal((await store.records.queued(3)).length, 3)
      const first = await store.records.events(0, 2)
      const rest = await store.records.events(first[1]?.seq ?? 0, 10)
      assert.deepEqual(
        [...first, ...rest].map((event) => event.transaction),
        ["A0", "A1", "A2", "A3", "A4"],
      )
    })
  })

  describe("bodies", { concurrency: 4 }, () => {
    for (const [name, size] of [
      ["none", 0],
      ["a short one", 5_000],
      ["the longest that is kept inline", 131_072],
      ["the shortest that is a file", 131_073],
      ["a long one", 3_000_001],
    ] as const) {
      test(`${name} comes back octet for octet`, async (t) => {
        const store = await open(t)
        const bytes = randomBytes(size)
        const writer = store.bodies.open()
        for (let at = 0; at < size; at += 50_000) await writer.write(bytes.subarray(at, at + 50_000))
        const spooled = await writer.finish()
        assert.equal(spooled.size, size)
        assert.deepEqual(await buffer(store.bodies.read(spooled)), bytes)
        await store.records.accept(acceptance({ id: "A1", spooled }), [])
        const lease = await leaseOne(store.records)
        assert.deepEqual(await buffer(store.bodies.read(lease.spooled)), bytes)
        const copied: Buffer[] = []
        for await (const lent of store.bodies.read(lease.spooled, true)) copied.push(Buffer.from(lent))
        assert.deepEqual(Buffer.concat(copied), bytes, "and so it does lent, piece by piece")
      })
    }

    test("writes that nobody waited for keep their order, and the caller may use its buffer again", async (t) => {
      const store = await open(t)
      const writer = store.bodies.open()
      const reused = Buffer.alloc(100_000)
      const written = []
      for (let i = 0; i < 5; i++) {
        reused.fill(i)
        written.push(writer.write(reused))
        await written.at(-1)
      }
      const piece = writer.write(Buffer.from("end"))
      const spooled = await writer.finish()
      await piece
      const read = await buffer(store.bodies.read(spooled))
      assert.deepEqual([read.length, read[0], read[499_999], read.subarray(-3).toString()], [500_003, 0, 4, "end"])
    })
  })
}
