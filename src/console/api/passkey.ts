/**
 * Passkeys: what a browser's authenticator signed, checked step by step. Web Authentication Level 3 §7.1, §7.2. No attestation is
 * asked for, so none of its formats is read; browsers give the key as SPKI (§5.2.1.1), so no COSE is either.
 */
import { createPublicKey, hash, type KeyObject, verify } from "node:crypto"
import { isIP } from "node:net"
import { z } from "zod"
import type { Passkey } from "../../mail/people.ts"
import type { Instant, Millis } from "../../mail/transaction.ts"
import { newSecret } from "./secret.ts"

export interface RelyingParty {
  readonly id: string
  readonly origin: string
}

/** Null: browsers give no passkeys at such an address, which needs a name, and TLS where it is not localhost. */
export function relyingParty(publicUrl: string): RelyingParty | null {
  const { hostname, origin, protocol } = new URL(publicUrl)
  const isName = isIP(hostname) === 0 && !hostname.startsWith("[")
  return isName && (protocol === "https:" || hostname === "localhost") ? { id: hostname, origin } : null
}

/** COSE numbers: ES256, EdDSA, RS256. */
export const ALGORITHMS = [-7, -8, -257] as const

/** Ms in which a browser must come back with what it was asked. */
export const WITHIN: Millis = 300_000

const octets = z
  .string()
  .max(4_096)
  .regex(/^[\w-]*$/, { error: "base64url" })
const id = z
  .string()
  .min(16)
  .max(1_366)
  .regex(/^[\w-]+$/, { error: "base64url" })

/** As `PublicKeyCredential.toJSON` makes them; what is not named here is left out. */
export const registration = z.object({
  id,
  type: z.literal("public-key"),
  response: z.object({
    clientDataJSON: octets,
    authenticatorData: octets,
    publicKey: octets,
    publicKeyAlgorithm: z.union(ALGORITHMS.map((one) => z.literal(one))),
  }),
})
export const assertion = z.object({
  id,
  type: z.literal("public-key"),
  response: z.object({ clientDataJSON: octets, authenticatorData: octets, signature: octets }),
})
type Registration = z.output<typeof registration>
type Assertion = z.output<typeof assertion>

/** The challenge that the browser says it signed; "" when it says nothing that can be read. */
export function challengeOf(clientDataJSON: string): string {
  return readClientData(clientDataJSON)?.challenge ?? ""
}

const clientData = z.object({
  type: z.string(),
  challenge: z.string(),
  origin: z.string(),
  crossOrigin: z.boolean().optional(),
  topOrigin: z.string().optional(),
})

function readClientData(text: string): z.output<typeof clientData> | null {
  try {
    return clientData.parse(JSON.parse(Buffer.from(text, "base64url").toString()))
  } catch {
    return null
  }
}

/** `challenge` was ours and is used up: whoever calls has seen to that. */
interface Asked {
  readonly challenge: string
  readonly party: RelyingParty
}

export function checkRegistration(given: Registration, asked: Asked): Pick<Passkey, "id" | "key" | "counter"> | null {
  const { clientDataJSON, authenticatorData, publicKey, publicKeyAlgorithm } = given.response
  const data = readAuthenticatorData(authenticatorData)
  if (data === null || !isFor(clientDataJSON, "webauthn.create", asked) || !isWell(data, asked)) return null
  if (data.credential !== given.id || readKey(publicKey, publicKeyAlgorithm) === null) return null
  return { id: given.id, key: `${publicKeyAlgorithm}:${publicKey}`, counter: data.counter }
}

/** The authenticator's counter; null: not signed by that key, for us, now, by a person it knows. */
export function checkAssertion(given: Assertion, known: Pick<Passkey, "key" | "counter">, asked: Asked): number | null {
  const { clientDataJSON, authenticatorData, signature } = given.response
  const data = readAuthenticatorData(authenticatorData)
  if (data === null || !isFor(clientDataJSON, "webauthn.get", asked) || !isWell(data, asked)) return null
  const [algorithm, spki = ""] = known.key.split(":")
  const key = readKey(spki, Number(algorithm))
  if (key === null) return null
  const digest = hash("sha256", Buffer.from(clientDataJSON, "base64url"), "buffer")
  const signed = Buffer.concat([data.octets, digest])
  const method = Number(algorithm) === -8 ? null : "sha256"
  if (!verify(method, signed, key, Buffer.from(signature, "base64url"))) return null
  // Counters go up, or stay at 0 for good; one that goes back is a copy's. §6.1.1.
  const isCopy = (data.counter > 0 || known.counter > 0) && data.counter <= known.counter
  return isCopy ? null : data.counter
}

function isFor(text: string, type: string, { challenge, party }: Asked): boolean {
  const said = readClientData(text)
  if (said === null || said.crossOrigin === true || said.topOrigin !== undefined) return false
  return said.type === type && said.challenge === challenge && said.origin === party.origin
}

interface AuthenticatorData {
  readonly octets: Buffer
  readonly flags: number
  readonly counter: number
  /** base64url; null where the data is no new credential's. */
  readonly credential: string | null
}

/** Bits of the flags. §6.1. */
const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

function readAuthenticatorData(text: string): AuthenticatorData | null {
  const data = Buffer.from(text, "base64url")
  const flags = data[32]
  if (data.length < 37 || flags === undefined) return null
  // AAGUID of 16 octets, length of the identifier in two, then the identifier. §6.5.1.
  const length = (flags & ATTESTED) !== 0 && data.length >= 55 ? data.readUInt16BE(53) : null
  const credential = length === null ? null : data.subarray(55, 55 + length).toString("base64url")
  return { octets: data, flags, counter: data.readUInt32BE(33), credential }
}

/** For us, with a person there whom the authenticator knows by finger, face or PIN. */
function isWell({ octets: data, flags }: AuthenticatorData, { party }: Asked): boolean {
  const ours = hash("sha256", party.id, "buffer")
  return data.subarray(0, 32).equals(ours) && (flags & PRESENT) !== 0 && (flags & VERIFIED) !== 0
}

function readKey(spki: string, algorithm: number): KeyObject | null {
  try {
    const key = createPublicKey({ key: Buffer.from(spki, "base64url"), format: "der", type: "spki" })
    const { namedCurve, modulusLength = 0 } = key.asymmetricKeyDetails ?? {}
    const fits =
      (algorithm === -7 && key.asymmetricKeyType === "ec" && namedCurve === "prime256v1") ||
      (algorithm === -8 && key.asymmetricKeyType === "ed25519") ||
      (algorithm === -257 && key.asymmetricKeyType === "rsa" && modulusLength >= 2_048)
    return fits ? key : null
  } catch {
    return null
  }
}

/** Questions that wait for a browser's answer: each is for one purpose and answered once, in bounded memory. */
export function createChallenges(most = 10_000) {
  const waiting = new Map<string, { readonly purpose: string; readonly until: Instant }>()
  return {
    issue(purpose: string, now: Instant): string {
      const challenge = newSecret()
      waiting.set(challenge, { purpose, until: now + WITHIN })
      const [oldest] = waiting.keys()
      if (waiting.size > most && oldest !== undefined) waiting.delete(oldest)
      return challenge
    },
    take(challenge: string, purpose: string, now: Instant): boolean {
      const found = waiting.get(challenge)
      waiting.delete(challenge)
      return found !== undefined && found.purpose === purpose && found.until > now
    },
  }
}
