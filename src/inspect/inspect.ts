/** Judges the files of one message and asks the scanner: their tree and raw octets in, attachments and findings out. */
import { createHash } from "node:crypto"
import type { Settings } from "../config/schema.ts"
import { failed, known } from "../mail/evidence.ts"
import type { Examination } from "../mail/examination.ts"
import { allFiles, type File, mimeOf, type SeenFile } from "../mail/file.ts"
import type { Finding } from "../mail/finding.ts"
import type { Attachment, Path } from "../mail/message.ts"
import { judge } from "./file.ts"
import { createKnownBad, type KeptList } from "./known-bad.ts"
import { printable } from "./name.ts"
import { join, type Octets, type Scan, type Target } from "./scan/scan.ts"
import { createScanners, NOBODY, type ScannerSettings, type Shared } from "./scan/scanners.ts"

/** The part of the settings that says how to look, and the lists of bad files as they are kept. */
export type InspectSettings = ScannerSettings &
  Pick<Settings["scan"], "forbidden"> &
  Partial<Pick<Settings["scan"], "allowed">> & { readonly badFiles: readonly (KeptList | null)[] }

export interface Finished extends Pick<Examination, "findings" | "seen"> {
  /** Every file, also inside others. */
  readonly contained: readonly SeenFile[]
  readonly attachments: readonly Attachment[]
}

/** What one message gives to look at. */
export interface Inspected {
  readonly files: readonly File[]
  /** Findings of the parser. */
  readonly parsed: readonly Finding[]
  /** The whole message, asked for only when there is a scanner. */
  readonly raw: () => Octets
  readonly size: number
  /** Of the whole message, hex. */
  readonly sha256: string
}

/**
 * Asks the scanner, which nobody did before: what is not allowed out of this process never gets here. Resolves when
 * everything has been looked at or the deadline, which is the signal, has passed.
 */
export type Inspect = (inspected: Inspected, signal: AbortSignal) => Promise<Finished>

/** Findings of one kind and reason that are told; a policy asks for the kind, a person reads the first. */
const ALIKE = 20

/** `shared`: what others have learned of the same octets. */
export function createInspect(settings: InspectSettings, shared: Shared = NOBODY): Inspect {
  const { allowed = null } = settings
  const rules = { forbidden: new Set(settings.forbidden), allowed: allowed === null ? null : new Set(allowed) }
  const scanners = createScanners(settings, Date.now, shared)
  const knownBad = createKnownBad(settings.badFiles)

  return async (inspected, signal) => {
    const { files, parsed } = inspected
    const digests = new Map([...allFiles(files)].map((file) => [file, digestOf(file)]))
    const attachments = files.map((file) => attachmentOf(file, digests.get(file) ?? ""))
    const bad = [...digests].map(([file, sha256]) => knownBad.find(file, sha256)).filter((found) => found !== null)
    const unscanned = scanners.hasAntivirus
      ? []
      : files.map(({ at }): Finding => ({ kind: "unscannable", at, why: "no-scanner" }))
    const local = [...parsed, ...files.flatMap((file) => judge(file, rules)), ...bad, ...unscanned]
    // Read, unsealed and proven once, however many want it.
    const raw = scanners.count > 1 ? gathered(inspected.raw) : inspected.raw
    const answers = await askAll({ ...inspected, raw }, digests, (target, part) => scanners.scan(target, part, signal))
    // Antivirus says of a sealed file that it is sealed; when we could open all of them, nothing stayed unseen.
    const isOpen =
      [...digests.keys()].some(wasSealed) && !local.some(({ kind, why }) => kind === "encrypted" && why !== "opened")
    const told = answers.filter(({ scan }) => !(isOpen && scan.is === "unscannable" && scan.found.kind === "encrypted"))
    const parts = told.filter(({ at }) => at !== "").flatMap(findingsOf)
    const better = [...local, ...parts]
    // What the scan of a part says, the scan of the whole message says again with less to it.
    const whole = told.filter(({ at }) => at === "").flatMap(findingsOf)
    const only = whole.filter((found) => !better.some((other) => alike(other) === alike(found)))
    const seen = few([...better, ...only])
    const lists: Scan[] = knownBad.broken && bad.length === 0 ? [{ is: "failed", why: "hash-list" }] : []
    const verdict = join([...answers.map(({ scan }) => scan), ...lists])
    const contained = [...digests].slice(0, MOST_REMEMBERED).map(([file, sha256]) => seenFile(file, sha256))
    return { attachments, contained, findings: verdict.is === "failed" ? failed(verdict.why) : known(seen), seen }
  }
}

/** Files of one message that are remembered; the first are those that its reader sees. */
const MOST_REMEMBERED = 1_000

function seenFile({ at, names }: File, sha256: string): SeenFile {
  return { sha256, at, name: printable(names[0] ?? "") }
}

interface Answer {
  readonly at: Path
  readonly scan: Scan
}

type Ask = (target: Target, part: "whole" | "part") => Promise<readonly Scan[]>

/** The message as a whole, each of its files, and what is in them for scanners that do not unpack. */
async function askAll(
  { files, raw, size, sha256 }: Inspected,
  digests: ReadonlyMap<File, string>,
  ask: Ask,
): Promise<readonly Answer[]> {
  const whole: Target = { octets: raw, size, sha256, name: "" }
  const asked = [...digests].map(async ([file, digest]) => {
    const target = { octets: () => [file.bytes], size: file.bytes.length, sha256: digest, name: file.names[0] ?? "" }
    const scans = await ask(target, files.includes(file) || wasSealed(file) ? "whole" : "part")
    return scans.map((scan) => ({ at: file.at, scan }))
  })
  const answers = await Promise.all([
    ask(whole, "whole").then((scans) => scans.map((scan) => ({ at: "", scan }))),
    ...asked,
  ])
  return answers.flat()
}

/** The same octets in one piece, for everybody who asks. */
function gathered(octets: () => Octets): () => Octets {
  let all: Promise<Buffer> | null = null
  return async function* () {
    all ??= gather(octets())
    yield await all
  }
}

async function gather(octets: Octets): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of octets) pieces.push(piece)
  return Buffer.concat(pieces)
}

/** A password of the message opened it: an antivirus that does not know the password has not seen it. */
function wasSealed({ findings }: File): boolean {
  return findings.some(({ kind, why }) => kind === "encrypted" && why === "opened")
}

function findingsOf({ at, scan }: Answer): Finding[] {
  return scan.is === "clean" || scan.is === "failed" ? [] : [{ ...scan.found, at }]
}

function digestOf({ bytes }: File): string {
  return createHash("sha256").update(bytes).digest("hex")
}

function attachmentOf(file: File, sha256: string): Attachment {
  const { at, claimed, names, size } = file
  return { at, claimed, names: names.map(printable), type: mimeOf(file), size, sha256 }
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
