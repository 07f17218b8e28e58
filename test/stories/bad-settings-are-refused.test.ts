/** Settings with faults: every fault is told at once, exit status 2, and nothing listens. */
import assert from "node:assert/strict"
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises"
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
