/** Invented letters in the forms that agencies, citizens, companies and newspapers use. */

export const MOTTO = "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập - Tự do - Hạnh phúc"

export interface Letter {
  readonly issuer?: string
  readonly symbol?: string
  readonly matter?: string
  readonly place?: string
  readonly to?: string
  readonly body?: string
  readonly signed?: string
  readonly recipients?: string
}

/** A letter (công văn) of a province, as its office sends them out; fields replace its parts. */
export function letter(fields: Letter = {}): string {
  const {
    issuer = "ỦY BAN NHÂN DÂN\nTỈNH SÔNG BẠCH",
    symbol = "Số: 2417/UBND-THNC",
    matter = "V/v tăng cường bảo đảm an toàn hệ thống thư điện tử",
    place = "Sông Bạch, ngày 14 tháng 9 năm 2026",
    to = "Kính gửi:\n- Các sở, ban, ngành;\n- Ủy ban nhân dân các xã, phường.",
    body = "Thời gian qua, nhiều hộp thư của cơ quan bị lợi dụng để phát tán mã độc. Ủy ban nhân dân tỉnh yêu cầu:\n1. Không dùng hộp thư miễn phí để trao đổi công việc.\n2. Báo cáo kết quả trước ngày 30 tháng 9./.",
    signed = "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\n\nLò Thị Bảo Khuê",
    recipients = "Nơi nhận:\n- Như trên;\n- Chủ tịch, các PCT UBND tỉnh;\n- Lưu: VT, THNC.",
  } = fields
  return [issuer, symbol, matter, MOTTO, place, to, body, recipients, signed].filter((part) => part !== "").join("\n\n")
}

const DECISION = `ỦY BAN NHÂN DÂN
XÃ MÂY NGÀN

Số: 87/QĐ-UBND

${MOTTO}

Mây Ngàn, ngày 03 tháng 02 năm 2026

QUYẾT ĐỊNH
Về việc kiện toàn Tổ công nghệ số cộng đồng

ỦY BAN NHÂN DÂN XÃ MÂY NGÀN
Căn cứ Luật Tổ chức chính quyền địa phương;
Căn cứ Kế hoạch số 12/KH-UBND của Ủy ban nhân dân tỉnh;
Theo đề nghị của Trưởng phòng Văn hóa - Xã hội,

QUYẾT ĐỊNH:
Điều 1. Kiện toàn Tổ công nghệ số cộng đồng xã.
Điều 2. Quyết định này có hiệu lực kể từ ngày ký./.

Nơi nhận:
- Như Điều 2;
- Lưu: VT.

TM. ỦY BAN NHÂN DÂN
CHỦ TỊCH`

/** What an agency writes: all of it official. */
export const OFFICIAL: readonly (readonly [string, string])[] = [
  ["a letter of a province", letter()],
  ["its form as a mail program quotes it", letter().replace(/^/gm, "> ")],
  ["the same under a greeting and a signature", `Em gửi anh văn bản ạ.\n\n${letter()}\n\nTrân trọng,\nVăn thư`],
  [
    "the same with marks of mark-down",
    letter().replace("ỦY BAN NHÂN DÂN\nTỈNH", "**ỦY BAN NHÂN DÂN  \nTỈNH").replace("BẠCH", "BẠCH**"),
  ],
  ["the same decomposed, as some telephones send it", letter().normalize("NFD")],
  [
    "the same with combining tones only",
    letter()
      .normalize("NFD")
      .replace(
        /(.)(\u0323?)(\u0302|\u0306|\u031b)/g,
        (all, base: string, dot: string, shape: string) => `${`${base}${shape}`.normalize("NFC")}${dot}` || all,
      ),
  ],
  [
    "a letter head of two columns in one line",
    letter({ issuer: "ỦY BAN NHÂN DÂN TỈNH SÔNG BẠCH        CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM" }),
  ],
  ["a letter with blanks in its number", letter({ symbol: "Số:  2417 / UBND – THNC" })],
  [
    "a letter whose filing line has no colon",
    letter({ recipients: "*Nơi nhận:*\n- Như trên;\n- CVP;\n- Lưu VT, TH (Khuê CNTT)." }),
  ],
  [
    "a draft with its number still blank",
    letter({ symbol: "Số:        /UBND-THNC", place: "Sông Bạch, ngày     tháng     năm 2026" }),
  ],
  [
    "a letter of a department",
    letter({
      issuer: "SỞ TÀI CHÍNH\nTỈNH SÔNG BẠCH",
      symbol: "Số: 310/STC-QLNS",
      signed: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC",
    }),
  ],
  [
    "a submission",
    letter({ symbol: "Số: 55/TTr-SNV", issuer: "SỞ NỘI VỤ", matter: "TỜ TRÌNH\nVề việc phê duyệt biên chế năm 2027" }),
  ],
  ["a decision of a commune", DECISION],
  [
    "a report without national name",
    letter({ symbol: "Số: 901/BC-UBND", matter: "BÁO CÁO\nTình hình kinh tế - xã hội tháng 8" }).replace(MOTTO, ""),
  ],
  [
    "a letter of a ministry",
    letter({
      issuer: "BỘ NỘI VỤ",
      symbol: "Số: 4410/BNV-CCVC",
      place: "Hà Nội, ngày 02 tháng 10 năm 2026",
      signed: "TL. BỘ TRƯỞNG\nVỤ TRƯỞNG VỤ CÔNG CHỨC",
    }),
  ],
  ["an urgent telegram", letter({ symbol: "Số: 09/CĐ-UBND", matter: "CÔNG ĐIỆN\nHỎA TỐC" })],
  [
    "a letter of the Party",
    "TỈNH ỦY SÔNG BẠCH\nVĂN PHÒNG TỈNH ỦY\n*\nSố 318-CV/VPTU\nV/v chuẩn bị hội nghị\n\nĐẢNG CỘNG SẢN VIỆT NAM\nSông Bạch, ngày 11 tháng 5 năm 2026\n\nKính gửi: Các huyện ủy, đảng ủy trực thuộc\n\nVăn phòng Tỉnh ủy đề nghị các cơ quan chuẩn bị báo cáo.\n\nNơi nhận:\n- Như trên,\n- Lưu VPTU.\n\nT/L BAN THƯỜNG VỤ\nCHÁNH VĂN PHÒNG",
  ],
  [
    "a resolution of a Party committee",
    "TỈNH ỦY SÔNG BẠCH\n*\nSố 27-NQ/TU\n\nĐẢNG CỘNG SẢN VIỆT NAM\n\nSông Bạch, ngày 20 tháng 6 năm 2026\n\nNGHỊ QUYẾT\ncủa Ban Chấp hành Đảng bộ tỉnh\n\nNơi nhận:\n- Các đảng ủy,\n- Lưu Văn phòng Tỉnh ủy.\n\nT/M TỈNH ỦY\nBÍ THƯ",
  ],
  [
    "a notice of a school",
    letter({
      issuer: "UBND XÃ MÂY NGÀN\nTRƯỜNG TIỂU HỌC MÂY NGÀN",
      symbol: "Số: 45/TB-THMN",
      matter: "THÔNG BÁO\nVề việc họp phụ huynh",
      to: "Kính gửi: Quý phụ huynh học sinh",
      signed: "HIỆU TRƯỞNG",
      body: "Nhà trường trân trọng kính mời quý phụ huynh dự họp./.",
    }),
  ],
  [
    "a letter of the police",
    letter({
      issuer: "BỘ CÔNG AN\nCÔNG AN TỈNH SÔNG BẠCH",
      symbol: "Số: 1120/CAT-PV01",
      signed: "KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC",
    }),
  ],
  [
    "a summons of a court",
    letter({
      issuer: "TÒA ÁN NHÂN DÂN\nTỈNH SÔNG BẠCH",
      symbol: "Số: 31/TB-TA",
      matter: "THÔNG BÁO\nVề việc thụ lý vụ án",
      signed: "TL. CHÁNH ÁN\nCHÁNH VĂN PHÒNG",
    }),
  ],
  [
    "a letter of a commune's office",
    letter({ issuer: "UBND PHƯỜNG HỒ THƯỢNG\nPHÒNG VĂN HÓA - XÃ HỘI", symbol: "Số: 18/VHXH", signed: "TRƯỞNG PHÒNG" }),
  ],
  ["a plan", letter({ symbol: "Số: 66/KH-UBND", matter: "KẾ HOẠCH\nChuyển đổi số năm 2027" })],
  ["an invitation to a meeting", letter({ symbol: "Số: 203/GM-UBND", matter: "GIẤY MỜI\nHọp Ban Chỉ đạo", to: "" })],
  [
    "a letter typed without accents",
    "UY BAN NHAN DAN\nXA MAY NGAN\nSo: 12/UBND-VHXH\nV/v bao cao so lieu\nCONG HOA XA HOI CHU NGHIA VIET NAM\nDoc lap - Tu do - Hanh phuc\nKinh gui: Phong Van hoa - Xa hoi\nNoi nhan:\n- Nhu tren;\n- Luu: VT.\nTM. UY BAN NHAN DAN\nCHU TICH",
  ],
  [
    "a letter of the Fatherland Front",
    letter({
      issuer: "ỦY BAN MTTQ VIỆT NAM\nTỈNH SÔNG BẠCH\nBAN THƯỜNG TRỰC",
      symbol: "Số: 90/MTTQ-BTT",
      signed: "TM. BAN THƯỜNG TRỰC\nPHÓ CHỦ TỊCH",
    }),
  ],
]

/** What only looks like it, or does not: none of it official. */
export const NOT_OFFICIAL: readonly (readonly [string, string])[] = [
  ["an empty mail", ""],
  ["a family letter", "Bố mẹ ơi, cuối tuần con về. Con mua mật ong rừng cho mẹ nhé. Con gái của bố mẹ."],
  ["a note about lunch", "Trưa nay ăn bún chả không? Mình đặt bàn lúc 11h30."],
  ["a joke about the boss", "Sếp lại bắt báo cáo nữa rồi, chủ tịch xóm nhậu đâu? 🍺"],
  [
    "a petition of a citizen",
    `${MOTTO}\n\nMây Ngàn, ngày 5 tháng 3 năm 2026\n\nĐƠN ĐỀ NGHỊ\nVề việc cấp lại giấy chứng nhận quyền sử dụng đất\n\nKính gửi: Ủy ban nhân dân xã Mây Ngàn\n\nTôi tên là: Mạc Văn Sáo\nCCCD số: 001099012345\nKính mong Ủy ban nhân dân xem xét.\n\nNgười làm đơn`,
  ],
  [
    "a complaint that cites a decision",
    `${MOTTO}\n\nĐƠN KHIẾU NẠI\n\nKính gửi: Chủ tịch UBND tỉnh Sông Bạch\nTôi là Triệu Thị Nhàn. Tôi khiếu nại Quyết định số 87/QĐ-UBND và Công văn 2417/UBND-THNC.\nTôi xin cam đoan. Người khiếu nại`,
  ],
  [
    "an application for leave",
    `${MOTTO}\n\nĐƠN XIN NGHỈ PHÉP\n\nKính gửi: Giám đốc Sở Tài chính\nTôi tên là Hà Mỹ. Xin nghỉ 3 ngày.\nNgười làm đơn`,
  ],
  [
    "a sales contract",
    `${MOTTO}\n\nHỢP ĐỒNG MUA BÁN\nSố: 01/2026/HĐMB/SAO-MAI\n\nCăn cứ Bộ luật Dân sự số 91/2015/QH13;\nCăn cứ nhu cầu của hai bên;\n\nHôm nay, ngày 7 tháng 4 năm 2026, chúng tôi gồm:\nBÊN A: CÔNG TY TNHH SAO MAI\nBÊN B: Ông Vàng A Tủa\nĐiều 1. Hai bên cùng thỏa thuận.\nĐẠI DIỆN BÊN A   ĐẠI DIỆN BÊN B`,
  ],
  [
    "a contract with an agency",
    `${MOTTO}\n\nSông Bạch, ngày 9 tháng 4 năm 2026\n\nHỢP ĐỒNG CUNG CẤP DỊCH VỤ\nSố: 12/HĐ-DV\n\nCăn cứ Quyết định số 87/QĐ-UBND của UBND xã Mây Ngàn;\nCăn cứ khả năng của hai bên;\nBÊN A: ỦY BAN NHÂN DÂN XÃ MÂY NGÀN\nBÊN B: CÔNG TY CỔ PHẦN SAO MAI`,
  ],
  ["a lease", `${MOTTO}\n\nHỢP ĐỒNG THUÊ NHÀ\nBên A (bên cho thuê): bà Lý\nBên B (bên thuê): anh Páo`],
  [
    "a curriculum vitae with the commune's word",
    `${MOTTO}\n\nSƠ YẾU LÝ LỊCH\n\nHọ và tên: Giàng Seo Lử    Nam\nMây Ngàn, ngày 2 tháng 1 năm 2026\nXác nhận của chính quyền địa phương\nTM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH`,
  ],
  [
    "a certified copy of a birth certificate",
    `ỦY BAN NHÂN DÂN\nXÃ MÂY NGÀN\n\n${MOTTO}\n\nGIẤY KHAI SINH\nSố: 15/2019\nHọ, chữ đệm, tên: Bế Minh An\nCHỨNG THỰC BẢN SAO ĐÚNG VỚI BẢN CHÍNH\nSố chứng thực: 77\nMây Ngàn, ngày 8 tháng 8 năm 2026`,
  ],
  [
    "a letter of a company to an agency",
    `CÔNG TY TNHH SAO MAI\nMST: 0100000000\nSố: 12/CV-SM\nV/v gia hạn thanh toán\n\n${MOTTO}\n\nSông Bạch, ngày 6 tháng 6 năm 2026\n\nKính gửi: Sở Tài chính tỉnh Sông Bạch\n\nCông ty chúng tôi kính đề nghị./.\n\nNơi nhận:\n- Như trên;\n- Lưu: VT.\n- KT.\n\nKT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC`,
  ],
  [
    "a notice of a bank",
    "NGÂN HÀNG TMCP HOA BAN\nSố: 887/TB-HB\nV/v điều chỉnh lãi suất\nKính gửi: Quý khách hàng\nTrân trọng thông báo.",
  ],
  [
    "a press article",
    "(Dân trí) - Theo Công văn số 2417/UBND-THNC ngày 14/9, tỉnh yêu cầu các sở báo cáo. Trước đó, Bộ Nội vụ có văn bản 4410/BNV-CCVC, Thủ tướng ban hành Công điện 09/CĐ-TTg, Sở Tài chính có 310/STC-QLNS. Chủ tịch và phó chủ tịch tỉnh dự họp. PV Hoàng Mây",
  ],
  [
    "an invitation of a clan",
    "GIẤY MỜI\nHội đồng hương Mây Ngàn trân trọng kính mời gia đình dự lễ giỗ tổ. Ban liên lạc",
  ],
  [
    "a template to be filled in",
    `TÊN CƠ QUAN, TỔ CHỨC (1)\nSố: .../...(2)-...(3)\nV/v ........(4)........\n\n${MOTTO}\n\n...., ngày .... tháng .... năm ....\n\nKính gửi:\n- ..............;\n- ..............\n\n..................................................../.\n\nNơi nhận:\n- Như trên;\n- .........;\n- Lưu: VT, ...(5)\n\nQUYỀN HẠN, CHỨC VỤ CỦA NGƯỜI KÝ`,
  ],
  [
    "a joke in the form of a decision",
    `ỦY BAN NHÂN DÂN GIA ĐÌNH\nSố: 01/QĐ-GĐ\n\n${MOTTO}\n\nQUYẾT ĐỊNH\nVề việc lấy vợ\nCăn cứ tình yêu;\nCăn cứ ý kiến bố mẹ;\nTM. ỦY BAN NHÂN DÂN GIA ĐÌNH\nCHỦ TỊCH 🎉`,
  ],
  ["an order of a shop", "Số: 1234/ĐH\nCảm ơn anh chị đã đặt hàng tại cửa hàng Hoa Ban. Tổng tiền: 350.000đ"],
  ["a question of a citizen", "Kính gửi UBND xã, cho tôi hỏi thủ tục cấp đổi căn cước. Xin cảm ơn."],
  [
    "an appointment card of a hospital",
    "BỆNH VIỆN ĐA KHOA TƯ NHÂN HOA BAN\nKết quả siêu âm: túi mật không sỏi. Hẹn tái khám.",
  ],
  ["a citation in passing", "Anh xem giúp em công văn 2417/UBND-THNC trên mạng nhé."],
  [
    "a forum on law",
    "Theo Nghị định 30/2020/NĐ-CP, Thông tư 12/2022/TT-BTTTT và Luật 116/2025/QH15 thì văn bản phải có số.",
  ],
  ["a bill", "TỔNG CÔNG TY ĐIỆN LỰC\nTHÔNG BÁO TIỀN ĐIỆN\nSố: 2026/TB\nKính gửi: Quý khách hàng"],
  [
    "a student's attestation",
    `BỘ GIÁO DỤC VÀ ĐÀO TẠO\nTRƯỜNG ĐẠI HỌC SÔNG BẠCH\n${MOTTO}\nGIẤY XÁC NHẬN\nXác nhận sinh viên: Mạc Nhàn\nTL. HIỆU TRƯỞNG`,
  ],
  ["a student's thesis", "Thưa thầy, em gửi thầy báo cáo thực tập và phụ lục, nhờ thầy góp ý giúp em ạ."],
  ["a song", "Việt Nam ơi, mật ngọt chết ruồi, tối mật mờ sao đêm nay..."],
]

/** What a person must look at. */
export const UNSURE: readonly (readonly [string, string])[] = [
  [
    "homework: a letter with nobody's names",
    `MẪU 1\nỦY BAN NHÂN DÂN\n[TÊN CƠ QUAN]\n\nSố: .../UBND-VP\nV/v [trích yếu nội dung]\n\n${MOTTO}\n\n........, ngày .... tháng .... năm ....\n\nKính gửi: Ủy ban nhân dân [tên đơn vị]\n\nNội dung: ..................\n./.\nNơi nhận:\n- Như trên;\n- .....;\n- Lưu: VT.\n\nKT. CHỦ TỊCH\nPHÓ CHỦ TỊCH\nNguyễn Văn A`,
  ],
  [
    "a short mail about work",
    "Em gửi anh dự thảo báo cáo 6 tháng, anh xem góp ý giúp em trước khi trình ký. Chánh văn phòng UBND cần số liệu giải ngân chiều nay, nhờ văn thư phát hành.\nSố liệu theo Kế hoạch 66/KH-UBND và 901/BC-UBND.",
  ],
  [
    "a cover note that names two documents",
    "Chuyển anh tờ trình 55/TTr-SNV và công văn 2417/UBND-THNC, văn thư đã đóng dấu phát hành, anh trình ký giúp. Dự thảo xin ý kiến Sở Tài chính.",
  ],
]
