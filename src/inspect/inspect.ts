/** Judges the files of one message and asks the scanner: their tree and raw octets in, attachments and findings out. */
import { createHash } from "node:crypto"
import type { Settings } from "../config/schema.ts"
import { failed, known } from "../mail/evidence.ts"
import type { Examination } from "../mail/examination.ts"
import { type File, mimeOf } from "../mail/file.ts"
import type { Finding } from "../mail/finding.ts"
import type { Attachment, Path } from "../mail/message.ts"
import { type Octets, type Scan, scan } from "./clamav.ts"
import { judge } from "./file.ts"
import { printable } from "./name.ts"

/** The part of the settings that says how to look. */
export type InspectSettings = Pick<Settings["scan"], "clamd" | "forbidden"> & Partial<Pick<Settings["scan"], "allowed">>

export interface Finished extends Pick<Examination, "findings" | "seen"> {
  readonly attachments: readonly Attachment[]
}

/** What one message gives to look at. */
export interface Inspected {
  readonly files: readonly File[]
  /** Findings of the parser. */
  readonly parsed: readonly Finding[]
  /** The whole message, asked for only when there is a scanner. */
  readonly raw: () => Octets
}

/**
 * Asks the scanner, which nobody did before: what is not allowed out of this process never gets here. Resolves when
 * everything has been looked at or the deadline, which is the signal, has passed.
 */
export type Inspect = (inspected: Inspected, signal: AbortSignal) => Promise<Finished>

/** Connections to the scanner at once, all inspections of this process together; clamd's own MaxThreads is 10. */
const CONNECTIONS = 4
/** Findings of one kind and reason that are told; a policy asks for the kind, a person reads the first. */
const ALIKE = 20

export function createInspect(settings: InspectSettings): Inspect {
  const { allowed = null } = settings
  const rules = { forbidden: new Set(settings.forbidden), allowed: allowed === null ? null : new Set(allowed) }
  const { clamd } = settings
  const turn = createTurns(CONNECTIONS)

  return async ({ files, parsed, raw }, signal) => {
    const ask = (target: string, octets: () => Octets): Promise<Scan> => turn(() => scan(target, octets, signal))
    const attachments = files.map(attachmentOf)
    const local = [...parsed, ...files.flatMap((file) => judge(file, rules))]
    if (clamd === null) {
      const unscanned = files.map(({ at }): Finding => ({ kind: "unscannable", at, why: "no-scanner" }))
      return complete(attachments, few([...local, ...unscanned]))
    }
    const answers = await Promise.all([ask(clamd, raw), ...files.map(({ bytes }) => ask(clamd, () => [bytes]))])
    const [whole = [], ...parts] = answers.map((said, index) => findingsOf(said, files[index - 1]?.at ?? ""))
    const better = [...local, ...parts.flat()]
    // What the scan of a part says, the scan of the whole message says again with less to it.
    const only = whole.filter((found) => !better.some((other) => alike(other) === alike(found)))
    const seen = few([...better, ...only])
    const broken = answers.find((said) => said.is === "failed")
    // Nothing worse than malware could be found where another scan failed.
    if (broken === undefined || seen.some(({ kind }) => kind === "malware")) return complete(attachments, seen)
    return { attachments, findings: failed(broken.why), seen }
  }
}

function attachmentOf(file: File): Attachment {
  const { at, claimed, names, size, bytes } = file
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { at, claimed, names: names.map(printable), type: mimeOf(file), size, sha256 }
}

function complete(attachments: readonly Attachment[], seen: readonly Finding[]): Finished {
  return { attachments, findings: known(seen), seen }
}

function findingsOf(said: Scan, at: Path): Finding[] {
  if (said.is === "over-limit") return [{ kind: "unscannable", at, why: "too-large" }]
  return said.is === "found" ? [named(said.name, at)] : []
}

/** What clamd's own heuristics say is no malware, but something a policy rules on. clamd.conf(5): AlertExceedsMax, AlertEncrypted, AlertOLE2Macros. */
function named(name: string, at: Path): Finding {
  if (name.startsWith("Heuristics.Limits.Exceeded")) return { kind: "unscannable", at, why: "too-large" }
  if (name.startsWith("Heuristics.Encrypted.")) return { kind: "encrypted", at, name }
  if (name.startsWith("Heuristics.OLE2.ContainsMacros")) return { kind: "macro", at, name }
  return { kind: "malware", at, name }
}

/** A thousand alike say no more than a few. */
function few(findings: readonly Finding[]): readonly Finding[] {
  const counts = new Map<string, number>()
  return findings.filter(({ kind, why }) => {
    const count = (counts.get(`${kind} ${why}`) ?? 0) + 1
    counts.set(`${kind} ${why}`, count)
    return count <= ALIKE
  })
}

function alike({ kind, name, why }: Finding): string {
  return JSON.stringify([kind, name, why])
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
