/** What the run tells: one line per step and file, every failure whole, every skip with its reason, the count last. */

export interface Failure {
  readonly name: string
  /** `file:line`, or "". */
  readonly where: string
  readonly error: string
}

export type Report = ReturnType<typeof createReport>

export function createReport() {
  const failures: Failure[] = []
  const skips = new Map<string, number>()
  let passed = 0

  return {
    say(line: string) {
      process.stdout.write(`${line}\n`)
    },
    passed() {
      passed++
    },
    skipped(reason: string) {
      skips.set(reason, (skips.get(reason) ?? 0) + 1)
    },
    failed(failure: Failure) {
      failures.push(failure)
    },
    /** Prints what was wrong or left out, then the counts. */
    close(): "clean" | "skipped" | "failed" {
      for (const { name, where, error } of failures) {
        this.say(`\nFAILED ${name}${where === "" ? "" : `\n  at ${where}`}\n${indented(error)}`)
      }
      const skipped = [...skips.values()].reduce((sum, count) => sum + count, 0)
      if (skipped > 0) this.say(`\n!! ${skipped} SKIPPED`)
      for (const [reason, count] of skips) this.say(`!!   ${count} × ${reason}`)
      this.say(`\n${passed} passed, ${failures.length} failed, ${skipped} skipped`)
      return failures.length > 0 ? "failed" : skipped > 0 ? "skipped" : "clean"
    },
  }
}

function indented(text: string): string {
  return text.trimEnd().replace(/^/gm, "  ")
}
