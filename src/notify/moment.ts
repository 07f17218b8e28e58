/** Moments as people read them. */
import type { Bilingual } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"

/** `22/11/2026 17:05 (giờ Việt Nam)`; other zones by their name. */
export function moment(at: Instant, timezone: string): Bilingual {
  const written = new Intl.DateTimeFormat("en-GB", {
    timeZone: timezone,
    day: "2-digit",
    month: "2-digit",
    year: "numeric",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  })
    .format(at)
    .replace(",", "")
  const isVietnam = timezone === "Asia/Ho_Chi_Minh"
  return {
    vi: `${written} (${isVietnam ? "giờ Việt Nam" : timezone})`,
    en: `${written} (${isVietnam ? "Vietnam time" : timezone})`,
  }
}
