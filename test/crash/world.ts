/** A gateway above the kernel of a test, clients that never rest, next hops that record: and the account of every 250. */
import { globSync, mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { setTimeout as sleep } from "node:timers/promises"
import { type Client, connect } from "../support/client.ts"
import { type GatewayOptions, START, startGateway } from "../support/gateway.ts"
import { fieldsBefore } from "../support/mail.ts"
import { openSink, pathOf, type Received, type Sink } from "../support/sink.ts"
import { createKernel, type Kernel } from "./kernel.ts"
import type { Random } from "./random.ts"

/** Where a message goes: to an SMTP next hop, into a maildir, or to somebody whom the next hop does not know. */
const RECIPIENTS = { hop: "b@hop.gov.vn", box: "b@box.gov.vn", gone: "gone@hop.gov.vn" } as const
export type Goal = keyof typeof RECIPIENTS
const SENDERS = 6
/** Copies on the wire at once. */
export const CONCURRENCY = 20
/** Span in ms for the queue to empty on a busy machine. */
const DRAIN = 60_000

export interface Account {
  readonly promised: number
  /** Ids of messages that were answered 250 and came nowhere. */
  readonly lost: readonly string[]
  /** Ids of those that arrived otherwise than they were sent. */
  readonly altered: readonly string[]
  /** Arrivals beyond the first. */
  readonly duplicates: number
  /** Of those, the most between one restart and the next. */
  readonly mostDuplicates: number
}

export type World = Awaited<ReturnType<typeof openWorld>>

export async function openWorld(random: Random, options: GatewayOptions = {}) {
  const dir = mkdtempSync(join(tmpdir(), "congthu-crash-"))
  const kernel: Kernel = createKernel(dir)
  const sink: Sink = await openSink({ answer: usual })
  const box = join(dir, "delivered")
  const gateway = await startGateway({
    ...options,
    program: ["env", ...Object.entries(kernel.env).map(([key, value]) => `${key}=${value}`), ...START],
    settings: {
      deliver: {
        routes: [
          { domains: ["box.gov.vn"], to: `maildir:${box}` },
          { domains: ["*"], to: sink.url, tls: "off" },
        ],
        concurrency: CONCURRENCY,
      },
      scan: { children: 1 },
      // Sessions outlast a long row of 451.
      limits: { errors: 1_000_000 },
      ...options.settings,
    },
  })
  /** By id: where it was promised to go. */
  const promised = new Map<string, Goal>()
  /** How many the sink had when the program was started again. */
  const restarts: number[] = []
  let runs = 0
  let sent = 0
  let resting = new AbortController()
  let underWay: readonly Promise<void>[] = []

  /** One client, from connect until its session is lost or `rest` is called. */
  async function stream(signal: AbortSignal): Promise<void> {
    const client: Client | null = await connect(gateway.submission).catch(() => null)
    if (client === null) return
    try {
      if (!(await client.reply()).startsWith("220")) return
      if (!(await client.say("EHLO client.example")).startsWith("250")) return
      while (!signal.aborted) {
        const goal = random.pick(["hop", "hop", "hop", "hop", "box", "gone"] as const)
        const id = idOf(goal, random.below(8) === 0, ++sent)
        const { reply } = await client.transact({
          from: "a@tuyenquang.gov.vn",
          to: [RECIPIENTS[goal]],
          message: messageOf(id),
        })
        if (reply === "" || reply.startsWith("421")) return
        if (reply.startsWith("250")) promised.set(id, goal)
      }
      await client.say("QUIT")
    } finally {
      client.close()
    }
  }

  async function started(begin: () => Promise<void>): Promise<void> {
    restarts.push(sink.received.length)
    await begin()
  }
  const arrivals = (): Arrivals => arrived(sink.received, box)

  return {
    dir,
    box,
    gateway,
    kernel,
    sink,
    random,
    promised: () => promised.size,
    /** Clients begin to send; resolves when `count` more messages have been promised. */
    async load(count: number): Promise<void> {
      resting = new AbortController()
      const until = promised.size + count
      underWay = Array.from({ length: SENDERS }, () => stream(resting.signal))
      const ended = Promise.all(underWay).then(() => "ended" as const)
      while (promised.size < until) {
        if ((await Promise.race([ended, sleep(2)])) === "ended")
          throw new Error(`all sessions were lost\n${gateway.stderr()}`)
      }
    },
    /** Resolves when `count` more messages were promised, or after `span` ms. */
    async promises(count: number, span: number): Promise<void> {
      const until = promised.size + count
      for (const end = Date.now() + span; promised.size < until && Date.now() < end; ) await sleep(5)
    },
    /** No new messages; those under way are finished or lost. */
    async rest(): Promise<void> {
      resting.abort()
      await Promise.all(underWay)
    },
    /** Waits for the program to be killed by an order, `span` ms at most; then kills it. Says whether it was before. */
    async killed(span: number): Promise<boolean> {
      const lost = Promise.all(underWay).then(() => true)
      const wasKilled = await Promise.race([lost, sleep(span, false)])
      await gateway.kill("SIGKILL")
      kernel.relent()
      sink.script({ answer: usual })
      await lost
      runs++
      return wasKilled
    },
    restart: () => started(() => gateway.start()),
    /** Starts it, and kills it `span` ms later. */
    async restartInVain(span: number): Promise<void> {
      const starting = started(() => gateway.start()).catch(() => {})
      await Promise.race([starting, sleep(span)])
      await gateway.kill("SIGKILL")
      await starting
    },
    runs: () => runs,
    /** Waits until every promise is kept, or for too long. */
    async account(): Promise<Account> {
      const missing = (): readonly string[] => {
        const { first } = arrivals()
        return [...promised.keys()].filter((id) => !first.has(id))
      }
      for (const end = Date.now() + DRAIN; missing().length > 0 && Date.now() < end; ) await sleep(200)
      const { first, duplicates } = arrivals()
      const wrong = [...first].filter(([id, bytes]) => bytes !== null && fieldsBefore(messageOf(id), bytes) === null)
      const perRun = duplicates.map((at) => restarts.filter((count) => count <= at).length)
      const counts = [...Map.groupBy(perRun, (run) => run).values()].map((all) => all.length)
      return {
        promised: promised.size,
        lost: missing(),
        altered: wrong.map(([id]) => id),
        duplicates: duplicates.length,
        mostDuplicates: Math.max(0, ...counts),
      }
    },
    /** What the program says of messages that came nowhere. */
    async evidence(): Promise<string> {
      const { stdout } = await gateway.command("queue", "list")
      const errors = gateway.log().filter(({ level }) => level === "error")
      return [stdout, ...errors.slice(-20).map((line) => JSON.stringify(line)), gateway.stderr()].join("\n")
    },
    async [Symbol.asyncDispose]() {
      try {
        resting.abort()
        kernel.relent()
        await gateway[Symbol.asyncDispose]()
      } finally {
        await sink.close()
        rmSync(dir, { recursive: true, force: true })
      }
    },
  }
}

/** A next hop that knows everybody but one. */
export function usual(step: string, line: string): string | undefined {
  return step === "RCPT" && pathOf(line) === RECIPIENTS.gone ? "550 5.1.1 no such user" : undefined
}

function idOf(goal: Goal, large: boolean, number: number): string {
  return `id-${goal}-${large ? "large" : "small"}-${number}-di`
}

/** From its id alone. Small ones lie in the records, large ones in files. */
function messageOf(id: string): Buffer {
  const line = `${id} ${"Kinh gui ".repeat(6)}\r\n`
  const head = `From: <a@tuyenquang.gov.vn>\r\nSubject: ${id}\r\nMessage-ID: <${id}@client.example>\r\n\r\n`
  return Buffer.from(head + line.repeat(id.includes("-large-") ? 2_500 : 8))
}

interface Arrivals {
  /** By id, the octets; null for one that was reported undeliverable. */
  readonly first: ReadonlyMap<string, Buffer | null>
  /** For each further one, its place in what the sink received. */
  readonly duplicates: readonly number[]
}

function arrived(received: readonly Received[], box: string): Arrivals {
  const first = new Map<string, Buffer | null>()
  const duplicates: number[] = []
  const take = (bytes: Buffer, isReport: boolean, at: number): void => {
    // A report returns the header of what it is about.
    const id = /id-\w+-\w+-\d+-di/.exec(bytes.toString("latin1"))?.[0]
    if (id === undefined) return
    if (first.has(id)) duplicates.push(at)
    else first.set(id, isReport ? null : bytes)
  }
  for (const [at, { mail, bytes }] of received.entries()) take(bytes, pathOf(mail) === "", at)
  for (const file of globSync(join(box, "*/new/*"))) {
    const bytes = readFileSync(file)
    // RFC 5321 §4.4: the final delivery adds the reverse-path, and a line of its own.
    take(bytes, false, received.length)
  }
  return { first, duplicates }
}
