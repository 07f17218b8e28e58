/** Preloaded into the gateway by `npm run bench -- --profile`: its children then write a profile too, and end so that they can. */
import childProcess, { ChildProcess } from "node:child_process"
import { syncBuiltinESMExports } from "node:module"
import { isMainThread } from "node:worker_threads"

const folder = process.env["BENCH_PROFILES"]

if (isMainThread && folder !== undefined) {
  const { fork } = childProcess
  const own = new URL("./child.ts", import.meta.url).href
  // Without the restraints, which forbid to write the profile: they cost nothing that a profile would show.
  const flags = ["--disallow-code-generation-from-strings", "--import", own, "--cpu-prof", "--cpu-prof-dir", folder]
  childProcess.fork = ((module: string | URL, options: childProcess.ForkOptions) =>
    fork(module, [], { ...options, execArgv: flags })) as typeof fork
  syncBuiltinESMExports()
  // oxlint-disable-next-line typescript/unbound-method -- called with its process
  const { kill } = ChildProcess.prototype
  // A process that is killed writes nothing.
  ChildProcess.prototype.kill = function end(this: ChildProcess, signal?: NodeJS.Signals | number): boolean {
    return kill.call(this, signal === "SIGKILL" ? "SIGUSR2" : signal)
  }
}
