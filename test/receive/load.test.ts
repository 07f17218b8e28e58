/** Load is shed before DATA: who cannot be served is told at once, in words, and may come again. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import { createLoad, type Room } from "../../src/receive/load.ts"

const PLENTY: Room = { space: 1e12, inodes: 1e9, memory: 1e8 }
const { limits } = settingsSchema.parse({
  hostname: "mx.agency.example",
  postmaster: "postmaster@agency.example",
  publicUrl: "http://127.0.0.1:8025",
  domains: ["agency.example"],
  policy: "unused",
  deliver: { routes: [{ domains: ["*"], to: "mx" }] },
  limits: { messageSize: "10MB", messagesInFlight: 2 },
})

test("the floor of free space is three times the largest message unless it is set", () => {
  assert.equal(limits.freeSpace, 30_000_000)
})

describe("a message begins", () => {
  const rows: readonly [string, Partial<Room>, number, string | null][] = [
    ["with room for it", {}, 10_000_000, null],
    ["at the floor of space", { space: 30_000_000 }, 0, null],
    ["below the floor of space", { space: 29_999_999 }, 0, "452 3.1"],
    ["with a declared size that would go below the floor", { space: 39_999_999 }, 10_000_000, "452 3.1"],
    ["with too few inodes", { inodes: 999 }, 0, "452 3.1"],
    ["with too much memory in use", { memory: 2e9 }, 0, "451 3.2"],
  ]
  for (const [what, room, size, refusal] of rows) {
    test(`${what}: ${refusal ?? "yes"}`, () => {
      const answer = createLoad(
        () => limits,
        () => ({ ...PLENTY, ...room }),
      ).refusal(size)
      assert.equal(answer && `${answer.code} ${answer.status.slice(2)}`, refusal)
    })
  }

  test("one too many waits until another is over", () => {
    const load = createLoad(
      () => limits,
      () => PLENTY,
    )
    load.begin()
    load.begin()
    assert.equal(load.refusal(0)?.code, 451)
    load.end()
    assert.equal(load.refusal(0), null)
  })
})
