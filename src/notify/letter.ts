/** A notice in words: subject, plain text and HTML, Vietnamese first, English second, with the agency's name and where to ask. Pure. */
import type { Settings } from "../config/schema.ts"
import { isInForce, type Law, type NoticeName, type Placeholder, type Templates } from "../mail/notice.ts"
import type { Bilingual } from "../mail/policy.ts"
import type { Instant, TransactionId } from "../mail/transaction.ts"
import { type Filled, html, line, plainText } from "./markup.ts"
import { moment } from "./moment.ts"

/** Who writes: the agency's name and contacts, the templates, the laws they cite. */
export interface Office {
  readonly settings: Pick<
    Settings,
    "hostname" | "postmaster" | "publicUrl" | "timezone" | "agency" | "deliver" | "hold"
  >
  readonly templates: Templates
  readonly laws: readonly Law[]
  /** Mail of ours with the signature of its author's domain, where we have a key for it. */
  signed(octets: Uint8Array, author: string): Uint8Array
}

export type Value = string | Bilingual | readonly string[] | readonly Bilingual[]
/** What a notice tells beyond what every notice may. */
export type Values = Readonly<Partial<Record<Placeholder, Value>>>

/** What it is about. */
export interface Occasion {
  readonly id: TransactionId
  readonly at: Instant
}

export interface Letter {
  readonly subject: string
  readonly text: string
  readonly html: string
}

export function letter(name: NoticeName, values: Values, occasion: Occasion, office: Omit<Office, "signed">): Letter {
  const template = office.templates.notices[name]
  const all = { ...common(occasion, office), ...values }
  const [vi, en] = [inLanguage(all, "vi"), inLanguage(all, "en")]
  const subject = `${line(template.subject.vi, vi)} / ${line(template.subject.en, en)}`
  const { footer } = office.templates
  const said = (language: "vi" | "en", filled: Filled): string =>
    `${plainText(template.text[language], filled)}\n\n${plainText(footer[language], filled)}`
  const shown = (language: "vi" | "en", filled: Filled): string =>
    `<div lang="${language}">\n${html(template.text[language], filled)}\n<div style="${SMALL}">\n${html(footer[language], filled)}\n</div>\n</div>`
  return {
    subject,
    text: `${said("vi", vi)}\n\n----------\n\n${said("en", en)}\n`,
    html: page(line(template.subject.vi, vi), `${shown("vi", vi)}\n<hr style="${RULE}">\n${shown("en", en)}`),
  }
}

/** The text of a notice alone, as it stands before what others wrote: one paragraph after another. */
export function warning(name: NoticeName, values: Values, office: Pick<Office, "templates" | "settings">): Bilingual {
  const { text } = office.templates.notices[name]
  const all = { ...common({ id: "", at: 0 }, { ...office }), ...values }
  return { vi: plainText(text.vi, inLanguage(all, "vi")), en: plainText(text.en, inLanguage(all, "en")) }
}

const SMALL = "font-size:.875em;opacity:.8"
const RULE = "border:0;border-top:1px solid #8888;margin:2em 0"
const BODY =
  "margin:0 auto;padding:1em;max-width:40em;font:1em/1.5 system-ui,'Segoe UI',Arial,sans-serif;overflow-wrap:anywhere"

/** No colours of its own and no remote content: the reader's program chooses, by day and by night. */
function page(title: string, body: string): string {
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title.replace(/[&<>]/g, (character) => `&#${character.charCodeAt(0)};`)}</title>
</head>
<body>
<div style="${BODY}">
${body}
</div>
</body>
</html>
`
}

const NO_PHONE: Bilingual = { vi: "theo danh bạ của cơ quan", en: "the number in the agency's directory" }

function common({ id, at }: Occasion, { settings }: Pick<Office, "settings">): Values {
  const { agency, postmaster, publicUrl, timezone } = settings
  const help = `${publicUrl}/e/${id}`
  return {
    ma_su_kien: id,
    thoi_gian: moment(at, timezone),
    ten_co_quan: agency.name,
    kenh_thay_the: agency.channel,
    lien_ket_giai_trinh: help,
    lien_ket_xem: help,
    don_vi_ho_tro: agency.support.unit,
    dien_thoai_ho_tro: agency.support.phone ?? NO_PHONE,
    thu_ho_tro: agency.support.mail ?? postmaster,
    trang_ho_tro: agency.support.page ?? help,
  }
}

function inLanguage(values: Values, language: "vi" | "en"): Filled {
  const one = (value: string | Bilingual): string => (typeof value === "string" ? value : value[language])
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, isList(value) ? value.map(one) : one(value)]),
  )
}

function isList(value: Value): value is readonly string[] | readonly Bilingual[] {
  return Array.isArray(value)
}

/** `Căn cứ: Công văn số …`; of laws no longer in force nothing. */
export function citation(bases: readonly (string | null)[], at: Instant, laws: readonly Law[]): Bilingual {
  const cited = laws.filter((law) => bases.includes(law.id) && isInForce(law, at))
  if (cited.length === 0) return { vi: "", en: "" }
  return {
    vi: `Căn cứ: ${cited.map((law) => law.citation.vi).join("; ")}.`,
    en: `Legal basis: ${cited.map((law) => law.citation.en).join("; ")}.`,
  }
}

/** The lines of SMTP replies, with the agency's telephone and the like filled in; ASCII is the reply's own matter. */
export function replyLines({
  templates,
  settings,
}: Pick<Office, "templates" | "settings">): Readonly<Record<string, string>> {
  const office = { templates, settings, laws: [] }
  const all = common({ id: "", at: 0 }, office)
  return Object.fromEntries(
    Object.entries(templates.notices).flatMap(([name, { smtp }]) => {
      if (smtp === null) return []
      return [[name, `${line(smtp.vi, inLanguage(all, "vi"))} ${line(smtp.en, inLanguage(all, "en"))}`]]
    }),
  )
}
