/** Who may log in, and which addresses they may send as: the file behind `auth: file:PATH`. */
import { readFile } from "node:fs/promises"
import { addressKey, parseAddress } from "../mail/address.ts"
import { type PasswordHash, readPasswordHash, verifyPassword } from "./password.ts"

export interface User {
  readonly name: string
  readonly password: PasswordHash
  /** Address keys. */
  readonly addresses: ReadonlySet<string>
}

export interface UserFault {
  readonly line: number
  readonly expected: string
}

export type Users = ReadonlyMap<string, User>

/** Reads `user:PHC-hash:address,address`, one a line, `#` for comments. Rejects only when the file cannot be read. */
export async function readUsers(
  path: string,
): Promise<{ readonly users: Users; readonly faults: readonly UserFault[] }> {
  const users = new Map<string, User>()
  const faults: UserFault[] = []
  const lines = (await readFile(path, "utf8")).replace(/^\uFEFF/, "").split(/\r?\n/)
  for (const [index, written] of lines.entries()) {
    const text = written.trim()
    if (text === "" || text.startsWith("#")) continue
    const user = readUser(text)
    if (typeof user === "string") faults.push({ line: index + 1, expected: user })
    else if (users.has(user.name)) faults.push({ line: index + 1, expected: "a user that no line before names" })
    else users.set(user.name, user)
  }
  return { users, faults }
}

/** The user, or what was expected. No part of a hash holds a colon. */
function readUser(text: string): User | string {
  const [name = "", hash, written, ...more] = text.split(":").map((part) => part.trim())
  if (name === "" || hash === undefined || written === undefined || more.length > 0)
    return "user:PHC-hash:address,address"
  if (/\p{Cc}/u.test(name)) return "a user name without control characters"
  const password = readPasswordHash(hash)
  if (password === null) return "an argon2 or scrypt hash in PHC format"
  const addresses = written.split(",").map((one) => parseAddress(one.trim()))
  const keys = new Set(
    addresses.flatMap((address) => (address === null || address.domain === "" ? [] : [addressKey(address)])),
  )
  return keys.size === addresses.length
    ? { name, password, addresses: keys }
    : "mail addresses, each once, comma between them"
}

/** Verifications at once: each fills tens of MiB and a thread of the pool that files need too. */
const AT_ONCE = 2

/** What an unknown user is measured against when nobody is known: argon2id as RFC 9106 §4 recommends second. */
const NOBODY: PasswordHash = {
  is: "argon2",
  type: "argon2id",
  memory: 65_536,
  passes: 3,
  parallelism: 4,
  salt: Buffer.alloc(16),
  hash: Buffer.alloc(32),
}

/** Answers who logs in with a name and password; an unknown name takes as long as a wrong password. */
export function createVerifier(): (users: Users, name: string, password: string) => Promise<User | null> {
  const waiting: (() => void)[] = []
  let running = 0
  return async (users, name, password) => {
    if (running >= AT_ONCE) await new Promise<void>((resolve) => waiting.push(resolve))
    else running += 1
    try {
      const user = users.get(name) ?? null
      const [someone] = users.values()
      const isRight = await verifyPassword((user ?? someone)?.password ?? NOBODY, password)
      return isRight ? user : null
    } finally {
      const next = waiting.shift()
      if (next === undefined) running -= 1
      else next()
    }
  }
}
