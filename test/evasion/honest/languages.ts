/** Mail in other languages, in the character sets that their programs write. */
import { base64Lines } from "../../parse/read.ts"
import { file, mail, multipart, TEXT, TOP, latin1, octets, word } from "./letter.ts"

const text = (charset: string, body: Buffer, subject: string, cte = "8bit"): Buffer =>
  mail(
    "From: An <an@example.org>",
    `Subject: ${subject}`,
    "MIME-Version: 1.0",
    `Content-Type: text/plain; charset=${charset}`,
    `Content-Transfer-Encoding: ${cte}`,
    "",
    cte === "base64" ? base64Lines(body) : latin1(body),
  )
const SJIS = octets("93fa 967b 8cea 82cc 8c8f 96bc")
const EUC_KR = octets("c7d1 b1db 20c1 a6b8 f1")
const GB = octets("d6d0 cec4 d6f7 ccc2")
const BIG5 = octets("a4a4 a4e5 a5d1 a6ae")
const KOI8 = octets("f0d2 c9d7 c5d4 20cd c9d2")
const CP1251 = octets("cff0 e8e2 e5f2 20ec e8f0")
const THAI = octets("a1c3 d8a7 e0b7 bea4")
const JIS = "\x1b$BF|K\\8l$N7oL>\x1b(B"
export const LANGUAGES = {
  "Japanese in ISO-2022-JP": text(
    "iso-2022-jp",
    Buffer.from(`${JIS}\r\n${JIS}`, "latin1"),
    word("iso-2022-jp", Buffer.from(JIS, "latin1")),
    "7bit",
  ),
  "Japanese in ISO-2022-JP, a page": mail(
    ...TOP,
    "Content-Type: text/html; charset=iso-2022-jp",
    "",
    `<html><body><a href="x">${JIS}</a></body></html>`,
  ),
  "Japanese in Shift_JIS": text("shift_jis", SJIS, word("shift_jis", SJIS)),
  "Japanese in Shift_JIS, its subject raw": text("shift_jis", SJIS, latin1(SJIS)),
  "Japanese in EUC": text("euc-jp", octets("c6fc cbdc b8ec"), word("euc-jp", octets("c6fc cbdc b8ec"))),
  "Japanese, a file name in ISO-2022-JP": multipart(
    "multipart/mixed; boundary=b",
    TEXT,
    file(`Content-Type: application/pdf; name="${word("iso-2022-jp", Buffer.from(`${JIS}.pdf`, "latin1"))}"`),
  ),
  "Korean in EUC-KR": text("euc-kr", EUC_KR, word("euc-kr", EUC_KR)),
  "Korean in ks_c_5601-1987": text("ks_c_5601-1987", EUC_KR, word("ks_c_5601-1987", EUC_KR), "base64"),
  "Korean in ISO-2022-KR": text("iso-2022-kr", Buffer.from("\x1b$)C\r\n\x0eGQ1[\x0f abc", "latin1"), "x", "7bit"),
  "Chinese in GB2312": text("gb2312", GB, word("gb2312", GB)),
  "Chinese in GB2312, its subject raw": text("gb2312", GB, latin1(GB)),
  "Chinese in GBK, in base64": text("gbk", GB, word("gbk", GB), "base64"),
  "Chinese in GB18030": text("gb18030", GB, word("gb18030", GB)),
  "Chinese in Big5": text("big5", BIG5, word("big5", BIG5)),
  "Chinese in HZ": text("hz-gb-2312", Buffer.from("~{<:Ky2;~} abc", "latin1"), "x", "7bit"),
  "Russian in KOI8-R": text("koi8-r", KOI8, word("koi8-r", KOI8, "Q")),
  "Russian in KOI8-R, its subject raw": text("koi8-r", KOI8, latin1(KOI8)),
  "Russian in windows-1251": text("windows-1251", CP1251, word("windows-1251", CP1251)),
  "Thai in TIS-620": text("tis-620", THAI, word("tis-620", THAI)),
  "Thai in windows-874, its subject raw": text("windows-874", THAI, latin1(THAI)),
  "Lao in UTF-8": text("utf-8", Buffer.from("ສະບາຍດີ"), word("utf-8", Buffer.from("ສະບາຍດີ"))),
  "French in Latin-1": text(
    "iso-8859-1",
    Buffer.from("R\xe9union \xe0 Hano\xef", "latin1"),
    "=?iso-8859-1?Q?R=E9union?=",
  ),
  "French in Latin-1, its subject raw": text("iso-8859-1", Buffer.from("R\xe9union", "latin1"), "R\xe9union"),
  "German in windows-1252": text("windows-1252", Buffer.from("Gr\xfc\xdfe \x80", "latin1"), "x"),
  "Arabic in windows-1256": text("windows-1256", octets("c7e1 d3e1 c7e3"), "x"),
  "Vietnamese in windows-1258": text("windows-1258", Buffer.from("M\xe2\xf2t", "latin1"), "x"),
  "Vietnamese in TCVN3 without a label": text("us-ascii", Buffer.from("TuyÖt mËt", "latin1").subarray(0, 3), "x"),
  "Vietnamese in VISCII": text("viscii", Buffer.from("Xin ch\xe0o", "latin1"), "x"),
  "Vietnamese in UTF-7 of an old program": text("utf-7", Buffer.from("Xin ch+AOA-o, 1 +- 1", "latin1"), "x", "7bit"),
  "UTF-8 in all headers": mail(
    "From: Nguyễn Văn An <an@example.org>",
    "To: Trần Bình <b@tuyenquang.gov.vn>",
    "Subject: Báo cáo tuần",
    "MIME-Version: 1.0",
    "Content-Type: text/plain; charset=utf-8",
    "",
    "Xin chào",
  ),
  "a text with a byte order mark": text("utf-8", Buffer.from("\ufeffXin chào"), "x"),
  "a page in UTF-16, in base64": multipart("multipart/mixed; boundary=b", TEXT, [
    "Content-Type: text/html; charset=utf-16",
    "Content-Transfer-Encoding: base64",
    "",
    base64Lines(Buffer.from("\ufeff<p>Xin chào</p>", "utf16le")),
  ]),
  "a text in UTF-16, in base64": text("utf-16", Buffer.from("\ufeffXin chào", "utf16le"), "x", "base64"),
  "words in several sets": mail(
    "From: a@example.org",
    `Subject: ${word("utf-8", Buffer.from("Báo"))} ${word("windows-1258", Buffer.from("c\xe1o", "latin1"))}`,
    "",
    "x",
  ),
} satisfies Readonly<Record<string, Buffer>>
