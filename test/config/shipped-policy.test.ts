/** The shipped policy, with the shipped webmail families and the gateway's own notices: what it does, one sentence a row. */
import assert from "node:assert/strict"
import { readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, test } from "node:test"
import { NOTICES } from "../../src/act/replies.ts"
import { loadPolicy } from "../../src/config/policy.ts"
import { readYaml } from "../../src/config/yaml.ts"
import { decide, prepare } from "../../src/decide/decide.ts"
import { readFamilies } from "../../src/identify/webmail.ts"
import { type Evidence, failed, known } from "../../src/mail/evidence.ts"
import type { Finding, FindingKind } from "../../src/mail/finding.ts"
import type { Policy } from "../../src/mail/policy.ts"
import { address, evidence, IDENTITY, message, transaction } from "../decide/evidence.ts"

const CONFIG = resolve(import.meta.dirname, "../../config")
const written = readYaml(readFileSync(resolve(CONFIG, "webmail.yaml"), "utf8"))
const read = readFamilies(written.ok ? written.value : null, null)
if (read.is !== "sound") throw new Error(read.faults.join("\n"))
const families = read

function shipped(): Policy {
  const loaded = loadPolicy(readFileSync(resolve(CONFIG, "policy.yaml"), "utf8"), {
    domains: ["tuyenquang.gov.vn"],
    webmail: new Map(families.value.families.map((one) => [one.id, one.class !== "isp-mail"])),
    notices: NOTICES,
    timezone: "Asia/Ho_Chi_Minh",
    now: Date.UTC(2026, 10, 23),
  })
  if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
  return loaded.policy
}

const PREPARED = prepare(shipped())
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
const OUT: Partial<Evidence> = { senderUnit: "tuyenquang" }
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
}
const CITIZEN: Partial<Evidence> = { ...IN, recipientClass: "public-service" }
const ELSEWHERE: Partial<Evidence> = { ...OUT, recipientWebmail: null, recipient: address("x@congty.vn") }
const REPORT = message({
  ...FILE,
  fields: [{ name: "Content-Type", value: "multipart/report; report-type=delivery-status", start: 0, end: 0 }],
})
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
  ["a file to webmail is refused in the session", { ...OUT, message: known(FILE) }, "reject by webmail-attachment-out"],
  ["words alone to webmail are delivered and flagged", OUT, "flag by webmail-out"],
  ["a file to a company is delivered", { ...ELSEWHERE, message: known(FILE) }, "deliver by "],
  [
    "a public-service mailbox may answer a citizen with a file",
    { ...OUT, senderClass: "public-service", message: known(FILE) },
    "flag by webmail-out",
  ],
  ["automatic forwarding to webmail is refused", FORWARDED, "reject by webmail-auto-forward"],
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
  ["a macro is flagged", { ...ELSEWHERE, ...found("macro") }, "flag by macro"],
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
    { ...OUT, transaction: BOUNCE, senderUnit: null, senderClass: null, message: known(REPORT) },
    "flag by",
  ],
  [
    "a file is not let out by an empty sender",
    { ...OUT, transaction: BOUNCE, senderUnit: null, senderClass: null, message: known(FILE) },
    "reject by webmail-attachment-out",
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

  test("waits for DATA before it speaks of attachments", () => {
    const atRcpt = decide(PREPARED, evidence({ ...OUT, message: { state: "pending" }, findings: { state: "pending" } }))
    assert.equal(atRcpt, "pending")
  })
})
