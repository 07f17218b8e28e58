/** The checks of package.json (types, lint, format), each counted as one test. */
import { execFile } from "node:child_process"
import { stripVTControlCharacters } from "node:util"
import type { Report } from "./report.ts"

/** `scripts` of package.json, run side by side. */
export async function runChecks(scripts: readonly string[], report: Report): Promise<void> {
  await Promise.all(scripts.map((script) => runCheck(script, report)))
}

function runCheck(script: string, report: Report): Promise<void> {
  const start = performance.now()
  return new Promise((done) => {
    execFile("npm", ["run", "--silent", script], { maxBuffer: 64e6, timeout: 300_000 }, (error, stdout, stderr) => {
      const seconds = ((performance.now() - start) / 1000).toFixed(1)
      report.say(`${error === null ? "ok  " : "FAIL"} ${script} ${seconds}s`)
      if (error === null) report.passed()
      else {
        // With CI set some tools write colours into a file as well.
        const said = stripVTControlCharacters(`${stdout}${stderr}`)
        report.failed({ name: `npm run ${script}`, where: "", error: said || error.message })
      }
      done()
    })
  })
}
