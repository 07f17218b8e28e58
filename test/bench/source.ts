/** A client that sends messages of which no two are alike, and notes how long each waits for its 250. */
import { connect } from "../support/client.ts"

/** Ms for one reply: a machine under load. */
const PATIENCE = 240_000

export interface Sending {
  readonly messages: number
  readonly sessions: number
  /** The message with this number. */
  readonly make: (serial: number) => Buffer
  /** Number of the first. */
  readonly from: number
}

export interface Sent {
  /** Ms from the end of DATA to the reply, of each message that was taken. */
  readonly waits: readonly number[]
  /** Replies that were not 250. */
  readonly refused: readonly string[]
}

/** Each session sends one message after the other over one connection. */
export async function send(port: number, { messages, sessions, make, from }: Sending): Promise<Sent> {
  const waits: number[] = []
  const refused: string[] = []
  let next = 0
  const session = async (): Promise<void> => {
    const client = await connect(port, { patience: PATIENCE })
    await client.expect(/^220/)
    await client.say("EHLO client.example", /^250/)
    while (next < messages) {
      const message = make(from + next++)
      await client.say("MAIL FROM:<an@tuyenquang.gov.vn>", /^250/)
      await client.say("RCPT TO:<binh@hanoi.gov.vn>", /^250/)
      await client.say("DATA", /^354/)
      client.write(message)
      const ended = performance.now()
      client.write("\r\n.\r\n")
      const reply = await client.reply()
      if (reply.startsWith("250")) waits.push(performance.now() - ended)
      else refused.push(reply)
    }
    await client.say("QUIT")
    client.close()
  }
  await Promise.all(Array.from({ length: Math.min(sessions, messages) }, session))
  return { waits, refused }
}

/** The value that this share of all is not above. */
export function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN
}
