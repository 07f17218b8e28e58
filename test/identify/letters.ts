/** Messages with signatures of keys made here, and the DNS that knows them. */
import { generateKeyPairSync } from "node:crypto"
import { createSeal } from "mailauth/lib/arc/index.js"
import { dkimSign } from "mailauth/lib/dkim/sign.js"
import type { Zone } from "../support/dns.ts"

const BODY = "Kinh gui quy co quan,\r\n\r\nTran trong.  \r\n"

function pair(bits: number): { readonly privateKey: string; readonly record: string } {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: bits })
  const der = publicKey.export({ type: "spki", format: "der" }).toString("base64")
  return {
    privateKey: privateKey.export({ type: "pkcs8", format: "pem" }) as string,
    record: `v=DKIM1; k=rsa; p=${der}`,
  }
}
const KEY = pair(2_048)
const SHORT = pair(512)

/** `s1._domainkey` of a domain holds the key that signs here. */
export function keys(...domains: readonly string[]): Zone {
  return Object.fromEntries(domains.map((domain) => [`TXT s1._domainkey.${domain}`, [KEY.record]]))
}
export function shortKey(domain: string): Zone {
  return { [`TXT short._domainkey.${domain}`]: [SHORT.record] }
}

export function letter(from: string | readonly string[], more: readonly string[] = []): string {
  const fields = [from].flat().map((one) => `From: ${one}`)
  return [...fields, "To: vanthu@tuyenquang.gov.vn", "Subject: Bao cao", ...more, "", BODY].join("\r\n")
}

interface Signing {
  readonly selector?: string
  readonly maxBodyLength?: number
  readonly canonicalization?: string
  readonly signTime?: Date
  readonly expires?: Date
}

/** The message under one more signature of `domain`. */
export async function signed(message: string, domain: string, options: Signing = {}): Promise<string> {
  const { selector = "s1" } = options
  const privateKey = selector === "short" ? SHORT.privateKey : KEY.privateKey
  const { signatures, errors } = await dkimSign(message, {
    ...options,
    signatureData: [{ signingDomain: domain, selector, privateKey, ...options }],
  } as Parameters<typeof dkimSign>[1])
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return `${signatures.trimEnd()}\r\n${message}`
}

/** The message as a forwarder passes it on, with its first ARC set. RFC 8617. */
export async function sealed(message: string, domain: string): Promise<string> {
  const seal = { signingDomain: domain, selector: "s1", privateKey: KEY.privateKey, cv: "none" }
  const { headers, errors } = await createSeal(Buffer.from(message), {
    seal: { ...seal, authResults: `${domain}; spf=pass smtp.mailfrom=x.example` },
  })
  if (errors.length > 0) throw new Error(JSON.stringify(errors))
  return `${headers.join("\r\n")}\r\n${message}`
}
