/** The shipped policy on files, delivery reports and roles, one sentence a row; what it does by content is told in `test/policy/`. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { decide } from "../../src/decide/decide.ts"
import { type Content, UNREAD } from "../../src/mail/content.ts"
import { type Evidence, failed, known } from "../../src/mail/evidence.ts"
import type { Finding, FindingKind } from "../../src/mail/finding.ts"
import { address, evidence, IDENTITY, message, transaction } from "../decide/evidence.ts"
import { shipped } from "../policy/shipped.ts"

const { prepared: PREPARED } = shipped()
const PRIVATE: Content = { ...UNREAD, official: { label: "not-official", score: 0, evidence: [] } }
const OFFICIAL: Content = { ...UNREAD, official: { label: "official", score: 90, evidence: [] } }
const FILE = message({
  attachments: [
    { at: "2", names: ["a.pdf"], claimed: "application/pdf", type: "application/pdf", size: 9, sha256: "" },
  ],
})

function found(kind: FindingKind, why?: string): Partial<Evidence> {
  const finding: Finding = why === undefined ? { kind, at: "2" } : { kind, at: "2", why }
  return { findings: known([finding]) }
}

/** To webmail, from an ordinary mailbox of the province. */
const OUT: Partial<Evidence> = { senderUnit: "tuyenquang", content: known(PRIVATE) }
/** From webmail, to an ordinary mailbox of the province. */
const IN: Partial<Evidence> = {
  transaction: transaction("binh@gmail.com", ["an@tuyenquang.gov.vn"]),
  recipient: address("an@tuyenquang.gov.vn"),
  direction: "inbound",
  senderUnit: null,
  recipientUnit: "tuyenquang",
  senderClass: null,
  recipientClass: "ordinary",
  senderWebmail: "google",
  recipientWebmail: null,
  authenticated: false,
  content: known(PRIVATE),
}
const CITIZEN: Partial<Evidence> = { ...IN, recipientClass: "public-service" }
const ELSEWHERE: Partial<Evidence> = { ...OUT, recipientWebmail: null, recipient: address("x@congty.vn") }
const REPORT = message({
  ...FILE,
  fields: [{ name: "Content-Type", value: "multipart/report; report-type=delivery-status", start: 0, end: 0 }],
})
function forwarded(name: string, value: string): ReturnType<typeof message> {
  return message({ fields: [{ name, value, start: 0, end: 0 }] })
}
const BOUNCE = transaction(null, ["binh@gmail.com"])
const FORWARDED: Partial<Evidence> = { ...OUT, senderUnit: null, senderClass: null, autoForwarded: true }

const ROWS: readonly [string, Partial<Evidence>, string][] = [
  [
    "a damaged file is quarantined, also where no scanner is configured",
    {
      ...OUT,
      findings: known([
        { kind: "unscannable", at: "2", why: "no-scanner" },
        { kind: "unscannable", at: "2", why: "corrupt" },
      ]),
    },
    "quarantine by unscannable",
  ],
  ["a private file to webmail is delivered and flagged", { ...OUT, message: known(FILE) }, "flag by webmail-out"],
  ["a file to a company is delivered", { ...ELSEWHERE, message: known(FILE) }, "deliver by "],
  ["automatic forwarding to webmail is refused", FORWARDED, "reject by webmail-auto-forward"],
  [
    "automatic forwarding in our own name is refused too",
    { ...OUT, message: known(forwarded("X-Forwarded-To", "binh@gmail.com")) },
    "reject by webmail-auto-forward",
  ],
  ["automatic forwarding elsewhere is not", { ...FORWARDED, recipientWebmail: null }, "deliver by "],
  ["mail from webmail is flagged", IN, "flag by webmail-in"],
  [
    "mail that asks for answers to webmail is flagged",
    {
      ...IN,
      senderWebmail: null,
      identity: known({ ...IDENTITY, webmail: [{ position: "reply-to", address: "x@gmail.com", provider: "google" }] }),
    },
    "flag by webmail-in",
  ],
  ["a citizen's mail to a public-service mailbox is delivered", CITIZEN, "deliver by "],
  ["malware from a citizen is refused all the same", { ...CITIZEN, ...found("malware") }, "refuse by malware"],
  ["a password-protected file waits", { ...ELSEWHERE, ...found("encrypted") }, "hold by encrypted"],
  ["a forbidden file is refused", { ...ELSEWHERE, ...found("forbidden-type") }, "reject by forbidden-type"],
  ["a disguised file goes to quarantine", { ...ELSEWHERE, ...found("disguised") }, "quarantine by disguised"],
  ["an archive bomb goes to quarantine", { ...ELSEWHERE, ...found("archive-bomb") }, "quarantine by archive-bomb"],
  ["a macro is flagged", { ...ELSEWHERE, ...found("macro", "plain") }, "flag by macro"],
  ["a macro that runs by itself waits", { ...ELSEWHERE, ...found("macro", "auto-run") }, "hold by macro-dangerous"],
  ["a macro that starts programs waits", { ...ELSEWHERE, ...found("macro", "suspicious") }, "hold by macro-dangerous"],
  [
    "a macro that does both goes to quarantine",
    {
      ...ELSEWHERE,
      findings: known([
        { kind: "macro", at: "2", why: "auto-run" },
        { kind: "macro", at: "2", why: "suspicious" },
      ]),
    },
    "quarantine by macro-attack",
  ],
  ["a macro sheet goes to quarantine", { ...ELSEWHERE, ...found("macro", "xlm") }, "quarantine by macro-attack"],
  [
    "a page with a script is flagged",
    { ...ELSEWHERE, ...found("active-content", "html-script") },
    "flag by active-content",
  ],
  [
    "a page with a file in its script goes to quarantine",
    { ...ELSEWHERE, ...found("active-content", "html-smuggling") },
    "quarantine by active-content-attack",
  ],
  [
    "a PDF that starts a program waits",
    { ...ELSEWHERE, ...found("active-content", "pdf-launch") },
    "hold by active-content-dangerous",
  ],
  [
    "active content of a kind nobody thought of waits",
    { ...ELSEWHERE, ...found("active-content", "tomorrow") },
    "hold by active-content-dangerous",
  ],
  [
    "a template from elsewhere waits",
    { ...ELSEWHERE, ...found("external-reference", "remote-template") },
    "hold by external-reference-dangerous",
  ],
  [
    "a picture from elsewhere is flagged",
    { ...ELSEWHERE, ...found("external-reference", "external-image") },
    "flag by external-reference",
  ],
  ["a file in a document is flagged", { ...ELSEWHERE, ...found("embedded-file", "package") }, "flag by embedded-file"],
  [
    "a file in a notebook waits",
    { ...ELSEWHERE, ...found("embedded-file", "onenote") },
    "hold by embedded-file-dangerous",
  ],
  [
    "without a scanner files are flagged",
    { ...ELSEWHERE, ...found("unscannable", "no-scanner") },
    "flag by not-scanned",
  ],
  [
    "what crashed its reader goes to quarantine",
    { ...ELSEWHERE, ...found("unscannable", "crashed") },
    "quarantine by unscannable",
  ],
  [
    "what no cause is given for goes to quarantine",
    { ...ELSEWHERE, ...found("unscannable") },
    "quarantine by unscannable",
  ],
  ["a scanner that is down defers", { ...ELSEWHERE, findings: failed("clamd timeout") }, "defer by"],
  [
    "our own delivery report reaches webmail with the message it returns",
    {
      ...OUT,
      transaction: BOUNCE,
      senderUnit: null,
      senderClass: null,
      message: known(REPORT),
      content: known(OFFICIAL),
    },
    "flag by",
  ],
  [
    "official business is not let out by an empty sender",
    { ...OUT, transaction: BOUNCE, senderUnit: null, senderClass: null, content: known(OFFICIAL) },
    "reject by webmail-official-out",
  ],
]

describe("the shipped policy", () => {
  for (const [sentence, change, wanted] of ROWS) {
    test(sentence, () => {
      const verdict = decide(PREPARED, evidence(change))
      if (verdict === "pending") throw new Error("pending")
      const said = `${verdict.disposition} by ${verdict.decisive.join(", ")}`
      assert.equal(said.slice(0, wanted.endsWith("by") ? wanted.length : undefined), wanted)
    })
  }

  test("waits for DATA before it speaks of content", () => {
    const atRcpt = decide(PREPARED, evidence({ ...OUT, content: { state: "pending" }, findings: { state: "pending" } }))
    assert.equal(atRcpt, "pending")
  })
})
