/** Secrecy marks: stamps, fields, subjects and file names that give a document a grade, and nothing that merely speaks of grades. */
import type { Secrecy } from "../mail/content.ts"
import { compact, fold, plain } from "./readings.ts"
import type { DocumentPart } from "./part.ts"
import { ISSUER_CODES } from "./issuers.ts"

type Grade = Exclude<Secrecy, "none" | "suspected">

/** In order of gravity; a message bears the gravest mark in it. */
const GRAVITY: readonly Secrecy[] = ["none", "suspected", "mat", "toi-mat", "tuyet-mat"]
const GRADES: ReadonlyMap<string, Grade> = new Map([
  ["mat", "mat"],
  ["toimat", "toi-mat"],
  ["tuyetmat", "tuyet-mat"],
])

/** Stamps stand on the first page: its first lines, or those around the head of a document further down. */
const FIRST_PAGE = 40
const AROUND_HEAD = 15
/** Features of form that make a mark a document's own. */
const BELIEVABLE = 2
const LONGEST_MARK = 60

/** Upper case only; `\W` and `\b` would take accented letters for borders. */
const LINE = /^[^\p{L}\p{N}]*(?:ĐỘ ?MẬT ?:? ?)?(T ?U ?Y ?Ệ ?T ? ?M ?Ậ ?T|T ?Ố ?I ? ?M ?Ậ ?T|M ?Ậ ?T)[^\p{L}\p{N}]*$/u
const UNACCENTED = /^[^\p{L}\p{N}]*(?:TOI ?MAT|TUYET ?MAT)[^\p{L}\p{N}]*$/u
const HALF = /^[^\p{L}\p{N}]*(TUYỆT|TỐI)[^\p{L}\p{N}]*$/u
const FIELD =
  /(^|[^\p{L}\p{N}])Độ {1,3}mật {0,3}:\s{0,9}(Tuyệt {1,3}mật|Tối {1,3}mật|Mật)(?![\p{L}\p{N}]|[ \t]{0,9}[\p{L}\p{N}]|[ \t]{0,9}[,/;|][ \t]{0,9}(?:tuyệt|tối|mật)|\s{0,9}["”»])/giu
const QUOTED = /["“”«']/
const SUBJECT = /^(?:(?:re|fwd?|tr|trả lời|chuyển tiếp) ?: ?)*(?:[[(] ?(tuyệt ?mật|tối ?mật|mật) ?[\])])/iu
const SUBJECT_WORD = /^(?:(?:RE|Re|FWD?|Fwd?) ?: ?)*(TUYỆT MẬT|TỐI MẬT|MẬT) ?[-:|]/u
const STAMP = /^[^\p{L}\p{N}]*(?:THU HỒI TÀI LIỆU|TÀI LIỆU THU HỒI|CHỈ NGƯỜI CÓ TÊN MỚI ĐƯỢC BÓC BÌ|BẢN SAO SỐ ?:)/u
const TERM_STAMP = /^[^\p{L}\p{N}]*(?:THỜI HẠN BẢO VỆ ?:|GIA HẠN ĐẾN)/u
const DECLASSIFIED = /^[^\p{L}\p{N}]*G ?I ?Ả ?I ? ?M ?Ậ ?T[^\p{L}\p{N}]*(?:Từ ?:.{0,40})?$/u
const SINCE = /^[^\p{L}\p{N}]*Từ ?:/u

/** `form`: how many features of form the part has. */
export function secrecyOf(part: DocumentPart, form: number): Secrecy {
  if (isDeclassified(part)) return "none"
  const grades = [...lineGrades(part, form), ...fieldGrades(part)]
  if (part.at === "subject") grades.push(...subjectGrades(part.plain))
  return gravest([...grades, ...hints(part, form)])
}

export function gravest(grades: readonly Secrecy[]): Secrecy {
  return GRAVITY[Math.max(0, ...grades.map((grade) => GRAVITY.indexOf(grade)))] ?? "none"
}

/** The stamp that ends secrecy, with the day it does. */
export function isDeclassified(part: DocumentPart): boolean {
  const lines = stampable(part)
  return lines.some(
    (line, index) =>
      DECLASSIFIED.test(line) &&
      (line.includes("Từ") || lines.slice(index + 1, index + 4).some((next) => SINCE.test(next))),
  )
}

/** Short lines where a stamp may stand; margins are on every page. */
function stampable({ lines, margins, own }: DocumentPart): readonly string[] {
  const head = own?.line ?? 0
  const first = lines.slice(0, FIRST_PAGE)
  const around = lines.slice(Math.max(FIRST_PAGE, head - AROUND_HEAD), Math.max(FIRST_PAGE, head + AROUND_HEAD))
  return [...margins, ...first, ...around]
    .filter((line) => line.length <= LONGEST_MARK)
    .map((line) => line.replace(/ +/g, " "))
}

/** Several grades one below the other are a list of them, in a training slide or a table of stamp forms. */
function lineGrades(part: DocumentPart, form: number): readonly Secrecy[] {
  const lines = stampable(part)
  const found = lines.flatMap((line, index) => {
    const grade = gradeOf(LINE.exec(line)?.[1])
    return grade === null ? [] : [joined(grade, lines[index - 1] ?? "")]
  })
  if (new Set(found).size > 1) return []
  return form >= BELIEVABLE ? found : found.map(() => "suspected")
}

/** A narrow stamp breaks between its words. */
function joined(grade: Grade, before: string): Grade {
  return grade === "mat" ? (gradeOf(`${HALF.exec(before)?.[1] ?? ""}${grade}`) ?? grade) : grade
}

function gradeOf(written: string | undefined): Grade | null {
  return written === undefined ? null : (GRADES.get(compact(written)) ?? null)
}

/** A form's field with a value; quoted in a sentence it is nobody's. */
function fieldGrades({ plain: text }: DocumentPart): readonly Secrecy[] {
  return [...text.matchAll(FIELD)].flatMap(([, before = "", value]) => {
    const grade = gradeOf(value)
    return grade === null || QUOTED.test(before) ? [] : [grade]
  })
}

function subjectGrades(subject: string): readonly Secrecy[] {
  const trimmed = subject.trim().slice(0, 200)
  const grade = gradeOf(SUBJECT.exec(trimmed)?.[1] ?? SUBJECT_WORD.exec(trimmed)?.[1])
  return grade === null ? [] : [grade]
}

/** What calls for a question rather than an answer: marks without accents, stamps that secret documents have besides. */
function hints(part: DocumentPart, form: number): readonly Secrecy[] {
  const lines = stampable(part)
  const hinted = lines.some(
    (line) => UNACCENTED.test(line) || STAMP.test(line) || (form >= BELIEVABLE && TERM_STAMP.test(line)),
  )
  return hinted ? ["suspected"] : []
}

/** A grade as a word of its own in a file's name: `12-BC_TOI_MAT.pdf`. `form`: features of form in the file, or around it when it cannot be read. */
export function secrecyOfName(name: string, form: number): Secrecy {
  const stem = plain(name).replace(/\.[^.]{1,10}$/, "")
  const tokens = stem.split(/[^\p{L}\p{N}]+/u).filter((token) => token !== "")
  const grades = tokens.flatMap((token, index) => {
    const grade = gradeOf(token)
    if (grade === null) return []
    if (grade !== "mat") return [grade]
    const before = tokens[index - 1] ?? ""
    const pair = GRADES.get(`${compact(before)}mat`)
    if (pair !== undefined && before !== "") return [pair]
    return token === token.toUpperCase() && isApart(before) && isApart(tokens[index + 1] ?? "") ? [grade] : []
  })
  if (grades.length === 0) return "none"
  return form >= BELIEVABLE ? gravest(grades) : "suspected"
}

/** `TIEN_MAT` is cash and `MAT_BANG` a site: the bare word counts only beside numbers and codes. */
function isApart(neighbour: string): boolean {
  return (
    neighbour === "" ||
    /\d/.test(neighbour) ||
    ISSUER_CODES.has(fold(neighbour).toUpperCase()) ||
    /^(?:CV|QĐ|QD|TB|KH|BC|TTr|TTR|VB)$/.test(neighbour)
  )
}
