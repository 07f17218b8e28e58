/** YARA rules of a folder, run inside this process. What a rule's author calls suspicious is no malware yet. */
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join as path } from "node:path"
import { type Found, printableAscii, type Scan, type Scanner } from "./scan.ts"

/** What we use of the engine (YARA-X): its package has no types of its own. */
interface Engine {
  compile(source: string): Rules
}
interface Rules {
  addRuleSource(source: string): void
  scanAsync(octets: Buffer): Promise<readonly Match[]>
}
interface Match {
  readonly ruleIdentifier: string
  readonly tags: readonly string[]
  readonly meta: Readonly<Record<string, unknown>>
}

const PACKAGE = "@litko/yara-x-linux-x64-gnu"
/** Octets of one file of rules. */
const LARGEST = 20_000_000

export type Loaded =
  | { readonly is: "rules"; readonly rules: Rules; readonly version: string }
  | { readonly is: "faulty"; readonly faults: readonly string[] }

/** All rules of the folder (`*.yar`, `*.yara`), or every fault. */
export function loadRules(folder: string): Loaded {
  const engine = load()
  if (engine === null) return { is: "faulty", faults: ["the YARA engine, which this platform does not have"] }
  const hash = createHash("sha256")
  const faults: string[] = []
  let rules: Rules | null = null
  for (const name of names(folder, faults)) {
    try {
      const source = readFileSync(path(folder, name))
      if (source.length > LARGEST) throw new Error(`more than ${LARGEST} octets`)
      const text = source.toString("utf8")
      hash.update(source)
      if (rules === null) rules = engine.compile(text)
      else rules.addRuleSource(text)
    } catch (error) {
      faults.push(`${name}: ${error instanceof Error ? (error.message.split("\n")[0] ?? "") : "unreadable"}`)
    }
  }
  if (faults.length > 0) return { is: "faulty", faults }
  if (rules === null) return { is: "faulty", faults: ["a folder with *.yar files"] }
  return { is: "rules", rules, version: hash.digest("hex") }
}

function names(folder: string, faults: string[]): readonly string[] {
  try {
    return readdirSync(folder)
      .filter((name) => /\.yara?$/i.test(name))
      .toSorted()
  } catch (error) {
    faults.push(error instanceof Error && "code" in error ? String(error.code) : "unreadable")
    return []
  }
}

/** Null where the optional package is not installed, or not for this system. */
function load(): Engine | null {
  try {
    const engine: unknown = createRequire(import.meta.url)(PACKAGE)
    return isEngine(engine) ? engine : null
  } catch {
    return null
  }
}

function isEngine(engine: unknown): engine is Engine {
  return typeof engine === "object" && engine !== null && "compile" in engine && typeof engine.compile === "function"
}

export function createYara(folder: string): Scanner {
  const loaded = loadRules(folder)
  return {
    name: "yara",
    async scan({ octets }, signal) {
      if (loaded.is === "faulty") return { is: "failed", why: "rules" }
      if (signal.aborted) return { is: "failed", why: "timeout" }
      const chunks: Uint8Array[] = []
      for await (const chunk of octets()) chunks.push(chunk)
      const [only] = chunks
      const bytes = only instanceof Buffer && chunks.length === 1 ? only : Buffer.concat(chunks)
      return judge(await within(loaded.rules.scanAsync(bytes), signal))
    },
    signatures: () => Promise.resolve(loaded.is === "rules" ? loaded.version : null),
    health: () =>
      Promise.resolve(
        loaded.is === "rules" ? { state: "ok" } : { state: "down", why: `yara: ${loaded.faults.join("; ")}` },
      ),
  }
}

async function within(matching: Promise<readonly Match[]>, signal: AbortSignal): Promise<readonly Match[] | string> {
  const late = Promise.withResolvers<string>()
  const abort = (): void => late.resolve("timeout")
  signal.addEventListener("abort", abort, { once: true })
  try {
    return await Promise.race([matching, late.promise])
  } catch (error) {
    return `error: ${printableAscii(error instanceof Error ? error.message : "unknown")}`
  } finally {
    signal.removeEventListener("abort", abort)
  }
}

function judge(matches: readonly Match[] | string): Scan {
  if (typeof matches === "string") return { is: "failed", why: matches }
  const bad = matches.filter((match) => !isSuspicion(match))
  const [first] = bad.length > 0 ? bad : matches
  if (first === undefined) return { is: "clean" }
  const name = `YARA.${printableAscii(first.ruleIdentifier)}`
  const found: Found = bad.length > 0 ? { kind: "malware", name } : { kind: "active-content", name, why: "suspicious" }
  return { is: bad.length > 0 ? "malicious" : "suspicious", found }
}

/** `meta: severity = "suspicious"`, or a tag of that name. */
function isSuspicion({ tags, meta }: Match): boolean {
  return (
    tags.some((tag) => tag.toLowerCase() === "suspicious") ||
    /^suspicious$/i.test(typeof meta["severity"] === "string" ? meta["severity"] : "")
  )
}
