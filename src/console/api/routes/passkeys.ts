/** Passkeys: logging in with one, the second step with one, and those of one's own account; recovery codes beside them. */
import { z } from "zod"
import type { Passkey } from "../../../mail/people.ts"
import { checkLock, failed } from "../confirm.ts"
import type { Hands } from "../hands.ts"
import {
  ALGORITHMS,
  assertion,
  challengeOf,
  checkAssertion,
  checkRegistration,
  createChallenges,
  registration,
  relyingParty,
  type RelyingParty,
  WITHIN,
} from "../passkey.ts"
import { type Asked, type AskedBy, openRoute, Refusal, type Route, route } from "../route.ts"
import { digestOf } from "../secret.ts"
import { isClosed, openSession, personEvent } from "../sessions.ts"
import type { Doors } from "./session.ts"
import { sessionSchema } from "./session-schema.ts"
import { recoveryCodes } from "../recovery.ts"
import { instant, line } from "./words.ts"

/** Of one account. */
const MOST = 20
const password = z.string().max(256)
const publicKey = z.object({ type: z.literal("public-key"), id: z.string() })
/** As `PublicKeyCredential.parseRequestOptionsFromJSON` takes them. */
const askSchema = z.object({
  challenge: z.string(),
  rpId: z.string(),
  timeout: z.number(),
  userVerification: z.literal("required"),
  allowCredentials: z.array(publicKey),
})

export function passkeyRoutes(hands: Hands, { attempts, show, confirm }: Doors): readonly Route[] {
  const challenges = createChallenges()
  function party(): RelyingParty {
    const found = relyingParty(hands.settings().publicUrl)
    if (found === null) throw new Refusal("no-passkeys")
    return found
  }
  function question(purpose: string, now: number, allowed: readonly Passkey[]): z.input<typeof askSchema> {
    return {
      challenge: challenges.issue(purpose, now),
      rpId: party().id,
      timeout: WITHIN,
      userVerification: "required",
      allowCredentials: allowed.map(({ id }) => ({ type: "public-key", id })),
    }
  }
  /** The key that answered a question of ours, which is used up by it. */
  async function answered(given: z.output<typeof assertion>, purpose: string, asked: Asked) {
    const challenge = challengeOf(given.response.clientDataJSON)
    if (!challenges.take(challenge, purpose, asked.now)) throw new Refusal("wrong-passkey")
    const found = await hands.records.passkey(given.id)
    if (found === null) throw new Refusal("wrong-passkey")
    const { account } = found.known
    checkLock(account, asked)
    const counter = checkAssertion(given, found.passkey, { challenge, party: party() })
    if (counter !== null && (await hands.records.usedPasskey(given.id, counter, asked.now))) return found
    await failed(hands, account.name, asked)
    throw new Refusal("wrong-passkey")
  }

  return [
    openRoute({
      method: "POST",
      path: "/api/session/passkey/challenge",
      tag: "session",
      summary: { vi: "Câu hỏi để đăng nhập bằng khóa", en: "The question for logging in with a passkey" },
      access: { who: "anyone" },
      answer: askSchema,
      handle: (_, asked) => {
        if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
        return Promise.resolve(question("login", asked.now, []))
      },
    }),
    openRoute({
      method: "POST",
      path: "/api/session/passkey",
      tag: "session",
      summary: { vi: "Đăng nhập bằng khóa, không cần mật khẩu", en: "Log in with a passkey, without a password" },
      access: { who: "anyone" },
      body: z.object({ credential: assertion }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        if (!attempts.take(asked.client, asked.now)) throw new Refusal("too-many")
        const { known } = await answered(body.credential, "login", asked)
        if (isClosed(known.account, asked.now)) throw new Refusal("wrong-passkey")
        const secret = await openSession(hands, known.account, { ...asked, door: "passkey", isWhole: true })
        asked.cookie(secret)
        return show(secret)
      },
    }),
    route({
      method: "POST",
      path: "/api/session/second-factor/challenge",
      tag: "session",
      summary: {
        vi: "Câu hỏi cho khóa ở bước hai, hoặc để mở khóa phiên",
        en: "The question for a passkey as second step, or to unlock",
      },
      access: { who: "session" },
      answer: askSchema,
      handle: async (_, { viewer, now }) =>
        question(`prove ${viewer.session.id}`, now, await hands.records.passkeys(viewer.account.id)),
    }),
    route({
      method: "POST",
      path: "/api/session/second-factor/passkey",
      tag: "session",
      summary: { vi: "Bước hai bằng khóa, hoặc mở khóa phiên", en: "A passkey as second step, or to unlock" },
      access: { who: "session" },
      body: z.object({ credential: assertion }),
      answer: sessionSchema,
      handle: async ({ body }, asked) => {
        const { session, account, secret } = asked.viewer
        const found = await answered(body.credential, `prove ${session.id}`, asked)
        if (found.known.account.id !== account.id) throw new Refusal("wrong-passkey")
        const event = personEvent(hands, "login", account, { client: asked.client, step: "full", passkey: true })
        await hands.records.provenPasskey(session.id, asked.now, event)
        return show(secret)
      },
    }),
    ...own(hands, { challenges, party, confirm }),
  ]
}

interface Own extends Pick<Doors, "confirm"> {
  readonly challenges: ReturnType<typeof createChallenges>
  readonly party: () => RelyingParty
}

function own(hands: Hands, { challenges, party, confirm }: Own): readonly Route[] {
  const changed = ({ viewer }: AskedBy, did: string) =>
    personEvent(hands, "user-changed", viewer.account, { user: viewer.account.name, did })
  return [
    route({
      method: "GET",
      path: "/api/account/factors",
      tag: "account",
      summary: { vi: "Các cách xác thực của mình", en: "One's own second factors" },
      access: { who: "account" },
      answer: z.object({
        totp: z.boolean(),
        /** Whether browsers give passkeys at our address. */
        available: z.boolean(),
        passkeys: z.array(
          z.object({ id: z.string(), name: z.string(), createdAt: instant, usedAt: instant.nullable() }),
        ),
        recovery: z.number(),
      }),
      handle: async (_, { viewer }) => ({
        totp: viewer.account.hasTotp,
        available: relyingParty(hands.settings().publicUrl) !== null,
        passkeys: [...(await hands.records.passkeys(viewer.account.id))],
        recovery: (await hands.records.account({ id: viewer.account.id }))?.credentials.recovery.length ?? 0,
      }),
    }),
    route({
      method: "POST",
      path: "/api/account/passkeys/challenge",
      tag: "account",
      summary: { vi: "Bắt đầu thêm khóa", en: "Begin to add a passkey" },
      access: { who: "account" },
      body: z.object({ password }),
      answer: z.object({
        challenge: z.string(),
        rp: z.object({ id: z.string(), name: z.string() }),
        user: z.object({ id: z.string(), name: z.string(), displayName: z.string() }),
        pubKeyCredParams: z.array(z.object({ type: z.literal("public-key"), alg: z.number() })),
        timeout: z.number(),
        attestation: z.literal("none"),
        authenticatorSelection: z.object({
          residentKey: z.literal("required"),
          requireResidentKey: z.boolean(),
          userVerification: z.literal("required"),
        }),
        excludeCredentials: z.array(publicKey),
      }),
      handle: async ({ body }, asked) => {
        const { id } = party()
        await confirm(body.password, asked)
        const { account } = asked.viewer
        const known = await hands.records.passkeys(account.id)
        return {
          challenge: challenges.issue(`add ${account.id}`, asked.now),
          rp: { id, name: `Congthu ${hands.settings().hostname}` },
          user: { id: hands.keys.handle(account.id), name: account.name, displayName: account.title },
          pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: "public-key" as const, alg })),
          timeout: WITHIN,
          attestation: "none" as const,
          authenticatorSelection: {
            residentKey: "required" as const,
            requireResidentKey: true,
            userVerification: "required" as const,
          },
          excludeCredentials: known.map((one) => ({ type: "public-key" as const, id: one.id })),
        }
      },
    }),
    route({
      method: "POST",
      path: "/api/account/passkeys",
      tag: "account",
      summary: {
        vi: "Thêm khóa; lần đầu trả về mã dự phòng",
        en: "Add a passkey; the first one answers recovery codes",
      },
      access: { who: "account" },
      body: z.object({ name: line, credential: registration }),
      answer: z.object({ recovery: z.array(z.string()) }),
      handle: async ({ body }, asked) => {
        const { account, session } = asked.viewer
        const challenge = challengeOf(body.credential.response.clientDataJSON)
        const isOurs = challenges.take(challenge, `add ${account.id}`, asked.now)
        const made = isOurs ? checkRegistration(body.credential, { challenge, party: party() }) : null
        if (made === null) throw new Refusal("wrong-passkey")
        if (account.passkeys >= MOST) throw new Refusal("too-many")
        const passkey = { ...made, name: body.name, createdAt: asked.now, usedAt: null }
        if (!(await hands.records.addPasskey(account.id, passkey, changed(asked, "passkey"))))
          throw new Refusal("taken")
        // Whoever logged in elsewhere before has shown less than is asked for from now on.
        const isFirst = !account.hasTotp && account.passkeys === 0
        const recovery = isFirst ? recoveryCodes() : []
        const change = { endSessions: session.id, ...(isFirst ? { recovery: recovery.map(digestOf) } : {}) }
        await hands.records.changeAccount(account.id, change, changed(asked, "sessions-ended"))
        const event = personEvent(hands, "login", account, { client: asked.client, step: "full", passkey: true })
        await hands.records.provenPasskey(session.id, asked.now, event)
        return { recovery }
      },
    }),
    route({
      method: "POST",
      path: "/api/account/passkeys/remove",
      tag: "account",
      summary: { vi: "Xóa khóa", en: "Remove a passkey" },
      access: { who: "account" },
      body: z.object({ id: z.string().max(1_366), password }),
      answer: z.object({ removed: z.boolean() }),
      handle: async ({ body }, asked) => {
        await confirm(body.password, asked)
        const { account } = asked.viewer
        return { removed: await hands.records.removePasskey(account.id, body.id, changed(asked, "passkey-removed")) }
      },
    }),
    route({
      method: "POST",
      path: "/api/account/recovery",
      tag: "account",
      summary: { vi: "Mã dự phòng mới; mã cũ hết hiệu lực", en: "New recovery codes; the old ones end" },
      access: { who: "account" },
      body: z.object({ password }),
      answer: z.object({ recovery: z.array(z.string()) }),
      handle: async ({ body }, asked) => {
        await confirm(body.password, asked)
        const recovery = recoveryCodes()
        const change = { recovery: recovery.map(digestOf) }
        await hands.records.changeAccount(asked.viewer.account.id, change, changed(asked, "recovery"))
        return { recovery }
      },
    }),
  ]
}
