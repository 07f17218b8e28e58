/** What speaks for official business: the components of Decree 30/2020, Party forms, and the words of office work. */
import type { Issuers } from "./issuers.ts"
import { type DocumentPart, HEAD } from "./part.ts"
import { POINTS, type Sign, sign } from "./features.ts"
import { isHeading, type Line, skeleton, wordsOf } from "./readings.ts"

const TYPES = (
  "nghiquyet quyetdinh chithi quyche quydinh thongcao thongbao huongdan chuongtrinh kehoach phuongan dean duan baocao bienban totrinh congdien banghinho " +
  "giaymoi phieugui phieuchuyen phieubao phieutrinh congvan thongtu nghidinh ketluan baocaonhanh giaytrieutap lichcongtac banan caotrang danhmuc giaygioithieu"
)
  .split(" ")
  .map(skeleton)
/** Types that mostly bear no number: below the name of a body of the state they say more. */
const UNNUMBERED = ["bienban", "congdien", "lichcongtac", "giaymoi", "banan", "baocaonhanh"].map(skeleton)
const SAYS_MORE = 22
/** A type may be followed by its matter on the same line, or by a colon. */
const LONGEST_TYPE = 40
const STAMPS = new Set(
  "hoatoc thuongkhan khan luuhanhnoibo xemxongtralai khongphobien saoy saoluc trichsao hoatochengio"
    .split(" ")
    .map(skeleton),
)
/** `Tuyên Quang, ngày 06 tháng 6 năm 2018`, alone or after the other column. */
const DATE = /^[a-z0-9]{2,80}?ngay[\dlo]{0,2}thang[\dlo]{0,2}nam(?:[\dlo]{0,4})$/
/** Beyond that it is a sentence, which the expression would try at every letter. */
const LONGEST_DATE = 100
const AUTHORITY = /^(?:TM|KT|TL|TUQ|TUN|Q|KTL|T\/M|K\/T|T\/L|TT) ?[./]? ?\p{Lu}[\p{L} ,&./-]{3,}$/u
const TITLE =
  /(?:chutich|giamdoc|botruong|thutruong|chanhvanphong|cuctruong|chicuctruong|truongban|truongphong|bithu|uybannhandan|hoidongnhandan|banthuongvu|banchaphanh|thuongtruc|thutuong|chinhphu|hieutruong|vientruong|chanhan|chanhthanhtra|chihuytruong|truongcongan|chunhiem|chibo|danguy|tinhuy|truongdoan|banbithu|hoidongxetxu|truongthue|uybankiemtra|doantruong|dontruong|kiemtoantruong|tongcuctruong|vutruong)/
/** Who signs a letter under the title alone. */
const SIGNER =
  /^(?:pho)?(?:chutich|giamdoc|botruong|thutruong|chanhvanphong|cuctruong|chicuctruong|truongban|truongphong|bithu|hieutruong|vientruong|chanhan|chanhthanhtra|chihuytruong|truongcongan(?:xa|phuong|tinh)?|thamphan|chaphanhvien|dontruong|kiemtoantruong|vutruong|truongthue\w{0,12}|truongthongke|truongdoan|hattruong|chunhiem|truongthihanhandansu)$/
/** `Lưu: VT`, `Lưu Văn phòng Tỉnh ủy`, `Lưu BTGDVTU`, or only `Lưu`. */
const FILING = /^luu(?:vt|vp|van|hoso|hs|tk|cb|chi|dang|btg|btc|cax|pa\d|bch|p\d|[a-z]{2,8}u$|$)/
const ANNEX =
  /\b(?:phu luc|bieu mau|bieu so|danh muc|danh sach)\b.{0,120}\bkem theo (?:cong van|quyet dinh|ke hoach|to trinh|bao cao|thong bao|nghi quyet|huong dan)\b/
const FILE_NAME =
  /(?:^| )(?:cv|qd|tb|kh|bc|ttr|gm|to trinh|cong van|quyet dinh|giay moi|bao cao|ke hoach|du thao|signed|dong dau|sao y)(?: |$)/

/** Features that only documents have; two of them make a mark beside them believable. */
const OF_FORM: ReadonlySet<string> = new Set(
  [
    "symbol-known-issuer symbol-unknown-issuer symbol-without-number issuer-line motto party-header place-and-date",
    "subject-matter document-type grounds addressed authority recipients filing end-mark stamp government-signature edxml",
  ].flatMap((line) => line.split(" ")),
)

export function formFeatures(signs: readonly Sign[]): number {
  return signs.filter(({ feature }) => OF_FORM.has(feature)).length
}

export function signsOfForm(part: DocumentPart, issuers: Issuers): readonly Sign[] {
  const head = headSigns(part, issuers)
  const issued = head.some(({ feature }) => feature === "issuer-line" || feature === "party-header")
  return [...symbolSigns(part, issued), ...head, ...bodySigns(part), ...wordSigns(part)]
}

/** A code nobody knows, below the name of a body of the state, is that body's. */
function symbolSigns({ own, cited: all }: DocumentPart, issued: boolean): Sign[] {
  const signs: Sign[] = []
  const symbol = own?.symbol ?? null
  if (symbol !== null) {
    const known = symbol.issuer !== null || issued
    if (symbol.numbered) signs.push(sign(known ? "symbol-known-issuer" : "symbol-unknown-issuer"))
    else if (known) signs.push(sign("symbol-without-number"))
  }
  const cited = all.filter(({ text }) => symbol?.text !== text)
  const laws = cited.filter(({ year }) => year).length
  if (cited.length > laws) signs.push(sign("citation", Math.min(12, (cited.length - laws) * POINTS.citation)))
  if (laws > 0) signs.push(sign("law-citation", Math.min(5, laws * POINTS["law-citation"])))
  return signs
}

/** Lines about the number where the issuer stands, whatever comes before. */
const NEAR_SYMBOL = 8

function headSigns(part: DocumentPart, issuers: Issuers): Sign[] {
  const { lines, own, addressed } = part
  const seen = new Set<Sign["feature"]>()
  let party = false
  let unit = own?.symbol.party === true
  let unnumbered = false
  for (const [index, line] of lines.entries()) {
    const near = own !== null && Math.abs(index - own.line) <= NEAR_SYMBOL
    if (isDate(line)) seen.add("place-and-date")
    if (!isHeading(line) && !(near && index < addressed && line.text.length <= LONGEST_NAME)) continue
    const bones = skeleton(withoutMotto(line, seen))
    if (bones.includes("dangcongsanvietnam")) party = true
    if (index < addressed || near) {
      const first = bones === line.compact || bones === skeleton(line.compact) ? line : { ...line, compact: bones }
      if (issuers.isState(first)) seen.add("issuer-line")
      if (
        /^(?:tinh|thanh|huyen|quan|dang|thi)(?:uy|bo)|^chibo|^ban(?:chaphanh|thuongvu|tuyengiao|tochuc|noichinh)|^uybankiemtra/.test(
          bones,
        )
      )
        unit = true
    }
    if (!isHeading(line)) continue
    if (bones.length <= LONGEST_TYPE && TYPES.some((type) => bones.startsWith(type))) {
      seen.add("document-type")
      unnumbered ||= own === null && index < HEAD && UNNUMBERED.some((type) => bones.startsWith(type))
    }
    if (STAMPS.has(bones)) seen.add("stamp")
  }
  if (party && unit) seen.add("party-header")
  if (hasMatter(part)) seen.add("subject-matter")
  const more = unnumbered && seen.has("issuer-line")
  return [...seen].map((feature) => (feature === "document-type" && more ? sign(feature, SAYS_MORE) : sign(feature)))
}
const LONGEST_NAME = 80

function isDate({ compact, text }: Line): boolean {
  const year = compact.lastIndexOf("nam")
  if (year < 0 || year < compact.length - "nam2026".length || compact.length > LONGEST_DATE) return false
  return DATE.test(compact) && /[,.;]/.test(text)
}

const MOTTO = /conghoaxahoichunghiavietnam|dociaptudohanhphuc/g

/** The national name stands in the other column and is torn off; seen, it is a feature of its own. */
function withoutMotto({ compact }: Line, seen: Set<Sign["feature"]>): string {
  const bones = skeleton(compact)
  if (!bones.includes("conghoaxahoi") && !bones.includes("tudohanhphuc")) return bones
  const bare = bones.replace(MOTTO, "")
  if (bare.length < bones.length) seen.add("motto")
  return bare
}

/** Below the number of a letter, or below the type of any other document. */
function hasMatter({ own, lines }: DocumentPart): boolean {
  if (own === null) return false
  return lines
    .slice(own.line, own.line + NEAR_SYMBOL)
    .some(({ text, words }) => /^(?:v v|ve viec) /.test(words) || /\p{L} ?V\/v /u.test(text))
}

function bodySigns({ lines, plain, topics, addressed }: DocumentPart): Sign[] {
  const seen = new Map<Sign["feature"], number>()
  const put = (feature: Sign["feature"], points: number = POINTS[feature]): void => {
    seen.set(feature, Math.max(points, seen.get(feature) ?? 0))
  }
  const grounds = new Set<string>()
  let lists = MOST_LISTS
  for (const [index, line] of lines.entries()) {
    const { compact, text } = line
    if ((text.endsWith(";") || text.endsWith(",")) && /^(?:cancu|xet|theodenghi)/.test(compact)) grounds.add(compact)
    else if (compact.startsWith("noinhan") && lists-- > 0 && listed(lines, index) >= 2) put("recipients")
    else if (compact.startsWith("luu") && compact.length <= 60 && FILING.test(compact)) put("filing")
    else if (/^[TKQ]/.test(text) && isAuthority(line, lines[index + 1])) put("authority")
    else if (compact.length <= 30 && isHeading(line) && SIGNER.test(compact)) put("authority", SIGNED)
  }
  if (grounds.size >= 2) put("grounds")
  if (addressed < lines.length && topics.state > 0 && namesState(lines.slice(addressed, addressed + 6)))
    put("addressed")
  if (plain.includes("./.")) put("end-mark")
  return [...seen].map(([feature, points]) => sign(feature, points))
}
/** Lists of recipients that are counted in one text. */
const MOST_LISTS = 20
/** A title alone says less than one that is signed for. */
const SIGNED = 10

const STATE_BODY =
  /\b(?:ubnd|hdnd|uy ban nhan dan|hoi dong nhan dan|cac so|cac bo|van phong|thu tuong|bo (?:cong an|noi vu|tai chinh|y te|tu phap|xay dung|cong thuong|khoa hoc|quoc phong|ngoai giao|nong nghiep|giao duc|van hoa)|so (?:noi vu|tai chinh|y te|tu phap|xay dung|cong thuong|khoa hoc|nong nghiep|giao duc|van hoa|thong tin|ke hoach|lao dong|giao thong|tai nguyen|dan toc|ngoai vu|du lich)|cong an|thanh tra|(?:tinh|thanh|huyen|dang) uy|chi (?:cuc|bo)|cuc|kho bac|bao hiem xa hoi|toa an|vien kiem sat|phong|ban|truong|cac (?:phong|don vi|co quan|truong|xa)|trung tam|tram|mttq|hat)\b/

function namesState(lines: readonly Line[]): boolean {
  return STATE_BODY.test(lines.map(({ words }) => words).join(" "))
}

function isAuthority(line: Line, next: Line | undefined): boolean {
  return isHeading(line) && AUTHORITY.test(line.text) && TITLE.test(line.compact + (next?.compact ?? ""))
}

/** Entries below: dashed, or as short and closed by a semicolon. */
function listed(lines: readonly Line[], from: number): number {
  return lines.slice(from + 1, from + 13).filter(({ text }) => /^[-–+•]/.test(text) || /^\p{L}.{2,60};$/u.test(text))
    .length
}

function wordSigns({ topics, names, words }: DocumentPart): Sign[] {
  const signs: Sign[] = []
  if (topics.work >= 3) signs.push(sign("work-talk", topics.work >= 6 ? 18 : POINTS["work-talk"]))
  if (topics.draft > 0 && topics.state > 0) signs.push(sign("draft"))
  if (words.includes("kem theo") && ANNEX.test(words)) signs.push(sign("annex"))
  if (names.some(isOfficialName)) signs.push(sign("file-name"))
  return signs
}

function isOfficialName(name: string): boolean {
  const words = wordsOf(name)
  return (
    FILE_NAME.test(words) || /(?:^| )\d{1,5} ?(?:ubnd|hdnd|vpcp|sgddt|snv|stc|b[a-z]{2,5}|s[a-z]{2,5}) /.test(words)
  )
}
