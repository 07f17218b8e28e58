/** Time-based one-time passwords, as every authenticator application makes them. RFC 6238, RFC 4226. */
import { createHmac, timingSafeEqual } from "node:crypto"
import type { Instant } from "../../mail/transaction.ts"

/** Ms of one step; six digits; SHA-1: the only one that all applications know. */
const STEP = 30_000
const DIGITS = 6
/** Steps before and after now that are taken: a telephone's clock is no atomic one. RFC 6238 §5.2. */
const WINDOW = 1

export function totp(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = createHmac("sha1", secret).update(counter).digest()
  const offset = (mac.at(-1) ?? 0) & 0xf
  const number = mac.readUInt32BE(offset) & 0x7fffffff
  return String(number % 10 ** DIGITS).padStart(DIGITS, "0")
}

export function stepAt(now: Instant): number {
  return Math.floor(now / STEP)
}

/** The step whose code it is, so that it can be used up; null: none. */
export function totpStep(secret: Uint8Array, code: string, now: Instant): number | null {
  if (!/^\d{6}$/.test(code)) return null
  const steps = Array.from({ length: 2 * WINDOW + 1 }, (_, index) => stepAt(now) - WINDOW + index)
  return steps.find((step) => timingSafeEqual(Buffer.from(totp(secret, step)), Buffer.from(code))) ?? null
}

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"

/** RFC 4648 §6, without padding. */
export function base32(octets: Uint8Array): string {
  const bits = Array.from(octets, (octet) => octet.toString(2).padStart(8, "0")).join("")
  return (bits.match(/.{1,5}/g) ?? []).map((five) => BASE32[Number.parseInt(five.padEnd(5, "0"), 2)]).join("")
}

/** What a QR code holds. https://github.com/google/google-authenticator/wiki/Key-Uri-Format */
export function totpUri(secret: Uint8Array, { issuer, name }: { issuer: string; name: string }): string {
  const label = `${encodeURIComponent(issuer)}:${encodeURIComponent(name)}`
  return `otpauth://totp/${label}?secret=${base32(secret)}&issuer=${encodeURIComponent(issuer)}&digits=${DIGITS}&period=${STEP / 1_000}`
}
