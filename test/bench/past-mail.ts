/** Mail of a day as the gateway would have judged and kept it: many senders, recipients and kinds. Deterministic. */
import type { Configuration } from "../../src/commands/assemble.ts"
import { decide } from "../../src/decide/decide.ts"
import { record, SECRET } from "../../src/decide/record.ts"
import type { MailEvent } from "../../src/mail/event.ts"
import { type Evidence, known } from "../../src/mail/evidence.ts"
import type { Finding } from "../../src/mail/finding.ts"
import { address, evidence, message, transaction } from "../decide/evidence.ts"

const LABELS = ["official", "unsure", "not-official", "not-official"] as const
const FINDINGS: readonly (readonly Finding[])[] = [
  [],
  [],
  [],
  [],
  [{ kind: "macro", at: "2" }],
  [{ kind: "unscannable", at: "2", why: "no-scanner" }],
  [{ kind: "encrypted", at: "2" }],
  [{ kind: "malware", at: "2", name: "Eicar-Signature" }],
]
/** One in so many may be secret, of which nothing is kept. */
const SECRET_EACH = 97

export function pastMail(
  n: number,
  { inForce: { prepared, directory } }: Configuration,
  since: number,
): { readonly event: MailEvent; readonly facts: string } {
  const given = evidenceOf(n, since, directory)
  const verdict = decide(prepared, given)
  if (verdict === "pending") throw new Error("all is known")
  const facts = n % SECRET_EACH === 1 ? SECRET : (record(prepared, [{ evidence: given, verdict }]) ?? SECRET)
  const kind = verdict.disposition === "hold" ? "held" : "accepted"
  const { id, at } = given.transaction
  return { event: { kind, at, transaction: id, recipient: null, by: "client", detail: {} }, facts }
}

function evidenceOf(n: number, since: number, directory: Configuration["inForce"]["directory"]): Evidence {
  const way = n % 3
  const ours = `canbo${(n * 7919) % 5_000}@phong${n % 40}.tuyenquang.gov.vn`
  const webmail = n % 2 === 0
  const stranger = `nguoi${(n * 104_729) % 20_000}@${webmail ? "gmail.com" : `d${n % 997}.vn`}`
  const [from, to] =
    way === 0 ? [ours, stranger] : way === 1 ? [stranger, ours] : [ours, `tiep${n % 99}@tuyenquang.gov.vn`]
  const [sender, recipient] = [address(from), address(to)]
  return evidence({
    transaction: { ...transaction(from, [to], since + n), id: `B${n.toString(36).toUpperCase().padStart(11, "0")}` },
    recipient,
    direction: way === 0 ? "outbound" : way === 1 ? "inbound" : "internal",
    authenticated: way !== 1,
    senderUnit: way === 1 ? null : directory.unitOf(sender),
    senderClass: way === 1 ? null : directory.classOf(sender),
    recipientUnit: directory.unitOf(recipient),
    recipientClass: directory.classOf(recipient),
    senderWebmail: way === 1 && webmail ? "google" : null,
    recipientWebmail: way === 0 && webmail ? "google" : null,
    thread: known(n % 5 === 0),
    identity: known({
      webmail: way === 1 && webmail ? [{ position: "from", address: from, provider: "google" }] : [],
      addresses: [{ position: "from", key: from, domain: sender.domain }],
    }),
    size: known(2_000 + (n % 1_000) * 997),
    message: known(message({ subject: `Báo cáo ${n % 500} về công tác tháng` })),
    findings: known(FINDINGS[(n * 31) % FINDINGS.length] ?? []),
    content: known({
      official: { label: LABELS[n % LABELS.length] ?? "unsure", score: n % 101, evidence: [] },
      circulation: n % 17 === 0 ? ("restricted" as const) : ("ordinary" as const),
      secrecy: "none" as const,
      personalData: { records: n % 41 === 0 ? 300 : 0 },
    }),
  })
}
