/** Logging in and out: a password, then a second factor; a lock when nothing is done; the first administrator's link. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import { isAdministrator } from "../access.ts"
import { createAllowance, type Allowance } from "../allowance.ts"
import { checkLock, checkLockNow, createConfirm, createGuess, failed, type Guess, isPassword } from "../confirm.ts"
import type { Hands } from "../hands.ts"
import { hashPassword, passwordFault, verifyPassword } from "../password.ts"
import { type Asked, type AskedBy, openRoute, Refusal, type Route, route } from "../route.ts"
import { digestOf } from "../secret.ts"
import { relyingParty } from "../passkey.ts"
import { findSession, isClosed, LIMITS, openSession, personEvent } from "../sessions.ts"
import { totpStep } from "../totp.ts"
import { loginByDirectory } from "./directory.ts"
import { sessionSchema } from "./session-schema.ts"
import { bilingual, grantSchema, loginName, mailbox, showAccount, title } from "./words.ts"

/** Attempts of one address, and at one name that nobody has. */
const ATTEMPTS = { burst: 20, perSecond: 1 / 6, keys: 10_000 } as const
const STRANGERS = { burst: LIMITS.failures, perSecond: LIMITS.failures / (LIMITS.lock / 1_000), keys: 10_000 } as const

const password = z.string().min(1).max(256)
/** What all ways in share. */
export interface Doors {
  readonly attempts: Allowance
  readonly guess: Guess
  readonly show: (secret: string) => Promise<z.input<typeof sessionSchema>>
  readonly confirm: (given: string, asked: AskedBy) => Promise<void>
}

export function doorsOf(hands: Hands): Doors {
  const guess = createGuess()
  return {
    attempts: createAllowance(ATTEMPTS),
    guess,
    confirm: createConfirm(hands, guess),
    show: async (secret) => {
      const found = await findSession(hands, secret)
      if (found === null) throw new Refusal("not-logged-in")
      const { account } = found.known
      return {
        state: found.lacks ?? "open",
        account: showAccount(account),
        door: found.session.door,
        csrf: hands.keys.csrf(secret),
        root: hands.tree().root,
        timezone: hands.settings().timezone,
        idle: isAdministrator(account) ? LIMITS.idle.administrator : LIMITS.idle.other,
      }
    },
  }
}

export function sessionRoutes(hands: Hands, { attempts, guess, show }: Doors): readonly Route[] {
  const strangers = createAllowance(STRANGERS)

  async function login(name: string, given: string, asked: Asked): Promise<string> {
    const known = await hands.records.account({ name })
    const isRight = await verifyPassword(known?.credentials.password ?? null, given)
    const isTheirs = known === null ? hands.settings().login.ldap !== null : known.account.source === "directory"
    if (isTheirs) return loginByDirectory(hands, { name, given, known, strangers }, asked)
    if (known === null) {
      await failed(hands, name, asked)
      throw new Refusal(strangers.take(name, asked.now) ? "wrong-login" : "account-locked")
    }
    const { account } = known
    checkLock(account, asked)
    if (!isRight || isClosed(account, asked.now)) {
      await failed(hands, name, asked)
      throw new Refusal("wrong-login")
    }
    return openSession(hands, account, { client: asked.client, agent: asked.agent, door: "password" })
  }
  /** The second factor, by the application's code or one of the recovery codes. */
  async function prove(code: string, asked: AskedBy): Promise<void> {
    const { session, account } = asked.viewer
    const known = await hands.records.account({ id: account.id })
    checkLock(known?.account ?? account, asked)
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
    await failed(hands, account.name, asked)
    throw new Refusal("wrong-code")
  }

  return [
    openRoute({
      method: "GET",
      path: "/api/login",
      tag: "session",
      summary: { vi: "Các cách đăng nhập", en: "The ways to log in" },
      access: { who: "anyone" },
      answer: z.object({ passkeys: z.boolean(), directory: z.boolean(), singleSignOn: bilingual.nullable() }),
      handle: () => {
        const { login: ways, publicUrl } = hands.settings()
        return Promise.resolve({
          passkeys: relyingParty(publicUrl) !== null,
          directory: ways.ldap !== null,
          singleSignOn: ways.oidc?.name ?? null,
        })
      },
    }),
    openRoute({
      method: "POST",
      path: "/api/session",
      tag: "session",
      summary: { vi: "Đăng nhập bằng mật khẩu", en: "Log in with a password" },
      access: { who: "anyone" },
      body: z.object({ name: loginName, password }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
        const secret = await guess(body.name, () => login(body.name, body.password, asked))
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
        await guess(asked.viewer.account.name, () => prove(body.code, asked))
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
        await guess(account.name, async () => {
          await checkLockNow(hands, asked)
          if (await isPassword(hands, account, body.password)) return
          await failed(hands, account.name, asked)
          throw new Refusal("wrong-login")
        })
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

/** How somebody without a password comes in: the first administrator, and whoever was invited. */
function beginnings(hands: Hands, { attempts, show }: Pick<Doors, "attempts" | "show">): readonly Route[] {
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
        const secret = await openSession(hands, known.account, { ...asked, door: "password" })
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
        const secret = await openSession(hands, known.account, { ...asked, door: "password" })
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
