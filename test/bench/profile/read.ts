/** `.cpuprofile` files of one run → where the time went: a table for each thread, functions by their own time. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"

interface Node {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
}

/** As V8 writes it; times are µs of the monotonic clock. */
interface CpuProfile {
  readonly nodes: readonly Node[]
  readonly startTime: number
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
}

export interface Span {
  /** µs of the monotonic clock. */
  readonly from: number
  readonly until: number
}

export interface Thread {
  /** `main`, `writer`, `child` … by what it ran. */
  readonly name: string
  /** Ms it did something in. */
  readonly busy: number
  /** Ms of their own, most first. */
  readonly functions: readonly { readonly name: string; readonly ms: number }[]
  /** The same by folder of `src`, package, or part of Node. */
  readonly places: readonly { readonly name: string; readonly ms: number }[]
}

/** Threads are known by the module only they run. */
const THREADS: readonly (readonly [string, RegExp])[] = [
  ["child", /\/src\/sandbox\/child\.ts$/],
  ["scribe", /\/src\/sandbox\/scribe-child\.ts$/],
  ["writer", /\/src\/store\/writer\.ts$/],
  ["index", /\/src\/store\/trace\/(?:take|worker)\.ts$/],
  ["main", /\/src\/main\.ts$/],
]

export function readProfiles(folder: string, span: Span): readonly Thread[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith(".cpuprofile"))
    .map((name) => threadOf(JSON.parse(readFileSync(join(folder, name), "utf8")) as CpuProfile, span))
    .toSorted((a, b) => b.busy - a.busy)
}

function threadOf(profile: CpuProfile, { from, until }: Span): Thread {
  const nodes = new Map(profile.nodes.map((node) => [node.id, node]))
  const functions = new Map<string, number>()
  const places = new Map<string, number>()
  let busy = 0
  let at = profile.startTime
  for (const [index, id] of profile.samples.entries()) {
    const spent = profile.timeDeltas[index + 1] ?? 0
    at += profile.timeDeltas[index] ?? 0
    const frame = nodes.get(id)?.callFrame
    if (frame === undefined || at < from || at > until || frame.functionName === "(idle)") continue
    const ms = spent / 1_000
    busy += ms
    add(functions, named(frame), ms)
    add(places, placeOf(frame), ms)
  }
  const urls = profile.nodes.map(({ callFrame }) => callFrame.url)
  const name = THREADS.find(([, module]) => urls.some((url) => module.test(url)))?.[0] ?? "other"
  return { name, busy, functions: sorted(functions), places: sorted(places) }
}

function add(sums: Map<string, number>, name: string, ms: number): void {
  sums.set(name, (sums.get(name) ?? 0) + ms)
}

function sorted(sums: ReadonlyMap<string, number>): Thread["functions"] {
  return [...sums].map(([name, ms]) => ({ name, ms })).toSorted((a, b) => b.ms - a.ms)
}

function named({ functionName, url, lineNumber }: Node["callFrame"]): string {
  const name = functionName === "" ? "(anonymous)" : functionName
  if (url === "") return name
  const short = url.replace(/^file:\/\/.*\/(src|node_modules)\//, "$1/")
  return `${name}  ${short}:${lineNumber + 1}`
}

function placeOf({ functionName, url }: Node["callFrame"]): string {
  if (url === "") return functionName.startsWith("(") ? functionName : "native"
  const [, folder] = /\/src\/([^/]+)\/[^/]/.exec(url) ?? []
  const [, library] = /\/node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(url) ?? []
  return library ?? folder ?? (url.startsWith("node:") ? url : "src")
}

export function print(threads: readonly Thread[], messages: number, most = 25): string {
  return threads
    .filter(({ busy }) => busy / messages >= 0.005)
    .map(({ name, busy, functions, places }) => {
      const line = (one: { readonly name: string; readonly ms: number }): string =>
        `    ${(one.ms / messages).toFixed(3).padStart(7)} ms ${((100 * one.ms) / busy).toFixed(1).padStart(5)} %  ${one.name}`
      return [
        `  ${name}: ${(busy / messages).toFixed(2)} ms a message`,
        ...places.slice(0, Math.ceil(most / 2)).map(line),
        "    by function",
        ...functions.slice(0, most).map(line),
      ].join("\n")
    })
    .join("\n")
}
