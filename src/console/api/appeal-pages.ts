/** What a sender sees behind the links: asking for one by an event code, and the form behind the one that was mailed. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { z } from "zod"
import type { Bilingual } from "../../mail/policy.ts"
import { isolated } from "../../mail/visible.ts"
import type { Proven } from "../../store/custody.ts"
import { createAllowance } from "./allowance.ts"
import type { Hands, PageAppeal } from "./hands.ts"
import { escape, page, PAGE_POLICY, said } from "./page.ts"
import { code as eventCode, mailbox } from "./routes/words.ts"
import { digestOf } from "./secret.ts"

/** Why mail to free webmail may be right; the list of the appeal form. */
export const CATEGORIES: Readonly<Record<string, Bilingual>> = {
  citizen: { vi: "Trả lời công dân", en: "Answer to a citizen" },
  procedure: { vi: "Kết quả thủ tục hành chính", en: "Result of an administrative procedure" },
  tender: { vi: "Mời thầu, báo giá", en: "Tender or quotation" },
  press: { vi: "Báo chí", en: "Press" },
  partner: { vi: "Đối tác nước ngoài", en: "Partner abroad" },
  other: { vi: "Lý do khác", en: "Another reason" },
}

/** Pages of one address, and links that one address may ask for. */
const PAGES = { burst: 60, perSecond: 5, keys: 10_000 } as const
const LINKS = { burst: 5, perSecond: 1 / 60, keys: 10_000 } as const
/** Links about one message: whoever knows its code must not fill somebody's mailbox. */
const LINKS_OF_CODE = { burst: 3, perSecond: 1 / 3_600, keys: 10_000 } as const

const TOKEN = /^[\w-]{43}$/
const form = z.object({
  action: z.enum(["ask", "withdraw"]),
  code: z.string().trim().max(20),
  category: z.string().refine((name) => name in CATEGORIES),
  reason: z.string().trim().max(1_000).default(""),
})

export function serveAppealPages(server: FastifyInstance, hands: Hands): void {
  const [pages, links, ofCode] = [createAllowance(PAGES), createAllowance(LINKS), createAllowance(LINKS_OF_CODE)]
  server.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit: 8_192 },
    (_request, body, done) => done(null, Object.fromEntries(new URLSearchParams(String(body)))),
  )
  const limited = (request: FastifyRequest): boolean => !pages.take(request.ip, hands.now())

  server.get<{ Params: { code: string } }>("/e/:code/ask", (request, reply) => {
    if (limited(request)) return tooMany(reply)
    return show(reply, ASK_TITLE, askForm(request.params.code))
  })
  server.post<{ Params: { code: string } }>("/e/:code/ask", async (request, reply) => {
    if (limited(request) || !links.take(request.ip, hands.now())) return tooMany(reply)
    const given = z.object({ code: eventCode, mailbox }).safeParse({ ...fields(request.body), ...request.params })
    // The answer is the same whatever the code and whoever asks, and does not wait for the store: it tells nothing.
    if (given.success && ofCode.take(given.data.code, hands.now())) {
      const { code, mailbox: address } = given.data
      hands.appeals.offerLink(code, address).then(hands.wake, (error: unknown) => hands.log.error("appeal", { error }))
    }
    return show(reply, ASK_TITLE, said(SENT))
  })
  server.get<{ Params: { token: string } }>("/r/:token", async (request, reply) => {
    if (limited(request)) return tooMany(reply)
    const found = TOKEN.test(request.params.token) ? await hands.appeals.page(digestOf(request.params.token)) : null
    return show(found === null ? reply.code(410) : reply, APPEAL_TITLE, found === null ? said(DEAD) : appealForm(found))
  })
  server.post<{ Params: { token: string } }>("/r/:token", async (request, reply) => {
    if (limited(request)) return tooMany(reply)
    if (!TOKEN.test(request.params.token)) return show(reply.code(410), APPEAL_TITLE, said(DEAD))
    return answer(request.params.token, { request, reply, hands })
  })
}

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly hands: Hands
}

async function answer(token: string, { request, reply, hands }: Exchange): Promise<FastifyReply> {
  const digest = digestOf(token)
  const given = form.safeParse(fields(request.body))
  const found = await hands.appeals.page(digest)
  if (found === null) return show(reply.code(410), APPEAL_TITLE, said(DEAD))
  const isComplete = given.success && (given.data.action === "withdraw" || given.data.reason.length >= 10)
  if (!given.success || !isComplete) return show(reply.code(400), APPEAL_TITLE, said(INCOMPLETE) + appealForm(found))
  const { action, code, category, reason } = given.data
  const proof = { digest, code: digestOf(`${digest}.${code}`), now: hands.now() }
  const proven: Proven =
    action === "ask" ? await hands.appeals.ask(proof, { category, reason }) : await hands.appeals.takeBack(proof)
  if (proven === "wrong-code") return show(reply.code(403), APPEAL_TITLE, said(WRONG) + appealForm(found))
  if (proven === "gone") return show(reply.code(410), APPEAL_TITLE, said(DEAD))
  hands.wake()
  return show(reply, APPEAL_TITLE, said(action === "ask" ? ASKED : WITHDRAWN))
}

function fields(body: unknown): Readonly<Record<string, unknown>> {
  return typeof body === "object" && body !== null ? { ...body } : {}
}

function show(reply: FastifyReply, title: Bilingual, body: string): FastifyReply {
  return reply.header("content-security-policy", PAGE_POLICY).type("text/html; charset=utf-8").send(page(title, body))
}

function tooMany(reply: FastifyReply): FastifyReply {
  return show(reply.code(429), { vi: "Quá nhiều yêu cầu", en: "Too many requests" }, "")
}

const ASK_TITLE: Bilingual = { vi: "Đề nghị cho gửi thư", en: "Ask that a message may be sent" }
const APPEAL_TITLE: Bilingual = { vi: "Giải trình, thu hồi thư", en: "Give a reason, or take the message back" }
const SENT: Bilingual = {
  vi: "Nếu thư mang mã này được gửi từ hộp thư đó, liên kết và mã xác nhận đã được gửi tới hộp thư. Đề nghị mở hộp thư để tiếp tục.",
  en: "If the message with this code was sent from that mailbox, a link and a code are on their way to it. Please look into the mailbox.",
}
const DEAD: Bilingual = {
  vi: "Liên kết đã dùng, đã hết hạn, hoặc thư đã được xử lý. Có thể xin liên kết mới ở trang của mã sự kiện.",
  en: "The link was used, is out of date, or the message was decided. A new link can be had on the page of the event code.",
}
const WRONG: Bilingual = {
  vi: "Mã xác nhận không đúng. Sau năm lần sai, liên kết hết hiệu lực.",
  en: "The code is wrong. After five wrong ones the link is dead.",
}
const INCOMPLETE: Bilingual = {
  vi: "Đề nghị chọn một việc và ghi lý do (ít nhất 10 ký tự).",
  en: "Please choose what to do and give a reason (at least 10 characters).",
}
const ASKED: Bilingual = {
  vi: "Đã ghi nhận. Người phê duyệt của đơn vị đã được báo; kết quả sẽ được gửi tới hộp thư.",
  en: "Noted. Your unit's approver has been told; you will get the outcome by mail.",
}
const WITHDRAWN: Bilingual = {
  vi: "Đã thu hồi: thư không được gửi và đã bị xóa.",
  en: "Taken back: the message is not sent and has been deleted.",
}

function askForm(code: string): string {
  const shown = eventCode.safeParse(code)
  if (!shown.success) return said(DEAD)
  return `<p>Mã sự kiện / event code: <code>${shown.data}</code></p>
${said({
  vi: "Dành cho cán bộ có thư bị từ chối hoặc tạm giữ. Liên kết được gửi tới chính hộp thư đã gửi thư đó.",
  en: "For staff whose message was refused or held. The link goes to the very mailbox the message came from.",
})}
<form method="post" action="/e/${shown.data}/ask">
<label>Hộp thư công vụ đã gửi thư / your official mailbox
<input name="mailbox" type="email" required maxlength="320" autocomplete="email"></label>
<button type="submit">Gửi liên kết cho tôi / Send me the link</button>
</form>`
}

function appealForm(found: PageAppeal): string {
  if (found.state !== "offered") return said(DEAD)
  const reasons = found.reasons.map(({ vi, en }) => `<li>${escape(vi)}<br><small lang="en">${escape(en)}</small></li>`)
  const options = Object.entries(CATEGORIES).map(
    ([name, { vi, en }]) => `<option value="${name}">${escape(vi)} / ${escape(en)}</option>`,
  )
  const withdraw =
    found.kind === "held"
      ? `<label><input type="radio" name="action" value="withdraw"> Thu hồi thư, không gửi nữa / Take the message back</label>`
      : ""
  return `<p>Mã sự kiện / event code: <code>${escape(found.transaction)}</code> – ${escape(found.at.vi)}</p>
<p>Người nhận / to: ${escape(found.recipients.map(isolated).join(", "))}</p>
<ul>${reasons.join("")}</ul>
${said({
  vi: `Nên dùng kênh khác nếu được: ${found.channel.vi}, hoặc hộp thư công vụ của người nhận.`,
  en: `Better use another channel if you can: ${found.channel.en}, or the recipient's official mailbox.`,
})}
<form method="post">
<fieldset>
<label><input type="radio" name="action" value="ask" checked> Giải trình và đề nghị cho gửi / Give a reason and ask for approval</label>
${withdraw}
</fieldset>
<label>Trường hợp / case<select name="category">${options.join("")}</select></label>
<label>Lý do / reason<textarea name="reason" rows="4" maxlength="1000"></textarea></label>
<label>Mã xác nhận trong thư thông báo / code of the notice
<input name="code" required inputmode="numeric" pattern="[0-9]{6}" maxlength="6" autocomplete="one-time-code"></label>
<button type="submit">Gửi / Send</button>
</form>`
}
