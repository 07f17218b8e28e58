/** The log as its readers get it: a program of its own writes, its stdout is read. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { resolve } from "node:path"
import { describe, test } from "node:test"

const LOG = resolve(import.meta.dirname, "../../src/telemetry/log.ts")

function lines(level: string, body: string): readonly Record<string, unknown>[] {
  const program = `import { createLog, event } from ${JSON.stringify(LOG)}; const log = createLog("${level}"); ${body}`
  const out = execFileSync(process.execPath, ["--input-type=module", "-e", program], {
    encoding: "utf8",
    timeout: 9_000,
  })
  return out
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line))
}

const HELD = `{ kind: "held", at: 1000, transaction: "0123456789", recipient: "a@b.vn", by: "system", detail: { rules: ["x"], n: 3 } }`

describe("the log", () => {
  test("writes one JSON line for an event, named by its kind", () => {
    const [line, ...more] = lines("info", `event(log, ${HELD})`)
    assert.deepEqual(more, [])
    const { time, ...rest } = line ?? {}
    assert.match(String(time), /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)
    assert.deepEqual(rest, {
      level: "info",
      msg: "held",
      at: "1970-01-01T00:00:01.000Z",
      transaction: "0123456789",
      recipient: "a@b.vn",
      by: "system",
      detail: { rules: ["x"], n: 3 },
    })
  })

  test("warns of what somebody should look at", () => {
    const [line] = lines("warn", `event(log, ${HELD}); event(log, { ...${HELD}, kind: "undeliverable" })`)
    assert.equal(line?.["msg"], "undeliverable")
    assert.equal(line?.["level"], "warn")
  })

  test("bounds strings and shows neither controls nor direction marks", () => {
    const hostile = `"a\\r\\nb\\u202ec\\u0000" + "d".repeat(9000)`
    const [line] = lines("info", `log.info("x", { reply: ${hostile}, deep: { list: [${hostile}] } })`)
    const reply = String(line?.["reply"])
    assert.equal(reply.length, 500)
    assert.match(reply, /^a {2}b c d+$/)
    assert.deepEqual(line?.["deep"], { list: [reply] })
  })

  test("names an error and counts octets instead of printing them", () => {
    const [line] = lines("info", `log.error("x", { error: new Error("boom"), body: new Uint8Array(9) })`)
    assert.match(JSON.stringify(line?.["error"]), /^\{"error":"boom",/)
    assert.equal(line?.["body"], "9 octets")
  })

  test("survives what refers to itself", () => {
    const [line] = lines("info", `const a = {}; a.a = a; log.info("x", a)`)
    assert.equal(line?.["msg"], "x")
  })

  test("loses no line when the program exits at once", () => {
    assert.equal(lines("info", `for (let i = 0; i < 5000; i++) log.info("x", { i }); process.exit(0)`).length, 5_000)
  })

  test("keeps silent below its level", () => {
    assert.deepEqual(lines("warn", `log.info("x"); log.debug("y")`), [])
  })
})
