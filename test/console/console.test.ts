/** The console over real HTTP. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { connect } from "node:net"
import { after, before, describe, test } from "node:test"
import { createAllowance } from "../../src/console/api/allowance.ts"
import { type Office, openOffice } from "./office.ts"

let office: Office
let urls: readonly string[] = []

before(async () => {
  office = await openOffice({ hosts: ["127.0.0.1", "127.0.0.2"] })
  urls = office.urls
})
after(() => office[Symbol.asyncDispose]())

function get(path: string, host = 0): Promise<Response> {
  return fetch(`${urls[host]}${path}`, { signal: AbortSignal.timeout(5_000) })
}

describe("for machines", () => {
  test("it lives", async () => {
    const response = await get("/livez")
    assert.equal(response.status, 200)
    assert.equal(await response.text(), "ok\n")
  })

  test("it answers on every host of the settings", async () => {
    assert.equal(new Set(urls).size, 2)
    assert.equal((await get("/livez", 1)).status, 200)
  })

  test("it is not ready while a part is down, and says which", async () => {
    office.health.report("store", "down", "disk full")
    const response = await get("/readyz")
    assert.equal(response.status, 503)
    assert.deepEqual(await response.json(), { status: "down", parts: { store: { state: "down", why: "disk full" } } })
  })

  test("it is ready, but says so, when a part is degraded", async () => {
    office.health.report("store", "ok")
    office.health.report("scanner", "degraded", "not configured")
    const response = await get("/readyz")
    assert.equal(response.status, 200)
    assert.equal(JSON.parse(await response.text()).status, "degraded")
  })

  test("it shows metrics as Prometheus reads them", async () => {
    office.metrics.events.inc({ kind: "accepted" })
    const response = await get("/metrics")
    assert.match(response.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/)
    assert.match(await response.text(), /^congthu_events_total\{kind="accepted"\} 1$/m)
  })
})

describe("the help page", () => {
  const CODE = "7KXQ2M4W9P"

  test("is in Vietnamese, then English, with the code and whom to ask", async () => {
    const response = await get(`/e/${CODE}`)
    assert.equal(response.status, 200)
    assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8")
    const page = await response.text()
    assert.match(page, /<html lang="vi">/)
    assert.ok(page.indexOf("Vì sao thư của Ông/Bà chưa tới nơi?") < page.indexOf('<section id="en" lang="en">'))
    assert.equal(page.split(`<code>${CODE}</code>`).length, 3)
    assert.ok(page.includes('<a href="mailto:thu&#38;tin@tuyenquang.gov.vn">'))
    assert.match(page, /<meta name="viewport" content="width=device-width/)
  })

  test("lets the browser load nothing but its one style", async () => {
    const response = await get(`/e/${CODE}`)
    const page = await response.text()
    const style = /<style>([^<]*)<\/style>/.exec(page)?.[1] ?? ""
    const digest = createHash("sha256").update(style).digest("base64")
    assert.equal(
      response.headers.get("content-security-policy"),
      `default-src 'none'; style-src 'sha256-${digest}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
    )
    assert.equal(response.headers.get("x-content-type-options"), "nosniff")
    assert.equal(response.headers.get("referrer-policy"), "no-referrer")
    assert.doesNotMatch(page, /<script|<img|<link|<form|style=|https?:/)
  })

  const foreign: readonly string[] = [
    "",
    "abc",
    "7KXQ2M4",
    "7kxq2m4w9p",
    "%3Cscript%3E",
    "IIIIIIIIII",
    "7KXQ2M4W9P%0A",
    "0".repeat(17),
  ]
  for (const code of foreign) {
    test(`is the same page without a code for /e/${code}`, async () => {
      const response = await get(`/e/${code}`)
      assert.equal(response.status, 200)
      const page = await response.text()
      assert.match(page, /Why was my message not delivered\?/)
      assert.doesNotMatch(page, /<code>|script>/)
    })
  }
})

describe("anything else", () => {
  const rows: readonly (readonly [string, number])[] = [
    ["/", 404],
    [`/e/${"0".repeat(300)}`, 404],
    ["/e/7KXQ2M4W9P/x", 404],
    ["/../etc/passwd", 404],
    ["/e/%zz", 400],
  ]
  for (const [path, status] of rows) {
    test(`${path.slice(0, 20)} is answered ${status} in plain text`, async () => {
      const response = await get(path)
      assert.equal(response.status, status)
      assert.match(response.headers.get("content-type") ?? "", /^text\/plain/)
      assert.doesNotMatch(await response.text(), /[<{]/)
    })
  }

  test("may not be posted", async () => {
    const response = await fetch(`${urls[0]}/e/7KXQ2M4W9P`, { method: "POST", body: "x" })
    assert.equal(response.status, 404)
  })

  test("that breaks inside is told to the log only", async () => {
    const metrics = { contentType: office.metrics.contentType, text: () => Promise.reject(new Error("secret place")) }
    await using other = await openOffice({ metrics })
    const response = await fetch(`${other.url}/metrics`)
    assert.equal(response.status, 500)
    assert.equal(await response.text(), "internal error\n")
    assert.equal(other.errors.length, 1)
  })
})

describe("many requests", () => {
  test("for help from one address are refused after a while, health is not", async () => {
    const answers = await Promise.all(
      Array.from({ length: 80 }, () => get("/e/7KXQ2M4W9P").then(({ status }) => status)),
    )
    assert.ok(answers.includes(429))
    assert.equal((await get("/livez")).status, 200)
  })

  test("are counted for each address, and allowed again in time", () => {
    const allowance = createAllowance({ burst: 2, perSecond: 1, keys: 10 })
    const taken = (key: string, now: number): boolean => allowance.take(key, now)
    assert.deepEqual([taken("a", 0), taken("a", 0), taken("a", 0), taken("b", 0)], [true, true, false, true])
    assert.deepEqual([taken("a", 999), taken("a", 1_000), taken("a", 1_000)], [false, true, false])
  })

  test("from ever new addresses take bounded memory", () => {
    const allowance = createAllowance({ burst: 1, perSecond: 1, keys: 2 })
    for (const key of ["a", "b", "c"]) allowance.take(key, 0)
    assert.equal(allowance.take("c", 0), false)
    assert.equal(allowance.take("a", 0), true)
  })
})

test("closing does not wait for idle connections", async () => {
  const other = await openOffice()
  const idle = connect(Number(new URL(other.url).port), "127.0.0.1")
  await new Promise((resolve) => idle.once("connect", resolve))
  const start = performance.now()
  await other[Symbol.asyncDispose]()
  assert.ok(performance.now() - start < 1_000)
  idle.destroy()
})
