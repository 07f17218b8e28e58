/** The page behind the link in our replies: what a clerk, an official or a citizen can do next. Says the same for every code. */
import { createHash } from "node:crypto"
import type { Bilingual } from "../../mail/policy.ts"

/** The grammar of a transaction's id. */
const CODE = /^[0-9A-HJKMNP-TV-Z]{8,16}$/

const STYLE = `
body { margin: 0; background: #f5f6f8; color: #1b1f24; font: 1.0625rem/1.6 system-ui, sans-serif }
main { max-width: 40rem; margin: 0 auto; padding: 1.25rem; background: #fff; min-height: 100vh; box-sizing: border-box }
h1 { font-size: 1.5rem; line-height: 1.25 }
h2 { font-size: 1.125rem; margin-bottom: 0 }
p { margin-top: .25rem }
a { color: #0b57a4 }
code { font-size: 1.25em; letter-spacing: .06em; overflow-wrap: anywhere }
section + section { margin-top: 2.5rem; border-top: 1px solid #c9ced6; padding-top: 1rem }
@media (prefers-color-scheme: dark) { body, main { background: #16191d; color: #e8eaed } a { color: #8ab8f0 } }
`

/** No script, no picture, no form; the one style by its digest. https://www.w3.org/TR/CSP3 */
export const HELP_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

/** A code is repeated only when it can be one of ours. */
export function isCode(code: string): boolean {
  return CODE.test(code)
}

/** In general, by the notice that the decisive rule names: no word of the message, and none of the rule. */
const KINDS: Readonly<Record<string, Bilingual>> = {
  "webmail-out": { vi: "nội dung công vụ gửi tới hộp thư miễn phí", en: "official business to free webmail" },
  "webmail-in": { vi: "nội dung công vụ gửi từ hộp thư miễn phí", en: "official business from free webmail" },
  "auto-forward": { vi: "tự động chuyển tiếp ra hộp thư miễn phí", en: "automatic forwarding to free webmail" },
  malware: { vi: "tệp có dấu hiệu nguy hiểm", en: "a file that may be dangerous" },
  "attachment-type": { vi: "tệp thuộc loại không được phép", en: "a file of a type that is not permitted" },
  encrypted: { vi: "tệp đặt mật khẩu", en: "a password-protected file" },
  restricted: { vi: "tài liệu hạn chế lưu hành hoặc dữ liệu cá nhân", en: "restricted papers or personal data" },
}

/** `kind`: what the code stands for in general, null where that is not known or not told. */
export function helpPage(code: string, postmaster: string, kind: string | null = null): string {
  const shown = CODE.test(code) ? code : null
  const general = kind === null ? undefined : KINDS[kind]
  const contact = `<a href="mailto:${escape(postmaster)}">${escape(postmaster)}</a>`
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>Vì sao thư chưa tới nơi? – Why was my message not delivered?</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<p><a href="#en" lang="en" hreflang="en">English</a></p>
<section>
<h1>Vì sao thư của Ông/Bà chưa tới nơi?</h1>
${shown === null ? "" : `<p>Mã sự kiện: <code>${shown}</code></p>`}
${general === undefined ? "" : `<p>Lý do chung: <strong>${escape(general.vi)}</strong>.</p>`}
${vietnamese(contact)}
${shown === null ? "" : `<p><a href="/e/${shown}/ask">Cán bộ có thư bị từ chối hoặc tạm giữ: đề nghị cho gửi</a></p>`}
</section>
<section id="en" lang="en">
<h1>Why was my message not delivered?</h1>
${shown === null ? "" : `<p>Event code: <code>${shown}</code></p>`}
${general === undefined ? "" : `<p>In general: <strong>${escape(general.en)}</strong>.</p>`}
${english(contact)}
${shown === null ? "" : `<p><a href="/e/${shown}/ask">Staff whose message was refused or held: ask that it may be sent</a></p>`}
</section>
</main>
</body>
</html>
`
}

function vietnamese(contact: string): string {
  return `<p>Thư không được chuyển, hoặc phải chờ, theo quy định về thư điện tử của cơ quan. Đây là kết quả kiểm tra tự động;
thư của Ông/Bà không bị coi là thư rác.</p>
<h2>Ông/Bà gửi từ hộp thư công vụ tới hộp thư miễn phí (Gmail, Yahoo…)</h2>
<p>Tài liệu công việc không được gửi tới hộp thư miễn phí. Đề nghị gửi tới hộp thư công vụ của người nhận, hoặc qua hệ thống
quản lý văn bản. Nếu người nhận là công dân, doanh nghiệp, đề nghị gửi từ hộp thư phục vụ công của đơn vị. Thư riêng đề nghị
dùng hộp thư cá nhân.</p>
<h2>Ông/Bà là cán bộ, công chức, viên chức và gửi từ hộp thư miễn phí</h2>
<p>Đề nghị gửi lại từ hộp thư công vụ hoặc qua hệ thống quản lý văn bản. Nếu chưa được cấp hộp thư, đề nghị liên hệ bộ phận
công nghệ thông tin của đơn vị.</p>
<h2>Ông/Bà là công dân, doanh nghiệp</h2>
<p>Đơn, phản ánh và hồ sơ có thể gửi từ bất kỳ hộp thư nào tới bộ phận một cửa hoặc tiếp công dân, hoặc nộp tại Cổng Dịch vụ
công. Ông/Bà không phải đổi hộp thư.</p>
<h2>Thư có tệp đính kèm</h2>
<p>Tệp có thể thuộc loại không được phép gửi, được đặt mật khẩu, hoặc có dấu hiệu nguy hiểm. Đề nghị gửi lại ở định dạng PDF,
DOCX, XLSX, PPTX, ODT, JPG hoặc PNG và không đặt mật khẩu.</p>
<h2>Máy chủ trả lời “tạm thời”, mã bắt đầu bằng 4</h2>
<p>Không cần gửi lại: hệ thống của Ông/Bà sẽ tự gửi lại sau.</p>
<h2>Cần hỗ trợ</h2>
<p>Viết thư tới ${contact} và ghi mã sự kiện. Không gửi kèm thư đã bị từ chối.</p>`
}

function english(contact: string): string {
  return `<p>Your message was not delivered, or has to wait, under the agency's rules for mail. This is the result of an automatic
check; your message was not treated as spam.</p>
<h2>You wrote from an official mailbox to free webmail (Gmail, Yahoo…)</h2>
<p>Work files may not be sent to free webmail. Please use the recipient's official mailbox or the document system. Where the
recipient is a citizen or a business, write from your unit's public-service mailbox. For private mail use your private mailbox.</p>
<h2>You are an official and wrote from free webmail</h2>
<p>Please resend from your official mailbox or through the document system. If you have no mailbox yet, ask your unit's IT staff.</p>
<h2>You are a citizen or a business</h2>
<p>You may write from any mailbox to the one-stop or citizen reception desk, or use the public-service portal. You need not
change your mailbox.</p>
<h2>Your message had an attachment</h2>
<p>The file may be of a type that is not permitted, password-protected, or may look dangerous. Please resend it as PDF, DOCX,
XLSX, PPTX, ODT, JPG or PNG without a password.</p>
<h2>The server said “temporary”, a code that starts with 4</h2>
<p>Nothing to do: your mail system will try again by itself.</p>
<h2>Help</h2>
<p>Write to ${contact} and give the event code. Do not attach the refused message.</p>`
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
}
