/** Coming in: the first link, password, second factor, recovery codes, locks, ends; over real HTTP. OWASP ASVS 5.0 V6, V7. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { passwordFault } from "../../src/console/api/password.ts"
import { totp } from "../../src/console/api/totp.ts"
import { type Answer, codeOf, openOffice, type Office } from "./office.ts"

const PASSWORD = "Suối Lê-Nin 2026!"
const MINUTE = 60_000
const DAY = 86_400_000

/** The first administrator, whole. */
async function firstOne(office: Office) {
  const made = await office.ask("POST", "/api/first", {
    body: {
      token: office.first,
      name: "quantri",
      title: "Nguyễn Văn An",
      mail: "an@tuyenquang.gov.vn",
      password: PASSWORD,
    },
  })
  assert.equal(made.status, 200, made.text)
  const cookie = made.cookie ?? ""
  const csrf = String(made.json["csrf"])
  const asOne = (method: string, path: string, body?: unknown): Promise<Answer> =>
    office.ask(method, path, { cookie, csrf, ...(body === undefined ? {} : { body }) })
  return { made, cookie, csrf, asOne }
}

async function enrolled(office: Office) {
  const one = await firstOne(office)
  const begun = await one.asOne("POST", "/api/account/totp", { password: PASSWORD })
  const secret = String(begun.json["secret"])
  const code = codeOf(secret, office.clock.now)
  const done = await one.asOne("PUT", "/api/account/totp", { sealed: begun.json["sealed"], code })
  assert.equal(done.status, 200, done.text)
  return { ...one, secret, recovery: done.json["recovery"] as readonly string[] }
}

function logIn(office: Office, password = PASSWORD, name = "quantri"): Promise<Answer> {
  return office.ask("POST", "/api/session", { body: { name, password } })
}

async function whole(office: Office, secret: string) {
  const half = await logIn(office)
  const cookie = half.cookie ?? ""
  const csrf = String(half.json["csrf"])
  const full = await office.ask("POST", "/api/session/second-factor", {
    cookie,
    csrf,
    body: { code: codeOf(secret, office.clock.now) },
  })
  return { half, full, cookie, csrf }
}

describe("the first administrator", () => {
  test("comes in by the link, must set up an authenticator, and then may do everything", async () => {
    await using office = await openOffice()
    const { made, asOne } = await firstOne(office)
    assert.equal(made.json["state"], "enrol-first")
    assert.equal((await asOne("GET", "/api/people")).json.error, "enrol-first")
    const begun = await asOne("POST", "/api/account/totp", { password: PASSWORD })
    assert.match(
      String(begun.json["uri"]),
      /^otpauth:\/\/totp\/Congthu%20mx\.tuyenquang\.gov\.vn:quantri\?secret=[A-Z2-7]{32}&/,
    )
    const sealed = begun.json["sealed"]
    assert.equal((await asOne("PUT", "/api/account/totp", { sealed, code: "000000" })).json.error, "wrong-code")
    const code = codeOf(String(begun.json["secret"]), office.clock.now)
    const done = await asOne("PUT", "/api/account/totp", { sealed, code })
    assert.equal((done.json["recovery"] as readonly string[]).length, 10)
    const { json } = await asOne("GET", "/api/session")
    assert.equal(json["state"], "open")
    assert.equal((await asOne("GET", "/api/people")).status, 200)
  })

  test("is made once: the link is dead afterwards, and a made-up one never lives", async () => {
    await using office = await openOffice()
    await firstOne(office)
    const body = { token: office.first, name: "khac", title: "Khác", password: PASSWORD }
    assert.equal((await office.ask("POST", "/api/first", { body })).json.error, "gone")
    const forged = { ...body, token: "A".repeat(43) }
    assert.equal((await office.ask("POST", "/api/first", { body: forged })).json.error, "gone")
  })
})

describe("logging in", () => {
  test("takes the password, then the authenticator's code, each code once", async () => {
    await using office = await openOffice()
    const { secret } = await enrolled(office)
    office.clock.now += MINUTE
    const { half, full, cookie } = await whole(office, secret)
    assert.equal(half.json["state"], "second-factor")
    assert.equal(
      (await office.ask("GET", "/api/people", { cookie: (await logIn(office)).cookie ?? "" })).json.error,
      "second-factor",
    )
    assert.equal(full.json["state"], "open")
    assert.equal((await office.ask("GET", "/api/people", { cookie })).status, 200)
    const again = await whole(office, secret)
    assert.equal(again.full.json.error, "wrong-code", "a code seen over a shoulder is used up")
  })

  test("takes each recovery code once", async () => {
    await using office = await openOffice()
    const { recovery } = await enrolled(office)
    const prove = async () => {
      const half = await logIn(office)
      const rest = { cookie: half.cookie ?? "", csrf: String(half.json["csrf"]), body: { code: recovery[3] } }
      return office.ask("POST", "/api/session/second-factor", rest)
    }
    assert.equal((await prove()).json["state"], "open")
    assert.equal((await prove()).json.error, "wrong-code")
  })

  test("tells nobody which names exist", async () => {
    await using office = await openOffice()
    await enrolled(office)
    const [wrong, unknown] = [await logIn(office, "sai mật khẩu"), await logIn(office, "sai mật khẩu", "khongco")]
    assert.deepEqual([wrong.status, wrong.text], [unknown.status, unknown.text])
  })

  test("locks the account after ten failures, whatever follows, until the time is over; each is an event", async () => {
    await using office = await openOffice()
    const { secret } = await enrolled(office)
    for (let tries = 0; tries < 10; tries++) {
      assert.equal((await logIn(office, `sai ${tries}`)).json.error, "wrong-login")
      office.clock.now += 10_000
    }
    assert.equal((await logIn(office)).json.error, "account-locked")
    const events = await office.store.records.events(0, 100)
    assert.equal(events.filter(({ kind }) => kind === "login-failed").length, 10)
    office.clock.now += 31 * MINUTE
    assert.equal((await whole(office, secret)).full.json["state"], "open")
  })

  test("wrong codes lock it too: a stolen password is no way to guess them", async () => {
    await using office = await openOffice()
    await enrolled(office)
    for (let tries = 0; tries < 10; tries++) {
      const half = await logIn(office)
      const rest = { cookie: half.cookie ?? "", csrf: String(half.json["csrf"]), body: { code: "123456" } }
      assert.equal((await office.ask("POST", "/api/session/second-factor", rest)).json.error, "wrong-code")
      office.clock.now += 10_000
    }
    assert.equal((await logIn(office)).json.error, "account-locked")
  })

  test("many codes at the same moment are counted like any other", async () => {
    await using office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    await enrolled(office)
    const half = await logIn(office)
    const rest = { cookie: half.cookie ?? "", csrf: String(half.json["csrf"]) }
    const codes = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        office.ask("POST", "/api/session/second-factor", {
          ...rest,
          body: { code: String(100_000 + n) },
          headers: { "x-forwarded-for": `203.0.113.${n}` },
        }),
      ),
    )
    assert.equal(codes.filter(({ json }) => json.error === "wrong-code").length, 10)
  })

  test("many passwords at the same moment are counted like any other", async () => {
    await using office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    const { secret } = await enrolled(office)
    const words = await Promise.all(
      Array.from({ length: 60 }, (_, n) =>
        office.ask("POST", "/api/session", {
          body: { name: "quantri", password: n < 59 ? `sai ${n}` : PASSWORD },
          headers: { "x-forwarded-for": `203.0.113.${n}` },
        }),
      ),
    )
    assert.equal(words.filter(({ json }) => json.error === "wrong-login").length, 10)
    assert.ok(
      words.every(({ cookie }) => cookie === null),
      "also the right one has to wait",
    )
    office.clock.now += 31 * MINUTE
    assert.equal((await whole(office, secret)).full.json["state"], "open")
  })

  test("an account nobody used for 45 days is closed", async () => {
    await using office = await openOffice()
    await enrolled(office)
    office.clock.now += 46 * DAY
    assert.equal((await logIn(office)).json.error, "wrong-login")
  })

  test("an administrator's password of two months must be changed first, and not to one of the last ten", async () => {
    await using office = await openOffice()
    const { secret } = await enrolled(office)
    for (const days of [30, 31]) {
      office.clock.now += days * DAY
      await whole(office, secret)
    }
    const { full, cookie, csrf } = await whole(office, secret)
    assert.equal(full.json.error ?? full.json["state"], "wrong-code")
    office.clock.now += MINUTE
    const now = await whole(office, secret)
    assert.equal(now.full.json["state"], "password-first")
    assert.notEqual(now.cookie, cookie)
    const change = (password: string) =>
      office.ask("PUT", "/api/account/password", {
        cookie: now.cookie,
        csrf: now.csrf,
        body: { current: PASSWORD, password },
      })
    assert.deepEqual((await change(PASSWORD)).json["faults"], [{ path: "password", expected: "used-before" }])
    assert.equal((await change("Hoa gạo tháng ba")).status, 200)
    assert.equal((await office.ask("GET", "/api/people", { cookie: now.cookie })).status, 200)
    assert.equal((await office.ask("GET", "/api/session", { cookie, csrf })).json.error, "not-logged-in", "others end")
  })
})

describe("a session", () => {
  test("locks when nothing is done for five minutes, unlocks with the password, and ends after twelve hours", async () => {
    await using office = await openOffice()
    const { cookie, csrf } = await enrolled(office)
    const people = () => office.ask("GET", "/api/people", { cookie })
    office.clock.now += 4 * MINUTE
    assert.equal((await people()).status, 200)
    office.clock.now += 4 * MINUTE
    assert.equal((await office.ask("GET", "/api/people", { cookie, headers: { "x-background": "1" } })).status, 200)
    office.clock.now += 2 * MINUTE
    assert.equal((await people()).json.error, "locked", "a page that asks by itself does not keep it awake")
    assert.equal(
      (await office.ask("POST", "/api/session/unlock", { cookie, csrf, body: { password: "x" } })).status,
      401,
    )
    assert.equal(
      (await office.ask("POST", "/api/session/unlock", { cookie, csrf, body: { password: PASSWORD } })).status,
      200,
    )
    assert.equal((await people()).status, 200)
    office.clock.now += 12 * 60 * MINUTE
    assert.equal((await people()).json.error, "not-logged-in")
  })

  test("is seen and ended by its owner, by whoever administers, and by logging out", async () => {
    await using office = await openOffice()
    const boss = await office.person("sep", { role: "operator", unit: "tinh" })
    const clerk = await office.person("vanthu", { role: "approver", unit: "so" })
    const mine = await clerk.ask("GET", "/api/account/sessions")
    assert.equal(JSON.parse(mine.text).length, 1)
    assert.deepEqual((await boss.ask("DELETE", `/api/people/${clerk.id}/sessions`)).json, { ended: 1 })
    assert.equal((await clerk.ask("GET", "/api/session")).json.error, "not-logged-in")
    assert.deepEqual((await boss.ask("DELETE", "/api/session")).json, { ended: 1 })
    assert.equal((await boss.ask("GET", "/api/session")).json.error, "not-logged-in")
  })

  test("loses a role the moment it is taken", async () => {
    await using office = await openOffice()
    const boss = await office.person("sep", { role: "operator", unit: "tinh" })
    const other = await office.person("phosep", { role: "operator", unit: "so" })
    assert.equal((await other.ask("GET", "/api/people")).status, 200)
    const grants = [{ role: "approver", unit: "so" }]
    assert.equal((await boss.ask("PATCH", `/api/people/${other.id}`, { grants })).status, 200)
    assert.equal((await other.ask("GET", "/api/people")).json.error, "forbidden")
    await boss.ask("POST", `/api/people/${other.id}/act`, { action: "disable" })
    assert.equal((await other.ask("GET", "/api/session")).json.error, "not-logged-in")
  })
})

describe("an invitation", () => {
  test("sets a password once, within three days, and can do nothing more than its grants", async () => {
    await using office = await openOffice()
    const boss = await office.person("sep", { role: "operator", unit: "so" })
    const body = { name: "canbo", title: "Cán bộ", grants: [{ role: "approver", unit: "phong" }] }
    const above = { ...body, grants: [{ role: "approver", unit: "tinh" }] }
    assert.equal(
      (await boss.ask("POST", "/api/people", above)).json.error,
      "forbidden",
      "nobody gives more than he has",
    )
    const made = await boss.ask("POST", "/api/people", body)
    const token = String(made.json["link"]).split("/").at(-1)
    const accept = (password: string) => office.ask("POST", "/api/invitation/accept", { body: { token, password } })
    assert.equal((await office.ask("POST", "/api/invitation", { body: { token } })).json["name"], "canbo")
    assert.equal((await accept("matkhau1")).json.error, "weak-password")
    assert.equal((await accept(PASSWORD)).json["state"], "enrol-first")
    assert.equal((await accept(PASSWORD)).json.error, "gone")
    const again = await boss.ask("POST", `/api/people/${Number(made.json["id"])}/invite`)
    office.clock.now += 4 * DAY
    const late = { token: String(again.json["link"]).split("/").at(-1) }
    assert.equal((await office.ask("POST", "/api/invitation", { body: late })).json.error, "gone")
  })
})

describe("another site's page", () => {
  test("can do nothing with the cookie: it lacks the token, and its origin is told", async () => {
    await using office = await openOffice()
    const boss = await office.person("sep", { role: "operator", unit: "tinh" })
    const { cookie, csrf } = boss
    const body = { action: "disable" }
    const rows: readonly (readonly [string, Readonly<Record<string, string>>, string | undefined])[] = [
      ["no token", {}, undefined],
      ["another token", {}, "A".repeat(43)],
      ["a foreign origin", { origin: "https://evil.example" }, csrf],
      ["an opaque origin", { origin: "null" }, csrf],
      ["a foreign site", { "sec-fetch-site": "cross-site" }, csrf],
    ]
    for (const [name, headers, token] of rows) {
      const rest = token === undefined ? {} : { csrf: token }
      const answer = await office.ask("POST", "/api/people/1/act", { cookie, headers, body, ...rest })
      assert.equal(answer.json.error, "csrf", name)
    }
    const login = { headers: { origin: "https://evil.example" }, body: { name: "a1", password: "b" } }
    assert.equal((await office.ask("POST", "/api/session", login)).json.error, "csrf", "nor log in for somebody")
  })

  test("cannot frame us, and our cookie is for this host, TLS and no script", async () => {
    await using office = await openOffice({ publicUrl: "https://thu.tuyenquang.gov.vn" })
    const { made } = await firstOne(office)
    const set = made.headers.get("set-cookie") ?? ""
    assert.match(set, /^__Host-congthu=[\w-]{43}; Path=\/; Max-Age=43200; HttpOnly; SameSite=Strict; Secure$/)
    assert.match(made.headers.get("content-security-policy") ?? "", /frame-ancestors 'none'/)
    assert.equal(made.headers.get("strict-transport-security"), "max-age=31536000; includeSubDomains")
    assert.equal(made.headers.get("x-frame-options"), "DENY")
    assert.equal(made.headers.get("cache-control"), "no-store")
  })
})

describe("behind a reverse proxy", () => {
  const forwarded = { "x-forwarded-for": "203.0.113.7" }
  const failing = async (office: Office) => {
    await office.ask("POST", "/api/session", { body: { name: "aa", password: "b" }, headers: forwarded })
    const event = (await office.store.records.events(0, 10)).find(({ kind }) => kind === "login-failed")
    return event?.detail["client"]
  }
  test("that is listed, the browser's address is the one it tells", async () => {
    await using office = await openOffice({ proxyFrom: ["127.0.0.1"] })
    assert.equal(await failing(office), "203.0.113.7")
  })
  test("that nobody listed, it is the peer's", async () => {
    await using office = await openOffice()
    assert.equal(await failing(office), "127.0.0.1")
  })
})

describe("a password", () => {
  const rows: readonly (readonly [string, boolean, string | null])[] = [
    ["Hoa gạo 3", true, null],
    ["1234567", true, "too-short"],
    ["Matkhau123", true, "is-common"],
    ["88888888", true, "is-common"],
    ["quantri2026", true, "is-a-name"],
    ["Hoa gạo tháng ba", false, "too-simple"],
    ["Hoa gạo tháng 3!", false, null],
    ["Hoa gạo 3!", false, "too-short"],
  ]
  for (const [password, hasFactor, fault] of rows) {
    test(`“${password}” ${hasFactor ? "beside a second factor" : "alone"} is ${fault ?? "good enough"}`, () => {
      assert.equal(passwordFault(password, { hasFactor, names: ["quantri"] }), fault)
    })
  }
})

test("codes are those of RFC 6238, appendix B", () => {
  const secret = Buffer.from("12345678901234567890")
  for (const [at, code] of [
    [59, "287082"],
    [1_111_111_109, "081804"],
    [20_000_000_000, "353130"],
  ] as const) {
    assert.equal(totp(secret, Math.floor(at / 30)), code)
  }
})

test("the documentation names every route, its access and its schemas", async () => {
  await using office = await openOffice()
  const { json } = await office.ask("GET", "/api/openapi.json")
  const paths = json["paths"] as Readonly<Record<string, Readonly<Record<string, Readonly<Record<string, unknown>>>>>>
  assert.deepEqual(paths["/api/people"]?.["post"]?.["x-access"], { who: ["operator"], within: "units" })
  assert.ok(Object.keys(paths).length > 10)
})
