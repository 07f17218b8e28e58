/** The client's octets on their way from the library's socket into our lines. */
/* oxlint-disable no-underscore-dangle, promise/no-callback-in-promise -- the library's own names and callbacks */
import { SMTPStream } from "./library.ts"
import type { Lines } from "./lines.ts"

/**
 * The library's parser takes a bare LF for the end of a command, runs an unfinished last line as a command, and leaves the
 * dot of a line like ".a" in the message (RFC 5321 §4.5.2 takes it away). So only its place in the pipe is used.
 */
export class Input extends SMTPStream {
  readonly #lines: Lines
  readonly #isTooSoon: () => boolean

  constructor(lines: Lines, isTooSoon: () => boolean) {
    super()
    this.#lines = lines
    this.#isTooSoon = isTooSoon
  }

  override _write(chunk: Buffer, _encoding: string, next: (error?: Error | null) => void): void {
    if (!this.isClosed && this.#isTooSoon()) {
      next()
      return
    }
    this.#lines.read(chunk, () => this.isClosed).then(() => next(), next)
  }

  receive(take: (chunk: Buffer) => Promise<Buffer | null>): void {
    this.#lines.receive(take)
  }
}
