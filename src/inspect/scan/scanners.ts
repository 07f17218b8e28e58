/** All scanners that the settings name, asked side by side about everything that one message holds. */
import type { Settings } from "../../config/schema.ts"
import type { Millis } from "../../mail/transaction.ts"
import { createCache } from "./cache.ts"
import { createClamd } from "./clamav.ts"
import { createIcap, type IcapOptions } from "./icap.ts"
import { type Health, readScan, type Scan, type Scanner, type Target } from "./scan.ts"
import { createYara } from "./yara.ts"

/** The part of the settings that names scanners. */
export type ScannerSettings = Pick<Settings["scan"], "clamd" | "yara" | "signatures" | "cache"> & {
  readonly icap: readonly IcapOptions[]
}

export interface Scanners {
  /** There is one that knows malware; rules of one's own are none. */
  readonly hasAntivirus: boolean
  /** How many there are of all kinds. */
  readonly count: number
  /** Every answer of every scanner to one target. `part`: lies within another target that antivirus unpacks by itself. */
  scan(target: Target, part: "whole" | "part", signal: AbortSignal): Promise<readonly Scan[]>
}

/** Connections to one scanner at once, all inspections of this process together; clamd's own MaxThreads is 10. */
const CONNECTIONS = 4

/** What other processes, and other gateways, were told by the same scanners. */
export interface Shared {
  recall(name: string): Promise<string | null>
  remember(name: string, value: string, span: Millis): void
}

export const NOBODY: Shared = { recall: () => Promise.resolve(null), remember: () => {} }

export function createScanners(
  settings: ScannerSettings,
  now: () => number = Date.now,
  shared: Shared = NOBODY,
): Scanners {
  const antivirus = antivirusOf(settings, now)
  const rules = settings.yara === null ? [] : [createYara(settings.yara)]
  const remembered = createCache(settings.cache, now)
  const asking = [...antivirus, ...rules].map((scanner) => ({ scanner, turn: createTurns(CONNECTIONS) }))

  const ask = async (
    { scanner, turn }: (typeof asking)[number],
    target: Target,
    signal: AbortSignal,
  ): Promise<Scan> => {
    const signatures = settings.cache === 0 ? null : await scanner.signatures(signal)
    const key = signatures === null ? null : `${scanner.name} ${signatures} ${target.sha256}`
    if (key === null) return turn(() => scanner.scan(target, signal))
    const known = remembered.get(key) ?? readScan(await shared.recall(key))
    if (known !== null) {
      remembered.put(key, known)
      return known
    }
    const said = await turn(() => scanner.scan(target, signal))
    remembered.put(key, said)
    if (said.is !== "failed") shared.remember(key, JSON.stringify(said), settings.cache)
    return said
  }
  return {
    hasAntivirus: antivirus.length > 0,
    count: asking.length,
    scan: (target, part, signal) =>
      Promise.all(
        asking
          .filter(({ scanner }) => part === "whole" || rules.includes(scanner))
          .map((one) => ask(one, target, signal)),
      ),
  }
}

function antivirusOf({ clamd, icap, signatures }: ScannerSettings, now: () => number): readonly Scanner[] {
  const { age, outdated } = signatures
  return [
    ...(clamd === null ? [] : [createClamd({ target: clamd, age, outdated, now })]),
    ...icap.map((server) => createIcap(server, now)),
  ]
}

/** How the scanners are, for `/readyz`: the worst of them. */
export function createScannerHealth(
  settings: ScannerSettings,
  now: () => number = Date.now,
): (patience: Millis) => Promise<Health> {
  const antivirus = antivirusOf(settings, now)
  const scanners = [...antivirus, ...(settings.yara === null ? [] : [createYara(settings.yara)])]
  return async (patience) => {
    const signal = AbortSignal.timeout(patience)
    const all = await Promise.all(scanners.map((scanner) => scanner.health(signal)))
    const worst = all.find(({ state }) => state === "down") ?? all.find(({ state }) => state === "degraded")
    if (worst !== undefined) return worst
    return antivirus.length > 0 ? { state: "ok" } : { state: "degraded", why: "no malware scanner is configured" }
  }
}

/** Lets so many run at once; the others wait in order. */
function createTurns(limit: number): <T>(run: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = []
  let free = limit
  return async (run) => {
    if (free > 0) free--
    else await new Promise<void>((resolve) => waiting.push(resolve))
    try {
      return await run()
    } finally {
      const next = waiting.shift()
      if (next === undefined) free++
      else next()
    }
  }
}
