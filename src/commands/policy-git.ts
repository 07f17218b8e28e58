/** A policy from a Git checkout: which commit it is, and what that commit says of it. */
import { execFile } from "node:child_process"
import { existsSync, statSync } from "node:fs"
import { basename, dirname, join, resolve } from "node:path"
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
/** Nothing that the checkout's own settings name is run. */
const QUIET = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]

/** `path`: the policy, or a directory with `policy.yaml` or `config/policy.yaml`. What is not committed is refused. */
export async function checkout(path: string): Promise<Checkout> {
  const file = policyIn(path)
  const at = { cwd: dirname(file), timeout: DEADLINE }
  if (!isInRepository(at.cwd)) return { file, origin: null, subject: "" }
  const git = async (...args: readonly string[]): Promise<string> => {
    try {
      return (await run("git", [...QUIET, ...args, "--", basename(file)], at)).stdout
    } catch (error) {
      throw new UsageError(`${file}: expected a Git checkout that can be read, got ${saidBy(error)}`)
    }
  }
  const [id = "", subject = ""] = (await git("log", "-1", "--format=%h%n%s")).split("\n")
  const changed = await git("status", "--porcelain", "--ignored")
  if (changed.trim() !== "" || id === "")
    throw new UsageError(`${file}: expected a policy that is committed, got changes`)
  return { file, origin: `git:${id}`, subject }
}

/** Git itself says the same of no checkout, of one that is somebody else's, and of one that is broken. */
function isInRepository(folder: string): boolean {
  for (let at = resolve(folder); ; at = dirname(at)) {
    if (existsSync(join(at, ".git"))) return true
    if (at === dirname(at)) return false
  }
}

function saidBy(error: unknown): string {
  const said = error instanceof Error && "stderr" in error ? String(error.stderr).trim() : ""
  return said === "" ? (error instanceof Error ? error.message : "an error") : (said.split("\n")[0] ?? "")
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
