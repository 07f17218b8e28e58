/** Phrases that tell what a text is about, without accents. Data; all are looked for in one pass. */

const PHRASES = {
  /** Bodies as a letter addresses them or a draft names them. */
  state:
    "ubnd, hdnd, uy ban nhan dan, hoi dong nhan dan, cac so, cac bo, van phong chinh phu, van phong tinh uy, van phong ubnd, van phong dang uy, thu tuong, bo cong an, bo noi vu, bo tai chinh, bo y te, bo tu phap, bo xay dung, bo cong thuong, bo khoa hoc, bo quoc phong, bo ngoai giao, bo nong nghiep, bo giao duc, bo van hoa, so noi vu, so tai chinh, so y te, so tu phap, so xay dung, so cong thuong, so khoa hoc, so nong nghiep, so giao duc, so van hoa, so thong tin, so ke hoach, so lao dong, so giao thong, so tai nguyen, so dan toc, so ngoai vu, so du lich, cong an tinh, cong an thanh pho, cong an huyen, cong an xa, cong an phuong, thanh tra tinh, thanh tra chinh phu, tinh uy, thanh uy, huyen uy, dang uy, chi cuc, cuc thue, kho bac, bao hiem xa hoi, toa an nhan dan, vien kiem sat, phong giao duc, phong noi vu, phong tai chinh, phong tu phap, phong van hoa, phong kinh te, phong tai nguyen, ban quan ly du an, ban to chuc, ban tuyen giao, trung tam y te, tram y te, chi bo, cac phong, cac don vi truc thuoc, cac truong, bo chi huy quan su, mttq, to chuc chinh tri",
  draft: "du thao, trinh ky, xin y kien, gop y, bao cao nhanh",
  /** Words of office work; each is common, many together are not. */
  work: "bao cao, bi thu, bieu mau, bo nhiem, chanh van phong, chi bo, chi dao cua, chu tich, chuyen vien, cong van, dang uy, danh sach cccd, dau thau, don thu, dong dau, du thao, du toan, giai ngan, giai phong mat bang, giam doc so, giao ban, gop y, hdnd, ho khau, ho ngheo, ho so moi thau, ket luan cuoc hop, kiem diem, kiem toan, ky so, lich cong tac, luan chuyen, nghi quyet, nghia vu quan su, phat hanh, pho chu tich, phong chong thien tai, phu luc, quy hoach can bo, quyet toan, so lieu, tham muu, thanh tra, thi dua khen thuong, to trinh, trinh ky, truong phong, ubnd, van ban den, van ban di, van thu, y kien chi dao",
  petitioner:
    "toi ten la, ten toi la, ho va ten toi, ho ten toi, toi la, nguoi lam don, nguoi viet don, nguoi khieu nai, nguoi to cao, nguoi trinh bao, nguoi tuong trinh, nguoi de nghi, nguoi yeu cau, nguoi kien nghi, nguoi phan anh, nguoi khoi kien, nguoi khai, nguoi cam ket, nguoi viet cam doan, kinh don, toi lam don, toi viet don, lam don nay, viet don nay, toi xin cam doan, toi cam doan, toi xin chiu trach nhiem, cung ky ten, chung toi gom, toi viet thu nay, gia dinh toi, thay mat cac ho, toi khieu nai, toi to cao, de nghi quy cap, tap the ho dan, chung toi la, toi xin chan thanh, em ten la, chau ten la",
  contract:
    "ben a, ben b, dai dien ben, hai ben, cac ben, ben cho thue, ben thue, ben mua, ben ban, ben nhan, ben vay, ben dat coc, nguoi su dung lao dong, moi ben giu, dieu khoan chung, phuong thuc thanh toan, thoa thuan ky ket",
  /** Not of its own reading but of somebody's article. */
  press:
    "theo bao, phong vien, ban doc, nguon bao, bao dien tu, dan tri, vnexpress, tuoi tre online, thanh nien online, vietnamnet, tto, pv, ttxvn, vov vn, xem them, trao doi voi bao, chia se voi phong vien, bai viet lien quan, tin lien quan, toa soan, vtc news, bao chi dua tin",
  newsletter:
    "huy dang ky, unsubscribe, ban tin, dang ky nhan tin, ngung nhan email, khong muon nhan, xem tren trinh duyet, view in browser, huy nhan tin, quan ly dang ky, ban nhan duoc email nay, diem tin, hotline tu van, tu choi nhan",
  parody:
    "uy ban nhan dan gia dinh, uy ban nhan dan hoi ban, uy ban nhan dan xom, uy ban nhan dan nha, uy ban nhan dan vo chong, uy ban nhan dan anh em, uy ban nhan dan chi em, uy ban nhan dan lop, bo truong bo vo, bo noi tro, hoi nhung nguoi so vo, hoi nhung nguoi yeu vo, cuoi vo, lay vo, lay chong, cuoi chong, rua bat, bo tu lenh tinh yeu, can cu tinh yeu, nop luong cho vo, di nhau, tim chong, tim vo, vo yeu, chong yeu, can cu vao do dep trai, hoi e vo, f a, nguoi yeu cu, bo tinh yeu, so vo",
  family:
    "bo me, me oi, bo oi, ba oi, con chao, anh yeu, em yeu, vo yeu, chong yeu, ong ba, ca nha, gia dinh minh, hoi dong huong, ban lien lac, hop lop, nha minh, con gai, con trai, gio to, tiec cuoi, dam cuoi, sinh nhat, tan gia, le cuoi, quy phat tu, ho hang, dong toc",
  certified: "chung thuc ban sao dung voi ban chinh, so chung thuc, ban sao dung voi ban chinh",
  homework:
    "bai tap, bai lam, de bai, giang vien, giao vien huong dan, bai thuc hanh, tieu luan, lop hoc phan, mon hoc, cau hoi, em nop bai, vi du minh hoa, bai kiem tra, gia dinh tinh huong, mon soan thao, bai thu hoach, du lieu gia dinh, mang tinh chat minh hoa, mau tham khao, du lieu mau",
  commerce:
    "quy khach, khuyen mai, giam gia, uu dai, bao gia, hoc phi, hoa don dien tu, quy co dong, tran trong thong bao, so du, the tin dung, ma giao dich, don hang, dat hang, freeship, chieu sinh, khai giang khoa, ma khach hang, cuoc vien thong, tien dien, mau so hoa don, thu duoc gui tu dong, email tu dong, vui long khong tra loi",
} as const

export type Topic = keyof typeof PHRASES

/** How many different phrases of each topic a text has. */
export type Topics = Readonly<Record<Topic, number>>

interface Entry {
  readonly phrase: string
  readonly topic: Topic
}

/** By their first word, so that a text is gone through once. */
const BY_WORD: ReadonlyMap<string, readonly Entry[]> = Map.groupBy(
  Object.entries(PHRASES).flatMap(([topic, phrases]) =>
    isTopic(topic) ? phrases.split(", ").map((phrase): Entry => ({ phrase, topic })) : [],
  ),
  ({ phrase }) => phrase.split(" ", 1)[0] ?? "",
)

function isTopic(name: string): name is Topic {
  return name in PHRASES
}

export function topicsOf(words: string): Topics {
  const counts = {
    state: 0,
    draft: 0,
    work: 0,
    petitioner: 0,
    contract: 0,
    press: 0,
    newsletter: 0,
    parody: 0,
    family: 0,
    certified: 0,
    homework: 0,
    commerce: 0,
  }
  const seen = new Set<Entry>()
  for (let at = 0; at < words.length; ) {
    const space = words.indexOf(" ", at)
    const end = space === -1 ? words.length : space
    const candidates = BY_WORD.get(words.slice(at, end))
    if (candidates !== undefined) {
      for (const entry of candidates) {
        if (!seen.has(entry) && stands(words, at, entry.phrase)) {
          seen.add(entry)
          counts[entry.topic]++
        }
      }
    }
    at = end + 1
  }
  return counts
}

function stands(words: string, at: number, phrase: string): boolean {
  if (!words.startsWith(phrase, at)) return false
  const end = at + phrase.length
  return end === words.length || words.charCodeAt(end) === 0x20
}
