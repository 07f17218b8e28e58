/** Recovery codes, for whoever lost the telephone and the keys. */
import { randomBytes } from "node:crypto"

const CODES = 10
const LETTERS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"

export function recoveryCodes(): string[] {
  return Array.from({ length: CODES }, recoveryCode)
}

/** Sixteen letters of some 4.9 bits. */
function recoveryCode(): string {
  const letters = Array.from(randomBytes(32))
    .filter((octet) => octet < 8 * LETTERS.length)
    .slice(0, 16)
    .map((octet) => LETTERS[octet % LETTERS.length])
    .join("")
  return letters.length === 16 ? (letters.match(/.{4}/g) ?? []).join("-") : recoveryCode()
}
