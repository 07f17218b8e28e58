/** Cuts what a client sends into command lines, one at a time, and hands DATA over as it is. Only CRLF ends a line. */
import { free } from "../mail/octets.ts"
import { type Reply, reply } from "../mail/reply.ts"
import type { Bytes } from "../mail/transaction.ts"

export interface LinesDeps {
  /** Octets of a line. */
  readonly size: Bytes
  /** `line` comes without its CRLF; the next one follows only after `done`. `isFollowed`: more has come already. */
  command(line: Buffer, isFollowed: boolean, done: () => void): void
  /** The session cannot go on. */
  refuse(why: Reply): void
}

export interface Lines {
  /** Resolves when `chunk` is used up. Nothing is handed on once `isClosed`. */
  read(chunk: Buffer, isClosed: () => boolean): Promise<void>
  /** What follows is DATA: `take` has it all until it gives back what follows its end. It keeps no window on what it was given. */
  receive(take: (chunk: Buffer) => Promise<Buffer | null>): void
}

const CR = 0x0d
const LF = 0x0a
const NONE = Buffer.alloc(0)

const malformed = reply(501, "5.2", "Dong lenh phai ket thuc bang CRLF. Bare CR, bare LF or NUL in a command line.")
const tooLong = reply(500, "5.2", "Dong lenh qua dai. Command line too long.")

export function createLines(deps: LinesDeps): Lines {
  let partial: Buffer = NONE
  let take: ((chunk: Buffer) => Promise<Buffer | null>) | null = null

  /** Hands one line on, or refuses it; returns what follows, or null when the line is not complete. */
  async function readLine(input: Buffer): Promise<Buffer | null> {
    const lf = input.indexOf(LF)
    const line = lf === -1 ? input : input.subarray(0, lf + 1)
    if (line.length > deps.size) {
      deps.refuse(tooLong)
      return NONE
    }
    if (lf === -1) return null
    const command = line.subarray(0, -2)
    if (line.at(-2) !== CR || command.includes(CR) || command.includes(0)) {
      deps.refuse(malformed)
      return NONE
    }
    const rest = input.subarray(lf + 1)
    await new Promise<void>((done) => deps.command(command, rest.length > 0, done))
    return rest
  }

  async function read(chunk: Buffer, isClosed: () => boolean): Promise<void> {
    let input = partial.length === 0 ? chunk : Buffer.concat([partial, chunk])
    partial = NONE
    while (input.length > 0 && !isClosed()) {
      if (take !== null) {
        const rest = await take(input)
        if (rest === null) {
          free(input)
          return
        }
        take = null
        input = rest
        continue
      }
      const rest = await readLine(input)
      if (rest === null) {
        // Copied: a window would keep the whole chunk in memory.
        partial = Buffer.from(input)
        return
      }
      input = rest
    }
  }

  return {
    read,
    receive: (taker) => {
      take = taker
    },
  }
}
