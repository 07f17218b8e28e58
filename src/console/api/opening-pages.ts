/** What the recipient of a locked file sees behind the link in his notice: a form for its password. Opening the link changes nothing. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { z } from "zod"
import type { Bilingual } from "../../mail/policy.ts"
import { isolated } from "../../mail/visible.ts"
import { createAllowance } from "./allowance.ts"
import type { Hands, OpenedHeld, PageOpening } from "./hands.ts"
import { escape, page, PAGE_POLICY, said } from "./page.ts"

/** Pages of one address. */
const PAGES = { burst: 60, perSecond: 5, keys: 10_000 } as const
/** Passwords for one copy: each costs the examination of a whole message. */
const TRIES = { burst: 5, perSecond: 1 / 60, keys: 10_000 } as const

const form = z.object({ password: z.string().min(1).max(200) })

/** Its own forms come in by the parser that the pages of appeals bring. */
export function serveOpeningPages(server: FastifyInstance, hands: Hands): void {
  const [pages, tries] = [createAllowance(PAGES), createAllowance(TRIES)]
  const limited = (request: FastifyRequest): boolean => !pages.take(request.ip, hands.now())

  server.get<{ Params: { token: string } }>("/p/:token", async (request, reply) => {
    if (limited(request)) return tooMany(reply)
    const found = await hands.openings.page(request.params.token)
    return found === null ? show(reply.code(410), said(DEAD)) : show(reply, passwordForm(found))
  })
  server.post<{ Params: { token: string } }>("/p/:token", async (request, reply) => {
    if (limited(request)) return tooMany(reply)
    const { token } = request.params
    const found = await hands.openings.page(token)
    if (found === null) return show(reply.code(410), said(DEAD))
    const given = form.safeParse(request.body)
    if (!given.success) return show(reply.code(400), said(MISSING) + passwordForm(found))
    if (!tries.take(token, hands.now())) return tooMany(reply)
    const opened = await hands.openings.open(token, given.data.password)
    if (opened.is === "released") hands.wake()
    return answer(opened, found, reply)
  })
}

function answer(opened: OpenedHeld, found: PageOpening, reply: FastifyReply): FastifyReply {
  switch (opened.is) {
    case "released":
      return show(reply, said(opened.decided.released > 0 ? GOING : AGREED))
    case "kept":
      return show(reply, said(KEPT))
    case "wrong-password":
      return show(reply.code(403), said(WRONG) + passwordForm(found))
    case "failed":
      return show(reply.code(503).header("retry-after", "60"), said(LATER))
    case "nothing":
    case "gone":
      return show(reply.code(410), said(DEAD))
    default:
      return opened satisfies never
  }
}

function show(reply: FastifyReply, body: string): FastifyReply {
  const whole = page(TITLE, body)
  return reply.header("content-security-policy", PAGE_POLICY).type("text/html; charset=utf-8").send(whole)
}

function tooMany(reply: FastifyReply): FastifyReply {
  return show(reply.code(429).header("retry-after", "60"), said(TOO_MANY))
}

const TITLE: Bilingual = { vi: "Mật khẩu của tệp đính kèm", en: "The password of an attachment" }
const DEAD: Bilingual = {
  vi: "Liên kết không đúng, đã hết hạn, hoặc thư đã được xử lý. Nếu thư chưa tới, đề nghị liên hệ bộ phận hỗ trợ ghi trong thông báo.",
  en: "The link is wrong, out of date, or the message was decided. If it has not arrived, ask the unit that the notice names.",
}
const MISSING: Bilingual = { vi: "Đề nghị nhập mật khẩu.", en: "Please enter the password." }
const WRONG: Bilingual = {
  vi: "Mật khẩu này không mở được tệp (hoặc không mở được hết các tệp). Thư vẫn được giữ. Đề nghị thử lại, chú ý chữ hoa, chữ thường, dấu cách.",
  en: "This password does not open the file (or not all of them). The message is still held. Please try again; mind capitals and blanks.",
}
const GOING: Bilingual = {
  vi: "Tệp đã được mở và kiểm tra, không thấy gì nguy hiểm. Thư đang được chuyển tới hộp thư của Ông/Bà.",
  en: "The file was opened and examined, and nothing dangerous was found. The message is on its way to your mailbox.",
}
const AGREED: Bilingual = {
  vi: "Tệp đã được mở và kiểm tra. Thư còn cần một người có thẩm quyền đồng ý; Ông/Bà không phải làm gì thêm.",
  en: "The file was opened and examined. Somebody in charge must agree as well; there is nothing more for you to do.",
}
const KEPT: Bilingual = {
  vi: "Tệp đã được mở nhưng có nội dung không được phép hoặc nguy hiểm. Thư tiếp tục bị giữ; bộ phận an toàn thông tin đã thấy kết quả. Đề nghị không dùng tệp này từ nguồn khác.",
  en: "The file was opened and holds something forbidden or dangerous. The message stays held; security sees what was found. Please do not use the file from elsewhere.",
}
const LATER: Bilingual = {
  vi: "Lúc này chưa kiểm tra được. Thư vẫn được giữ, chưa có gì thay đổi. Đề nghị thử lại sau ít phút.",
  en: "It cannot be examined right now. The message is still held and nothing has changed. Please try again in some minutes.",
}
const TOO_MANY: Bilingual = {
  vi: "Đã thử quá nhiều lần. Đề nghị chờ một phút rồi thử lại.",
  en: "Too many tries. Please wait a minute and try again.",
}

function passwordForm({ transaction, at, from, subject }: PageOpening): string {
  return `<p>Mã sự kiện / event code: <code>${escape(transaction)}</code> – ${escape(at.vi)}</p>
<p>Người gửi / from: ${escape(isolated(from))}</p>
<p>Tiêu đề / subject: ${escape(isolated(subject))}</p>
${said({
  vi: "Hệ thống mở tệp bằng mật khẩu này, kiểm tra, và chuyển thư nếu tệp an toàn. Mật khẩu không được lưu lại. Việc kiểm tra có thể mất vài giây.",
  en: "The gateway opens the file with this password, examines it, and delivers the message if it is safe. The password is not kept. It may take some seconds.",
})}
<form method="post" autocomplete="off">
<label>Mật khẩu của tệp / the file's password
<input name="password" required maxlength="200" autocomplete="off" autocapitalize="off" spellcheck="false"></label>
<button type="submit">Mở và kiểm tra / Open and examine</button>
</form>`
}
