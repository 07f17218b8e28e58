/** The link by which the recipient of one held copy opens what is sealed in it. It is signed, so that nothing is kept of it, and names nobody. */
import { createHmac, hkdfSync, timingSafeEqual } from "node:crypto"
import type { Instant, TransactionId } from "../mail/transaction.ts"

/** One recipient's copy, until its hold ends. */
export interface Opening {
  readonly transaction: TransactionId
  /** Address key. */
  readonly mailbox: string
  readonly until: Instant
}

export interface OpeningLinks {
  url(opening: Opening, publicUrl: string): string
  /** The message it is about. Null: no such link, or out of date. */
  about(token: string, now: Instant): TransactionId | null
  /** Whether it was made for that mailbox's copy. */
  isFor(token: string, mailbox: string): boolean
}

/** Octets of the digest that are told. RFC 2104 §5. */
const TOLD = 21
/** Event code, end in ms as base 36, digest. */
const TOKEN = /^([0-9A-Z]{8,16})\.([0-9a-z]{1,11})\.([\w-]{28})$/

/** A key of its own from the agency's. RFC 5869, RFC 2104. */
export function createOpeningLinks(agency: Uint8Array): OpeningLinks {
  const key = Buffer.from(hkdfSync("sha256", agency, "", "congthu opening link", 32))
  const signed = (named: string, mailbox: string): Buffer =>
    createHmac("sha256", key).update(`${named}\0${mailbox}`).digest().subarray(0, TOLD)
  return {
    url: ({ transaction, mailbox, until }, publicUrl) => {
      const named = `${transaction}.${until.toString(36)}`
      return `${publicUrl}/p/${named}.${signed(named, mailbox).toString("base64url")}`
    },
    about: (token, now) => {
      const [, transaction = "", until = ""] = TOKEN.exec(token) ?? []
      return transaction !== "" && now < Number.parseInt(until, 36) ? transaction : null
    },
    isFor: (token, mailbox) => {
      const [, transaction = "", until = "", digest = ""] = TOKEN.exec(token) ?? []
      const given = Buffer.from(digest, "base64url")
      const own = signed(`${transaction}.${until}`, mailbox)
      return given.length === own.length && timingSafeEqual(given, own)
    },
  }
}
