/** What an SMTP client told us: the session and the envelope of one message. */
import type { Address } from "./address.ts"

/** Milliseconds since the epoch, UTC. */
export type Instant = number
/** A span in milliseconds. */
export type Millis = number
/** A count of octets. */
export type Bytes = number
/** Our name for one MAIL…DATA exchange, unguessable: also the event code people read out over the phone. */
export type TransactionId = string

/** Crockford's base32: no letter is mistaken for a digit over the phone. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

const LENGTH = 12
/** How many characters ids that are made one after the other have in common. */
const ALIKE = 3
const OWN = LENGTH - ALIKE
/** Random octets for a hundred ids at once: asking for them costs more than making an id. */
const random = new Uint8Array(ALIKE + 100 * OWN)
let used = random.length
let beginning = ""

/**
 * Twelve characters of 5 random bits each. Ids of one hundred begin alike, so that the records' indexes have them on the same page
 * and not each on a page of its own: a quarter less to sync. The nine others, 45 bits, nobody guesses from an id of his own.
 */
export function newTransactionId(): TransactionId {
  if (used === random.length) {
    crypto.getRandomValues(random)
    beginning = letters(random.subarray(0, ALIKE))
    used = ALIKE
  }
  return beginning + letters(random.subarray(used, (used += OWN)))
}

function letters(octets: Uint8Array): string {
  let text = ""
  for (const octet of octets) text += ALPHABET[octet % 32]
  return text
}

/** The peer as far as the session proves it. */
export interface Client {
  readonly ip: string
  /** Its HELO/EHLO argument, "" before it came. */
  readonly helo: string
  /** It said HELO: SMTP without extensions. RFC 5321 §3.2. */
  readonly plain?: true
  readonly tls: { readonly version: string; readonly cipher: string } | null
  /** The login of AUTH, or null. RFC 4954. */
  readonly user: string | null
  /** Which of our listeners it came to; direction is read from here and never from a header. */
  readonly listener: "inbound" | "submission"
  /** Its address lies in `listen.submission.trusted`. */
  readonly trusted: boolean
}

/** One RCPT with its DSN parameters, which travel unchanged. RFC 3461 §4. */
export interface Recipient {
  readonly address: Address
  /** Null: not given; RFC 3461 §4.1 then means FAILURE. */
  readonly notify: readonly ("NEVER" | "SUCCESS" | "FAILURE" | "DELAY")[] | null
  /** As received, still xtext-encoded, e.g. `rfc822;a+2Bb@c.vn`; null when not given. */
  readonly orcpt: string | null
}

/** Whether the sender asked to be told of that outcome; FAILURE is what nobody need ask for. RFC 3461 §4.1. */
export function wants({ notify }: Recipient, outcome: "SUCCESS" | "FAILURE" | "DELAY"): boolean {
  return notify === null ? outcome === "FAILURE" : notify.includes(outcome)
}

/** RFC 5321 §3.3, with the parameters of RFC 1870, 3461, 6152, 6531 and 8689. */
export interface Envelope {
  /** Null is the null reverse-path `<>`. RFC 5321 §4.5.5. */
  readonly from: Address | null
  readonly to: readonly Recipient[]
  readonly body: "7BIT" | "8BITMIME"
  readonly smtputf8: boolean
  readonly requireTls: boolean
  readonly ret: "FULL" | "HDRS" | null
  /** As received, still xtext-encoded. */
  readonly envid: string | null
}

/** One MAIL…DATA exchange. RFC 5321 §3.3. */
export interface Transaction {
  readonly id: TransactionId
  readonly client: Client
  readonly envelope: Envelope
  readonly at: Instant
}

/**
 * The message as received: canonical bytes (after dot-unstuffing, never repaired), readable again and again.
 * Small ones stay in memory as plaintext until the accept transaction; larger ones are a file of AES-256-CTR ciphertext
 * under `key` (counter from zero). The key reaches a disk only in the accept transaction.
 */
export interface Spooled {
  readonly size: Bytes
  /** Hex, of the canonical bytes. */
  readonly sha256: string
  /** 8-bit octets occur: a next hop without 8BITMIME cannot take it. RFC 6152 §3. */
  readonly eightBit: boolean
  /** 32 octets. */
  readonly key: Uint8Array
  readonly at:
    | { readonly kind: "memory"; readonly bytes: Uint8Array }
    | { readonly kind: "file"; readonly path: string }
}
