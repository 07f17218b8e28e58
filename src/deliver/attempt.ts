/** One attempt for one group: released copies are examined again, the rest goes to its next hop in one transaction. Never rejects. */
import type { Settings } from "../config/schema.ts"
import type { Delivery, Hold, Lease, Outcome } from "../mail/delivery.ts"
import { edited, editedSize } from "../mail/edit.ts"
import type { Spooled } from "../mail/transaction.ts"
import { type Bodies, BodyCorrupt } from "../store/store.ts"
import type { Result } from "./conclude.ts"
import type { Answer, Patience } from "./connection.ts"
import { store } from "./maildir.ts"
import { type Cause, cleanReply, temporary } from "./outcome.ts"
import type { Pool } from "./pool.ts"
import type { Rests } from "./rests.ts"
import { type Group, nameOf } from "./route.ts"
import { type Mail, send } from "./smtp.ts"

export interface AttemptDeps {
  readonly bodies: Bodies
  readonly pool: Pool
  readonly rests: Rests
  /** Malware and secrecy as of now. */
  reexamine(lease: Lease, delivery: Delivery): Promise<"clean" | { readonly hold: Hold } | "failed">
}

/** Octets of headers looked at before a message counts as one with 8-bit headers. */
const LONGEST_HEADER = 1_048_576

export async function attempt(
  lease: Lease,
  group: Group,
  {
    settings,
    patience,
    deps,
  }: { readonly settings: Settings; readonly patience: Patience; readonly deps: AttemptDeps },
): Promise<readonly Result[]> {
  const examined: Result[] = []
  const ready: Delivery[] = []
  for (const delivery of group.deliveries) {
    const answer = delivery.reexamine ? await examine(lease, delivery, { patience, deps }) : "clean"
    if (answer === "clean") ready.push(delivery)
    else if (answer === "failed") {
      examined.push(failed(delivery, temporary("4.3.0", "the released message could not be examined again"), null))
    } else examined.push({ is: "held", delivery, hold: answer.hold })
  }
  if (ready.length === 0) return examined
  return [...examined, ...(await deliverWhole(lease, { ...group, deliveries: ready }, { settings, patience, deps }))]
}

type Context = Parameters<typeof attempt>[2]

/** What cannot be read today cannot be read tomorrow: a damaged body is for an operator, not for another attempt. */
async function deliverWhole(lease: Lease, group: Group, context: Context): Promise<readonly Result[]> {
  let damage: string | null = null
  async function* read(spooled: Spooled): AsyncGenerator<Uint8Array> {
    try {
      // Whoever sends or stores it is done with each piece before the next.
      yield* context.deps.bodies.read(spooled, true)
    } catch (error) {
      if (error instanceof BodyCorrupt) damage = error.message
      throw error
    }
  }
  const results = await deliver(lease, group, {
    ...context,
    deps: { ...context.deps, bodies: { ...context.deps.bodies, read } },
  })
  const why = damage
  if (why === null) return results
  return results.map((result) =>
    result.is === "attempted" && result.outcome.is === "temporary"
      ? { is: "damaged", delivery: result.delivery, why }
      : result,
  )
}

async function deliver(lease: Lease, group: Group, { settings, patience, deps }: Context): Promise<readonly Result[]> {
  const { nextHop, deliveries } = group
  const [first] = deliveries
  if (first === undefined) return []
  const mail = outgoing(lease, deliveries, { edits: first.edits, requireTls: first.requireTls, bodies: deps.bodies })
  if (nextHop.kind === "maildir") {
    const { from } = lease.transaction.envelope
    const { hostname } = settings
    return Promise.all(
      deliveries.map(async (delivery) => {
        const to = delivery.recipient.address
        const cause = await store(nextHop.path, { from, to, hostname, body: mail.body }, patience.signal)
        if (cause !== null) return failed(delivery, cause, nameOf(nextHop))
        return {
          is: "attempted",
          delivery,
          outcome: delivered("stored", nameOf(nextHop)),
          success: "delivered",
        } as const
      }),
    )
  }
  const sent = await send(mail, { ...group, nextHop }, { settings, pool: deps.pool, rests: deps.rests, patience })
  const success = sent.offersDsn ? "passed-on" : "relayed"
  return deliveries.map((delivery, index) => {
    const answer: Answer | undefined = sent.answers[index]
    if (answer?.is === "accepted") {
      return { is: "attempted", delivery, outcome: delivered(answer.reply, sent.nextHop ?? nameOf(nextHop)), success }
    }
    return failed(delivery, answer?.cause ?? temporary("4.3.0", "no answer"), sent.nextHop)
  })
}

/** An examination that breaks lets nothing pass. */
async function examine(
  lease: Lease,
  delivery: Delivery,
  { patience, deps }: Pick<Context, "patience" | "deps">,
): Promise<"clean" | { readonly hold: Hold } | "failed"> {
  const { promise, resolve } = Promise.withResolvers<"failed">()
  const stop = (): void => resolve("failed")
  patience.signal.addEventListener("abort", stop, { once: true })
  if (patience.signal.aborted) stop()
  try {
    return await Promise.race([deps.reexamine(lease, delivery), promise])
  } catch {
    return "failed"
  } finally {
    patience.signal.removeEventListener("abort", stop)
  }
}

function outgoing(
  { transaction, spooled }: Lease,
  deliveries: readonly Delivery[],
  { edits, requireTls, bodies }: Pick<Delivery, "edits" | "requireTls"> & { readonly bodies: Bodies },
): Mail {
  const size = editedSize(spooled.size, edits)
  const body = (): AsyncIterable<Uint8Array> => whole(edited(bodies.read(spooled), edits), size)
  return {
    envelope: transaction.envelope,
    recipients: deliveries.map(({ recipient }) => recipient),
    edits,
    requireTls,
    size,
    eightBit: spooled.eightBit || edits.some(({ insert }) => /[\x80-\xff]/.test(insert)),
    headersAreEightBit: () => headersAreEightBit(body()),
    body,
  }
}

/** A body that ends early or late must not look complete to the next hop. */
async function* whole(source: AsyncIterable<Uint8Array>, size: number): AsyncGenerator<Uint8Array> {
  let seen = 0
  for await (const chunk of source) {
    seen += chunk.length
    yield chunk
  }
  if (seen !== size) throw new Error(`the stored body has ${seen} octets instead of ${size}`)
}

async function headersAreEightBit(body: AsyncIterable<Uint8Array>): Promise<boolean> {
  let head = ""
  for await (const chunk of body) {
    head += Buffer.from(chunk).toString("latin1")
    if (head.includes("\r\n\r\n") || head.length > LONGEST_HEADER) break
  }
  const end = head.indexOf("\r\n\r\n")
  return /[\x80-\xff]/.test(end === -1 ? head : head.slice(0, end))
}

function delivered(reply: string, nextHop: string): Outcome {
  return { is: "delivered", reply: cleanReply(reply), nextHop }
}

export function failed(delivery: Delivery, cause: Cause, nextHop: string | null): Extract<Result, { is: "attempted" }> {
  return { is: "attempted", delivery, outcome: { ...cause, nextHop }, success: "passed-on" }
}
