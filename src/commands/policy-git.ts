/** A policy from a Git checkout: which commit it is, and what that commit says of it. */
import { execFile } from "node:child_process"
import { statSync } from "node:fs"
import { basename, dirname, join } from "node:path"
import { promisify } from "node:util"
import { UsageError } from "./usage.ts"

export interface Checkout {
  readonly file: string
  /** `git:COMMIT`; null: the file is in no repository. */
  readonly origin: string | null
  /** The first line of the commit. */
  readonly subject: string
}

/** Ms: a repository on a slow disk. */
const DEADLINE = 10_000
const run = promisify(execFile)

/** `path`: the policy, or a directory with `policy.yaml` or `config/policy.yaml`. What is not committed is refused. */
export async function checkout(path: string): Promise<Checkout> {
  const file = policyIn(path)
  const at = { cwd: dirname(file), timeout: DEADLINE }
  let commit: readonly string[]
  try {
    const { stdout } = await run("git", ["log", "-1", "--format=%h%n%s", "--", basename(file)], at)
    commit = stdout.split("\n")
  } catch {
    return { file, origin: null, subject: "" }
  }
  const [id = "", subject = ""] = commit
  const { stdout: changed } = await run("git", ["status", "--porcelain", "--", basename(file)], at)
  if (changed.trim() !== "" || id === "")
    throw new UsageError(`${file}: expected a policy that is committed, got changes`)
  return { file, origin: `git:${id}`, subject }
}

function policyIn(path: string): string {
  if (!isDirectory(path)) return path
  const found = ["policy.yaml", "config/policy.yaml"].map((name) => join(path, name)).find(isFile)
  if (found === undefined) throw new UsageError(`${path}: expected a directory with policy.yaml in it`)
  return found
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true
}
function isFile(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isFile() === true
}
