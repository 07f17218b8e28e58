/** Messages of which no two are alike, so that no cache of any relay flatters it. */
import { randomFillSync } from "node:crypto"
import { mail } from "../support/mail.ts"
import { pdf } from "../read/pdf-writer.ts"

/** What people write to one another; every sentence has room for something of its own. */
const SENTENCES: readonly ((n: number) => string)[] = [
  (n) => `Em gửi anh chị bảng chấm công tháng ${(n % 12) + 1}, có ${n} dòng, nhờ anh chị xem giúp cột ghi chú.`,
  (n) => `Chiều thứ ${(n % 5) + 2} phòng mình họp lúc ${(n % 3) + 14} giờ, ai bận thì báo lại trước cho em nhé.`,
  (n) => `Số điện thoại của bộ phận kỹ thuật đã đổi, gọi máy lẻ ${1_000 + (n % 9_000)} nếu mạng chập chờn.`,
  (n) => `Quyển sách chị hỏi em để trên giá số ${n % 40}, bìa xanh, nhớ trả trước cuối tháng.`,
  (n) => `Cơn bão số ${(n % 9) + 1} đang vào gần bờ, mọi người về sớm và đậy kỹ máy tính trong phòng.`,
  (n) => `Lớp tập huấn có ${n % 70} người ghi tên, phòng chỉ có bốn mươi ghế, chắc phải chia làm hai buổi.`,
  (n) => `Trưa nay ăn ở quán cũ, em đặt bàn ${(n % 8) + 2} người rồi, ai ăn chay thì nhắn em.`,
]
const LINE = 2

function letter(serial: number, octets: number): string {
  let text = "Chào anh chị,\r\n\r\n"
  for (let n = serial * 31; Buffer.byteLength(text) < octets; n++) {
    const sentence = SENTENCES[(n * 7 + serial) % SENTENCES.length]
    text += `${sentence?.(n) ?? ""}${n % LINE === 0 ? "\r\n" : " "}`
  }
  return `${text}\r\n\r\nCảm ơn,\r\nAn\r\n`
}

const FROM = { from: "an@tuyenquang.gov.vn", to: "binh@hanoi.gov.vn" }

/** Some 5 KiB, most of it base64 of Vietnamese text. */
export function small(serial: number): Buffer {
  return mail({ ...FROM, subject: `Trao đổi ${serial}`, body: letter(serial, 3_400) })
}

/** Some 100 KiB: a short text, and a PDF of several pages of text. */
export function withPdf(serial: number): Buffer {
  const pages = Array.from({ length: 4 }, (_, page) =>
    Array.from({ length: 38 }, (_unused, line) => {
      const n = serial * 997 + page * 38 + line
      return { text: (SENTENCES[n % SENTENCES.length]?.(n) ?? "").slice(0, 90), x: 60, y: 780 - line * 19 }
    }),
  )
  const attachments = [{ name: `danh-sach-${serial}.pdf`, type: "application/pdf", bytes: pdf(pages) }]
  return mail({ ...FROM, subject: `Danh sách ${serial}`, body: letter(serial, 1_000), attachments })
}

/** A short text, and a film of so many octets before base64 makes them more. */
export function large(octets: number): (serial: number) => Buffer {
  const bytes = Buffer.alloc(octets)
  randomFillSync(bytes)
  bytes.write("\0\0\0\x18ftypisom\0\0\x02\0isomiso2", 0, "latin1")
  const attachments = [{ name: "phim.mp4", type: "video/mp4", bytes }]
  const made = mail({ ...FROM, subject: "Phim", body: "Chào anh chị, em gửi đoạn phim.\r\n", attachments })
  // The first line of the film but one: what spoils the ends of lines is no honest base64, and would be read in every way there is.
  const line = made.indexOf("\r\n", made.indexOf("AAAAGGZ0")) + 2
  return (serial) => {
    const another = Buffer.from(made)
    // Four letters of base64 are three octets of the film.
    another.write(Buffer.from([serial >> 16, serial >> 8, serial]).toString("base64"), line, "latin1")
    return another
  }
}
