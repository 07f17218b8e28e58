/** The sentences of a delivery report that people read: Vietnamese first, English second. Never quotes the message, never accuses. */
import type { Instant } from "../mail/transaction.ts"
import type { Report, ReportKind } from "./report.ts"

const SUBJECTS: Readonly<Record<ReportKind, string>> = {
  failure: "Thư không gửi được / Message not delivered",
  delay: "Thư gửi chậm / Message delayed",
  relayed: "Thư đã chuyển tiếp / Message relayed",
  delivered: "Thư đã tới nơi / Message delivered",
}

export function reportSubject({ kind, original }: Report): string {
  return `${SUBJECTS[kind]} – ${original.transaction.id}`
}

/** The first part of the report, lines ended by CRLF. */
export function reportText(report: Report, timezone: string): string {
  const sent = localTime(report.original.transaction.at, timezone)
  const subject = quotable(report.original.summary.subject)
  const { vi, en } = sentences(report, timezone)
  const [people, code] = [report.recipients.map(person).join("\r\n"), report.original.transaction.id]
  return `${[
    "Kính gửi Ông/Bà,",
    "",
    `Về thư “${subject}” gửi lúc ${sent}:`,
    ...vi,
    "",
    people,
    "",
    `Đây là thư tự động, vui lòng không trả lời. Cần hỗ trợ, xin báo mã sự kiện: ${code}.`,
    "",
    "--------",
    "",
    `About your message “${subject}” sent at ${sent}:`,
    ...en,
    "",
    people,
    "",
    `This is an automatic message, please do not reply. When asking for help, please give the event code: ${code}.`,
  ].join("\r\n")}\r\n`
}

interface Sentences {
  readonly vi: readonly string[]
  readonly en: readonly string[]
}

function sentences({ kind, retryUntil }: Report, timezone: string): Sentences {
  switch (kind) {
    case "failure":
      return {
        vi: [
          "Hệ thống không gửi được thư tới các địa chỉ dưới đây và sẽ không thử lại.",
          "Nguyên nhân thường gặp: sai địa chỉ, hộp thư đầy, máy chủ nhận ngừng hoạt động.",
          "Đề nghị kiểm tra địa chỉ hoặc liên hệ người nhận bằng cách khác.",
        ],
        en: [
          "It could not be delivered to the addresses below, and we will not try again.",
          "Common causes: a mistyped address, a full mailbox, a mail server out of service.",
          "Please check the address or reach the recipient another way.",
        ],
      }
    case "delay": {
      const until = retryUntil === null ? null : localTime(retryUntil, timezone)
      return {
        vi: [
          "Thư chưa gửi được tới các địa chỉ dưới đây.",
          `Hệ thống sẽ tiếp tục thử${until === null ? "" : ` đến ${until}`}; Ông/Bà không cần gửi lại.`,
        ],
        en: [
          "It has not been delivered to the addresses below yet.",
          `We keep trying${until === null ? "" : ` until ${until}`}; there is no need to send it again.`,
        ],
      }
    }
    case "relayed":
      return {
        vi: [
          "Thư đã được chuyển cho máy chủ nhận của các địa chỉ dưới đây; máy chủ đó không báo lại việc tới hộp thư.",
        ],
        en: ["It was handed to the mail server of the addresses below, which does not confirm arrival in the mailbox."],
      }
    case "delivered":
      return {
        vi: ["Thư đã được đưa vào hộp thư của các địa chỉ dưới đây."],
        en: ["It was put into the mailbox of the addresses below."],
      }
    default:
      return kind satisfies never
  }
}

function person({ recipient, reply, why }: Report["recipients"][number]): string {
  const said = reply ?? why
  return `  <${quotable(recipient.address.text)}>${said === "" ? "" : `\r\n    ${quotable(said)}`}`
}

/** One bounded line: what the message's author or a next hop wrote must not look like our own words. */
function quotable(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .slice(0, 300)
    .trim()
}

/** `22/11/2026 17:05 (giờ Việt Nam)`; other zones by their name. */
function localTime(at: Instant, timezone: string): string {
  const written = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).format(at)
  return `${written.replace(",", "")} (${timezone === "Asia/Ho_Chi_Minh" ? "giờ Việt Nam" : timezone})`
}
