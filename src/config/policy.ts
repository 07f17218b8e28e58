/** Reads `policy.yaml`: text → the policy that decides, or every fault at once. */
import { createHash } from "node:crypto"
import { MODES, type Policy } from "../mail/policy.ts"
import type { Instant } from "../mail/transaction.ts"
import { NO_REGISTRY, type Registry } from "../mail/version.ts"
import type { Names } from "./condition.ts"
import { faultText, isRecord, readSections } from "./fault.ts"
import { checkPolicy, overdue } from "./policy-check.ts"
import { type PolicyNames, policySchema, type WrittenPolicy } from "./policy-schema.ts"
import { readYaml, yamlFaultTexts } from "./yaml.ts"

export interface PolicyContext {
  /** Those of the settings; units may name more. */
  readonly domains: readonly string[]
  /** Families of webmail, each with whether `any` means it too. */
  readonly webmail: ReadonlyMap<string, boolean>
  /** Names of the notices that have a text. */
  readonly notices: readonly string[]
  readonly timezone: string
  readonly now: Instant
  /** What is maintained beside the text. */
  readonly registry?: Registry
}

export type LoadedPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

export function loadPolicy(text: string, context: PolicyContext): LoadedPolicy {
  const yaml = readYaml(text)
  if (!yaml.ok) return { ok: false, faults: yamlFaultTexts(yaml.faults) }
  const { sound: alone, faults } = readSections(policySchema(namesIn(yaml.value, context)), yaml.value ?? {})
  const sound = withRegistry(alone, context.registry ?? NO_REGISTRY)
  const all = [...faults, ...checkPolicy(sound, context.domains)]
  if (all.length > 0) return { ok: false, faults: all.map(faultText) }

  const written = sound as WrittenPolicy
  const version = createHash("sha256").update(text).digest("hex").slice(0, 12)
  const policy = { ...written, version, timezone: context.timezone }
  return { ok: true, policy, warnings: overdue(written, context.now).map(faultText) }
}

/** Units of the registry stand in for those of the text with their name, else beside them; its mailboxes come before patterns. */
function withRegistry(sound: Partial<WrittenPolicy>, registry: Registry): Partial<WrittenPolicy> {
  const { units, mailboxes } = sound
  const kept = new Map(registry.units.map((unit) => [unit.id, unit]))
  const named = new Set(units?.map(({ id }) => id))
  return {
    ...sound,
    ...(units === undefined
      ? {}
      : {
          units: [
            ...units.map((unit) => kept.get(unit.id) ?? unit),
            ...registry.units.filter(({ id }) => !named.has(id)),
          ].map((unit) => ({ ...unit, domains: [...unit.domains] })),
        }),
    ...(mailboxes === undefined ? {} : { mailboxes: [...registry.mailboxes, ...mailboxes] }),
  }
}

/** What a condition written beside a policy may refer to. */
export function namesOf({ units, mailboxes, lists }: Policy, { webmail }: PolicyContext): Names {
  return {
    units: new Set(units.map(({ id }) => id)),
    classes: new Set([...mailboxes.map((entry) => entry.class), "ordinary"]),
    lists: new Set(Object.keys(lists)),
    webmail,
  }
}

/** The names that sections define, read leniently, so that a fault in one section does not become faults in all that refer to it. */
function namesIn(raw: unknown, context: PolicyContext): PolicyNames {
  const section = (key: string): unknown => (isRecord(raw) ? raw[key] : undefined)
  const units = entries(section("units"))
  const lists = section("lists")
  return {
    units: new Set([...texts(units, "id"), ...(context.registry?.units ?? []).map(({ id }) => id)]),
    classes: new Set([
      ...texts(entries(section("mailboxes")), "class"),
      ...(context.registry?.mailboxes ?? []).map((entry) => entry.class),
      "ordinary",
    ]),
    lists: new Set(isRecord(lists) ? Object.keys(lists) : []),
    rules: new Set(texts(entries(section("rules")), "id")),
    switches: switchesIn(section("switches")),
    webmail: context.webmail,
    notices: new Set(context.notices),
    root:
      texts(
        units.filter((unit) => (unit["parent"] ?? null) === null),
        "id",
      )[0] ?? "",
    timezone: context.timezone,
  }
}

/** A switch in a position that is none is a fault of its own. */
function switchesIn(section: unknown): PolicyNames["switches"] {
  if (!isRecord(section)) return new Map()
  return new Map(
    Object.entries(section).map(([name, said]) => [name, MODES.find((word) => word === said) ?? "enforce"]),
  )
}

function entries(section: unknown): readonly Readonly<Record<PropertyKey, unknown>>[] {
  return Array.isArray(section) ? section.filter(isRecord) : []
}

function texts(all: readonly Readonly<Record<PropertyKey, unknown>>[], key: string): readonly string[] {
  return all.flatMap((entry) => {
    const value = entry[key]
    return typeof value === "string" ? [value] : []
  })
}
