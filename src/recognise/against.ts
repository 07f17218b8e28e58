/** What only looks official: petitions, contracts, company letters, news, templates, papers of a person, private letters. */
import type { DocumentPart } from "./part.ts"
import { type Sign, sign } from "./features.ts"
import { fold, wordsOf } from "./readings.ts"
import { citedSymbols } from "./symbols.ts"

/** Lines before the addressee: where an issuer stands. */
const LETTERHEAD = 12
const COMPANY =
  /^(?:tong )?(?:cong ty|tap doan|doanh nghiep|ngan hang(?! nha nuoc)|hop tac xa|dntn|chi nhanh cong ty|lien danh|hiep hoi)\b|\b(?:tnhh|jsc|co ltd)\b/
const PERSONAL_PAPER =
  /^(?:so yeu ly lich|ly lich tu thuat|curriculum vitae|giay khai sinh|trich luc khai sinh|giay chung nhan ket hon|giay xac nhan|can cuoc cong dan|bang tot nghiep|bang cu nhan|so ho khau)\b/
const PETITIONER =
  /\b(?:toi ten la|ho va ten toi|toi la|nguoi lam don|nguoi viet don|nguoi khieu nai|nguoi to cao|kinh don|nguoi de nghi)\b/
const CERTIFIED = /\bchung thuc ban sao dung voi ban chinh\b/
const NEWS =
  /\b(?:theo bao|phong vien|ban doc|nguon bao|bao dien tu|dan tri|vnexpress|tuoi tre online|thanh nien online|vietnamnet|tto|pv|ttxvn|vov vn)\b/
const PARODY =
  /\buy ban nhan dan (?:gia dinh|hoi ban|xom|nha|vo chong|anh em|chi em|lop)|\b(?:bo truong bo vo|bo noi tro|hoi nhung nguoi (?:so|yeu) vo|cuoi vo|lay vo|lay chong)\b/
const FAMILY =
  /\b(?:bo me|me oi|bo oi|con chao|anh yeu|em yeu|vo yeu|chong yeu|ong ba|ca nha|gia dinh minh|hoi dong huong|ban lien lac|hop lop|nha minh|con gai|con trai|chau)\b/
const PLACEHOLDER =
  /[.…_]{4,60}|\[[\p{L} ,/]{3,60}\]|<[\p{L} ,/]{3,60}>|Nguyễn Văn [A-C](?!\p{L})|\((?:[1-9]|1\d)\)(?= |$|\n)|MẪU (?:SỐ|\d)|(?<!\p{L})X{3,10}(?!\p{L})/gu
const MANY_PLACEHOLDERS = 5
/** Whose documents a text cites: an article names many, a letter few. */
const MANY_ISSUERS = 4

export function signsAgainst(part: DocumentPart, form: readonly Sign[]): readonly Sign[] {
  const has = new Set<string>(form.map(({ feature }) => feature))
  return [
    ...(isPetition(part) ? [sign("petition")] : []),
    ...(isContract(part) ? [sign("contract")] : []),
    ...company(part, has),
    ...(isPress(part, has) ? [sign("press")] : []),
    ...template(part),
    ...(isPersonalPaper(part) ? [sign("personal-paper")] : []),
    ...(isPrivate(part, has) ? [sign("private")] : []),
    ...(isParody(part) ? [sign("parody")] : []),
  ]
}

function isPetition({ lines, words }: DocumentPart): boolean {
  return lines.slice(0, 30).some((line) => /^ĐƠN(?!\p{L})/u.test(line)) && PETITIONER.test(words)
}

function isContract({ words }: DocumentPart): boolean {
  return words.includes("hop dong") && /\bben a\b/.test(words) && /\bben b\b/.test(words)
}

function company({ lines }: DocumentPart, has: ReadonlySet<string>): Sign[] {
  const addressee = lines.findIndex((line) => /^kinh (?:gui|moi)/.test(fold(line.slice(0, 12))))
  const head = lines.slice(0, Math.min(LETTERHEAD, addressee < 0 ? LETTERHEAD : addressee))
  const isCompany = head.some((line) => line.length <= 120 && !/\p{Ll}/u.test(line) && COMPANY.test(wordsOf(line)))
  if (!isCompany) return []
  return [has.has("issuer-line") || has.has("symbol-known-issuer") ? sign("company", -25) : sign("company")]
}

function isPress({ plain, words, own }: DocumentPart, has: ReadonlySet<string>): boolean {
  if (own !== null || has.has("recipients") || has.has("authority")) return false
  const issuers = new Set(citedSymbols(plain).map(({ issuer }) => issuer))
  return issuers.size >= MANY_ISSUERS || NEWS.test(words)
}

function template({ plain, own }: DocumentPart): Sign[] {
  const blanks = plain.match(PLACEHOLDER)?.length ?? 0
  if (blanks < MANY_PLACEHOLDERS) return []
  return [own?.symbol.numbered === true ? sign("template", -15) : sign("template")]
}

function isPersonalPaper({ lines, words }: DocumentPart): boolean {
  return (
    CERTIFIED.test(words) || lines.slice(0, 20).some((line) => line.length <= 80 && PERSONAL_PAPER.test(wordsOf(line)))
  )
}

function isPrivate({ words, plain }: DocumentPart, has: ReadonlySet<string>): boolean {
  if (["symbol-known-issuer", "issuer-line", "recipients", "authority"].some((feature) => has.has(feature)))
    return false
  return FAMILY.test(words) || /\p{Extended_Pictographic}/u.test(plain)
}

function isParody({ words }: DocumentPart): boolean {
  return PARODY.test(words)
}
