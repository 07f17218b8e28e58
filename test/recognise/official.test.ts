import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { letter, MOTTO, NOT_OFFICIAL, OFFICIAL, UNSURE } from "./letters.ts"
import { settingsSchema } from "../../src/config/schema.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { createReader } from "../../src/read/read.ts"
import { createRecognise, type Recognise } from "../../src/recognise/recognise.ts"
import { file, recognise, recognised } from "./recognised.ts"

describe("official", () => {
  for (const [what, text] of OFFICIAL) {
    test(what, async () => {
      const { official, secrecy } = await recognised({ text })
      assert.equal(official.label, "official", JSON.stringify(official))
      assert.equal(secrecy, "none")
    })
  }
})

describe("not official", () => {
  for (const [what, text] of NOT_OFFICIAL) {
    test(what, async () => {
      const { official, secrecy } = await recognised({ text })
      assert.equal(official.label, "not-official", JSON.stringify(official))
      assert.equal(secrecy, "none")
    })
  }
})

describe("unsure", () => {
  for (const [what, text] of UNSURE) {
    test(what, async () => {
      const { official } = await recognised({ text })
      assert.equal(official.label, "unsure", JSON.stringify(official))
    })
  }
})

test("a citizen's words around a decision are for a person to look at", async () => {
  const decision = letter({ symbol: "Số: 87/QĐ-UBND", matter: "QUYẾT ĐỊNH\nVề việc thu hồi đất" })
  const { official } = await recognised({
    text: `Tôi là Bế Văn Sáo, tôi khiếu nại quyết định sau:\n${decision}\nTôi xin cam đoan. Người khiếu nại`,
  })
  assert.equal(official.label, "unsure", JSON.stringify(official))
})

describe("what is told", () => {
  test("each feature once for each part, with its points", async () => {
    const { official } = await recognised({ text: letter() })
    const found = official.evidence.map(({ feature, at }) => `${at} ${feature}`)
    assert.deepEqual(found, [...new Set(found)])
    for (const feature of ["symbol-known-issuer", "motto", "recipients", "filing", "authority", "end-mark"]) {
      assert.ok(found.includes(`body ${feature}`), feature)
    }
    assert.equal(official.score, 100)
  })

  test("two parts that show it confirm each other", async () => {
    const text = `ỦY BAN NHÂN DÂN\nSố: 5/UBND\n${MOTTO}`
    const alone = await recognised({ text })
    const both = await recognised({ text, files: [file("a.txt", text)] })
    assert.equal(both.official.score, alone.official.score + 10)
    assert.ok(both.official.evidence.some(({ feature }) => feature === "several-parts"))
  })

  test("bulk mail full of documents is a digest", async () => {
    const text =
      "Văn bản mới: 30/2020/NĐ-CP, 12/2022/TT-BTTTT, 2417/UBND-THNC, 55/TTr-SNV, 87/QĐ-UBND. Báo cáo, tờ trình, thanh tra, kiểm toán, đấu thầu, quyết toán."
    const { official } = await recognised({ text, bulk: true })
    assert.equal(official.label, "not-official", JSON.stringify(official))
  })

  test("a file named as documents are is told of", async () => {
    const { official } = await recognised({ files: [file("1622_UBND-THNC_signed.txt", "x")] })
    assert.deepEqual(official.evidence, [{ feature: "file-name", points: 8, at: "2" }])
  })
})

describe("the settings add", () => {
  const added = createRecognise(
    settingsSchema.shape.recognise.parse({
      issuers: { codes: ["BQLVQG"], names: ["Ban Quản lý Vườn quốc gia"], companies: ["Nhà máy Xi măng"] },
    }),
    createReader({ decode: decodeCharset, html: htmlText }),
  )
  const score = async (with_: Recognise, text: string): Promise<number> =>
    (await with_({ subject: "", text, bulk: false }, [], AbortSignal.timeout(10_000))).official.score
  const park = "BAN QUẢN LÝ VƯỜN QUỐC GIA\nSố: 7/BQLVQG-KH\nKính gửi: Các hạt"

  test("a body nobody knew", async () => {
    assert.equal((await score(added, park)) - (await score(recognise, park)), 38)
  })

  test("a firm that writes in the form", async () => {
    const text = letter({ issuer: "NHÀ MÁY XI MĂNG SÔNG BẠCH", symbol: "Số: 7/NMXM-KH" })
    assert.ok((await score(added, text)) < 35)
    assert.ok((await score(recognise, text)) > 35)
  })
})

describe("people", () => {
  const row = (n: number): string => `${n}. Người thứ ${n}, 0010${90 + (n % 10)}0${String(n).padStart(5, "0")}`
  const contact = (n: number): string => `Người ${n}\t0912 345 6${String(n).padStart(2, "0")}\t0${1 + (n % 9)}/11/1985`
  const list = (make: (n: number) => string, count: number): string =>
    Array.from({ length: count }, (_, n) => make(n)).join("\n")

  for (const [what, text, records, label] of [
    ["twenty identity numbers are official by content", list(row, 20), 20, "official"],
    ["nineteen are not", list(row, 19), 19, "not-official"],
    ["telephone and date of birth name a person", list(contact, 25), 25, "official"],
    ["telephones alone do not", list((n) => `Cửa hàng ${n}: 0912345${100 + n}`, 30), 0, "not-official"],
    ["dates alone do not", list((n) => `Ngày ${1 + (n % 28)}/10/2025 họp`, 30), 0, "not-official"],
    ["the same person twenty times is one", list(() => row(7), 20), 1, "not-official"],
    ["order numbers are no identity numbers", list((n) => `Đơn hàng 9990${n + 10}234567`, 30), 0, "not-official"],
  ] as const) {
    test(what, async () => {
      const { personalData, official } = await recognised({ text })
      assert.equal(personalData.records, records)
      assert.equal(official.label, label)
    })
  }
})
