/** Phrases that tell what a text is about, without accents. Data; all are looked for in one pass. */
import { createPhrases } from "./phrases.ts"

const PHRASES = {
  /** Bodies as a letter addresses them or a draft names them. */
  state:
    "ubnd, hdnd, uy ban nhan dan, hoi dong nhan dan, cac so, cac bo, van phong chinh phu, van phong tinh uy, van phong ubnd, van phong dang uy, thu tuong, bo cong an, bo noi vu, bo tai chinh, bo y te, bo tu phap, bo xay dung, bo cong thuong, bo khoa hoc, bo quoc phong, bo ngoai giao, bo nong nghiep, bo giao duc, bo van hoa, so noi vu, so tai chinh, so y te, so tu phap, so xay dung, so cong thuong, so khoa hoc, so nong nghiep, so giao duc, so van hoa, so thong tin, so ke hoach, so lao dong, so giao thong, so tai nguyen, so dan toc, so ngoai vu, so du lich, cong an tinh, cong an thanh pho, cong an huyen, cong an xa, cong an phuong, thanh tra tinh, thanh tra chinh phu, tinh uy, thanh uy, huyen uy, dang uy, chi cuc, cuc thue, kho bac, bao hiem xa hoi, toa an nhan dan, vien kiem sat, phong giao duc, phong noi vu, phong tai chinh, phong tu phap, phong van hoa, phong kinh te, phong tai nguyen, ban quan ly du an, ban to chuc, ban tuyen giao, trung tam y te, tram y te, chi bo, cac phong, cac don vi truc thuoc, cac truong, bo chi huy quan su, mttq, to chuc chinh tri",
  draft: "du thao, trinh ky, xin y kien, gop y, bao cao nhanh",
  /** Words of office work; each is common, many together are not. */
  work: "bao cao, bi thu, bieu mau, bo nhiem, chanh van phong, chi bo, chi dao cua, chu tich, chuyen vien, cong van, dang uy, danh sach cccd, dau thau, don thu, dong dau, du thao, du toan, giai ngan, giai phong mat bang, giam doc so, giao ban, gop y, hdnd, ho khau, ho ngheo, ho so moi thau, ket luan cuoc hop, kiem diem, kiem toan, ky so, lich cong tac, luan chuyen, nghi quyet, nghia vu quan su, phat hanh, pho chu tich, phong chong thien tai, phu luc, quy hoach can bo, quyet toan, so lieu, tham muu, thanh tra, thi dua khen thuong, to trinh, trinh ky, truong phong, ubnd, van ban den, van ban di, van thu, y kien chi dao",
  /** Whom and what offices deal with every day; for the trained model, not for letters. */
  office:
    "uy ban, hdnd, ubnd, dang uy, chi bo, chi uy, cap uy, tinh uy, bi thu, pho bi thu, pho chu tich, thuong truc, ban thuong vu, ban to chuc, ban tuyen giao, uy ban kiem tra, lanh dao so, lanh dao phong, lanh dao ubnd, lanh dao tinh, so nganh, cac so, cac xa, cac phong, cac thon, cac chi bo, phong van hoa, phong kinh te, phong noi vu, phong chuyen mon, so noi vu, so tai chinh, so tu phap, so gd, so y te, so xay dung, so nong nghiep, van phong so, van phong ubnd, vp ubnd, cong chuc, vien chuc, can bo cong chuc, can bo xa, can bo thon, chuyen vien, dang vien, dai bieu, cu tri, truong thon, thon ban, to dan pho, dia chinh, tu phap ho tich, ho tich, mot cua, thu tuc hanh chinh, tthc, cai cach hanh chinh, cchc, tiep cong dan, giai quyet ho so, ky hop, nghi quyet, chi thi, quy che, ke hoach so, quyet dinh phe duyet, phe duyet, tham dinh, ban hanh, trinh ky, trinh lanh dao, trinh chu tich, trinh ubnd, trinh hdnd, xin chu truong, y kien chi dao, chi dao, tham muu, chu tri, phoi hop thuc hien, don doc, tien do nhiem vu, nhiem vu, giao nhiem vu, han tra loi, van ban den, van ban di, vao so, dong dau, van thu, so van ban, phat hanh, ky so, chu ky so, quan ly van ban, cong van, to trinh, du thao, gop y du thao, bao cao thang, bao cao quy, bao cao nhanh, bao cao ubnd, bao cao so, bao cao tinh, bao cao cap, bao cao lanh dao, bao cao thanh tich, tong hop bao cao, so lieu, bieu mau, bieu tong hop, phu luc, ngan sach, kho bac, quyet toan ngan sach, du toan ngan sach, dau tu cong, giai ngan, von dau tu, cong trinh, du an dau tu, ban quan ly, dau thau, nha thau, giai phong mat bang, gpmb, boi thuong, tai dinh cu, quy hoach, su dung dat, cap giay chung nhan, khieu nai, to cao, don thu, thanh tra, doan kiem tra, doan giam sat, giam sat, kiem toan, kiem tra dang, kiem diem, danh gia xep loai, thi dua, khen thuong, ky luat, bien che, vi tri viec lam, tuyen dung cong chuc, nang luong, bo nhiem, dieu dong, luan chuyen, quy hoach can bo, nhan su dai hoi, dai hoi chi bo, dai hoi dang, ket nap, sinh hoat chi bo, dang phi, ho ngheo, can ngheo, nguoi co cong, bao tro xa hoi, doi tuong chinh sach, tre em, tro cap, quan su, tuyen quan, nghia vu quan su, kham tuyen, cong an xa, cong an phuong, cong an tinh, an ninh trat tu, trat tu, phong chong thien tai, pccc, lien nganh, nong thon moi, chuyen doi so, cong nghe so, so hoa, vneid, dinh danh, bau cu, hoi nghi, giao ban, lich cong tac, phong hop, truc tuyen, tap huan, dong chi, cac dong chi, don vi, cac don vi, cong vu, cong tac, tru so, dia ban, xu phat, vi pham hanh chinh, bien ban, lap bien ban, thong bao ket luan, ket luan, cong bo quyet dinh, quyet dinh, niem yet, mat tran, hoi phu nu, doan thanh nien, hoi nong dan, tuyen truyen, van dong, vuong mac, kien nghi, de nghi, thuc hien, trien khai, ra soat, thong ke, cap tren, cap co tham quyen, tham quyen, can cu, quy dinh, ky nhay, but phe, cho so, the thuc, chi thuong xuyen, xa doi, dan quan, cuong che, giai trinh, so ket, tong ket, bieu so, hop dan, ke khai tai san, doan cong tac, nghiem thu khoi luong, mo thau, to chuyen gia, chat van, tham tra, phan bien xa hoi, chap hanh vien, kiem sat vien, tham phan, hoi tham, lien thong, thu cong vu, chuyen dung, co yeu, chi tieu giao, dot xuat, hoi dong tham dinh, chu tai khoan, tieu muc, khau hao, dinh muc, nguon von, tham tra ho so, lanh dao duyet, lanh dao ky, lanh dao giao, lanh dao yeu cau, dang ky thi dua, tieu huy, tiem phong, bao cao ket qua, hoi vien, chi doan, tinh doan, truong ban, pho ban, thuong vu, chu tich, pho chu tich xa, uy vien, ban chi dao, ban chi huy, to cong tac, so gd dt, phong tai chinh, chuyen quan ly, tra ket qua, tre hen, qua han",
  /** Other spheres of life whose words are the same. */
  elsewhere:
    "cong ty, doanh so, doanh thu, khach hang, co dong, hoi dong quan tri, kinh doanh, cua hang, luan van, sinh vien, bai bao khoa hoc, do an, hoc ky, phu huynh, lop minh, lop hoc, thay giao, co giao, nha hang, san pham, shop, ship, nhom minh, mon hoc, bai tap, nhan vien, sep, tuyen dung nhan vien, ung vien, phong van, phan mem ban hang, website, app, deadline, team, thue nha, phong tro, dam cuoi, an cuoi, du lich, tour, toa nha, chung cu, cu dan, quan ca phe, cho con, con em, con toi, nha toi, gia dinh, toi muon hoi, cho toi hoi, cho em hoi, xin hoi, can giay to gi, toi bi mat, benh nhan, don hang, dat hang, cau lac bo, hoi dong huong, khoa hoc, hoc phi, luat su, co bep, ma van don, chuyen khoan, container, chi nhanh, tong giam doc, du no, cong no, thu viec, tai xe, nha may, cong nhan, nha mang, khach hen, ban quan tri, phong kinh doanh, phong nhan su, dai ly, bang gia, chot don, giao hang, thuc tap, thay bat, nhom truong, cuoi tuan, an com, di nhau, nha bac, nha em, cho hoi, tu van giup, hoi ngu, so do chinh chu, ca nha minh, ve que, di choi, du an nha, tiec, vien phi, sieu am, bac si hen",
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

export const NONE: Topics = {
  state: 0,
  draft: 0,
  work: 0,
  office: 0,
  elsewhere: 0,
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

const TOPICS = Object.keys(PHRASES).filter(isTopic)
/** Whoever speaks of several topics in one phrase speaks of each. */
const LOOKED_FOR = createPhrases(
  TOPICS.flatMap((topic, of) => PHRASES[topic].split(", ").map((phrase) => ({ phrase, of }))),
)

function isTopic(name: string): name is Topic {
  return name in PHRASES
}

/** `words`: without accents and case, apart by one blank. */
export function topicsOf(words: string): Topics {
  const found = LOOKED_FOR.count(words, TOPICS.length)
  const counts: Record<Topic, number> = { ...NONE }
  for (let of = 0; of < found.length; of++) {
    const topic = TOPICS[of]
    if (topic !== undefined) counts[topic] = found[of] ?? 0
  }
  return counts
}

export function bothTopics(one: Topics, other: Topics): Topics {
  const sums: Record<Topic, number> = { ...one }
  for (const topic of Object.keys(other)) if (isTopic(topic)) sums[topic] += other[topic]
  return sums
}
