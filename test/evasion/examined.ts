/** A message as the gateway looks at it, without its processes: what is found in it, and what the shipped policy makes of that. */
import { decide } from "../../src/decide/decide.ts"
import { createInspect } from "../../src/inspect/inspect.ts"
import { known } from "../../src/mail/evidence.ts"
import { allFiles, type File } from "../../src/mail/file.ts"
import type { Finding } from "../../src/mail/finding.ts"
import { parse } from "../../src/parse/parse.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { readMessage } from "../unpack/opened.ts"
import { address, evidence, transaction } from "../decide/evidence.ts"
import { chunks } from "../parse/read.ts"
import { shipped } from "../policy/shipped.ts"

export const FORBIDDEN = ["exe", "com", "scr", "js", "vbs"]

const POLICY = shipped().prepared
const unpack = createUnpack({ passwords: [] }, readMessage)

export const SCAN = {
  icap: [],
  yara: null,
  signatures: { age: 1, outdated: "degraded" },
  cache: 0,
  badFiles: [],
} as const

export interface Seen {
  readonly files: readonly File[]
  readonly findings: readonly Finding[]
  /** Of a stranger's message to a mailbox of ours. */
  readonly disposition: string
  readonly decisive: readonly string[]
}

/** `clamd` null: no scanner is asked. */
export async function examined(octets: Buffer, clamd: string | null = null): Promise<Seen> {
  const signal = new AbortController().signal
  const unpacking = unpack(signal)
  const parsed = await parse(() => chunks(octets), unpacking.part)
  const files = await unpacking.open({ ...parsed, passwords: [] })
  const inspect = createInspect({ ...SCAN, clamd, forbidden: FORBIDDEN })
  const { seen } = await inspect(
    { files, parsed: parsed.findings, raw: () => chunks(octets), size: octets.length, sha256: "" },
    signal,
  )
  const findings = seen.filter(({ why }) => why !== "no-scanner")
  const verdict = decide(
    POLICY,
    evidence({
      transaction: transaction("an@example.org", ["b@tuyenquang.gov.vn"]),
      recipient: address("b@tuyenquang.gov.vn"),
      direction: "inbound",
      senderUnit: null,
      senderClass: null,
      recipientUnit: "tuyenquang",
      recipientClass: "ordinary",
      recipientWebmail: null,
      authenticated: false,
      findings: known(findings),
    }),
  )
  if (verdict === "pending") throw new Error("pending")
  return { files: [...allFiles(files)], findings, disposition: verdict.disposition, decisive: verdict.decisive }
}

/** Does not reach its recipient as it is. */
export function isStopped({ disposition }: Seen): boolean {
  return ["hold", "quarantine", "reject", "refuse"].includes(disposition)
}
