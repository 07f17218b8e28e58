/** A person's own account: password, authenticator, recovery codes, sessions. */
import { randomBytes } from "node:crypto"
import { z } from "zod"
import type { Hands } from "../hands.ts"
import { hashPassword, passwordFault, wasUsed } from "../password.ts"
import { recoveryCodes } from "../recovery.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { digestOf } from "../secret.ts"
import { personEvent } from "../sessions.ts"
import { base32, totpStep, totpUri } from "../totp.ts"
import type { Doors } from "./session.ts"
import { instant } from "./words.ts"

/** Octets: RFC 4226 §4 R6 asks for 16, recommends 20. */
const TOTP_SECRET = 20
const password = z.string().min(1).max(256)
/** Empty where the single sign-on lets somebody in who has none. */
const again = z.string().max(256)

export const sessionRow = z.object({
  id: z.string(),
  account: z.number(),
  stage: z.string(),
  openedAt: instant,
  seenAt: instant,
  client: z.string(),
  agent: z.string(),
  current: z.boolean(),
})

export function accountRoutes(hands: Hands, { confirm }: Pick<Doors, "confirm">): readonly Route[] {
  async function credentials({ viewer }: AskedBy) {
    const known = await hands.records.account({ id: viewer.account.id })
    if (known === null) throw new Refusal("not-logged-in")
    return known.credentials
  }
  const changed = (asked: AskedBy, did: string) =>
    personEvent(hands, "user-changed", asked.viewer.account, { user: asked.viewer.account.name, did })

  return [
    route({
      method: "PUT",
      path: "/api/account/password",
      tag: "account",
      summary: { vi: "Đổi mật khẩu của mình", en: "Change one's own password" },
      access: { who: "account" },
      body: z.object({ current: password, password }),
      answer: z.object({ changed: z.boolean() }),
      handle: async ({ body }, asked) => {
        const { account, session } = asked.viewer
        if (account.source === "directory") throw new Refusal("forbidden")
        await confirm(body.current, asked)
        const { password: now, earlier } = await credentials(asked)
        const fault =
          passwordFault(body.password, { hasFactor: true, names: [account.name, account.mail ?? ""] }) ??
          ((await wasUsed(body.password, [...(now === null ? [] : [now]), ...earlier])) ? "used-before" : null)
        if (fault !== null) throw new Refusal("weak-password", [{ path: "password", expected: fault }])
        const hash = await hashPassword(body.password)
        const change = { password: { hash, at: asked.now }, endSessions: session.id }
        return { changed: await hands.records.changeAccount(account.id, change, changed(asked, "password")) }
      },
    }),
    route({
      method: "POST",
      path: "/api/account/totp",
      tag: "account",
      summary: { vi: "Bắt đầu cài ứng dụng xác thực", en: "Begin to set up an authenticator" },
      access: { who: "account" },
      body: z.object({ password: again }),
      answer: z.object({
        /** To be typed where a picture cannot be read. */
        secret: z.string(),
        uri: z.string(),
        /** Comes back with the first code: only then is anything changed. */
        sealed: z.string(),
      }),
      handle: async ({ body }, asked) => {
        await confirm(body.password, asked)
        const secret = randomBytes(TOTP_SECRET)
        const { name } = asked.viewer.account
        const uri = totpUri(secret, { issuer: `Congthu ${hands.settings().hostname}`, name })
        return {
          secret: base32(secret),
          uri,
          sealed: hands.keys.seal(Buffer.from(JSON.stringify([name, base64(secret)]))),
        }
      },
    }),
    route({
      method: "PUT",
      path: "/api/account/totp",
      tag: "account",
      summary: {
        vi: "Xác nhận ứng dụng xác thực, nhận mã dự phòng",
        en: "Confirm the authenticator, get recovery codes",
      },
      access: { who: "account" },
      body: z.object({ sealed: z.string().max(500), code: z.string().trim() }),
      answer: z.object({ recovery: z.array(z.string()) }),
      handle: async ({ body }, asked) => {
        const { account, session } = asked.viewer
        const secret = unsealed(hands, body.sealed, account.name)
        const step = secret === null ? null : totpStep(secret, body.code, asked.now)
        if (secret === null || step === null) throw new Refusal("wrong-code")
        const recovery = [...recoveryCodes()]
        const totp = { sealed: hands.keys.seal(secret), recovery: recovery.map(digestOf) }
        await hands.records.changeAccount(account.id, { totp, endSessions: session.id }, changed(asked, "totp"))
        const event = personEvent(hands, "login", account, { client: asked.client, step: "full" })
        await hands.records.provenTotp(session.id, step, asked.now, event)
        return { recovery }
      },
    }),
    route({
      method: "GET",
      path: "/api/account/sessions",
      tag: "account",
      summary: { vi: "Các phiên của mình", en: "One's own sessions" },
      access: { who: "account" },
      answer: z.array(sessionRow),
      handle: async (_, { viewer }) => {
        const rows = await hands.records.sessions(viewer.account.id)
        return rows.map((row) => ({ ...row, current: row.id === viewer.session.id }))
      },
    }),
    route({
      method: "POST",
      path: "/api/account/sessions/end",
      tag: "account",
      summary: { vi: "Kết thúc phiên của mình", en: "End sessions of one's own" },
      access: { who: "account" },
      body: z.object({ ids: z.array(z.string().max(64)).max(100), password: again }),
      answer: z.object({ ended: z.number() }),
      handle: async ({ body }, asked) => {
        const { viewer } = asked
        await confirm(body.password, asked)
        const own = new Set((await hands.records.sessions(viewer.account.id)).map(({ id }) => id))
        return { ended: await hands.records.endSessions(body.ids.filter((id) => own.has(id))) }
      },
    }),
  ]
}

function base64(octets: Uint8Array): string {
  return Buffer.from(octets).toString("base64")
}

/** Null: sealed for somebody else, or not by us. */
function unsealed(hands: Hands, sealed: string, name: string): Buffer | null {
  const octets = hands.keys.open(sealed)
  if (octets === null) return null
  const parsed = z.tuple([z.literal(name), z.string()]).safeParse(JSON.parse(octets.toString()))
  return parsed.success ? Buffer.from(parsed.data[1], "base64") : null
}
