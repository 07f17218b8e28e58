/** Metrics and health. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { EVENT_KINDS } from "../../src/mail/event.ts"
import { createHealth } from "../../src/telemetry/health.ts"
import { createMetrics } from "../../src/telemetry/metrics.ts"

describe("metrics", () => {
  test("count every kind of event from zero", async () => {
    const metrics = createMetrics()
    metrics.events.inc({ kind: "held" })
    const text = await metrics.text()
    for (const kind of EVENT_KINDS) {
      assert.match(text, new RegExp(`^congthu_events_total\\{kind="${kind}"\\} ${kind === "held" ? 1 : 0}$`, "m"))
    }
  })

  test("tell queue, sessions, times, the loop's lag and memory", async () => {
    const metrics = createMetrics()
    metrics.queue.set({ state: "queued" }, 3)
    metrics.queue.set({ state: "held" }, 1)
    metrics.sessions.inc()
    metrics.examination.observe(0.03)
    metrics.delivery.observe(2)
    const text = await metrics.text()
    for (const line of [
      'congthu_queue{state="queued"} 3',
      'congthu_queue{state="held"} 1',
      "congthu_sessions 1",
      'congthu_examination_seconds_bucket{le="0.025"} 0',
      'congthu_examination_seconds_bucket{le="0.05"} 1',
      "congthu_delivery_seconds_count 1",
    ]) {
      assert.ok(text.split("\n").includes(line), line)
    }
    assert.match(text, /^nodejs_eventloop_lag_p99_seconds /m)
    assert.match(text, /^process_resident_memory_bytes \d+$/m)
  })

  test("of two gateways in one process do not mix", async () => {
    const one = createMetrics()
    one.sessions.set(7)
    assert.match(await createMetrics().text(), /^congthu_sessions 0$/m)
  })
})

describe("health", () => {
  test("is down until every part has reported", () => {
    const health = createHealth(["store", "listeners"])
    assert.deepEqual(health.status(), {
      status: "down",
      parts: { store: { state: "down", why: "starting" }, listeners: { state: "down", why: "starting" } },
    })
    health.report("store", "ok")
    assert.equal(health.status().status, "down")
    health.report("listeners", "ok")
    assert.equal(health.status().status, "ok")
  })

  test("is as bad as its worst part", () => {
    const health = createHealth([])
    health.report("store", "ok")
    health.report("scanner", "degraded", "not configured")
    assert.equal(health.status().status, "degraded")
    assert.deepEqual(health.status().parts["scanner"], { state: "degraded", why: "not configured" })
    health.report("store", "down", "disk full")
    assert.equal(health.status().status, "down")
    health.report("store", "ok")
    assert.equal(health.status().status, "degraded")
  })
})
