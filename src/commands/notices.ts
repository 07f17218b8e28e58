/** `notices list` and `notices show`: every notice as its reader would see it, filled with sample values. */
import { isRefusal, NOTICES, type NoticeName, type Template } from "../mail/notice.ts"
import type { Values } from "../notify/letter.ts"
import { letter, replyLines } from "../notify/letter.ts"
import { moment } from "../notify/moment.ts"
import type { Configuration } from "./assemble.ts"
import type { NoticeHands } from "../console/api/hands.ts"
import { UsageError } from "./usage.ts"

const CODE = "3GS2BV3780QZ"

export function listNotices({ office }: Configuration): void {
  for (const [name, { subject }] of Object.entries(office.templates.notices)) {
    process.stdout.write(`${name.padEnd(16)} ${subject.vi} / ${subject.en}\n`)
  }
}

export function noticeNamed(wanted: string): NoticeName | null {
  return names.find((one) => one === wanted) ?? null
}

/** A notice as its reader would see it, with sample values; with other words where they are given. Null: there is none of that name. */
export function previewOf(
  wanted: string,
  { office: inForce }: Configuration,
  template?: Template,
): ReturnType<NoticeHands["preview"]> {
  const name = noticeNamed(wanted)
  if (name === null) return null
  const now = Date.now()
  const { templates } = inForce
  const notices = template === undefined ? templates.notices : { ...templates.notices, [name]: template }
  const office = { ...inForce, templates: { ...templates, notices } }
  const words = letter(name, sample(now, office.settings.timezone), { id: CODE, at: now }, office)
  const smtp = isRefusal(name) ? `550 5.7.1 [${CODE}] ${replyLines(office)[name] ?? ""}` : null
  return { ...words, smtp, template: office.templates.notices[name], placeholders: NOTICES[name] }
}

/** Prints the text, with `html` the page. Throws UsageError for a name that is none. */
export function showNotice(wanted: string, { office }: Configuration, html: boolean): void {
  const name = names.find((one) => one === wanted)
  if (name === undefined) throw new UsageError(`expected one of ${names.join(", ")}, got ${JSON.stringify(wanted)}`)
  const now = Date.now()
  const words = letter(name, sample(now, office.settings.timezone), { id: CODE, at: now }, office)
  if (html) return void process.stdout.write(words.html)
  const line = isRefusal(name) ? `SMTP: 550 5.7.1 [${CODE}] ${replyLines(office)[name] ?? ""}\n\n` : ""
  process.stdout.write(`Subject: ${words.subject}\n${line}\n${words.text}`)
}

const names = Object.keys(NOTICES).filter((name): name is NoticeName => name in NOTICES)

function sample(now: number, timezone: string): Values {
  return {
    ten_nguoi_gui: "Nguyễn Thị Thanh Hương",
    dia_chi_nguoi_gui: "vanthu@sokhcn.tuyenquang.gov.vn",
    nguoi_nhan: ["vanthu@hagiang.gov.vn", "hanhchinh@tuyenquang.gov.vn"],
    nguoi_nhan_bi_chan: ["nguoinhan@gmail.com"],
    tieu_de: "Báo cáo kết quả thực hiện nhiệm vụ quý IV",
    so_tep: "2",
    ma_bam: ["275a021bbfb6489e54d471899f7db9d1663fc695ec2fe2a2c4538aabf651fd0f"],
    ten_tep: ["bao-cao-quy-IV.docm"],
    ten_mau_doc: ["Eicar-Signature"],
    ly_do_ngan: {
      vi: "Tệp đặt mật khẩu nên không kiểm tra được",
      en: "A password-protected file could not be examined",
    },
    dau_hieu: { vi: "số, ký hiệu văn bản; nơi nhận", en: "number and symbol of a document; distribution list" },
    can_cu: { vi: "Căn cứ: Công văn số 1622/UBND-THCB.", en: "Legal basis: Official letter 1622/UBND-THCB." },
    nguoi_phe_duyet: { vi: "Văn phòng", en: "the Office" },
    han_phe_duyet: moment(now + 86_400_000, timezone),
    so_ngay_luu: "7",
    ma_xac_nhan: "204816",
    dia_chi_duyet: "duyet+mzxw6ytboi2dcmrtgq2tmnzyheydcmrt@mx.tuyenquang.gov.vn",
    giai_trinh: "Trả kết quả hồ sơ cho công dân",
    ket_qua: { vi: "cho gửi", en: "approved" },
    ma_ngoai_le: "7k2m9p4q8r1s",
    ly_do_ngoai_le: "Phối hợp với đoàn cứu trợ trong đợt lũ",
    so_lan_dung: "3",
    lan_thu_lai: ["5", "5"],
    han_thu_lai: moment(now + 5 * 86_400_000, timezone),
    ma_loi_smtp: ["451 4.7.1 try again later", "421 4.3.2 service not available"],
  }
}
