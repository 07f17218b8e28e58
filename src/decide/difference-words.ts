/** The words in which a change of policy is told, and why it counts as it does. Vietnamese first, English second. Pure. */
import type { Change } from "../mail/change.ts"
import type { Bilingual, Exception, Guarantee, MailboxEntry, Policy, Rule, Unit } from "../mail/policy.ts"
import { phrase, short } from "./phrase.ts"
import { annotationWords, keepWords } from "./sentence.ts"
import { FATES, MODE_WORDS } from "./words.ts"

export const WHY = {
  removed: { vi: "luật bị bỏ", en: "the rule is gone" },
  mode: { vi: "luật không còn được áp dụng", en: "the rule is no longer enforced" },
  fewerPersons: both("ít người phải đồng ý hơn trước khi cho gửi", "fewer persons must agree before it may go"),
  milder: { vi: "mức xử lý nhẹ hơn", en: "it asks for less" },
  annotation: { vi: "bớt việc kèm theo", en: "it no longer adds what it added" },
  scope: { vi: "áp dụng cho ít hộp thư hơn", en: "it concerns fewer mailboxes" },
  softened: { vi: "có đơn vị khác được giới hạn hoặc miễn luật này", en: "another unit may now soften it" },
  cappable: { vi: "nay có thể bị cam kết giới hạn", en: "guarantees may now cap it" },
  liftable: { vi: "nay có thể được miễn", en: "exceptions may now lift it" },
  narrower: {
    vi: "không chứng minh được là vẫn áp dụng cho mọi thư như trước",
    en: "it cannot be shown to hold wherever it held",
  },
  surroundings: {
    vi: "danh sách, đơn vị hoặc hộp thư mà luật dựa vào đã đổi, nên có thư không còn bị luật này xử lý",
    en: "lists, units or mailboxes that it reads have changed: some mail may escape it",
  },
  capsLower: { vi: "giới hạn ở mức nhẹ hơn", en: "it caps lower" },
  wider: { vi: "có thể áp dụng cho nhiều thư hơn", en: "it may hold for more mail" },
} as const satisfies Readonly<Record<string, Bilingual>>

function both(vi: string, en: string): Bilingual {
  return { vi, en }
}

/** A turn of one property: `từ chối → giữ chờ duyệt`. */
function turn(what: Bilingual, from: Bilingual, to: Bilingual): Bilingual {
  return both(`${what.vi}: ${from.vi} → ${to.vi}`, `${what.en}: ${from.en} → ${to.en}`)
}
function told(text: string): Bilingual {
  return both(text, text)
}
function sentence(start: Bilingual, turns: readonly Bilingual[]): Bilingual | null {
  if (turns.length === 0) return null
  return both(
    `${start.vi}: ${turns.map(({ vi }) => vi).join("; ")}.`,
    `${start.en}: ${turns.map(({ en }) => en).join("; ")}.`,
  )
}

type Titled = Pick<Rule, "id" | "title">
const theRule = ({ id, title }: Titled): Bilingual => both(`Luật “${title.vi}” (${id})`, `Rule “${title.en}” (${id})`)
const theGuarantee = ({ id, title }: Titled): Bilingual =>
  both(`Cam kết “${title.vi}” (${id})`, `Guarantee “${title.en}” (${id})`)

export function unchanged(one: Titled): Bilingual {
  return both(
    `“${one.title.vi}” (${one.id}) không đổi chữ nào.`,
    `“${one.title.en}” (${one.id}): its own words are the same.`,
  )
}
export function covered(other: Rule): Bilingual {
  return both(`luật “${other.title.vi}” (${other.id}) làm thay`, `rule “${other.title.en}” (${other.id}) does the same`)
}

export function rule(was: Rule, is: Rule | null): Bilingual | null {
  const start = theRule(was)
  if (is === null)
    return both(
      `${start.vi} bị bỏ: ${phrase(was.when).vi} → ${FATES[was.then].vi}.`,
      `${start.en} is removed: ${phrase(was.when).en} → ${FATES[was.then].en}.`,
    )
  const turns: Bilingual[] = []
  if (was.then !== is.then) turns.push(turn(both("mức xử lý", "asks for"), FATES[was.then], FATES[is.then]))
  if (was.mode !== is.mode) turns.push(turn(both("chế độ", "mode"), MODE_WORDS[was.mode], MODE_WORDS[is.mode]))
  if (was.owner !== is.owner) turns.push(turn(both("đơn vị chủ quản", "owner"), told(was.owner), told(is.owner)))
  if (differ(was.when, is.when)) turns.push(turn(both("điều kiện", "condition"), phrase(was.when), phrase(is.when)))
  if (differ(was.also, is.also)) turns.push(turn(both("kèm theo", "also"), alsoWords(was.also), alsoWords(is.also)))
  if (differ(was.title, is.title)) turns.push(turn(both("tên", "title"), was.title, is.title))
  if (was.basis !== is.basis) turns.push(turn(both("căn cứ", "basis"), told(was.basis ?? "–"), told(is.basis ?? "–")))
  if (was.notice !== is.notice)
    turns.push(turn(both("thông báo", "notice"), told(was.notice ?? "–"), told(is.notice ?? "–")))
  const [had, has] = [was.approvals ?? 1, is.approvals ?? 1]
  if (had !== has)
    turns.push(turn(both("số người duyệt", "persons who must agree"), told(String(had)), told(String(has))))
  if ((was.keep ?? null) !== (is.keep ?? null))
    turns.push(turn(both("thời hạn giữ", "kept for"), keepWords(was.keep), keepWords(is.keep)))
  return sentence(start, turns)
}

function alsoWords(also: Rule["also"]): Bilingual {
  if (also.length === 0) return told("–")
  const said = also.map(annotationWords)
  return both(said.map(({ vi }) => vi).join(", "), said.map(({ en }) => en).join(", "))
}

export function newRule(one: Rule): Bilingual {
  const [start, when, fate, mode] = [theRule(one), phrase(one.when), FATES[one.then], MODE_WORDS[one.mode]]
  return both(
    `${start.vi} được thêm (${mode.vi}): ${when.vi} → ${fate.vi}.`,
    `${start.en} is added (${mode.en}): ${when.en} → ${fate.en}.`,
  )
}

export function newGuarantee(one: Guarantee): Bilingual {
  const [start, when, fate] = [theGuarantee(one), phrase(one.when), FATES[one.atMost]]
  return both(
    `${start.vi} được thêm: ${when.vi} → nhiều nhất ${fate.vi}.`,
    `${start.en} is added: ${when.en} → at most ${fate.en}.`,
  )
}
export function guaranteeGone(one: Guarantee): Bilingual {
  return both(`${theGuarantee(one).vi} bị bỏ.`, `${theGuarantee(one).en} is removed.`)
}
export function guarantee(was: Guarantee, is: Guarantee): Bilingual | null {
  const turns: Bilingual[] = []
  if (was.atMost !== is.atMost) turns.push(turn(both("nhiều nhất", "at most"), FATES[was.atMost], FATES[is.atMost]))
  if (was.owner !== is.owner) turns.push(turn(both("đơn vị chủ quản", "owner"), told(was.owner), told(is.owner)))
  if (differ(was.when, is.when)) turns.push(turn(both("điều kiện", "condition"), phrase(was.when), phrase(is.when)))
  if (differ(was.title, is.title)) turns.push(turn(both("tên", "title"), was.title, is.title))
  return sentence(theGuarantee(was), turns)
}

const until = (at: number): string => new Date(at).toISOString().slice(0, 16)

export function newException(one: Exception): Bilingual {
  const when = phrase(one.when)
  return both(
    `Ngoại lệ ${one.id} được thêm: miễn luật ${one.rule} cho ${when.vi}, đến ${until(one.end)}; lý do: ${one.reason}.`,
    `Exception ${one.id} is added: it lifts ${one.rule} for ${when.en}, until ${until(one.end)}; reason: ${one.reason}.`,
  )
}
export function exceptionGone(one: Exception): Bilingual {
  return both(`Ngoại lệ ${one.id} (luật ${one.rule}) bị bỏ.`, `Exception ${one.id} (rule ${one.rule}) is removed.`)
}
export function unchangedException(one: Exception): Bilingual {
  return both(`Ngoại lệ ${one.id} không đổi chữ nào.`, `Exception ${one.id}: its own words are the same.`)
}
export function exception(was: Exception, is: Exception): Bilingual | null {
  const turns: Bilingual[] = []
  if (was.rule !== is.rule) turns.push(turn(both("luật", "rule"), told(was.rule), told(is.rule)))
  if (was.start !== is.start) turns.push(turn(both("từ", "from"), told(until(was.start)), told(until(is.start))))
  if (was.end !== is.end) turns.push(turn(both("đến", "until"), told(until(was.end)), told(until(is.end))))
  if (differ(was.when, is.when)) turns.push(turn(both("phạm vi", "scope"), phrase(was.when), phrase(is.when)))
  if (was.owner !== is.owner) turns.push(turn(both("đơn vị", "owner"), told(was.owner), told(is.owner)))
  return sentence(both(`Ngoại lệ ${was.id}`, `Exception ${was.id}`), turns)
}

export function lists(before: Policy, after: Policy): readonly Change[] {
  const names = new Set([...Object.keys(before.lists), ...Object.keys(after.lists)])
  return [...names].flatMap((name): readonly Change[] => {
    const said = grown(before.lists[name] ?? [], after.lists[name] ?? [])
    if (said === null) return []
    return [neutral("list", name, both(`Danh sách ${name}: ${said.vi}.`, `List ${name}: ${said.en}.`))]
  })
}

function grown(before: readonly string[], after: readonly string[]): Bilingual | null {
  const [was, is] = [new Set(before), new Set(after)]
  const come = after.filter((one) => !was.has(one))
  const gone = before.filter((one) => !is.has(one))
  if (come.length + gone.length === 0) return null
  const parts = [
    ...(come.length === 0 ? [] : [both(`thêm ${short(come)}`, `added ${short(come)}`)]),
    ...(gone.length === 0 ? [] : [both(`bớt ${short(gone)}`, `removed ${short(gone)}`)]),
  ]
  return both(parts.map(({ vi }) => vi).join("; "), parts.map(({ en }) => en).join("; "))
}

/** `oursMoved`: mail of whole domains goes another way than before, past rules that asked for the direction. */
export function units(before: Policy, after: Policy, oursMoved: boolean): readonly Change[] {
  const old = new Map(before.units.map((one) => [one.id, one]))
  const now = new Map(after.units.map((one) => [one.id, one]))
  const changes = [...new Set([...old.keys(), ...now.keys()])].flatMap((id) => {
    const said = unit(old.get(id) ?? null, now.get(id) ?? null)
    return said === null ? [] : [neutral("unit", id, said)]
  })
  if (!oursMoved) return changes
  const said = both("Danh sách tên miền của cơ quan thay đổi.", "Which domains are ours changes.")
  const because = both("thư với các tên miền ấy đổi chiều", "mail with those domains goes another way")
  return [...changes, { of: "unit", id: "domains", effect: "loosens", said, because }]
}

function unit(was: Unit | null, is: Unit | null): Bilingual | null {
  const either = is ?? was
  if (either === null) return null
  const start = both(`Đơn vị ${either.name.vi} (${either.id})`, `Unit ${either.name.en} (${either.id})`)
  if (was === null) return both(`${start.vi} được thêm.`, `${start.en} is added.`)
  if (is === null) return both(`${start.vi} bị bỏ.`, `${start.en} is removed.`)
  const turns: Bilingual[] = []
  if (differ(was.name, is.name)) turns.push(turn(both("tên", "name"), was.name, is.name))
  if (was.parent !== is.parent)
    turns.push(turn(both("thuộc", "below"), told(was.parent ?? "–"), told(is.parent ?? "–")))
  const named = grown(was.domains, is.domains)
  if (named !== null) turns.push(both(`tên miền: ${named.vi}`, `domains: ${named.en}`))
  if (was.from !== is.from || was.until !== is.until)
    turns.push(turn(both("hiệu lực", "valid"), told(span(was)), told(span(is))))
  return sentence(start, turns)
}

function day(at: number | null): string {
  return at === null ? "…" : new Date(at).toISOString().slice(0, 10)
}
function span({ from, until: end }: Unit): string {
  return `${day(from)}–${day(end)}`
}

function line({ match, class: name, unit: of }: MailboxEntry): string {
  return `${match}${name === "" ? "" : ` = ${name}`}${of === null ? "" : ` @ ${of}`}`
}

export function mailboxes(before: Policy, after: Policy): readonly Change[] {
  const said = grown(before.mailboxes.map(line), after.mailboxes.map(line))
  return said === null ? [] : [neutral("mailbox", "mailboxes", both(`Hộp thư: ${said.vi}.`, `Mailboxes: ${said.en}.`))]
}

function days({ longest, unused, remind }: Policy["terms"]): string {
  return [longest, unused, remind].map((ms) => `${Math.round(ms / 86_400_000)}d`).join("/")
}

export function terms(before: Policy, after: Policy): readonly Change[] {
  if (!differ(before.terms, after.terms)) return []
  const said = turn(
    both("Thời hạn của ngoại lệ", "Terms of exceptions"),
    told(days(before.terms)),
    told(days(after.terms)),
  )
  const longer = after.terms.longest > before.terms.longest || after.terms.unused > before.terms.unused
  return [{ of: "terms", id: "terms", effect: longer ? "loosens" : "neutral", said, because: null }]
}

function neutral(of: Change["of"], id: string, said: Bilingual): Change {
  return { of, id, effect: "neutral", said, because: null }
}

function differ(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) !== JSON.stringify(b)
}
