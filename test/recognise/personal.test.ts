/** What identifies a person, in every way it is written, and what only looks like it. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { isTaxCode } from "../../src/recognise/personal.ts"
import { docx, xlsx } from "../read/office-writer.ts"
import { page, pdf } from "../read/pdf-writer.ts"
import { file, type Mail, recognised } from "./recognised.ts"

const lines = (make: (n: number) => string, count = 5): string =>
  Array.from({ length: count }, (_, n) => make(n)).join("\n")
const under = (heading: string, make: (n: number) => string): Mail => ({ text: `${heading}\n${lines(make)}` })
const PEOPLE = Array.from({ length: 25 }, (_, n) => ["Lò Văn An", `0010900123${10 + n}`])

describe("people are counted by", () => {
  for (const [what, mail, records] of [
    ["twelve digits", { text: lines((n) => `${n + 1} 00109001234${n} Lò Văn An 01/02/1990`) }, 5],
    ["twelve digits in groups of three and six", { text: lines((n) => `Lò Văn An, 001 090 01234${n}`) }, 5],
    ["twelve digits in groups of four", { text: lines((n) => `Lò Văn An, 0010 9001 234${n}`) }, 5],
    ["nine digits that are said to be an identity card's", { text: lines((n) => `CMND số 12345678${n}`) }, 5],
    ["an insurance number that is said to be one", { text: lines((n) => `Mã số BHXH: 012345678${n}`) }, 5],
    ["a telephone and a day of birth", { text: lines((n) => `Lò Văn An; +84.912.345.67${n}; 1-2-1990`) }, 5],
    ["a telephone under its heading", under("Họ và tên\tĐiện thoại", (n) => `Lò Văn An\t0912.345.67${n}`), 5],
    ["one in brackets", under("Họ và tên\tSĐT", (n) => `Lò Văn An\t(+84) 912 345 67${n}`), 5],
    ["one that lost its zero", under("Họ và tên\tSĐT", (n) => `Lò Văn An\t91234567${n}`), 5],
    ["one of the wire", under("Họ tên\tSố điện thoại", (n) => `Lò Văn An\t0207 3822 45${n}`), 5],
    ["a tax code of ten digits", { text: "Họ và tên\tMST\nLò Văn An\t0100109106\nLý A Páo\t0101243150" }, 2],
    ["a tax code of thirteen", { text: "Họ và tên\tMã số thuế\nLò Văn An\t0100109106-001" }, 1],
    ["an insurance number under its heading", under("Họ và tên\tSố BHXH", (n) => `Lò Văn An\t012345678${n}`), 5],
    [
      "a card of health insurance",
      under("STT\tHọ và tên\tSố thẻ BHYT", (n) => `${n}\tLò Văn An\tHN 4 01 012345678${n}`),
      5,
    ],
    ["a bank account", under("Họ và tên\tSố tài khoản", (n) => `Lò Văn An\t1012 3456 789${n}`), 5],
    ["a year of birth", under("TT\tHọ và tên\tNăm sinh", (n) => `${n}\tLò Văn An\t199${n}`), 5],
    [
      "years of birth in columns of men and women",
      under("TT\tHọ và tên\tNam\tNữ", (n) => `${n}\tLò Thị An\t\t199${n}`),
      5,
    ],
    ["cells that blanks hold apart", under("TT   Họ và tên   Năm sinh", (n) => `${n}   Lò Văn An   199${n}`), 5],
    ["rows without accents", under("stt;ho ten;ngay sinh", (n) => `${n};lo van an;1/1/198${n}`), 5],
    [
      "rows in quotation marks",
      { files: [file("a.csv", `STT,"Họ và tên","Ngày sinh"\n${lines((n) => `${n},"Lò Văn An","01/01/198${n}"`)}`)] },
      5,
    ],
    [
      "rows of a .docx",
      {
        files: [
          file(
            "a.docx",
            docx(
              `<w:tbl>${PEOPLE.map((row) => `<w:tr>${row.map((text) => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`).join("")}</w:tr>`).join("")}</w:tbl>`,
            ),
          ),
        ],
      },
      25,
    ],
    [
      "rows of a sheet whose numbers lost their zero",
      {
        files: [
          file(
            "a.xlsx",
            xlsx([["Họ và tên", "Số CCCD"], ...PEOPLE.map(([name = "", number = ""]) => [name, number.slice(1)])]),
          ),
        ],
      },
      25,
    ],
    ["rows of a PDF", { files: [file("a.pdf", pdf([page(PEOPLE.map((row) => row.join(" ")).join("\n"))]))] }, 25],
  ] as const satisfies readonly (readonly [string, Mail, number])[]) {
    test(what, async () => assert.equal((await recognised(mail)).personalData.records, records))
  }
})

describe("nobody is counted by", () => {
  for (const [what, mail] of [
    ["a province that is none", { text: lines((n) => `Mã 09909001234${n}`) }],
    ["a century that has not come", { text: lines((n) => `Mã 00190001234${n}`) }],
    ["a longer number", { text: lines((n) => `GTIN 893001090012345${n}`) }],
    ["a bank card", { text: lines((n) => `Thẻ 0010 9001 2345 678${n}`) }],
    ["nine digits that nobody explains", { text: lines((n) => `Mã đơn 12345678${n}`) }],
    ["a tax code whose last digit is wrong", { text: "Họ và tên\tMST\nLò Văn An\t0100109107" }],
    ["goods and their numbers", under("Tên hàng\tĐơn giá\tSố lượng", (n) => `Xi măng\t1.20${n}.000\t12345678${n}`)],
    ["a meeting's day and a telephone", { text: lines((n) => `Mời họp ngày 1${n}/11/2026, liên hệ 091234567${n}.`) }],
    ["a signature", { text: "Trân trọng\nMinh Châu\nDĐ: 0912 345 678\nFax: 02073 822 123" }],
  ] as const satisfies readonly (readonly [string, Mail])[]) {
    test(what, async () => assert.equal((await recognised(mail)).personalData.records, 0))
  }
})

test("a tax code ends in a digit that the others give", () => {
  assert.ok(isTaxCode("0100109106") && isTaxCode("0100109106-001") && isTaxCode("001090012345"))
  assert.ok(!isTaxCode("0100109105") && !isTaxCode("010010910") && !isTaxCode("0100109106-01"))
})
