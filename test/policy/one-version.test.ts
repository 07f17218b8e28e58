/** However often the policy changes meanwhile, a message is judged, answered and told of by one version of it. */
import assert from "node:assert/strict"
import { setImmediate } from "node:timers/promises"
import { test } from "node:test"
import { createGateway, type GatewayDeps } from "../../src/gateway.ts"
import { prepare } from "../../src/decide/decide.ts"
import type { InForce } from "../../src/judge.ts"
import { UNREAD } from "../../src/mail/content.ts"
import { known } from "../../src/mail/evidence.ts"
import { unreadable } from "../../src/mail/examination.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { CLIENT, message, rule, transaction } from "../decide/evidence.ts"
import { shipped } from "./shipped.ts"

const SPOOLED: Spooled = {
  at: { kind: "memory", bytes: Buffer.from("Subject: x\r\n\r\nx\r\n") },
  size: 17,
  sha256: "0".repeat(64),
  eightBit: false,
  key: Buffer.alloc(32),
}
const RECIPIENTS = ["a@hagiang.gov.vn", "b@hagiang.gov.vn", "c@hagiang.gov.vn"]

/** Holds what goes to the one recipient, and flags what goes to all; each version another one. */
function version(n: number): InForce {
  const base = shipped()
  const { policy } = base.prepared
  const owner = policy.units.find(({ parent }) => parent === null)?.id ?? ""
  const to = RECIPIENTS[n % RECIPIENTS.length] ?? ""
  const rules = [
    rule(`v${n}-hold`, { is: "address", at: ["rcpt-to"], in: [to] }, "hold", { owner }),
    rule(`v${n}-flag`, { is: "direction", in: ["outbound"] }, "flag", { owner }),
    ...policy.rules,
  ]
  const made = { ...policy, version: `v${n}`, rules }
  return {
    ...base,
    rules,
    prepared: prepare(made),
    imitations: () => [],
    hostname: "mx.example",
    publicUrl: "http://127.0.0.1",
    timezone: "Asia/Ho_Chi_Minh",
    expire: 1_000,
    keep: { hold: 1_000, quarantine: 1_000 },
    hops: 100,
    calendar: { timezone: "Asia/Ho_Chi_Minh", hours: {}, holidays: new Set(), workdays: new Set(), insteadAs: 1 },
  } as unknown as InForce
}

test("of a policy that changes with every turn of the loop", async () => {
  const versions = Array.from({ length: 12 }, (_, n) => version(n))
  let turn = 0
  const changing = async <T>(value: T): Promise<T> => {
    for (let n = 0; n < 3; n += 1) {
      await setImmediate()
      turn += 1
    }
    return value
  }
  const told: string[][] = []
  const taken: string[][] = []
  const deps: Partial<GatewayDeps> = {
    inForce: () => {
      turn += 1
      return versions[turn % versions.length] ?? assert.fail()
    },
    examine: () => changing({ ...unreadable("crashed", UNREAD), message: message(), findings: known([]) }),
    isReply: () => changing(false),
    keyedHash: () => "",
    passes: () => [],
    newId: () => "NEW",
    now: () => 0,
    discard: () => changing(undefined),
    seal: (_, acceptance) => changing(acceptance),
    tell: (_judgement, _plan, rules) => {
      told.push(rules.map(({ id }) => id).filter((id) => /^v\d/.test(id)))
      return changing({ events: [], mails: [] })
    },
    accept: ({ verdicts, copies }) => {
      taken.push([
        ...verdicts.flatMap(({ verdict }) => verdict.matched).filter((id) => /^v\d/.test(id)),
        ...copies.flatMap(({ hold }) => hold?.rules.map((one) => one.rule) ?? []),
      ])
      return changing(undefined)
    },
  }
  const gateway = createGateway(deps as GatewayDeps)
  for (let n = 0; n < 30; n += 1) {
    const given = { ...transaction("lan@sokhcn.tuyenquang.gov.vn", RECIPIENTS), client: CLIENT }
    assert.equal((await gateway.message(given, SPOOLED)).code, 250)
  }
  assert.equal(taken.length, 30)
  const used = new Set<string>()
  for (const [n, rules] of taken.entries()) {
    const [one = ""] = rules
    const name = one.split("-")[0] ?? ""
    assert.ok(rules.length > RECIPIENTS.length && rules.every((id) => id.startsWith(`${name}-`)), rules.join(" "))
    assert.ok(
      told[n]?.every((id) => id.startsWith(`${name}-`)),
      `judged by ${name}, told by ${told[n]?.join(" ")}`,
    )
    used.add(name)
  }
  assert.ok(used.size > 3, "the versions did change")
})
