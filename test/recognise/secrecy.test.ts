import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { letter } from "./letters.ts"
import { file, type Mail, recognised } from "./recognised.ts"

/** A letter with a stamp below its number. */
function stamped(stamp: string): string {
  return letter({ symbol: `Số: 2417/UBND-THNC\n${stamp}` })
}

const MARKS: readonly (readonly [string, Mail, string])[] = [
  ["a stamp on its own line", { text: stamped("MẬT") }, "mat"],
  ["a stamp in brackets and stars", { text: stamped("**[ TỐI MẬT ]**") }, "toi-mat"],
  ["a letter-spaced stamp", { text: stamped("T U Y Ệ T  M Ậ T") }, "tuyet-mat"],
  ["a stamp spread over the line", { text: stamped("M   Ậ   T") }, "mat"],
  ["a stamp spread wider still", { text: stamped("T  U  Y  Ệ  T     M  Ậ  T") }, "tuyet-mat"],
  ["a stamp with dots between its letters", { text: stamped("M.Ậ.T") }, "mat"],
  ["a stamp with dashes between its letters", { text: stamped("T-U-Y-Ệ-T M-Ậ-T") }, "tuyet-mat"],
  ["a stamp drawn in a box", { text: stamped("+-----+\n| MẬT |\n+-----+") }, "mat"],
  ["a stamp with a blank that does not break", { text: stamped("TỐI\u00a0MẬT") }, "toi-mat"],
  ["a graver stamp typed in small letters at the number", { text: stamped("Tuyệt Mật") }, "tuyet-mat"],
  ["another one", { text: stamped("Tối mật") }, "toi-mat"],
  ["a stamp of Cyrillic letters", { text: stamped("\u041cẬ\u0422") }, "mat"],
  ["a stamp of wide letters", { text: stamped("ＭẬＴ") }, "mat"],
  ["a decomposed stamp, letter-spaced", { text: stamped("T Ố I  M Ậ T").normalize("NFD") }, "toi-mat"],
  ["a stamp that broke in two", { text: stamped("TUYỆT\nMẬT") }, "tuyet-mat"],
  [
    "a stamp beside the national name",
    {
      text: letter({
        issuer: "ỦY BAN NHÂN DÂN\nTỈNH SÔNG BẠCH\nMẬT\tBản số 1",
      }),
    },
    "mat",
  ],
  ["a decomposed stamp", { text: stamped("TỐI MẬT").normalize("NFD") }, "toi-mat"],
  ["a stamp whose tone is a combining one", { text: stamped("MÂ\u0323T") }, "mat"],
  ["a stamp with something invisible in it", { text: stamped("M\u200bẬT") }, "mat"],
  ["a stamp with the field's name", { text: stamped("ĐỘ MẬT: TỐI MẬT") }, "toi-mat"],
  ["a stamp far down, in a forwarded letter", { text: `${"Chuyển tiếp.\n".repeat(80)}${stamped("MẬT")}` }, "mat"],
  ["a stamp in quoted mail", { text: stamped("MẬT").replace(/^/gm, "> ") }, "mat"],
  ["a stamp behind the number, in one line", { text: letter({ symbol: "Số: 2417/UBND-THNC MẬT", matter: "" }) }, "mat"],
  [
    "a stamp in one line with the national name",
    {
      text: letter({
        symbol: "Số: 2417/UBND-THNC\nTỐI MẬT CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
      }),
    },
    "toi-mat",
  ],
  ["a stamp with the number of its copy", { text: stamped("MẬT - Bản số: 02") }, "mat"],
  ["a field with its value", { text: "Đề nghị anh xem.\nĐộ mật: Tối mật\nNgười gửi: văn thư" }, "toi-mat"],
  ["a field of capitals", { text: letter({ matter: "ĐỘ MẬT: TUYỆT MẬT" }) }, "tuyet-mat"],
  ["a field without a colon", { text: letter({ matter: "Độ mật  Tối mật" }) }, "toi-mat"],
  ["a field on a dotted line", { text: letter({ matter: "Độ mật:..Mật.." }) }, "mat"],
  ["a field that says level", { text: `Mức độ mật: Tối mật\n${letter()}` }, "toi-mat"],
  ["a field with its value in the next cell", { text: "Độ mật:\nMật\nĐộ khẩn:\nThường" }, "mat"],
  ["a subject in square brackets", { subject: "[MẬT] Báo cáo tuần" }, "mat"],
  ["a subject in round brackets, answered", { subject: "Re: Fwd: (Tối mật) kế hoạch" }, "toi-mat"],
  ["a subject that begins with the mark", { subject: "TUYỆT MẬT - Phương án A" }, "tuyet-mat"],
  ["a subject between stars", { subject: "*MẬT* Báo cáo" }, "mat"],
  ["a subject that begins with a graver mark in small letters", { subject: "Fwd: Tuyệt mật: phương án" }, "tuyet-mat"],
  ["a decomposed subject", { subject: "[MẬT] Báo cáo".normalize("NFD") }, "mat"],
  ["a file whose name says so and whose text is official", { files: [file("12-BC_TOI_MAT.txt", letter())] }, "toi-mat"],
  ["a file name in one word", { files: [file("2417-UBND TUYETMAT.txt", letter())] }, "tuyet-mat"],
  ["a file name with accents", { files: [file("CV 2417 MẬT.txt", letter())] }, "mat"],
  [
    "a file that is a picture, beside an official body",
    { text: letter(), files: [file("2417_UBND_MAT.pdf", "%PDF-")] },
    "mat",
  ],
  ["a mark in a text file", { files: [file("a.txt", stamped("MẬT"))] }, "mat"],
  [
    "a mark in a web page's cell",
    {
      files: [file("a.html", `<table><tr><td>MẬT<td>${letter().replaceAll("\n", "<br>")}</table>`)],
    },
    "mat",
  ],
  [
    "the gravest of several documents",
    { text: stamped("MẬT"), files: [file("a.txt", stamped("TUYỆT MẬT"))] },
    "tuyet-mat",
  ],
]

const SUSPECTED: readonly (readonly [string, Mail])[] = [
  ["a mark with no document around it", { text: "Anh xem nhé\nMẬT\nHẹn chiều" }],
  ["a mark without accents", { text: letter({ symbol: "TUYET MAT" }) }],
  ["a recall stamp", { text: stamped("TÀI LIỆU THU HỒI") }],
  ["an envelope's words", { text: "CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ" }],
  ["a mark without accents between stars", { text: stamped("*** TOI MAT ***") }],
  ["the graver word alone in small letters, far from the number", { text: `MẬT\n${"Việc riêng.\n".repeat(9)}` }],
  ["a numbered copy", { text: stamped("BẢN SAO SỐ: 03") }],
  ["a term of protection", { text: stamped("THỜI HẠN BẢO VỆ: 10 năm") }],
  ["a file name and nothing to read", { files: [file("TOI_MAT.txt", "")] }],
]

/** Mail that speaks of secrets, honey, passwords and gall bladders. */
const NOT_SECRET: readonly (readonly [string, Mail])[] = [
  [
    "a password",
    {
      subject: "Mật khẩu mới",
      text: "Mật khẩu: abc123\nMẬT KHẨU\nKhông chia sẻ mật khẩu.",
    },
  ],
  ["security", { text: letter({ matter: "V/v tăng cường bảo mật\nBẢO MẬT THÔNG TIN" }) }],
  ["a trade secret", { text: "BÍ MẬT KINH DOANH\nHai bên giữ bí mật kinh doanh." }],
  ["honey", { subject: "MẬT ONG rừng", text: "MẬT ONG\nMật ong nguyên chất 500ml" }],
  ["a honeymoon", { text: "Tuần trăng mật ở Sa Pa" }],
  ["a hospital", { text: "KẾT QUẢ SIÊU ÂM\nTúi mật: không sỏi\nSỎI MẬT\nĐƯỜNG MẬT" }],
  ["a hospital's list of organs", { text: letter({ body: "DANH MỤC\nGAN\nMẬT\nTỤY" }) }],
  ["a clinic's report", { text: "KHOA GAN MẬT TỤY\nKết quả\nỐNG MẬT CHỦ 6 mm\nMẬT: thành dày" }],
  ["a beekeeper's label", { text: "MẬT ONG BẠC HÀ\nCAO NGUYÊN ĐÁ\n500 ml\nMẬT\n100% tự nhiên" }],
  ["a menu", { text: "MENU\nTRÀ\nCÀ PHÊ\nMẬT\nSỮA\nMật ong rừng 20k" }],
  ["molasses", { text: "MẬT RỈ ĐƯỜNG\nMẬT MÍA" }],
  ["bear bile", { text: "CẤM MUA BÁN MẬT GẤU\nMật gấu" }],
  ["density", { text: letter({ matter: "MẬT ĐỘ XÂY DỰNG" }) }],
  ["a scout's riddle", { text: "MẬT THƯ SỐ 3\nBẠCH VĂN" }],
  ["a song", { text: "Ca khúc\nMẬT NGỌT\nCa sĩ Lan Anh" }],
  ["what friends keep from each other", { subject: "Bí mật - quà giáng sinh", text: "BÍ MẬT\nhihi" }],
  ["a subject about passwords", { subject: "[BẢO MẬT] Đổi mật khẩu" }],
  ["a field that says ordinary", { text: letter({ matter: "ĐỘ MẬT: THƯỜNG\nĐộ khẩn: Thường" }) }],
  ["a field with nought", { text: letter({ matter: "Độ mật: 0" }) }],
  [
    "a sentence that denies it",
    {
      text: letter({
        body: "Tài liệu không thuộc loại tối mật hoặc tuyệt mật./.",
      }),
    },
  ],
  [
    "stamps quoted in a rule",
    {
      text: letter({
        body: "Người soạn thảo đóng dấu “MẬT” hoặc “TỐI MẬT” theo quy định./.",
      }),
    },
  ],
  ["an examination in cryptography", { text: "ĐỀ THI MÔN\nMẬT MÃ\nMẬT MÃ HỌC" }],
  ["an empty field", { text: letter({ matter: "Độ mật: ……\nĐộ khẩn: ……" }) }],
  ["a field that says no", { text: letter({ matter: "Độ mật: Không" }) }],
  ["a field that offers all grades", { text: "Độ mật: Mật / Tối mật / Tuyệt mật\nĐộ mật: Mật, Tối mật" }],
  [
    "a field quoted in a guide",
    {
      text: 'Ở góc trái ghi "Độ mật: Mật" hoặc để trống.\nGhi “Độ mật: Tối mật” khi cần.',
    },
  ],
  ["a field with the next one's name", { text: "Độ mật:\nMật khẩu: 123" }],
  [
    "a sentence that names the grades",
    {
      text: letter({
        body: "Bí mật nhà nước gồm ba độ: Tuyệt mật, Tối mật, Mật./.",
      }),
    },
  ],
  [
    "a table of stamps",
    {
      text: letter({
        body: "Mẫu dấu\nTUYỆT MẬT\t40 x 8 mm\nTỐI MẬT\t30 x 8 mm\nMẬT\t20 x 8 mm",
      }),
    },
  ],
  [
    "a training slide",
    {
      text: "CÔNG AN TỈNH SÔNG BẠCH\nBẢO VỆ BÍ MẬT NHÀ NƯỚC\nCác độ mật\n- TUYỆT MẬT\n- TỐI MẬT\n- MẬT",
    },
  ],
  ["a heading about the law", { text: letter({ matter: "BẢO VỆ BÍ MẬT NHÀ NƯỚC" }) }],
  [
    "a disclaimer in English",
    {
      text: "CONFIDENTIAL\nThis e-mail is SECRET and intended for the addressee only.",
    },
  ],
  ["a letter that begins like a grade", { text: "Ư MẬT\nDƯ MẬT" }],
  ["a site for building", { files: [file("BIEN_BAN_BAN_GIAO_MAT_BANG.txt", letter())] }],
  ["cash", { files: [file("PHIEU_THU_TIEN_MAT.txt", letter())] }],
  ["the Fatherland Front", { files: [file("UBND_MAT_TRAN_TO_QUOC_2026.txt", letter())] }],
  ["honey in a file name", { files: [file("bảng giá mật ong.txt", "Mật ong")] }],
  ["a subject about honey", { subject: "Mật - đặc sản Tây Bắc" }],
  [
    "what was secret once",
    {
      text: letter({
        symbol: "Số: 5/UBND-NC\nTỐI MẬT\nGIẢI MẬT\nTừ: ngày 01/3/2026",
      }),
    },
  ],
  ["the Secret Institute of old", { text: "Cơ mật viện triều Nguyễn\nCƠ MẬT VIỆN" }],
]

describe("a clear mark", () => {
  for (const [what, mail, grade] of MARKS) {
    test(what, async () => assert.equal((await recognised(mail)).secrecy, grade))
  }
})

describe("a suspicion", () => {
  for (const [what, mail] of SUSPECTED) {
    test(what, async () => assert.equal((await recognised(mail)).secrecy, "suspected"))
  }
})

describe("no mark", () => {
  for (const [what, mail] of NOT_SECRET) {
    test(what, async () => assert.equal((await recognised(mail)).secrecy, "none"))
  }
})

describe("circulation", () => {
  for (const [what, mail, circulation] of [
    ["a letter goes its ordinary way", { text: letter() }, "ordinary"],
    ["a private mail too", { text: "Chào anh" }, "ordinary"],
    ["a stamp restricts it", { text: stamped("LƯU HÀNH NỘI BỘ") }, "restricted"],
    ["in brackets too", { text: stamped("(Lưu hành nội bộ)") }, "restricted"],
    ["a recall to the sender restricts it", { text: stamped("XEM XONG TRẢ LẠI") }, "restricted"],
    ["a heading restricts it", { text: "TÀI LIỆU NỘI BỘ\nBài giảng" }, "restricted"],
    ["a subject restricts it", { subject: "[Lưu hành nội bộ] Bài giảng" }, "restricted"],
    [
      "a sentence does not",
      {
        text: letter({
          body: "Tài liệu này không phải tài liệu nội bộ, lưu hành nội bộ hay không phổ biến./.",
        }),
      },
      "ordinary",
    ],
    [
      "one restricted file among public ones",
      {
        text: letter({ matter: "THÔNG CÁO BÁO CHÍ" }),
        files: [file("a.txt", stamped("KHÔNG PHỔ BIẾN"))],
      },
      "restricted",
    ],
    ["a press release is public", { text: letter({ matter: "THÔNG CÁO BÁO CHÍ\nvề Lễ hội" }) }, "public"],
    ["a call for tenders is public", { text: letter({ matter: "THÔNG BÁO MỜI THẦU" }) }, "public"],
    [
      "a decree is public",
      {
        text: letter({
          issuer: "CHÍNH PHỦ",
          symbol: "Số: 30/2020/NĐ-CP",
          matter: "NGHỊ ĐỊNH",
        }),
      },
      "public",
    ],
    [
      "a law is public",
      {
        text: letter({
          issuer: "QUỐC HỘI",
          symbol: "Luật số: 117/2025/QH15",
          matter: "LUẬT",
        }),
      },
      "public",
    ],
    [
      "a copy from the portal is public",
      {
        text: letter({
          issuer: "CỔNG THÔNG TIN ĐIỆN TỬ CHÍNH PHỦ\nThời gian ký: 14.09.2026\nỦY BAN NHÂN DÂN",
        }),
      },
      "public",
    ],
    [
      "a public note with an ordinary letter is ordinary",
      {
        text: letter({ matter: "THÔNG CÁO BÁO CHÍ" }),
        files: [file("a.txt", letter())],
      },
      "ordinary",
    ],
    ["a stamp ends secrecy", { text: stamped("MẬT\nGIẢI MẬT\nTừ: ngày 01/3/2026") }, "declassified"],
  ] as const) {
    test(what, async () => assert.equal((await recognised(mail)).circulation, circulation))
  }
})
