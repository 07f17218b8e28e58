/** How urgent a message calls itself. Pure. */
import type { Urgency } from "./delivery.ts"
import type { Message } from "./message.ts"

/** As stamped: in capitals, on a line of its own or before the subject. Decree 30/2020, appendix I. */
const STAMPS: readonly (readonly [Urgency, RegExp])[] = [
  ["hoa-toc", /(?:^|\n)[\s[(]*(?:HOẢ|HỎA|HOA) (?:TỐC|TOC)(?![\p{L}])/u],
  ["thuong-khan", /(?:^|\n)[\s[(]*(?:THƯỢNG|THUONG) (?:KHẨN|KHAN)(?![\p{L}])/u],
  ["khan", /(?:^|\n)[\s[(]*(?:KHẨN|KHAN)(?![\p{L}])/u],
]

export function urgencyOf({ subject, text }: Pick<Message, "subject" | "text">): Urgency {
  const written = `${subject}\n${text.slice(0, 20_000)}`.normalize("NFC")
  return STAMPS.find(([, stamp]) => stamp.test(written))?.[0] ?? "ordinary"
}
