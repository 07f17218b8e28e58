/** A policy as large as a province could ever make it, and mail for it to judge. Deterministic. */
import type { Evidence } from "../../src/mail/evidence.ts"
import { known } from "../../src/mail/evidence.ts"
import {
  type Condition,
  type Disposition,
  type Exception,
  type Policy,
  type Rule,
  TERMS,
  type Unit,
} from "../../src/mail/policy.ts"
import { address, evidence, exception, guarantee, message, rule, transaction } from "./evidence.ts"

const COMMUNES = 124
const GLOBS = ["*báo cáo*", "*họp*", "*khẩn*", "*mời*", "*công văn*", "*kế hoạch*", "*tờ trình*", "*thông báo*"]
const FATES: readonly Disposition[] = ["flag", "flag", "flag", "hold", "quarantine", "reject"]

function unit(id: string, parent: string | null): Unit {
  return { id, parent, name: { vi: id, en: id }, domains: [`${id}.gov.vn`], from: null, until: null }
}

/** One of many different conditions: a few are about text, most about who and where. */
function when(n: number): Condition {
  return {
    is: "all",
    of: [
      { is: "direction", in: [n % 2 === 0 ? "outbound" : "inbound"] },
      {
        is: "address-domain",
        at: n % 2 === 0 ? ["rcpt-to"] : ["mail-from", "from"],
        in: [`doi-tac-${n}.vn`, ...(n % 20 === 0 ? ["gmail.com"] : [])],
      },
      { is: "official", in: n % 3 === 0 ? ["official"] : ["official", "unsure"] },
      n % 10 === 0
        ? { is: "subject", matches: [`${GLOBS[n % GLOBS.length] ?? "*"} ${n}*`] }
        : { is: "not", of: { is: "class", of: "sender", in: ["public-service", `loai-${n % 7}`] } },
      {
        is: "any",
        of: [
          { is: "finding", kind: "macro", why: "any" },
          { is: "larger-than", bytes: 1_000 + n },
        ],
      },
    ],
  }
}

function lifts(n: number, rules: number): Exception {
  const scope: Condition =
    n % 2 === 0
      ? { is: "address", at: ["mail-from"], in: [`canbo${n}@xa-${n % COMMUNES}.gov.vn`] }
      : { is: "unit", of: "sender", in: [`xa-${n % COMMUNES}`] }
  const to: Condition = { is: "address-domain", at: ["rcpt-to"], in: [`doi-tac-${n}.vn`] }
  // One rule in ten has most of them, as the rule about webmail would.
  const id = n % 4 === 0 ? `r-${n % rules}` : "r-0"
  return exception(`x-${n}`, id, { when: { is: "all", of: [scope, to] } })
}

export function largePolicy(rules = 1_000, exceptions = 10_000): Policy {
  const units = [unit("tinh", null), ...Array.from({ length: COMMUNES }, (_, n) => unit(`xa-${n}`, "tinh"))]
  const all: Rule[] = Array.from({ length: rules }, (_, n) =>
    rule(`r-${n}`, when(n), FATES[n % FATES.length] ?? "flag", { owner: n % 5 === 4 ? `xa-${n % COMMUNES}` : "tinh" }),
  )
  return {
    version: "large",
    terms: TERMS,
    timezone: "Asia/Ho_Chi_Minh",
    units,
    mailboxes: [],
    lists: {},
    rules: all,
    guarantees: [
      guarantee(
        "g",
        {
          is: "all",
          of: [
            { is: "direction", in: ["inbound"] },
            { is: "class", of: "recipient", in: ["public-service"] },
          ],
        },
        "flag",
      ),
    ],
    exceptions: Array.from({ length: exceptions }, (_, n) => lifts(n, rules)),
  }
}

/** The nth of mails that differ in sender, recipient and content. */
export function mailFor(n: number): Evidence {
  const from = `canbo${n}@xa-${n % COMMUNES}.gov.vn`
  const to = n % 3 === 0 ? `ban${n}@gmail.com` : `ban@doi-tac-${n % 2_000}.vn`
  return evidence({
    transaction: transaction(from, [to]),
    recipient: address(to),
    senderUnit: `xa-${n % COMMUNES}`,
    message: known(
      message({ subject: `Báo cáo ${n} về công tác cải cách hành chính, kế hoạch họp giao ban tháng này` }),
    ),
    findings: known(n % 7 === 0 ? [{ kind: "macro", at: "2" }] : []),
    content: known({
      official: { label: n % 2 === 0 ? "official" : "unsure", score: 70, evidence: [] },
      circulation: "ordinary",
      secrecy: "none",
      personalData: { records: 0 },
    }),
  })
}
