/** A real redis-server on a port of its own, with nothing on disk. */
import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { setTimeout as sleep } from "node:timers/promises"
import { freePorts, startProcess, type Running } from "./process.ts"

const PROGRAM = "/usr/bin/redis-server"
/** Of a test: why it is skipped here, or false. */
export const noRedis = existsSync(PROGRAM) ? false : "redis-server is not installed"

export type RedisServer = Awaited<ReturnType<typeof startRedis>>

export async function startRedis() {
  const [port = 0] = await freePorts(1)
  let running: Running = launch()
  function launch(): Running {
    const options = [
      "--port",
      String(port),
      "--bind",
      "127.0.0.1",
      "--save",
      "",
      "--appendonly",
      "no",
      "--dir",
      tmpdir(),
    ]
    return startProcess([PROGRAM, ...options])
  }
  async function listens(): Promise<void> {
    await running.until("redis-server listens", () => /Ready to accept connections/.test(running.output.stdout))
  }
  await listens()
  const end = async (): Promise<void> => {
    running.kill("SIGKILL")
    await running.ended
  }
  return {
    url: `redis://127.0.0.1:${port}/1`,
    /** It is there and answers nothing. */
    hang: () => running.kill("SIGSTOP"),
    goOn: () => running.kill("SIGCONT"),
    /** Ended, all it knew forgotten. */
    kill: end,
    async startAgain(): Promise<void> {
      running = launch()
      await listens()
    },
    [Symbol.asyncDispose]: end,
  }
}

/** Looks every 10 ms until it holds. */
export async function soon(what: string, holds: () => boolean | Promise<boolean>, span = 8_000): Promise<void> {
  const end = Date.now() + span
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what}: not within ${span} ms`)
    await sleep(10)
  }
}
