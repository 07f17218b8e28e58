/** `explain`: judges messages exactly as the gateway would; delivers nothing, keeps nothing. */
import { reason } from "../config/files.ts"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Plan } from "../act/plan.ts"
import * as replies from "../act/replies.ts"
import type { Gateway } from "../gateway.ts"
import type { Judged } from "../judge.ts"
import { addressKey, parseAddress, type Address } from "../mail/address.ts"
import { UNCHECKED } from "../mail/identity.ts"
import type { Message, Position } from "../mail/message.ts"
import type { Reply } from "../mail/reply.ts"
import type { Recipient, Spooled } from "../mail/transaction.ts"
import { createPool } from "../sandbox/pool.ts"
import { scanSettings } from "../sandbox/protocol.ts"
import { startScribe } from "../sandbox/scribe.ts"
import type { Configuration } from "./assemble.ts"
import { createBadFiles } from "./bad-files.ts"
import { MALFORMED, refusalOf } from "./malformed.ts"
import {
  asSent,
  type Case,
  clientOf,
  isRelay,
  RELAY_DENIED,
  spool,
  transactionOf,
  trialGateway,
  verdictOf,
} from "./trial.ts"
import { UsageError } from "./usage.ts"

export interface ExplainOptions {
  readonly from: string
  readonly to: readonly string[]
  readonly trusted?: boolean
  readonly user?: string
  readonly client?: string
  /** As if the message answered one from its recipient: there is no store to ask. */
  readonly thread?: boolean
  readonly json?: boolean
  /** What a recipient gave to open sealed files. */
  readonly password?: readonly string[]
}

/** What `--json` prints for one file; contracts.md is its word. */
type Explained = Readonly<Record<string, unknown>>

/** Prints the explanation of each file in turn. Throws UsageError for what the caller got wrong. */
export async function explain(
  files: readonly string[],
  options: ExplainOptions,
  configuration: Configuration,
): Promise<void> {
  const from = options.from === "" || options.from === "<>" ? null : wanted(options.from, "--from")
  const to = options.to.map((text): Recipient => ({ address: wanted(text, "--to"), notify: null, orcpt: null }))
  const messages = await Promise.all(files.map(readMessage))
  const { settings } = configuration
  // Nothing is kept: the lists that a running gateway has beside its records are fetched for this once.
  const directory = settings.scan.hashes.length === 0 ? null : await mkdtemp(join(tmpdir(), "congthu-lists-"))
  const badFiles = createBadFiles(directory ?? "")
  await badFiles.look(settings.scan.hashes, Date.now())
  const pool = createPool({ scan: scanSettings(settings, badFiles.kept()), scribe: startScribe })
  try {
    const gateway = trialGateway({
      pool,
      configuration,
      isReply: options.thread === true,
      isClientKnown: options.client !== undefined,
      passwords: options.password,
    })
    for (const [index, bytes] of messages.entries()) {
      const told = await one(gateway, configuration, { bytes, from, to, client: clientOf(options, configuration) })
      const file = { file: files[index] ?? "" }
      if (options.json === true) print(JSON.stringify({ ...file, ...told.json }, null, files.length === 1 ? 2 : 0))
      else print(`${files.length > 1 ? `${file.file}\n` : ""}${told.text}`)
    }
  } finally {
    await pool.close()
    if (directory !== null) await rm(directory, { recursive: true, force: true })
  }
}

function print(text: string): void {
  process.stdout.write(`${text}\n`)
}

function wanted(text: string, option: string): Address {
  const address = parseAddress(text)
  if (address === null) throw new UsageError(`${option}: expected a mail address, got ${JSON.stringify(text)}`)
  return address
}

async function readMessage(file: string): Promise<Uint8Array> {
  try {
    return asSent(await readFile(file))
  } catch (error) {
    throw new UsageError(`${file}: expected a readable message, got ${reason(error)}`)
  }
}

async function one(
  gateway: Gateway,
  configuration: Configuration,
  given: Case,
): Promise<{ json: Explained; text: string }> {
  const { inForce, settings } = configuration
  const transaction = transactionOf(given)
  const judged = await gateway.judge(transaction, spool(given.bytes))
  const denied = given.to.filter((recipient) => isRelay(given, recipient, configuration))
  const judgement: Judged = { ...judged, judged: judged.judged.filter(({ recipient }) => !denied.includes(recipient)) }
  const plan: Plan | null = judgement.judged.length === 0 ? null : gateway.plan(judgement)
  const refusal = await refusalOf(given.bytes, settings.limits)
  const reply =
    (plan === null ? null : (refusal ?? plan.reply)) ??
    replies.relayDenied({ id: transaction.id, publicUrl: inForce.publicUrl })
  const verdicts = [
    ...judgement.judged.map((each) => ({ ...verdictOf(each), ...(refusal === null ? {} : MALFORMED) })),
    ...denied.map(({ address }) => ({ ...RELAY_DENIED, recipient: addressKey(address) })),
  ].toSorted((a, b) => order(given.to, a.recipient) - order(given.to, b.recipient))
  return { json: asJson(judged, verdicts, reply), text: asText(verdicts, reply) }
}

function order(to: readonly Recipient[], key: string): number {
  return to.findIndex(({ address }) => addressKey(address) === key)
}

interface Told {
  readonly recipient: string
  readonly direction: string
  readonly disposition: string
  readonly because: readonly { readonly vi: string; readonly en: string }[]
}

function asMessage(message: Message, { sha256, size }: Spooled): Explained {
  const { subject, defects, attachments } = message
  const files = attachments.map(({ at, names, type, size: octets, sha256: digest }) => {
    return { at, names, type, size: octets, sha256: digest }
  })
  return { subject, sha256, size, defects, attachments: files }
}

/** What goes on in place of the message as it came, and to whom. */
function asRewritten(judged: Judged["judged"]): readonly Explained[] {
  const groups = Map.groupBy(judged, ({ rewritten }) => rewritten)
  return [...groups].flatMap(([made, ones]) => {
    if (made === undefined) return []
    const { examination, changes, spooled } = made
    return [
      {
        recipients: ones.map(({ recipient }) => addressKey(recipient.address)),
        changes: changes.map(({ is }) => is),
        message: asMessage(examination.message, spooled),
        findings: examination.findings.state === "known" ? examination.findings.value : [],
      },
    ]
  })
}

function asJson(
  { examination, identity, imitations, spooled, judged }: Judged,
  verdicts: readonly Told[],
  reply: Reply,
): Explained {
  const { message, findings, authentication, content } = examination
  const rewritten = asRewritten(judged)
  const { spf, dkim, dmarc, arc } = authentication.state === "known" ? authentication.value : UNCHECKED
  return {
    direction: verdicts[0]?.direction,
    message: asMessage(message, spooled),
    identity: {
      webmail: identity.webmail.map((hit) => ({ ...hit, position: place(hit.position) })),
      imitations: imitations.map((found) => ({ ...found, position: place(found.position) })),
      spf,
      dkim,
      dmarc,
      arc,
      ...(authentication.state === "failed" ? { failed: authentication.why } : {}),
    },
    findings: findings.state === "known" ? findings.value : [],
    ...(rewritten.length === 0 ? {} : { rewritten }),
    ...(findings.state === "failed" ? { failed: findings.why } : {}),
    content,
    verdicts,
    reply,
  }
}

/** Header positions are told apart from those of the envelope. */
function place(position: Position): string {
  return ["mail-from", "rcpt-to", "display-name"].includes(position) ? position : `header-${position}`
}

function asText(verdicts: readonly Told[], reply: Reply): string {
  const lines = verdicts.flatMap(({ recipient, disposition, because }) => [
    `${recipient}: ${disposition}`,
    ...because.flatMap(({ vi, en }) => [`  ${vi}`, `  ${en}`]),
  ])
  return [...lines, `→ ${reply.code} ${reply.status} ${reply.text}`].join("\n")
}
