/** A dictionary of guessed mailboxes costs a few events, not one for each guess; every code that was told is found. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { createRefusals, type Refusal } from "../../src/act/refusals.ts"
import type { MailEvent } from "../../src/mail/event.ts"

function refusal(id: number, client = "192.0.2.1", why = "unknown-recipient"): Refusal {
  const detail = { client, why, stage: "rcpt" }
  return { kind: "rejected", at: 0, transaction: `T${id}`, recipient: `r${id}@x.vn`, by: "client", detail }
}

test("the first twenty are told one by one, the others by one event at once and one with their number", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  const noted: MailEvent[] = []
  const refusals = createRefusals(async (events) => void noted.push(...events))
  const codes: string[] = []
  for (let n = 1; n <= 500; n++) codes.push(await refusals.tell(refusal(n)))
  await refusals.tell(refusal(501, "192.0.2.2"))
  await refusals.tell(refusal(502, "192.0.2.1", "relay-denied"))
  assert.equal(noted.length, 23)
  const durable = new Set(noted.map(({ transaction }) => transaction))
  assert.deepEqual(
    codes.filter((code) => !durable.has(code)),
    [],
  )
  assert.deepEqual(new Set(codes.slice(20)), new Set(["T21"]))

  context.mock.timers.tick(60_000)
  const flood = noted.at(-1)
  assert.equal(noted.length, 24)
  assert.deepEqual([flood?.transaction, flood?.recipient, flood?.detail["count"]], ["T21", null, 480])
  const named = flood?.detail["recipients"]
  assert.ok(Array.isArray(named) && named.length === 200 && named[0] === "r21@x.vn")

  assert.equal(await refusals.tell(refusal(503)), "T503")
})

test("a store that cannot write is told to each, and the next one tries anew", async (context) => {
  context.mock.timers.enable({ apis: ["setTimeout"] })
  let broken = true
  const refusals = createRefusals(() => (broken ? Promise.reject(new Error("disk full")) : Promise.resolve()))
  for (let n = 1; n <= 25; n++) await assert.rejects(refusals.tell(refusal(n)))
  broken = false
  assert.equal(await refusals.tell(refusal(26)), "T26")
  assert.equal(await refusals.tell(refusal(27)), "T26")
})
