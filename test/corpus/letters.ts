/** Official letters made from parts: every family of issuers, every type, parts left out and drifted as in life. */
import { DRIFTS, unaccented } from "./drift.ts"
import { type Issuer, ISSUERS } from "./issuers.ts"
import type { Chance, Random } from "./random.ts"
import { CONTAINERS } from "../read/containers.ts"
import { WRITTEN } from "../read/encode.ts"
import { hashed, isAside, PLAIN, type Sample } from "./sample.ts"

const TYPES: readonly Chance<readonly [code: string, title: string] | null>[] = [
  [40, null],
  [8, ["QĐ", "QUYẾT ĐỊNH"]],
  [8, ["BC", "BÁO CÁO"]],
  [8, ["TB", "THÔNG BÁO"]],
  [7, ["KH", "KẾ HOẠCH"]],
  [6, ["TTr", "TỜ TRÌNH"]],
  [4, ["GM", "GIẤY MỜI"]],
  [3, ["HD", "HƯỚNG DẪN"]],
  [3, ["BB", "BIÊN BẢN"]],
  [2, ["CĐ", "CÔNG ĐIỆN"]],
  [2, ["CTr", "CHƯƠNG TRÌNH"]],
  [2, ["PA", "PHƯƠNG ÁN"]],
  [2, ["NQ", "NGHỊ QUYẾT"]],
  [2, ["KL", "KẾT LUẬN"]],
]

const MATTERS = [
  "tăng cường công tác phòng cháy, chữa cháy mùa hanh khô",
  "báo cáo kết quả giải ngân vốn đầu tư công",
  "rà soát, sắp xếp đơn vị sự nghiệp công lập",
  "góp ý dự thảo Quy chế làm việc",
  "tổ chức kỷ niệm ngày thành lập ngành",
  "triển khai chiến dịch tiêm chủng mở rộng",
  "cung cấp số liệu phục vụ kỳ họp",
  "đôn đốc thực hiện kết luận thanh tra",
  "hướng dẫn lập dự toán ngân sách năm 2027",
  "bảo đảm an toàn thực phẩm dịp Tết",
  "đính chính văn bản",
  "cử cán bộ tham gia tập huấn",
  "xử lý kiến nghị của cử tri",
  "kiểm tra công tác cải cách hành chính",
  "phòng, chống bệnh dịch tả lợn châu Phi",
  "quản lý hoạt động karaoke, vũ trường",
  "hỗ trợ hộ nghèo sửa chữa nhà ở",
  "phối hợp xác minh nội dung đơn",
  "điều chỉnh quy hoạch chung xây dựng",
  "thực hiện chế độ báo cáo thống kê",
  "thành lập Tổ công tác giúp việc Ban Chỉ đạo",
  "tăng cường kỷ luật, kỷ cương hành chính",
]
const TO = [
  "Các sở, ban, ngành",
  "Ủy ban nhân dân các xã, phường",
  "Sở Tài chính",
  "Chi cục Kiểm lâm",
  "Các phòng, đơn vị trực thuộc",
  "Văn phòng UBND tỉnh",
  "Ban Tổ chức Tỉnh ủy",
  "Công an tỉnh",
  "Các cơ quan, đơn vị liên quan",
  "Ông Vàng A Tủa, thôn 4",
  "Bộ Nội vụ",
  "Các trường trực thuộc",
]
const SENTENCES = [
  "Thực hiện chỉ đạo của cấp trên, đề nghị các đơn vị khẩn trương triển khai và báo cáo kết quả trước ngày 25 hằng tháng.",
  "Trong thời gian qua, công tác này đã đạt được nhiều kết quả tích cực, tuy nhiên vẫn còn một số tồn tại, hạn chế.",
  "Quá trình thực hiện nếu có vướng mắc, đề nghị phản ánh kịp thời để được xem xét, giải quyết.",
  "Giao Văn phòng theo dõi, đôn đốc và tổng hợp kết quả thực hiện.",
  "Các đơn vị cử đầu mối phối hợp, gửi danh sách kèm số điện thoại trước ngày 10/11/2026.",
  "Số liệu đến hết ngày 31/10/2026 được tổng hợp tại biểu kèm theo.",
  "Kinh phí thực hiện từ nguồn ngân sách được giao năm 2026 và các nguồn hợp pháp khác.",
  "Thủ trưởng các đơn vị chịu trách nhiệm về tính chính xác của số liệu báo cáo.",
  "Thời gian: 08 giờ 00 phút ngày 17/11/2026. Địa điểm: Phòng họp số 2.",
]
const NAMES = [
  "Lò Thị Bảo Khuê",
  "Ma Khánh Toàn",
  "Đàm Thu Lê",
  "Tẩn Láo Lở",
  "Hà Thị Mai Quế",
  "Vừ A Sùng",
  "Đinh Khắc Vọng",
  "Nông Thế Truyền",
]
const FILES = ["van ban.docx", "cv.pdf", "tai lieu.txt", "1540_signed.pdf", "Du thao.docx", "Bao cao.docx", "scan.pdf"]
const GREETINGS = ["", "Kính gửi anh chị, em gửi văn bản ạ.", "Trân trọng.", "Gửi anh file", "Em gui anh nhe"]

/** `count` letters; the issuers that are kept aside are never met in the others. */
export function letters(count: number, random: Random): readonly Sample[] {
  return Array.from({ length: count }, (_, index) => made(random.pick(ISSUERS), index, random))
}

function made(issuer: Issuer, index: number, random: Random): Sample {
  const [drifted, drift] = random.weighed(DRIFTS)
  const text = drift(random.chance(0.15) ? glued(issuer, random) : stacked(issuer, random), random)
  const name = `${issuer.head.join(" ")} ${index}${drifted === "" ? "" : ` (${drifted})`}`
  const attached = random.chance(0.4) && !["quoted", "forwarded"].includes(drifted)
  const subject = random.pick([
    "",
    `V/v ${random.pick(MATTERS)}`,
    "Văn bản",
    "cong van",
    "Gửi tài liệu",
    unaccented(random.pick(MATTERS), random),
  ])
  const aside = isAside(issuer.head.join(" "))
  const kept = {
    ...PLAIN,
    id: `made ${issuer.family}: ${name}`,
    family: issuer.family,
    label: "official",
    subject,
    aside,
  } as const
  const written = writtenAs(index)
  if (written !== null && UNWRITTEN.has(drifted))
    return { ...kept, text, written, id: `${kept.id} (${written.encoding} in ${written.container})` }
  if (!attached) return { ...kept, text }
  return { ...kept, text: random.pick(GREETINGS), files: [{ name: random.pick(FILES), text, margin: null }] }
}

/** What changes no letter, or only their order: an old encoding has no letters beside it. */
const UNWRITTEN = new Set(["", "mistyped"])

/** Of every third one, so that all pairs come up in time; chosen by its number alone. */
function writtenAs(index: number): Sample["written"] {
  if (index % 3 !== 0) return null
  const encoding = WRITTEN[hashed(`encoding:${index}`) % WRITTEN.length]
  const container = CONTAINERS[hashed(`container:${index}`) % CONTAINERS.length]
  return encoding === undefined || container === undefined ? null : { encoding: encoding.as, container: container.as }
}

interface Parts {
  readonly head: readonly string[]
  readonly motto: readonly string[]
  readonly symbol: string
  readonly date: string
  readonly title: readonly string[]
  readonly rest: readonly string[]
}

function parts(issuer: Issuer, random: Random): Parts {
  const type = random.weighed(TYPES)
  const party = issuer.family === "party"
  const number = random.chance(0.08)
    ? random.pick(["", "     ", "...", "……"])
    : String(1 + random.below(3_000)).padStart(2, "0")
  const matter = random.pick(MATTERS)
  const keep = (share: number, ...lines: readonly string[]): readonly string[] => (random.chance(share) ? lines : [])
  const motto = party
    ? ["ĐẢNG CỘNG SẢN VIỆT NAM"]
    : keep(
        0.8,
        random.pick(["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "CỘNG HOÀ XÃ HỘI CHỦ NGHĨA VIỆT NAM"]),
        random.pick(["Độc lập - Tự do - Hạnh phúc", "Độc lập – Tự do – Hạnh phúc"]),
      )
  const title =
    type === null
      ? keep(0.85, `V/v ${matter}`)
      : [type[1], ...keep(0.8, random.pick([`Về việc ${matter}`, `V/v ${matter}`, matter]))]
  return {
    head: issuer.head,
    motto,
    symbol: symbolOf(issuer, { number, type: type?.[0] ?? null }, random),
    date: random.chance(0.85)
      ? `${random.pick(["Tuyên Quang", "Sông Bạch", "Hà Nội", "TP. Hồ Chí Minh", "Mây Ngàn"])}, ngày ${number.trim() === "" ? "   " : String(1 + random.below(28)).padStart(2, "0")} tháng ${1 + random.below(12)} năm 2026`
      : "",
    title,
    rest: closing(issuer, { isLetter: type === null }, random),
  }
}

function symbolOf(
  { family, code, units }: Issuer,
  { number, type }: { readonly number: string; readonly type: string | null },
  random: Random,
): string {
  if (family === "party") return `${random.pick(["Số", "Số:", "Số "])} ${number}-${type ?? "CV"}/${code}`
  const unit = units.length === 0 ? "" : `-${random.pick(units)}`
  const tail = type === null ? `${code}${unit}` : `${type}-${code}`
  const slash = random.pick(["/", "/", "/", " / ", "/ "])
  const dashed = random.chance(0.1) ? tail.replace("-", random.pick([" - ", "–"])) : tail
  return `${random.pick(["Số: ", "Số: ", "Số:", "Số ", "Số :"])}${number}${slash}${dashed}`
}

function closing({ signed }: Issuer, { isLetter }: { readonly isLetter: boolean }, random: Random): readonly string[] {
  const keep = (share: number, ...lines: readonly string[]): readonly string[] => (random.chance(share) ? lines : [])
  const to = Array.from({ length: 1 + random.below(3) }, () => random.pick(TO))
  const addressed = to.length === 1 ? [`Kính gửi: ${to[0] ?? ""}`] : ["Kính gửi:", ...to.map((one) => `- ${one};`)]
  const body = Array.from({ length: 2 + random.below(4) }, () => random.pick(SENTENCES))
  const grounds = [
    "Căn cứ Luật Tổ chức chính quyền địa phương;",
    `Theo đề nghị của ${random.pick(["Chánh Văn phòng", "Trưởng phòng Tổ chức", "Giám đốc Sở Nội vụ"])},`,
  ]
  const recipients = [
    "Nơi nhận:",
    "- Như trên;",
    ...keep(0.6, "- Lãnh đạo (b/c);"),
    ...keep(0.85, random.pick(["- Lưu: VT.", "- Lưu: VT, TH.", "- Lưu VT, NV (2b).", "- Lưu."])),
  ]
  const signature = [...random.pick(signed).split("\n"), ...keep(0.3, "(Đã ký)"), ...keep(0.7, random.pick(NAMES))]
  const end = [recipients, signature].filter((_, index) => random.chance(index === 0 ? 0.85 : 0.92))
  return [
    ...(isLetter ? addressed : keep(0.4, ...addressed)),
    ...(isLetter ? [] : keep(0.5, ...grounds)),
    ...body.slice(0, -1),
    `${body.at(-1) ?? ""}${random.chance(0.5) ? "/." : ""}`,
    ...(random.chance(0.5) ? end : end.toReversed()).flat(),
  ]
}

/** Line below line, in one of the orders in which boxes are read. */
function stacked(issuer: Issuer, random: Random): string {
  const { head, motto, symbol, date, title, rest } = parts(issuer, random)
  const top = random.pick([
    [...head, symbol, ...motto, date, ...title],
    [...head, symbol, ...title, ...motto, date],
    [...motto, date, ...head, symbol, ...title],
    [...head, ...motto, symbol, date, ...title],
    [...head, ...motto, date, symbol, ...title],
  ])
  return [...top, ...rest].filter((line) => line !== "").join(random.pick(["\n", "\n", "\n\n"]))
}

/** Two columns read across. */
function glued(issuer: Issuer, random: Random): string {
  const { head, motto, symbol, date, title, rest } = parts(issuer, random)
  const left = [...head, symbol]
  const right = [...motto, ...(left.length - motto.length > 1 ? [""] : []), date]
  const between = random.pick([" ", " ", "     ", "\t"])
  const rows = Array.from({ length: Math.max(left.length, right.length) }, (_, index) => {
    const cells = [left[index] ?? "", right[index] ?? ""].filter((cell) => cell !== "")
    return (random.chance(0.9) ? cells : cells.toReversed()).join(between)
  })
  return [...rows, ...title, ...rest].join("\n")
}
