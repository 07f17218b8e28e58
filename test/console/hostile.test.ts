/**
 * Whatever strangers may write – names, addresses, subjects, files, replies, what scanners say of them – stays text in its place on
 * every page, in the public pages and in our own mail: sent to the real gateway, looked at in a real browser.
 */
import assert from "node:assert/strict"
import { once } from "node:events"
import { readFile } from "node:fs/promises"
import { type AddressInfo, createServer } from "node:net"
import { after, before, describe, test } from "node:test"
import type { Browser, Page } from "playwright-core"
import { NO_BROWSER, openBrowser, openPage, type Seen } from "../support/browser.ts"
import { connect } from "../support/client.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { openSink, pathOf, type Sink } from "../support/sink.ts"
import { comeIn } from "./entrance.ts"
import { look, plainTrick, shortTrick, trick } from "./hostile.ts"

/** Half official: the policy holds it on its way to free webmail. */
const HALF = [
  "Kính gửi anh, em gửi dự thảo báo cáo 6 tháng và biểu số liệu để anh góp ý trước khi trình ký.",
  "Chiều nay giao ban, chủ tịch cho ý kiến chỉ đạo về giải ngân và giải phóng mặt bằng, chuyên viên tham mưu tờ trình.",
].join("\r\n")
const INFECTED = "QZ7-INFECTED"

/** A scanner that finds what it is told to find, under a name of its own. */
async function openScanner() {
  const server = createServer((socket) => {
    let octets = Buffer.alloc(0)
    socket.on("error", () => socket.destroy())
    socket.on("data", (chunk) => {
      octets = Buffer.concat([octets, chunk])
      if (octets.subarray(0, 8).toString() === "zVERSION") socket.end("ClamAV 1.4.0\0")
      else if (octets.subarray(-4).equals(Buffer.alloc(4)))
        socket.end(octets.includes(INFECTED) ? `stream: ${plainTrick("signature")} FOUND\0` : "stream: OK\0")
    })
  }).listen(0, "127.0.0.1")
  await once(server, "listening")
  const { port } = server.address() as AddressInfo
  return { url: `tcp://127.0.0.1:${port}`, [Symbol.asyncDispose]: () => once(server.close(), "close") }
}

const b64 = (text: string): string => `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`
const RTL = "\u05de\u05db\u05ea\u05d1"

/** Other servers answer so. */
function answer(step: string, line: string): string | undefined {
  if (step !== "RCPT") return undefined
  if (pathOf(line).startsWith("tam")) return `450 4.2.0 ${trick("reply").replaceAll(/[\u2028\u2029]/g, "")}`
  if (pathOf(line).startsWith("loi")) return `550 5.1.1 ${trick("bounce").replaceAll(/[\u2028\u2029]/g, "")}`
  return undefined
}

const PAGES = [
  "/",
  "/messages",
  "/held",
  "/queue",
  "/audit",
  "/people",
  "/units",
  "/appeals",
  "/exceptions",
  "/account",
  "/notices",
  "/policy",
  "/health",
]

/** `2026-11-26`, so many days from now. */
function day(from: number): string {
  return new Date(Date.now() + from * 86_400_000).toISOString().slice(0, 10)
}

interface Letter {
  readonly from: string
  readonly to: string
  readonly message: Buffer
}

async function send(port: number, { from, to, message }: Letter): Promise<string> {
  const client = await connect(port)
  try {
    await client.expect(/^220/)
    await client.say(`EHLO ${plainTrick("helo").replaceAll(" ", "_")}`, /^250/)
    return (await client.transact({ from, to: [to], message })).reply
  } finally {
    client.close()
  }
}

function letter(name: string, from: string, more: Parameters<typeof mail>[0] = {}): Buffer {
  const header = [
    `Reply-To: ${b64(trick(`reply_${name}`))} <${from}>`,
    `X-Mailer: ${b64(trick("mailer"))}`,
    ...(more.header ?? []),
  ]
  const plain = mail({ subject: trick(`subject_${name}`), ...more, from, header }).toString("latin1")
  return Buffer.from(plain.replace(/^From: /m, `From: ${b64(trick(`name_${name}`))} `), "latin1")
}

describe("what strangers write stays text in its place", { skip: NO_BROWSER, concurrency: 1 }, () => {
  let browser: Browser
  let sink: Sink
  let scanner: Awaited<ReturnType<typeof openScanner>>
  let gateway: Gateway
  let seen: Seen
  let codes: Readonly<Record<"held" | "refused" | "queued" | "quarantined", string>>
  const shown = new Set<string>()

  before(async () => {
    scanner = await openScanner()
    sink = await openSink({ answer })
    const shipped = await readFile("config/policy.yaml", "utf8")
    const policy = shipped.replace("vi: Tỉnh Tuyên Quang,", `vi: ${JSON.stringify(shortTrick("unit"))},`)
    assert.notEqual(policy, shipped)
    gateway = await startGateway({
      to: sink.url,
      policy,
      settings: { scan: { clamd: scanner.url }, deliver: { retry: ["1h"] } },
    })
    codes = await sendAll()
    browser = await openBrowser()
    seen = await openPage(browser, gateway.console)
    await comeIn(gateway, seen)
  })
  after(async () => {
    await browser?.close()
    await gateway?.[Symbol.asyncDispose]()
    await sink?.[Symbol.asyncDispose]()
    await scanner?.[Symbol.asyncDispose]()
  })

  async function sendAll() {
    const ours = "an@tuyenquang.gov.vn"
    const files = [{ name: `${trick("file")}.pdf`, bytes: Buffer.from("%PDF-1.4 x") }]
    const held = await send(gateway.submission, {
      from: ours,
      to: "binh@gmail.com",
      message: letter("held", ours, { body: `${HALF}\r\n${trick("body")}` }),
    })
    await gateway.waitFor("held", 1)
    const infected = [{ name: `${trick("infected")}.txt`, bytes: Buffer.from(INFECTED) }]
    const refused = await send(gateway.inbound, {
      from: `"${plainTrick("sender").replaceAll('"', "'")}"@evil.example`,
      to: ours,
      message: letter("refused", "x@evil.example", { attachments: infected }),
    })
    const quarantined = await send(gateway.inbound, {
      from: `<${Buffer.from(RTL).toString("latin1")}@evil.example> SMTPUTF8`,
      to: ours,
      message: letter("quarantined", "x@evil.example", { attachments: files }),
    })
    const queued = await send(gateway.submission, {
      from: ours,
      to: "tam@other.example",
      message: letter("queued", ours),
    })
    await send(gateway.submission, { from: ours, to: "loi@other.example", message: letter("bounced", ours) })
    await gateway.waitFor("quarantined")
    await gateway.waitFor("bounced")
    await gateway.until("the first attempt", (log) =>
      log.some(({ msg, recipient }) => msg === "attempted" && recipient === "tam@other.example"),
    )
    const code = (reply: string): string => /\[(\w{12})\]/.exec(reply)?.[1] ?? assert.fail(reply)
    return { held: code(held), refused: code(refused), quarantined: code(quarantined), queued: code(queued) }
  }

  async function check(page: Page, name: string): Promise<void> {
    await page.waitForLoadState("networkidle")
    const { faults, fields } = await look(page, gateway.console)
    for (const field of fields) shown.add(field)
    await seen.picture(`hostile-${name.replaceAll(/\W+/g, "-")}`)
    assert.deepEqual(faults, [], name)
  }
  async function visit(path: string): Promise<void> {
    await seen.page.goto(`${gateway.console}${path}`)
    await seen.page.locator("h1").waitFor()
    await check(seen.page, path)
  }

  test("a name that nobody has, typed at the door, and an account with a title of its own", async () => {
    const typed = await fetch(`${gateway.console}/api/session`, {
      method: "POST",
      headers: { "content-type": "application/json", "user-agent": plainTrick("agent") },
      body: JSON.stringify({ name: trick("login").slice(0, 60), password: "x" }),
    })
    assert.ok(typed.status >= 400 && typed.status < 500)
    const made = await seen.page.evaluate(async (title) => {
      const { csrf, root } = (await (await fetch("/api/session")).json()) as { csrf: string; root: string }
      const answered = await fetch("/api/people", {
        method: "POST",
        headers: { "content-type": "application/json", "x-csrf-token": csrf },
        body: JSON.stringify({
          name: "binh",
          title,
          mail: null,
          grants: [{ role: "approver", unit: root, deputy: false }],
        }),
      })
      return answered.status
    }, `qz7-title-<img data-qz7 src=x onerror=window.qz7=1>\u05d0\u05d1 12`)
    assert.equal(made, 200)
  })

  test("on the pages of the console, in both languages", async () => {
    for (const path of PAGES) await visit(path)
    for (const code of Object.values(codes)) await visit(`/messages/${code}`)
    await visit(`/held/${codes.quarantined}`)
    for (const id of ["r1", "r2", "r3", "r5"]) await visit(`/reports?id=${id}&from=${day(-7)}&to=${day(1)}`)
    await seen.page.evaluate('localStorage.setItem("congthu.language", "en")')
    for (const path of ["/", "/held", `/messages/${codes.quarantined}`]) await visit(path)
    await seen.page.evaluate('localStorage.setItem("congthu.language", "vi")')
  })

  test("in the words of a held message, and where something is decided about it", async () => {
    const { page } = seen
    await page.goto(`${gateway.console}/held/${codes.quarantined}`)
    await page.getByRole("button", { name: "Đọc nội dung" }).click()
    await page.getByLabel("Lý do").fill("kiểm tra")
    await page.getByRole("dialog").getByRole("button", { name: "Đọc nội dung" }).click()
    await page.getByText("qz7-file").first().waitFor()
    await check(page, "content")
    await page.goto(`${gateway.console}/queue`)
    await page.getByRole("button", { name: "Xóa", exact: true }).first().click()
    await page.getByRole("dialog").waitFor()
    await check(page, "a question about one copy")
  })

  test("in a policy that is tried with it", async () => {
    const { page } = seen
    await page.goto(`${gateway.console}/policy?tab=try`)
    await page.getByLabel("hoặc dán nguyên văn thư").fill(letter("tried", "x@evil.example").toString())
    await page.getByLabel("Người gửi").fill(`${RTL}@evil.example`)
    await page.getByLabel("Người nhận").fill("an@tuyenquang.gov.vn")
    await page.getByRole("button", { name: "Xem kết quả" }).click()
    await page.getByText("Trả lời SMTP").first().waitFor()
    await check(page, "try")
  })

  test("in the pages that need no account, and in the mail we write", async () => {
    const { page } = seen
    const notices = sink.received
      .map(({ bytes }) => bytes.toString("latin1"))
      .filter((text) => /^Content-Type: text\/html/m.test(text))
    assert.ok(notices.length > 1, "nobody was told anything")
    const pages = notices.map((text) => {
      const [, body = ""] = /^Content-Type: text\/html[^]*?\r\n\r\n([^]*?)\r\n--/m.exec(text) ?? []
      return Buffer.from(body, "base64").toString()
    })
    const reader = await openPage(browser, gateway.console)
    for (const [at, html] of pages.entries()) {
      assert.match(html, /^<!doctype html>/)
      await reader.page.setContent(html)
      await check(reader.page, `notice ${at}`)
    }
    const links = pages.flatMap((html) => /http:\/\/127\.0\.0\.1:\d+\/r\/[\w-]{43}/.exec(html) ?? [])
    assert.ok(links.length > 0, "no sender's link came")
    for (const link of [
      ...new Set(links),
      `${gateway.console}/e/${codes.held}`,
      `${gateway.console}/e/${codes.held}/ask`,
    ]) {
      await reader.page.goto(link)
      await check(reader.page, new URL(link).pathname.slice(0, 3))
    }
    for (const path of [
      encodeURIComponent(plainTrick("path")).slice(0, 60),
      encodeURIComponent("<script>window.qz7=1</script>"),
    ])
      for (const tail of ["", "/ask"]) {
        await reader.page.goto(`${gateway.console}/e/${path}${tail}`)
        await check(reader.page, `e${tail}`)
      }
    await page.bringToFront()
    assert.deepEqual(
      reader.faults.filter((fault) => !/40\d|410/.test(fault)),
      [],
    )
  })

  test("nothing ran, nothing left, and each of them was shown", () => {
    assert.deepEqual(seen.faults, [])
    const wanted = ["signature", "sender", "subject_held", "subject_queued", "reply", "bounce", "unit", "file", "title"]
    assert.deepEqual(
      wanted.filter((field) => !shown.has(field)),
      [],
    )
  })
})
