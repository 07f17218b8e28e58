/** Secrecy marks: stamps, fields, subjects and file names that give a document a grade, and nothing that merely speaks of grades. */
import type { Secrecy } from "../mail/content.ts"
import type { Issuers } from "./issuers.ts"
import type { DocumentPart } from "./part.ts"
import { compact, latin, plain, wordsOf } from "./readings.ts"
import type { Place } from "./stamps.ts"

type Grade = Exclude<Secrecy, "none" | "suspected">

/** In order of gravity; a message bears the gravest mark in it. */
const GRAVITY: readonly Secrecy[] = ["none", "suspected", "mat", "toi-mat", "tuyet-mat"]
const GRADES: ReadonlyMap<string, Grade> = new Map([
  ["mat", "mat"],
  ["toimat", "toi-mat"],
  ["tuyetmat", "tuyet-mat"],
])

/** Lines about the number where a stamp typed in small letters stands. */
const AT_NUMBER = 6
/** Features of form that make a mark a document's own. */
const BELIEVABLE = 2
/** Lines between two grades of one list. */
const LIST = 4

/** Upper case only; `\W` and `\b` would take accented letters for borders. Letters may stand apart. A copy's number may follow. */
const apart = (word: string): string => Array.from(word).join("[ .·_-]{0,2}")
const MARK = `${apart("TUYỆT")}[ .·_-]{0,3}${apart("MẬT")}|${apart("TỐI")}[ .·_-]{0,3}${apart("MẬT")}|${apart("MẬT")}`
const COPY = "(?: ?[-:;,(]? ?(?:BẢN|Bản) (?:SAO )?(?:SAO |sao )?(?:SỐ|số).{0,20})?"
const LINE = new RegExp(`^[^\\p{L}\\p{N}]*(?:ĐỘ ?MẬT ?:? ?)?(${MARK})${COPY}[^\\p{L}\\p{N}]*$`, "u")
/** Beside the other column, or behind the number, in one line. */
const BESIDE = new RegExp(
  `(?:^[^\\p{L}\\p{N}]*|HẠNH PHÚC |Hạnh phúc |VIỆT NAM )(${MARK})(?= (?:CỘNG H|ĐỘC LẬP|Độc lập|ĐẢNG CỘNG)|$)|/[\\p{Lu}\\d&-]{2,30} {1,9}(${MARK})(?= \\p{Lu}[\\p{L} .]{1,40}, ?ngày|$)`,
  "u",
)
const ANY_CASE = /^[^\p{L}\p{N}]*(?:độ ?mật ?:? ?)?(tuyệt ?mật|tối ?mật|mật)[^\p{L}\p{N}]*$/iu
/** As character recognition reads a stamp. */
const MISREAD = /^[^\p{L}\p{N}]*(?:T[UƯ]Y[EÊỆẾẸỀ]T ?|T[OÔỐÓÒỒ][I1l!] ?)?M[ÂẬẤẠẶĂẦA4]T[^\p{L}\p{N}]*$/u
const UNACCENTED = /^[^\p{L}\p{N}]*(?:TOI ?MAT|TUYET ?MAT)[^\p{L}\p{N}]*$/u
const UNACCENTED_FIELD = /^[^\p{L}\p{N}]*do mat ?: ?(?:toi|tuyet) mat[^\p{L}\p{N}]*$/iu
const UNACCENTED_SUBJECT =
  /^(?:(?:re|fwd?) ?: ?)*[[(] ?(?:toi ?mat|tuyet ?mat) ?[\])]|^(?:(?:RE|Re|FWD?|Fwd?) ?: ?)*(?:TOI ?MAT|TUYET ?MAT) ?[-:|]/i
const HALF = new RegExp(`^[^\\p{L}\\p{N}]*(${apart("TUYỆT")}|${apart("TỐI")})[^\\p{L}\\p{N}]*$`, "u")
const FIELD =
  /(^|[^\p{L}\p{N}])(?:Mức ?)?Độ {1,3}mật {0,3}:[\s.…]{0,9}(Tuyệt {1,3}mật|Tối {1,3}mật|Mật)(?![\p{L}\p{N}]|[ \t]{0,9}[\p{L}\p{N}]|[ \t]{0,9}[,/;|][ \t]{0,9}(?:tuyệt|tối|mật)|\s{0,9}["”»])/giu
const QUOTED = /["“”«']/
const SUBJECT =
  /^(?:(?:re|fwd?|tr|trả lời|chuyển tiếp) ?: ?)*(?:[[(*] ?(?:độ ?mật ?: ?)?(tuyệt ?mật|tối ?mật|mật) ?[\])*])/iu
/** The bare word begins many a subject, two of them only one. */
const SUBJECT_FIELD = /^(?:(?:re|fwd?|tr|trả lời|chuyển tiếp) ?: ?)*(?:độ ?mật ?: ?)?(tuyệt ?mật|tối ?mật) ?[:|-]/iu
const SUBJECT_WORD = /^(?:(?:RE|Re|FWD?|Fwd?) ?: ?)*(TUYỆT MẬT|TỐI MẬT|MẬT) ?[-:|]/u
const STAMP = /^[^\p{L}\p{N}]*(?:THU HỒI TÀI LIỆU|TÀI LIỆU THU HỒI|CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ)/u
const STAMP_OF_LETTERS = /^[^\p{L}\p{N}]*(?:THỜI HẠN BẢO VỆ ?:|GIA HẠN ĐẾN|BẢN SAO SỐ ?:)/u
const DECLASSIFIED = /^[^\p{L}\p{N}]*G ?I ?Ả ?I ? ?M ?Ậ ?T[^\p{L}\p{N}]*(?:Từ ?:.{0,40})?$/u
const SINCE = /^[^\p{L}\p{N}]*Từ ?(?::|ngày)/u
/** Neighbours that make the word an organ, honey, a password, or one of several choices. */
const NOT_BESIDE =
  /^(?:gan|tuy|lach|than|da day|ruot|soi|tui|ong|ong chua|ong rung|phan hoa|thuong|khong|khong mat|cong khai|khau|ma)(?: \d.*|$)|\b(?:soi mat|tui mat|mat ong|ong chua|mat khau|sieu am)\b/
/** Text of these, in which nothing has the form of a document, means no grade by the word. */
const OF_OTHER_THINGS = /\b(?:mat ong|ong mat|soi mat|tui mat|duong mat|mat khau|mat mia|trang mat|phan hoa|sieu am)\b/
const BEFORE_BROKEN = /(?:^| )(?:bao|bi|tui|soi|trang|co|ong|ngot|ngoai)$/

/** `form`: how many features of form the part has. */
export function secrecyOf(part: DocumentPart, form: number): Secrecy {
  if (!speaks(part)) return "none"
  if (isDeclassified(part)) return "none"
  const grades = [...lineGrades(part, form), ...fieldGrades(part)]
  if (part.at === "subject") grades.push(...subjectGrades(part.plain))
  return gravest([...grades, ...hints(part, form)])
}

export function isClear(secrecy: Secrecy): boolean {
  return secrecy !== "none" && secrecy !== "suspected"
}

export function gravest(grades: readonly Secrecy[]): Secrecy {
  return GRAVITY[Math.max(0, ...grades.map((grade) => GRAVITY.indexOf(grade)))] ?? "none"
}

/** What every mark and stamp has, in the words of its line; and every field. */
const SPOKEN = /m ?a ?t|thu hoi|boc bi|thoi han bao ve|gia han den|ban sao so/
const FIELD_SPOKEN = "do mat"

/** Most mail has none of them. */
function speaks({ at, words, places, shows }: DocumentPart): boolean {
  if (shows.includes("scan") || words.includes(FIELD_SPOKEN)) return true
  return at === "subject" ? SPOKEN.test(words) : places.some((place) => SPOKEN.test(place.words))
}

/** The stamp that ends secrecy, with the day it does. */
export function isDeclassified({ places }: DocumentPart): boolean {
  return places.some(
    ({ text }, index) =>
      DECLASSIFIED.test(text) &&
      (text.includes("Từ") || places.slice(index + 1, index + 4).some((next) => SINCE.test(next.text))),
  )
}

interface Marked {
  readonly grade: Secrecy
  readonly of: Grade
  readonly index: number
}

/** Grades near one another are a list of them, in a training slide or a table of stamp forms; so are all three. */
function lineGrades(part: DocumentPart, form: number): readonly Secrecy[] {
  const { places } = part
  if (form < BELIEVABLE && OF_OTHER_THINGS.test(part.words)) return []
  const found = places.flatMap((place, index): Marked[] => {
    const mark = markOf(place, part, form)
    if (mark === null || isOther(places, index)) return []
    const of = joined(mark.of, places[index - 1]?.text ?? "")
    return [{ index, of, grade: mark.grade === "suspected" ? "suspected" : of }]
  })
  const kinds = new Set(found.map(({ of }) => of))
  if (kinds.size === GRADES.size || (kinds.size > 1 && part.words.includes("bi mat nha nuoc"))) return []
  const listed = ({ index, of }: Marked): boolean =>
    found.some((other) => other.of !== of && Math.abs(other.index - index) <= LIST)
  return found.filter((one) => !listed(one)).map(({ grade }) => (form >= BELIEVABLE ? grade : "suspected"))
}

/** Capitals are a mark; other writing is one only where nothing else could be meant. */
function markOf(
  { text: written, line }: Place,
  { own, shows }: DocumentPart,
  form: number,
): Omit<Marked, "index"> | null {
  if (!/[ậẬ4âÂấẤạẠặẶăĂầẦ]/.test(written) && !/M ?A ?T/.test(written)) return null
  const text = latin(written)
  const [, first, second] = BESIDE.exec(text) ?? []
  const clear = gradeOf(LINE.exec(text)?.[1] ?? first ?? second)
  if (clear !== null) return { grade: clear, of: clear }
  const small = gradeOf(ANY_CASE.exec(text)?.[1])
  if (small !== null && form >= BELIEVABLE) {
    // Capital fonts of old encodings have small letters in the file.
    if (shows.includes("legacy-encoding")) return { grade: small, of: small }
    if (own === null || line === null || Math.abs(line - own.line) > AT_NUMBER) return null
    // Nobody writes the two graver ones beside a number and means anything else.
    return { grade: small === "mat" ? "suspected" : small, of: small }
  }
  const misread = shows.includes("scan") && form >= BELIEVABLE && MISREAD.test(text)
  return misread ? { grade: "suspected", of: "mat" } : null
}

function isOther(places: readonly Place[], index: number): boolean {
  const [before, after] = [places[index - 1]?.words ?? "", places[index + 1]?.words ?? ""]
  return NOT_BESIDE.test(before) || NOT_BESIDE.test(after) || BEFORE_BROKEN.test(before)
}

/** A narrow stamp breaks between its words. */
function joined(grade: Grade, before: string): Grade {
  return grade === "mat" ? (gradeOf(`${HALF.exec(before)?.[1] ?? ""}${grade}`) ?? grade) : grade
}

function gradeOf(written: string | undefined): Grade | null {
  return written === undefined ? null : (GRADES.get(compact(written)) ?? null)
}

/** A form's field with a value; quoted in a sentence it is nobody's. */
function fieldGrades({ plain: text, margins }: DocumentPart): readonly Secrecy[] {
  const around = margins.length === 0 ? "" : `\n${margins.map((line) => line.text).join("\n")}`
  return [...`${text}${around}`.matchAll(FIELD)].flatMap(([, before = "", value]) => {
    const grade = gradeOf(value)
    return grade === null || QUOTED.test(before) ? [] : [grade]
  })
}

function subjectGrades(subject: string): readonly Secrecy[] {
  const trimmed = subject.trim().slice(0, 200)
  const grade = gradeOf(
    SUBJECT.exec(trimmed)?.[1] ?? SUBJECT_FIELD.exec(trimmed)?.[1] ?? SUBJECT_WORD.exec(trimmed)?.[1],
  )
  if (grade !== null) return [grade]
  return UNACCENTED_SUBJECT.test(trimmed) ? ["suspected"] : []
}

/** What calls for a question rather than an answer: marks without accents, stamps that secret documents have besides. */
function hints(part: DocumentPart, form: number): readonly Secrecy[] {
  const ofLetters = form >= BELIEVABLE && part.topics.certified === 0
  const hinted = part.places.some(
    ({ text }) =>
      UNACCENTED.test(text) ||
      UNACCENTED_FIELD.test(text) ||
      STAMP.test(text) ||
      (ofLetters && STAMP_OF_LETTERS.test(text)),
  )
  return hinted ? ["suspected"] : []
}

/** A grade as a word of its own in a file's name: `12-BC_TOI_MAT.pdf`. `form`: features of form in the file, or around it when it cannot be read. */
export function secrecyOfName(name: string, form: number, issuers: Issuers): Secrecy {
  const stem = plain(name).replace(/\.[^.]{1,10}$/, "")
  if (!/m ?a ?t/.test(wordsOf(stem))) return "none"
  const tokens = stem.split(/[^\p{L}\p{N}]+/u).filter((token) => token !== "")
  const grades = tokens.flatMap((token, index) => {
    const grade = gradeOf(token)
    if (grade === null) return []
    if (grade !== "mat") return [grade]
    const before = tokens[index - 1] ?? ""
    const pair = GRADES.get(`${compact(before)}mat`)
    if (pair !== undefined && before !== "") return [pair]
    const neighbours = [before, tokens[index + 1] ?? ""]
    return token === token.toUpperCase() && neighbours.every((one) => isApart(one, issuers)) ? [grade] : []
  })
  if (grades.length === 0) return "none"
  return form >= BELIEVABLE ? gravest(grades) : "suspected"
}

/** `TIEN_MAT` is cash and `MAT_BANG` a site: the bare word counts only beside numbers and codes. */
function isApart(neighbour: string, issuers: Issuers): boolean {
  return (
    neighbour === "" ||
    /\d/.test(neighbour) ||
    issuers.knowsCode(compact(neighbour)) ||
    /^(?:CV|QĐ|QD|TB|KH|BC|TTr|TTR|VB)$/.test(neighbour)
  )
}
