/** Invented letters of every kind the policy tells apart. All names, numbers and matters in them are made up. */
import { zip } from "../unpack/zip-writer.ts"

export interface Letter {
  readonly subject: string
  readonly lines: readonly string[]
  /** Further header fields, `Name: value`. */
  readonly header?: readonly string[]
}

const MOTTO = ["CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập - Tự do - Hạnh phúc"]

/** A letter of a department in the form of Decree 30/2020; `marks` are stamped below its number. */
export function official(marks: readonly string[] = []): Letter {
  return {
    subject: "Công văn về kiểm tra an toàn thông tin quý IV",
    lines: [
      "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
      "SỞ KHOA HỌC VÀ CÔNG NGHỆ",
      "",
      "Số: 917/SKHCN-CNTT",
      "V/v kiểm tra an toàn thông tin quý IV năm 2026",
      ...marks,
      "",
      ...MOTTO,
      "",
      "Tuyên Quang, ngày 18 tháng 11 năm 2026",
      "",
      "Kính gửi:",
      "- Các sở, ban, ngành;",
      "- Ủy ban nhân dân các xã, phường.",
      "",
      "Thực hiện chương trình công tác năm 2026, Sở Khoa học và Công nghệ đề nghị các cơ quan, đơn vị tự kiểm tra",
      "máy tính, hộp thư và tài khoản của đơn vị mình, gửi báo cáo kết quả về Sở trước ngày 05 tháng 12 năm 2026./.",
      "",
      "Nơi nhận:",
      "- Như trên;",
      "- UBND tỉnh (báo cáo);",
      "- Lưu: VT, CNTT.",
      "",
      "KT. GIÁM ĐỐC",
      "PHÓ GIÁM ĐỐC",
      "",
      "Lương Thị Mai Xuân",
    ],
  }
}

export function restricted(): Letter {
  return { ...official(["", "LƯU HÀNH NỘI BỘ"]), subject: "Tài liệu họp giao ban" }
}

export function secret(): Letter {
  return { ...official(["", "MẬT"]), subject: "Tài liệu họp" }
}

/** Talk about work without the form of a document: neither here nor there. */
export function unsure(): Letter {
  return {
    subject: "Dự thảo tờ trình, xin ý kiến",
    lines: [
      "Kính gửi: Sở Tài chính,",
      "",
      "Em gửi anh dự thảo tờ trình về dự toán năm sau để góp ý trước khi trình ký; phụ lục số liệu em sẽ gửi trong chiều nay.",
      "Căn cứ Công văn số 88/STC-NS, phần giải ngân và quyết toán đã sửa theo kết luận cuộc họp giao ban, văn thư đã chuyển biểu mẫu.",
    ],
  }
}

/** A text everybody may read in the gazette. */
export function publicLaw(): Letter {
  return {
    subject: "Quyết định ban hành quy định về cây xanh đô thị",
    lines: [
      "ỦY BAN NHÂN DÂN",
      "TỈNH TUYÊN QUANG",
      "",
      "Số: 61/2026/QĐ-UBND",
      "",
      ...MOTTO,
      "",
      "Tuyên Quang, ngày 02 tháng 11 năm 2026",
      "",
      "QUYẾT ĐỊNH",
      "Ban hành Quy định về quản lý cây xanh đô thị trên địa bàn tỉnh",
      "",
      "ỦY BAN NHÂN DÂN TỈNH TUYÊN QUANG",
      "Căn cứ Luật Tổ chức chính quyền địa phương;",
      "Căn cứ Luật Ban hành văn bản quy phạm pháp luật;",
      "",
      "QUYẾT ĐỊNH:",
      "Điều 1. Ban hành kèm theo Quyết định này Quy định về quản lý cây xanh đô thị.",
      "Điều 2. Quyết định này có hiệu lực kể từ ngày 15 tháng 11 năm 2026./.",
      "",
      "Nơi nhận:",
      "- Như Điều 2;",
      "- Công báo tỉnh;",
      "- Lưu: VT.",
      "",
      "TM. ỦY BAN NHÂN DÂN",
      "CHỦ TỊCH",
    ],
  }
}

/** A list of people with the number of their identity cards, none of which is anybody's. */
export function bulkPersonalData(): Letter {
  const people = Array.from({ length: 30 }, (_, index) => {
    const number = `0080${80 + (index % 20)}${String(900_000 + index)}`
    return `${index + 1}\tNgười thứ ${index + 1}\t${number}\tThôn ${1 + (index % 7)}`
  })
  return { subject: "Danh sách hộ", lines: ["STT\tHọ và tên\tSố CCCD\tĐịa chỉ", ...people] }
}

export function familyMail(): Letter {
  return {
    subject: "Chủ nhật này về quê",
    lines: [
      "Bố mẹ ơi,",
      "",
      "Chủ nhật này con và các cháu về quê, mẹ nấu canh măng nhé. Con mua hai vé xe chuyến bảy giờ sáng rồi.",
      "",
      "Con chào bố mẹ.",
    ],
  }
}

export function petition(): Letter {
  return {
    subject: "Đơn đề nghị sửa đường vào thôn",
    lines: [
      ...MOTTO,
      "",
      "Tân Trào, ngày 10 tháng 11 năm 2026",
      "",
      "ĐƠN ĐỀ NGHỊ",
      "Về việc sửa đoạn đường vào thôn",
      "",
      "Kính gửi: Ủy ban nhân dân xã Tân Trào",
      "",
      "Tôi tên là: Vi Thị Nụ, trú tại thôn Lũng Tre.",
      "Đoạn đường từ nhà văn hóa vào thôn bị sạt sau đợt mưa, các cháu đi học rất khó. Tôi đề nghị Ủy ban xem xét.",
      "",
      "Người làm đơn",
      "Vi Thị Nụ",
    ],
  }
}

export function contract(): Letter {
  return {
    subject: "Hợp đồng thuê nhà",
    lines: [
      ...MOTTO,
      "",
      "HỢP ĐỒNG THUÊ NHÀ",
      "Số: 01/2026/HĐTN",
      "",
      "Căn cứ Bộ luật Dân sự;",
      "BÊN A (bên cho thuê): bà Ma Thị Sáo",
      "BÊN B (bên thuê): ông Lục Văn Khe",
      "Hai bên cùng thỏa thuận:",
      "Điều 1. Bên A cho bên B thuê căn nhà trong 12 tháng.",
      "",
      "ĐẠI DIỆN BÊN A                    ĐẠI DIỆN BÊN B",
    ],
  }
}

export function pressArticle(): Letter {
  return {
    subject: "Bài báo hôm nay",
    lines: [
      "Nhiều tỉnh siết việc dùng thư điện tử miễn phí",
      "",
      "(PV) Theo Công văn số 812/UBND-KSTT và Quyết định 45/QĐ-UBND, cán bộ phải dùng hộp thư công vụ. Phóng viên ghi nhận tại",
      "nhiều nơi, Kế hoạch 77/KH-SNV và Thông báo 19/TB-VPCP cũng nêu yêu cầu này. Bạn đọc gửi ý kiến về tòa soạn.",
    ],
  }
}

export function schoolNotice(): Letter {
  return {
    subject: "Thông báo họp phụ huynh",
    lines: [
      "PHÒNG VĂN HÓA - XÃ HỘI",
      "TRƯỜNG TIỂU HỌC LŨNG TRE",
      "",
      "Số: 45/TB-THLT",
      "",
      "THÔNG BÁO",
      "Về việc họp phụ huynh học sinh",
      "",
      "Kính gửi: Quý phụ huynh lớp 3A",
      "",
      "Nhà trường mời quý phụ huynh họp lúc 8 giờ sáng thứ Bảy.",
      "",
      "HIỆU TRƯỞNG",
    ],
  }
}

export function newsletter(): Letter {
  return {
    subject: "Bản tin pháp luật tuần này",
    header: ["List-Unsubscribe: <https://bantin.example/huy>", "List-Id: <bantin.example>", "Precedence: bulk"],
    lines: [
      "Điểm tin văn bản mới: Nghị định 30/2020/NĐ-CP, Thông tư 12/2026/TT-BKHCN, Quyết định 61/2026/QĐ-UBND.",
      "Bấm vào đây để đọc toàn văn. Hủy đăng ký bất cứ lúc nào.",
    ],
  }
}

/** As a Word document: one paragraph a line. ECMA-376 part 1, §11.3.10. */
export function asDocx({ lines }: Letter): Buffer {
  const paragraphs = lines.map((line) => `<w:p><w:r><w:t xml:space="preserve">${escaped(line)}</w:t></w:r></w:p>`)
  return zip([
    {
      name: "[Content_Types].xml",
      data: `<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/><Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/></Types>`,
    },
    {
      name: "_rels/.rels",
      data: `<?xml version="1.0"?><Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships"><Relationship Id="rId1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" Target="word/document.xml"/></Relationships>`,
    },
    {
      name: "word/document.xml",
      data: `<?xml version="1.0"?><w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>${paragraphs.join("")}</w:body></w:document>`,
    },
  ])
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")
}

/** As a PDF of one page, a line a line: codes are UTF-16, which ToUnicode says again. ISO 32000-1, 9.7 and 9.10.3. */
export function asPdf({ lines }: Letter): Buffer {
  const shown = lines.map((line) => `<${hex(line)}> Tj T*`).join("\n")
  const page = `BT /F1 12 Tf 14 TL 50 800 Td\n${shown}\nET`
  const codes = [...new Set(lines.join(""))].map((character) => `<${hex(character)}> <${hex(character)}>`)
  const chunks = Array.from({ length: Math.ceil(codes.length / 100) }, (_, at) => codes.slice(at * 100, at * 100 + 100))
  const unicode = [
    "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
    "/CMapName /ToUnicode def /CMapType 2 def",
    "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ...chunks.map((chunk) => `${chunk.length} beginbfchar\n${chunk.join("\n")}\nendbfchar`),
    "endcmap CMapName currentdict /CMap defineresource pop end end",
  ].join("\n")
  const objects = [
    "<< /Type /Catalog /Pages 2 0 R >>",
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
    stream(page),
    "<< /Type /Font /Subtype /Type0 /BaseFont /Serif /Encoding /Identity-H /DescendantFonts [6 0 R] /ToUnicode 7 0 R >>",
    "<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Serif /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 8 0 R /DW 500 >>",
    stream(unicode),
    "<< /Type /FontDescriptor /FontName /Serif /Flags 4 /FontBBox [0 0 1000 1000] /ItalicAngle 0 /Ascent 800 /Descent -200 /CapHeight 700 /StemV 80 >>",
  ]
  const starts: number[] = []
  let file = "%PDF-1.7\n"
  for (const [index, body] of objects.entries()) {
    starts.push(file.length)
    file += `${index + 1} 0 obj\n${body}\nendobj\n`
  }
  const table = starts.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")
  const trailer = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${file.length}\n%%EOF\n`
  return Buffer.from(`${file}xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${table}${trailer}`, "latin1")
}

function stream(text: string): string {
  return `<< /Length ${text.length} >>\nstream\n${text}\nendstream`
}

function hex(text: string): string {
  return Array.from({ length: text.length }, (_, at) => text.charCodeAt(at).toString(16).padStart(4, "0")).join("")
}
