/** The settings as an administrator may read them on a page: flat, in the units people write, secrets hidden. Pure. */
import type { Settings } from "./schema.ts"

export interface Shown {
  readonly path: string
  readonly value: string
}

const HIDDEN = "•••"
const SECRET = /password|secret|token/i
/** Keys whose numbers are ms, and octets. */
const SPANS: ReadonlySet<string> = new Set(
  "retry expire delayNotice timeout age cache deadline keep quarantine events messages every commandTime sessionTime".split(
    " ",
  ),
)
const SIZES: ReadonlySet<string> = new Set("messageSize headerSize memory freeSpace maxSize".split(" "))

export function shownSettings(settings: Settings): readonly Shown[] {
  return flat("", settings)
}

function flat(path: string, value: unknown): readonly Shown[] {
  const name = path.split(/[.[]/).at(-1) ?? ""
  if (value !== null && value !== undefined && SECRET.test(path)) return [{ path, value: HIDDEN }]
  if (Array.isArray(value) && value.some((one) => typeof one === "object" && one !== null))
    return value.flatMap((one, at) => flat(`${path}[${at}]`, one))
  if (Array.isArray(value)) return [{ path, value: value.map((one) => plain(name, one)).join(", ") || "–" }]
  if (typeof value === "object" && value !== null)
    return Object.entries(value).flatMap(([key, one]) => flat(path === "" ? key : `${path}.${key}`, one))
  return [{ path, value: plain(name, value) }]
}

function plain(name: string, value: unknown): string {
  if (value === null || value === undefined) return "–"
  if (typeof value === "number" && SPANS.has(name)) return span(value)
  if (typeof value === "number" && SIZES.has(name)) return octets(value)
  if (typeof value !== "string") return JSON.stringify(value)
  // A password within an address, as of Redis.
  return value.replace(/^([a-z]+:\/\/[^/@:]*):[^@/]*@/i, `$1:${HIDDEN}@`)
}

const STEPS: readonly (readonly [number, string])[] = [
  [86_400_000, "d"],
  [3_600_000, "h"],
  [60_000, "m"],
  [1_000, "s"],
]

/** As it is written in the file: `36h`, not 1.5 days. */
function span(ms: number): string {
  const found = STEPS.find(([step]) => ms >= step && ms % step === 0)
  return found === undefined ? `${ms}ms` : `${ms / found[0]}${found[1]}`
}

function octets(count: number): string {
  const found = (["GiB", "MiB", "KiB"] as const).find(
    (_, at) => count >= 1_024 ** (3 - at) && count % 1_024 ** (3 - at) === 0,
  )
  if (found !== undefined) return `${count / 1_024 ** { GiB: 3, MiB: 2, KiB: 1 }[found]}${found}`
  return count >= 1_000_000 ? `${count / 1_000_000}MB` : `${count}B`
}
