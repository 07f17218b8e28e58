/** Bodies that letters are made for: how their letterhead reads, their code in symbols, who signs. Places are real or invented, people are invented. */

export interface Issuer {
  readonly family: "state" | "party" | "mass" | "justice" | "armed" | "school"
  readonly head: readonly string[]
  readonly code: string
  /** Line units of a letter's symbol. */
  readonly units: readonly string[]
  readonly signed: readonly string[]
}

const PROVINCES = [
  "TUYÊN QUANG",
  "SÔNG BẠCH",
  "LÀO CAI",
  "CÀ MAU",
  "ĐỒNG THÁP",
  "QUẢNG TRỊ",
  "GIA LAI",
  "NINH BÌNH",
  "AN GIANG",
  "LÂM ĐỒNG",
] as const
const COMMUNES = ["MÂY NGÀN", "NẬM SÀI", "TÂN TRÀO", "BẢN SÁNG", "HỒ THƯỢNG", "YÊN SƠN", "THẠNH PHÚ", "HÒA AN"] as const

const KT = ["KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC", "GIÁM ĐỐC", "TL. GIÁM ĐỐC\nCHÁNH VĂN PHÒNG", "TUQ. GIÁM ĐỐC\nTRƯỞNG PHÒNG"]
const CHAIR = [
  "KT. CHỦ TỊCH\nPHÓ CHỦ TỊCH",
  "TM. ỦY BAN NHÂN DÂN\nCHỦ TỊCH",
  "TL. CHỦ TỊCH\nCHÁNH VĂN PHÒNG",
  "CHỦ TỊCH",
]
const MINISTER = ["KT. BỘ TRƯỞNG\nTHỨ TRƯỞNG", "TL. BỘ TRƯỞNG\nVỤ TRƯỞNG", "BỘ TRƯỞNG"]

const DEPARTMENTS: readonly (readonly [string, string, readonly string[]])[] = [
  ["SỞ NỘI VỤ", "SNV", ["TCBC", "CCVC", "XDCQ"]],
  ["SỞ TÀI CHÍNH", "STC", ["QLNS", "TCHCSN", "DN"]],
  ["SỞ TƯ PHÁP", "STP", ["XDVB", "HCTP"]],
  ["SỞ XÂY DỰNG", "SXD", ["QLN", "QHKT", "HTKT"]],
  ["SỞ CÔNG THƯƠNG", "SCT", ["QLTM", "KTATMT"]],
  ["SỞ Y TẾ", "SYT", ["NVY", "KHTC", "VP"]],
  ["SỞ GIÁO DỤC VÀ ĐÀO TẠO", "SGDĐT", ["GDTrH", "KHTC", "TCCB"]],
  ["SỞ KHOA HỌC VÀ CÔNG NGHỆ", "SKHCN", ["CĐS", "TĐC", "VP"]],
  ["SỞ VĂN HÓA, THỂ THAO VÀ DU LỊCH", "SVHTTDL", ["QLVHGĐ", "DL"]],
  ["SỞ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "SNNMT", ["QLĐĐ", "TTBVTV"]],
  ["SỞ DÂN TỘC VÀ TÔN GIÁO", "SDTTG", ["CSDT", "VP"]],
  ["SỞ NGOẠI VỤ", "SNgV", ["HTQT", "VP"]],
  ["THANH TRA TỈNH", "TTT", ["NV1", "VP"]],
  ["BAN QUẢN LÝ KHU KINH TẾ", "BQLKKT", ["QLĐT", "VP"]],
]

const MINISTRIES: readonly (readonly [string, string, readonly string[]])[] = [
  ["BỘ NỘI VỤ", "BNV", ["CCVC", "TCBC"]],
  ["BỘ TÀI CHÍNH", "BTC", ["NSNN", "QLCS"]],
  ["BỘ Y TẾ", "BYT", ["KCB", "PB"]],
  ["BỘ CÔNG THƯƠNG", "BCT", ["TTTN", "ATMT"]],
  ["BỘ KHOA HỌC VÀ CÔNG NGHỆ", "BKHCN", ["CĐSQG", "VP"]],
  ["BỘ NÔNG NGHIỆP VÀ MÔI TRƯỜNG", "BNNMT", ["QLĐĐ", "ĐĐ"]],
  ["BỘ GIÁO DỤC VÀ ĐÀO TẠO", "BGDĐT", ["GDPT", "KHTC"]],
  ["VĂN PHÒNG CHÍNH PHỦ", "VPCP", ["KGVX", "CN", "NC"]],
  ["THANH TRA CHÍNH PHỦ", "TTCP", ["C.IV", "KHTH"]],
  ["NGÂN HÀNG NHÀ NƯỚC VIỆT NAM", "NHNN", ["TT", "CSTT"]],
]

const COMMUNE_OFFICES: readonly (readonly [string, string])[] = [
  ["PHÒNG KINH TẾ", "KT"],
  ["PHÒNG VĂN HÓA - XÃ HỘI", "VHXH"],
  ["VĂN PHÒNG HĐND VÀ UBND", "VP"],
  ["TRUNG TÂM PHỤC VỤ HÀNH CHÍNH CÔNG", "TTPVHCC"],
]

const at = <T>(from: readonly T[], index: number): T => {
  const one = from[index % from.length]
  if (one === undefined) throw new Error("empty")
  return one
}

const province = (index: number): string => at(PROVINCES, index)
const commune = (index: number): string => at(COMMUNES, index)

const STATE: readonly Issuer[] = [
  ...PROVINCES.map(
    (name): Issuer => ({
      family: "state",
      head: ["ỦY BAN NHÂN DÂN", `TỈNH ${name}`],
      code: "UBND",
      units: ["TH", "KGVX", "NC", "KT", "CNXD", "THCB"],
      signed: CHAIR,
    }),
  ),
  ...COMMUNES.map(
    (name, index): Issuer => ({
      family: "state",
      head: index % 2 === 0 ? ["ỦY BAN NHÂN DÂN", `XÃ ${name}`] : [`UBND PHƯỜNG ${name}`],
      code: "UBND",
      units: ["VP", "KT", "VHXH"],
      signed: CHAIR,
    }),
  ),
  ...DEPARTMENTS.map(
    ([name, code, units], index): Issuer => ({
      family: "state",
      head:
        index % 3 === 0
          ? [`UBND TỈNH ${province(index)}`, name]
          : index % 3 === 1
            ? [name]
            : [`${name} TỈNH ${province(index)}`],
      code,
      units,
      signed: KT,
    }),
  ),
  ...MINISTRIES.map(
    ([name, code, units]): Issuer => ({ family: "state", head: [name], code, units, signed: MINISTER }),
  ),
  ...COMMUNE_OFFICES.map(
    ([name, code], index): Issuer => ({
      family: "state",
      head: [`UBND XÃ ${commune(index)}`, name],
      code,
      units: ["TH"],
      signed: ["TRƯỞNG PHÒNG", "KT. TRƯỞNG PHÒNG\nPHÓ TRƯỞNG PHÒNG"],
    }),
  ),
  {
    family: "state",
    head: ["HỘI ĐỒNG NHÂN DÂN", "TỈNH SÔNG BẠCH"],
    code: "HĐND",
    units: ["VP", "PC"],
    signed: ["CHỦ TỊCH", "TM. THƯỜNG TRỰC HĐND\nPHÓ CHỦ TỊCH"],
  },
  {
    family: "state",
    head: ["UBND TỈNH SÔNG BẠCH", "VĂN PHÒNG"],
    code: "VPUBND",
    units: ["TH", "NC"],
    signed: ["CHÁNH VĂN PHÒNG"],
  },
  { family: "state", head: ["THÀNH PHỐ HỒ CHÍ MINH", "SỞ DU LỊCH"], code: "SDL", units: ["QLLT"], signed: KT },
  { family: "state", head: ["UBND THÀNH PHỐ HẢI PHÒNG", "SỞ NỘI VỤ"], code: "SNV", units: ["LĐVL"], signed: KT },
  { family: "state", head: ["SỞ Y TẾ", "CHI CỤC DÂN SỐ"], code: "CCDS", units: ["NV"], signed: ["CHI CỤC TRƯỞNG"] },
  {
    family: "state",
    head: ["BỘ TÀI CHÍNH", "CỤC THUẾ"],
    code: "CT",
    units: ["CS", "PC"],
    signed: ["KT. CỤC TRƯỞNG\nPHÓ CỤC TRƯỞNG"],
  },
  { family: "state", head: ["KHO BẠC NHÀ NƯỚC KHU VỰC IX"], code: "KBKV", units: ["KTNN"], signed: KT },
  {
    family: "state",
    head: ["CỤC HẢI QUAN", "CHI CỤC HẢI QUAN KHU VỰC VII"],
    code: "HQKV7",
    units: ["NV"],
    signed: ["CHI CỤC TRƯỞNG"],
  },
  {
    family: "state",
    head: ["BẢO HIỂM XÃ HỘI VIỆT NAM", "BẢO HIỂM XÃ HỘI TỈNH GIA LAI"],
    code: "BHXH",
    units: ["CĐBHXH"],
    signed: KT,
  },
  {
    family: "state",
    head: ["KIỂM TOÁN NHÀ NƯỚC", "KIỂM TOÁN NHÀ NƯỚC KHU VỰC VII"],
    code: "KV7",
    units: ["TH"],
    signed: ["KIỂM TOÁN TRƯỞNG"],
  },
  {
    family: "state",
    head: ["UBND HUYỆN NẬM SÀI", "PHÒNG TÀI CHÍNH - KẾ HOẠCH"],
    code: "PTCKH",
    units: ["NS"],
    signed: ["TRƯỞNG PHÒNG"],
  },
]

const OTHERS: readonly Issuer[] = [
  {
    family: "party",
    head: ["TỈNH ỦY TUYÊN QUANG", "*"],
    code: "TU",
    units: [],
    signed: ["T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ", "T/M TỈNH ỦY\nBÍ THƯ"],
  },
  {
    family: "party",
    head: ["TỈNH ỦY SÔNG BẠCH", "VĂN PHÒNG TỈNH ỦY", "*"],
    code: "VPTU",
    units: [],
    signed: ["CHÁNH VĂN PHÒNG", "K/T CHÁNH VĂN PHÒNG\nPHÓ CHÁNH VĂN PHÒNG"],
  },
  {
    family: "party",
    head: ["TỈNH ỦY SÔNG BẠCH", "BAN TỔ CHỨC", "*"],
    code: "BTCTU",
    units: [],
    signed: ["K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN"],
  },
  {
    family: "party",
    head: ["TỈNH UỶ LÀO CAI", "UỶ BAN KIỂM TRA", "*"],
    code: "UBKTTU",
    units: [],
    signed: ["T/M UỶ BAN KIỂM TRA\nCHỦ NHIỆM"],
  },
  {
    family: "party",
    head: ["THÀNH ỦY HẢI PHÒNG", "BAN NỘI CHÍNH", "*"],
    code: "BNCTU",
    units: [],
    signed: ["K/T TRƯỞNG BAN\nPHÓ TRƯỞNG BAN"],
  },
  {
    family: "party",
    head: ["ĐẢNG ỦY XÃ MÂY NGÀN", "*"],
    code: "ĐU",
    units: [],
    signed: ["T/M ĐẢNG ỦY\nPHÓ BÍ THƯ", "T/M BAN THƯỜNG VỤ\nBÍ THƯ"],
  },
  {
    family: "party",
    head: ["ĐẢNG BỘ SỞ TÀI CHÍNH", "CHI BỘ VĂN PHÒNG", "*"],
    code: "CB",
    units: [],
    signed: ["T/M CHI BỘ\nBÍ THƯ"],
  },
  {
    family: "party",
    head: ["HUYỆN ỦY NẬM SÀI", "*"],
    code: "HU",
    units: [],
    signed: ["T/M BAN THƯỜNG VỤ\nPHÓ BÍ THƯ"],
  },
  { family: "party", head: ["BAN CHẤP HÀNH TRUNG ƯƠNG", "*"], code: "TW", units: [], signed: ["T/M BAN BÍ THƯ"] },
  {
    family: "mass",
    head: ["ỦY BAN MTTQ VIỆT NAM", "TỈNH SÔNG BẠCH", "BAN THƯỜNG TRỰC"],
    code: "MTTQ",
    units: ["BTT"],
    signed: ["TM. BAN THƯỜNG TRỰC\nPHÓ CHỦ TỊCH"],
  },
  {
    family: "mass",
    head: ["LIÊN ĐOÀN LAO ĐỘNG TỈNH CÀ MAU"],
    code: "LĐLĐ",
    units: ["CSPL"],
    signed: ["TM. BAN THƯỜNG VỤ\nPHÓ CHỦ TỊCH"],
  },
  {
    family: "mass",
    head: ["HỘI NÔNG DÂN VIỆT NAM", "BAN THƯỜNG VỤ TỈNH SÔNG BẠCH"],
    code: "HND",
    units: ["KTXH"],
    signed: ["TM. BAN THƯỜNG VỤ\nCHỦ TỊCH"],
  },
  {
    family: "mass",
    head: ["HỘI LIÊN HIỆP PHỤ NỮ", "XÃ MÂY NGÀN"],
    code: "HLHPN",
    units: ["VP"],
    signed: ["TM. BAN THƯỜNG VỤ\nCHỦ TỊCH"],
  },
  {
    family: "mass",
    head: ["HỘI CỰU CHIẾN BINH TỈNH AN GIANG"],
    code: "CCB",
    units: ["TG"],
    signed: ["TM. BAN CHẤP HÀNH\nCHỦ TỊCH"],
  },
  {
    family: "mass",
    head: ["TỈNH ĐOÀN SÔNG BẠCH", "***"],
    code: "TĐTN",
    units: ["TGTN"],
    signed: ["TM. BAN THƯỜNG VỤ TỈNH ĐOÀN\nBÍ THƯ"],
  },
  {
    family: "justice",
    head: ["TÒA ÁN NHÂN DÂN", "TỈNH SÔNG BẠCH"],
    code: "TA",
    units: ["TCHS"],
    signed: ["KT. CHÁNH ÁN\nPHÓ CHÁNH ÁN"],
  },
  {
    family: "justice",
    head: ["TÒA ÁN NHÂN DÂN", "KHU VỰC 3 - SÔNG BẠCH"],
    code: "TAKV3",
    units: ["VP"],
    signed: ["CHÁNH ÁN"],
  },
  {
    family: "justice",
    head: ["VIỆN KIỂM SÁT NHÂN DÂN", "TỈNH ĐỒNG THÁP"],
    code: "VKS",
    units: ["P1", "VP"],
    signed: ["KT. VIỆN TRƯỞNG\nPHÓ VIỆN TRƯỞNG"],
  },
  {
    family: "justice",
    head: ["THI HÀNH ÁN DÂN SỰ", "TỈNH NINH BÌNH"],
    code: "THADS",
    units: ["NV"],
    signed: ["PHÓ TRƯỞNG THI HÀNH ÁN DÂN SỰ"],
  },
  {
    family: "armed",
    head: ["CÔNG AN TỈNH SÔNG BẠCH", "PHÒNG CẢNH SÁT HÌNH SỰ"],
    code: "CSHS",
    units: ["Đ2"],
    signed: ["KT. TRƯỞNG PHÒNG\nPHÓ TRƯỞNG PHÒNG"],
  },
  {
    family: "armed",
    head: ["BỘ CÔNG AN", "CÔNG AN TỈNH LÂM ĐỒNG"],
    code: "CAT",
    units: ["PV01", "PA05"],
    signed: ["KT. GIÁM ĐỐC\nPHÓ GIÁM ĐỐC"],
  },
  {
    family: "armed",
    head: ["CÔNG AN TỈNH SÔNG BẠCH", "CÔNG AN XÃ BẢN SÁNG"],
    code: "CAX",
    units: ["TH"],
    signed: ["TRƯỞNG CÔNG AN XÃ"],
  },
  {
    family: "armed",
    head: ["QUÂN KHU 9", "BỘ CHỈ HUY QUÂN SỰ TỈNH CÀ MAU"],
    code: "BCH",
    units: ["TM", "CT"],
    signed: ["CHỈ HUY TRƯỞNG", "KT. CHỈ HUY TRƯỞNG\nPHÓ CHỈ HUY TRƯỞNG"],
  },
  {
    family: "armed",
    head: ["BAN CHỈ HUY QUÂN SỰ", "XÃ HÒA AN"],
    code: "BCHQS",
    units: ["TM"],
    signed: ["CHỈ HUY TRƯỞNG"],
  },
  {
    family: "armed",
    head: ["BỘ ĐỘI BIÊN PHÒNG", "BAN CHỈ HUY BỘ ĐỘI BIÊN PHÒNG TỈNH QUẢNG TRỊ"],
    code: "BĐBP",
    units: ["TM"],
    signed: ["PHÓ CHỈ HUY TRƯỞNG"],
  },
  {
    family: "school",
    head: ["UBND XÃ MÂY NGÀN", "TRƯỜNG TIỂU HỌC MÂY NGÀN"],
    code: "THMN",
    units: ["CM"],
    signed: ["HIỆU TRƯỞNG"],
  },
  {
    family: "school",
    head: ["SỞ GD&ĐT SÔNG BẠCH", "TRƯỜNG THPT HỒ THƯỢNG"],
    code: "THPTHT",
    units: ["VP"],
    signed: ["KT. HIỆU TRƯỞNG\nPHÓ HIỆU TRƯỞNG"],
  },
  {
    family: "school",
    head: ["ỦY BAN NHÂN DÂN PHƯỜNG HỒ THƯỢNG", "TRƯỜNG MẦM NON HOA SEN"],
    code: "MNHS",
    units: ["CM"],
    signed: ["HIỆU TRƯỞNG"],
  },
  {
    family: "school",
    head: ["BỘ GIÁO DỤC VÀ ĐÀO TẠO", "TRƯỜNG ĐẠI HỌC SÔNG BẠCH"],
    code: "ĐHSB",
    units: ["ĐT", "CTSV"],
    signed: ["TL. HIỆU TRƯỞNG\nTRƯỞNG PHÒNG ĐÀO TẠO"],
  },
  {
    family: "school",
    head: ["UBND TỈNH SÔNG BẠCH", "TRƯỜNG CAO ĐẲNG NGHỀ SÔNG BẠCH"],
    code: "CĐN",
    units: ["ĐT"],
    signed: ["HIỆU TRƯỞNG"],
  },
  {
    family: "school",
    head: ["SỞ Y TẾ TỈNH SÔNG BẠCH", "TRUNG TÂM Y TẾ KHU VỰC NẬM SÀI"],
    code: "TTYT",
    units: ["KHNV"],
    signed: KT,
  },
  { family: "school", head: ["SỞ Y TẾ", "BỆNH VIỆN PHỔI SÔNG BẠCH"], code: "BVP", units: ["TCHC"], signed: KT },
]

export const ISSUERS: readonly Issuer[] = [...STATE, ...OTHERS]
