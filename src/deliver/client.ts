/** nodemailer's SMTP client for what precedes the mail: greeting, EHLO, STARTTLS, reading replies. The only file that knows it. */
// The names with an underscore are nodemailer's; its version is pinned, and test/deliver/ speaks to every one of them.
// oxlint-disable no-underscore-dangle
import type { Socket } from "node:net"
import SMTPConnection from "nodemailer/lib/smtp-connection"
import type { Millis } from "../mail/transaction.ts"

export type ClientOptions = ConstructorParameters<typeof SMTPConnection>[0]

/** Mail itself goes through `transaction.ts`: nodemailer would decide about parameters alone and wait after every command. */
export class Client extends SMTPConnection {
  declare _sendCommand: (line: string) => void
  declare _socket: Socket | false
  declare readonly _responseActions: ((reply: string) => void)[]
  declare readonly _ehloLines: readonly string[] | undefined
  /** The last one sent. */
  command = "CONNECT"

  constructor(options: ClientOptions) {
    super(options)
    const send = this._sendCommand.bind(this)
    this._sendCommand = (line) => {
      this.command = line.split(" ", 1)[0] ?? line
      send(line)
    }
  }

  /** One command and its reply, outside of any message. */
  ask(line: string, done: (reply: string) => void): void {
    this.expect(done)
    this._sendCommand(line)
  }

  /** The next reply is this one's; several are answered in the order in which they were expected. */
  expect(done: (reply: string) => void): void {
    this._responseActions.push(done)
  }

  /** Null: the connection is gone. */
  wire(): Socket | null {
    return this.isWritable() && this._socket !== false ? this._socket : null
  }

  /** `SIZE 1000` → SIZE: "1000". */
  extensions(): ReadonlyMap<string, string> {
    return new Map(
      (this._ehloLines ?? []).map((line) => {
        const [keyword = "", ...parameters] = line.split(" ")
        return [keyword.toUpperCase(), parameters.join(" ")]
      }),
    )
  }

  isWritable(): boolean {
    return !this.destroyed && this._socket !== false && this._socket.writable
  }

  waitAtMost(timeout: Millis): void {
    if (this._socket !== false) this._socket.setTimeout(timeout)
  }
}
