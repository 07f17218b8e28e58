/** What is counted, in one table, for Prometheus. */
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from "prom-client"
import { EVENT_KINDS } from "../mail/event.ts"

export type Metrics = ReturnType<typeof createMetrics>

/** Seconds; the last bound is the deadline of an examination. */
const EXAMINATION = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 240]
/** Seconds of one attempt; a next hop may take its time. RFC 5321 §4.5.3.2. */
const DELIVERY = [0.01, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300]

export function createMetrics() {
  const registry = new Registry()
  const registers = [registry]
  const metrics = {
    events: new Counter({
      name: "congthu_events_total",
      help: "What happened to mail, by kind of event.",
      labelNames: ["kind"],
      registers,
    }),
    verdicts: new Counter({
      name: "congthu_verdicts_recalled_total",
      help: "Scanners' answers that a child asked for, by whether children and gateways knew them (hit) or not (miss).",
      labelNames: ["outcome"],
      registers,
    }),
    queue: new Gauge({
      name: "congthu_queue",
      help: "Copies in our custody, by state: queued or held.",
      labelNames: ["state"],
      registers,
    }),
    sessions: new Gauge({ name: "congthu_sessions", help: "SMTP sessions open now.", registers }),
    examination: new Histogram({
      name: "congthu_examination_seconds",
      help: "From the end of DATA to the verdict.",
      buckets: EXAMINATION,
      registers,
    }),
    delivery: new Histogram({
      name: "congthu_delivery_seconds",
      help: "One attempt at a next hop.",
      buckets: DELIVERY,
      registers,
    }),
  } as const
  // A rate needs a zero to start from.
  for (const kind of EVENT_KINDS) metrics.events.inc({ kind }, 0)
  for (const outcome of ["hit", "miss"]) metrics.verdicts.inc({ outcome }, 0)
  // The event loop's lag (nodejs_eventloop_lag_p99_seconds, since the last reading) and the process's memory.
  collectDefaultMetrics({ register: registry })
  return { ...metrics, contentType: registry.contentType, text: () => registry.metrics() }
}
