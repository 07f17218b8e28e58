/** Tells an authenticated sender which recipients were rejected beside accepted ones: the report that joins the acceptance. */
import type { Acceptance } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import { headerBlock } from "../notify/dsn.ts"
import { acceptReport, type ReportSettings } from "../notify/reports.ts"
import type { Bodies } from "../store/store.ts"
import { summary } from "./act.ts"
import type { Judgement, Rejected } from "./plan.ts"

export interface ReportDeps {
  readonly bodies: Bodies
  readonly settings: ReportSettings
  readonly now: Instant
}

/** Octets of the original that are read to find its header block. */
const HEADER = 50_000

/** Throws for the null reverse-path, which is never told anything. RFC 3834 §2. */
export async function reportRejections(
  judgement: Judgement,
  rejected: Rejected,
  deps: ReportDeps,
): Promise<Acceptance> {
  const { transaction, spooled } = judgement
  const { from } = transaction.envelope
  if (from === null) throw new Error("a report to the null reverse-path")
  const recipients = rejected.map(({ recipient, reply }) => ({
    recipient,
    status: reply.status,
    reply: `${reply.code} ${reply.status} ${reply.text}`,
    nextHop: null,
    why: "",
  }))
  const octets = headerBlock(await beginning(deps.bodies.read(spooled)))
  const about = {
    kind: "failure" as const,
    to: from,
    original: { transaction, summary: summary(judgement) },
    recipients,
    retryUntil: null,
    returned: { part: "headers" as const, octets },
  }
  return acceptReport(about, deps.settings, deps.now, async (report) => {
    const writer = deps.bodies.open()
    await writer.write(report)
    return writer.finish()
  })
}

async function beginning(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= HEADER) break
  }
  return Buffer.concat(chunks).subarray(0, HEADER)
}
