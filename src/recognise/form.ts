/** What speaks for official business: the components of Decree 30/2020, Party forms, and the words of office work. */
import { ISSUER_NAMES, STATE_BODY } from "./issuers.ts"
import type { DocumentPart } from "./part.ts"
import { POINTS, type Sign, sign } from "./features.ts"
import { compact, fold, wordsOf } from "./readings.ts"
import { citedSymbols } from "./symbols.ts"
import { WORK_TALK } from "./work-talk.ts"

const TYPES = new Set(
  [
    "nghiquyet quyetdinh chithi quyche quydinh thongcao thongbao huongdan chuongtrinh kehoach phuongan dean duan baocao",
    "bienban totrinh congdien bannho giaymoi phieugui phieuchuyen phieubao congvan thongtu nghidinh ketluan baocaonhanh",
  ].flatMap((line) => line.split(" ")),
)
const STAMPS = new Set([
  "hoatoc",
  "thuongkhan",
  "khan",
  "luuhanhnoibo",
  "xemxongtralai",
  "khongphobien",
  "saoy",
  "saoluc",
  "trichsao",
])
const DATE = /^(?:TP\.? ?)?\p{Lu}[\p{L}. -]{1,50}, ?(?:ngày|NGÀY)[ \d.…_]{1,20}tháng[ \d.…_]{1,20}năm[ \d.…_]{0,12}/u
const AUTHORITY = /^(?:TM|KT|TL|TUQ|Q|KTL|T\/M|K\/T|T\/L) ?[./]? ?\p{Lu}[\p{Lu} ,&-]{3,}$/u
const TITLE =
  /\b(?:chu tich|giam doc|bo truong|thu truong|chanh van phong|cuc truong|chi cuc truong|truong ban|truong phong|bi thu|uy ban nhan dan|hoi dong nhan dan|ban thuong vu|ban chap hanh|thuong truc|thu tuong|chinh phu|hieu truong|tong cuc truong|vien truong|chanh an|chanh thanh tra|chi huy truong|truong cong an)\b/
const FILING = /^[-+ ]*Lưu ?:? ?(?:VT|VP|Văn thư|Văn phòng)(?!\p{L})/iu
const SUBJECT_MATTER = /^\(?(?:V\/v|Về việc|V\/V)(?!\p{L})/u
const DRAFT = /\b(?:du thao|trinh ky|xin y kien|gop y|bao cao nhanh)\b/
const ANNEX =
  /\b(?:phu luc|bieu mau|bieu so)\b.{0,60}\b(?:kem theo (?:cong van|quyet dinh|ke hoach|to trinh|bao cao|thong bao))\b/
const FILE_NAME =
  /(?:^| )(?:cv|qd|tb|kh|bc|ttr|gm|to trinh|cong van|quyet dinh|giay moi|bao cao|ke hoach|du thao|signed|dong dau|sao y)(?: |$)/

/** Longer lines of capitals are somebody shouting. */
const LONGEST_HEADING = 120

/** Features that only documents have; two of them make a mark beside them believable. */
const OF_FORM: ReadonlySet<string> = new Set(
  [
    "symbol-known-issuer symbol-unknown-issuer symbol-without-number issuer-line motto party-header place-and-date",
    "subject-matter document-type grounds addressed authority recipients filing end-mark stamp",
  ].flatMap((line) => line.split(" ")),
)

export function formFeatures(signs: readonly Sign[]): number {
  return signs.filter(({ feature }) => OF_FORM.has(feature)).length
}

export function signsOfForm(part: DocumentPart): readonly Sign[] {
  return [...symbolSigns(part), ...headSigns(part), ...bodySigns(part), ...wordSigns(part)]
}

function symbolSigns(part: DocumentPart): Sign[] {
  const signs: Sign[] = []
  const own = part.own?.symbol ?? null
  if (own !== null && !own.numbered) {
    if (own.issuer !== null) signs.push(sign("symbol-without-number"))
  } else if (own !== null) signs.push(sign(own.issuer === null ? "symbol-unknown-issuer" : "symbol-known-issuer"))
  const cited = citedSymbols(part.plain).filter(({ text }) => own?.text.includes(text) !== true)
  const laws = cited.filter(({ year }) => year).length
  if (cited.length > laws) signs.push(sign("citation", Math.min(12, (cited.length - laws) * POINTS.citation)))
  if (laws > 0) signs.push(sign("law-citation", Math.min(5, laws * POINTS["law-citation"])))
  return signs
}

function headSigns(part: DocumentPart): Sign[] {
  const { lines, own, compact: squeezed } = part
  const signs: Sign[] = []
  const capitals = lines.filter((line) => line.length <= LONGEST_HEADING && isCapitals(line))
  if (capitals.some(isIssuer)) signs.push(sign("issuer-line"))
  if (squeezed.includes("conghoaxahoichunghiavietnam") && squeezed.includes("doclaptudohanhphuc"))
    signs.push(sign("motto"))
  const party = capitals.some((line) => compact(line).endsWith("dangcongsanvietnam"))
  if (party && (own?.symbol.party === true || capitals.some(isPartyUnit))) signs.push(sign("party-header"))
  if (lines.some((line) => DATE.test(line))) signs.push(sign("place-and-date"))
  const near = own === null ? [] : lines.slice(own.line, own.line + 4)
  if (near.some((line) => SUBJECT_MATTER.test(line) || /\p{L} ?V\/v /u.test(line))) signs.push(sign("subject-matter"))
  if (capitals.some((line) => TYPES.has(compact(line)))) signs.push(sign("document-type"))
  if (capitals.some((line) => STAMPS.has(compact(line)))) signs.push(sign("stamp"))
  return signs
}

function isCapitals(line: string): boolean {
  return !/\p{Ll}/u.test(line) && /\p{Lu} ?\p{Lu}/u.test(line)
}

/** Letter-spaced too: compared without spaces. */
function isIssuer(line: string): boolean {
  const squeezed = compact(line)
  return ISSUER_COMPACT.some((name) => squeezed.startsWith(name))
}
const ISSUER_COMPACT = ISSUER_NAMES.filter((name) => name !== "dang cong san viet nam").map((name) =>
  name.replaceAll(" ", ""),
)

function isPartyUnit(line: string): boolean {
  return /^(?:tinh|thanh|huyen|quan|dang|thi) uy\b|^chi bo\b|^ban (?:chap hanh|thuong vu|tuyen giao|to chuc|noi chinh)\b|^uy ban kiem tra\b|^van phong (?:tinh|dang) uy\b/.test(
    wordsOf(line),
  )
}

function bodySigns(part: DocumentPart): Sign[] {
  const { lines, plain } = part
  const signs: Sign[] = []
  const grounds = new Set(
    lines.filter((line) => /^[-+ ]*(?:Căn cứ|Xét|Theo đề nghị) /u.test(line) && /[;,]$/.test(line)),
  )
  if (grounds.size >= 2) signs.push(sign("grounds"))
  const addressed = lines.findIndex((line) => /^kinh (?:gui|trinh)\b/.test(fold(line.slice(0, 12))))
  if (addressed >= 0 && STATE_BODY.test(wordsOf(lines.slice(addressed, addressed + 6).join("\n"))))
    signs.push(sign("addressed"))
  if (lines.some((line, index) => isAuthority(line, lines[index + 1] ?? ""))) signs.push(sign("authority"))
  if (lines.some((line, index) => /^Nơi nhận/iu.test(line) && dashed(lines, index) >= 2)) signs.push(sign("recipients"))
  if (lines.some((line) => FILING.test(line))) signs.push(sign("filing"))
  if (/\.\/\.[ *_"”]*$/m.test(plain)) signs.push(sign("end-mark"))
  return signs
}

function isAuthority(line: string, next: string): boolean {
  return line.length <= LONGEST_HEADING && AUTHORITY.test(line) && TITLE.test(wordsOf(`${line} ${next}`))
}

function dashed(lines: readonly string[], from: number): number {
  return lines.slice(from + 1, from + 13).filter((line) => /^[-–+•]/.test(line)).length
}

/** Terms by their first word, so that a text is gone through once. */
const TERMS = Map.groupBy(WORK_TALK, (term) => term.split(" ", 1)[0] ?? "")

/** How many different terms of work talk occur, on word borders. */
function workTerms(words: string): number {
  const found = new Set<string>()
  for (let at = 0; at !== -1 && at < words.length; at = nextWord(words, at)) {
    const space = words.indexOf(" ", at)
    const candidates = TERMS.get(words.slice(at, space === -1 ? words.length : space))
    for (const term of candidates ?? []) {
      const end = words.charAt(at + term.length)
      if ((end === "" || end === " ") && words.startsWith(term, at)) found.add(term)
    }
  }
  return found.size
}

function nextWord(words: string, at: number): number {
  const space = words.indexOf(" ", at)
  return space === -1 ? -1 : space + 1
}

function wordSigns(part: DocumentPart): Sign[] {
  const signs: Sign[] = []
  const words = ` ${part.words} `
  const terms = workTerms(part.words)
  if (terms >= 3) signs.push(sign("work-talk", terms >= 6 ? 18 : POINTS["work-talk"]))
  if (DRAFT.test(words) && STATE_BODY.test(words)) signs.push(sign("draft"))
  if (ANNEX.test(words)) signs.push(sign("annex"))
  if (part.names.some(isOfficialName)) signs.push(sign("file-name"))
  return signs
}

function isOfficialName(name: string): boolean {
  return FILE_NAME.test(wordsOf(name)) || /\d{1,5}[-_ ]?(?:ubnd|hdnd|vpcp|sgddt|snv|stc)/.test(fold(name))
}
