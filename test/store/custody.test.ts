/** What waits for people: words that race, a restart in the middle, links, permissions, what must be kept; one outcome each time. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { HeldCopy, Hold, Offer } from "../../src/mail/delivery.ts"
import type { MailEvent } from "../../src/mail/event.ts"
import type { Proof, Word } from "../../src/store/custody.ts"
import type { Records, Store } from "../../src/store/store.ts"
import { acceptance, copyTo, FOREVER, HOUR, NOW, spool } from "./messages.ts"
import { serve } from "./stores.ts"

const HOLD: Hold = {
  kind: "hold",
  rules: [
    { rule: "webmail", kind: "hold" },
    { rule: "restricted", kind: "hold", approvals: 2 },
  ],
  until: NOW + 24 * HOUR,
  care: { unit: "so", direction: "outbound", urgency: "ordinary", due: NOW + HOUR, findings: [] },
}
const EVENT: MailEvent = { kind: "noticed", at: NOW, transaction: "A1", recipient: null, by: "test", detail: {} }

async function held(store: Store, id = "A1", recipients = ["b@gmail.com"]): Promise<readonly HeldCopy[]> {
  const spooled = await spool(store.bodies, Buffer.from("x"))
  const copies = recipients.map((recipient) => copyTo(recipient, { hold: HOLD }))
  await store.records.accept(acceptance({ id, spooled, copies }), [])
  return store.records.heldCopies({ transaction: id, recipient: null })
}

function word(copy: HeldCopy, rules: readonly string[], release: boolean): Word {
  return { copy: copy.id, rules, known: copy.approvals.length, release: release ? [] : null }
}

function say(records: Records, by: string, copies: readonly HeldCopy[], words: readonly Word[]): Promise<boolean> {
  return records.approve(copies, words, { by, reason: "đúng", at: NOW, expiresAt: FOREVER }, [])
}

async function kinds(records: Records): Promise<readonly string[]> {
  return (await records.events(0, 100)).map(({ kind }) => kind)
}

describe("a copy that two rules hold", () => {
  test("goes when the last word needed is said, also after a restart between the two", async (t) => {
    const opened = await serve(t)
    const [copy] = await held(opened)
    assert.ok(copy)
    assert.equal(await say(opened.records, "an", [copy], [word(copy, ["webmail", "restricted"], false)]), true)
    assert.equal((await opened.records.lease(NOW + 1, 10, HOUR)).length, 0)
    const { records } = await opened.again()
    const [again] = await records.heldCopies({ transaction: "A1", recipient: null })
    assert.deepEqual(again?.approvals.map(({ rule, by }) => `${by}: ${rule}`).toSorted(), [
      "an: restricted",
      "an: webmail",
    ])
    assert.ok(again)
    assert.equal(await say(records, "binh", [again], [word(again, ["restricted"], true)]), true)
    const [lease] = await records.lease(NOW + 1, 10, HOUR)
    assert.equal(lease?.deliveries[0]?.reexamine, true)
    assert.deepEqual(
      (await kinds(records)).filter((kind) => kind === "approved" || kind === "released"),
      ["approved", "released"],
    )
  })

  test("of words that race only one is the first: the other is told and counts anew", async (t) => {
    const { records, bodies } = await serve(t)
    const [copy] = await held({ records, bodies })
    assert.ok(copy)
    const both = await Promise.all(
      ["an", "binh"].map((by) => say(records, by, [copy], [word(copy, ["webmail", "restricted"], false)])),
    )
    assert.equal(both.filter(Boolean).length, 1)
    assert.equal((await records.heldCopies({ transaction: "A1", recipient: null }))[0]?.approvals.length, 2)
  })

  test("released and denied at once has one outcome", async (t) => {
    const { records, bodies } = await serve(t)
    const [copy] = await held({ records, bodies })
    assert.ok(copy)
    const done = await Promise.all([
      say(records, "an", [copy], [word(copy, ["webmail", "restricted"], true)]),
      records.deny([copy], { by: "binh", reason: "sai", at: NOW }, []),
      records.expire([copy], NOW, []),
    ])
    assert.equal(done.filter(Boolean).length, 1)
    const ends = (await kinds(records)).filter((kind) => ["released", "denied", "expired"].includes(kind))
    assert.equal(ends.length, 1)
  })

  test("held again needs new words", async (t) => {
    const { records, bodies } = await serve(t)
    const [copy] = await held({ records, bodies })
    assert.ok(copy)
    await say(records, "an", [copy], [word(copy, ["webmail", "restricted"], true)])
    const [lease] = await records.lease(NOW + 1, 10, HOUR)
    assert.ok(lease)
    const step = { then: "hold", hold: { ...HOLD, rules: [], kind: "quarantine" } } as const
    await records.settle(lease, [{ delivery: copy.id, outcome: null, step }], [], [])
    const [again] = await records.heldCopies({ transaction: "A1", recipient: null })
    assert.deepEqual(again?.approvals, [])
  })
})

describe("lists of what waits", () => {
  test("are of one's own units, the soonest due first, page by page", async (t) => {
    const { records, bodies } = await serve(t)
    for (const [index, unit] of ["so", "xa", "so", "so"].entries()) {
      const spooled = await spool(bodies, Buffer.from("x"))
      const care = { ...HOLD.care, unit, due: NOW + (4 - index) * HOUR } as NonNullable<Hold["care"]>
      const copies = [copyTo("b@gmail.com", { hold: { ...HOLD, care } })]
      await records.accept(acceptance({ id: `M${index}`, spooled, copies }), [])
    }
    const first = await records.heldPage(["so"], null, 2)
    const second = await records.heldPage(["so"], first.at(-1)?.id ?? null, 2)
    assert.deepEqual(
      [...first, ...second].map(({ transaction }) => transaction.id),
      ["M3", "M2", "M0"],
    )
    const one = { waiting: 1, overdue: 1, oldest: NOW + 3 * HOUR, ages: [1, 0, 0, 0] }
    assert.deepEqual(await records.waiting(["xa"], NOW + 3 * HOUR), one)
    assert.deepEqual((await records.waiting(null, NOW + 48 * HOUR)).ages, [0, 4, 0, 0])
    assert.deepEqual((await records.waiting(null, NOW + 240 * HOUR)).ages, [0, 0, 0, 4])
    assert.equal((await records.waiting(null, NOW)).waiting, 4)
  })

  test("several copies of one message are one case, asked for once at each step", async (t) => {
    const { records, bodies } = await serve(t)
    await held({ records, bodies }, "A1", ["b@gmail.com", "c@gmail.com"])
    assert.deepEqual(await records.dueCases(NOW, 10), [])
    const due = await records.dueCases(NOW + HOUR, 10)
    assert.deepEqual(
      due.map(({ stage, copies }) => [stage, copies.length]),
      [[0, 2]],
    )
    const [first] = due
    assert.ok(first)
    const asked = await Promise.all([1, 2].map(() => records.escalate(first, NOW + 5 * HOUR, [], EVENT)))
    assert.equal(asked.filter(Boolean).length, 1)
    assert.deepEqual(
      (await records.dueCases(NOW + 5 * HOUR, 10)).map(({ stage }) => stage),
      [1],
    )
  })
})

describe("what must be kept", () => {
  test("does not expire, and outlives its denial until it need not be kept any more", async (t) => {
    const { records, bodies } = await serve(t)
    const copies = await held({ records, bodies })
    assert.equal(await records.legalHold("A1", "thanh tra", EVENT), true)
    assert.deepEqual(await records.heldCopies({ overdueAt: NOW + 1_000 * HOUR }), [])
    assert.equal(await records.deny(copies, { by: "an", reason: "sai", at: NOW }, []), true)
    assert.notEqual(await records.body("A1"), null)
    assert.equal(await records.legalHold("A1", null, EVENT), true)
    assert.equal(await records.body("A1"), null)
    assert.equal(await records.legalHold("A1", "quá muộn", EVENT), false)
  })
})

describe("a link", () => {
  const OFFER: Offer = {
    transaction: "A1",
    mailbox: "a@citizen.example",
    kind: "refused",
    unit: "so",
    digest: "digest",
    code: "typed",
    until: NOW + HOUR,
    refused: { recipients: ["b@gmail.com"], rules: [{ rule: "webmail", approvals: 1 }], content: "hash", at: NOW },
  }
  const WHY = { category: "citizen", reason: "trả kết quả", nextAt: NOW + HOUR }
  const proof = (code: string, now = NOW): Proof => ({ digest: "digest", code, now })
  async function offered(store: Store, offer = OFFER): Promise<void> {
    const mail = acceptance({ id: `MAIL${Math.random()}`, spooled: await spool(store.bodies, Buffer.from("x")) })
    assert.equal(await store.records.offer(offer, mail, EVENT), true)
  }

  test("works once, for whoever has the code beside it, in time", async (t) => {
    const store = await serve(t)
    await offered(store)
    const { records } = store
    assert.equal(await records.ask({ ...proof("typed"), digest: "another" }, WHY, [], EVENT), "gone")
    assert.equal(await records.ask(proof("guess"), WHY, [], EVENT), "wrong-code")
    assert.equal(await records.ask(proof("typed", NOW + HOUR), WHY, [], EVENT), "gone", "too late")
    const both = await Promise.all([1, 2].map(() => records.ask(proof("typed"), WHY, [], EVENT)))
    assert.deepEqual(both.toSorted(), ["done", "gone"])
  })

  test("is dead after five wrong codes", async (t) => {
    const store = await serve(t)
    await offered(store)
    for (let tries = 0; tries < 5; tries++)
      assert.equal(await store.records.ask(proof("no"), WHY, [], EVENT), "wrong-code")
    assert.equal(await store.records.ask(proof("typed"), WHY, [], EVENT), "gone")
    await offered(store, { ...OFFER, digest: "new" })
    assert.equal(
      await store.records.ask({ ...proof("typed"), digest: "new" }, WHY, [], EVENT),
      "done",
      "a new one lives",
    )
  })

  test("about held mail is asked no more once that was decided", async (t) => {
    const store = await serve(t)
    const copies = await held(store)
    await offered(store, { ...OFFER, kind: "held", refused: null })
    await store.records.ask(proof("typed"), WHY, [], EVENT)
    assert.equal((await store.records.appeals(null, "requested", 10)).length, 1)
    assert.equal(await store.records.deny(copies, { by: "an", reason: "sai", at: NOW }, []), true)
    assert.deepEqual(await store.records.appeals(null, "requested", 10), [])
  })

  test("that was granted brings one permission, which one message uses", async (t) => {
    const store = await serve(t)
    await offered(store)
    const { records, bodies } = store
    await records.ask(proof("typed"), WHY, [], EVENT)
    const appeal = await records.appeal({ digest: "digest" })
    assert.ok(appeal)
    const terms = { content: "hash", sender: OFFER.mailbox, recipients: ["b@gmail.com"], rules: ["webmail"] }
    const pass = { transaction: "A1", ...terms, until: NOW + HOUR }
    const granted = await Promise.all(
      ["an", "binh"].map((by) =>
        records.decideAppeal(appeal, { by, at: NOW, then: "approved" }, pass, { notices: [], events: [] }),
      ),
    )
    assert.equal(granted.filter(Boolean).length, 1)
    const [live] = await records.passes(NOW)
    assert.deepEqual(live?.rules, ["webmail"])
    const send = async (id: string) =>
      records.accept(
        { ...acceptance({ id, spooled: await spool(bodies, Buffer.from("x")) }), uses: [live?.id ?? 0] },
        [],
      )
    const sent = await Promise.allSettled(["R1", "R2"].map(send))
    assert.deepEqual(sent.map(({ status }) => status).toSorted(), ["fulfilled", "rejected"])
    assert.deepEqual(await records.passes(NOW), [])
  })
})
