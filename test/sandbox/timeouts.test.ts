import assert from "node:assert/strict"
import { test } from "node:test"
import { UNREAD } from "../../src/mail/content.ts"
import { failed, known } from "../../src/mail/evidence.ts"
import { type Examination, unreadable } from "../../src/mail/examination.ts"
import { createTimeouts } from "../../src/sandbox/timeouts.ts"

const base = { ...unreadable("crashed", UNREAD), seen: [] }
const late: Examination = { ...base, findings: failed("timeout") }
const gone: Examination = { ...base, findings: failed("unreachable") }
const clean: Examination = { ...base, findings: known([]) }

/** What becomes of one message after another: name, examination → "failed" or the reasons found. */
function run(...messages: readonly (readonly [string, Examination])[]): readonly string[] {
  const timeouts = createTimeouts()
  return messages.map(([name, examination], at) => {
    const { findings } = timeouts(name, examination, at)
    return findings.state === "known" ? findings.value.map(({ kind, why }) => `${kind} ${why}`).join() : findings.state
  })
}

test("a first timeout is nobody's fault", () => assert.deepEqual(run(["a", late]), ["failed"]))
test("a second one is the message's, when the scanner answered about others meanwhile", () =>
  assert.deepEqual(run(["a", late], ["b", clean], ["a", late]), ["failed", "", "unscannable timeout"]))
test("what was found before stays found", () => {
  const forbidden = { kind: "forbidden-type", at: "2", why: "exe" } as const
  const part: Examination = { ...late, seen: [forbidden] }
  assert.deepEqual(run(["a", part], ["b", clean], ["a", part]), [
    "failed",
    "",
    "forbidden-type exe,unscannable timeout",
  ])
})
test("while the scanner answers nobody it stays the scanner's", () =>
  assert.deepEqual(run(["b", clean], ["a", late], ["b", late], ["a", late]), ["", "failed", "failed", "failed"]))
test("a scanner that cannot be reached is never the message's fault", () =>
  assert.deepEqual(run(["a", gone], ["b", clean], ["a", gone]), ["failed", "", "failed"]))
test("a message that was examined in the end starts anew", () =>
  assert.deepEqual(run(["a", late], ["b", clean], ["a", clean], ["a", late]), ["failed", "", "", "failed"]))
