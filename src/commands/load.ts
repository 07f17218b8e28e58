/** Settings, policy and webmail families read together: either all is sound, or every fault is told. */
import { existsSync, readFileSync } from "node:fs"
import { NOTICES } from "../act/replies.ts"
import { reason } from "../config/files.ts"
import { loadSettings } from "../config/load.ts"
import { loadPolicy } from "../config/policy.ts"
import type { Settings } from "../config/schema.ts"
import { readYaml, yamlFaultTexts } from "../config/yaml.ts"
import { prepare } from "../decide/decide.ts"
import type { InForce } from "../gateway.ts"
import { createDirectory } from "../identify/units.ts"
import { createWebmail, type Families, readFamilies } from "../identify/webmail.ts"

/** What runs the gateway: its settings, and the policy that they name. */
export interface Configuration {
  readonly settings: Settings
  readonly inForce: InForce
}

export type Loaded =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** The settings file in use: `--config`, else `CONGTHU_CONFIG`, else the shipped one. */
export function configFile(option: string | undefined): string {
  return option ?? process.env["CONGTHU_CONFIG"] ?? "config/gateway.yaml"
}

/** `policyFile` stands in for the settings' own, so that a draft can be tried. */
export function load(settingsFile: string, policyFile?: string): Loaded {
  const read = loadSettings(settingsFile, process.env)
  if (!read.ok) return read
  const { settings } = read
  const families = loadFamilies(settings)
  if (!families.ok) return families
  const file = policyFile ?? settings.policy
  const text = readText(file)
  if (!text.ok) return text
  const policy = loadPolicy(text.value, {
    domains: settings.domains,
    webmail: new Map(families.value.families.map((one) => [one.id, one.class !== "isp-mail"])),
    notices: NOTICES,
    timezone: settings.timezone,
    now: Date.now(),
  })
  if (!policy.ok) return { ok: false, faults: policy.faults.map((fault) => `${file}: ${fault}`) }
  const warnings = [...read.warnings, ...policy.warnings.map((warning) => `${file}: ${warning}`)]
  const inForce = {
    ...planSettings(settings),
    rules: policy.policy.rules,
    prepared: prepare(policy.policy),
    directory: createDirectory(policy.policy, settings.domains),
    webmail: createWebmail(families.value),
    hops: settings.limits.hops,
  }
  return { ok: true, configuration: { settings, inForce }, warnings }
}

function planSettings({
  hostname,
  publicUrl,
  timezone,
  deliver,
  hold,
}: Settings): Omit<InForce, "rules" | "prepared" | "directory" | "webmail" | "hops"> {
  return {
    hostname,
    publicUrl,
    timezone,
    expire: deliver.expire,
    keep: { hold: hold.keep, quarantine: hold.quarantine },
  }
}

type Read<T> = { readonly ok: true; readonly value: T } | { readonly ok: false; readonly faults: readonly string[] }

function loadFamilies({ webmail }: Settings): Read<Families> {
  const shipped = readDocument(webmail.families)
  if (!shipped.ok) return shipped
  const local = existsSync(webmail.local) ? readDocument(webmail.local) : ({ ok: true, value: null } as const)
  if (!local.ok) return local
  const read = readFamilies(shipped.value, local.value)
  return read.is === "sound" ? { ok: true, value: read.value } : { ok: false, faults: read.faults }
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
