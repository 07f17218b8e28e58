/** Each rule of the shipped policy as the sentence an administrator reads, in both languages. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { phrase } from "../../src/decide/phrase.ts"
import { guaranteeSentence, ruleSentence } from "../../src/decide/sentence.ts"
import type { Annotation, Condition } from "../../src/mail/policy.ts"
import { shipped } from "../policy/shipped.ts"
import { rule } from "./evidence.ts"

const { policy } = shipped().prepared
const free = freeFamilies()

/** What `any` stands for in the shipped policy. */
function freeFamilies(): readonly string[] {
  const asked = policy.rules.find(({ id }) => id === "webmail-out")?.when
  const found = asked?.is === "all" ? asked.of.find((one) => one.is === "webmail") : undefined
  if (found?.is !== "webmail") throw new Error("no webmail in webmail-out")
  return found.providers
}

const RULES: readonly (readonly [id: string, vi: string, en: string])[] = [
  ["malware", "Khi có mã độc: từ chối, không lưu.", "When it has malware: refuse."],
  [
    "secrecy",
    "Khi có dấu MẬT, có dấu TỐI MẬT hoặc có dấu TUYỆT MẬT: từ chối, không lưu.",
    "When it is marked MẬT, it is marked TỐI MẬT or it is marked TUYỆT MẬT: refuse.",
  ],
  [
    "not-scanned",
    "Khi có phần không kiểm tra được (no-scanner): chuyển kèm cảnh báo; thêm trường X-Congthu-Scan: not-scanned.",
    "When it has a part that could not be examined (no-scanner): flag; add the field X-Congthu-Scan: not-scanned.",
  ],
  [
    "webmail-unsure-out",
    "Khi thư đi, người nhận dùng hộp thư miễn phí và nội dung có thể là công vụ, trừ khi nội dung đã công bố, trừ khi người gửi là hộp thư phục vụ công dân, văn thư, trường học hoặc phần mềm, trừ khi (người gửi là hộp thư báo chí và người nhận thuộc danh sách press): giữ chờ duyệt.",
    "When it leaves the agency, the recipient uses free webmail and it may be official business, unless it has been published, unless the sender is a public-service mailbox, a clerk's mailbox, a school or a program, unless (the sender is a press office and the recipient is on the list press): hold.",
  ],
  [
    "service-restricted-out",
    "Khi thư đi, người nhận dùng hộp thư miễn phí, người gửi là hộp thư phục vụ công dân, văn thư, trường học hoặc phần mềm và (tài liệu hạn chế lưu hành hoặc có dữ liệu cá nhân của ít nhất 20 người): giữ chờ duyệt; cần 2 người duyệt.",
    "When it leaves the agency, the recipient uses free webmail, the sender is a public-service mailbox, a clerk's mailbox, a school or a program and (it is of restricted circulation or it holds personal data of at least 20 people): hold; 2 persons must agree.",
  ],
  [
    "state-unproven-in",
    "Khi thư đến và người gửi (From) thuộc danh sách state, trừ khi kết quả DMARC là pass: chuyển kèm cảnh báo; thêm trường X-Congthu-Sender: unproven.",
    "When it comes from outside and the sender (From) is on the list state, unless DMARC is pass: flag; add the field X-Congthu-Sender: unproven.",
  ],
]

describe("a rule of the shipped policy reads", () => {
  for (const [id, vi, en] of RULES) {
    test(id, () => {
      const one = policy.rules.find((each) => each.id === id)
      assert.ok(one !== undefined)
      assert.deepEqual(ruleSentence(one, free), { vi, en })
    })
  }

  test("with how long what it holds is kept", () => {
    const held = policy.rules.find(({ then }) => then === "hold")
    assert.ok(held !== undefined)
    const said = (keep: number) => ruleSentence({ ...held, keep }, free)
    assert.match(said(14 * 86_400_000).vi, /giữ 14 ngày\.$/)
    assert.match(said(86_400_000).en, /kept for 1 day\.$/)
    assert.match(said(43_200_000).en, /kept for 12 hours\.$/)
  })

  test("without a word of the machine, whichever rule or guarantee it is", () => {
    const said = [
      ...policy.rules.map((one) => ruleSentence(one, free)),
      ...policy.guarantees.map((one) => guaranteeSentence(one, free)),
    ]
    for (const { vi, en } of said) {
      assert.match(vi, /^Khi .+: .+\.$/)
      assert.match(en, /^When .+: .+\.$/)
      assert.doesNotMatch(`${vi} ${en}`, /rcpt-to|mail-from|outbound|inbound|not-official|undefined|\[object|address-/)
    }
    assert.equal(said.length, policy.rules.length + policy.guarantees.length)
  })
})

const CONDITIONS: readonly (readonly [Condition, vi: string, en: string])[] = [
  [{ is: "always" }, "mọi thư", "every message"],
  [{ is: "not", of: { is: "attachment", value: true } }, "không phải (có tệp đính kèm)", "not (it has an attachment)"],
  [
    { is: "all", of: [{ is: "not", of: { is: "thread", value: true } }] },
    "mọi thư, trừ khi thư trả lời thư mà người nhận đã gửi",
    "every message, unless it answers what its recipient sent",
  ],
  [
    {
      is: "all",
      of: [
        { is: "direction", in: ["inbound", "internal"] },
        { is: "larger-than", bytes: 10_485_760 },
      ],
    },
    "(thư đến hoặc thư nội bộ) và lớn hơn 10 MiB",
    "(it comes from outside or it stays within the agency) and it is larger than 10 MiB",
  ],
  [
    { is: "webmail", at: ["rcpt-to"], providers: ["google"] },
    "người nhận dùng hộp thư miễn phí (google)",
    "the recipient uses free webmail (google)",
  ],
  [
    { is: "time", window: { days: [6, 7], from: 0, to: 1_440 } },
    "từ 00:00–24:00 thứ Bảy và Chủ nhật",
    "it comes 00:00–24:00 on Saturday and Sunday",
  ],
  [{ is: "subject", matches: ["*khẩn*"] }, "tiêu đề khớp “*khẩn*”", "the subject matches “*khẩn*”"],
  [{ is: "class", of: "sender", in: ["tro-ly"] }, "người gửi là tro-ly", "the sender is tro-ly"],
]

describe("a condition reads", () => {
  for (const [condition, vi, en] of CONDITIONS) {
    test(vi, () => assert.deepEqual(phrase(condition, free), { vi, en }))
  }
})

const ALSO: readonly (readonly [Annotation, vi: string])[] = [
  [{ do: "subject-tag", tag: "[NGOÀI]" }, "ghi [NGOÀI] trước tiêu đề"],
  [{ do: "banner", warns: "outside" }, "đặt lời cảnh báo thư bên ngoài trước nội dung"],
  [{ do: "banner", warns: "imitation" }, "đặt lời cảnh báo mạo danh trước nội dung"],
  [{ do: "require-tls" }, "chỉ chuyển qua kết nối mã hóa"],
  [{ do: "rewrite", change: { is: "disarm", what: "macros", text: "", signed: false } }, "gỡ macro khỏi tệp"],
  [
    { do: "rewrite", change: { is: "replace", kinds: ["macro", "disguised"], text: "", signed: true } },
    "thay bằng thông báo: macro hoặc tệp giả dạng loại khác (kể cả thư có chữ ký)",
  ],
]

describe("what a rule does besides reads", () => {
  for (const [also, vi] of ALSO) {
    test(vi, () =>
      assert.equal(
        ruleSentence(rule("r", { is: "always" }, "flag", { also: [also] })).vi,
        `Khi mọi thư: chuyển kèm cảnh báo; ${vi}.`,
      ),
    )
  }
})
