/** Settings, policy and webmail families read together: either all is sound, or every fault is told. */
import { existsSync, readFileSync } from "node:fs"
import { NOTICES } from "../act/replies.ts"
import { loadCalendar } from "../config/calendar.ts"
import { reason } from "../config/files.ts"
import { loadSettings } from "../config/load.ts"
import { loadPolicy, type PolicyContext } from "../config/policy.ts"
import type { Settings } from "../config/schema.ts"
import { readYaml, yamlFaultTexts } from "../config/yaml.ts"
import { type Prepared, prepare, preparing } from "../decide/decide.ts"
import { readRecipients } from "../identify/recipients.ts"
import type { Calendar } from "../mail/calendar.ts"
import { NO_REGISTRY } from "../mail/version.ts"
import { loadRules } from "../inspect/scan/yara.ts"
import { type Families, readFamilies } from "../identify/webmail.ts"
import { assemble, type Base, type Configuration } from "./assemble.ts"
import { listFault } from "./bad-files.ts"
import { loadWords } from "./office.ts"
import type { Study } from "./policy-study.ts"
import { inSlices } from "./slices.ts"
import { readUsers } from "../receive/users.ts"

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  /** `base`: only the policy's file is faulty; another policy may be read with it. */
  | { readonly ok: false; readonly faults: readonly string[]; readonly base: Base | null }

/** The settings file in use: `--config`, else `CONGTHU_CONFIG`, else the shipped one. */
export function configFile(option: string | undefined): string {
  return option ?? process.env["CONGTHU_CONFIG"] ?? "config/gateway.yaml"
}

/** `policyFile` stands in for the settings' own, so that a draft can be tried. */
export function load(settingsFile: string, policyFile?: string): Loaded {
  const gathered = gather(settingsFile)
  const asked = policyOf(gathered, policyFile)
  if (asked?.ok !== true) return together(gathered, asked)
  const read = loadPolicy(asked.value.text, asked.value.context)
  return together(gathered, asked, read.ok ? { ...read, prepared: prepare(read.policy) } : read)
}

/** The same while mail goes on. */
export async function loadBeside(settingsFile: string, study: Study): Promise<Loaded> {
  const gathered = gather(settingsFile)
  const asked = policyOf(gathered, undefined)
  if (asked?.ok !== true) return together(gathered, asked)
  const { text, context } = asked.value
  const read = await study.read({ name: "file", document: text, registry: NO_REGISTRY, exceptions: [] }, context)
  return together(gathered, asked, read.ok ? { ...read, prepared: await inSlices(preparing(read.policy)) } : read)
}

/** All that is read before the policy. */
interface Gathered {
  readonly read: ReturnType<typeof loadSettings>
  readonly settings: Sections
  readonly families: Read<Families>
  readonly calendar: Read<Calendar>
}

function gather(settingsFile: string): Gathered {
  const read = loadSettings(settingsFile, process.env)
  const settings = read.ok ? read.settings : read.sound
  return { read, settings, families: loadFamilies(settings.webmail), calendar: readCalendar(settings) }
}

type PolicyText = { readonly file: string; readonly text: string; readonly context: PolicyContext }
type PolicyRead =
  | { readonly ok: true; readonly prepared: Prepared; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Null: without these settings, which have faults enough, the policy would seem to have faults that it has not. */
function policyOf({ settings, families }: Gathered, policyFile: string | undefined): Read<PolicyText> | null {
  const { domains, timezone } = settings
  const file = policyFile ?? settings.policy
  if (!families.ok || file === undefined || domains === undefined || timezone === undefined) return null
  const text = readText(file)
  if (!text.ok) return text
  return { ok: true, value: { file, text: text.value, context: contextOf(families.value, { domains, timezone }) } }
}

function together(gathered: Gathered, asked: Read<PolicyText> | null, made?: PolicyRead): Loaded {
  const { read, settings, families, calendar } = gathered
  const named = (lines: readonly string[]): readonly string[] =>
    asked?.ok === true ? lines.map((line) => `${asked.value.file}: ${line}`) : lines
  const policy = made?.ok === false ? { ...made, faults: named(made.faults) } : made
  const words = loadWords(settings, policy?.ok === true ? policy.prepared.policy : null, Date.now())
  const base =
    read.ok && families.ok && words.ok && calendar.ok ? baseOf(read.settings, families.value, calendar.value) : null
  if (base === null || !read.ok || asked?.ok !== true || policy?.ok !== true) {
    const all = [
      read,
      families,
      ...(asked === null ? [] : [asked]),
      ...(policy === undefined ? [] : [policy]),
      words,
      calendar,
    ]
    return { ok: false, faults: all.flatMap((one) => (one.ok ? [] : one.faults)), base }
  }
  const reading = { ...base.reading, text: asked.value.text, context: asked.value.context }
  const assembled = assemble({ settings: read.settings, prepared: policy.prepared, reading }, Date.now())
  if (!assembled.ok) return { ...assembled, base }
  return { ...assembled, warnings: [...read.warnings, ...named(policy.warnings), ...assembled.warnings] }
}

function baseOf(settings: Settings, families: Families, calendar: Calendar): Base {
  return { settings, reading: { text: "", context: contextOf(families, settings), families, calendar } }
}

function contextOf(
  { families }: Families,
  { domains, timezone }: Pick<Settings, "domains" | "timezone">,
): PolicyContext {
  const webmail = new Map(families.map((one) => [one.id, one.class !== "isp-mail"]))
  return { domains, webmail, notices: NOTICES, timezone, now: Date.now(), registry: NO_REGISTRY }
}

/** Sound sections of the settings, some of which may be missing. */
type Sections = Partial<Settings>
type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] }

function loadFamilies(webmail: Sections["webmail"]): Read<Families> {
  if (webmail === undefined) return { ok: true, value: { families: [], removed: [] } }
  const shipped = readDocument(webmail.families)
  if (!shipped.ok) return shipped
  const local = existsSync(webmail.local) ? readDocument(webmail.local) : ({ ok: true, value: null } as const)
  if (!local.ok) return local
  const read = readFamilies(shipped.value, local.value)
  return read.is === "sound" ? { ok: true, value: read.value } : { ok: false, faults: read.faults }
}

function readCalendar({ calendar: file, timezone }: Sections): Read<Calendar> {
  if (file === undefined || timezone === undefined) return { ok: false, faults: [] }
  const text = readText(file)
  if (!text.ok) return text
  const read = loadCalendar(text.value, timezone)
  return read.ok
    ? { ok: true, value: read.calendar }
    : { ok: false, faults: read.faults.map((fault) => `${file}: ${fault}`) }
}

function readText(file: string): Read<string> {
  try {
    return { ok: true, value: readFileSync(file, "utf8") }
  } catch (error) {
    return { ok: false, faults: [`${file}: expected a readable file, got ${reason(error)}`] }
  }
}

function readDocument(file: string): Read<unknown> {
  const text = readText(file)
  if (!text.ok) return text
  const yaml = readYaml(text.value)
  return yaml.ok ? yaml : { ok: false, faults: yamlFaultTexts(yaml.faults).map((fault) => `${file}: ${fault}`) }
}

/** What only opening the files tells that the settings name: users who log in, and recipients that exist. */
export async function fileFaults({ recipients, listen, scan }: Settings): Promise<readonly string[]> {
  const users = [listen.submission.auth, listen.submissions?.auth ?? null].map((auth) =>
    auth === null ? [] : userFaults(after(auth)),
  )
  const listed = recipients.startsWith("list:") ? [recipientFaults(after(recipients))] : []
  const lists = scan.hashes.map((source, index) => listFaults(source, index))
  return [...(await Promise.all([...users, ...listed, ...lists])).flat(), ...ruleFaults(scan.yara)]
}

function ruleFaults(folder: string | null): readonly string[] {
  if (folder === null) return []
  const loaded = loadRules(folder)
  return loaded.is === "rules"
    ? []
    : loaded.faults.map((fault) => `scan.yara: expected rules that can be used in ${folder}, got ${fault}`)
}

/** A web address may be away for a while; a file that cannot be used is a fault. */
async function listFaults(
  { from, key }: Settings["scan"]["hashes"][number],
  index: number,
): Promise<readonly string[]> {
  if (/^https?:/.test(from)) return []
  const fault = await listFault(from, key)
  return fault === null ? [] : [`scan.hashes[${index}]: expected a list of bad files, got ${fault}`]
}

function after(text: string): string {
  return text.slice(text.indexOf(":") + 1)
}

async function userFaults(file: string): Promise<readonly string[]> {
  const { faults } = await readUsers(file)
  return faults.map(({ line, expected }) => `${file}:${line}: expected ${expected}, got another line`)
}

async function recipientFaults(file: string): Promise<readonly string[]> {
  try {
    await readRecipients(file)
    return []
  } catch (error) {
    return (error instanceof Error ? error.message : reason(error)).split("\n")
  }
}
