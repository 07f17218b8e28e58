/** Versions of the policy and exceptions in the store: who may put what into force, and what each version judges by. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Draft } from "../../src/mail/version.ts"
import type { Records } from "../../src/store/store.ts"
import { acceptance, NOW, spool } from "./messages.ts"
import { serve } from "./stores.ts"

function draft(document: string, change: Partial<Draft> = {}): Draft {
  return {
    kind: "document",
    document,
    registry: { units: [], mailboxes: [] },
    base: null,
    author: "an",
    reason: "thử",
    origin: null,
    at: NOW,
    loosens: false,
    changes: [],
    ...change,
  }
}
async function kinds(records: Records): Promise<string[]> {
  return (await records.events(0, 1_000)).map(({ kind }) => kind)
}

describe("a version of the policy", () => {
  test("is in force at once when nothing is loosened, and waits for another person when something is", async (t) => {
    const { records } = await serve(t)
    assert.equal(await records.policyHead(), null)
    assert.deepEqual(await records.draftPolicy(draft("a", { loosens: true })), { is: "published", number: 1 })
    assert.deepEqual(await records.draftPolicy(draft("b", { base: 1 })), { is: "published", number: 2 })
    assert.deepEqual(await records.draftPolicy(draft("c", { base: 2, loosens: true })), { is: "waiting", number: 3 })
    assert.equal(await records.policyHead(), 2)
    assert.equal(await records.approvePolicy(3, "an", NOW), "same-person")
    assert.equal(await records.approvePolicy(3, "binh", NOW), "published")
    assert.equal(await records.approvePolicy(3, "binh", NOW), "not-waiting")
    assert.equal(await records.policyHead(), 3)
    const version = await records.policyVersion(3)
    assert.deepEqual([version?.document, version?.author, version?.approver], ["c", "an", "binh"])
    assert.deepEqual(await kinds(records), [
      "policy-published",
      "policy-published",
      "policy-drafted",
      "policy-published",
    ])
  })

  test("that was compared with one no longer in force changes nothing", async (t) => {
    const { records } = await serve(t)
    await records.draftPolicy(draft("a"))
    await records.draftPolicy(draft("b", { base: 1, loosens: true }))
    await records.draftPolicy(draft("c", { base: 1 }))
    assert.deepEqual(await records.draftPolicy(draft("d", { base: 1 })), { is: "stale" })
    assert.equal(await records.approvePolicy(2, "binh", NOW), "stale")
    assert.equal(await records.policyHead(), 3)
    assert.equal(await records.withdrawPolicy(2, "binh", NOW), true)
    assert.equal(await records.withdrawPolicy(2, "binh", NOW), false)
  })

  test("is by hand from the first that a person made, also while it waits; edited files and units are not", async (t) => {
    const { records } = await serve(t)
    const said = [await records.isPolicyByHand()]
    await records.draftPolicy(draft("a", { kind: "file" }))
    await records.draftPolicy(draft("a", { kind: "registry", base: 1 }))
    said.push(await records.isPolicyByHand())
    await records.draftPolicy(draft("b", { base: 2, loosens: true }))
    said.push(await records.isPolicyByHand())
    assert.deepEqual(said, [false, false, true])
  })

  test("of two approvals at once one counts", async (t) => {
    const { records } = await serve(t)
    await records.draftPolicy(draft("a"))
    await records.draftPolicy(draft("b", { base: 1, loosens: true }))
    const said = await Promise.all(["binh", "chi"].map((by) => records.approvePolicy(2, by, NOW)))
    assert.deepEqual(said.toSorted(), ["not-waiting", "published"])
  })

  test("with the same text and registry has the same content in its name", async (t) => {
    const { records } = await serve(t)
    await records.draftPolicy(draft("a"))
    await records.draftPolicy(draft("b", { base: 1 }))
    await records.draftPolicy(draft("a", { base: 2, kind: "rollback" }))
    const names = (await records.policyVersions(10)).map(({ name }) => name)
    assert.deepEqual(
      names.map((name) => name.slice(0, 2)),
      ["3-", "2-", "1-"],
    )
    assert.equal(names[0]?.slice(2), names[2]?.slice(2))
    assert.notEqual(names[0]?.slice(2), names[1]?.slice(2))
  })
})

const REQUEST = {
  id: "x1",
  rule: "webmail-official-out",
  owner: "tinh",
  unit: "xa",
  when: { is: "always" as const },
  reason: "lũ",
  basis: null,
  mail: null,
  requester: "an",
  start: NOW,
  end: NOW + 1_000,
}

describe("an exception", () => {
  test("is asked for by one person and granted by another; the next version has it, and the one after its end has not", async (t) => {
    const { records } = await serve(t)
    await records.requestException(REQUEST, NOW)
    await assert.rejects(records.grantException("x1", "binh", NOW), /no policy/)
    await records.draftPolicy(draft("a"))
    assert.equal(await records.grantException("x1", "an", NOW), "same-person")
    assert.equal(await records.grantException("x1", "binh", NOW), "granted")
    assert.equal(await records.grantException("x1", "chi", NOW), "not-requested")
    const held = async (number: number | null): Promise<number> =>
      (await records.policyVersion(number ?? 0))?.exceptions.length ?? -1
    assert.equal(await records.policyHead(), 2)
    assert.deepEqual([await held(1), await held(2)], [0, 1])
    assert.equal(await records.endExceptions(["x1", "x1", "other"], "chi", NOW, "xong"), 1)
    assert.deepEqual([await held(2), await held(await records.policyHead())], [1, 0])
    const counted = await kinds(records)
    for (const kind of ["requested", "exception-granted", "exception-ended"]) assert.ok(counted.includes(kind), kind)
  })

  test("counts the messages that it lets pass", async (t) => {
    const { records, bodies } = await serve(t)
    await records.draftPolicy(draft("a"))
    await records.requestException(REQUEST, NOW)
    await records.grantException("x1", "binh", NOW)
    const taken = acceptance({ id: "M1", spooled: await spool(bodies, Buffer.from("x")) })
    const [first] = taken.verdicts
    assert.ok(first !== undefined)
    const verdict = { ...first.verdict, lifted: [{ rule: "r", exception: "x1" }] }
    await records.accept({ ...taken, verdicts: [{ ...first, verdict }] }, [])
    const known = await records.exception("x1")
    assert.deepEqual([known?.uses, known?.lastUsedAt], [1, NOW])
  })

  test("that is denied is never granted", async (t) => {
    const { records } = await serve(t)
    await records.draftPolicy(draft("a"))
    await records.requestException(REQUEST, NOW)
    assert.equal(await records.denyException("x1", "binh", NOW, "không cần"), true)
    assert.equal(await records.grantException("x1", "binh", NOW), "not-requested")
    assert.deepEqual(
      (await records.exceptions("denied", 10)).map(({ id }) => id),
      ["x1"],
    )
  })
})

test("evidence goes with the events it belongs to", async (t) => {
  const { records } = await serve(t)
  const note = (n: number) =>
    records.note([{ kind: "rejected", at: NOW + n, transaction: `T${n}`, recipient: null, by: "client", detail: {} }], {
      at: NOW + n,
      transaction: `T${n}`,
      facts: `{"n":${n}}`,
    })
  for (const n of [1, 2, 3]) await note(n)
  assert.equal((await records.evidenceOf("T2"))?.facts, '{"n":2}')
  assert.deepEqual(
    (await records.evidence({ after: 0, since: NOW + 2 }, 10)).map(({ seq }) => seq),
    [2, 3],
  )
  await records.tidy({ events: NOW + 3, messages: 0 }, 10)
  assert.deepEqual(
    (await records.evidence({ after: 0, since: 0 }, 10)).map(({ seq }) => seq),
    [3],
  )
})
