/** `npm run bench -- --profile`: where this gateway's time goes under a load, thread by thread. */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { startOurs } from "../contenders.ts"
import type { Load } from "../loads.ts"
import { measure } from "../measure.ts"
import { print, readProfiles } from "./read.ts"

export async function profile(load: Load, messages: number): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), "congthu-profile-"))
  const preload = new URL("./main.ts", import.meta.url).href
  const flags = ["--cpu-prof", "--cpu-prof-dir", folder, "--import", preload]
  process.env["BENCH_PROFILES"] = folder
  try {
    const figure = await measure((nextHop) => startOurs(nextHop, flags), load, messages)
    if (figure === null) return "  not measured"
    const threads = readProfiles(folder, figure.span)
    const head = `  ${figure.cpu.toFixed(2)} ms CPU a message, the profiler's own included; below, ms on the clock while a thread was not idle`
    return `${head}\n${print(threads, messages)}`
  } finally {
    delete process.env["BENCH_PROFILES"]
    rmSync(folder, { recursive: true, force: true })
  }
}
