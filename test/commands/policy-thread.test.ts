/** Policies are read, looked over and compared beside the mail: with the same answers, and never in its way. */
import assert from "node:assert/strict"
import { after, describe, test } from "node:test"
import { load } from "../../src/commands/load.ts"
import { contextOf, withPolicy } from "../../src/commands/policy-source.ts"
import { STUDY_HERE } from "../../src/commands/policy-study.ts"
import { openStudy } from "../../src/commands/policy-thread.ts"
import { decide } from "../../src/decide/decide.ts"
import { NO_REGISTRY } from "../../src/mail/version.ts"
import { largePolicy, mailFor } from "../decide/large.ts"
import { documentsOf, textOf } from "../decide/large-text.ts"

const loaded = load("config/gateway.yaml")
if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
const base = loaded.configuration
const NOW = Date.UTC(2026, 10, 23, 2, 0)
const context = contextOf(base, NOW)
/** Ms of work in one turn of the loop that mail would wait for; at the 99th percentile it waits no longer than 50. */
const MOST_WORK = 50

const small = largePolicy(40, 100)
const old = { name: "old", document: textOf(small), registry: NO_REGISTRY, exceptions: documentsOf(small) }
const next = { ...old, document: textOf({ ...small, rules: small.rules.slice(1) }) }

describe("the thread for policies", () => {
  const thread = openStudy()
  after(() => thread.close())

  test("answers as the work itself does", async () => {
    assert.deepEqual(await thread.read(old, context), await STUDY_HERE.read(old, context))
    assert.deepEqual(await thread.lint(old, context), await STUDY_HERE.lint(old, context))
    const found = await thread.difference(old, next, context)
    assert.deepEqual(found, await STUDY_HERE.difference(old, next, context))
    assert.equal(found.loosens, true)
  })

  test("tells every fault of a text, and goes on after work that breaks", async () => {
    const faulty = { ...old, document: "units: [{ id: A }]" }
    const said = await thread.read(faulty, context)
    assert.deepEqual(said, await STUDY_HERE.read(faulty, context))
    assert.ok(!said.ok && said.faults.length > 1)
    await assert.rejects(thread.lint(faulty, context))
    assert.ok((await thread.read(old, context)).ok)
  })

  test("takes no more once it is closed, and leaves nobody without an answer", async () => {
    const another = openStudy()
    const asked = assert.rejects(another.read(old, context))
    await another.close()
    await asked
    await assert.rejects(another.read(old, context), /closed/)
  })
})

test("a thousand rules and ten thousand exceptions come into force while mail goes on, whole", async () => {
  const large = largePolicy()
  const source = { name: "large", document: textOf(large), registry: NO_REGISTRY, exceptions: documentsOf(large) }
  const thread = openStudy()
  // The thread's start is not what is measured.
  await thread.read(old, context)
  let [last, most] = [work(), 0]
  const timer = setInterval(() => {
    const now = work()
    most = Math.max(most, now - last)
    last = now
  }, 1)
  const read = await withPolicy(base, source, { study: thread, now: NOW })
  clearInterval(timer)
  await thread.close()
  assert.ok(read.ok, read.ok ? "" : read.faults[0])
  assert.ok(most < MOST_WORK, `${most.toFixed(0)} ms of work at once`)
  const here = await withPolicy(base, source, { study: STUDY_HERE, now: NOW })
  assert.ok(here.ok)
  for (let n = 0; n < 50; n += 1) {
    const verdict = decide(read.configuration.inForce.prepared, mailFor(n))
    assert.deepEqual(verdict, decide(here.configuration.inForce.prepared, mailFor(n)))
  }
})

/** Ms of CPU of this thread. */
function work(): number {
  const { user, system } = process.threadCpuUsage()
  return (user + system) / 1_000
}
