/** `explain`: judges messages exactly as the gateway would; delivers nothing, keeps nothing. */
import { createHash } from "node:crypto"
import { mkdtemp, readFile, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import type { Plan } from "../act/plan.ts"
import * as replies from "../act/replies.ts"
import { createGateway, type Gateway } from "../gateway.ts"
import { direction } from "../identify/direction.ts"
import type { Judged } from "../judge.ts"
import { addressKey, parseAddress, type Address } from "../mail/address.ts"
import { UNCHECKED } from "../mail/identity.ts"
import type { Message, Position } from "../mail/message.ts"
import type { Reply } from "../mail/reply.ts"
import { type Client, newTransactionId, type Recipient, type Spooled, type Transaction } from "../mail/transaction.ts"
import { createPool } from "../sandbox/pool.ts"
import { scanSettings } from "../sandbox/protocol.ts"
import { startScribe } from "../sandbox/scribe.ts"
import { createNetworks } from "../receive/network.ts"
import type { Configuration } from "./assemble.ts"
import { createBadFiles } from "./bad-files.ts"
import { MALFORMED, refusalOf } from "./malformed.ts"
import { worded } from "./removed.ts"
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
    const gateway = createGateway({
      ...NOTHING_KEPT,
      inForce: () => configuration.inForce,
      // Without the address of the client there is nobody whose claim DNS could confirm.
      passes: () => [],
      keyedHash: () => "",
      examine: (spooled, claim) => pool.examine(spooled, options.client === undefined ? null : claim, options.password),
      examineCleared: (spooled, claim) => pool.examineCleared(spooled, options.client === undefined ? null : claim),
      rewrite: (spooled, changes, id) =>
        pool.rewrite(spooled, worded(changes, configuration.office, { id, at: Date.now() })),
      spool: (octets) => Promise.resolve(spool(octets)),
      verify: () => Promise.resolve("exists"),
      isReply: () => Promise.resolve(options.thread === true),
      newId: newTransactionId,
      now: Date.now,
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

/** The gateway of `explain` has no store behind it: whoever tried to keep something would learn it here. */
const NOTHING_KEPT = {
  accept: () => Promise.reject(new Error("explain keeps nothing")),
  note: () => Promise.reject(new Error("explain keeps nothing")),
  discard: () => Promise.reject(new Error("explain keeps nothing")),
  tell: () => Promise.reject(new Error("explain keeps nothing")),
  seal: () => Promise.reject(new Error("explain keeps nothing")),
}

function wanted(text: string, option: string): Address {
  const address = parseAddress(text)
  if (address === null) throw new UsageError(`${option}: expected a mail address, got ${JSON.stringify(text)}`)
  return address
}

/** The line that separates messages in a mailbox file; no mail program sends it. RFC 4155. */
const SEPARATOR = /^From [^\s:]+(?: [^\n]*)?\n(?=[\w-]+:)/

/**
 * A file without any CRLF was saved by a program of another world: each LF is read as CRLF, and a mailbox file's first line is left out.
 * Otherwise octets stay as they are.
 */
async function readMessage(file: string): Promise<Uint8Array> {
  try {
    const bytes = await readFile(file)
    if (bytes.includes("\r\n")) return bytes
    return Buffer.from(bytes.toString("latin1").replace(SEPARATOR, "").replaceAll("\n", "\r\n"), "latin1")
  } catch (error) {
    throw new UsageError(
      `${file}: expected a readable message, got ${error instanceof Error ? error.message : "an error"}`,
    )
  }
}

function clientOf({ trusted, user, client }: ExplainOptions, { settings }: Configuration): Client {
  const ip = client ?? (trusted === true ? "127.0.0.1" : "192.0.2.1")
  const isSubmission =
    trusted === true ||
    user !== undefined ||
    (client !== undefined && createNetworks(settings.listen.submission.trusted)(client))
  const tls = user === undefined ? null : { version: "TLSv1.3", cipher: "TLS_AES_256_GCM_SHA384" }
  return {
    ip,
    helo: `[${ip}]`,
    tls,
    user: user ?? null,
    listener: isSubmission ? "submission" : "inbound",
    trusted: trusted === true || (isSubmission && user === undefined),
  }
}

interface Case {
  readonly bytes: Uint8Array
  readonly from: Address | null
  readonly to: readonly Recipient[]
  readonly client: Client
}

async function one(
  gateway: Gateway,
  { inForce, settings }: Configuration,
  given: Case,
): Promise<{ json: Explained; text: string }> {
  const isRelay = ({ address }: Recipient): boolean =>
    direction(given.client, given.from, address, inForce.directory).direction === "relay"
  const transaction = transactionOf(given)
  const judged = await gateway.judge(transaction, spool(given.bytes))
  const denied = given.to.filter(isRelay)
  const judgement: Judged = { ...judged, judged: judged.judged.filter(({ recipient }) => !isRelay(recipient)) }
  const plan: Plan | null = judgement.judged.length === 0 ? null : gateway.plan(judgement)
  const refusal = await refusalOf(given.bytes, settings.limits)
  const reply =
    (plan === null ? null : (refusal ?? plan.reply)) ??
    replies.relayDenied({ id: transaction.id, publicUrl: inForce.publicUrl })
  const verdicts = [
    ...judgement.judged.map(({ recipient, direction: where, verdict }) => ({
      recipient: addressKey(recipient.address),
      direction: where,
      disposition: verdict.disposition,
      decisive: verdict.decisive,
      matched: verdict.matched,
      shadow: verdict.shadow,
      capped: verdict.capped,
      lifted: verdict.lifted,
      because: verdict.because,
      ...(refusal === null ? {} : MALFORMED),
    })),
    ...denied.map(({ address }) => ({ ...RELAY_DENIED, recipient: addressKey(address) })),
  ].toSorted((a, b) => order(given.to, a.recipient) - order(given.to, b.recipient))
  return { json: asJson(judged, verdicts, reply), text: asText(verdicts, reply) }
}

function order(to: readonly Recipient[], key: string): number {
  return to.findIndex(({ address }) => addressKey(address) === key)
}

const RELAY_DENIED = {
  direction: "relay",
  disposition: "reject",
  decisive: ["relay-denied"],
  matched: ["relay-denied"],
  shadow: [],
  capped: [],
  lifted: [],
  because: [
    {
      vi: "Người gửi chưa đăng nhập, không thuộc mạng tin cậy và người nhận không thuộc cơ quan: không chuyển tiếp.",
      en: "The client is neither logged in nor trusted and the recipient is not ours: relaying is denied.",
    },
  ],
} as const

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

function transactionOf({ bytes, from, to, client }: Case): Transaction {
  const eightBit = bytes.some((octet) => octet > 127)
  return {
    id: newTransactionId(),
    client,
    at: Date.now(),
    envelope: {
      from,
      to,
      body: eightBit ? "8BITMIME" : "7BIT",
      smtputf8: false,
      requireTls: false,
      ret: null,
      envid: null,
    },
  }
}

function spool(bytes: Uint8Array): Spooled {
  return {
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    eightBit: bytes.some((octet) => octet > 127),
    key: new Uint8Array(32),
    at: { kind: "memory", bytes },
  }
}
