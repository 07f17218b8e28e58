/** Reads lines and octets from a socket under a deadline, never more than it was asked for. */
import type { Socket } from "node:net"

/** Octets of one line, and of all lines of a head; honest ones have some hundred. */
const LONGEST_LINE = 8_192

export class Broken extends Error {
  override readonly name = "Broken"
}

export interface Reader {
  /** Without its end; octets as latin1. Throws Broken. */
  line(): Promise<string>
  /** Exactly so many, in pieces as they come. Throws Broken. */
  octets(count: number, take: (piece: Uint8Array) => void): Promise<void>
  /** True: an interim answer 100 came, and was read. False: the final one is there. */
  continues(): Promise<boolean>
}

export function createReader(socket: Socket, signal: AbortSignal): Reader {
  let held: Buffer = Buffer.alloc(0)
  let over: string | null = null
  let connected = false
  let wake: (() => void) | null = null

  const end = (why: string): void => {
    over ??= why
    wake?.()
  }
  socket.once("connect", () => {
    connected = true
  })
  socket.on("data", (chunk: Buffer) => {
    held = held.length === 0 ? chunk : Buffer.concat([held, chunk])
    if (held.length > LONGEST_LINE) socket.pause()
    wake?.()
  })
  // "close" follows and says the same.
  socket.on("error", () => {})
  socket.once("close", () => end(connected ? "broken-off" : "unreachable"))
  signal.addEventListener("abort", () => end("timeout"), { once: true })
  if (signal.aborted) end("timeout")

  /** Resolves when there is more, throws when there never will be. */
  const more = async (): Promise<void> => {
    const had = held.length
    socket.resume()
    while (held.length === had) {
      if (over !== null) throw new Broken(over)
      await new Promise<void>((resolve) => {
        wake = resolve
      })
    }
  }
  const line = async (): Promise<string> => {
    let at = held.indexOf(10)
    while (at < 0) {
      if (held.length > LONGEST_LINE) throw new Broken("garbage")
      await more()
      at = held.indexOf(10)
    }
    const text = held.toString("latin1", 0, at)
    held = held.subarray(at + 1)
    return text.replace(/\r$/, "")
  }

  return {
    line,
    async octets(count, take) {
      for (let left = count; left > 0; ) {
        if (held.length === 0) await more()
        const piece = held.subarray(0, left)
        held = held.subarray(piece.length)
        left -= piece.length
        take(piece)
      }
    },
    async continues() {
      while (held.length < 12 && !held.includes(10)) await more()
      if (!held.toString("latin1", 0, 12).startsWith("ICAP/1.0 100")) return false
      // Fields of an interim answer say nothing.
      for (let field = await line(); field !== ""; field = await line());
      return true
    },
  }
}
