/** `reload`: tells the running gateway to read settings and policy again. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import type { Settings } from "../config/schema.ts"
import { UsageError } from "./usage.ts"

/** Where the running gateway leaves its process id. */
export function pidFile(settings: Settings): string {
  return join(settings.store.path, "congthu.pid")
}

/** Sends SIGHUP. What became of it stands in the gateway's log; faulty settings leave the last good ones in force. */
export function reload(settings: Settings): void {
  const file = pidFile(settings)
  try {
    const pid = Number.parseInt(readFileSync(file, "utf8"), 10)
    if (!isGateway(pid)) throw new Error("its process is gone")
    process.kill(pid, "SIGHUP")
  } catch (error) {
    throw new UsageError(`${file}: no gateway is running here (${error instanceof Error ? error.message : "?"})`)
  }
  process.stdout.write("reload asked for / đã yêu cầu nạp lại\n")
}

/** A gateway that was killed leaves its number behind, which may be some other process's by now. proc(5). */
function isGateway(pid: number): boolean {
  if (!(pid > 1)) return false
  if (!existsSync("/proc/self/cmdline")) return true
  const words = readFileSync(`/proc/${pid}/cmdline`, "utf8").split("\0")
  return words.includes("start") && words.some((word) => word.endsWith("main.ts"))
}
