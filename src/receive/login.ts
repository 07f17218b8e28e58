/** AUTH: who logs in, counted and logged. RFC 4954. */
import { type Reply, reply } from "../mail/reply.ts"
import type { Gate } from "./gate.ts"
import type { LoginAttempt } from "./intake.ts"
import type { Log } from "../telemetry/log.ts"
import { createVerifier, type User, type Users } from "./users.ts"

export interface Credentials {
  readonly name: string
  readonly password: string
  /** On whose behalf; "" for one's own. RFC 4616 §2. */
  readonly authorizeAs: string
  readonly ip: string
}

export type Login = (users: Users, credentials: Credentials) => Promise<User | Reply>

const badLogin = reply(535, "7.8", "Ten hoac mat khau khong dung. Authentication credentials invalid.")
const loginFailed = reply(451, "7.0", "Chua dang nhap duoc, vui long thu lai sau. Temporary authentication failure.")

export interface LoginDeps {
  readonly gate: Gate
  readonly log: Log
  /** Told of every attempt that was judged. */
  readonly tried: (attempt: LoginAttempt) => void
}

/** Never rejects. */
export function createLogin({ gate, log, tried }: LoginDeps): Login {
  const verify = createVerifier()
  return async (users, { name, password, authorizeAs, ip }) => {
    const barred = await gate.loginBarred(ip)
    if (barred !== null) return barred
    try {
      const user = await verify(users, name, password)
      if (user !== null && (authorizeAs === "" || authorizeAs === name)) {
        tried({ ip, user: name, succeeded: true })
        return user
      }
    } catch (error) {
      log.error("a password could not be verified", { error })
      return loginFailed
    }
    await gate.loginFailed(ip)
    // An unknown name may be a password typed in the wrong field.
    tried({ ip, user: users.has(name) ? name : null, succeeded: false })
    return badLogin
  }
}
