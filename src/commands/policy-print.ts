/** How the policy's life is printed: for people in both languages, for scripts as JSON. */
import type { Lint } from "../decide/lint-lists.ts"
import type { Replay, Tally, Turned } from "../decide/replay.ts"
import type { Difference, Effect } from "../mail/change.ts"
import type { Approved, Version, VersionRow } from "../mail/version.ts"

export function line(text: string): void {
  process.stdout.write(`${text}\n`)
}
function object(value: unknown): void {
  line(JSON.stringify(value))
}

interface As {
  readonly json: boolean
}

function moment(at: number | null, timezone: string): string {
  if (at === null) return "-"
  return new Intl.DateTimeFormat("sv-SE", { timeZone: timezone, dateStyle: "short", timeStyle: "short" }).format(at)
}

export function versions(
  rows: readonly VersionRow[],
  { json, head, timezone }: As & { readonly head: number | null; readonly timezone: string },
): void {
  if (json) return rows.forEach(object)
  if (rows.length === 0) return line("(chưa có phiên bản nào / no version yet)")
  for (const row of rows) {
    const { number, name, state, kind, author, approver, reason, draftedAt, loosens, changes } = row
    const mark = number === head ? "*" : " "
    const who = approver === null ? author : `${author} + ${approver}`
    line(
      `${mark} ${name}  ${moment(draftedAt, timezone)}  ${state}  ${kind}  ${who}  ${changes.length} changes${loosens ? ", loosens" : ""}  “${reason}”`,
    )
  }
}

export function version(one: Version, { json, timezone }: As & { readonly timezone: string }): void {
  if (json) return object(one)
  const { name, state, author, approver, reason, publishedAt, changes, document, registry, exceptions } = one
  line(
    `# ${name}: ${state}, ${moment(publishedAt, timezone)}, ${author}${approver === null ? "" : ` + ${approver}`}: ${reason}`,
  )
  for (const { said } of changes) line(`#   ${said.vi}\n#   ${said.en}`)
  line(
    `# ${registry.units.length} units, ${registry.mailboxes.length} mailboxes, ${exceptions.length} exceptions beside the text`,
  )
  process.stdout.write(document)
}

export function lints(found: readonly Lint[], { json, name }: As & { readonly name: string }): void {
  if (json) return found.forEach(object)
  if (found.length === 0) return line(`${name}: không có gì cần sửa / nothing to mend`)
  for (const { level, kind, id, said } of found) line(`${level}: ${kind} ${id}\n  ${said.vi}\n  ${said.en}`)
}

const MARKS: Readonly<Record<Effect, string>> = {
  loosens: "NỚI LỎNG / LOOSENS",
  tightens: "siết chặt / tightens",
  neutral: "–",
}

export function difference(
  { changes, loosens }: Difference,
  { json, from, to }: As & { readonly from: string; readonly to: string },
): void {
  if (json) return object({ from, to, loosens, changes })
  line(`${from} → ${to}: ${changes.length} thay đổi / changes`)
  for (const { effect, said, because } of changes) {
    line(`[${MARKS[effect]}]\n  ${said.vi}\n  ${said.en}`)
    if (because !== null) line(`  ← ${because.vi}\n  ← ${because.en}`)
  }
  if (loosens) line("Cần người thứ hai duyệt / a second person must approve")
}

export function replay(
  told: Replay,
  as: As & { readonly name: string; readonly limit: number; readonly timezone: string },
): void {
  const turned = told.turned.slice(0, as.limit)
  if (as.json) return object({ policy: as.name, ...figures(told), turned })
  summary(told)
  for (const one of turned) line(`  ${turnText(one, as.timezone)}`)
  if (told.changed > turned.length) line(`  … ${told.changed - turned.length} more / thêm (--limit)`)
}

function figures(told: Replay): object {
  const { judged, same, changed, lost } = told
  const all = [told.byRule, told.byUnit, told.byDirection, told.byTurn].map((one) => Object.fromEntries<unknown>(one))
  const [byRule, byUnit, byDirection, byTurn] = all
  return { judged, same, changed, lost, byRule, byUnit, byDirection, byTurn }
}

function summary(told: Replay): void {
  const { judged, same, changed, lost } = told
  line(
    `${judged} kết quả đã xem lại / verdicts judged again: ${same} như cũ / the same, ${changed} khác / different, ${lost} không xem lại được / not replayable`,
  )
  for (const [turn, count] of told.byTurn) line(`  ${turn}: ${count}`)
  tallies("luật / rule", told.byRule)
  tallies("đơn vị / unit", told.byUnit)
  tallies("chiều / direction", told.byDirection)
}

function tallies(what: string, of: ReadonlyMap<string, Tally>): void {
  for (const [key, { stricter, milder }] of of) {
    line(`  ${what} ${key}: ${stricter} nghiêm hơn / stricter, ${milder} nhẹ hơn / milder`)
  }
}

function turnText({ transaction, at, from, to, was, is, rules }: Turned, timezone: string): string {
  return `${transaction}  ${moment(at, timezone)}  ${from ?? "<>"} → ${to}  ${was} → ${is}  (${rules.join(", ")})`
}

interface Planned {
  readonly found: Difference
  readonly lints: readonly Lint[]
  readonly replay: Replay
}

export function plan(
  { found, lints: told, replay: again }: Planned,
  as: As & { readonly from: string; readonly to: string },
): void {
  if (as.json) return object({ ...found, from: as.from, to: as.to, lints: told, replay: figures(again) })
  difference(found, as)
  const warnings = told.filter(({ level }) => level === "warning")
  if (warnings.length > 0) lints(warnings, { json: false, name: as.to })
  summary(again)
}

const APPROVALS: Readonly<Record<Approved, string>> = {
  published: "đã duyệt và áp dụng / approved, in force",
  stale: "chính sách đã thay đổi từ khi soạn, cần soạn lại / the policy has changed since: draft it again",
  "same-person": "cần một người khác người soạn / it takes another person than its author",
  "not-waiting": "không chờ duyệt / does not wait",
}

export function approval(number: number, said: Approved, by: string): void {
  line(`${number}: ${APPROVALS[said]} (${by})`)
}
