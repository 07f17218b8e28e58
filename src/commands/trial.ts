/** Judges a message as the gateway would, by any policy, keeping and delivering nothing. */
import { createHash } from "node:crypto"
import { createGateway, type Gateway } from "../gateway.ts"
import { direction } from "../identify/direction.ts"
import type { Judged } from "../judge.ts"
import { addressKey, type Address } from "../mail/address.ts"
import { type Client, newTransactionId, type Recipient, type Spooled, type Transaction } from "../mail/transaction.ts"
import { createNetworks } from "../receive/network.ts"
import type { Pool } from "../sandbox/pool.ts"
import type { Configuration } from "./assemble.ts"
import { worded } from "./removed.ts"

/** There is no store behind it: whoever tried to keep something would learn it here. */
const keepsNothing = (): Promise<never> => Promise.reject(new Error("a trial keeps nothing"))

export interface TrialDeps {
  readonly pool: Pick<Pool, "examine" | "examineCleared" | "rewrite">
  readonly configuration: Configuration
  /** As if the message answered one from its recipient. */
  readonly isReply: boolean
  /** The address of the client is known: without one there is nobody whose claim DNS could confirm. */
  readonly isClientKnown: boolean
  readonly passwords?: readonly string[] | undefined
}

export function trialGateway({ pool, configuration, isReply, isClientKnown, passwords }: TrialDeps): Gateway {
  return createGateway({
    accept: keepsNothing,
    note: keepsNothing,
    discard: keepsNothing,
    tell: keepsNothing,
    seal: keepsNothing,
    inForce: () => configuration.inForce,
    passes: () => [],
    keyedHash: () => "",
    examine: (spooled, claim) => pool.examine(spooled, isClientKnown ? claim : null, passwords),
    examineCleared: (spooled, claim) => pool.examineCleared(spooled, isClientKnown ? claim : null),
    rewrite: (spooled, changes, id) =>
      pool.rewrite(spooled, worded(changes, configuration.office, { id, at: Date.now() })),
    spool: (octets) => Promise.resolve(spool(octets)),
    verify: () => Promise.resolve("exists"),
    isReply: () => Promise.resolve(isReply),
    newId: newTransactionId,
    now: Date.now,
  })
}

/** The line that separates messages in a mailbox file; no mail program sends it. RFC 4155. */
const SEPARATOR = /^From [^\s:]+(?: [^\n]*)?\n(?=[\w-]+:)/

/**
 * A file without any CRLF was saved by a program of another world: each LF is read as CRLF, and a mailbox file's first line is left out.
 * Otherwise octets stay as they are.
 */
export function asSent(bytes: Buffer): Uint8Array {
  if (bytes.includes("\r\n")) return bytes
  return Buffer.from(bytes.toString("latin1").replace(SEPARATOR, "").replaceAll("\n", "\r\n"), "latin1")
}

export interface Caller {
  readonly trusted?: boolean | undefined
  readonly user?: string | undefined
  readonly client?: string | undefined
}

export function clientOf({ trusted, user, client }: Caller, { settings }: Configuration): Client {
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

export interface Case {
  readonly bytes: Uint8Array
  readonly from: Address | null
  readonly to: readonly Recipient[]
  readonly client: Client
}

export function transactionOf({ bytes, from, to, client }: Case): Transaction {
  return {
    id: newTransactionId(),
    client,
    at: Date.now(),
    envelope: {
      from,
      to,
      body: bytes.some((octet) => octet > 127) ? "8BITMIME" : "7BIT",
      smtputf8: false,
      requireTls: false,
      ret: null,
      envid: null,
    },
  }
}

export function spool(bytes: Uint8Array): Spooled {
  return {
    size: bytes.length,
    sha256: createHash("sha256").update(bytes).digest("hex"),
    eightBit: bytes.some((octet) => octet > 127),
    key: new Uint8Array(32),
    at: { kind: "memory", bytes },
  }
}

export function isRelay({ client, from }: Case, { address }: Recipient, { inForce }: Configuration): boolean {
  return direction(client, from, address, inForce.directory).direction === "relay"
}

/** One recipient's verdict as people and scripts are told it. */
export function verdictOf({
  recipient,
  direction: where,
  verdict,
}: Pick<Judged["judged"][number], "recipient" | "direction" | "verdict">) {
  const { disposition, decisive, matched, shadow, capped, lifted, because } = verdict
  return {
    recipient: addressKey(recipient.address),
    direction: where,
    disposition,
    decisive,
    matched,
    shadow,
    capped,
    lifted,
    because,
  }
}

export const RELAY_DENIED = {
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
