/** What is found out about one message, and what the policy says of it for each recipient; where it wants it made anew, of the new one too. */
import type { Units } from "./act/care.ts"
import type { Judged as Party, Judgement, Rewritten } from "./act/judgement.ts"
import type { PlanSettings } from "./act/plan.ts"
import { changesOf, goesOn, joined, unrewritten } from "./act/rewriting.ts"
import { decide, isLiftable, type Prepared } from "./decide/decide.ts"
import { type Judged as Answered, record, SECRET } from "./decide/record.ts"
import { beforeData, type Party as Where, type PolicyInForce } from "./envelope.ts"
import { claimOf, direction } from "./identify/direction.ts"
import { identify } from "./identify/identify.ts"
import { findingsOf, type Imitations, isImitation } from "./identify/imitation.ts"
import { addressKey } from "./mail/address.ts"
import { type Evidence, type Fact, failed, known } from "./mail/evidence.ts"
import type { Examination } from "./mail/examination.ts"
import type { Claim, Identity, Imitation } from "./mail/identity.ts"
import type { Message } from "./mail/message.ts"
import { isMarked, isSecret } from "./mail/secret.ts"
import type { Change, Rewriting } from "./mail/rewrite.ts"
import type { Instant, Spooled, Transaction, TransactionId } from "./mail/transaction.ts"
import type { Verdict } from "./mail/verdict.ts"
import type { Pass } from "./store/custody.ts"
import type { Answer } from "./store/store.ts"

/** One version of policy and settings; a message is judged by one of them from end to end. */
export interface InForce extends PlanSettings, PolicyInForce {
  /** RFC 5321 §6.3. */
  readonly hops: number
  readonly imitations: Imitations
}

export interface JudgeDeps {
  /** `claim` is who sent it when that is to be proven. */
  examine(spooled: Spooled, claim: Claim | null): Promise<Examination>
  /** The same of what may be secret, once an exception lets it pass. */
  examineCleared?(spooled: Spooled, claim: Claim | null): Promise<Examination>
  rewrite(spooled: Spooled, changes: readonly Change[], id: TransactionId): Promise<Rewriting>
  /** Octets of ours as a body. */
  spool(octets: Uint8Array): Promise<Spooled>
  /** Of what tells a message, under a key that stays here. */
  keyedHash(text: string): string
  /** Whether a mailbox of ours answers what a correspondent sent it. Rejects when the records cannot be asked. */
  isReply(answer: Answer, now: Instant): Promise<boolean>
  newId(): TransactionId
  /** Permissions for a resend that live now: few, and at hand. */
  passes(): readonly Pass[]
}

/** A judgement with all that `explain` prints. */
export interface Judged extends Judgement {
  readonly identity: Identity
  readonly imitations: readonly Imitation[]
}

export interface Given {
  readonly transaction: Transaction
  readonly spooled: Spooled
}

interface Known extends Where {
  readonly units: Units
  readonly thread: Fact<boolean>
}

export async function judge(deps: JudgeDeps, inForce: InForce, { transaction, spooled }: Given): Promise<Judged> {
  const { client, envelope } = transaction
  const found = await looked(deps, inForce, { transaction, spooled })
  const { message, authentication } = found
  const identity = identify(transaction, message, inForce.webmail)
  const imitations = inForce.imitations(identity, message)
  const examination = { ...found, findings: withMore(found.findings, findingsOf(imitations)) }
  const parties = await Promise.all(
    envelope.to.map(async (recipient): Promise<Known> => {
      const where = direction(client, envelope.from, recipient.address, inForce.directory)
      const { senderUnit, recipientUnit } = beforeData(inForce, transaction, { recipient, where })
      const units = { sender: senderUnit, recipient: recipientUnit }
      return { recipient, where, units, thread: await isReply(deps, transaction, { recipient, where, message }) }
    }),
  )
  const keyedHash = deps.keyedHash(spooled.sha256)
  const contentHash = deps.keyedHash(examination.words.digest === "" ? spooled.sha256 : examination.words.digest)
  const passes = passesFor(deps.passes(), contentHash, { transaction, parties })
  const named = { transaction, spooled, keyedHash, passes }
  const first = verdicts(inForce, named, { examination, parties })
  const said = first.map(({ verdict }) => verdict)
  const judged = await anew(deps, inForce, { ...named, examination, parties, first: said })
  return {
    transaction,
    spooled,
    keyedHash,
    contentHash,
    uses: passes.map(({ id }) => id),
    message,
    authenticated: parties.some(({ where }) => where.authenticated),
    authentication: authentication.state === "known" ? authentication.value : null,
    looping: message.hops > inForce.hops,
    judged,
    examination,
    identity,
    imitations,
    facts: isSecret(examination.content) ? SECRET : record(inForce.prepared, withoutPasses(inForce, first, passes)),
  }
}

/**
 * Of what may be secret nothing is looked into, and it is refused; unless two persons let this very message pass: then it is
 * looked into like any other before it goes anywhere.
 */
async function looked(deps: JudgeDeps, inForce: InForce, { transaction, spooled }: Given): Promise<Examination> {
  const claim = claimOf(transaction)
  const found = await deps.examine(spooled, claim)
  if (deps.examineCleared === undefined || !isSecret(found.content) || isMarked(found.content)) return found
  const keyedHash = deps.keyedHash(spooled.sha256)
  const { client, envelope } = transaction
  const parties = envelope.to.map((recipient) => ({
    recipient,
    where: direction(client, envelope.from, recipient.address, inForce.directory),
    units: { sender: null, recipient: null },
    thread: known(false),
  }))
  const first = verdicts(inForce, { transaction, spooled, keyedHash, passes: [] }, { examination: found, parties })
  const isLifted = first.every(({ verdict }) => verdict.lifted.length > 0 && verdict.disposition !== "refuse")
  return isLifted ? deps.examineCleared(spooled, claim) : found
}

function withMore<T>(fact: Fact<readonly T[]>, more: readonly T[]): Fact<readonly T[]> {
  return fact.state === "known" && more.length > 0 ? known([...fact.value, ...more]) : fact
}

interface Examined {
  readonly examination: Examination
  readonly parties: readonly Known[]
}

interface Named extends Given {
  readonly keyedHash: string
  readonly passes: readonly Pass[]
}

/** Permissions for this very message: the same words and files, from the mailbox that asked, proven as it was then. */
function passesFor(
  passes: readonly Pass[],
  content: string,
  { transaction, parties }: { readonly transaction: Transaction; readonly parties: readonly Known[] },
): readonly Pass[] {
  const { envelope, at } = transaction
  if (passes.length === 0 || envelope.from === null || !parties.some(({ where }) => where.authenticated)) return []
  const sender = addressKey(envelope.from)
  return passes.filter((pass) => pass.content === content && pass.sender === sender && at < pass.until)
}

/** What the policy alone says: permissions for one resend are no part of it. */
function withoutPasses(inForce: InForce, first: readonly Answered[], passes: Named["passes"]): readonly Answered[] {
  if (passes.length === 0) return first
  return first.map(({ evidence, verdict }) => {
    const alone = decide(inForce.prepared, evidence)
    return { evidence, verdict: alone === "pending" ? verdict : alone }
  })
}

/** One for each recipient. After DATA no fact is pending any more. */
function verdicts(
  inForce: InForce,
  { transaction, spooled, keyedHash, passes }: Named,
  found: Examined,
): readonly Answered[] {
  const { message, findings, authentication, content } = found.examination
  const identity = known(identify(transaction, message, inForce.webmail))
  return found.parties.map(({ recipient, where, thread }) => {
    const evidence: Evidence = {
      ...beforeData(inForce, transaction, { recipient, where }),
      thread,
      identity,
      authentication,
      message: known(message),
      keyedHash: known(keyedHash),
      size: known(spooled.size),
      findings,
      content: known(content),
    }
    const key = addressKey(recipient.address)
    const verdict = decideWith(
      inForce.prepared,
      evidence,
      passes.filter(({ recipients }) => recipients.includes(key)),
    )
    if (verdict === "pending") throw new Error("a verdict is pending after DATA")
    return { evidence, verdict }
  })
}

/** Rules that a permission lifts are not asked; those that nothing lifts are. */
function decideWith(prepared: Prepared, evidence: Evidence, passes: readonly Pass[]): Verdict | "pending" {
  if (passes.length === 0) return decide(prepared, evidence)
  const lifted = prepared.rules.filter(
    ({ rule }) => isLiftable(rule.when) && passes.some(({ rules }) => rules.includes(rule.id)),
  )
  const verdict = decide({ ...prepared, rules: prepared.rules.filter((one) => !lifted.includes(one)) }, evidence)
  if (verdict === "pending") return verdict
  const [{ transaction } = { transaction: "" }] = passes
  return {
    ...verdict,
    lifted: [...verdict.lifted, ...lifted.map(({ rule }) => ({ rule: rule.id, exception: transaction }))],
    because: [
      ...verdict.because,
      ...lifted.map(({ rule }) => ({
        vi: `Quy tắc “${rule.title.vi}” được miễn một lần theo đề nghị ${transaction} đã được phê duyệt.`,
        en: `“${rule.title.en}” is lifted once: request ${transaction} was granted.`,
      })),
    ],
  }
}

interface Once extends Named, Examined {
  readonly first: readonly Verdict[]
}

/** Recipients that want the same changes share one message; each of these is made, examined and judged once. */
async function anew(deps: JudgeDeps, inForce: InForce, once: Once): Promise<readonly Party[]> {
  const asked = once.first.map(changesOf)
  const made = new Map<string, Rewritten | Extract<Rewriting, { is: "kept" }>>()
  for (const changes of asked) {
    const key = JSON.stringify(changes)
    if (changes.length > 0 && !made.has(key)) made.set(key, await remake(deps, once, changes))
  }
  return once.parties.map((party, index) => {
    const { recipient, where, units } = party
    const verdict = once.first[index]
    if (verdict === undefined) throw new Error("a recipient without a verdict")
    const one = made.get(JSON.stringify(asked[index]))
    if (one === undefined) return { recipient, ...where, units, verdict }
    if ("is" in one) return { recipient, ...where, units, verdict: unrewritten(verdict, one, inForce.rules) }
    const keyedHash = deps.keyedHash(one.spooled.sha256)
    const [second = { verdict }] = verdicts(
      inForce,
      { ...one, keyedHash, passes: once.passes },
      { examination: one.examination, parties: [party] },
    )
    const both = joined(verdict, second.verdict, inForce.rules)
    // Security looks at the message as it came.
    return goesOn(both)
      ? { recipient, ...where, units, verdict: both, rewritten: one }
      : { recipient, ...where, units, verdict: both }
  })
}

/** What was proven of the sender was proven on the octets as they came. */
async function remake(
  deps: JudgeDeps,
  { transaction, spooled, examination }: Once,
  changes: readonly Change[],
): Promise<Rewritten | Extract<Rewriting, { is: "kept" }>> {
  const rewriting = await deps.rewrite(spooled, changes, transaction.id)
  if (rewriting.is === "kept") return rewriting
  const body = await deps.spool(rewriting.bytes)
  const { authentication } = examination
  const found = await deps.examine(body, null)
  // Nor does a rewriting change who it shows.
  const shown = examination.findings.state === "known" ? examination.findings.value.filter(isImitation) : []
  return {
    transaction: { ...transaction, id: deps.newId() },
    spooled: body,
    examination: { ...found, authentication, findings: withMore(found.findings, shown) },
    changes,
  }
}

/** A clerk answers what a citizen sent: only mail that leaves us can. */
async function isReply(
  deps: JudgeDeps,
  { envelope, at }: Transaction,
  { recipient, where, message }: Where & { readonly message: Message },
): Promise<Fact<boolean>> {
  if (where.direction !== "outbound" || envelope.from === null) return known(false)
  const answer = {
    mailbox: addressKey(envelope.from),
    correspondent: addressKey(recipient.address),
    messageIds: message.references,
  }
  try {
    return known(await deps.isReply(answer, at))
  } catch (error) {
    return failed(error instanceof Error ? error.message : "unknown")
  }
}
