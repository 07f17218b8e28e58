/** Passkeys: made, used to log in and as second step; what is not signed for us, now, by that key, is turned away. */
import assert from "node:assert/strict"
import { generateKeyPairSync, hash, type KeyObject, randomBytes, sign } from "node:crypto"
import { after, before, describe, test } from "node:test"
import type { Browser, CDPSession } from "playwright-core"
import { relyingParty } from "../../src/console/api/passkey.ts"
import { NO_BROWSER, openBrowser, openPage } from "../support/browser.ts"
import { freePorts } from "../support/process.ts"
import { startGateway } from "../support/gateway.ts"
import { comeIn, PASSWORD } from "./entrance.ts"
import { type Office, openOffice, type Request } from "./office.ts"

const ORIGIN = "http://localhost:8025"
const PRESENT = 0x01
const VERIFIED = 0x04
const ATTESTED = 0x40

interface Manner {
  readonly type?: string
  readonly origin?: string
  readonly challenge?: string
  readonly party?: string
  readonly flags?: number
  readonly counter?: number
  readonly crossOrigin?: boolean
  /** Signs with another key. */
  readonly key?: KeyObject
}

/** An authenticator in software. */
function authenticator() {
  const { privateKey, publicKey } = generateKeyPairSync("ec", { namedCurve: "P-256" })
  const id = randomBytes(32)
  let counter = 0
  const client = (type: string, challenge: string, { origin = ORIGIN, crossOrigin = false, ...manner }: Manner) =>
    Buffer.from(
      JSON.stringify({ type: manner.type ?? type, challenge: manner.challenge ?? challenge, origin, crossOrigin }),
    )
  const data = (flags: number, { party = "localhost", ...manner }: Manner, more = Buffer.alloc(0)) => {
    const counted = Buffer.alloc(4)
    counted.writeUInt32BE(manner.counter ?? (counter += 1))
    return Buffer.concat([hash("sha256", party, "buffer"), Buffer.from([manner.flags ?? flags]), counted, more])
  }
  const text = (octets: Uint8Array): string => Buffer.from(octets).toString("base64url")
  return {
    id: text(id),
    create(challenge: string, manner: Manner = {}) {
      const length = Buffer.from([0, id.length])
      const made = data(
        PRESENT | VERIFIED | ATTESTED,
        manner,
        Buffer.concat([Buffer.alloc(16), length, id, Buffer.from([0xa0])]),
      )
      const response = {
        clientDataJSON: text(client("webauthn.create", challenge, manner)),
        authenticatorData: text(made),
        publicKey: text(publicKey.export({ type: "spki", format: "der" })),
        publicKeyAlgorithm: -7,
      }
      return { id: text(id), type: "public-key", response }
    },
    get(challenge: string, manner: Manner = {}) {
      const said = client("webauthn.get", challenge, manner)
      const known = data(PRESENT | VERIFIED, manner)
      const signature = sign("sha256", Buffer.concat([known, hash("sha256", said, "buffer")]), manner.key ?? privateKey)
      const response = { clientDataJSON: text(said), authenticatorData: text(known), signature: text(signature) }
      return { id: text(id), type: "public-key", response }
    },
  }
}

const open = () => openOffice({ publicUrl: ORIGIN })

/** Somebody with a password, a session, and a key. */
async function owner(office: Office, name = "chu") {
  const { hashPassword } = await import("../../src/console/api/password.ts")
  const someone = await office.person(name, { role: "approver", unit: "so" })
  const event = {
    kind: "user-changed",
    at: office.clock.now,
    transaction: null,
    recipient: null,
    by: "t",
    detail: {},
  } as const
  const password = { hash: await hashPassword(PASSWORD), at: office.clock.now }
  await office.store.records.changeAccount(someone.id, { password }, event)
  const key = authenticator()
  const begin = () => someone.ask("POST", "/api/account/passkeys/challenge", { password: PASSWORD })
  const add = async (manner: Manner = {}) =>
    someone.ask("POST", "/api/account/passkeys", {
      name: "Máy tính",
      credential: key.create(String((await begin()).json["challenge"]), manner),
    })
  return { ...someone, key, begin, add }
}

async function logIn(office: Office, key: ReturnType<typeof authenticator>, manner: Manner = {}) {
  const asked = await office.ask("POST", "/api/session/passkey/challenge")
  const credential = key.get(String(asked.json["challenge"]), manner)
  return { credential, answer: await office.ask("POST", "/api/session/passkey", { body: { credential } }) }
}

describe("a passkey", () => {
  test("is added with the password, and then logs in alone, with a whole session of its own", async () => {
    await using office = await open()
    const { key, add, ask } = await owner(office)
    assert.equal((await ask("POST", "/api/account/passkeys/challenge", { password: "x" })).json.error, "wrong-login")
    assert.equal((await add()).status, 200)
    const { answer } = await logIn(office, key)
    assert.deepEqual([answer.json["state"], answer.json["door"]], ["open", "passkey"])
    assert.equal((await office.ask("GET", "/api/people", { cookie: answer.cookie ?? "" })).json.error, "forbidden")
    const { json } = await ask("GET", "/api/account/factors")
    assert.deepEqual(
      (json["passkeys"] as readonly { name: string }[]).map(({ name }) => name),
      ["Máy tính"],
    )
  })

  const WRONG: readonly (readonly [string, Manner])[] = [
    ["another site's origin", { origin: "https://evil.example" }],
    ["an origin on another port", { origin: "http://localhost:1" }],
    ["a frame within another site", { crossOrigin: true }],
    ["another relying party", { party: "evil.example" }],
    ["a challenge of its own", { challenge: "A".repeat(43) }],
    ["the signature of a registration", { type: "webauthn.create" }],
    ["nobody there", { flags: VERIFIED }],
    ["somebody it does not know", { flags: PRESENT }],
    ["another key", { key: generateKeyPairSync("ec", { namedCurve: "P-256" }).privateKey }],
  ]
  describe("that was signed wrongly", () => {
    let office: Office
    let known: Awaited<ReturnType<typeof owner>>
    let stranger: Awaited<ReturnType<typeof owner>>
    before(async () => {
      office = await open()
      known = await owner(office)
      stranger = await owner(office, "khac")
      await known.add()
    })
    after(() => office[Symbol.asyncDispose]())

    for (const [name, manner] of WRONG) {
      test(`with ${name}, logs nobody in`, async () => {
        // Wrong ones count towards the lock, which is another test's matter.
        office.clock.now += 60_000
        const { answer } = await logIn(office, known.key, manner)
        assert.equal(answer.json.error, "wrong-passkey")
        assert.equal(answer.cookie, null)
      })
    }
    for (const [name, manner] of WRONG.slice(0, 8)) {
      test(`with ${name}, is not added`, async () => {
        const wrong = manner.type === undefined ? manner : { type: "webauthn.get" }
        const flags = manner.flags === undefined ? {} : { flags: manner.flags | ATTESTED }
        assert.equal((await stranger.add({ ...wrong, ...flags })).json.error, "wrong-passkey")
      })
    }
    test("leaves no key behind", async () => {
      assert.deepEqual(await office.store.records.passkeys(stranger.id), [])
    })
  })

  test("answers each question once, within five minutes, and only what it was asked for", async () => {
    await using office = await open()
    const { key, add, begin, ask } = await owner(office)
    await add()
    const { credential } = await logIn(office, key)
    const again = await office.ask("POST", "/api/session/passkey", { body: { credential } })
    assert.equal(again.json.error, "wrong-passkey", "seen once, it is worth nothing")
    const other = key.get(String((await begin()).json["challenge"]))
    const mixed = await office.ask("POST", "/api/session/passkey", { body: { credential: other } })
    assert.equal(mixed.json.error, "wrong-passkey", "a question of another purpose")
    const asked = await office.ask("POST", "/api/session/passkey/challenge")
    const late = key.get(String(asked.json["challenge"]))
    office.clock.now += 300_001
    assert.equal((await office.ask("POST", "/api/session/passkey", { body: { credential: late } })).status, 401)
    assert.equal((await ask("GET", "/api/session")).status, 200)
  })

  test("whose counter goes back is a copy", async () => {
    await using office = await open()
    const { key, add } = await owner(office)
    await add({ counter: 5 })
    assert.equal((await logIn(office, key, { counter: 5 })).answer.json.error, "wrong-passkey")
    assert.equal((await logIn(office, key, { counter: 6 })).answer.status, 200)
    assert.equal((await logIn(office, key, { counter: 6 })).answer.json.error, "wrong-passkey")
  })

  test("that does not count goes on at nought", async () => {
    await using office = await open()
    const { key, add } = await owner(office)
    await add({ counter: 0 })
    assert.equal((await logIn(office, key, { counter: 0 })).answer.status, 200)
    assert.equal((await logIn(office, key, { counter: 0 })).answer.status, 200)
  })

  test("is the second step after the password, and unlocks; a colleague's is neither", async () => {
    await using office = await open()
    const mine = await owner(office)
    const theirs = await owner(office, "khac")
    await mine.add()
    await theirs.add()
    const half = await office.ask("POST", "/api/session", { body: { name: "chu", password: PASSWORD } })
    assert.equal(half.json["state"], "second-factor")
    const rest: Request = { cookie: half.cookie ?? "", csrf: String(half.json["csrf"]) }
    const prove = async (key: ReturnType<typeof authenticator>) => {
      const asked = await office.ask("POST", "/api/session/second-factor/challenge", rest)
      const credential = key.get(String(asked.json["challenge"]))
      return office.ask("POST", "/api/session/second-factor/passkey", { ...rest, body: { credential } })
    }
    assert.equal((await prove(theirs.key)).json.error, "wrong-passkey")
    assert.equal((await prove(mine.key)).json["state"], "open")
    office.clock.now += 16 * 60_000
    assert.equal((await office.ask("GET", "/api/session", rest)).json["state"], "locked")
    assert.equal((await prove(mine.key)).json["state"], "open")
  })

  test("logs nobody in whose account is locked, disabled, or whose key was removed", async () => {
    await using office = await open()
    const { key, add, id, ask } = await owner(office)
    await add()
    const event = {
      kind: "user-changed",
      at: office.clock.now,
      transaction: null,
      recipient: null,
      by: "t",
      detail: {},
    } as const
    await office.store.records.changeAccount(id, { lockedUntil: office.clock.now + 1_000 }, event)
    assert.equal((await logIn(office, key)).answer.json.error, "account-locked")
    await office.store.records.changeAccount(id, { lockedUntil: null }, event)
    assert.equal((await ask("POST", "/api/account/passkeys/remove", { id: key.id, password: "x" })).status, 401)
    assert.equal((await logIn(office, key)).answer.status, 200)
    const removed = await ask("POST", "/api/account/passkeys/remove", { id: key.id, password: PASSWORD })
    assert.deepEqual(removed.json, { removed: true })
    assert.equal((await logIn(office, key)).answer.json.error, "wrong-passkey")
  })

  test("recovery codes are made anew with the password; the old ones end", async () => {
    await using office = await open()
    const { ask } = await owner(office)
    assert.equal((await ask("POST", "/api/account/recovery", { password: "x" })).json.error, "wrong-login")
    const made = await ask("POST", "/api/account/recovery", { password: PASSWORD })
    assert.equal((made.json["recovery"] as readonly string[]).length, 10)
    assert.equal((await ask("GET", "/api/account/factors")).json["recovery"], 10)
  })
})

const PARTIES: readonly (readonly [string, string | null])[] = [
  ["https://thu.tinh.gov.vn", "thu.tinh.gov.vn"],
  ["https://thu.tinh.gov.vn:8443", "thu.tinh.gov.vn"],
  ["http://localhost:8025", "localhost"],
  ["http://thu.tinh.gov.vn", null],
  ["https://10.0.0.1", null],
  ["https://[::1]", null],
]
for (const [url, id] of PARTIES) {
  test(`at ${url} browsers give ${id === null ? "no passkeys" : `passkeys of ${id}`}`, () =>
    assert.equal(relyingParty(url)?.id ?? null, id))
}

async function virtualAuthenticator(session: CDPSession): Promise<void> {
  await session.send("WebAuthn.enable")
  const options = { protocol: "ctap2", transport: "internal", hasResidentKey: true, hasUserVerification: true } as const
  await session.send("WebAuthn.addVirtualAuthenticator", {
    options: { ...options, isUserVerified: true, automaticPresenceSimulation: true },
  })
}

describe("a passkey in a browser", { skip: NO_BROWSER }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())

  test("is added on the account's page, logs in by one click, and is the second step after a password", async () => {
    const [http = 0] = await freePorts(1)
    const url = `http://localhost:${http}`
    await using gateway = await startGateway({ settings: { publicUrl: url, listen: { console: { port: http } } } })
    const seen = await openPage(browser, url)
    const { page, accessible, picture, faults } = seen
    await virtualAuthenticator(await page.context().newCDPSession(page))
    await comeIn(gateway, seen)
    await page.goto(`${url}/account`)
    await page.getByRole("button", { name: "Thêm khóa" }).click()
    await page.getByLabel(/^Tên khóa/).fill("Máy tính cơ quan")
    const card = page.locator("form", { has: page.getByLabel(/^Tên khóa/) })
    await card.getByLabel("Mật khẩu hiện tại").fill(PASSWORD)
    await accessible()
    await card.getByRole("button", { name: "Thêm khóa" }).click()
    await page.getByRole("cell", { name: "Máy tính cơ quan" }).waitFor()
    await accessible()
    await picture("passkeys")

    const leave = async (): Promise<void> => {
      await page.getByRole("button", { name: "Nguyễn Văn An" }).click()
      await page.getByRole("menuitem", { name: "Đăng xuất" }).click()
    }
    await leave()
    await accessible()
    await page.getByRole("button", { name: "Đăng nhập bằng khóa (passkey)" }).click()
    await page.getByRole("button", { name: "Nguyễn Văn An" }).waitFor()
    await leave()
    await page.getByLabel("Tên đăng nhập").fill("quantri")
    await page
      .getByLabel(/^Mật khẩu/)
      .first()
      .fill(PASSWORD)
    await page.getByRole("button", { name: "Đăng nhập", exact: true }).click()
    await page.getByRole("button", { name: "Dùng khóa (passkey)" }).click()
    await page.getByRole("button", { name: "Nguyễn Văn An" }).waitFor()
    assert.deepEqual(faults, [])
  })
})
