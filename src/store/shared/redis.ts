/** Several gateways that share a Redis. Each keeps its own ledger too, and goes by that alone while Redis does not answer. */
import { randomUUID } from "node:crypto"
import { Redis } from "ioredis"
import type { Millis } from "../../mail/transaction.ts"
import { DEADLINE, type Shared, type Topic } from "../shared.ts"
import { createLedger } from "./ledger.ts"
import { COUNT, PLACES } from "./scripts.ts"

const PREFIX = "congthu:"
const CHANNEL = `${PREFIX}wake`
/** Seconds that the places of a gateway count without a word from it. */
const WORD_HOLDS = 30
/** How often we give our word again; and, while Redis is away, look whether it is back. */
const AGAIN: Millis = 5_000
const LOOK: Millis = 500
/** A Redis that takes commands and answers none is hung up on after this. */
const SILENCE: Millis = 5_000

/** `noticed` hears when Redis goes and comes: null, or why every gateway now counts for itself. */
export function createRedisShared(url: string, noticed: (alone: string | null) => void): Shared {
  const us = randomUUID()
  const ledger = createLedger()
  const listeners: ((topic: Topic) => void)[] = []
  const redis = new Redis(url, {
    connectionName: "congthu",
    commandTimeout: DEADLINE,
    connectTimeout: SILENCE,
    socketTimeout: SILENCE,
    // What cannot be asked now is answered by the ledger now.
    enableOfflineQueue: false,
    autoResendUnfulfilledCommands: false,
    autoResubscribe: false,
    retryStrategy: () => LOOK,
  })
  let alone: string | null = "Redis has not answered yet"
  /** Since Redis was last heard others may have told us something. */
  let missed = false
  const unsaid = new Set<Topic>()
  let closed = false
  let timer: NodeJS.Timeout | undefined
  next()

  function heard(why: string | null): void {
    if (closed || why === alone) return
    const turned = why === null || alone === null
    missed ||= alone === null
    alone = why
    next()
    if (turned) noticed(why)
  }

  function next(): void {
    clearTimeout(timer)
    if (!closed) timer = setTimeout(() => void beat(), alone === null ? AGAIN : LOOK)
  }

  /** Our word on these rooms. */
  async function places(rooms: readonly string[]): Promise<readonly number[]> {
    const taken = rooms.map((room) => ledger.rooms().get(room) ?? 0)
    const keys = rooms.map((room) => `${PREFIX}room:${room}`)
    return (await redis.eval(PLACES, keys.length, ...keys, us, WORD_HOLDS, ...taken)) as number[]
  }

  /** Asks Redis unless it is known to be away; the circuit closes again only when `beat` has been answered. */
  async function asked(local: number, question: () => Promise<number>): Promise<number> {
    if (alone !== null) return local
    try {
      // What we counted while Redis was away, or before it lost its memory, still counts.
      return Math.max(local, await question())
    } catch (error) {
      heard(messageOf(error))
      return local
    }
  }

  /** All our places again, whatever Redis remembers of them; then what was missed. */
  async function beat(): Promise<void> {
    try {
      await places([...ledger.rooms().keys()])
      heard(null)
      await say()
      if (missed) for (const listener of listeners) listener("policy")
      missed = false
    } catch (error) {
      heard(messageOf(error))
    }
    next()
  }

  async function say(): Promise<number> {
    for (const topic of unsaid) {
      await redis.publish(CHANNEL, `${us} ${topic}`)
      unsaid.delete(topic)
    }
    return unsaid.size
  }

  redis.on("ready", () => {
    redis.subscribe(CHANNEL).then(beat, () => redis.disconnect(true))
  })
  redis.on("close", () => heard("the connection to Redis is closed"))
  // Told by `heard`; without a listener it would end the program.
  redis.on("error", () => {})
  redis.on("message", (_channel: string, message: string) => {
    const [from, topic] = message.split(" ")
    if (from !== us && topic === "policy") for (const listener of listeners) listener(topic)
  })

  return {
    enter: async (room) => {
      const taken = ledger.enter(room)
      return asked(taken, async () => (await places([room]))[0] ?? taken)
    },
    leave: (room) => {
      ledger.leave(room)
      void asked(0, async () => (await places([room]))[0] ?? 0)
    },
    count: (name, span) =>
      asked(ledger.count(name, span), async () => Number(await redis.eval(COUNT, 1, `${PREFIX}count:${name}`, span))),
    counted: (name) => asked(ledger.counted(name), async () => Number(await redis.get(`${PREFIX}count:${name}`))),
    recall: async (name) => {
      const own = ledger.recall(name)
      if (own !== null || alone !== null) return own
      try {
        return await redis.get(`${PREFIX}thing:${name}`)
      } catch (error) {
        heard(messageOf(error))
        return null
      }
    },
    remember: (name, value, span) => {
      ledger.remember(name, value, span)
      void asked(0, async () => Number((await redis.set(`${PREFIX}thing:${name}`, value, "PX", span)) === "OK"))
    },
    wake: (topic) => {
      unsaid.add(topic)
      void asked(0, say)
    },
    onWake: (listener) => {
      listeners.push(listener)
    },
    alone: () => alone,
    close: () => {
      closed = true
      clearTimeout(timer)
      redis.disconnect()
    },
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
