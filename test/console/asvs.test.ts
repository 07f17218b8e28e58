/**
 * OWASP ASVS 5.0, levels 1 and 2, on authentication (V6), sessions (V7), access control (V8), tokens (V9), single sign-on (V10) and the browser (V3): each item with
 * the test that shows it, here or in another file, or why it is not ours; and those that fall short, said so.
 */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { after, before, describe, test } from "node:test"
import { dictionary } from "@zxcvbn-ts/language-common"
import { hashPassword, passwordFault, verifyPassword } from "../../src/console/api/password.ts"
import { routesOf } from "../../src/console/api/routes.ts"
import { totp, totpStep } from "../../src/console/api/totp.ts"
import { type Office, openOffice, type Person } from "./office.ts"

const PASSWORD = "Suối Lê-Nin 2026!"

interface World {
  readonly office: Office
  /** Somebody with a password, whom a session is open of. */
  readonly person: Person
}
type Shown =
  | { readonly here: (world: World) => Promise<void> | void }
  /** A test of another file, by a part of its name. */
  | { readonly in: string; readonly test: string }
  | { readonly not: string }
  /** What is missing. */
  | { readonly short: string }
type Item = readonly [id: string, asks: string, shown: Shown]

const SESSION = "session.test.ts"
const PASSKEY = "passkey.test.ts"
const SSO = "single-sign-on.test.ts"
const EVERY = "authorisation.test.ts"
const BROWSER = "browser.test.ts"
const EVERYWHERE = "everywhere.test.ts"
const TCVN = "TCVN 14423:2026 asks otherwise, and binds the agency: "

const login = (office: Office, password: string, more: { readonly cookie?: string } = {}) =>
  office.ask("POST", "/api/session", { body: { name: "an", password }, ...more })

const V6: readonly Item[] = [
  ["6.1.1", "limits against guessing are documented", { in: "../../README.md", test: "TCVN 14423:2026" }],
  [
    "6.1.2",
    "the agency's own words are no passwords, whatever is put around them",
    {
      here: () => {
        for (const one of ["TuyenQuang@2026", "vanthu123456", "Hà Giang 2026!!"])
          assert.equal(passwordFault(one, { hasFactor: true, names: [] }), "is-common", one)
        assert.equal(passwordFault("So-Noi-Vu-2026", { hasFactor: true, names: ["Sở Nội vụ"] }), "is-a-name")
      },
    },
  ],
  ["6.1.3", "all ways in are documented, each as strong", { in: "../../README.md", test: "**Ways in.**" }],
  [
    "6.2.1",
    "passwords have 8 characters at least",
    { here: () => assert.equal(passwordFault("Ngan 67", { hasFactor: true, names: [] }), "too-short") },
  ],
  ["6.2.2", "one's own password can be changed", { in: SESSION, test: "must be changed first" }],
  [
    "6.2.3",
    "a change asks for the present password",
    {
      here: async ({ person }) => {
        const body = { current: "sai", password: "Hoa gạo tháng ba" }
        assert.equal((await person.ask("PUT", "/api/account/password", body)).json.error, "wrong-login")
      },
    },
  ],
  [
    "6.2.4",
    "the 3,000 most common passwords are refused",
    {
      here: () => {
        const many = dictionary["passwords-common"]
          .map(String)
          .filter((one) => one.length >= 8)
          .slice(0, 3_000)
        assert.equal(many.length, 3_000)
        for (const one of many) assert.equal(passwordFault(one, { hasFactor: true, names: [] }), "is-common", one)
      },
    },
  ],
  [
    "6.2.5",
    "beside a second factor any composition will do",
    { here: () => assert.equal(passwordFault("chỉ chữ thường thôi", { hasFactor: true, names: [] }), null) },
  ],
  ["6.2.6", "passwords are masked", { in: BROWSER, test: "hides what is typed" }],
  [
    "6.2.7",
    "pasting and password managers work",
    { in: BROWSER, test: "takes what is pasted, and is known to password managers" },
  ],
  [
    "6.2.8",
    "a password is taken as typed: no letter is cut off or turned",
    {
      here: async () => {
        const hash = await hashPassword(`${PASSWORD}${"x".repeat(100)}`)
        assert.equal(await verifyPassword(hash, `${PASSWORD}${"x".repeat(99)}`), false)
        assert.equal(await verifyPassword(hash, `${PASSWORD.toLowerCase()}${"x".repeat(100)}`), false)
      },
    },
  ],
  [
    "6.2.9",
    "64 characters and more are taken",
    { here: () => assert.equal(passwordFault("một câu rất dài ".repeat(8), { hasFactor: true, names: [] }), null) },
  ],
  [
    "6.2.10",
    "passwords need not be changed by the calendar",
    { not: `${TCVN}administrators change theirs each two months` },
  ],
  ["6.2.11", "words of the place are refused", { in: SESSION, test: "“${password}” ${hasFactor" }],
  [
    "6.2.12",
    "passwords that leaked are refused, whatever is put around them",
    {
      here: () => {
        for (const one of ["Trustno1!", "1q2w3e4r5t", "Football1", "“qwertyuiop”"])
          assert.equal(passwordFault(one, { hasFactor: true, names: [] }), "is-common", one)
        assert.equal(passwordFault("Hoa gạo tháng ba", { hasFactor: true, names: [] }), null)
      },
    },
  ],
  ["6.3.1", "guessing is slowed and stopped", { in: SESSION, test: "locks the account after ten failures" }],
  ["6.3.2", "there is no default account", { in: SESSION, test: "is made once: the link is dead afterwards" }],
  ["6.3.3", "a second factor is asked for", { in: SESSION, test: "takes the password, then the authenticator's code" }],
  ["6.3.4", "no way in is weaker than the others", { in: SSO, test: "our second factor is still asked for" }],
  ["6.3.8 (L3)", "who exists cannot be found out", { in: SESSION, test: "tells nobody which names exist" }],
  [
    "6.4.1",
    "first links are random, end, and are used once",
    { in: SESSION, test: "sets a password once, within three days" },
  ],
  [
    "6.4.2",
    "there are no hints and no secret questions",
    {
      here: ({ office }) => {
        const paths = routesOf(office.hands).map(({ path }) => path)
        assert.deepEqual(
          paths.filter((path) => /hint|question|forgot/.test(path)),
          [],
        )
      },
    },
  ],
  ["6.4.3", "a new password does not lift the second factor", { in: SESSION, test: "is made once" }],
  ["6.4.4", "who lost a factor proves as much as at the start", { in: EVERY, test: "POST /api/people/:id/act" }],
  ["6.5.1", "codes are taken once", { in: SESSION, test: "takes each recovery code once" }],
  [
    "6.5.2",
    "recovery codes are kept as digests",
    {
      here: async ({ office, person }) => {
        const made = await person.ask("POST", "/api/account/recovery", { password: PASSWORD })
        const codes = made.json["recovery"] as readonly string[]
        const kept = (await office.store.records.account({ id: person.id }))?.credentials.recovery ?? []
        assert.equal(kept.length, codes.length)
        assert.deepEqual(
          kept.filter((one) => codes.includes(one)),
          [],
        )
      },
    },
  ],
  [
    "6.5.3, 6.5.4",
    "recovery codes have 78 random bits",
    {
      here: async ({ person }) => {
        const ask = async () =>
          (await person.ask("POST", "/api/account/recovery", { password: PASSWORD })).json["recovery"]
        const codes = [...((await ask()) as string[]), ...((await ask()) as string[])]
        assert.equal(new Set(codes).size, 20)
        for (const code of codes) assert.match(code, /^([2-9A-HJKMNP-TV-Z]{4}-){3}[2-9A-HJKMNP-TV-Z]{4}$/)
      },
    },
  ],
  [
    "6.5.5",
    "an authenticator's code is good for its step and its neighbours, no longer",
    {
      here: () => {
        const secret = Buffer.alloc(20, 3)
        const at = 1_800_000_000_000
        const code = totp(secret, Math.floor(at / 30_000))
        assert.notEqual(totpStep(secret, code, at + 30_000), null)
        assert.equal(totpStep(secret, code, at + 90_000), null)
      },
    },
  ],
  ["6.6.1 – 6.6.3", "codes by telephone or mail", { not: "there are none" }],
  [
    "6.7.1, 6.7.2 (L3)",
    "keys are kept as they came; challenges have 256 bits",
    { in: PASSKEY, test: "answers each question once" },
  ],
  [
    "6.8.1",
    "an issuer speaks for its own people only",
    { not: "one issuer at a time; accounts are matched by its verified claim" },
  ],
  ["6.8.2", "signatures of an issuer's word are checked", { in: SSO, test: "brings nobody in, and tells why" }],
  ["6.8.3", "SAML assertions are used once", { not: "no SAML" }],
  [
    "6.8.4",
    "what an issuer says of strength is looked at",
    { in: SSO, test: "only where the settings say so and it says mfa" },
  ],
]

const V7: readonly Item[] = [
  [
    "7.1.1, 7.1.2",
    "lifetimes and their reasons are documented",
    { in: "../../src/console/api/sessions.ts", test: "TCVN 14423:2026" },
  ],
  [
    "7.1.3",
    "how long an issuer's login and ours go together is documented",
    { in: "../../README.md", test: "`login.oidc`" },
  ],
  [
    "7.2.1, 7.2.2",
    "sessions are looked up here, and a made-up one is none",
    {
      here: async ({ office }) => {
        const made = await office.ask("GET", "/api/session", { cookie: `congthu=${"A".repeat(43)}` })
        assert.equal(made.json.error, "not-logged-in")
      },
    },
  ],
  [
    "7.2.3",
    "a session's secret has 256 random bits",
    {
      here: async ({ office }) => {
        const [one, two] = [await login(office, PASSWORD), await login(office, PASSWORD)]
        assert.match(one.cookie ?? "", /^congthu=[\w-]{43}$/)
        assert.notEqual(one.cookie, two.cookie)
      },
    },
  ],
  [
    "7.2.4",
    "logging in opens a session of its own: one that was planted stays nobody's",
    {
      here: async ({ office }) => {
        const planted = `congthu=${"B".repeat(43)}`
        const made = await login(office, PASSWORD, { cookie: planted })
        assert.notEqual(made.cookie, planted)
        assert.equal((await office.ask("GET", "/api/session", { cookie: planted })).json.error, "not-logged-in")
      },
    },
  ],
  ["7.3.1", "a session nobody uses locks", { in: SESSION, test: "locks when nothing is done for five minutes" }],
  ["7.3.2", "a session ends after twelve hours", { in: SESSION, test: "and ends after twelve hours" }],
  ["7.4.1", "logging out ends it here", { in: SESSION, test: "and by logging out" }],
  ["7.4.2", "disabling an account ends its sessions", { in: SESSION, test: "loses a role the moment it is taken" }],
  ["7.4.3", "other sessions end with a changed factor", { in: SESSION, test: "not to one of the last ten" }],
  ["7.4.4", "each page has a way out", { in: EVERYWHERE, test: "each page has a way out" }],
  ["7.4.5", "administrators end sessions of others", { in: SESSION, test: "by whoever administers" }],
  [
    "7.5.1",
    "the password is asked for again before factors change, and wrong ones lock",
    {
      here: async ({ office, person }) => {
        for (const path of ["totp", "passkeys/challenge", "recovery"]) {
          const answer = await person.ask("POST", `/api/account/${path}`, { password: "sai" })
          assert.ok(["wrong-login", "no-passkeys"].includes(answer.json.error ?? ""), path)
        }
        for (let tries = 0; tries < 12; tries += 1) {
          office.clock.now += 10_000
          await person.ask("POST", "/api/account/recovery", { password: `sai ${tries}` })
        }
        const right = await person.ask("POST", "/api/account/recovery", { password: PASSWORD })
        assert.equal(right.json.error, "account-locked")
        office.clock.now += 31 * 60_000
        assert.equal((await person.ask("POST", "/api/session/unlock", { password: PASSWORD })).status, 200)
        const event = { kind: "user-changed", at: 0, transaction: null, recipient: null, by: "t", detail: {} } as const
        await office.store.records.changeAccount(person.id, { lockedUntil: null }, event)
      },
    },
  ],
  [
    "7.5.2",
    "one's own sessions are seen, and all others ended by who shows a factor again",
    {
      here: async ({ office, person }) => {
        await login(office, PASSWORD)
        const rows = (await person.ask("GET", "/api/account/sessions")).text
        const ids = (JSON.parse(rows) as readonly { id: string; current: boolean }[]).filter(({ current }) => !current)
        const all = { ids: ids.map(({ id }) => id) }
        const wrong = await person.ask("POST", "/api/account/sessions/end", { ...all, password: "sai" })
        assert.equal(wrong.json.error, "wrong-login", "only for who shows the password again")
        const ended = await person.ask("POST", "/api/account/sessions/end", { ...all, password: PASSWORD })
        assert.equal(ended.status, 200, ended.text)
        assert.equal(ended.json["ended"], ids.length)
        assert.equal(
          (JSON.parse((await person.ask("GET", "/api/account/sessions")).text) as readonly unknown[]).length,
          1,
        )
      },
    },
  ],
  [
    "7.6.1",
    "a session does not outlive what the issuer's login is good for",
    { in: SESSION, test: "and ends after twelve hours" },
  ],
  [
    "7.6.2",
    "an issuer's session opens ours only when somebody asks for it",
    { in: SSO, test: "answers only the browser that went, once, and in time" },
  ],
]

const V8: readonly Item[] = [
  [
    "8.1.1, 8.1.2",
    "who may do what is written in one table",
    { in: EVERY, test: "has a row here, and no row is of a route that is gone" },
  ],
  [
    "8.2.1",
    "functions are for the roles that the table names",
    { in: EVERY, test: "is admitted where the table says so, and nowhere else" },
  ],
  [
    "8.2.2, 8.4.1",
    "things of another unit are neither seen nor changed",
    { in: EVERY, test: "neither sees nor changes" },
  ],
  [
    "8.2.3",
    "fields that a route does not name are not set",
    {
      here: async ({ office, person }) => {
        await person.ask("PUT", "/api/account/password", { current: PASSWORD, password: "x", grants: [], totp: null })
        const known = await office.store.records.account({ id: person.id })
        assert.deepEqual([known?.account.grants.length, known?.account.hasTotp], [1, true])
      },
    },
  ],
  [
    "8.3.1",
    "the server decides",
    { in: EVERY, test: "asks who it is, and whatever changes something asks for the token" },
  ],
  ["8.3.2 (L3)", "a role that is taken is gone at once", { in: SESSION, test: "loses a role the moment it is taken" }],
]

/** Of tokens there are those of an issuer alone; our own sessions are looked up. */
const V9: readonly Item[] = [
  ["9.1.1", "a token's signature is checked", { in: SSO, test: "another's signature" }],
  ["9.1.2", "by the algorithms that are allowed, and never by none", { in: SSO, test: "no signature at all" }],
  ["9.1.3", "with keys of the issuer that the settings name", { in: SSO, test: "another's signature" }],
  ["9.2.1", "within its time", { in: SSO, test: "a time that is over" }],
  ["9.2.2", "it is an ID token, bound to the question by its nonce", { in: SSO, test: "another nonce" }],
  ["9.2.3", "made for us", { in: SSO, test: "another audience" }],
  ["9.2.4", "tokens that we issue name their audience", { not: "we issue none" }],
]

/** As a client; we are neither an authorization nor a resource server. */
const V10: readonly Item[] = [
  ["10.1.1", "no token reaches the browser", { in: SSO, test: "no token reaches the browser" }],
  [
    "10.1.2, 10.2.1",
    "only the browser that asked brings the answer back",
    { in: SSO, test: "answers only the browser that went, once, and in time" },
  ],
  ["10.2.2", "issuers cannot be mixed up", { not: "there is one issuer; its name is compared in each token" }],
  ["10.3, 10.4, 10.6, 10.7", "of servers", { not: "we are no authorization server and take no access tokens" }],
  ["10.5.1", "an ID token answers one question", { in: SSO, test: "another nonce" }],
  [
    "10.5.2",
    "people are known by a claim that is theirs",
    { in: SSO, test: "may name people by another claim, which is their login name here" },
  ],
  ["10.5.3", "the issuer is the one of the settings, to the letter", { in: SSO, test: "another issuer" }],
  ["10.5.4", "the audience is our client", { in: SSO, test: "another audience" }],
  [
    "10.5.5",
    "logout by the issuer's word",
    { not: "the back-channel is not offered; sessions end after twelve hours" },
  ],
]

const V3: readonly Item[] = [
  [
    "3.2.1",
    "what is no page of ours is shown by no browser as one",
    {
      here: async ({ office }) => {
        const { headers } = await office.ask("GET", "/api/session")
        assert.equal(headers.get("x-content-type-options"), "nosniff")
        for (const part of ["default-src 'none'", "base-uri 'none'", "form-action 'none'"])
          assert.ok(headers.get("content-security-policy")?.includes(part), part)
      },
    },
  ],
  [
    "3.2.2",
    "text from outside stays text",
    { in: "hostile.test.ts", test: "nothing ran, nothing left, and each of them was shown" },
  ],
  [
    "3.3.1 – 3.3.4",
    "the cookie is for this host, TLS, this site, and no script",
    { in: SESSION, test: "our cookie is for this host, TLS and no script" },
  ],
  ["3.4.1", "HSTS for a year, names below it included", { in: SESSION, test: "max-age=31536000; includeSubDomains" }],
  [
    "3.4.2",
    "no other origin may read us",
    {
      here: async ({ office }) => {
        const { headers } = await office.ask("GET", "/api/login", { headers: { origin: "https://evil.example" } })
        assert.equal(headers.get("access-control-allow-origin"), null)
        assert.equal(headers.get("cross-origin-resource-policy"), "same-origin")
      },
    },
  ],
  [
    "3.4.3 – 3.4.6",
    "pages load nothing from elsewhere, tell nobody where one was, and are framed by nobody",
    {
      here: async ({ office }) => {
        const { headers } = await office.ask("GET", "/", { headers: { accept: "text/html" } })
        const policy = headers.get("content-security-policy") ?? ""
        for (const part of ["default-src 'none'", "script-src 'self'", "base-uri 'none'", "frame-ancestors 'none'"])
          assert.ok(policy.includes(part), part)
        assert.doesNotMatch(policy, /unsafe/)
        assert.equal(headers.get("referrer-policy"), "no-referrer")
        assert.equal(headers.get("x-frame-options"), "DENY")
      },
    },
  ],
  [
    "3.4.8 (L3)",
    "other windows hold no handle of ours",
    {
      here: async ({ office }) => {
        const { headers } = await office.ask("GET", "/")
        assert.equal(headers.get("cross-origin-opener-policy"), "same-origin")
      },
    },
  ],
  ["3.5.1, 3.5.2", "another site's page can do nothing", { in: SESSION, test: "can do nothing with the cookie" }],
  [
    "3.5.3",
    "what is asked by GET changes nothing: such routes take no body",
    {
      here: ({ office }) => {
        const bodies = routesOf(office.hands).filter(({ method, body }) => method === "GET" && body !== undefined)
        assert.deepEqual(bodies, [])
      },
    },
  ],
  [
    "3.5.4",
    "other programs have other host names",
    { not: "the agency chooses the host; __Host- binds the cookie to it" },
  ],
  ["3.5.5", "messages between windows are checked", { not: "none are listened for" }],
  ["3.7.1", "no client technology of the past is needed", { not: "pages of today's browsers, without plug-ins" }],
  [
    "3.7.2",
    "nobody is sent on to where an address says",
    {
      here: async ({ office }) => {
        const { status, headers } = await office.ask("GET", "/?next=https://evil.example", {
          headers: { accept: "text/html" },
        })
        assert.deepEqual([status, headers.get("location")], [200, null])
      },
    },
  ],
]

/** More items fall short only when somebody changes this number, and sees it. */
const SHORT = 0

describe("OWASP ASVS 5.0, level 2", { concurrency: 1 }, () => {
  let world: World
  before(async () => {
    const office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    const person = await office.person("an", { role: "approver", unit: "so" })
    const event = { kind: "user-changed", at: 0, transaction: null, recipient: null, by: "t", detail: {} } as const
    const password = { hash: await hashPassword(PASSWORD), at: office.clock.now }
    await office.store.records.changeAccount(person.id, { password }, event)
    world = { office, person }
  })
  after(() => world.office[Symbol.asyncDispose]())

  const items = [...V6, ...V7, ...V8, ...V9, ...V10, ...V3]
  for (const [id, asks, shown] of items) {
    if ("here" in shown) test(`${id}: ${asks}`, async () => shown.here(world))
    if ("in" in shown) {
      test(`${id}: ${asks} (${shown.in.split("/").at(-1)})`, () => {
        const text = readFileSync(resolve(import.meta.dirname, shown.in), "utf8")
        assert.ok(text.includes(shown.test), `${shown.in} has no “${shown.test}”`)
      })
    }
  }

  test("each item stands here once, and what is not ours has a reason", () => {
    const ids = items.map(([id]) => id)
    assert.equal(new Set(ids).size, ids.length)
    for (const [id, , shown] of items) if ("not" in shown) assert.ok(shown.not.length > 5, id)
  })

  test("what falls short is known", () => {
    assert.equal(items.filter(([, , shown]) => "short" in shown).length, SHORT)
  })
})
