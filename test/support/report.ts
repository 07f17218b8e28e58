/** A delivery status report as Python's email package reads it: somebody else's eyes. RFC 3464. */
import { runProcess } from "./process.ts"

export interface Report {
  readonly type: string
  readonly reportType: string
  /** Content types of the parts. */
  readonly parts: readonly string[]
  /** What Python found wrong with it. */
  readonly defects: readonly string[]
  readonly subject: string
  readonly autoSubmitted: string
  /** Per-message fields, lower case names. */
  readonly message: Readonly<Record<string, string>>
  /** Final-Recipient, Action and Status of each recipient. */
  readonly recipients: readonly Readonly<Record<string, string>>[]
  /** Every field of each recipient. */
  readonly details: readonly Readonly<Record<string, string>>[]
  /** The part that people read. */
  readonly text: string
  /** The last part: the returned message or its header. */
  readonly returned: string
}

const SCRIPT = `
import email, email.policy, json, sys
m = email.message_from_bytes(sys.stdin.buffer.read(), policy=email.policy.SMTP)
parts = list(m.iter_parts())
status = [p for p in parts if p.get_content_type().endswith("delivery-status")][0]
blocks = [{k.lower(): str(v) for k, v in b.items()} for b in status.get_payload() if b.items()]
last = parts[-1].get_payload()
keep = ("final-recipient", "action", "status")
json.dump({
  "type": m.get_content_type(),
  "reportType": m.get_param("report-type"),
  "parts": [p.get_content_type() for p in parts],
  "defects": [repr(d) for p in m.walk() for d in p.defects],
  "subject": str(m["subject"]),
  "autoSubmitted": str(m["auto-submitted"]),
  "message": blocks[0],
  "recipients": [{k: v for k, v in b.items() if k in keep} for b in blocks[1:]],
  "details": blocks[1:],
  "text": parts[0].get_body(preferencelist=("plain",)).get_content(),
  "returned": last if isinstance(last, str) else last[0].as_string(),
}, sys.stdout)
`

export async function readReport(bytes: Uint8Array): Promise<Report> {
  const { code, stdout, stderr } = await runProcess(["python3", "-X", "utf8", "-c", SCRIPT], { input: bytes })
  if (code !== 0) throw new Error(`python3 cannot read the report: ${stderr}`)
  return JSON.parse(stdout) as Report
}
