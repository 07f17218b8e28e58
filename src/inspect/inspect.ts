/** Looks into the leaves of one message and asks the scanner: parts and raw octets in, attachments and findings out. */
import { createHash } from "node:crypto"
import type { Settings } from "../config/schema.ts"
import { failed, known } from "../mail/evidence.ts"
import type { Examination } from "../mail/examination.ts"
import type { Finding } from "../mail/finding.ts"
import type { Attachment, Path } from "../mail/message.ts"
import type { Part } from "../mail/part.ts"
import { type Octets, type Scan, scan } from "./clamav.ts"
import { lookAt } from "./file.ts"
import { printable } from "./name.ts"
import { typeOf } from "./type.ts"
import { createBudget } from "./zip.ts"

/** The part of the settings that says how to look. */
export type InspectSettings = Pick<Settings["scan"], "clamd" | "forbidden">

/** The octets of an attachment, for whoever reads the text in it. */
export interface Inspected extends Pick<Attachment, "at" | "names" | "type"> {
  readonly bytes: Buffer
}

export interface Inspection {
  /** To be given every leaf, in order; resolves when it has been looked at here. */
  readonly part: (part: Part) => Promise<void>
  /** What `part` was given and is no body text. */
  files(): readonly Inspected[]
  /**
   * Asks the scanner, which nobody did before: what is not allowed out of this process never gets here. Resolves when
   * everything has been looked at or the deadline has passed; `parsed` are the findings of the parser.
   */
  finish(parsed: readonly Finding[]): Promise<Finished>
}

export interface Finished extends Pick<Examination, "findings" | "seen"> {
  readonly attachments: readonly Attachment[]
}

/** Begins one inspection; `raw` is the whole message, asked for only when there is a scanner. The signal is the deadline. */
export type Inspect = (raw: () => Octets, signal: AbortSignal) => Inspection

/** Connections to the scanner at once, all inspections of this process together; clamd's own MaxThreads is 10. */
const CONNECTIONS = 4
/** Findings of one kind and reason that are told; a policy asks for the kind, a person reads the first. */
const ALIKE = 20

export function createInspect(settings: InspectSettings): Inspect {
  const forbidden = new Set(settings.forbidden)
  const { clamd } = settings
  const turn = createTurns(CONNECTIONS)

  return (raw, signal) => {
    const budget = createBudget(signal)
    const attachments: Attachment[] = []
    const findings: Finding[] = []
    const files: Inspected[] = []
    const ask = (target: string, octets: () => Octets): Promise<Scan> => turn(() => scan(target, octets, signal))

    const part = async (leaf: Part): Promise<void> => {
      const hash = createHash("sha256")
      const chunks: Uint8Array[] = []
      for await (const chunk of leaf.content) {
        hash.update(chunk)
        chunks.push(chunk)
      }
      const bytes = Buffer.concat(chunks)
      if (isBody(leaf, bytes)) return
      const { at, claimed } = leaf
      const look = await lookAt({ at, claimed, names: leaf.names, bytes }, { forbidden, budget })
      const names = leaf.names.map(printable)
      const type = look.type?.mime ?? claimed
      attachments.push({ at, claimed, names, type, size: bytes.length, sha256: hash.digest("hex") })
      files.push({ at, names, type, bytes })
      findings.push(...look.findings)
      if (clamd === null) findings.push({ kind: "unscannable", at, why: "no-scanner" })
    }

    const finish: Inspection["finish"] = async (parsed) => {
      const local = [...parsed, ...findings]
      if (clamd === null) return complete(attachments, few(local))
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
    return { part, files: () => files, finish }
  }
}

/** Text that a mail program shows as the body is the raw scan's matter, unless its octets are a program or an archive after all. */
function isBody(part: Part, bytes: Buffer): boolean {
  const plain = part.isText && part.names.length === 0 && part.disposition !== "attachment"
  return plain && (!bytes.subarray(0, 512).includes(0) || typeOf(bytes) === null)
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
