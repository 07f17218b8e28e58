/** nodemailer's SMTP client with its traps closed. The only file that knows nodemailer's connection. */
// The names with an underscore are nodemailer's; its version is pinned, and test/deliver/ speaks to every one of them.
// oxlint-disable no-underscore-dangle
import SMTPConnection from "nodemailer/lib/smtp-connection"
import type { Millis } from "../mail/transaction.ts"

export type ClientOptions = ConstructorParameters<typeof SMTPConnection>[0]

/** MAIL and RCPT as they go on the wire, parameters included. */
export interface Commands {
  readonly mail: string
  readonly rcpt: readonly string[]
}

interface Refusal {
  readonly recipient?: string | undefined
  readonly response?: string | undefined
}

/**
 * Writes MAIL and RCPT itself: nodemailer would give all recipients the first one's ORCPT, encode it twice, and decide
 * about SMTPUTF8 and BODY alone. To nodemailer recipients are numbers, so that no odd or repeated address confuses it.
 */
export class Client extends SMTPConnection {
  declare _sendCommand: (line: string) => void
  declare _actionLMTPStream: (recipient: string, final: boolean, reply: string, done: () => void) => void
  declare readonly _responseActions: ((reply: string) => void)[]
  declare readonly _ehloLines: readonly string[] | undefined
  declare readonly _envelope: false | { readonly rejectedErrors: readonly Refusal[] }
  /** The last one sent. */
  command = "CONNECT"
  private commands: Commands | null = null
  /** LMTP answers DATA once for each recipient. RFC 2033 §4.2. */
  private readonly lmtpReplies = new Map<string, string>()

  constructor(options: ClientOptions) {
    super(options)
    const send = this._sendCommand.bind(this)
    this._sendCommand = (line) => {
      this.command = line.split(" ", 1)[0] ?? line
      send(this.written(line))
    }
    const answered = this._actionLMTPStream.bind(this)
    this._actionLMTPStream = (recipient, final, reply, done) => {
      this.lmtpReplies.set(recipient, reply)
      answered(recipient, final, reply, done)
    }
  }

  /** MAIL, RCPT, DATA and the message; `done` gets the reply to the message. */
  deliver(
    commands: Commands,
    body: Parameters<SMTPConnection["send"]>[1],
    done: (error: Error | null, reply: string) => void,
  ): void {
    this.commands = commands
    this.lmtpReplies.clear()
    const to = commands.rcpt.map((_, number) => String(number))
    this.send({ from: "", to }, body, (error, info) => done(error, error === null ? info.response : ""))
  }

  /** One command and its reply, outside of any message. */
  ask(line: string, done: (reply: string) => void): void {
    this._responseActions.push(done)
    this._sendCommand(line)
  }

  /** The refusal of that recipient's RCPT, or of the message for it over LMTP. */
  refusalOf(number: number): { readonly reply: string; readonly command: "RCPT" | "DATA" } | null {
    const refusals = this._envelope === false ? [] : this._envelope.rejectedErrors
    const reply = refusals.find(({ recipient }) => recipient === String(number))?.response
    return reply === undefined ? null : { reply, command: this.lmtpReplies.has(String(number)) ? "DATA" : "RCPT" }
  }

  lmtpReplyOf(number: number): string | null {
    return this.lmtpReplies.get(String(number)) ?? null
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
    return !this.destroyed && this._socket instanceof Object && this._socket.writable
  }

  waitAtMost(timeout: Millis): void {
    if (this._socket instanceof Object) this._socket.setTimeout(timeout)
  }

  private written(line: string): string {
    if (line === "MAIL FROM:<>") return this.commands?.mail ?? line
    const number = /^RCPT TO:<(\d+)>$/.exec(line)?.[1]
    return number === undefined ? line : (this.commands?.rcpt[Number(number)] ?? line)
  }
}
