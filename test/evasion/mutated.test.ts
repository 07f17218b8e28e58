/** The short form of `npm run mutate`. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { mutate } from "./mutated.ts"

test("what is delivered is what was examined, whatever the message", async (t) => {
  const seed = 20_261_125
  const { messages, answered, accepted, madeAnew } = await mutate(150, seed)
  t.diagnostic(
    `${messages} messages, seed ${seed}: ${accepted} accepted, ${madeAnew} of them made anew, ${answered} answered`,
  )
  assert.ok(accepted > 30 && madeAnew > 15)
})
