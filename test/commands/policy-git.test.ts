/** The policy from a Git checkout: planned and applied by the same commands, under the same approval, naming its commit. */
import assert from "node:assert/strict"
import { execFileSync, spawnSync } from "node:child_process"
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { test, type TestContext } from "node:test"
import { Command } from "commander"
import { load } from "../../src/commands/load.ts"
import { policyCommands, type WithDesk } from "../../src/commands/policy-cli.ts"
import { settle } from "../../src/commands/policy-source.ts"
import { STUDY_HERE } from "../../src/commands/policy-study.ts"
import { UsageError } from "../../src/commands/usage.ts"
import { serve } from "../store/stores.ts"

const RULE = "\n  - { id: cam, when: { direction: outbound }, then: reject, title: { vi: Cấm, en: No } }"
const skip = spawnSync("git", ["--version"]).status === 0 ? false : "git is not installed"
const loaded = load("config/gateway.yaml")
if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
const { configuration } = loaded
const shipped = await readFile("config/policy.yaml", "utf8")

/** A store in which the file's version judges, and the commands as people type them. */
async function house(t: TestContext) {
  const { records } = await serve(t)
  await settle(records, configuration, { study: STUDY_HERE, now: Date.now() })
  const status = async (by: string, ...args: readonly string[]): Promise<number> => {
    let code = -1
    const congthu = new Command().exitOverride()
    const work: WithDesk = async (run) => {
      const desk = { store: { records }, configuration, study: STUDY_HERE, now: Date.now(), by }
      code = await run(desk as unknown as Parameters<typeof run>[0])
    }
    policyCommands(congthu, { work, draft: work })
    await congthu.parseAsync(["policy", ...args], { from: "user" })
    return code
  }
  return { records, status }
}

/** A checkout with the shipped policy committed in `config`. */
async function repository(t: TestContext) {
  const folder = await mkdtemp(join(tmpdir(), "congthu-git-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  const file = join(folder, "config/policy.yaml")
  await mkdir(join(folder, "config"))
  const who = ["-c", "user.name=An", "-c", "user.email=an@example.org", "-c", "commit.gpgsign=false"]
  const git = (...args: readonly string[]): string =>
    execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] })
  const commit = async (text: string, subject: string): Promise<string> => {
    await writeFile(file, text)
    git("add", ".")
    git("commit", "-q", "-m", `${subject}\n\nand more about it`)
    return `git:${git("log", "-1", "--format=%h").trim()}`
  }
  git("init", "-q")
  return { folder, file, git, commit }
}

test("a commit that tightens is in force at once, one that loosens waits for another person", { skip }, async (t) => {
  const { records, status } = await house(t)
  const { folder, file, commit } = await repository(t)
  const origin = await commit(shipped.replace(/^rules:$/m, `$&${RULE}`), "Cấm thư đi")

  assert.equal(await status("an", "plan", folder), 1)
  assert.equal(await records.policyHead(), 1, "a plan changes nothing")
  assert.equal(await status("an", "apply", folder), 0)
  const second = await records.policyVersion(2)
  assert.deepEqual([second?.origin, second?.reason, second?.author], [origin, "Cấm thư đi", "an"])
  assert.equal(await status("an", "plan", file), 0, "nothing is left to do")
  assert.equal(await status("an", "apply", file), 0)
  assert.equal(await records.policyHead(), 2)

  const loosening = await commit(shipped, "Bỏ cấm")
  assert.equal(await status("an", "apply", folder, "--reason", "hết lũ"), 1)
  assert.equal(await records.policyHead(), 2)
  const third = await records.policyVersion(3)
  assert.deepEqual([third?.state, third?.origin, third?.reason], ["waiting", loosening, "hết lũ"])
  assert.equal(await status("an", "approve", "3"), 1, "its author is no second person")
  assert.equal(await status("binh", "approve", "3"), 0)
  assert.equal(await records.policyHead(), 3)
})

test("what no commit holds is refused: edited, staged, never added, in a checkout without commits", {
  skip,
}, async (t) => {
  const { records, status } = await house(t)
  const { folder, file, git, commit } = await repository(t)
  await writeFile(file, shipped)
  await assert.rejects(status("an", "apply", folder), UsageError)
  await commit(shipped, "Bản đầu")
  await writeFile(file, `${shipped}# edited\n`)
  await assert.rejects(status("an", "apply", folder), /expected a policy that is committed, got changes/)
  git("add", ".")
  await assert.rejects(status("an", "plan", folder), /got changes/)
  git("reset", "-q", "--hard")
  await writeFile(join(folder, "policy.yaml"), shipped)
  await assert.rejects(status("an", "apply", folder), /got changes/)
  await writeFile(join(folder, ".gitignore"), "/policy.yaml\n")
  await assert.rejects(status("an", "apply", folder), /got changes/)
  assert.equal(await records.policyHead(), 1)
})

test("a checkout that Git will not read is refused, and nothing that it names is run", { skip }, async (t) => {
  const { records, status } = await house(t)
  const { folder, git, commit } = await repository(t)
  await commit(shipped, "Bản đầu")
  const run = join(folder, "run")
  git("config", "core.fsmonitor", `touch ${run}; false`)
  assert.equal(await status("an", "plan", folder), 0)
  await assert.rejects(readFile(run), { code: "ENOENT" })
  await writeFile(join(folder, ".git/HEAD"), "broken")
  await assert.rejects(status("an", "apply", folder), /expected a Git checkout that can be read/)
  assert.equal(await records.policyHead(), 1)
})

test("a file in no checkout is applied without an origin", async (t) => {
  const { records, status } = await house(t)
  const folder = await mkdtemp(join(tmpdir(), "congthu-plain-"))
  t.after(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, "policy.yaml"), shipped.replace(/^rules:$/m, `$&${RULE}`))
  assert.equal(await status("an", "apply", folder, "--reason", "tay"), 0)
  assert.equal((await records.policyVersion(2))?.origin, null)
  await assert.rejects(status("an", "apply", join(folder, "gone.yaml")), /expected a readable policy/)
})
