/** Console passwords: what makes a good one, and argon2id off the event loop. TCVN 14423:2026 x.6, OWASP Password Storage. */
import { argon2, randomBytes, timingSafeEqual } from "node:crypto"
import { createRequire } from "node:module"
import type { dictionary } from "@zxcvbn-ts/language-common"

/** KiB, passes, lanes: the first of OWASP’s choices; some 40 ms. */
const COST = { memory: 47_104, passes: 1, parallelism: 1 }
const TAG = 32
const PHC = /^\$argon2id\$v=19\$m=(\d{1,7}),t=(\d{1,3}),p=(\d{1,2})\$([A-Za-z0-9+/]{16,64})\$([A-Za-z0-9+/]{32,128})$/

/** Derivations at once: each fills 46 MiB. */
const AT_ONCE = 2

let running = 0
const waiting: (() => void)[] = []

async function inTurn<T>(work: () => Promise<T>): Promise<T> {
  if (running >= AT_ONCE) await new Promise<void>((resolve) => void waiting.push(resolve))
  running += 1
  try {
    return await work()
  } finally {
    running -= 1
    waiting.shift()?.()
  }
}

function derive(password: string, nonce: Buffer, cost: typeof COST, tagLength: number): Promise<Buffer> {
  // NFKC: the same word from two keyboards is the same password. NIST SP 800-63B §3.1.1.2.
  const parameters = { message: Buffer.from(password.normalize("NFKC")), nonce, tagLength, ...cost }
  return inTurn(
    () =>
      new Promise((resolve, reject) => {
        argon2("argon2id", parameters, (error, tag) => (error ? reject(error) : resolve(tag)))
      }),
  )
}

export async function hashPassword(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const tag = await derive(password, nonce, COST, TAG)
  return `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${unpadded(nonce)}$${unpadded(tag)}`
}

function unpadded(octets: Buffer): string {
  return octets.toString("base64").replace(/=+$/, "")
}

/** Whoever has no hash is measured as long as everybody else: the time must not tell who exists. */
const NOBODY = `$argon2id$v=19$m=${COST.memory},t=${COST.passes},p=${COST.parallelism}$${"A".repeat(22)}$${"A".repeat(43)}`

export async function verifyPassword(hash: string | null, password: string): Promise<boolean> {
  const [, memory, passes, parallelism, nonce = "", tag = ""] = PHC.exec(hash ?? NOBODY) ?? []
  const expected = Buffer.from(tag, "base64")
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
  if (expected.length === 0) return false
  const found = await derive(password, Buffer.from(nonce, "base64"), cost, expected.length)
  return timingSafeEqual(found, expected) && hash !== null
}

export type PasswordFault = "too-short" | "too-long" | "too-simple" | "is-a-name" | "is-common" | "used-before"

/** Characters with a second factor, and without one. */
const SHORTEST = { withFactor: 8, alone: 14 }
const LONGEST = 256
/** The 49,000 passwords that leaked most often, of which some 20,000 are long enough to be chosen. ASVS 6.2.4, 6.2.12. */
let leaked: ReadonlySet<string> | null = null

/** Read when somebody first chooses one: 14 ms and 4 MiB that a gateway without it does not need. */
function isLeaked(password: string): boolean {
  const load = createRequire(import.meta.url) as (name: string) => { readonly dictionary: typeof dictionary }
  leaked ??= new Set(load("@zxcvbn-ts/language-common").dictionary["passwords-common"].map(String))
  return leaked.has(password)
}

/** What people of this country try first; compared folded, without what is put around it. */
const COMMON = new Set(
  "password matkhau 12345678 123456789 1234567890 11111111 88888888 qwertyui qwerty123 abcd1234 admin123 administrator iloveyou congthu tuyenquang hagiang vietnam hanoi congvan vanthu 123456 welcome letmein".split(
    " ",
  ),
)

/** Null: good enough. `names`: the login, the mailbox, what the agency is called. */
export function passwordFault(
  password: string,
  { hasFactor, names }: { readonly hasFactor: boolean; readonly names: readonly string[] },
): PasswordFault | null {
  const length = Array.from(password).length
  if (length < (hasFactor ? SHORTEST.withFactor : SHORTEST.alone)) return "too-short"
  if (length > LONGEST) return "too-long"
  const classes = [/\p{Ll}/u, /\p{Lu}/u, /\p{Nd}/u, /[^\p{L}\p{Nd}]/u].filter((one) => one.test(password)).length
  if (!hasFactor && classes < 4) return "too-simple"
  const core = folded(password)
  // A year behind a word, or before it, makes no other word.
  const bare = core.replace(/^\d+|\d+$/g, "")
  const common = [password.toLowerCase(), core].some(isLeaked) || [core, bare].some((one) => COMMON.has(one))
  if (common || /^(.)\1*$/u.test(password)) return "is-common"
  const known = new Set(names.map(folded).filter((name) => name.length >= 4))
  return known.has(core) || known.has(bare) ? "is-a-name" : null
}

/** Letters and digits alone, without case and accents. */
function folded(text: string): string {
  return text
    .normalize("NFD")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replace(/[^\p{L}\p{Nd}]+/gu, "")
}

/** Whether it is one of the last ten. */
export async function wasUsed(password: string, hashes: readonly string[]): Promise<boolean> {
  for (const hash of hashes) if (await verifyPassword(hash, password)) return true
  return false
}
