/** OpenID Connect: to the agency's own login and back, as code flow with PKCE. It opens accounts that are here, and makes none. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import * as oidc from "openid-client"
import type { Settings } from "../../config/schema.ts"
import { addressKey, parseAddress } from "../../mail/address.ts"
import type { Account } from "../../mail/people.ts"
import type { Instant, Millis } from "../../mail/transaction.ts"
import { createAllowance } from "./allowance.ts"
import { setCookie } from "./cookie.ts"
import type { Hands } from "./hands.ts"
import { digestOf, newSecret } from "./secret.ts"
import { isClosed, LIMITS, openSession, personEvent } from "./sessions.ts"

type OidcSettings = NonNullable<Settings["login"]["oidc"]>

/** Why nobody came in; the page has words for each. */
export type SsoFault = "refused" | "late" | "unreachable" | "invalid" | "unverified" | "unknown" | "closed"

const START = "/login/sso"
const BACK = "/login/sso/back"
/** Ms to log in over there. */
const WITHIN: Millis = 600_000
/** Ms that what the issuer says of itself is believed. */
const FRESH: Millis = 3_600_000
const MOST = 10_000
const ATTEMPTS = { burst: 20, perSecond: 1 / 3, keys: 10_000 } as const

interface Begun {
  readonly verifier: string
  readonly nonce: string
  /** Of the cookie: whoever comes back is who went. */
  readonly browser: string
  readonly until: Instant
}

export function serveSingleSignOn(server: FastifyInstance, hands: Hands): void {
  const begun = new Map<string, Begun>()
  const attempts = createAllowance(ATTEMPTS)
  const issuer = createIssuer(hands.now)
  server.get(START, async (request, reply) => {
    const { login, publicUrl } = hands.settings()
    if (login.oidc === null) return reply.callNotFound()
    if (!attempts.take(request.ip, hands.now())) return home(reply, "late")
    const client = await issuer(login.oidc).catch((error: unknown) => {
      hands.log.warn("the single sign-on cannot be reached", { error })
      return null
    })
    if (client === null) return home(reply, "unreachable")
    const [verifier, browser, state] = [oidc.randomPKCECodeVerifier(), newSecret(), oidc.randomState()]
    const nonce = oidc.randomNonce()
    begun.set(state, { verifier, nonce, browser: digestOf(browser), until: hands.now() + WITHIN })
    const [oldest] = begun.keys()
    if (begun.size > MOST && oldest !== undefined) begun.delete(oldest)
    const url = oidc.buildAuthorizationUrl(client, {
      redirect_uri: `${publicUrl}${BACK}`,
      scope: login.oidc.scopes.join(" "),
      code_challenge: await oidc.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state,
      nonce,
    })
    return reply.header("set-cookie", wayCookie(publicUrl, browser, WITHIN)).redirect(url.href, 303)
  })

  server.get(BACK, async (request, reply) => {
    const { login, publicUrl } = hands.settings()
    if (login.oidc === null) return reply.callNotFound()
    const url = new URL(request.url, `${publicUrl}/`)
    const state = url.searchParams.get("state") ?? ""
    const way = begun.get(state)
    begun.delete(state)
    const isTheirs = way !== undefined && way.browser === digestOf(readWay(request))
    if (!isTheirs || way.until <= hands.now()) return home(reply, "late")
    const found = await comeBack(hands, login.oidc, { url, state, way, client: issuer })
    if (typeof found === "string") {
      await hands.records.note([failedEvent(hands, request, found)])
      return home(reply, found)
    }
    const browser = { client: request.ip, agent: (request.headers["user-agent"] ?? "").slice(0, 200) }
    const secret = await openSession(hands, found.account, { ...browser, ...found.door })
    const cookies = [setCookie(publicUrl, secret, LIMITS.lifetime), wayCookie(publicUrl, "", 0)]
    return home(reply.header("set-cookie", cookies), null)
  })
}

function home(reply: FastifyReply, fault: SsoFault | null): FastifyReply {
  return reply.redirect(fault === null ? "/" : `/?sso=${fault}`, 303)
}

interface Return {
  readonly url: URL
  readonly state: string
  readonly way: Begun
  readonly client: (settings: OidcSettings) => Promise<oidc.Configuration>
}

type CameBack = { readonly account: Account; readonly door: { door: "single-sign-on"; isWhole: boolean } } | SsoFault

async function comeBack(hands: Hands, settings: OidcSettings, { url, state, way, client }: Return): Promise<CameBack> {
  if (url.searchParams.has("error")) return "refused"
  try {
    const tokens = await oidc.authorizationCodeGrant(await client(settings), url, {
      pkceCodeVerifier: way.verifier,
      expectedState: state,
      expectedNonce: way.nonce,
      idTokenExpected: true,
    })
    const claims = tokens.claims()
    if (claims === undefined) return "invalid"
    const account = await accountFor(hands, settings, claims)
    if (typeof account === "string") return account
    if (isClosed(account, hands.now())) return "closed"
    const amr: unknown = claims["amr"]
    const isWhole = settings.secondFactor === "theirs" && Array.isArray(amr) && amr.includes("mfa")
    return { account, door: { door: "single-sign-on", isWhole } }
  } catch (error) {
    hands.log.warn("the single sign-on's answer was not taken", { error })
    return error instanceof TypeError ? "unreachable" : "invalid"
  }
}

async function accountFor(
  hands: Hands,
  { claim }: OidcSettings,
  claims: Readonly<Record<string, unknown>>,
): Promise<Account | SsoFault> {
  const value = claims[claim]
  if (typeof value !== "string" || value === "") return "unknown"
  if (claim !== "email") return (await hands.records.account({ name: value.toLowerCase() }))?.account ?? "unknown"
  // Anybody may write any address into some accounts over there.
  if (claims["email_verified"] !== true) return "unverified"
  const address = parseAddress(value)
  const key = address === null ? null : addressKey(address)
  const fitting = (await hands.records.accounts()).filter(({ mail }) => mail !== null && mail === key)
  return fitting.length === 1 && fitting[0] !== undefined ? fitting[0] : "unknown"
}

function failedEvent(hands: Hands, request: FastifyRequest, fault: SsoFault) {
  return personEvent(hands, "login-failed", { name: "single-sign-on" }, { client: request.ip, why: fault })
}

/** What the issuer says of itself, asked for when first needed and again each hour. */
function createIssuer(now: () => Instant): (settings: OidcSettings) => Promise<oidc.Configuration> {
  let known: { readonly key: string; readonly until: Instant; readonly configuration: oidc.Configuration } | null = null
  return async (settings) => {
    const key = JSON.stringify(settings)
    if (known !== null && known.key === key && known.until > now()) return known.configuration
    const { issuer, clientId, clientSecret, timeout } = settings
    const configuration = await oidc.discovery(
      new URL(issuer),
      clientId,
      undefined,
      clientSecret === null ? oidc.None() : oidc.ClientSecretPost(clientSecret),
      {
        timeout: timeout / 1_000,
        execute: [oidc.enableNonRepudiationChecks, ...(issuer.startsWith("http:") ? [oidc.allowInsecureRequests] : [])],
      },
    )
    known = { key, until: now() + FRESH, configuration }
    return configuration
  }
}

/** Lax, since it comes back from another site; gone with the return. */
function wayCookie(publicUrl: string, secret: string, span: Millis): string {
  const secure = publicUrl.startsWith("https:") ? "; Secure" : ""
  return `congthu-way=${secret}; Path=${START}; Max-Age=${span / 1_000}; HttpOnly; SameSite=Lax${secure}`
}

function readWay(request: FastifyRequest): string {
  return /(?:^|;\s*)congthu-way=([\w-]{43})(?:;|$)/.exec(request.headers.cookie ?? "")?.[1] ?? ""
}
