/** What every implementation of the shared port must do, for a gateway that nobody disturbs. */
import assert from "node:assert/strict"
import { randomUUID } from "node:crypto"
import { describe, test, type TestContext } from "node:test"
import { setTimeout as sleep } from "node:timers/promises"
import type { Shared } from "../../src/store/shared.ts"

/** Resolves when the gateway counts together with the others, if it has any. */
export type OpenShared = (t: TestContext) => Promise<Shared>

export function testShared(which: string, open: OpenShared): void {
  describe(which, { concurrency: 4 }, () => {
    test("each place taken counts, those left do not", async (t) => {
      const [shared, room] = [await open(t), randomUUID()]
      assert.deepEqual([await shared.enter(room), await shared.enter(room), await shared.enter(room)], [1, 2, 3])
      shared.leave(room)
      shared.leave(room)
      assert.equal(await shared.enter(room), 2)
    })

    test("rooms are counted apart", async (t) => {
      const [shared, room] = [await open(t), randomUUID()]
      await shared.enter(room)
      assert.equal(await shared.enter(`${room} another`), 1)
    })

    test("places taken at once are each counted", async (t) => {
      const [shared, room] = [await open(t), randomUUID()]
      const taken = await Promise.all(Array.from({ length: 20 }, () => shared.enter(room)))
      assert.equal(Math.max(...taken), 20)
      assert.ok(taken.every((number) => number >= 1))
    })

    test("a count grows, is read without growing, and begins anew after its span", async (t) => {
      const [shared, name] = [await open(t), randomUUID()]
      assert.equal(await shared.counted(name), 0)
      assert.equal(await shared.count(name, 150), 1)
      assert.equal(await shared.count(name, 150), 2)
      assert.deepEqual([await shared.counted(name), await shared.counted(name)], [2, 2])
      await sleep(170)
      assert.equal(await shared.counted(name), 0)
      assert.equal(await shared.count(name, 150), 1)
    })

    test("later counts do not make the span longer", async (t) => {
      const [shared, name] = [await open(t), randomUUID()]
      await shared.count(name, 150)
      await sleep(100)
      await shared.count(name, 150)
      await sleep(70)
      assert.equal(await shared.counted(name), 0)
    })

    test("what is remembered is recalled until its span is over", async (t) => {
      const [shared, name] = [await open(t), randomUUID()]
      assert.equal(await shared.recall(name), null)
      shared.remember(name, "sạch", 200)
      assert.equal(await shared.recall(name), "sạch")
      await sleep(230)
      assert.equal(await shared.recall(name), null)
    })

    test("nobody is woken by its own words", async (t) => {
      const shared = await open(t)
      const heard: string[] = []
      shared.onWake((topic) => heard.push(topic))
      shared.wake("policy")
      await sleep(50)
      assert.deepEqual(heard, [])
    })

    test("it is not alone among the others", async (t) => {
      assert.equal((await open(t)).alone(), null)
    })
  })
}
