/** Runs test files, each in a process of its own with a deadline, two at a time. */
import { relative } from "node:path"
import { run } from "node:test"
import { inspect } from "node:util"
import type { Report } from "./report.ts"

/** Span in ms that one test file may take. */
const FILE_DEADLINE = 120_000
/** As many as the smallest machine has cores. */
const AT_ONCE = 2

interface Running {
  readonly report: Report
  readonly interrupted: AbortSignal
}

export async function runFiles(files: readonly string[], running: Running): Promise<void> {
  const waiting = [...files]
  const workers = Array.from({ length: AT_ONCE }, async () => {
    for (let file = waiting.shift(); file !== undefined && !running.interrupted.aborted; file = waiting.shift()) {
      await runFile(file, running)
    }
  })
  await Promise.all(workers)
}

async function runFile(file: string, { report, interrupted }: Running): Promise<void> {
  const start = performance.now()
  const name = relative(process.cwd(), file)
  const output: string[] = []
  let [passes, failures] = [0, 0]
  const fail = (test: string, where: string, error: string) => {
    failures++
    report.failed({ name: `${name}: ${test}`, where, error })
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
      else if (data.skip !== undefined) report.skipped(`${name}: ${data.skip === true ? data.name : data.skip}`)
      else if (data.details.type !== "suite") {
        passes++
        report.passed()
      }
    }
  }
  const seconds = ((performance.now() - start) / 1000).toFixed(1)
  report.say(`${failures === 0 ? "ok  " : "FAIL"} ${name} ${passes} ${seconds}s`)
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
