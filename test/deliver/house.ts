/** A runner with records and bodies in memory, its settings, and messages to give it. */
import { createHash } from "node:crypto"
import { settingsSchema, type Settings } from "../../src/config/schema.ts"
import { createRunner, type RunnerDeps } from "../../src/deliver/runner.ts"
import { parseAddress, type Address } from "../../src/mail/address.ts"
import type { Acceptance, Copy, Delivery, Lease, Settlement } from "../../src/mail/delivery.ts"
import type { MailEvent } from "../../src/mail/event.ts"
import type { Envelope, Recipient, Spooled } from "../../src/mail/transaction.ts"
import type { Bodies, Records } from "../../src/store/store.ts"
import { OFFICE } from "../notify/office.ts"

export function settings(deliver: Record<string, unknown>, more: Record<string, unknown> = {}): Settings {
  return settingsSchema.parse({
    hostname: "mx.agency.example",
    postmaster: "postmaster@agency.example",
    publicUrl: "http://127.0.0.1:8025",
    domains: ["agency.example"],
    policy: "unused",
    deliver: { timeout: "400ms", ...deliver },
    ...more,
  })
}

export function address(text: string): Address {
  const parsed = parseAddress(text)
  if (parsed === null) throw new Error(`no address: ${text}`)
  return parsed
}

export interface Given {
  readonly from?: string | null
  readonly to?: readonly (string | Recipient)[]
  readonly body?: string | Uint8Array
  readonly envelope?: Partial<Envelope>
  readonly copy?: Partial<Copy>
  readonly copies?: readonly Partial<Copy>[]
  readonly delivery?: Partial<Delivery>
  readonly bounceable?: boolean
  readonly at?: number
}

export const BODY = "From: a@agency.example\r\nSubject: thu\r\nMessage-ID: <1@agency.example>\r\n\r\nXin chao\r\n"

export function spool(body: string | Uint8Array): Spooled {
  const bytes = typeof body === "string" ? Buffer.from(body) : body
  return {
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    eightBit: bytes.some((octet) => octet > 127),
    key: new Uint8Array(32),
    at: { kind: "memory", bytes },
  }
}

let serial = 0

export function acceptance(given: Given = {}): Acceptance {
  const to = (given.to ?? ["b@next.example"]).map((one) =>
    typeof one === "string" ? { address: address(one), notify: null, orcpt: null } : one,
  )
  const at = given.at ?? Date.now()
  return {
    transaction: {
      id: `T${String(++serial).padStart(9, "0")}`,
      client: { ip: "127.0.0.1", helo: "pc", tls: null, user: "a", listener: "submission", trusted: true },
      envelope: {
        from: given.from === null ? null : address(given.from ?? "a@agency.example"),
        to,
        body: "8BITMIME",
        smtputf8: false,
        requireTls: false,
        ret: null,
        envid: null,
        ...given.envelope,
      },
      at,
    },
    spooled: spool(given.body ?? BODY),
    bounceable: given.bounceable ?? true,
    bulk: false,
    thread: null,
    summary: { subject: "thu", from: "a@agency.example", messageId: "<1@agency.example>" },
    copies: to.map(
      (recipient, i): Copy =>
        Object.assign(
          { recipient, edits: [], requireTls: false, expiresAt: at + 3_600_000, hold: null },
          given.copy,
          given.copies?.[i],
        ),
    ),
    verdicts: [],
    events: [],
  }
}

interface Row {
  readonly acceptance: Acceptance
  delivery: Delivery
  state: "queued" | "leased" | "done" | "bounced" | "held" | "set-aside"
  token: string
}

export interface House {
  readonly rows: Row[]
  readonly events: MailEvent[]
  readonly settled: Settlement[]
  readonly reports: Acceptance[]
  readonly alarms: string[]
  readonly bodies: Bodies
  put(given: Given | Acceptance): void
  start(): void
  /** Runs until `count` deliveries have been settled in all, at most 8 s. */
  until(count: number): Promise<void>
  stop(): Promise<void>
}

export function house(
  chosen: Settings,
  over: Partial<RunnerDeps> & { loseLeases?: boolean; failSettles?: number } = {},
): House {
  const rows: Row[] = []
  const [events, settled, reports, alarms]: [MailEvent[], Settlement[], Acceptance[], string[]] = [[], [], [], []]
  let failures = over.failSettles ?? 0
  let changed = Promise.withResolvers<void>()
  const add = (accepted: Acceptance, delivery: Partial<Delivery> = {}): void => {
    for (const { recipient, edits, requireTls, expiresAt } of accepted.copies) {
      const fixed = { id: rows.length + 1, recipient, edits, requireTls, expiresAt }
      const rest = {
        attempts: 0,
        dueAt: 0,
        reexamine: false,
        delayNoticed: false,
        crashes: 0,
        lifted: [],
        route: null,
        ...delivery,
      }
      rows.push({ acceptance: accepted, delivery: { ...fixed, ...rest }, state: "queued", token: "" })
    }
  }
  const records = {
    lease: (now: number, limit: number, span: number) => {
      const due = rows.filter(({ state, delivery }) => state === "queued" && delivery.dueAt <= now).slice(0, limit)
      const messages = new Set(due.map((row) => row.acceptance))
      return Promise.resolve(
        Array.from(messages, (message): Lease => {
          const token = String(Math.random())
          const mine = due.filter((row) => row.acceptance === message)
          for (const row of mine) Object.assign(row, { state: "leased", token })
          const { transaction, spooled, bounceable, summary } = message
          const deliveries = mine.map(({ delivery }) => delivery)
          return { token, until: now + span, transaction, spooled, bounceable, summary, deliveries }
        }),
      )
    },
    settle: (
      lease: Lease,
      settlements: readonly Settlement[],
      made: readonly Acceptance[],
      noted: readonly MailEvent[],
    ) => {
      if (failures-- > 0) return Promise.reject(new Error("disk I/O error"))
      if (over.loseLeases === true) return Promise.resolve(false)
      for (const settlement of settlements) {
        const row = rows.find(({ delivery }) => delivery.id === settlement.delivery)
        if (row?.token !== lease.token) throw new Error("not leased")
        const { step } = settlement
        row.state = step.then === "retry" ? "queued" : step.then === "hold" ? "held" : step.then
        const attempts = row.delivery.attempts + (settlement.outcome === null ? 0 : 1)
        row.delivery = { ...row.delivery, attempts }
        if (step.then === "retry") row.delivery = { ...row.delivery, dueAt: step.at, delayNoticed: step.delayNoticed }
      }
      settled.push(...settlements)
      reports.push(...made)
      events.push(...noted)
      changed.resolve()
      return Promise.resolve(true)
    },
  } as unknown as Records
  const bodies: Bodies = {
    open: () => {
      const chunks: Uint8Array[] = []
      return {
        write: (chunk) => Promise.resolve(void chunks.push(chunk)),
        finish: () => Promise.resolve(spool(Buffer.concat(chunks))),
        discard: () => Promise.resolve(),
      }
    },
    async *read({ at }) {
      if (at.kind !== "memory") throw new Error("no such file")
      // Uneven pieces, so that line ends and dots fall on their borders.
      for (let i = 0, size = 1; i < at.bytes.length; i += size, size = Math.min(size * 2 + 1, 65_535)) {
        yield at.bytes.subarray(i, i + size)
      }
    },
    discard: () => Promise.resolve(),
  }
  const runner = createRunner({
    records,
    bodies,
    settings: () => chosen,
    office: () => ({ ...OFFICE, settings: chosen }),
    reexamine: () => Promise.resolve("clean"),
    log: { error: (words) => void alarms.push(words) },
    now: Date.now,
    ...over,
  })
  let started = false
  return {
    rows,
    events,
    settled,
    reports,
    alarms,
    bodies,
    put(given) {
      if ("transaction" in given) add(given)
      else add(acceptance(given), given.delivery)
      if (started) runner.wake()
    },
    start() {
      if (!started) runner.start()
      started = true
    },
    async until(count) {
      this.start()
      runner.wake()
      const late = Promise.withResolvers<never>()
      const timer = setTimeout(() => late.reject(new Error(`only ${settled.length} of ${count} settled`)), 8_000)
      while (settled.length < count) {
        await Promise.race([changed.promise, late.promise])
        changed = Promise.withResolvers<void>()
      }
      clearTimeout(timer)
    },
    stop: () => runner.stop(),
  }
}

export function bytesOf({ spooled }: Acceptance): Buffer {
  if (spooled.at.kind !== "memory") throw new Error("not in memory")
  return Buffer.from(spooled.at.bytes)
}

/** `b@next.example delivered`, sorted. */
export function kinds(events: readonly MailEvent[]): readonly string[] {
  return events
    .filter(({ kind }) => kind !== "attempted")
    .map(({ kind, recipient }) => `${recipient} ${kind}`)
    .toSorted()
}

/** One message through a house of its own, to the first settlements of all its copies. */
export async function through(chosen: Settings, given: Given, over: Partial<RunnerDeps> = {}): Promise<House> {
  const home = house(chosen, over)
  home.put(given)
  await home.until(given.to?.length ?? 1)
  await home.stop()
  return home
}

/** What one delivery met: the status of a failure, or "delivered". */
export function met({ outcome }: Settlement): string {
  return outcome === null ? "nothing" : outcome.is === "delivered" ? "delivered" : outcome.status
}
