import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { edits } from "../../src/act/edits.ts"
import { act } from "../../src/act/act.ts"
import type { Judgement } from "../../src/act/judgement.ts"
import { type Plan, plan, type PlanSettings } from "../../src/act/plan.ts"
import { type Secrecy, UNREAD } from "../../src/mail/content.ts"
import { edited } from "../../src/mail/edit.ts"
import { UNCHECKED } from "../../src/mail/identity.ts"
import { known } from "../../src/mail/evidence.ts"
import { UNSAID } from "../../src/mail/examination.ts"
import type { Field } from "../../src/mail/message.ts"
import type { Annotation } from "../../src/mail/policy.ts"
import type { Verdict } from "../../src/mail/verdict.ts"
import { replyLines } from "../../src/notify/letter.ts"
import { message, rule, transaction } from "../decide/evidence.ts"
import { OFFICE } from "../notify/office.ts"

/** Work at any hour of any day. */
const ALWAYS_OPEN = {
  timezone: "Asia/Ho_Chi_Minh",
  hours: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ from: 0, to: 1_440 }]])),
  holidays: new Set<string>(),
  workdays: new Set<string>(),
  insteadAs: 1,
}

const DAY = 86_400_000
const settings: PlanSettings = {
  hostname: "mx.tuyenquang.gov.vn",
  publicUrl: "https://thu.tuyenquang.gov.vn/",
  refusals: replyLines(OFFICE),
  warning: (warns, author) => ({ vi: `Cảnh báo ${warns}: ${author}`, en: `Warning ${warns}: ${author}` }),
  timezone: "Asia/Ho_Chi_Minh",
  rules: [rule("r", { is: "always" }, "reject", { notice: "webmail-out" })],
  expire: 5 * DAY,
  calendar: ALWAYS_OPEN,
  keep: { hold: 7 * DAY, quarantine: 30 * DAY },
}
type Fate = Verdict["disposition"]

function verdict(disposition: Fate): Verdict {
  const kept = disposition === "hold" || disposition === "quarantine" ? disposition : null
  const holds = kept === null ? [] : [{ rule: "r", kind: kept }]
  return {
    disposition,
    decisive: ["r"],
    matched: ["r"],
    shadow: [],
    capped: [],
    lifted: [],
    holds,
    annotations: [],
    because: [],
    policyVersion: "v1",
  }
}

function judgement(
  fates: readonly Fate[],
  authenticated: boolean,
  from: string | null = "an@tuyenquang.gov.vn",
): Judgement {
  const given = transaction(
    from,
    fates.map((_, index) => `n${index}@example.vn`),
  )
  return {
    transaction: given,
    spooled: {
      size: 10,
      sha256: "00",
      eightBit: false,
      key: new Uint8Array(32),
      at: { kind: "memory", bytes: new Uint8Array(10) },
    },
    message: message(),
    examination: {
      message: message(),
      findings: known([]),
      seen: [],
      authentication: known(UNCHECKED),
      words: UNSAID,
      content: UNREAD,
    },
    authenticated,
    authentication: UNCHECKED,
    looping: false,
    keyedHash: "hmac",
    contentHash: "hmac of its content",
    judged: given.envelope.to.map((recipient, index) => ({
      recipient,
      direction: "outbound",
      units: { sender: "tinh", recipient: null },
      verdict: verdict(fates[index] ?? "deliver"),
    })),
  }
}

/** One line that says all: code, copies with their holds, reports, event kinds. */
function told(made: Plan): string {
  const events = made.events.map(({ kind }) => kind).join(" ")
  if (made.do === "answer") return `${made.reply.code} | ${events}`
  const copies = made.copies.map(({ hold }) => hold?.kind ?? "queue").join(" ")
  return `${made.reply.code} | ${copies} | ${made.rejected.length} reported | ${events}`
}

describe("one message, one reply", () => {
  const rows: readonly [string, readonly Fate[], boolean, string][] = [
    ["a delivered copy is accepted", ["deliver"], true, "250 | queue | 0 reported | accepted"],
    ["a flagged copy is delivered and told apart", ["flag"], true, "250 | queue | 0 reported | accepted flagged"],
    ["a held copy waits", ["hold"], true, "250 | hold | 0 reported | accepted held"],
    ["a quarantined copy waits", ["quarantine"], false, "250 | quarantine | 0 reported | accepted quarantined"],
    ["all rejected is said in the session", ["reject", "reject"], true, "550 | rejected rejected"],
    ["one refusal refuses all", ["deliver", "refuse", "hold"], true, "550 | refused refused refused"],
    ["one defer defers all", ["deliver", "defer", "reject"], true, "451 | deferred deferred deferred"],
    ["a refusal outweighs a defer", ["defer", "refuse"], true, "550 | refused refused"],
    [
      "a logged-in sender is told of the one rejected",
      ["deliver", "reject"],
      true,
      "250 | queue | 1 reported | accepted rejected",
    ],
    [
      "a stranger is not: that copy is quarantined",
      ["deliver", "reject"],
      false,
      "250 | queue quarantine | 0 reported | accepted accepted quarantined",
    ],
    [
      "each recipient gets its own outcome",
      ["deliver", "hold", "quarantine", "flag"],
      true,
      "250 | queue hold quarantine queue | 0 reported | accepted accepted held accepted quarantined accepted flagged",
    ],
  ]
  for (const [sentence, fates, authenticated, expected] of rows) {
    test(sentence, () => assert.equal(told(plan(judgement(fates, authenticated), settings)), expected))
  }

  test("a null sender gets no report", () => {
    assert.equal(
      told(plan(judgement(["deliver", "reject"], true, null), settings)),
      "250 | queue quarantine | 0 reported | accepted accepted quarantined",
    )
  })
  test("a looping message is refused whatever the policy says", () => {
    assert.equal(told(plan({ ...judgement(["deliver"], true), looping: true }, settings)), "554 | rejected")
  })
  test("the reply names code and help page, and neither rule nor scanner", () => {
    const { reply } = plan(judgement(["reject"], true), settings)
    assert.equal(reply.status, "5.7.1")
    assert.equal(
      reply.text,
      "[TESTTEST01] Khong gui tai lieu cong vu toi hop thu mien phi. Official content may not go to free webmail. https://thu.tuyenquang.gov.vn/e/TESTTEST01",
    )
  })
  test("of what may be secret the reply tells a telephone number, and no copy is reported", () => {
    const secret = (fates: readonly Fate[], secrecy: Secrecy = "suspected"): Plan => {
      const given = judgement(fates, true)
      const content = { ...UNREAD, secrecy }
      return plan({ ...given, examination: { ...given.examination, content } }, settings)
    }
    for (const fate of ["reject", "refuse"] as const) {
      assert.equal(
        secret([fate]).reply.text,
        "[TESTTEST01] Thu khong duoc chuyen. Vui long goi 0000 111 222. Message refused, please call 0000 111 222.",
      )
    }
    const made = secret(["reject", "hold"])
    assert.equal(told(made), "250 | quarantine hold | 0 reported | accepted quarantined accepted held")
    assert.ok(made.do === "accept" && made.copies.every(({ hold }) => hold?.secret === true))
  })
  test("a clear mark is refused whatever the policy says, and its record names nobody", () => {
    const given = judgement(["deliver", "hold"], true)
    const content = { ...UNREAD, secrecy: "mat" as const }
    const made = plan({ ...given, examination: { ...given.examination, content } }, settings)
    assert.equal(told(made), "550 | refused")
    const [event] = made.events
    assert.equal(event?.recipient, null)
    assert.deepEqual(event?.detail, {
      from: "an@tuyenquang.gov.vn",
      domains: ["example.vn"],
      size: 10,
      rules: ["r"],
      keyedHash: "hmac",
    })
  })
  test("a hold ends when the rule says so, of several rules the last", () => {
    const { judged, ...rest } = judgement(["hold"], true)
    const until = (holds: Verdict["holds"]): number | undefined => {
      const made = plan(
        { ...rest, judged: judged.map((one) => ({ ...one, verdict: { ...one.verdict, holds } })) },
        settings,
      )
      assert.ok(made.do === "accept")
      return (made.copies[0]?.hold?.until ?? 0) - rest.transaction.at
    }
    const one = (keep: number) => ({ rule: "r", kind: "hold" as const, keep })
    assert.equal(until([one(DAY / 2)]), DAY / 2)
    assert.equal(until([one(DAY / 2), one(14 * DAY)]), 14 * DAY)
    assert.equal(until([one(DAY / 2), { rule: "s", kind: "hold" }]), 7 * DAY, "one that says nothing: as usual")
  })
  test("holds end, quarantine later", () => {
    const made = plan(judgement(["hold", "quarantine"], true), settings)
    const at = judgement([], true).transaction.at
    assert.ok(made.do === "accept")
    assert.deepEqual(
      made.copies.map(({ hold }) => hold?.until),
      [at + 7 * DAY, at + 30 * DAY],
    )
  })
})

describe("edits of a message", () => {
  const source = [
    "Authentication-Results: mx.tuyenquang.gov.vn; spf=pass",
    "Authentication-Results: mx.other.vn; spf=pass",
    "Authentication-Results: (a (b) c) mx.tuyenquang.gov.vn; spf=pass",
    'Authentication-Results: (a \\) b) "mx.tuyenquang\\.gov.vn"; dkim=pass',
    "X-Congthu-Checked: forged",
    "Subject: =?UTF-8?B?QsOhbyBjw6Fv?=",
    "From: an@tuyenquang.gov.vn",
  ]
  const text = `${source.join("\r\n")}\r\n\r\nbody\r\n`
  const fields: readonly Field[] = source.map((line) => {
    const start = text.indexOf(line)
    const [name = "", value = ""] = line.split(/: (.*)/s)
    return { name, value, start, end: start + line.length + 2 }
  })

  async function applied(
    annotations: readonly Annotation[],
    change: Partial<{ user: string; helo: string }> = {},
  ): Promise<string> {
    const base = transaction("an@tuyenquang.gov.vn", ["b@gmail.com"])
    const given = { ...base, client: { ...base.client, ...change } }
    const made = edits(message({ fields, subject: "Báo cáo" }), annotations, {
      transaction: given,
      madeOf: null,
      authentication: UNCHECKED,
      hostname: settings.hostname,
      timezone: settings.timezone,
      warning: settings.warning,
    })
    async function* bytes(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(text, "latin1")
    }
    const out: Uint8Array[] = []
    for await (const chunk of edited(bytes(), made)) out.push(chunk)
    return Buffer.concat(out).toString("latin1")
  }

  test("trace fields go first, forged results and annotations of ours go away, the rest stays", async () => {
    assert.equal(
      await applied([]),
      "Received: from mail.tuyenquang.gov.vn ([10.1.1.9])\r\n\tby mx.tuyenquang.gov.vn (Congthu) with ESMTP id TESTTEST01;\r\n" +
        "\tMon, 23 Nov 2026 09:00:00 +0700\r\nAuthentication-Results: mx.tuyenquang.gov.vn; none\r\n" +
        "Authentication-Results: mx.other.vn; spf=pass\r\nSubject: =?UTF-8?B?QsOhbyBjw6Fv?=\r\nFrom: an@tuyenquang.gov.vn\r\n\r\nbody\r\n",
    )
  })
  test("a login is told, and cannot break out of its field", async () => {
    assert.match(
      await applied([], { user: 'an"\r\nX: y' }),
      /\r\nAuthentication-Results: mx\.tuyenquang\.gov\.vn; auth=pass smtp\.auth="anX:y"\r\n/,
    )
  })
  test("a hostile HELO cannot break out either", async () => {
    assert.match(await applied([], { helo: "a)\r\n\tby evil(" }), /^Received: from abyevil \(\[10\.1\.1\.9\]\)\r\n/)
  })
  test("header and subject annotations", async () => {
    const out = await applied([
      { do: "header", name: "X-Congthu-Warning", value: "hộp thư miễn phí" },
      { do: "subject-tag", tag: "[NGOÀI CƠ QUAN]" },
      { do: "subject-tag", tag: "[X]" },
    ])
    assert.match(out, /\r\nX-Congthu-Warning: =\?UTF-8\?B\?aOG7mXAgdGjGsCBtaeG7hW4gcGjDrQ==\?=\r\n/)
    assert.match(
      out,
      /\r\nSubject: =\?UTF-8\?B\?W05HT8OASSBDxqAgUVVBTl0g\?= \[X\]\r\n =\?UTF-8\?B\?QsOhbyBjw6Fv\?=\r\n/,
    )
  })
})

describe("a late failure", () => {
  const rows: readonly (readonly [string, boolean, boolean, boolean])[] = [
    ["is told to a sender who logged in", true, false, true],
    ["is told to a stranger whose MAIL FROM is proven", false, true, true],
    ["is told to no other stranger", false, false, false],
  ]
  for (const [what, authenticated, provesMailFrom, expected] of rows) {
    test(what, async () => {
      const given = { ...judgement(["deliver"], authenticated), authentication: { ...UNCHECKED, provesMailFrom } }
      const taken: boolean[] = []
      await act(plan(given, settings), given, {
        accept: async ({ bounceable }) => void taken.push(bounceable),
        note: async () => {},
        seal: async (_judgement, acceptance) => acceptance,
        discard: async () => {},
        tell: async () => ({ events: [], mails: [] }),
      })
      assert.deepEqual(taken, [expected])
    })
  }
})
