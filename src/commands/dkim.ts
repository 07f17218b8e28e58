/** `congthu dkim`: makes keys, prints the DNS records that publish them, and asks DNS whether it does. */
import { createPublicKey, generateKeyPairSync } from "node:crypto"
import { Resolver } from "node:dns/promises"
import { writeFileSync } from "node:fs"
import { reason } from "../config/files.ts"
import { readKey } from "../config/dkim.ts"
import type { Settings } from "../config/schema.ts"
import { UsageError } from "./usage.ts"

type Entry = Settings["dkim"][number]

/** Octets of one character-string. RFC 1035 §3.3.14. */
const LONGEST_STRING = 255
const PATIENCE = { timeout: 5_000, tries: 2 } as const

/** `v=DKIM1; k=rsa; p=…`. RFC 6376 §3.6.1; Ed25519 publishes its 32 octets bare (RFC 8463 §4). */
export function recordOf(file: string): string {
  const key = createPublicKey(readKey(file))
  const der = key.export({ type: "spki", format: "der" })
  return key.asymmetricKeyType === "ed25519"
    ? `v=DKIM1; k=ed25519; p=${der.subarray(-32).toString("base64")}`
    : `v=DKIM1; k=rsa; p=${der.toString("base64")}`
}

function nameOf({ domain, selector }: Entry): string {
  return `${selector}._domainkey.${domain}`
}

/** One zone-file line for each key. */
export function printRecords({ dkim }: Settings): void {
  if (dkim.length === 0)
    throw new UsageError("dkim: chưa có khóa trong cấu hình / no key in the settings; see congthu dkim generate --help")
  for (const entry of dkim) {
    const pieces = recordOf(entry.key).match(new RegExp(`.{1,${LONGEST_STRING}}`, "g")) ?? []
    process.stdout.write(`${nameOf(entry)}. IN TXT ( ${pieces.map((piece) => `"${piece}"`).join(" ")} )\n`)
  }
}

/** Asks DNS for each record; 1 when one is missing or of another key. */
export async function checkRecords({ dkim, authentication }: Settings): Promise<number> {
  const dns = new Resolver(PATIENCE)
  if (authentication.resolver !== null) dns.setServers([authentication.resolver])
  let status = 0
  for (const entry of dkim) {
    const told = await published(dns, entry)
    if (told !== "ok") status = 1
    process.stdout.write(`${nameOf(entry)}: ${told}\n`)
  }
  return status
}

async function published(dns: Resolver, entry: Entry): Promise<string> {
  const wanted = tag(recordOf(entry.key), "p")
  try {
    const records = (await dns.resolveTxt(nameOf(entry))).map((pieces) => pieces.join(""))
    if (records.some((record) => tag(record, "p") === wanted)) return "ok"
    return "khóa khác / the record is of another key"
  } catch (error) {
    const code = error instanceof Error && "code" in error ? String(error.code) : "error"
    return code === "ENOTFOUND" || code === "ENODATA"
      ? "chưa công bố / not published"
      : `không hỏi được DNS / no answer from DNS (${code})`
  }
}

function tag(record: string, name: string): string | undefined {
  return record
    .split(";")
    .map((one) => one.replace(/\s/g, ""))
    .find((one) => one.startsWith(`${name}=`))
    ?.slice(name.length + 1)
}

export interface Wanted {
  readonly out: string
  readonly type: "rsa" | "ed25519"
}

/** Writes a new private key that nobody else can read, never over a file that is there. */
export function generate({ out, type }: Wanted): void {
  const { privateKey } =
    type === "rsa" ? generateKeyPairSync("rsa", { modulusLength: 2_048 }) : generateKeyPairSync("ed25519")
  try {
    writeFileSync(out, privateKey.export({ type: "pkcs8", format: "pem" }), { mode: 0o600, flag: "wx" })
  } catch (error) {
    const code = error instanceof Error && "code" in error ? error.code : ""
    throw new UsageError(`${out}: expected a new file, got ${code === "EEXIST" ? "one that is there" : reason(error)}`)
  }
  process.stdout.write(`${out}\n${recordOf(out)}\n`)
}
