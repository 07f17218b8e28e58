/** Reads `notices/`: one file a notice, and the footer. Either all are sound, or every fault is told with file and line. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { z } from "zod"
import { isRefusal, type NoticeName, NOTICES, type Template, type Templates } from "../mail/notice.ts"
import type { Bilingual } from "../mail/policy.ts"
import { faultText, read, show } from "./fault.ts"
import { reason } from "./files.ts"
import { readYaml, yamlFaultTexts } from "./yaml.ts"

export type LoadedNotices =
  | { readonly ok: true; readonly templates: Templates }
  | { readonly ok: false; readonly faults: readonly string[] }

const FOOTER = "footer"
const names = Object.keys(NOTICES) as readonly NoticeName[]
const expectedNames: ReadonlySet<string> = new Set([...names, FOOTER])

const SUBJECT = "one line of at most 150 characters"
const subject = z
  .string({ error: SUBJECT })
  .trim()
  .min(1)
  .max(150, { error: SUBJECT })
  .regex(/^\P{Cc}*$/u, { error: SUBJECT })
/** A phone shows some twenty lines: longer notices are not read. */
const TEXT = "text of at most 4000 characters with ** in pairs"
const text = z
  .string({ error: TEXT })
  .trim()
  .min(1, { error: TEXT })
  .max(4_000, { error: TEXT })
  .refine((written) => written.split(/\n\s*\n/).every((block) => block.split("**").length % 2 === 1), { error: TEXT })
const SMTP = "one line of at most 120 characters"
const smtp = z
  .string({ error: SMTP })
  .trim()
  .min(1)
  .max(120, { error: SMTP })
  .regex(/^[\x20-\x7e]*$/, {
    error: "ASCII: Vietnamese without accents",
  })

function both<T extends z.ZodType<string>>(one: T) {
  return z.strictObject({ vi: one, en: one })
}

const notice = z.strictObject({ subject: both(subject), text: both(text) })
const refusal = notice.extend({ smtp: both(smtp) })

export function loadNotices(directory: string): LoadedNotices {
  let files: readonly string[]
  try {
    files = readdirSync(directory).filter((file) => file.endsWith(".yaml"))
  } catch (error) {
    return { ok: false, faults: [`notices: expected a readable directory, got ${show(directory)} (${reason(error)})`] }
  }
  const strangers = files
    .filter((file) => !expectedNames.has(file.replace(/\.yaml$/, "")))
    .map((file) => `${join(directory, file)}: expected a name such as ${names[0]}.yaml, got a notice nobody sends`)
  const footer = readNotice(join(directory, `${FOOTER}.yaml`), FOOTER)
  const written = names.map((name) => [name, readNotice(join(directory, `${name}.yaml`), name)] as const)
  const faults = [...strangers, ...footer.faults, ...written.flatMap(([, one]) => one.faults)]
  if (faults.length > 0) return { ok: false, faults }
  const notices = Object.fromEntries(written.map(([name, one]) => [name, one.template]))
  const templates = { notices: notices as Templates["notices"], footer: footer.template?.text as Bilingual }
  return { ok: true, templates }
}

interface ReadNotice {
  readonly faults: readonly string[]
  readonly template: Template | null
}

function readNotice(file: string, name: NoticeName | typeof FOOTER): ReadNotice {
  let written: string
  try {
    written = readFileSync(file, "utf8")
  } catch (error) {
    return { faults: [`${file}: expected a readable notice, got ${reason(error)}`], template: null }
  }
  const refused = (faults: readonly string[]): ReadNotice => ({
    faults: faults.map((fault) => `${file}: ${fault}`),
    template: null,
  })
  const yaml = readYaml(written)
  if (!yaml.ok) return refused(yamlFaultTexts(yaml.faults))
  const placeholders = placeholderFaults(written, name === FOOTER ? NOTICES["first-use"] : NOTICES[name])
  const schema = name === FOOTER ? z.strictObject({ text: both(text) }) : isRefusal(name) ? refusal : notice
  const sound = read(schema, yaml.value)
  if (!sound.ok) return refused([...placeholders, ...sound.faults.map(faultText)])
  const empty = { subject: { vi: "", en: "" }, smtp: null }
  return placeholders.length > 0 ? refused(placeholders) : { faults: [], template: { ...empty, ...sound.value } }
}

/** What is wrong with a notice that is no file: its words as `subject`, `text` and, where a reply says it, `smtp`. */
export function checkNotice(name: NoticeName, value: object): readonly string[] {
  const lines = Object.entries(value).flatMap(([key, languages]) =>
    Object.entries(languages as Bilingual).flatMap(([language, words]) =>
      placeholderFaults(String(words), NOTICES[name]).map((fault) => `${key}.${language}: ${fault}`),
    ),
  )
  const sound = read(isRefusal(name) ? refusal : notice, value)
  return sound.ok ? lines : [...lines, ...sound.faults.map(faultText)]
}

/** A name misspelt, or a brace too few, would reach people as it stands. */
function placeholderFaults(written: string, known: readonly string[]): readonly string[] {
  return written.split("\n").flatMap((line, index) => {
    if (line.trimStart().startsWith("#")) return []
    const unknown = [...line.matchAll(/\{\{([^{}]*)\}\}/g)].filter(([, name = ""]) => !known.includes(name))
    const rest = line.replace(/\{\{[^{}]*\}\}/g, "")
    const at = `line ${index + 1}: expected`
    return [
      ...unknown.map(([whole]) => `${at} one of ${known.map((name) => `{{${name}}}`).join(" ")}, got ${show(whole)}`),
      ...(/\{\{|\}\}/.test(rest) ? [`${at} {{name}} closed on its line, got ${show(rest.trim())}`] : []),
    ]
  })
}
