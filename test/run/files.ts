/** Runs test files, each in a process of its own with a deadline, two at a time. */
import { relative } from "node:path"
import { run } from "node:test"
import { inspect } from "node:util"
import type { Failure, Report } from "./report.ts"

/** Span in ms that one test file may take. */
const FILE_DEADLINE = 120_000
/** As many as the smallest machine has cores. */
const AT_ONCE = 2

interface Running {
  readonly report: Report
  readonly interrupted: AbortSignal
}

/** What one run of one file came to. */
interface Outcome {
  passes: number
  readonly skips: string[]
  readonly failures: Failure[]
}

/**
 * Files whose tests failed run once more, alone: deadlines of real programs are what a crowded machine breaks first.
 * Their second outcome counts, and how many needed it is told.
 */
export async function runFiles(files: readonly string[], running: Running): Promise<void> {
  const { report, interrupted } = running
  const waiting = [...files]
  const crowded: string[] = []
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let file = waiting.shift(); file !== undefined && !interrupted.aborted; file = waiting.shift()) {
      const outcome = await runFile(file, running)
      if (outcome.failures.length === 0) count(outcome, report)
      else crowded.push(file)
    }
  })
  await Promise.all(workers)
  for (const file of crowded) count(await runFile(file, running), report)
  if (crowded.length > 0) report.say(`${crowded.length} files failed beside others and ran again alone`)
}

function count({ passes, skips, failures }: Outcome, report: Report): void {
  for (let n = 0; n < passes; n++) report.passed()
  for (const skip of skips) report.skipped(skip)
  for (const failure of failures) report.failed(failure)
}

async function runFile(file: string, { report, interrupted }: Running): Promise<Outcome> {
  const start = performance.now()
  const name = relative(process.cwd(), file)
  const output: string[] = []
  const outcome: Outcome = { passes: 0, skips: [], failures: [] }
  const fail = (test: string, where: string, error: string): void => {
    outcome.failures.push({ name: `${name}: ${test}`, where, error })
  }

  const signal = AbortSignal.any([interrupted, AbortSignal.timeout(FILE_DEADLINE)])
  for await (const { type, data } of run({ files: [file], signal })) {
    if (type === "test:stdout" || type === "test:stderr") output.push(data.message)
    else if (type === "test:fail") {
      const { error } = data.details
      if (data.name === file) fail("the file itself", name, output.join("") || explained(error))
      else if (!causedBelow(error)) fail(data.name, place(data), explained(error))
    } else if (type === "test:pass") {
      if (data.name === file) fail("holds no test", name, "a test file must run at least one test")
      else if (data.skip !== undefined) outcome.skips.push(`${name}: ${data.skip === true ? data.name : data.skip}`)
      else if (data.details.type !== "suite") outcome.passes++
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  report.say(`${outcome.failures.length === 0 ? "ok  " : "FAIL"} ${name} ${outcome.passes} ${seconds}s`)
  return outcome
}

/** A test or suite that failed only because one inside it did. */
function causedBelow(error: Error): boolean {
  return "failureType" in error && error.failureType === "subtestsFailed"
}

function place(at: { readonly file?: string; readonly line?: number }): string {
  return at.file === undefined ? "" : `${relative(process.cwd(), at.file)}:${at.line ?? 0}`
}

/** node:test wraps what the test threw; an assertion's message holds its diff, other errors show all they know. */
function explained(error: Error): string {
  const cause = error.cause ?? error
  const isAssertion = cause instanceof Error && "generatedMessage" in cause
  const text = isAssertion ? (cause.stack ?? cause.message) : typeof cause === "string" ? cause : inspect(cause)
  return text.replace(/^ +at .*node:internal.*\n/gm, "")
}
