/** Who issues official documents: codes in symbols and names in letterheads; and whose letters only look like it. Data; settings add to it. */
import type { Settings } from "../config/schema.ts"
import { compact, isHeading, type Line, skeleton } from "./readings.ts"

export interface Issuers {
  /** A code as it stands in symbols, folded. */
  knowsCode(code: string): boolean
  /** A line of a letterhead that names a body of the state, the Party or a mass organisation. */
  isState(line: Line): boolean
  /** One that names a firm, a private school, a club: they write in the same form. */
  isCompany(line: Line): boolean
}

/** Codes of bodies as they stand in symbols: `1622/UBND-THCB`, `45/TTr-STC`, `15-CV/TU`. Without accents. */
const CODES = [
  // Central, today's and those of files older than the mergers of 2025.
  "cp ttg vpcp qh ubtvqh vpqh ctn vpctn bca bqp bng bnv btc bct bxd bnnmt bkhcn bvhttdl bgddt byt btp bdttg ttcp nhnn",
  "tandtc vksndtc ktnn mttq mttw ubtwmttqvn tldldvn btttt bkhdt bgtvt btnmt bnn bnnptnt bldtbxh ubdt bhxh vkstc tandcc",
  "catttt cattt tct ct chq tchq kbnn kbkv ctk tctk cthads thads qld kcb dp hqkv gddt dbqh hdbt ubqg ubbc hdbc",
  // Provincial.
  "ubnd hdnd vpubnd vphdnd ddbqh snv stc stp sxd sct syt sgddt skhcn svhttdl snnmt sdttg sngv ttt tttttt bqlkkt bqlkcn sdl",
  "ttpvhcc stttt skhdt stnmt sldtbxh sgtvt snnptnt snn bdt bqlda batgt bcd bcdpctt bch bchpctt ttyt ttksbt ksbt cdc bvdk bv",
  "ttdvvl sqhkt satp svhtt vhttdl ccds cckl ccthads vpdk vpdkdd ttptqd bdtqh bqlr tkt ttk btcd vpbcd",
  // Districts of before 2025 and communes.
  "pgddt ptnmt ptckh pnv ptp pldtbxh vhxh kthtdt cax cap cah cat catp bchqs btl bdbp qsx bchqsx ktht vpdd ubmttq",
  "pa01 pa02 pa03 pa04 pa05 pa06 pa08 pa09 pv01 pc01 pc02 pc03 pc04 pc06 pc07 pc08 csdt csht ant andt cstt kl hkl",
  // Schools of the state.
  "thpt thcs th mn mg ttgdtx gdtx ptdtnt ptdtbt dhqg",
  // Party and mass organisations.
  "tw vptw tu vptu btctu btgtu btgdvtu bnctu ubkttu bdvtu du duk vpdu cb bcsd hu thu qu ubkt btg ldld hnd hlhpn btv ccb tdtn dtn cdvc btt",
  // Courts and procuracies.
  "tand vksnd vks ta takv vkskv hsst dsst hspt hngdst",
].flatMap((line) => line.split(" "))

/** A code of a department or ministry nobody listed: S or B and the initials of its field. */
const SHAPE = /^(?:s(?:gd|nn|vh|ld|kh|tn|gt)|b(?:gd|nn|vh|ld|kh|tn|gt))[a-z]{0,8}$/

/** Beginnings of letterhead lines; what follows is the place or the field. */
const NAMES = [
  "uy ban nhan dan, hoi dong nhan dan, ubnd tinh, ubnd thanh pho, ubnd tp, ubnd huyen, ubnd quan, ubnd thi xa, ubnd xa",
  "ubnd phuong, ubnd thi tran, ubnd dac khu, ubnd tx, hdnd, hdnd ubnd, doan dai bieu quoc hoi, doan dbqh, uy ban bau cu",
  "van phong chinh phu, van phong quoc hoi, van phong uy ban nhan dan, van phong ubnd, van phong hdnd, van phong tinh uy",
  "van phong dang uy, van phong doan dbqh, van phong dang ky dat dai, van phong chu tich nuoc, van phong trung uong",
  "chinh phu, thu tuong chinh phu, quoc hoi, chu tich nuoc, uy ban thuong vu quoc hoi, bo cong an, bo quoc phong",
  "bo ngoai giao, bo noi vu, bo tai chinh, bo cong thuong, bo xay dung, bo nong nghiep, bo khoa hoc, bo van hoa, bo giao duc",
  "bo y te, bo tu phap, bo dan toc, bo thong tin, bo ke hoach, bo giao thong, bo tai nguyen, bo lao dong, bo chi huy, bo tu lenh quan",
  "bo tu lenh bo doi, bo tu lenh thu do, bo tu lenh vung, bo tu lenh canh ve, bo doi bien phong, ban chi huy quan su, ban chi huy bo doi, ban chi huy phong",
  "ban chi huy pctt, ban chi huy phong thu, ban chi dao, quan khu, quan doan, quan chung, su doan, don bien phong, ban chqs",
  "ban quan ly khu kinh te, ban quan ly khu cong nghiep, ban quan ly cac khu, ban quan ly du an, ban quan ly rung, ban qlda, ban dan toc",
  "ban tiep cong dan, ban an toan giao thong, ban dan van, ban van hoa xa hoi, ban phap che, ban kinh te ngan sach",
  "so noi vu, so tai chinh, so tu phap, so xay dung, so cong thuong, so y te, so giao duc, so gd, so khoa hoc, so kh, so van hoa, so vh",
  "so nong nghiep, so nn, so ngoai vu, so dan toc, so thong tin, so ke hoach, so tai nguyen, so lao dong, so ld, so giao thong, so du lich",
  "so quy hoach, so an toan, so tt, so tn, thanh tra tinh, thanh tra chinh phu, thanh tra thanh pho, thanh tra so, thanh tra bo",
  "cong an tinh, cong an thanh pho, cong an huyen, cong an xa, cong an phuong, cong an tp, cong an dac khu, cong an thi tran, cong an quan",
  "chi cuc, cuc thue, cuc thong ke, cuc hai quan, cuc quan ly, cuc thi hanh an, cuc kiem tra, cuc an toan, cuc so huu, cuc du tru, cuc canh sat, cuc duong bo",
  "cuc xuat ban, cuc bao chi, cuc viec lam, cuc chuyen doi so, cuc an ninh, cuc ha tang, cuc thuy loi, cuc chan nuoi, cuc kiem lam, cuc y te, cuc quan huan",
  "thi hanh an dan su, tong cuc, kho bac nha nuoc, kbnn, thue tinh, thue thanh pho, thue co so, chi nhanh thue, thong ke tinh, thong ke thanh pho",
  "bao hiem xa hoi, bhxh, toa an nhan dan, toa an quan su, vien kiem sat, kiem toan nha nuoc, ngan hang nha nuoc, hai quan",
  "phong giao duc, phong gd, phong tai chinh ke hoach, phong noi vu, phong tu phap, phong van hoa, phong kinh te, phong tai nguyen, phong lao dong",
  "phong y te, phong dan toc, phong nong nghiep, phong canh sat, phong an ninh, phong tham muu, phong thads, phong quan ly do thi, phong ld",
  "trung tam phuc vu hanh chinh cong, trung tam hanh chinh cong, trung tam y te, trung tam kiem soat benh tat, trung tam van hoa",
  "trung tam giao duc thuong xuyen, trung tam giao duc nghe nghiep, trung tam gdnn, trung tam cong nghe thong tin, trung tam chuyen doi so, trung tam khuyen nong",
  "trung tam dich vu nong nghiep, trung tam dich vu viec lam, trung tam phat trien quy dat, trung tam chinh tri, trung tam cung ung dich vu, trung tam bao tro",
  "trung tam luu tru, trung tam tro giup phap ly, trung tam kiem nghiem, trung tam phap y, trung tam quan trac, trung tam nuoc sinh hoat, tram y te, hat kiem lam, vien nghien cuu",
  "benh vien da khoa tinh, benh vien da khoa khu vuc, benh vien da khoa huyen, benh vien da khoa trung uong, benh vien quan y, hoc vien chinh tri, vien han lam",
  "truong tieu hoc, truong mam non, truong mau giao, truong thcs, truong thpt, truong trung hoc, truong pho thong, truong ptdt, truong th, truong cao dang",
  "truong dai hoc, truong chinh tri, truong quan su, dai hoc quoc gia, tinh uy, thanh uy, huyen uy, quan uy, dang uy, dang bo, chi bo, ban chap hanh",
  "ban thuong vu, ban tuyen giao, ban to chuc, ban noi chinh, uy ban kiem tra, ban can su dang, dang doan, uy ban mat tran, uy ban mttq, ubmttq, mat tran to quoc",
  "ban thuong truc, ban cong tac mat tran, lien doan lao dong, cong doan vien chuc, cong doan nganh, tong lien doan, hoi lien hiep phu nu, hoi lhpn, hoi nong dan",
  "hoi cuu chien binh, hoi ccb, doan tncs, tinh doan, thanh doan, huyen doan, doan thanh nien, doan xa, doan phuong, hoi dong doi, hoi chu thap do, hoi nguoi cao tuoi, hoi dong thi dua",
  "hoi dong nghia vu quan su, hoi dong tuyen dung, hoi dong bau cu, hoi dong gpmb, hoi dong boi thuong, hoi dong phoi hop, to cong tac, dai truyen thanh, doan kiem tra, doan thanh tra, doan giam sat",
]
  .flatMap((line) => line.split(", "))
  .map((name) => skeleton(compact(name)))

/** Firms and whoever else is nobody's authority. */
const COMPANIES =
  /^(?:tong cong ty|cong ty|cty|ct tnhh|tap doan|doanh nghiep|ngan hang(?! nha nuoc| chinh sach)|quy tin dung|hop tac xa|htx|dntn|lien hiep htx|chi nhanh (?:cong ty|ngan hang)|lien danh|hiep hoi|van phong (?:luat|cong chung|thua phat|dai dien|tham phap)|phong kham|nha thuoc|khach san|nha hang|cua hang|sieu thi|showroom|studio|hoi dong (?:gia toc|quan tri|thanh vien)|ban lien lac|ban quan tri|ban quan ly (?:toa nha|chung cu|cho )|cau lac bo|clb|he thong giao duc|trung tam (?:anh ngu|ngoai ngu|tieng anh|dao tao|gia su|tu van|luat)|giao hoi|nha tho|dai ly|quy dau tu|viettel|vnpt|evn)\b|\b(?:tnhh|jsc|co ltd|cong ty cp|cong ty co phan|mtv|joint stock|tu thuc|dan lap|lien cap|quoc te (?:hoa|a|viet|sao|canada|uc|anh|my))\b/

export function createIssuers(added: Settings["recognise"]["issuers"]): Issuers {
  const codes = new Set([...CODES, ...added.codes.map(compact)])
  const states = byStart([...NAMES, ...added.names.map((name) => skeleton(compact(name)))])
  const companies = byStart(added.companies.map((name) => skeleton(compact(name))))
  return {
    knowsCode: (code) => {
      if (codes.has(code)) return true
      const bare = code.replace(/\d+$/, "")
      return codes.has(bare) || SHAPE.test(bare)
    },
    isState: (line) => begins(skeleton(line.compact), states),
    isCompany: (line) => isHeading(line) && (COMPANIES.test(line.words) || begins(skeleton(line.compact), companies)),
  }
}

type Names = ReadonlyMap<string, readonly string[]>
/** The shortest name is as long. */
const START = 4

function byStart(names: readonly string[]): Names {
  return Map.groupBy(names, (name) => name.slice(0, START))
}

function begins(text: string, names: Names): boolean {
  return names.get(text.slice(0, START))?.some((name) => text.startsWith(name)) ?? false
}
