/** The first set-up: what the screens say leads from a fresh start to an enforced policy; what is faulty writes nothing. */
import assert from "node:assert/strict"
import { cp, mkdtemp, readFile, rm } from "node:fs/promises"
import { readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import type { Browser } from "playwright-core"
import { load } from "../../src/commands/load.ts"
import { createSetup } from "../../src/commands/setup.ts"
import type { SetupChoice } from "../../src/mail/setup.ts"
import { asDocx, official } from "../policy/letters.ts"
import { NO_BROWSER, openBrowser, openPage } from "../support/browser.ts"
import { makeCertificate } from "../support/certificate.ts"
import { startClamd } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import { startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { DROP, openSink } from "../support/sink.ts"
import { comeIn } from "./entrance.ts"

const CHOICE: SetupChoice = {
  hostname: "mx.angiang.gov.vn",
  postmaster: "quantri@angiang.gov.vn",
  domains: ["angiang.gov.vn"],
  nextHop: { to: "smtp://10.0.0.5:25", tls: "required" },
  clamd: "tcp://127.0.0.1:3310",
  units: [
    { id: "tuyenquang", parent: null, name: { vi: "Tỉnh An Giang", en: "An Giang" }, domains: ["angiang.gov.vn"] },
    { id: "so-y-te", parent: "tuyenquang", name: { vi: "Sở Y tế", en: "Health" }, domains: [] },
  ],
  mode: "shadow",
}

/** The shipped settings in a folder of their own. */
async function shipped() {
  const folder = await mkdtemp(join(tmpdir(), "congthu-setup-test-"))
  const [file, policy] = [join(folder, "gateway.yaml"), join(folder, "policy.yaml")]
  await cp("config/policy.yaml", policy)
  const { writeFile } = await import("node:fs/promises")
  await writeFile(file, readFileSync("config/gateway.yaml", "utf8").replace("./config/policy.yaml", policy))
  const configuration = () => {
    const loaded = load(file)
    if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
    return loaded.configuration
  }
  let reloads = 0
  const records = { isPolicyByHand: () => Promise.resolve(false) }
  const reload = () => Promise.resolve((reloads += 1) === 0 ? ["never"] : [])
  return {
    folder,
    file,
    policy,
    configuration,
    reloads: () => reloads,
    setup: createSetup({ file, configuration, records, reload }),
    [Symbol.asyncDispose]: () => rm(folder, { recursive: true, force: true }),
  }
}

describe("setting up", () => {
  test("writes what was chosen into both files, keeps every comment, and takes it into force", async () => {
    await using house = await shipped()
    const comments = (text: string): readonly string[] => text.split("\n").filter((line) => line.trim().startsWith("#"))
    const old = [readFileSync(house.file, "utf8"), readFileSync(house.policy, "utf8")]
    assert.equal((await house.setup.state()).needed, true)
    assert.equal((await house.setup.save(CHOICE, "quantri")).is, "saved")
    assert.equal(house.reloads(), 1)
    const { settings, inForce } = house.configuration()
    assert.equal(settings.hostname, CHOICE.hostname)
    assert.deepEqual(settings.domains, CHOICE.domains)
    assert.deepEqual(
      settings.deliver.routes.map(({ domains, to, tls }) => ({ domains, to, tls })),
      [
        { domains: ["angiang.gov.vn", ".angiang.gov.vn"], to: "smtp://10.0.0.5:25", tls: "required" },
        { domains: ["*"], to: "mx", tls: "opportunistic" },
      ],
    )
    assert.equal(settings.scan.clamd, CHOICE.clamd)
    const { units, rules } = inForce.prepared.policy
    assert.deepEqual(
      units.map(({ id, parent }) => [id, parent]),
      [
        ["tuyenquang", null],
        ["so-y-te", "tuyenquang"],
      ],
    )
    assert.equal(rules.find(({ id }) => id === "webmail-official-out")?.mode, "shadow")
    assert.equal(rules.find(({ id }) => id === "malware")?.mode, "enforce", "no switch turns these off")
    const now = [readFileSync(house.file, "utf8"), readFileSync(house.policy, "utf8")]
    assert.deepEqual(now.map(comments), old.map(comments))
    const { needed, mode, nextHop } = await house.setup.state()
    assert.deepEqual({ needed, mode, nextHop }, { needed: false, mode: "shadow", nextHop: CHOICE.nextHop })
    assert.equal((await house.setup.save({ ...CHOICE, mode: "enforce" }, "quantri")).is, "saved")
    assert.equal(readFileSync(house.file, "utf8"), now[0], "the same choice changes no octet")
  })

  const FAULTY: readonly (readonly [string, Partial<SetupChoice>, RegExp])[] = [
    ["a next hop that is none", { nextHop: { to: "smtp://", tls: "off" } }, /deliver\.routes\[0\]\.to: expected/],
    ["a postmaster that is none", { postmaster: "nobody" }, /postmaster: expected/],
    [
      "two units of one domain",
      {
        units: [
          ...(CHOICE.units ?? []),
          { id: "b", parent: "tuyenquang", name: { vi: "B", en: "B" }, domains: ["angiang.gov.vn"] },
        ],
      },
      /units/,
    ],
  ]
  for (const [name, wrong, fault] of FAULTY) {
    test(`${name} is told, and nothing is written`, async () => {
      await using house = await shipped()
      const old = [readFileSync(house.file, "utf8"), readFileSync(house.policy, "utf8")]
      const saved = await house.setup.save({ ...CHOICE, ...wrong }, "quantri")
      assert.equal(saved.is, "faulty")
      assert.match(saved.is === "faulty" ? saved.faults.join("\n") : "", fault)
      assert.deepEqual([readFileSync(house.file, "utf8"), readFileSync(house.policy, "utf8")], old)
      assert.equal(house.reloads(), 0)
    })
  }

  test("what the environment sets is not written past", async () => {
    await using house = await shipped()
    process.env["CONGTHU_DOMAINS"] = "[khac.gov.vn]"
    try {
      const saved = await house.setup.save(CHOICE, "quantri")
      assert.deepEqual(saved, { is: "faulty", faults: ["domains: set by the environment"] })
    } finally {
      delete process.env["CONGTHU_DOMAINS"]
    }
  })

  test("files that may not be written stay, and the exact lines are told", async (t) => {
    if (process.getuid?.() !== 0) return t.skip("needs root, to be somebody else for a moment")
    await using house = await shipped()
    const { chmod } = await import("node:fs/promises")
    await chmod(house.folder, 0o755)
    const old = readFileSync(house.file, "utf8")
    process.seteuid?.("nobody")
    try {
      const saved = await house.setup.save(CHOICE, "quantri")
      assert.equal(saved.is, "by-hand")
      const [settings] = saved.is === "by-hand" ? saved.files : []
      assert.match(settings?.lines ?? "", /^domains: \[ angiang\.gov\.vn \]$/m)
      assert.match(settings?.lines ?? "", /^ {4}- \{ domains: .*to: smtp:\/\/10\.0\.0\.5:25, tls: required \}$/m)
    } finally {
      process.seteuid?.(0)
    }
    assert.equal(readFileSync(house.file, "utf8"), old)
  })
})

describe("a look at the next hop", () => {
  test("tells each step: it answers, offers STARTTLS, is encrypted, takes mail; and sends none", async () => {
    await using house = await shipped()
    const tls = await makeCertificate()
    await using sink = await openSink({ tls, ehlo: ["SIZE 1000", "STARTTLS"] })
    const to = sink.url
    const said = await house.setup.tryHop({ to, tls: "opportunistic" }, "angiang.gov.vn")
    assert.deepEqual(
      { ...said, extensions: said.extensions.includes("SIZE") },
      {
        reached: true,
        extensions: true,
        starttls: true,
        encrypted: true,
        recipient: { address: "postmaster@angiang.gov.vn", reply: "250 2.1.5 ok", taken: true },
        failed: null,
      },
    )
    const verified = await house.setup.tryHop({ to, tls: "verified" }, "angiang.gov.vn")
    assert.equal(verified.failed?.at, "tls", "its certificate is nobody's")
    assert.equal(sink.received.length, 0)
  })

  const ROWS: readonly (readonly [string, Parameters<typeof openSink>[0], string | null])[] = [
    ["that hangs up is none", { answer: (step) => (step === "CONNECT" ? DROP : undefined) }, "greeting"],
    ["that turns us away tells how", { answer: (step) => (step === "CONNECT" ? "554 no" : undefined) }, "greeting"],
    [
      "without STARTTLS does not do where it is required",
      { answer: (step) => (step === "STARTTLS" ? "502 what" : undefined) },
      "starttls",
    ],
  ]
  for (const [name, options, at] of ROWS) {
    test(`one ${name}`, async () => {
      await using house = await shipped()
      await using sink = await openSink(options)
      const said = await house.setup.tryHop({ to: sink.url, tls: "required" }, "angiang.gov.vn")
      assert.equal(said.failed?.at, at)
    })
  }

  test("one that is not there is not reached; one that refuses our domain says so", async () => {
    await using house = await shipped()
    const gone = await house.setup.tryHop({ to: "smtp://127.0.0.1:1", tls: "off" }, "angiang.gov.vn")
    assert.deepEqual([gone.reached, gone.failed?.at], [false, "connect"])
    await using sink = await openSink({ answer: (step) => (step === "RCPT" ? "550 5.1.1 not here" : undefined) })
    const said = await house.setup.tryHop({ to: sink.url, tls: "off" }, "angiang.gov.vn")
    assert.deepEqual([said.recipient?.taken, said.recipient?.reply], [false, "550 5.1.1 not here"])
  })

  test("a scanner that is not there is said to be unreachable", async () => {
    await using house = await shipped()
    const said = await house.setup.tryScanner("tcp://127.0.0.1:1")
    assert.deepEqual([said.works, said.why], [false, "unreachable"])
  })
})

describe("a new operator in a browser", { skip: NO_BROWSER }, () => {
  let browser: Browser
  before(async () => {
    browser = await openBrowser()
  })
  after(() => browser.close())

  test("gets from the first start to an enforced policy following only what the screens say", async () => {
    await using sink = await openSink()
    const clamd = await startClamd()
    await using stack = new AsyncDisposableStack()
    stack.defer(async () => clamd?.stop())
    const watching = (await readFile("config/policy.yaml", "utf8")).replaceAll(/^( {2}\w+): enforce /gm, "$1: shadow ")
    await using gateway = await startGateway({ policy: watching })
    const from = "an@angiang.gov.vn"
    const attachments = [{ name: "Báo cáo.docx", bytes: asDocx(official()) }]
    const letter = () => mail({ from, to: "binh@gmail.com", subject: "Báo cáo tuần", attachments })
    const seen = await openPage(browser, gateway.console)
    const { page, faults, picture, accessible } = seen
    await comeIn(gateway, seen)
    await page.getByRole("link", { name: "Bắt đầu cấu hình" }).click()

    await page.getByLabel(/^Tên miền của cơ quan/).fill("angiang.gov.vn")
    await page.getByLabel(/^Tên của máy này/).fill("mx.angiang.gov.vn")
    await page.getByLabel(/^Hộp thư của người quản trị/).fill("quantri@angiang.gov.vn")
    await accessible()
    await page.getByRole("button", { name: "Tiếp tục" }).click()

    await page.getByLabel("Địa chỉ").fill("smtp://127.0.0.1:1")
    await page.getByRole("button", { name: "Thử ngay" }).click()
    await page.getByText("Không có ai trả lời ở địa chỉ này").waitFor()
    await page.getByLabel("Địa chỉ").fill(sink.url)
    await page.getByRole("button", { name: "Thử ngay" }).click()
    await page.getByText("Máy chủ dùng được.").waitFor()
    await accessible()
    await picture("setup-next-hop")
    await page.getByRole("button", { name: "Tiếp tục" }).click()

    await page.getByLabel("Địa chỉ của clamd").fill(clamd?.tcp ?? "tcp://127.0.0.1:1")
    await page.getByRole("button", { name: "Thử ngay" }).click()
    await page.getByText(clamd === null ? "Không dùng được" : "Đang chạy: ClamAV").waitFor()
    if (clamd === null) await page.getByLabel(/^Để sau/).check()
    await accessible()
    await page.getByRole("button", { name: "Tiếp tục" }).click()

    await page.getByLabel("Tên tiếng Việt").fill("Tỉnh An Giang")
    await page.getByLabel("Tên tiếng Anh").fill("An Giang province")
    await page.getByRole("button", { name: "Thêm đơn vị" }).click()
    await page.getByLabel("Tên tiếng Việt").nth(1).fill("Sở Y tế")
    await page.getByLabel("Tên miền").nth(1).fill("soyte.angiang.gov.vn")
    await accessible()
    await picture("setup-units")
    await page.getByRole("button", { name: "Tiếp tục" }).click()

    await page.getByLabel("Áp dụng", { exact: true }).check()
    await accessible()
    await page.getByRole("button", { name: "Ghi và áp dụng" }).click()
    await page.getByText(/^Đã áp dụng, phiên bản chính sách/).waitFor()
    await accessible()
    await picture("setup-done")
    await page.getByRole("button", { name: "English" }).click()
    await page.getByText("What comes next").waitFor()
    await page.getByRole("link", { name: "Units", exact: true }).click()
    await page.getByText("Sở Y tế").first().waitFor({ state: "attached" })

    const refused = await sendMail(gateway.submission, { from, to: ["binh@gmail.com"], message: letter() })
    assert.match(refused.reply, /^550 /, "the policy is enforced")
    const to = "tiepdan@angiang.gov.vn"
    const taken = await sendMail(gateway.inbound, {
      from: "dan@example.com",
      to: [to],
      message: mail({ from: "dan@example.com", to, subject: "Hỏi", body: "Xin hỏi giờ làm việc." }),
    })
    assert.match(taken.reply, /^250 /)
    await sink.waitFor(1)
    const [changed] = gateway.events("settings-reloaded")
    assert.equal(changed?.["by"], "quantri")
    assert.deepEqual(faults, [])
  })
})
