/** The mail transactions of one session: MAIL, RCPT, DATA, each answered with one reply. RFC 5321 §3.3. */
import { type Address, addressKey } from "../mail/address.ts"
import { type Reply, reply } from "../mail/reply.ts"
import { type Client, newTransactionId, type Recipient, type Spooled } from "../mail/transaction.ts"
import type { Bodies } from "../store/store.ts"
import { type MailCommand, parseMail, parseRcpt } from "./command.ts"
import { answerOf, answerWithin, ENVELOPE_TIME, INTERNAL_ERROR, type Intake, MESSAGE_TIME } from "./intake.ts"
import type { Log } from "../telemetry/log.ts"
import type { Load } from "./load.ts"
import type { Rules } from "./port.ts"
import { createSpool, type Spool } from "./spool.ts"
import type { User } from "./users.ts"

export interface ExchangeDeps {
  readonly intake: Intake
  readonly bodies: Bodies
  readonly log: Log
  readonly load: Load
  rules(): Rules
}

/** The session as it stands now. */
export interface Peer {
  client(): Client
  /** Who logged in, with the rights of the last reload. */
  user(): User | null
  isGone(): boolean
}

/** `line` is a whole command without its CRLF. Nothing here rejects. */
export interface Exchange {
  mail(line: Buffer): Promise<Reply>
  rcpt(line: Buffer): Promise<Reply>
  /** Where the message goes, or why DATA is refused. */
  data(line: Buffer): Spool | Reply
  /** After the end of data; the transaction is over with it. */
  end(): Promise<Reply>
  /** RSET, EHLO and STARTTLS forget the envelope. RFC 5321 §4.1.1.5. */
  reset(): void
  /** The client went away: a message not yet complete is nobody's. */
  abandon(): Promise<void>
  /** MAIL was accepted and the transaction is not over. */
  isOpen(): boolean
}

interface Open extends MailCommand {
  /** By address key: the same recipient twice is one copy, with the DSN parameters given first. */
  readonly to: Map<string, Recipient>
  /** RCPT commands accepted, repeated ones included. */
  accepted: number
  spool: Spool | null
}

const sequence = (text: string): Reply => reply(503, "5.1", text)
const nested = sequence("Lenh sai thu tu. Sender already given, RSET first.")
const needMail = sequence("Lenh sai thu tu. Need MAIL first.")
const needRcpt = sequence("Lenh sai thu tu. Need RCPT first.")
const noArguments = reply(501, "5.4", "DATA khong co tham so. DATA takes no parameters.")
const needLogin = reply(530, "7.0", "Can dang nhap truoc khi gui thu. Authentication required.")
const notYours = reply(553, "7.1", "Ban khong duoc gui bang dia chi nay. Sender address is not owned by your login.")
const tooBig = reply(552, "3.4", "Thu qua lon. Message exceeds the size limit.")
const needTls = reply(530, "7.10", "REQUIRETLS can ket noi TLS. REQUIRETLS needs a TLS session.")
const tooMany = reply(452, "5.3", "Qua nhieu nguoi nhan trong mot thu. Too many recipients.")
const enough = reply(421, "7.0", "Qua nhieu thu trong mot ket noi. Too many messages in this session, connect again.")
const senderOk = reply(250, "1.0", "OK")
const recipientOk = reply(250, "1.5", "OK")

export function createExchange(deps: ExchangeDeps, peer: Peer): Exchange {
  let open: Open | null = null
  let messages = 0

  async function mail(line: Buffer): Promise<Reply> {
    if (open !== null) return nested
    const { limits } = deps.rules()
    if (messages >= limits.messagesPerConnection) return enough
    const client = peer.client()
    if (client.listener === "submission" && client.user === null && !client.trusted) return needLogin
    const command = parseMail(line)
    if (command.is === "refused") return command.reply
    const { from, size, parameters } = command.value
    if (parameters.requireTls && client.tls === null) return needTls
    if (size > limits.messageSize) return tooBig
    const shed = deps.load.refusal(size)
    if (shed !== null) return shed
    if (!maySendAs(peer.user(), from)) return notYours
    const refusal = await answerWithin(() => deps.intake.sender(client, from), ENVELOPE_TIME, deps.log)
    if (refusal !== null) return refusal
    open = { ...command.value, to: new Map(), accepted: 0, spool: null }
    return senderOk
  }

  async function rcpt(line: Buffer): Promise<Reply> {
    const current = open
    if (current === null) return needMail
    const { limits, postmaster } = deps.rules()
    const command = parseRcpt(line, postmaster, current.parameters.smtputf8)
    if (command.is === "refused") return command.reply
    if (current.accepted >= limits.recipients) return tooMany
    const recipient = command.value
    const ask = (): Promise<Reply | null> => deps.intake.recipient(peer.client(), current.from, recipient)
    const refusal = await answerWithin(ask, ENVELOPE_TIME, deps.log)
    if (refusal !== null) return refusal
    const key = addressKey(recipient.address)
    if (!current.to.has(key)) current.to.set(key, recipient)
    current.accepted += 1
    return recipientOk
  }

  function data(line: Buffer): Spool | Reply {
    if (open === null) return needMail
    if (open.to.size === 0) return needRcpt
    if (!/^data *$/i.test(line.toString("latin1"))) return noArguments
    const shed = deps.load.refusal(0)
    if (shed !== null) return shed
    deps.load.begin()
    open.spool = createSpool(deps.bodies.open(), deps.rules().limits, deps.log)
    return open.spool
  }

  async function end(): Promise<Reply> {
    const current = open
    const spool = current?.spool ?? null
    if (current === null || spool === null) return needMail
    current.spool = null
    messages += 1
    try {
      return await answered(current, spool)
    } finally {
      deps.load.end()
    }
  }

  async function answered(current: Open, spool: Spool): Promise<Reply> {
    const done = await spool.finish()
    if (done.is === "refused") return done.reply
    if (!peer.isGone()) return judge(current, spool, done.spooled)
    await spool.discard()
    return INTERNAL_ERROR
  }

  /** What was not taken is discarded, however late that is known. An intake that threw may have taken it: then the body stays. */
  function judge({ from, to, parameters }: Open, spool: Spool, spooled: Spooled): Promise<Reply> {
    const envelope = { from, to: [...to.values()], ...parameters }
    const transaction = { id: newTransactionId(), client: peer.client(), envelope, at: Date.now() }
    const ask = async (): Promise<Reply> => {
      const answer = await deps.intake.message(transaction, spooled)
      if (answer.code !== 250) await spool.discard()
      return answer
    }
    return answerWithin(ask, MESSAGE_TIME, deps.log)
  }

  return {
    mail: (line) => answerOf(() => mail(line), deps.log),
    rcpt: (line) => answerOf(() => rcpt(line), deps.log),
    data,
    end: () => answerOf(end, deps.log),
    reset: () => {
      open = null
    },
    abandon: async () => {
      const spool = open?.spool ?? null
      if (open === null || spool === null) return
      open.spool = null
      deps.load.end()
      await spool.discard()
    },
    isOpen: () => open !== null,
  }
}

/** Everybody may send the null reverse-path: reports and receipts have it. RFC 5321 §4.5.5. */
function maySendAs(user: User | null, from: Address | null): boolean {
  return user === null || from === null || user.addresses.has(addressKey(from))
}
