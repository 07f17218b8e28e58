/** What the machine has left for mail, looked at each second; `/readyz` tells when new mail is turned away. */
import { statfs } from "node:fs/promises"
import { type Room, shortageOf } from "../receive/load.ts"
import type { Limits } from "../config/schema.ts"
import type { Millis } from "../mail/transaction.ts"
import type { Health } from "../telemetry/health.ts"
import type { Log } from "../telemetry/log.ts"

export interface RoomWatch {
  /** As last seen. */
  readonly now: () => Room
  stop(): void
}

export interface RoomDeps {
  /** The store's directory. */
  readonly path: string
  readonly limits: () => Limits
  readonly health: Health
  readonly log: Log
}

/** What comes within this span must fit into the floors: 100 MB and more. */
const LOOK: Millis = 1_000

const WORDS: Readonly<Record<keyof Room, string>> = {
  space: "too little disk space is free: new mail waits at its senders",
  inodes: "too few inodes are free: new mail waits at its senders",
  memory: "too much memory is in use: new mail waits at its senders",
}

export async function watchRoom({ path, limits, health, log }: RoomDeps): Promise<RoomWatch> {
  let seen: Room = { space: Infinity, inodes: Infinity, memory: 0 }
  let told: keyof Room | null = null

  async function look(): Promise<void> {
    try {
      const { bavail, bsize, files, ffree } = await statfs(path)
      // Some file systems count no inodes.
      seen = { space: bavail * bsize, inodes: files === 0 ? Infinity : ffree, memory: process.memoryUsage.rss() }
    } catch (error) {
      log.error("the store's file system does not answer", { error })
      return
    }
    const shortage = shortageOf(limits(), seen, 0)
    if (shortage === null) health.report("room", "ok")
    else health.report("room", "degraded", WORDS[shortage])
    if (shortage !== told && shortage !== null) log.warn(WORDS[shortage], { ...seen })
    if (shortage !== told && shortage === null) log.info("there is room for mail again", { ...seen })
    told = shortage
  }

  await look()
  const timer = setInterval(() => void look(), LOOK).unref()
  return { now: () => seen, stop: () => clearInterval(timer) }
}
