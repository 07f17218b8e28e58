/** Approvers answer notices by mail: their answers come to addresses of our own, decide once, and are answered. */
import { type Answer, commandOf, voiceOf } from "../act/ballot.ts"
import { type Person, isGrave } from "../act/rights.ts"
import * as replies from "../act/replies.ts"
import { deskOf } from "../act/tell.ts"
import { reachOf } from "../console/api/access.ts"
import type { Rcpt } from "../envelope.ts"
import { claimOf } from "../identify/direction.ts"
import { type Address, addressKey, parseAddress } from "../mail/address.ts"
import type { Acceptance, HeldCopy } from "../mail/delivery.ts"
import type { MailEvent } from "../mail/event.ts"
import type { Examination } from "../mail/examination.ts"
import type { Claim } from "../mail/identity.ts"
import type { NoticeName } from "../mail/notice.ts"
import type { Account } from "../mail/people.ts"
import type { Bilingual } from "../mail/policy.ts"
import type { Reply } from "../mail/reply.ts"
import { isSecret } from "../mail/secret.ts"
import { newTransactionId, type Instant, type Spooled, type Transaction } from "../mail/transaction.ts"
import { acceptNotice, ballotMailbox } from "../notify/custody.ts"
import { taggedDigest } from "../notify/link.ts"
import { harmless } from "../notify/markup.ts"
import type { BallotState } from "../store/custody.ts"
import type { Store } from "../store/store.ts"
import { decideAppeal } from "./appeal.ts"
import type { Configuration } from "./assemble.ts"
import { type Decided, decideHeld } from "./held.ts"
import { treeOf } from "./hands.ts"

export interface BallotDeps {
  readonly store: Store
  readonly configuration: () => Configuration
  readonly examine: (spooled: Spooled, claim: Claim | null) => Promise<Examination>
  /** Durable when resolved; and told. */
  readonly note: (events: readonly MailEvent[]) => Promise<void>
  /** Something was decided. */
  readonly wake: () => void
  readonly now: () => Instant
}

export interface BallotBox {
  /** Answers one RCPT; `otherwise` where it is not an address of ours for answers. */
  recipient(rcpt: Rcpt, otherwise: () => Promise<Reply | null>): Promise<Reply | null>
  /** Answers DATA: what is for such addresses is taken here, `otherwise` gets the rest. */
  message(transaction: Transaction, spooled: Spooled, otherwise: Otherwise): Promise<Reply>
}
type Otherwise = (transaction: Transaction) => Promise<Reply>

/** Answers nobody understood until an address is dead: a program that does not say it is one must not go on for ever. */
const MOST_MISREAD = 3

export function createBallotBox(deps: BallotDeps): BallotBox {
  const digestOf = (address: Address): string | null => {
    const { settings } = deps.configuration()
    return settings.hold.byMail === "off" ? null : taggedDigest(address, ballotMailbox(settings))
  }
  return {
    recipient: async (rcpt, otherwise) => {
      const digest = digestOf(rcpt.recipient.address)
      if (digest === null) return otherwise()
      const isOpen = mayCast(rcpt, deps) && (await deps.store.records.ballot(digest)) !== null
      return isOpen ? null : replies.unknownRecipient({ ...deps.configuration().inForce, id: newTransactionId() })
    },
    message: async (transaction, spooled, otherwise) => {
      const { envelope } = transaction
      const address = envelope.to.find((one) => digestOf(one.address) !== null)?.address
      const digest = address === undefined ? null : digestOf(address)
      if (address === undefined || digest === null) return otherwise(transaction)
      const reply = await take(digest, { transaction, spooled, address }, deps).catch(async (error: unknown) => {
        await deps.store.bodies.discard(spooled)
        throw error
      })
      const to = envelope.to.filter((one) => digestOf(one.address) === null)
      // “Reply all”: whoever else it is for gets it as he would any mail.
      if (to.length > 0 && (reply.code < 400 || reply.code >= 500))
        return otherwise({ ...transaction, envelope: { ...envelope, to } })
      await deps.store.bodies.discard(spooled)
      return reply
    },
  }
}

/** From outside only where the settings trust DMARC so far. */
function mayCast({ client }: Rcpt, { configuration }: BallotDeps): boolean {
  const isInside = client.user !== null || (client.listener === "submission" && client.trusted)
  return isInside || configuration().settings.hold.byMail === "authenticated"
}

interface Given {
  readonly transaction: Transaction
  readonly spooled: Spooled
  /** The one it was mailed to. */
  readonly address: Address
}

interface Cast extends Given {
  readonly ballot: BallotState
  readonly message: Answer["message"]
}

/** Nothing of the answer is kept but what it decides; nobody who has not proven who he is gets mail for it. */
async function take(digest: string, given: Given, deps: BallotDeps): Promise<Reply> {
  const { transaction, spooled } = given
  const { inForce, settings } = deps.configuration()
  const context = { ...inForce, id: transaction.id }
  const ballot = await deps.store.records.ballot(digest)
  if (ballot === null) return replies.unknownRecipient(context)
  const { message, authentication, content } = await deps.examine(spooled, claimOf(transaction))
  if (authentication.state !== "known") return replies.deferred(context)
  const cast = { ...given, ballot, message }
  if (isSecret(content)) {
    await deps.note([answered(cast, "secret", "client", deps.now())])
    return replies.refused("secrecy", context)
  }
  const { byMail } = settings.hold
  const answer = { transaction, message, authentication: authentication.value }
  const voice = byMail === "off" ? "unproven" : voiceOf(answer, ballot.voter, byMail)
  const account = (await deps.store.records.accounts()).find(
    ({ mail, disabledAt }) => mail === ballot.voter && disabledAt === null,
  )
  if (voice !== "own" || account === undefined) {
    await deps.note([answered(cast, voice === "own" ? "unproven" : voice, "client", deps.now())])
    return voice === "automatic" ? replies.accepted(context) : replies.answerUnproven(context)
  }
  await decide(cast, account, deps)
  return replies.accepted(context)
}

async function decide(cast: Cast, account: Account, deps: BallotDeps): Promise<void> {
  const { ballot, message } = cast
  const now = deps.now()
  if (ballot.spentAt !== null || ballot.until <= now) return tooLate(cast, account, deps)
  const command = commandOf(message.text)
  if (command === null) {
    return misread(
      cast,
      { name: "reply-unclear", replyTo: cast.address.text },
      answered(cast, "unclear", account.name, now),
      deps,
    )
  }
  const also = async (done: Decided): Promise<readonly Acceptance[]> => {
    const mail = await mailOf(cast, { name: "reply-taken", result: resultOf(done), reason: command.reason }, deps)
    const event = answered(cast, command.decision, account.name, now)
    return [{ ...mail, events: [...mail.events, event] }]
  }
  const done = await decided(cast, account, { ...command, also }, deps)
  if (done.released + done.agreed + done.denied === 0) return tooLate(cast, account, deps)
  deps.wake()
}

interface Word {
  readonly decision: "approve" | "deny"
  readonly reason: string
  readonly also: (done: Decided) => Promise<readonly Acceptance[]>
}

/** The same transitions as the console's and the command line's, under the same rights; but nothing grave. */
async function decided({ ballot }: Cast, account: Account, word: Word, deps: BallotDeps): Promise<Decided> {
  const { store } = deps
  const configuration = deps.configuration()
  const now = deps.now()
  const person = personOf(account, configuration)
  const { digest, transaction, appeal: mailbox } = ballot
  if (mailbox !== null) {
    const appeal = await store.records.appeal({ transaction, mailbox })
    const accounts = await store.records.accounts()
    if (appeal === null) return NOTHING
    return decideAppeal(appeal, person, { ...word, ballot: digest }, { store, configuration, accounts, now })
  }
  const byMail = {
    ballot: digest,
    also: word.also,
    concerns: ({ hold, recipient }: HeldCopy) =>
      !isGrave(hold) && ballot.recipients.includes(addressKey(recipient.address)),
  }
  const is = word.decision === "approve" ? "released" : "denied"
  const decider = { store, configuration, now, by: person.name, person, byMail }
  return decideHeld(is, { transaction, recipient: null }, decider, word.reason)
}

const NOTHING: Decided = { released: 0, agreed: 0, denied: 0, another: 0 }

function personOf(account: Account, { inForce }: Configuration): Person {
  const tree = treeOf(inForce.prepared.policy.units)
  return { name: account.name, mail: account.mail, may: (roles, unit) => reachOf(account, roles, tree).sees(unit) }
}

function resultOf({ released, denied }: Decided): Bilingual {
  if (denied > 0) return { vi: "không cho gửi", en: "denied" }
  if (released > 0) return { vi: "cho gửi", en: "approved" }
  return { vi: "đã ghi nhận ý kiến, còn chờ người thứ hai", en: "noted; it waits for a second person" }
}

function tooLate(cast: Cast, account: Account, deps: BallotDeps): Promise<void> {
  return misread(cast, { name: "reply-late" }, answered(cast, "late", account.name, deps.now()), deps)
}

/** He is told, a few times at most. */
async function misread(cast: Cast, told: Told, event: MailEvent, deps: BallotDeps): Promise<void> {
  const { digest, tries } = cast.ballot
  const mails = tries < MOST_MISREAD ? [await mailOf(cast, told, deps)] : []
  await deps.store.records.misread(digest, MOST_MISREAD, mails, event)
}

interface Told {
  readonly name: NoticeName
  readonly result?: Bilingual
  readonly reason?: string
  readonly replyTo?: string
}

/** To the approver's own mailbox, beside what he wrote. */
async function mailOf({ ballot, message }: Cast, { name, result, reason = "", replyTo }: Told, deps: BallotDeps) {
  const { office } = deps.configuration()
  const to = parseAddress(ballot.voter)
  if (to === null) throw new Error("an approver without a mailbox")
  const values = {
    nguoi_nhan: ballot.recipients.map(harmless),
    lien_ket_xem: `${office.settings.publicUrl}/${ballot.appeal === null ? "held" : "appeals"}/${ballot.transaction}`,
    ...(result === undefined ? {} : { ket_qua: result }),
    ...(reason === "" ? {} : { ly_do_ngan: harmless(reason) }),
  }
  const about = { id: ballot.transaction, at: deps.now(), messageId: message.messageId, requireTls: false }
  const notice = { name, to, about, values, ...(replyTo === undefined ? {} : { replyTo }) }
  return acceptNotice(notice, deskOf({ office, bodies: deps.store.bodies, now: deps.now() }))
}

function answered({ ballot, transaction }: Cast, result: string, by: string, at: Instant): MailEvent {
  const { client, envelope } = transaction
  const from = envelope.from === null ? null : addressKey(envelope.from)
  const detail = { result, from, client: client.ip, mail: transaction.id }
  return { kind: "answered", at, transaction: ballot.transaction, recipient: null, by, detail }
}
