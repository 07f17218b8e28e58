/**
 * `npm test`: brings the neighbours, runs every check and every test, ends with the line `N passed, N failed, N skipped`.
 * Arguments narrow it to test files and folders (`npm test -- test/store`); then nothing is installed and only they run.
 */
import { globSync, statSync } from "node:fs"
import { resolve } from "node:path"
import { runChecks } from "./run/checks.ts"
import { bringNeighbours } from "./run/neighbours.ts"
import { createReport } from "./run/report.ts"
import { runFiles } from "./run/files.ts"

const ROOT = resolve(import.meta.dirname, "..")

/** Test files at the given paths: a file is itself, a folder all below it. */
function testFiles(paths: readonly string[]): readonly string[] {
  const found = paths.flatMap((path) => {
    const isFolder = statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false
    const files = globSync(isFolder ? `${path}/**/*.test.ts` : path)
    if (files.length === 0) throw new Error(`no test at ${path}`)
    return files.map((file) => resolve(file))
  })
  return [...new Set(found)].toSorted()
}

if (Number.parseInt(process.versions.node) < 24)
  throw new Error("needs Node 24: run it as `npm test`, which brings one")
process.chdir(ROOT)
// As `npm start` has it: without, a third of the CPU of each file and of each gateway that it starts is stripping types and compiling.
process.env["NODE_COMPILE_CACHE"] ??= resolve(ROOT, "node_modules/.cache/node")
const paths = process.argv.slice(2)
const strict = process.env["CI"] === "true"
const report = createReport()
const interrupted = new AbortController()
for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => interrupted.abort())

if (paths.length === 0) {
  bringNeighbours({ report, strict })
  await runChecks(["types", "lint", "format"], report)
}
await runFiles(testFiles(paths.length === 0 ? ["test"] : paths), { report, interrupted: interrupted.signal })
if (interrupted.signal.aborted) report.failed({ name: "interrupted", where: "", error: "stopped before the end" })
const end = report.close()
process.exitCode = end === "clean" || (end === "skipped" && !strict) ? 0 : 1
