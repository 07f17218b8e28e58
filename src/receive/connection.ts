/** One SMTP session: smtp-server keeps socket, TLS and SASL; lines, limits and transactions are ours. */
/* oxlint-disable no-underscore-dangle, promise/no-callback-in-promise -- the library's own names and callbacks */
import { TLSSocket } from "node:tls"
import type { Socket } from "node:net"
import { type Reply, reply, replyText } from "../mail/reply.ts"
import type { Client, Millis } from "../mail/transaction.ts"
import { type Budget, createBudget, createPatience, type Patience } from "./budget.ts"
import { createExchange, type Exchange, type ExchangeDeps } from "./exchange.ts"
import type { Gate, Place } from "./gate.ts"
import { Input } from "./input.ts"
import { SMTPConnection, type SMTPServer } from "./library.ts"
import { createLines } from "./lines.ts"
import type { Port, PortName } from "./port.ts"
import type { Spool } from "./spool.ts"
import type { User } from "./users.ts"

export interface ConnectionDeps extends ExchangeDeps {
  readonly gate: Gate
  readonly isClosing: () => boolean
}

/** The listener a session came to. */
export interface Host extends SMTPServer {
  readonly deps: ConnectionDeps
  readonly portName: PortName
  /** Sessions whose socket is not closed yet; the library forgets those it has said goodbye to. */
  readonly alive: Set<Connection>
  port(): Port
}

/** Octets of a reply line after the code: 512 with code, space and CRLF. RFC 5321 §4.5.3.1.5. */
const REPLY_SIZE = 506
const CODED = /^[245]\.\d{1,3}\.\d{1,3} /

/** A client told to go that does not close is closed. */
const FAREWELL: Millis = 1_000
/** Commands whose answer decides what comes next. RFC 2920 §3.1. */
const LAST = new Set(["EHLO", "HELO", "STARTTLS", "AUTH", "DATA", "NOOP", "VRFY", "EXPN"])

const outOfStep = reply(554, "5.0", "Gui lenh khi chua duoc tra loi. SMTP protocol synchronization error.")
const tooSoon = reply(421, "7.0", "Gui truoc loi chao. You talk before the greeting.")
const crowdedOut = reply(421, "7.0", "May chu qua tai, ket noi cho qua lau. Busy, and this session waits too long.")
const shuttingDown = reply(421, "3.2", "May chu dang khoi dong lai. Server is shutting down, try again later.")
const encryptFirst = reply(538, "7.11", "Can STARTTLS truoc khi dang nhap. Encryption required, STARTTLS first.")
const authInMail = reply(503, "5.1", "Lenh sai thu tu. AUTH is not permitted during a mail transaction.")

export class Connection extends SMTPConnection {
  declare _server: Host
  declare _parser: Input | false
  readonly #exchange: Exchange
  readonly #budget: Budget
  readonly #patience: Patience
  /** Client address that the gate counts this connection under. */
  #counted: { readonly ip: string; readonly place: Place } | null = null
  #isJudging = false
  /** Said when the transaction is over. */
  #farewell: Reply | null = null

  constructor(server: Host, socket: Socket, options: ConstructorParameters<typeof SMTPConnection>[2]) {
    super(server, socket, options)
    this.#exchange = createExchange(server.deps, {
      client: () => this.#client(),
      user: () => this.#user(),
      isGone: () => this._closing || this._closed,
    })
    const { limits } = server.deps.rules()
    this.#budget = createBudget(limits)
    this.#patience = createPatience({
      limits,
      isCrowded: () => server.deps.gate.isCrowded(),
      isOurTurn: () => this._handlerPending || this.#isJudging,
      late: (why) => this.say(why),
      expired: (why) => {
        if (this.#isJudging) this.#farewell = why
        else this.say(why)
      },
    })
  }

  say(what: Reply): void {
    this.send(what.code, replyText(what).slice(0, REPLY_SIZE), false)
  }

  /** Ends the session once no transaction is open. */
  leave(): void {
    if (this.#exchange.isOpen()) this.#farewell = shuttingDown
    else this.say(shuttingDown)
  }

  cut(): void {
    this._socket.destroy()
  }

  /** How long the client has kept us waiting; 0 once it has been told to go. */
  waited(): Millis {
    return this._closing || this._closed ? 0 : this.#patience.waited()
  }

  /** Gives its place to somebody who may use it. */
  yield(): void {
    this.#counted?.place.leave()
    this.say(crowdedOut)
    setTimeout(() => this.cut(), FAREWELL).unref()
  }

  override init(): void {
    super.init()
    void this.#enter().then((refusal) => refusal !== null && this.say(refusal))
  }

  /** Also called by the parent's constructor, so nothing of this class is touched before a line comes. */
  override _createParser(): Input {
    const lines = createLines({
      size: this._server.deps.rules().limits.commandLine,
      command: (line, isFollowed, done) => {
        if (isFollowed && this.#mustWait(line)) {
          this.say(outOfStep)
          this.close()
          done()
        } else this._onCommand(line, done)
      },
      refuse: (why) => {
        this.say(why)
        this.close()
      },
    })
    const parser = new Input(lines, () => {
      // A client that speaks before the greeting is no mail server. RFC 5321 §3.1.
      if (this._ready || this._upgrading) return false
      this.say(tooSoon)
      this.close()
      return true
    })
    parser.on("error", (error) => {
      this._server.deps.log.error("an SMTP session failed", { error })
      this.cut()
    })
    return parser
  }

  /** With the library's codes on, a text of ours that has one already went out as `550 5.1.1 5.7.1`. */
  override send(code: number, data?: string | string[] | null, context?: string | false): void {
    // A client that has more recipients than we take keeps its others: 452 is no error of its own. RFC 5321 §4.5.3.1.10.
    if (code >= 400 && code !== 452) this.#budget.error()
    super.send(code, data, typeof data === "string" && CODED.test(data) ? false : context)
  }

  /** The library bounds no valid command: 50,000 NOOP were answered. */
  override _onCommand(command: Buffer, callback?: () => void): void {
    this.#patience.renew()
    const isDialogue = this._ready && !this._upgrading && this._nextHandler === false
    const refusal = isDialogue ? this.#judgeCommand(verbOf(command)) : null
    if (refusal === null) {
      super._onCommand(command, callback)
      return
    }
    this.say(refusal)
    callback?.()
  }

  /** Here a client becomes known: a tenth of a second after connecting, and again when XCLIENT names another. */
  override _sendGreeting(): void {
    void this.#enter().then((refusal) => {
      if (refusal === null) return super._sendGreeting()
      return this.say(refusal)
    })
  }

  /** With STARTTLS off the library takes AUTH in clear, and it offers AUTH before TLS. */
  override _isDisabled(command: string): boolean {
    return super._isDisabled(command) || (command === "AUTH" && !this.secure)
  }

  /** The library counts idle time, even of a client that waits for us after DATA. */
  override _onTimeout(): void {
    if (this._closing) super._onTimeout()
  }

  override _resetSession(): void {
    super._resetSession()
    this.#exchange.reset()
  }

  override _onClose(): void {
    super._onClose()
    this.#patience.stop()
    this.#counted?.place.leave()
    this._server.alive.delete(this)
    void this.#exchange.abandon()
  }

  /** The library decodes xtext, splits quoted local parts at spaces, takes `(a@b.vn` and 8-bit addresses without SMTPUTF8. */
  override handler_MAIL(command: Buffer, callback: () => void): void {
    void this.#exchange.mail(command).then((answer) => {
      // The library's XCLIENT and its error handling ask whether mail is in progress.
      if (answer.code === 250) this.session.envelope.mailFrom = { address: "", args: false }
      return this.#answered(answer, callback)
    })
  }

  override handler_RCPT(command: Buffer, callback: () => void): void {
    void this.#exchange.rcpt(command).then((answer) => this.#answered(answer, callback))
  }

  /** The library only flags a message over its size and goes on storing it. */
  override handler_DATA(command: Buffer, callback: () => void): void {
    const spool = this.#exchange.data(command)
    if ("code" in spool) {
      this.say(spool)
    } else if (this._parser !== false) {
      this.#patience.receive(spool.size)
      this._parser.receive((chunk) => this.#take(spool, chunk))
      this.send(354, "End data with <CR><LF>.<CR><LF>")
    }
    callback()
  }

  async #take(spool: Spool, chunk: Buffer): Promise<Buffer | null> {
    const rest = await spool.take(chunk)
    if (spool.isFlood()) this.cut()
    if (rest === null || this._closing || this._closed) return null
    this.#isJudging = true
    const answer = await this.#exchange.end()
    this.#isJudging = false
    if (answer.code === 250) this.#budget.forgive()
    this._resetSession()
    this.#answered(answer, () => {})
    if (this.#farewell !== null) this.say(this.#farewell)
    return rest
  }

  #answered(answer: Reply, callback: () => void): void {
    this.#patience.renew()
    this.say(answer)
    callback()
  }

  /** Clients that go on before such an answer speak to two servers at once. RFC 2920 §3.1; without EHLO before any answer. */
  #mustWait(line: Buffer): boolean {
    const verb = verbOf(line)
    if (!this._ready || this._upgrading || this._nextHandler !== false || verb === "QUIT") return false
    return this.openingCommand !== "EHLO" || LAST.has(verb)
  }

  #judgeCommand(verb: string): Reply | null {
    const spent = this.#budget.command(verb)
    if (spent !== null) return spent
    const isOpen = this.#exchange.isOpen()
    if (this.#farewell !== null && !isOpen) return this.#farewell
    if (verb !== "AUTH") return null
    if (!this.secure && !super._isDisabled("AUTH")) return encryptFirst
    return isOpen ? authInMail : null
  }

  #enter(): Promise<Reply | null> {
    const { gate, isClosing } = this._server.deps
    if (isClosing()) return Promise.resolve(shuttingDown)
    if (this.#counted?.ip !== this.remoteAddress) {
      this.#counted?.place.leave()
      this.#counted = { ip: this.remoteAddress, place: gate.enter(this.remoteAddress) }
    }
    return this.#counted.place.refusal
  }

  #isKnown(): boolean {
    return this._xClient.size === 0 || this._xClient.has("ADDR:DEFAULT")
  }

  #user(): User | null {
    const name: unknown = this.session.user
    return typeof name === "string" ? (this._server.port().users?.get(name) ?? null) : null
  }

  #client(): Client {
    const socket = this._socket
    return {
      ip: this.remoteAddress,
      helo: this.hostNameAppearsAs === false ? "" : this.hostNameAppearsAs,
      tls: socket instanceof TLSSocket ? { version: socket.getProtocol() ?? "", cipher: cipherOf(socket) } : null,
      user: this.#user()?.name ?? null,
      ...(this.openingCommand === "HELO" ? { plain: true as const } : {}),
      listener: this._server.portName === "inbound" ? "inbound" : "submission",
      // Whom XCLIENT introduces without an address is unknown, and not the proxy.
      trusted: this.#isKnown() && this._server.port().isTrusted(this.remoteAddress),
    }
  }
}

/** A socket that is just closing has none. */
function cipherOf(socket: TLSSocket): string {
  return socket.getCipher()?.name ?? ""
}

function verbOf(command: Buffer): string {
  return (command.toString("latin1").split(" ", 1)[0] ?? "").toUpperCase()
}
