/** README.md says what is so: keys and defaults, commands, metrics, events, files, and the command that makes a hash. */
import assert from "node:assert/strict"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { after, before, describe, test } from "node:test"
import { parse } from "yaml"
import { loadSettings } from "../../src/config/load.ts"
import type { Settings } from "../../src/config/schema.ts"
import { EVENT_KINDS } from "../../src/mail/event.ts"
import { makeCertificate } from "../support/certificate.ts"
import { connect } from "../support/client.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { runProcess } from "../support/process.ts"
import { block, blocks, README, remapped } from "./readme.ts"

const ROOT = resolve(import.meta.dirname, "../..")

/** Rows of the table under the heading, cell by cell. */
function table(head: string): readonly (readonly string[])[] {
  const text = README.slice(README.indexOf(`\n| ${head} |`) + 1)
  assert.ok(text.length < README.length, head)
  const rows = text.slice(0, text.indexOf("\n\n")).split("\n").slice(2)
  return rows.map((row) =>
    row
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  )
}

const code = (cell: string): readonly string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text = ""]) => text)

describe("the table of settings", () => {
  const dir = mkdtempSync(join(tmpdir(), "congthu-readme-"))
  after(() => rmSync(dir, { recursive: true }))
  const file = join(dir, "gateway.yaml")
  const needed = { hostname: "mx.x.vn", postmaster: "a@x.vn", publicUrl: "https://x.vn", domains: ["x.vn"] }
  const routes = [{ domains: ["*"], to: "mx" }]
  writeFileSync(file, JSON.stringify({ ...needed, deliver: { routes }, policy: join(ROOT, "config/policy.yaml") }))
  const load = (environment: Readonly<Record<string, string>>): Settings => {
    const loaded = loadSettings(file, environment)
    assert.ok(loaded.ok, loaded.ok ? "" : loaded.faults.join("\n"))
    return loaded.settings
  }

  for (const [keys = "", value = ""] of table("key | default | what it is")) {
    for (const key of code(keys)) {
      test(`${key} exists, and its default is ${value || "nothing"}`, () => {
        const name = `CONGTHU_${key.replaceAll(".", "_").toUpperCase()}`
        const [written] = code(value)
        if (written === undefined) assert.match(loadFaults(name), /^(?!.*unknown name)/)
        else assert.deepEqual(load({ [name]: written }), load({}))
      })
    }
  }

  /** What is said when the key holds a number, which none without a default may. */
  function loadFaults(name: string): string {
    const loaded = loadSettings(file, { [name]: "1" })
    assert.ok(!loaded.ok, `${name} has no default`)
    return loaded.faults.join("\n")
  }
})

test("files that it names exist", () => {
  const linked = [...README.matchAll(/\]\(([^)#:]+)\)/g)].map(([, path = ""]) => path)
  const told = code(README).filter((text) => /^(src|config|test|docker)\/[\w/.-]+\.\w+$/.test(text))
  const own = new Set(["config/webmail.local.yaml"])
  for (const path of [...linked, ...told]) assert.ok(own.has(path) || existsSync(join(ROOT, path)), path)
})

test("the switches of the roll-out are those of the policy", () => {
  const { switches } = parse(readFileSync(join(ROOT, "config/policy.yaml"), "utf8")) as { switches: object }
  const steps = README.slice(README.indexOf("## Roll-out"), README.indexOf("## What it cannot see"))
  for (const name of code(/\*\*Enforce\*\*[^]*?\n\d\./.exec(steps)?.[0] ?? "")) assert.ok(name in switches, name)
})

test("commands that it names exist", async () => {
  const named = table("command | does").flatMap(([cell = ""]) => code(cell))
  const told = Map.groupBy(named, (text) => text.split(" ", 1)[0] ?? "")
  assert.ok(told.size >= 5)
  const asked = [...told].map(async ([command, lines]) => {
    const help = await runProcess([process.execPath, join(ROOT, "src/main.ts"), command, "--help"])
    assert.equal(help.code, 0, command)
    for (const word of lines.flatMap((line) => /^\w+ ([a-z]+)/.exec(line)?.[1] ?? [])) {
      assert.match(help.stdout, new RegExp(`^  ${word} `, "m"), `${command} ${word}`)
    }
    for (const [option] of lines.join(" ").matchAll(/--[a-z]+/g)) {
      if (command === "explain") assert.ok(help.stdout.includes(` ${option}`), `${command} ${option}`)
    }
  })
  await Promise.all(asked)
})

test("systemd starts a program that exists, may stop it in time, and can bind port 25", () => {
  const unit = block("/etc/systemd/system/congthu.service")
  const [, program = "-", flags = "-", script = "-"] =
    /^ExecStart=\/opt\/congthu\/(\S+)((?: --\S+)*) (\S+) start$/m.exec(unit) ?? []
  assert.ok(
    readFileSync(join(ROOT, "package.json"), "utf8").includes(`exec node${flags} ${script} start`),
    "as `npm start`",
  )
  for (const path of [program, script]) assert.ok(existsSync(join(ROOT, path)), path)
  assert.match(unit, /^AmbientCapabilities=CAP_NET_BIND_SERVICE$/m)
  assert.ok(Number(/^TimeoutStopSec=(\d+)$/m.exec(unit)?.[1]) > 30)
})

describe("a running gateway", () => {
  const PASSWORD = "Mật khẩu dài, có dấu"
  let gateway: Gateway
  before(async () => {
    const hashing = blocks.find(({ language, text }) => language === "sh" && text.includes("$scrypt$"))?.text ?? ""
    const { code: status, stdout, stderr } = await runProcess(["bash", "-c", hashing], { input: `${PASSWORD}\n` })
    assert.equal(status, 0, stderr)
    const { cert, key } = await makeCertificate()
    const dir = mkdtempSync(join(tmpdir(), "congthu-users-"))
    const files = { cert: join(dir, "cert"), key: join(dir, "key"), users: join(dir, "users") }
    writeFileSync(files.users, `an:${stdout.trim()}:an@tuyenquang.gov.vn\n`)
    writeFileSync(files.cert, cert)
    writeFileSync(files.key, key)
    gateway = await startGateway({
      settings: {
        listen: { submission: { auth: `file:${files.users}` } },
        tls: { cert: files.cert, key: files.key },
      },
    })
    rmSync(dir, { recursive: true })
  })
  after(() => gateway?.[Symbol.asyncDispose]())

  test("the first mail goes as it is told", {
    skip: existsSync("/usr/bin/python3") ? false : "no python3",
  }, async () => {
    const script = remapped(blocks.find(({ text }) => text.startsWith("python3 - <<"))?.text ?? "", {
      '"127.0.0.1", 2587': `"127.0.0.1", ${gateway.submission}`,
    })
    const said = await runProcess(["bash", "-c", script], { env: { PYTHONUTF8: "1" } })
    assert.equal(said.stderr, "")
    const anyCode = (text: string): string => text.replaceAll(/(?<=\[|\/e\/)[0-9A-Z]{8,16}\b/g, "CODE")
    const told = blocks.find(({ text }) => text.startsWith("binh@gmail.com 550"))?.text ?? ""
    assert.equal(anyCode(said.stdout), anyCode(told).replace("http://127.0.0.1:8025", gateway.console))
  })

  test("lets in whose hash the command made", async () => {
    for (const [password, expected] of [
      [PASSWORD, /^235 /],
      ["khác", /^535 /],
    ] as const) {
      const client = await connect(gateway.submission)
      await client.expect(/^220/)
      await client.say("EHLO client.example", /^250/)
      await client.startTls()
      await client.say("EHLO client.example", /^250/)
      assert.match(await client.login("an", password), expected)
      client.close()
    }
  })

  test("has the signs to watch", async () => {
    const metrics = await (await fetch(`${gateway.console}/metrics`)).text()
    const signs = table("sign | means").flatMap(([sign = ""]) => code(sign))
    for (const name of signs.flatMap((sign) => /^(congthu|nodejs)_\w+/.exec(sign)?.[0] ?? [])) {
      assert.ok(metrics.includes(`\n${name}`), name)
    }
    for (const sign of signs) {
      const kind = /\{kind="([\w-]+)"\}/.exec(sign)?.[1]
      if (kind !== undefined) assert.ok((EVENT_KINDS as readonly string[]).includes(kind), kind)
    }
    const states = signs.flatMap((sign) => /congthu_queue(\{.*\})/.exec(sign)?.[1] ?? [])
    for (const state of states) assert.ok(metrics.includes(`congthu_queue${state}`), state)
    for (const path of signs.filter((sign) => /^\/\w+$/.test(sign))) {
      assert.equal((await fetch(`${gateway.console}${path}`)).ok, true, path)
    }
    const { parts } = (await (await fetch(`${gateway.console}/readyz`)).json()) as { parts: Record<string, unknown> }
    const told = code(table("sign | means").find(([sign = ""]) => sign.includes("/readyz"))?.[1] ?? "")
    assert.deepEqual(new Set(told), new Set(Object.keys(parts)))
  })
})
