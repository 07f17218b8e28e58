/** Story: a policy is drafted, replayed, published by two persons, felt within two seconds, rolled back; the trail of it is whole. */
import assert from "node:assert/strict"
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { test } from "node:test"
import { setTimeout } from "node:timers/promises"
import { connect } from "../support/client.ts"
import { allowed } from "../support/crowd.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { mail } from "../support/mail.ts"
import { runProcess } from "../support/process.ts"
import { openSink } from "../support/sink.ts"

const ROOT = join(import.meta.dirname, "../..")
const RULE = "\n  - { id: cam, when: { direction: outbound }, then: reject, title: { vi: Cấm, en: No } }"
/** Ms from the commit of a version to the first answer by it. */
const FELT = 2_000
/** Ms; one connection carries so many messages and no more. */
const ASK_EACH = 100

/** Another person at the same machine. */
function as(gateway: Gateway, who: string, ...args: readonly string[]) {
  return runProcess([process.execPath, join(ROOT, "src/main.ts"), ...args, "--config", gateway.config], {
    cwd: ROOT,
    env: { SUDO_USER: who },
  })
}

/** When the version in force was published. */
async function publishedAt(gateway: Gateway): Promise<number> {
  const { stdout } = await as(gateway, "an", "policy", "show", "--json")
  return (JSON.parse(stdout) as { publishedAt: number }).publishedAt
}

test("from draft to rollback", async (t) => {
  await using sink = await openSink()
  await using gateway = await startGateway({ to: sink.url })
  const shipped = await readFile(gateway.policy, "utf8")
  const client = await connect(gateway.submission)
  await client.expect(/^220/)
  await client.say("EHLO client.example", /^250/)
  const answer = async (): Promise<string> => {
    const transaction = { from: "a@tuyenquang.gov.vn", to: ["b@hagiang.gov.vn"], message: mail() }
    return (await client.transact(transaction)).reply
  }
  const felt = async (wanted: RegExp): Promise<void> => {
    const most = allowed(FELT)
    const asked = Date.now()
    while (!wanted.test(await answer())) {
      assert.ok(Date.now() - asked < most, `not felt within ${most.toFixed(0)} ms`)
      await setTimeout(ASK_EACH)
    }
    const now = Date.now()
    t.diagnostic(`felt ${now - (await publishedAt(gateway))} ms after the commit (${now - asked} ms of asking)`)
  }
  assert.match(await answer(), /^250/)

  const strict = shipped.replace(/^rules:$/m, `$&${RULE}`)
  await writeFile(gateway.policy, strict)
  const replay = await as(gateway, "an", "policy", "replay", "--json")
  assert.equal(replay.code, 1)
  const told = JSON.parse(replay.stdout) as { changed: number; turned: { was: string; is: string }[] }
  assert.deepEqual([told.changed, told.turned[0]?.was, told.turned[0]?.is], [1, "deliver", "reject"])
  assert.match((await as(gateway, "an", "policy", "plan")).stdout, /tightens.*Luật “Cấm”/s)

  assert.equal((await as(gateway, "an", "policy", "publish", "--reason", "siết")).code, 0)
  await felt(/^550 5\.7\.1/)

  const rollback = await as(gateway, "an", "policy", "rollback", "1", "--reason", "nhầm")
  assert.equal(rollback.code, 1, "what loosens waits")
  assert.match(rollback.stdout, /LOOSENS/)
  assert.equal((await as(gateway, "an", "policy", "approve", "3")).code, 1, "its author is no second person")
  assert.match(await answer(), /^550/)
  assert.equal((await as(gateway, "binh", "policy", "approve", "3")).code, 0)
  await felt(/^250/)

  // From the first publication on, the file is only a draft: an edit, even a bad one, changes nothing.
  await writeFile(gateway.policy, strict)
  gateway.signal("SIGHUP")
  await gateway.until("the difference is told", (log) =>
    log.some(({ warning }) => String(warning).includes("it is a draft")),
  )
  await writeFile(gateway.policy, "rules: 7")
  gateway.signal("SIGHUP")
  await gateway.waitFor("settings-reloaded", 2)
  assert.match(await answer(), /^250/)
  assert.equal((await as(gateway, "an", "policy", "lint", "--version", "3")).code, 0)

  const verdict = gateway.events("accepted").at(-1)?.detail?.["policy"]
  assert.match(String(verdict), /^3-/)
  client.close()

  const anchors = join(gateway.dir, "anchors")
  assert.equal((await as(gateway, "an", "audit", "anchor", "--file", anchors)).code, 0)
  assert.equal((await as(gateway, "an", "audit", "verify", "--anchors", anchors)).code, 0)
  const db = new DatabaseSync(join(gateway.dir, "data/records.db"))
  db.exec(`UPDATE events SET detail = replace(detail, 'nhầm', 'đúng') WHERE kind = 'policy-published'`)
  db.close()
  const verify = await as(gateway, "an", "audit", "verify")
  assert.equal(verify.code, 1)
  assert.match(verify.stdout, /NOT whole/)
})

test("an exception is asked for by one and granted by another, lets mail through, is counted and ended", async () => {
  await using sink = await openSink()
  const policy = (await readFile(join(ROOT, "config/policy.yaml"), "utf8")).replace(/^rules:$/m, `$&${RULE}`)
  await using gateway = await startGateway({ to: sink.url, policy })
  const client = await connect(gateway.submission)
  await client.expect(/^220/)
  await client.say("EHLO client.example", /^250/)
  const answer = async (from = "a@tuyenquang.gov.vn"): Promise<string> =>
    (await client.transact({ from, to: ["b@hagiang.gov.vn"], message: mail() })).reply
  assert.match(await answer(), /^550/)

  const request = [
    "exceptions",
    "request",
    "--rule",
    "cam",
    "--unit",
    "so-khcn",
    "--reason",
    "lũ",
    "--until",
    "2027-02-01",
  ]
  const when = ["--when", "{ sender: a@tuyenquang.gov.vn }"]
  const asked = await as(gateway, "an", ...request, ...when)
  const id = /^\w+/.exec(asked.stdout)?.[0] ?? assert.fail(asked.stderr)
  assert.equal((await as(gateway, "an", "exceptions", "grant", id)).code, 1)
  assert.equal((await as(gateway, "binh", "exceptions", "grant", id)).code, 0)
  const [begun, most] = [performance.now(), allowed(FELT)]
  while (!(await answer()).startsWith("250")) {
    assert.ok(performance.now() - begun < most, "not felt in time")
    await setTimeout(ASK_EACH)
  }
  assert.match(await answer("c@tuyenquang.gov.vn"), /^550/, "nobody else")
  const listed = await as(gateway, "an", "exceptions", "list", "--json")
  assert.equal((JSON.parse(listed.stdout) as { uses: number }).uses, 1)
  assert.equal((await as(gateway, "an", "exceptions", "end", id, "--reason", "xong")).code, 0)
  await gateway.until("its end is in force", (log) => log.filter(({ msg }) => msg === "policy in force").length >= 2)
  assert.match(await answer(), /^550/)

  const long = await as(gateway, "an", ...request.slice(0, -1), "2028-12-01", ...when)
  assert.match(long.stderr, /at most 366 days/)
  const malware = await as(gateway, "an", ...request.with(3, "malware"), ...when)
  assert.match(malware.stderr, /nothing lifts/)
  const secret = await as(gateway, "an", ...request.with(3, "secrecy-suspected"), ...when)
  assert.match(secret.stderr, /keyed-hash, for 24 hours/)
  client.close()
})
