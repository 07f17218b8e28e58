/** What the repository shows: nothing of the machine it was written on, and a top level that stays the customer's. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { lstatSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { test } from "node:test"

const ROOT = resolve(import.meta.dirname, "../..")
const TOP_LEVEL = /^(package(-lock)?\.json|tsconfig\.json|src|config|docker|test|README\.md|LICENSE|\..+)$/
/** Written so that this file itself holds none. */
const MACHINE_PATH = /(^|[^A-Za-z])\/(wor[k]|tmp\/bash_job[s])\//m

const tracked = execFileSync("git", ["ls-files", "-z"], { cwd: ROOT, encoding: "utf8" }).split("\0").filter(Boolean)

test("the top level holds only what the customer fixed and tools insist on", () => {
  const top = new Set(tracked.map((path) => path.split("/", 1)[0] ?? ""))
  assert.deepEqual(
    [...top].filter((name) => !TOP_LEVEL.test(name)),
    [],
  )
})

test("no tracked file names a path of somebody's machine", () => {
  const telling = tracked.filter((path) => {
    const file = resolve(ROOT, path)
    const readable = lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false
    return readable && MACHINE_PATH.test(readFileSync(file, "latin1"))
  })
  assert.deepEqual(telling, [])
})

test("no tracked file holds what a merge left undecided", () => {
  const undecided = tracked.filter((path) => {
    const file = resolve(ROOT, path)
    const readable = lstatSync(file, { throwIfNoEntry: false })?.isFile() ?? false
    return readable && /^(<{7} |>{7} )/m.test(readFileSync(file, "latin1"))
  })
  assert.deepEqual(undecided, [])
})

test("the lockfile is the one of package.json", () => {
  // `npm install` does not insist on it; `npm ci` would, but fails where a mirror lacks packages of other platforms.
  const read = (name: string) => JSON.parse(readFileSync(resolve(ROOT, name), "utf8"))
  const manifest = read("package.json")
  const locked = read("package-lock.json").packages[""]
  for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
    assert.deepEqual(locked[kind], manifest[kind], kind)
  }
})
