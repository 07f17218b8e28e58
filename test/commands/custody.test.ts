/** What is done with a body when the store fails: it is discarded only when nobody can have taken it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { PerhapsTaken } from "../../src/act/act.ts"
import { accept } from "../../src/commands/custody.ts"
import type { Runner } from "../../src/deliver/runner.ts"
import { createGateway, type GatewayDeps } from "../../src/gateway.ts"
import type { Acceptance } from "../../src/mail/delivery.ts"
import { StoreError, type StoreFault } from "../../src/store/error.ts"
import type { Records } from "../../src/store/store.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { transaction } from "../decide/evidence.ts"

const runner = { reserve: () => null, wake: () => {} } as unknown as Runner
const acceptance = { copies: [], bulk: false } as unknown as Acceptance

describe("the store fails to take a message", () => {
  for (const [fault, isCertain] of [
    ["full", true],
    ["busy", true],
    ["refused", true],
    ["unreadable", true],
    ["io", false],
    ["closed", false],
    ["corrupt", false],
  ] as const satisfies readonly (readonly [StoreFault, boolean])[]) {
    test(`${fault}: ${isCertain ? "it was not taken" : "nobody knows"}`, async () => {
      const records = { accept: () => Promise.reject(new StoreError(fault, fault)) } as unknown as Records
      await assert.rejects(accept(acceptance, [], { records, runner }), isCertain ? StoreError : PerhapsTaken)
    })
  }
})

describe("a message that could not be answered", () => {
  for (const [what, error, discarded] of [
    ["is forgotten when it was not taken", new StoreError("full", "full"), 1],
    ["keeps its body when perhaps it was", new PerhapsTaken("the store ended"), 0],
  ] as const) {
    test(what, async () => {
      let count = 0
      const deps = {
        inForce: () => {
          throw error
        },
        discard: () => {
          count++
          return Promise.resolve()
        },
      } as unknown as GatewayDeps
      const given = transaction("an@example.org", ["b@tuyenquang.gov.vn"])
      await assert.rejects(createGateway(deps).message(given, {} as Spooled), error)
      assert.equal(count, discarded)
    })
  }
})
