/** Proves who sent a message, or not: SPF, DKIM, DMARC and ARC. The only file that knows mailauth. */
import { Readable } from "node:stream"
import { arc } from "mailauth/lib/arc/index.js"
import { dkimVerify } from "mailauth/lib/dkim/verify.js"
import { dmarc } from "mailauth/lib/dmarc/index.js"
import { spf } from "mailauth/lib/spf/index.js"
import type { Settings } from "../config/schema.ts"
import { isWithin } from "../mail/address.ts"
import { type Fact, failed, known } from "../mail/evidence.ts"
import {
  AUTH_RESULTS,
  type Authentication,
  type AuthResult,
  type Claim,
  type Signature,
  UNCHECKED,
} from "../mail/identity.ts"
import { createDns, type Questions } from "./dns.ts"
import { signedOctets } from "./signed.ts"

/** Strict: what a signature or record does not say as its RFC wants it, proves nothing. RFC 8301 §3.2 asks for 1024 bits. */
const STRICT = { strict: true, minBitLength: 1_024 } as const

/** Share of the time for SPF and DKIM: a sender whose own DNS is slow shall not keep DMARC from asking the author's. */
const IDENTITIES = 0.6

/** The settings that say how. */
export type AuthenticateSettings = Pick<Settings, "hostname" | "authentication">

/** Fails, and says why, when it is our own resolver that does not answer; what the sender does wrong is a value. */
export type Authenticate = (
  claim: Claim | null,
  octets: AsyncIterable<Uint8Array>,
  signal: AbortSignal,
) => Promise<Fact<Authentication>>

export function createAuthenticate({ hostname, authentication }: AuthenticateSettings): Authenticate {
  const dns = createDns(authentication)
  const { check, timeout } = authentication
  return async (claim, octets, signal) => {
    if (claim === null || !check) return known(UNCHECKED)
    const ofPolicy = dns(signal, timeout * IDENTITIES)
    const ofKeys = dns(signal, timeout * IDENTITIES)
    const ofAuthor = dns(signal, timeout * (1 - IDENTITIES))
    const [policy, signed] = await Promise.all([
      checkSpf(claim, hostname, lookupOf(ofPolicy)),
      checkSignatures(octets, lookupOf(ofKeys), signal),
    ])
    const [chain, author] = await Promise.all([
      checkChain(signed.arc, lookupOf(ofKeys)),
      checkAuthor(signed, policy, lookupOf(ofAuthor)),
    ])
    if ([ofPolicy, ofKeys, ofAuthor].some(({ unanswered }) => unanswered())) return failed("resolver")
    return signal.aborted ? failed("deadline") : known(summary(claim, { policy, signed, chain, author }))
  }
}

type Lookup = ReturnType<typeof lookupOf>

/** mailauth's types know of no MX records, which it asks for. */
function lookupOf(questions: Questions) {
  function lookup(name: string, type: string): Promise<string[][] | string[]>
  function lookup(name: string, type: string): Promise<unknown> {
    return questions.ask(name, type)
  }
  return lookup
}

interface Checked {
  readonly policy: Policy
  readonly signed: Signed
  readonly chain: AuthResult
  readonly author: Author
}

function summary({ mailFrom }: Claim, { policy, signed, chain, author }: Checked): Authentication {
  const { signatures } = signed
  const isSigner = ({ result, domain }: Signature): boolean =>
    result === "pass" && mailFrom !== null && isWithin(mailFrom.domain, domain.toLowerCase())
  return {
    spf: policy.result,
    dkim: best(signatures),
    dmarc: author.result,
    arc: chain,
    asked: { of: mailFrom === null ? "helo" : "mailfrom", domain: policy.domain },
    signatures,
    author: author.domain,
    provesMailFrom: mailFrom !== null && (policy.result === "pass" || signatures.some(isSigner)),
  }
}

interface Policy {
  readonly result: AuthResult
  readonly domain: string
}

/** RFC 7208; under a null reverse-path the HELO name stands for the sender (§2.4). */
async function checkSpf({ ip, helo, mailFrom }: Claim, hostname: string, lookup: Lookup): Promise<Policy> {
  const domain = mailFrom?.domain ?? helo
  try {
    const sender = mailFrom === null ? "" : `${mailFrom.local}@${mailFrom.domain}`
    const { status } = await spf({ sender, ip, helo, mta: hostname, resolver: lookup, ...STRICT })
    return { result: word(status.result), domain }
  } catch {
    return { result: "permerror", domain }
  }
}

type Chain = NonNullable<Awaited<ReturnType<typeof dkimVerify>>["arc"]>

interface Signed {
  readonly signatures: readonly Signature[]
  /** Addresses of the From fields, and how many such fields there are. */
  readonly authors: readonly string[]
  readonly fromFields: number
  readonly arc: Chain | null
}

/** RFC 6376. A message no verifier can read has a signature nobody can check. */
async function checkSignatures(
  octets: AsyncIterable<Uint8Array>,
  lookup: Lookup,
  signal: AbortSignal,
): Promise<Signed> {
  const input = Readable.from(signedOctets(octets), { signal, objectMode: false })
  try {
    const verified = await dkimVerify(input, { resolver: lookup, ...STRICT })
    const signatures = verified.results.flatMap(({ status, signingDomain = "", selector = "" }) =>
      status.result === "none" ? [] : [{ result: resultOf(status), domain: signingDomain, selector }],
    )
    return { signatures, authors: verified.headerFrom, fromFields: verified.fromFields, arc: verified.arc ?? null }
  } catch {
    return { signatures: [{ result: "permerror", domain: "", selector: "" }], authors: [], fromFields: 0, arc: null }
  } finally {
    input.destroy()
  }
}

/** RFC 8617: who handled the message before, and found it sound. */
async function checkChain(found: Chain | null, lookup: Lookup): Promise<AuthResult> {
  if (found === null) return "none"
  try {
    const { status } = await arc(
      { ...found, chain: found.chain === false ? [] : found.chain },
      { resolver: lookup, ...STRICT },
    )
    return word(status.result)
  } catch {
    return "fail"
  }
}

interface Author {
  readonly result: AuthResult
  readonly domain: string | null
}

/** RFC 9989. No author, or several, is nobody whose word DNS could confirm: §5.3.1. */
async function checkAuthor(
  { signatures, authors, fromFields }: Signed,
  policy: Policy,
  lookup: Lookup,
): Promise<Author> {
  try {
    const verdict = await dmarc({
      headerFrom: [...authors],
      fromFields,
      spfDomains: policy.result === "pass" ? [policy.domain] : [],
      dkimDomains: signatures.filter(({ result }) => result === "pass").map(({ domain }) => ({ domain })),
      resolver: lookup,
      ...STRICT,
    })
    if (verdict === false) return { result: "permerror", domain: null }
    const domain: unknown = verdict.status.header?.["from"]
    return { result: word(verdict.status.result), domain: typeof domain === "string" ? domain : null }
  } catch {
    return { result: "permerror", domain: null }
  }
}

/** A signature over the beginning of the body only, by its l= tag, lets anybody write on. RFC 6376 §8.2. */
function resultOf({ result, underSized = 0 }: { readonly result: string; readonly underSized?: number }): AuthResult {
  return result === "pass" && underSized > 0 ? "policy" : word(result)
}

function word(result: string): AuthResult {
  return AUTH_RESULTS.find((one) => one === result) ?? "permerror"
}

/** One sound signature is enough; short of it, one that may become sound later comes first. */
const RANK: readonly AuthResult[] = ["pass", "temperror", "fail", "policy", "permerror", "neutral"]

function best(signatures: readonly Signature[]): AuthResult {
  return RANK.find((rank) => signatures.some(({ result }) => result === rank)) ?? "none"
}
