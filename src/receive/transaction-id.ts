/** Names a transaction: nobody can guess it, and it can be read out over the phone. */
import { randomBytes } from "node:crypto"
import type { TransactionId } from "../mail/transaction.ts"

/** Crockford's base 32: no I, L, O or U to mistake. */
const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
/** 12 characters of 5 bits: 60 bits. */
const LENGTH = 12

export function transactionId(): TransactionId {
  return Array.from(randomBytes(LENGTH), (octet) => ALPHABET.charAt(octet % ALPHABET.length)).join("")
}
