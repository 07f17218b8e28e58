/** R6: what TCVN 14423:2026 asks of a mail platform, and what this gateway can show for it. Pure. */
import type { Settings } from "../../config/schema.ts"
import type { Account } from "../../mail/people.ts"
import type { Bilingual, Rule } from "../../mail/policy.ts"
import type { Instant, Millis } from "../../mail/transaction.ts"
import * as is from "./report.ts"

export interface Ground {
  readonly settings: Settings
  readonly rules: readonly Rule[]
  readonly accounts: readonly Account[]
  readonly policyVersion: string
  readonly health: Readonly<Record<string, { readonly state: string; readonly why: string }>>
  readonly limits: Readonly<Record<"failures" | "passwordAge" | "dormant", number>> & {
    readonly idle: { readonly administrator: Millis; readonly other: Millis }
  }
  readonly now: Instant
}

type State = "met" | "partly" | "open"
interface Item {
  readonly at: string
  readonly asks: Bilingual
  readonly state: State
  readonly shows: Bilingual
}

const STATES: Readonly<Record<State, Bilingual>> = {
  met: { vi: "Đạt", en: "Met" },
  partly: { vi: "Một phần", en: "Partly" },
  open: { vi: "Chưa có bằng chứng", en: "No evidence" },
}
const DAY = 86_400_000
const MINUTE = 60_000
/** Days of logs for levels 2 to 5. */
const KEPT: readonly (readonly [number, number])[] = [
  [365, 5],
  [180, 4],
  [90, 3],
  [30, 2],
]

const COLUMNS: readonly is.Column[] = [
  is.NUMBER,
  is.text("Mục", "Section"),
  is.text("Yêu cầu", "Requirement"),
  is.text("Tự đánh giá", "Assessment"),
  is.text("Bằng chứng từ hệ thống", "Evidence from the system"),
  is.manual("Ghi chú, ảnh chụp", "Remarks, screenshots"),
]

export function r6(ground: Ground): is.Report {
  const items = [...people(ground), ...logs(ground), ...mail(ground)]
  return {
    id: "r6",
    title: is.TITLES.r6,
    columns: COLUMNS,
    rows: items.map(({ at, asks, state, shows }, index) => is.row([index + 1, at, asks, STATES[state], shows, null])),
    total: null,
    annex: null,
    notes: [
      {
        vi: "Chỉ gồm phần mà cổng thư tự chứng minh được, tại thời điểm lập. Nguyên văn yêu cầu: xem tiêu chuẩn.",
        en: "Only what the gateway itself can show, as it stands now. For the wording of a requirement see the standard.",
      },
    ],
  }
}

function people({ accounts, limits, now }: Ground): readonly Item[] {
  const active = accounts.filter(({ disabledAt }) => disabledAt === null)
  const without = active.filter(({ hasTotp }) => !hasTotp).length
  const idle = active.filter(({ lastLoginAt, createdAt }) => (lastLoginAt ?? createdAt) + limits.dormant < now).length
  const several = active.filter(({ grants }) => new Set(grants.map(({ role }) => role)).size > 2).length
  const [user, administrator] = [limits.idle.other / MINUTE, limits.idle.administrator / MINUTE]
  return [
    {
      at: "x.5, x.6",
      asks: { vi: "Xác thực nhiều yếu tố cho tài khoản quản trị", en: "More than one factor for administrators" },
      state: without === 0 ? "met" : "partly",
      shows: {
        vi: `Bắt buộc với mọi tài khoản trước khi dùng; ${without} tài khoản chưa cài xong trong ${active.length}`,
        en: `Asked of every account before use; ${without} of ${active.length} have not set it up yet`,
      },
    },
    {
      at: "x.6",
      asks: { vi: "Mật khẩu quản trị đổi định kỳ, không dùng lại", en: "Administrators' passwords change, none again" },
      state: "met",
      shows: {
        vi: `Ít nhất 8 ký tự cùng yếu tố thứ hai; quản trị đổi sau ${limits.passwordAge / DAY} ngày; không dùng lại 10 mật khẩu gần nhất`,
        en: `8 characters with a second factor; administrators' change after ${limits.passwordAge / DAY} days; none of the last 10 again`,
      },
    },
    {
      at: "x.6",
      asks: { vi: "Khóa phiên, khóa khi nhập sai nhiều lần", en: "Sessions lock, and accounts after failures" },
      state: "met",
      shows: {
        vi: `Khóa phiên sau ${user} phút, quản trị ${administrator} phút; khóa sau ${limits.failures} lần sai`,
        en: `Sessions lock after ${user} minutes, administrators' after ${administrator}; accounts after ${limits.failures} failures`,
      },
    },
    {
      at: "x.6",
      asks: { vi: "Khóa tài khoản không dùng; rà soát tài khoản", en: "Accounts nobody uses are disabled; reviews" },
      state: idle === 0 ? "met" : "partly",
      shows: {
        vi: `Tự khóa sau ${limits.dormant / DAY} ngày không dùng; hiện có ${idle} tài khoản quá hạn`,
        en: `Disabled after ${limits.dormant / DAY} days without use; ${idle} are overdue now`,
      },
    },
    {
      at: "x.6",
      asks: { vi: "Tách vai trò quản trị, vận hành, kiểm tra", en: "Separate roles" },
      state: several === 0 ? "met" : "partly",
      shows: {
        vi: `Năm vai trò theo đơn vị; ${several} tài khoản giữ nhiều hơn hai vai trò`,
        en: `Five roles by unit; ${several} accounts hold more than two`,
      },
    },
  ]
}

function logs({ settings }: Ground): readonly Item[] {
  const days = Math.floor(settings.retention.events / DAY)
  const level = KEPT.find(([needed]) => days >= needed)?.[1] ?? null
  const { file, syslog, key } = settings.audit
  const outside = [file, syslog].filter((one) => one !== null)
  return [
    {
      at: "x.8",
      asks: { vi: "Thời gian lưu nhật ký theo cấp độ", en: "Logs are kept as long as the level asks" },
      state: level === null ? "open" : "met",
      shows: {
        vi: `Lưu ${days} ngày: ${level === null ? "dưới mức của cấp độ 2" : `đủ tới cấp độ ${level}`}`,
        en: `Kept for ${days} days: ${level === null ? "less than level 2 asks" : `enough up to level ${level}`}`,
      },
    },
    {
      at: "x.8",
      asks: {
        vi: "Nhật ký có nguồn, đích, tài khoản, thời gian, hành động",
        en: "Logs tell source, target, account, time, action",
      },
      state: "met",
      shows: {
        vi: "Mỗi sự kiện có thời điểm, loại, người làm, thư, người nhận, địa chỉ máy gửi",
        en: "Every event has time, kind, who did it, message, recipient, the client's address",
      },
    },
    {
      at: "x.8 (cấp 4)",
      asks: {
        vi: "Nhật ký không sửa được, có bản ở nơi khác",
        en: "Logs cannot be altered, and are kept elsewhere too",
      },
      state: outside.length > 0 ? "met" : "partly",
      shows: {
        vi: `Chuỗi băm nối tiếp; mốc gửi ra ngoài: ${outside.length === 0 ? "chưa đặt (audit.file, audit.syslog)" : outside.join(", ")}${key === null ? "" : ", có chữ ký"}`,
        en: `A chain of digests; anchors outside: ${outside.length === 0 ? "none (audit.file, audit.syslog)" : outside.join(", ")}${key === null ? "" : ", signed"}`,
      },
    },
    {
      at: "x.8",
      asks: { vi: "Cảnh báo khi sắp hết dung lượng", en: "An alarm when space runs out" },
      state: "met",
      shows: {
        vi: "Ngừng nhận thư mới và báo trạng thái trước khi đầy (limits.freeSpace, limits.freeInodes)",
        en: "New mail waits and the state says so before the disk is full (limits.freeSpace, limits.freeInodes)",
      },
    },
  ]
}

function mail({ settings, rules, policyVersion, health }: Ground): readonly Item[] {
  const { clamd, icap, yara, allowed, forbidden } = settings.scan
  const scanners = [clamd === null ? null : "clamd", icap.length > 0 ? "ICAP" : null, yara === null ? null : "YARA"]
  const has = scanners.filter((one) => one !== null)
  const works = has.length > 0 && health["scan"]?.state === "ok"
  const enforced = rules.filter(({ mode, then }) => mode === "enforce" && then !== "deliver" && then !== "flag").length
  const isChecked = settings.authentication.check
  return [
    {
      at: "x.9 (cấp 3)",
      asks: { vi: "Giải pháp bảo vệ thư điện tử", en: "An e-mail protection solution" },
      state: enforced > 0 ? "met" : "partly",
      shows: {
        vi: `Cổng thư, chính sách ${policyVersion}, ${enforced} quy tắc chặn đang áp dụng`,
        en: `This gateway, policy ${policyVersion}, ${enforced} rules that stop mail are enforced`,
      },
    },
    {
      at: "x.9 (cấp 4)",
      asks: { vi: "DMARC", en: "DMARC" },
      state: isChecked ? "met" : "open",
      shows: {
        vi: `Kiểm tra SPF, DKIM, DMARC, ARC: ${isChecked ? "có" : "không"}; tên miền có chữ ký DKIM: ${settings.dkim.length}`,
        en: `SPF, DKIM, DMARC, ARC are checked: ${isChecked ? "yes" : "no"}; domains signed with DKIM: ${settings.dkim.length}`,
      },
    },
    {
      at: "x.9 (cấp 4)",
      asks: {
        vi: "Danh mục loại tệp được phép, chặn phần còn lại",
        en: "A list of permitted attachment types, the rest blocked",
      },
      state: allowed === null ? "partly" : "met",
      shows: {
        vi:
          allowed === null
            ? `Chưa đặt scan.allowed; chặn ${forbidden.length} loại tệp`
            : `Chỉ cho phép: ${allowed.join(", ")}`,
        en:
          allowed === null
            ? `scan.allowed is not set; ${forbidden.length} types are blocked`
            : `Only: ${allowed.join(", ")}`,
      },
    },
    {
      at: "x.9 (cấp 5)",
      asks: { vi: "Chống mã độc trên máy chủ thư", en: "Malware protection on the mail server" },
      state: works ? "met" : has.length > 0 ? "partly" : "open",
      shows: {
        vi: `Máy quét: ${has.join(", ") || "chưa có"}; hỏng thì thư chờ, không được cho qua`,
        en: `Scanners: ${has.join(", ") || "none"}; while one is down mail waits and is never let through`,
      },
    },
    {
      at: "6.4.2.8 (cấp 4)",
      asks: { vi: "Phòng chống thất thoát dữ liệu", en: "Prevention of data loss" },
      state: enforced > 0 ? "met" : "partly",
      shows: {
        vi: "Trên kênh thư: nhận biết nội dung công vụ, dấu mật, danh sách dữ liệu cá nhân",
        en: "On the channel of mail: official business, secrecy marks, lists of personal data are recognised",
      },
    },
    {
      at: "x.9",
      asks: { vi: "Mã hóa đường truyền", en: "Encrypted transport" },
      state: settings.tls !== null && settings.publicUrl.startsWith("https:") ? "met" : "partly",
      shows: {
        vi: `STARTTLS: ${settings.tls === null ? "chưa có chứng thư" : "có"}; trang quản trị: ${new URL(settings.publicUrl).protocol.slice(0, -1)}`,
        en: `STARTTLS: ${settings.tls === null ? "no certificate" : "yes"}; the console: ${new URL(settings.publicUrl).protocol.slice(0, -1)}`,
      },
    },
  ]
}
