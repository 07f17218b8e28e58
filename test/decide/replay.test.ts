/** Past mail judged again from what was kept: with the same policy the same, with another what it would have said. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import { decide } from "../../src/decide/decide.ts"
import { readRecord, record, SECRET } from "../../src/decide/record.ts"
import { createReplay, judge } from "../../src/decide/replay.ts"
import { createDirectory } from "../../src/identify/units.ts"
import { pending } from "../../src/mail/evidence.ts"
import type { Evidence } from "../../src/mail/evidence.ts"
import type { Policy } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { shipped, shippedText } from "../policy/shipped.ts"
import { evidence, message, policy, rule, transaction } from "./evidence.ts"
import { evidenceOf, someChange, someMail, somePolicy, standing } from "./random.ts"

const NOW = Date.UTC(2026, 10, 23, 2, 0)

/** Judged live, kept, read again. */
function kept(given: ReturnType<typeof standing>, facts: Evidence) {
  const verdict = decide(given.prepared, facts) as Verdict
  const text = record(given.prepared, [{ evidence: facts, verdict }]) ?? ""
  const [again] = readRecord({ seq: 1, at: facts.transaction.at, transaction: "T1", facts: text }) ?? []
  assert.ok(again !== undefined)
  return { verdict, again, text }
}

describe("replay", () => {
  test("with the policy that judged gives what it gave", () => {
    fc.assert(
      fc.property(somePolicy, someMail, (given, mail) => {
        const stand = standing(given)
        const facts = evidenceOf(mail, stand)
        const { verdict, again } = kept(stand, facts)
        const now = judge(again, stand)
        // What may be secret is not kept at all; here it is, and reads as not secret.
        if (facts.content.state === "known" && facts.content.value.secrecy !== "none") return true
        assert.deepEqual(now?.disposition, verdict.disposition)
        assert.deepEqual(now?.decisive, verdict.decisive)
        return true
      }),
      { numRuns: 2_000 },
    )
  })

  test("with another policy gives what that one would have given, or says that it cannot know", () => {
    let known = 0
    fc.assert(
      fc.property(someChange, someMail, ([before, after], mail) => {
        const [old, next] = [standing(before), standing(after)]
        const facts = evidenceOf(mail, old)
        if (facts.content.state === "known" && facts.content.value.secrecy !== "none") return true
        const now = judge(kept(old, facts).again, next)
        if (now === null) return true
        known += 1
        const live = decide(next.prepared, { ...facts, ...sides(next, facts) }) as Verdict
        return now.disposition === live.disposition
      }),
      { numRuns: 2_000 },
    )
    assert.ok(known > 500, `only ${known} could be judged again`)
  })

  test("counts what it cannot know: the secret, the unasked question about text, and what was refused at RCPT", () => {
    const asks = (glob: string): Policy => policy({ rules: [rule("s", { is: "subject", matches: [glob] }, "hold")] })
    const stand = (given: Policy) => ({
      ...standing(given),
      directory: createDirectory(given, ["tuyenquang.gov.vn"], NOW),
    })
    const old = stand(asks("*báo cáo*"))
    const { text } = kept(old, evidence({ transaction: transaction("an@so.tuyenquang.gov.vn", ["b@x.vn"]) }))
    const rows = [text, SECRET].map((facts, seq) => ({ seq, at: NOW, transaction: "T1", facts }))
    const told = (given: Policy) => {
      const replay = createReplay(stand(given), 10)
      for (const row of rows) replay.add(row)
      return replay.done()
    }
    assert.deepEqual([told(asks("*báo cáo*")).same, told(asks("*báo cáo*")).lost], [1, 1])
    assert.deepEqual([told(asks("*khác*")).same, told(asks("*khác*")).lost], [0, 2])

    const early = evidence({
      message: pending,
      findings: pending,
      content: pending,
      identity: pending,
      thread: pending,
    })
    const rejects = stand(policy({ rules: [rule("a", { is: "always" }, "reject")] }))
    const { again } = kept(rejects, early)
    assert.equal(judge(again, rejects)?.disposition, "reject")
    assert.equal(
      judge(again, stand(policy({ rules: [rule("b", { is: "official", in: ["official"] }, "hold")] }))),
      null,
    )
  })

  test("tells by rule, unit and direction what would be stricter and what milder", () => {
    const asking = (then: "hold" | "flag") => ({
      ...standing(policy({ rules: [rule("a", { is: "always" }, then)] })),
      directory: createDirectory(policy({}), ["tuyenquang.gov.vn"], NOW),
    })
    const { text } = kept(asking("hold"), evidence())
    const replay = createReplay(asking("flag"), 1)
    for (const seq of [1, 2]) replay.add({ seq, at: NOW, transaction: `T${seq}`, facts: text })
    const told = replay.done()
    assert.deepEqual([...told.byRule], [["a", { stricter: 0, milder: 2 }]])
    assert.deepEqual([...told.byUnit], [["so", { stricter: 0, milder: 2 }]])
    assert.deepEqual([...told.byDirection], [["outbound", { stricter: 0, milder: 2 }]])
    assert.deepEqual([...told.byTurn], [["hold → flag", 2]])
    assert.equal(told.turned.length, 1)
  })
})

function sides({ directory }: ReturnType<typeof standing>, facts: Evidence): Partial<Evidence> {
  const { from } = facts.transaction.envelope
  const proven = facts.authenticated ? from : null
  return {
    senderUnit: proven === null ? null : directory.unitOf(proven),
    senderClass: proven === null ? null : directory.classOf(proven),
    recipientUnit: directory.unitOf(facts.recipient),
    recipientClass: directory.classOf(facts.recipient),
  }
}

describe("what is kept of a message", () => {
  test("is no text of it", () => {
    const inForce = shipped(shippedText({ press: "bao@bao.vn" }))
    const stand = { prepared: inForce.prepared, directory: inForce.directory }
    const secretly = message({
      subject: "Chuyện riêng của tôi",
      text: "nội dung không ai được giữ",
      fields: [{ name: "X-Note", value: "trường đầu thư", start: 0, end: 1 }],
    })
    const { text } = kept(stand, evidence({ message: { state: "known", value: secretly } }))
    for (const word of ["riêng", "nội dung", "trường", "X-Note", "Chuyện"]) assert.ok(!text.includes(word), text)
    assert.ok(text.length < 500, `${text.length} octets: ${text}`)
  })
})

test("a hundred thousand verdicts are judged again with the shipped policy in ten seconds", () => {
  const inForce = shipped()
  const stand = { prepared: inForce.prepared, directory: inForce.directory }
  const COUNT = 100_000 / 20
  const rows = fc
    .sample(someMail, { numRuns: 50, seed: 1 })
    .map((mail) => kept(stand, evidenceOf(mail, standing(policy({})))).text)
  const begun = process.cpuUsage()
  const replay = createReplay(stand, 100)
  for (let seq = 0; seq < COUNT; seq += 1) {
    replay.add({ seq, at: NOW, transaction: "T", facts: rows[seq % rows.length] ?? "" })
  }
  const { judged } = replay.done()
  const used = process.cpuUsage(begun)
  assert.equal(judged, COUNT)
  const seconds = (used.user + used.system) / 1e6
  assert.ok(seconds < 10 / 20, `${COUNT} took ${seconds} s of CPU`)
})
