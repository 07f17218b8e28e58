/** Logging in and out: a password, then a second factor; a lock when nothing is done; the first administrator's link. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import { createAllowance } from "../allowance.ts"
import type { Hands } from "../hands.ts"
import { hashPassword, passwordFault, verifyPassword } from "../password.ts"
import { type Asked, type AskedBy, openRoute, Refusal, type Route, route } from "../route.ts"
import { digestOf } from "../secret.ts"
import { findSession, LIMITS, openSession, personEvent } from "../sessions.ts"
import { totpStep } from "../totp.ts"
import { accountSchema, grantSchema, loginName, mailbox, showAccount, title } from "./words.ts"

/** Attempts of one address, and at one name that nobody has. */
const ATTEMPTS = { burst: 20, perSecond: 1 / 6, keys: 10_000 } as const
const STRANGERS = { burst: LIMITS.failures, perSecond: LIMITS.failures / (LIMITS.lock / 1_000), keys: 10_000 } as const

const password = z.string().min(1).max(256)
const STATES = ["open", "second-factor", "locked", "enrol-first", "password-first"] as const
const sessionSchema = z.object({
  state: z.enum(STATES),
  account: accountSchema,
  /** For the header `x-csrf-token` of every request that changes something. */
  csrf: z.string(),
  /** The root of the tree of units, for whom holds a role at the top. */
  root: z.string(),
  /** In which moments are shown. */
  timezone: z.string(),
  /** Ms without a doing of the person's after which the session locks. */
  idle: z.number(),
})

export function sessionRoutes(hands: Hands): readonly Route[] {
  const attempts = createAllowance(ATTEMPTS)
  const strangers = createAllowance(STRANGERS)

  async function show(secret: string): Promise<z.input<typeof sessionSchema>> {
    const found = await findSession(hands, secret)
    if (found === null) throw new Refusal("not-logged-in")
    const { account } = found.known
    const isAdmin = account.grants.some(({ role }) => role !== "approver" && role !== "officer")
    return {
      state: found.lacks ?? "open",
      account: showAccount(account),
      csrf: hands.keys.csrf(secret),
      root: hands.tree().root,
      timezone: hands.settings().timezone,
      idle: isAdmin ? LIMITS.idle.administrator : LIMITS.idle.other,
    }
  }
  async function failed(name: string, asked: Asked): Promise<void> {
    const lock = { most: LIMITS.failures, until: asked.now + LIMITS.lock }
    const detail = { client: asked.client, agent: asked.agent }
    await hands.records.loginFailed(name, lock, personEvent(hands, "login-failed", { name }, detail))
  }
  async function login(name: string, given: string, asked: Asked): Promise<string> {
    if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
    const known = await hands.records.account({ name })
    const isRight = await verifyPassword(known?.credentials.password ?? null, given)
    if (known === null) {
      await failed(name, asked)
      throw new Refusal(strangers.take(name, asked.now) ? "wrong-login" : "account-locked")
    }
    const { account } = known
    if (account.lockedUntil !== null && account.lockedUntil > asked.now) throw new Refusal("account-locked")
    const isDormant = (account.lastLoginAt ?? account.createdAt) + LIMITS.dormant <= asked.now
    if (!isRight || account.disabledAt !== null || isDormant) {
      await failed(name, asked)
      throw new Refusal("wrong-login")
    }
    return openSession(hands, account, { client: asked.client, agent: asked.agent })
  }
  /** The second factor, by the application's code or one of the recovery codes. */
  async function prove(code: string, asked: AskedBy): Promise<void> {
    const { session, account } = asked.viewer
    const known = await hands.records.account({ id: account.id })
    if (account.lockedUntil !== null && account.lockedUntil > asked.now) throw new Refusal("account-locked")
    const sealed = known?.credentials.totp ?? null
    const secret = sealed === null ? null : hands.keys.open(sealed)
    const event = personEvent(hands, "login", account, { client: asked.client, step: "full" })
    const step = secret === null ? null : totpStep(secret, code, asked.now)
    const isProven =
      step === null
        ? await hands.records.provenRecovery(session.id, digestOf(code.toUpperCase()), asked.now, {
            ...event,
            detail: { ...event.detail, recovery: true },
          })
        : await hands.records.provenTotp(session.id, step, asked.now, event)
    if (isProven) return
    await failed(account.name, asked)
    throw new Refusal("wrong-code")
  }

  return [
    openRoute({
      method: "POST",
      path: "/api/session",
      tag: "session",
      summary: { vi: "Đăng nhập bằng mật khẩu", en: "Log in with a password" },
      access: { who: "anyone" },
      body: z.object({ name: loginName, password }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        const secret = await login(body.name, body.password, asked)
        asked.cookie(secret)
        return show(secret)
      },
    }),
    route({
      method: "POST",
      path: "/api/session/second-factor",
      tag: "session",
      summary: { vi: "Mã của ứng dụng xác thực, hoặc mã dự phòng", en: "The authenticator's code, or a recovery code" },
      access: { who: "session" },
      body: z.object({ code: z.string().trim().min(6).max(32) }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        await prove(body.code, asked)
        return show(asked.viewer.secret)
      },
    }),
    route({
      method: "POST",
      path: "/api/session/unlock",
      tag: "session",
      summary: { vi: "Mở khóa phiên bằng mật khẩu", en: "Unlock the session with the password" },
      access: { who: "session" },
      body: z.object({ password }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        const { account, session, secret } = asked.viewer
        if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
        if (account.lockedUntil !== null && account.lockedUntil > asked.now) throw new Refusal("account-locked")
        const known = await hands.records.account({ id: account.id })
        if (!(await verifyPassword(known?.credentials.password ?? null, body.password))) {
          await failed(account.name, asked)
          throw new Refusal("wrong-login")
        }
        await hands.records.seen(session.id, asked.now)
        return show(secret)
      },
    }),
    route({
      method: "GET",
      path: "/api/session",
      tag: "session",
      summary: { vi: "Phiên này của ai, còn thiếu gì", en: "Whose session this is, and what it still lacks" },
      access: { who: "session" },
      answer: sessionSchema,
      handle: (_, asked) => show(asked.viewer.secret),
    }),
    route({
      method: "DELETE",
      path: "/api/session",
      tag: "session",
      summary: { vi: "Đăng xuất", en: "Log out" },
      access: { who: "session" },
      answer: z.object({ ended: z.number() }),
      handle: async (_, asked) => {
        asked.cookie(null)
        return { ended: await hands.records.endSessions([asked.viewer.session.id]) }
      },
    }),
    ...beginnings(hands, { attempts, show }),
  ]
}

interface Beginning {
  readonly attempts: ReturnType<typeof createAllowance>
  readonly show: (secret: string) => Promise<z.input<typeof sessionSchema>>
}

/** How somebody without a password comes in: the first administrator, and whoever was invited. */
function beginnings(hands: Hands, { attempts, show }: Beginning): readonly Route[] {
  const token = z.string().regex(/^[\w-]{43}$/, { error: "the token of a link" })
  function guard(asked: Asked): void {
    if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
  }
  return [
    openRoute({
      method: "POST",
      path: "/api/first",
      tag: "session",
      summary: { vi: "Tạo người quản trị đầu tiên", en: "Create the first administrator" },
      access: { who: "anyone" },
      body: z.object({ token, name: loginName, title, mail: mailbox.nullable().default(null), password }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        guard(asked)
        if (!hands.isFirst(body.token)) throw new Refusal("gone")
        const hash = await good(body.password, [body.name])
        const grants = ROLES.filter((role) => role !== "approver").map((role) => ({
          role,
          unit: hands.tree().root,
          deputy: false,
        }))
        const { name, title: called, mail } = body
        const id = await hands.records.addAccount(
          { name, title: called, mail, grants, createdAt: asked.now, password: hash },
          personEvent(hands, "user-changed", body, { user: body.name, did: "first" }),
          true,
        )
        const known = id === null ? null : await hands.records.account({ id })
        if (known === null) throw new Refusal("gone")
        const secret = await openSession(hands, known.account, asked)
        asked.cookie(secret)
        return show(secret)
      },
    }),
    openRoute({
      method: "POST",
      path: "/api/invitation",
      tag: "session",
      summary: { vi: "Liên kết mời này dành cho ai", en: "For whom an invitation is" },
      access: { who: "anyone" },
      body: z.object({ token }),
      answer: z.object({ name: z.string(), title: z.string(), grants: z.array(grantSchema) }),
      handle: async ({ body }, asked) => {
        guard(asked)
        const account = await hands.records.invited(digestOf(body.token), asked.now)
        if (account === null) throw new Refusal("gone")
        return showAccount(account)
      },
    }),
    openRoute({
      method: "POST",
      path: "/api/invitation/accept",
      tag: "session",
      summary: { vi: "Nhận lời mời, đặt mật khẩu", en: "Accept an invitation and set a password" },
      access: { who: "anyone" },
      body: z.object({ token, password }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        guard(asked)
        const digest = digestOf(body.token)
        const account = await hands.records.invited(digest, asked.now)
        if (account === null) throw new Refusal("gone")
        const hash = await good(body.password, [account.name, account.mail ?? ""])
        const known = await hands.records.join(digest, { hash, at: asked.now })
        if (known === null) throw new Refusal("gone")
        const secret = await openSession(hands, known.account, asked)
        asked.cookie(secret)
        return show(secret)
      },
    }),
  ]
}

async function good(given: string, names: readonly string[]): Promise<string> {
  // Whoever comes in by a link sets up a second factor next, before anything else.
  const fault = passwordFault(given, { hasFactor: true, names })
  if (fault !== null) throw new Refusal("weak-password", [{ path: "password", expected: fault }])
  return hashPassword(given)
}
