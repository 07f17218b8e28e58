/** Password hashes in PHC format, argon2 and scrypt: read strictly, verified off the event loop. */
import { argon2, scrypt, timingSafeEqual } from "node:crypto"

export type PasswordHash = {
  readonly salt: Buffer
  readonly hash: Buffer
} & (
  | {
      readonly is: "argon2"
      readonly type: "argon2d" | "argon2i" | "argon2id"
      readonly memory: number
      readonly passes: number
      readonly parallelism: number
    }
  | { readonly is: "scrypt"; readonly cost: number; readonly blockSize: number; readonly parallelization: number }
)

const BASE64 = "([A-Za-z0-9+/]{11,200})=*"
const ARGON2 = new RegExp(
  `^\\$(argon2(?:d|i|id))\\$v=19\\$m=(\\d{1,8}),t=(\\d{1,4}),p=(\\d{1,3})\\$${BASE64}\\$${BASE64}$`,
)
const SCRYPT = new RegExp(`^\\$scrypt\\$ln=(\\d{1,2}),r=(\\d{1,3}),p=(\\d{1,3})\\$${BASE64}\\$${BASE64}$`)
/** What one verification may take, so that a slip in the file cannot take the machine. KiB for argon2, octets for scrypt. */
const ARGON2_MEMORY = 1_048_576
const SCRYPT_MEMORY = 1_073_741_824

/** `$argon2id$v=19$m=65536,t=3,p=4$SALT$HASH` or `$scrypt$ln=15,r=8,p=1$SALT$HASH`; null when it is neither. */
export function readPasswordHash(text: string): PasswordHash | null {
  const [, type, memory, passes, parallelism, nonce = "", tag = ""] = ARGON2.exec(text) ?? []
  if (type === "argon2d" || type === "argon2i" || type === "argon2id") {
    const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) }
    // RFC 9106 §3.1: at least 8 KiB a lane.
    const isSound = cost.parallelism > 0 && cost.passes > 0 && cost.memory >= 8 * cost.parallelism
    if (!isSound || cost.memory > ARGON2_MEMORY) return null
    return { is: "argon2", type, ...cost, ...decoded(nonce, tag) }
  }
  const [, ln, r, p, salt = "", hash = ""] = SCRYPT.exec(text) ?? []
  if (ln === undefined) return null
  const cost = { cost: 2 ** Number(ln), blockSize: Number(r), parallelization: Number(p) }
  const isSound = cost.cost > 1 && cost.blockSize > 0 && cost.parallelization > 0
  return isSound && scryptMemory(cost) <= SCRYPT_MEMORY ? { is: "scrypt", ...cost, ...decoded(salt, hash) } : null
}

export async function verifyPassword(hash: PasswordHash, password: string): Promise<boolean> {
  return timingSafeEqual(await derive(hash, password), hash.hash)
}

function decoded(salt: string, hash: string): { readonly salt: Buffer; readonly hash: Buffer } {
  return { salt: Buffer.from(salt, "base64"), hash: Buffer.from(hash, "base64") }
}

/** RFC 7914 §2, with room for what OpenSSL adds. */
function scryptMemory({
  cost,
  blockSize,
  parallelization,
}: Readonly<Record<"cost" | "blockSize" | "parallelization", number>>): number {
  return 128 * blockSize * (cost + parallelization + 2) + 65_536
}

function derive(hash: PasswordHash, password: string): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, key: Buffer): void => {
      if (error === null) resolve(key)
      else reject(error)
    }
    const { length } = hash.hash
    switch (hash.is) {
      case "argon2": {
        const { type, memory, passes, parallelism, salt } = hash
        argon2(type, { message: password, nonce: salt, memory, passes, parallelism, tagLength: length }, done)
        return
      }
      case "scrypt":
        scrypt(password, hash.salt, length, { ...hash, maxmem: scryptMemory(hash) }, done)
        return
      default:
        hash satisfies never
    }
  })
}
