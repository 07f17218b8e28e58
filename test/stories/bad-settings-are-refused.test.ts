/** Settings with faults: every fault is told at once, exit status 2, and nothing listens. */
import assert from "node:assert/strict"
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test } from "node:test"
import { runProcess } from "../support/process.ts"
import { START, startGateway } from "../support/gateway.ts"

const FAULTY = `
hostname: mx.tuyenquang.gov.vn
domains: []
hostnam: x
listen: { inbound: { port: smtp }, submission: { trusted: [0.0.0.0/0] } }
deliver: { routes: [{ domains: ["*"], to: nowhere }] }
policy: ./none.yaml
`
const FAULTS = [
  "hostnam",
  "postmaster",
  "domains",
  "listen.inbound.port",
  "listen.submission.trusted",
  "deliver.routes",
]

test("check and start tell every fault and do nothing", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "congthu-"))
  t.after(() => rm(dir, { recursive: true }))
  const config = join(dir, "gateway.yaml")
  await writeFile(config, FAULTY)
  for (const command of ["check", "start"]) {
    const { code, stdout, stderr } = await runProcess([...START.slice(0, -1), command, "--config", config])
    assert.equal(code, 2, command)
    assert.equal(stdout, "", command)
    const told = stderr.trim().split("\n")
    for (const fault of FAULTS)
      assert.ok(
        told.some((line) => line.includes(fault)),
        `${command} tells ${fault}:\n${stderr}`,
      )
    assert.doesNotMatch(stderr, /^\s+at /m, "no stack for an administrator")
  }
  assert.deepEqual(await readdir(dir), ["gateway.yaml"])
})

test("files that the settings name are read before anything starts", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "congthu-"))
  t.after(() => rm(dir, { recursive: true }))
  const list = join(dir, "recipients")
  await writeFile(list, "an@tuyenquang.gov.vn\nnobody\n@\n")
  for (const command of ["check", "start"]) {
    const { code, stderr } = await runProcess([...START.slice(0, -1), command], {
      env: { CONGTHU_RECIPIENTS: `list:${list}`, CONGTHU_STORE_PATH: join(dir, "data") },
    })
    assert.equal(code, 2, command)
    assert.match(stderr, /recipients:2: expected a mail address or @domain, got "nobody"\n.*recipients:3: /, command)
    assert.doesNotMatch(stderr, /^\s+at /m)
  }
})

test("a store that can only be opened in part is closed again, and said", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "congthu-"))
  t.after(() => rm(dir, { recursive: true }))
  await mkdir(join(dir, "agency.key"))
  const ports = ["INBOUND", "SUBMISSION", "CONSOLE"].map((name, n) => [`CONGTHU_LISTEN_${name}_PORT`, `${49_151 - n}`])
  const { code, stderr } = await runProcess(START, { env: { ...Object.fromEntries(ports), CONGTHU_STORE_PATH: dir } })
  assert.equal(code, 2)
  assert.match(stderr, /agency\.key/)
  assert.doesNotMatch(stderr, /^\s+at /m)
})

test("a stale process id is nobody's to signal", async (t) => {
  const dir = await mkdtemp(join(tmpdir(), "congthu-"))
  t.after(() => rm(dir, { recursive: true }))
  await writeFile(join(dir, "congthu.pid"), `${process.pid}\n`)
  const reload = [...START.slice(0, -1), "reload"]
  const { code, stderr } = await runProcess(reload, { env: { CONGTHU_STORE_PATH: dir } })
  assert.equal(code, 2)
  assert.match(stderr, /no gateway is running here/)
})

test("two gateways never share a store, nor a port", async () => {
  await using first = await startGateway()
  const again = await runProcess([...START, "--config", first.config])
  assert.equal(again.code, 2)
  assert.match(again.stderr, /data/)
  await assert.rejects(
    startGateway({ settings: { listen: { inbound: { port: first.inbound } } } }),
    /EADDRINUSE|in use/,
  )
  assert.equal((await fetch(`${first.console}/livez`)).status, 200)
})
