/** OpenID Connect with an issuer on this machine: who comes in by it, and whatever is wrong with its answers brings nobody in. */
import assert from "node:assert/strict"
import { createHmac, generateKeyPairSync, hash, type KeyObject, randomUUID, sign } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:http"
import { after, before, beforeEach, describe, test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import { type Office, openOffice } from "./office.ts"

interface Lie {
  readonly claims?: Readonly<Record<string, unknown>>
  readonly key?: KeyObject
  /** "none": no signature; "HS256": one made with what everybody may read, the public key. */
  readonly alg?: "none" | "HS256"
}

/** An issuer that says what it is told to. */
async function openIssuer() {
  const { privateKey, publicKey } = generateKeyPairSync("rsa", { modulusLength: 2048 })
  const begun = new Map<string, URLSearchParams>()
  const state: { lie: Lie; tokens: number } = { lie: {}, tokens: 0 }
  const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString("base64url")
  const idToken = (asked: URLSearchParams): string => {
    const now = Math.floor(Date.now() / 1_000)
    const claims = {
      iss: url(),
      aud: asked.get("client_id"),
      sub: "s1",
      iat: now,
      exp: now + 60,
      nonce: asked.get("nonce"),
    }
    const { alg = "RS256" } = state.lie
    const signed = `${encode({ alg, kid: "k" })}.${encode({ ...claims, ...state.lie.claims })}`
    if (alg === "none") return `${signed}.`
    if (alg === "HS256") {
      const secret = publicKey.export({ format: "pem", type: "spki" })
      return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`
    }
    return `${signed}.${sign("sha256", Buffer.from(signed), state.lie.key ?? privateKey).toString("base64url")}`
  }
  const server = createServer((request, response) => {
    const json = (body: unknown, status = 200): void => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body))
    }
    if (request.url === "/.well-known/openid-configuration") {
      return json({
        issuer: url(),
        authorization_endpoint: `${url()}/authorize`,
        token_endpoint: `${url()}/token`,
        jwks_uri: `${url()}/jwks`,
        id_token_signing_alg_values_supported: ["RS256"],
      })
    }
    if (request.url === "/jwks")
      return json({ keys: [{ ...publicKey.export({ format: "jwk" }), kid: "k", alg: "RS256" }] })
    let body = ""
    request.on("data", (chunk: Buffer) => (body += chunk.toString()))
    request.on("end", () => {
      const form = new URLSearchParams(body)
      const asked = begun.get(form.get("code") ?? "")
      begun.delete(form.get("code") ?? "")
      const challenge = hash("sha256", form.get("code_verifier") ?? "", "base64url")
      if (asked === undefined || asked.get("code_challenge") !== challenge || form.get("client_secret") !== "bí mật")
        return json({ error: "invalid_grant" }, 400)
      state.tokens += 1
      json({ access_token: randomUUID(), token_type: "Bearer", id_token: idToken(asked) })
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  function url(): string {
    const address = server.address()
    return `http://127.0.0.1:${typeof address === "object" && address !== null ? address.port : 0}`
  }
  return {
    url: url(),
    state,
    /** What a browser brings back after logging in over there. */
    authorize(location: string): string {
      const asked = new URL(location).searchParams
      const code = randomUUID()
      begun.set(code, asked)
      return `code=${code}&state=${asked.get("state") ?? ""}`
    },
    close: () => void server.close(),
  }
}

const MINE = { email: "chu@tuyenquang.gov.vn", email_verified: true }

describe("the single sign-on", () => {
  let issuer: Awaited<ReturnType<typeof openIssuer>>
  let office: Office
  let more: object = {}
  const login = () =>
    settingsSchema.shape.login.parse({
      oidc: { issuer: issuer.url, clientId: "congthu", clientSecret: "bí mật", ...more },
    })
  before(async () => {
    issuer = await openIssuer()
    office = await openOffice({
      proxyFrom: ["127.0.0.1"],
      hands: (plain) => ({ settings: () => ({ ...plain.settings(), login: login() }) }),
    })
    await office.person("chu", { role: "approver", unit: "so" })
    const gone = await office.person("nghi", { role: "approver", unit: "so" })
    const event = { kind: "user-changed", at: 0, transaction: null, recipient: null, by: "t", detail: {} } as const
    await office.store.records.changeAccount(gone.id, { disabledAt: office.clock.now }, event)
  })
  after(async () => {
    await office[Symbol.asyncDispose]()
    issuer.close()
  })
  let browsers = 0
  beforeEach(() => {
    issuer.state.lie = {}
    more = {}
  })
  const go = async (path: string, cookie: string | null) => {
    const headers = { "x-forwarded-for": `10.1.0.${(browsers += 1)}`, ...(cookie === null ? {} : { cookie }) }
    const response = await fetch(`${office.url}${path}`, { redirect: "manual", headers })
    const cookies = response.headers.getSetCookie().map((one) => one.split(";")[0] ?? "")
    return {
      status: response.status,
      to: response.headers.get("location") ?? "",
      cookies,
      set: response.headers.getSetCookie(),
    }
  }
  /** There and back: where it led to, with which cookie. */
  async function whole(lie: Lie) {
    issuer.state.lie = lie
    const there = await go("/login/sso", null)
    const back = await go(`/login/sso/back?${issuer.authorize(there.to)}`, there.cookies[0] ?? null)
    return { there, back, session: back.cookies.find((one) => one.startsWith("congthu=")) ?? null }
  }
  const stateOf = async (cookie: string | null) =>
    (await office.ask("GET", "/api/session", { cookie: cookie ?? "" })).json["state"]

  test("opens the account whose mailbox it has verified; our second factor is still asked for", async () => {
    const { there, back, session } = await whole({ claims: MINE })
    assert.match(there.to, /code_challenge_method=S256/)
    assert.match(there.set[0] ?? "", /HttpOnly; SameSite=Lax/)
    assert.equal(back.to, "/")
    assert.match(back.set[0] ?? "", /HttpOnly; SameSite=Strict/)
    assert.equal(await stateOf(session), "second-factor")
    // And no token reaches the browser.
    assert.doesNotMatch(JSON.stringify([there, back]), /eyJ|access_token|id_token/)
  })

  test("is believed for both factors only where the settings say so and it says mfa", async () => {
    more = { secondFactor: "theirs" }
    assert.equal(await stateOf((await whole({ claims: { ...MINE, amr: ["pwd"] } })).session), "second-factor")
    assert.equal(await stateOf((await whole({ claims: { ...MINE, amr: ["pwd", "mfa"] } })).session), "open")
  })

  test("may name people by another claim, which is their login name here", async () => {
    more = { claim: "preferred_username" }
    assert.equal(await stateOf((await whole({ claims: { preferred_username: "Chu" } })).session), "second-factor")
  })

  const other = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey
  const ROWS: readonly (readonly [string, Lie, string])[] = [
    ["a mailbox that it has not verified", { claims: { ...MINE, email_verified: false } }, "unverified"],
    ["a mailbox that it says nothing of", { claims: { email: MINE.email } }, "unverified"],
    ["somebody without an account here", { claims: { ...MINE, email: "la@tuyenquang.gov.vn" } }, "unknown"],
    ["nobody at all", {}, "unknown"],
    ["an account that is disabled", { claims: { ...MINE, email: "nghi@tuyenquang.gov.vn" } }, "closed"],
    ["another's signature", { claims: MINE, key: other }, "invalid"],
    ["no signature at all", { claims: MINE, alg: "none" }, "invalid"],
    ["a signature by its public key", { claims: MINE, alg: "HS256" }, "invalid"],
    ["another nonce", { claims: { ...MINE, nonce: "x" } }, "invalid"],
    ["another audience", { claims: { ...MINE, aud: "somebody" } }, "invalid"],
    ["another issuer", { claims: { ...MINE, iss: "https://evil.example" } }, "invalid"],
    ["a time that is over", { claims: { ...MINE, iat: 1, exp: 2 } }, "invalid"],
  ]
  for (const [name, lie, fault] of ROWS) {
    test(`with ${name} brings nobody in, and tells why`, async () => {
      const accounts = (await office.store.records.accounts()).length
      const { back, session } = await whole(lie)
      assert.deepEqual([back.to, session], [`/?sso=${fault}`, null])
      assert.equal((await office.store.records.accounts()).length, accounts, "it makes no account")
    })
  }

  test("answers only the browser that went, once, and in time", async () => {
    issuer.state.lie = { claims: MINE }
    const there = await go("/login/sso", null)
    const answer = issuer.authorize(there.to)
    assert.equal((await go(`/login/sso/back?${answer}`, null)).to, "/?sso=late", "somebody else's browser")
    assert.equal((await go(`/login/sso/back?${answer}`, there.cookies[0] ?? "")).to, "/?sso=late", "used up by that")
    const slow = await go("/login/sso", null)
    office.clock.now += 600_001
    assert.equal((await go(`/login/sso/back?${issuer.authorize(slow.to)}`, slow.cookies[0] ?? "")).to, "/?sso=late")
    assert.equal((await go("/login/sso/back?code=x&state=made-up", slow.cookies[0] ?? "")).to, "/?sso=late")
    const cancelled = await go("/login/sso", null)
    const state = new URL(cancelled.to).searchParams.get("state") ?? ""
    const said = await go(`/login/sso/back?error=access_denied&state=${state}`, cancelled.cookies[0] ?? "")
    assert.equal(said.to, "/?sso=refused")
  })

  test("that is not there is said to be so", async () => {
    more = { issuer: "http://127.0.0.1:1" }
    assert.equal((await go("/login/sso", null)).to, "/?sso=unreachable")
  })
})
