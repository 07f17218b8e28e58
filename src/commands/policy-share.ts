/** What somebody who administers a branch of the units sees of the policy, and whether a change keeps to that branch. */
import { itemsOf } from "../config/policy-edit.ts"
import { readYaml } from "../config/yaml.ts"
import type { Reach } from "../console/api/access.ts"
import { bindingNames, type Share, trespasses } from "../decide/share.ts"
import type { Change } from "../mail/change.ts"
import type { Policy } from "../mail/policy.ts"
import type { VersionRow } from "../mail/version.ts"
import type { Configuration } from "./assemble.ts"
import type { Candidate } from "./policy-life.ts"

/** By the tree that is in force. */
export function shareOf(reach: Reach, { inForce }: Configuration): Share {
  const { units } = inForce.prepared.context
  return {
    owns: (unit) => reach.sees(unit),
    binds: (unit) => reach.sees(unit) || reach.units.some((mine) => units.isWithin(mine, unit)),
  }
}

function policyOf({ configuration }: Candidate): Policy {
  return configuration.inForce.prepared.policy
}

/** What a change touches beyond the branch, by name. Units and mailboxes are changed elsewhere, under rights of their own. */
export function beyondShare(old: Candidate, next: Candidate, share: Share): readonly string[] {
  const isSame = JSON.stringify(old.source.registry) === JSON.stringify(next.source.registry)
  return [...(isSame ? [] : ["units"]), ...trespasses(policyOf(old), policyOf(next), share)]
}

/** The text as that branch may read it: the rules and guarantees that bind it. What names no owner is the root's. */
export function sharedText(document: string, root: string, { binds }: Share): string {
  const section = (of: "rules" | "guarantees"): string => {
    const texts = [...itemsOf(document, of).values()].filter((text) => binds(ownerOf(text) ?? root))
    if (texts.length === 0) return `${of}: []\n`
    return `${of}:\n${texts.map((text) => `  - ${text.replace(/\n(?!\n)/g, "\n    ")}\n`).join("")}`
  }
  return `${section("rules")}${section("guarantees")}`
}

/** Of the text of one rule or guarantee; null: it names none. */
export function ownerOf(text: string): string | null {
  const yaml = readYaml(text)
  const value = yaml.ok && typeof yaml.value === "object" && yaml.value !== null ? yaml.value : {}
  return "owner" in value && typeof value.owner === "string" ? value.owner : null
}

/** Of several policies: a rule that was taken out is still told of. */
export function sharedChanges(changes: readonly Change[], of: readonly Candidate[], share: Share): readonly Change[] {
  const names = of.map((one) => bindingNames(policyOf(one), share))
  const named = new Set(["rule", "guarantee", "exception", "list"])
  return changes.filter((change) => named.has(change.of) && names.some((one) => one.has(change.id)))
}

/** Versions that changed something for the branch, or that somebody made himself. */
export function sharedRow(
  row: VersionRow,
  of: readonly Candidate[],
  given: { share: Share; by: string },
): VersionRow | null {
  const changes = sharedChanges(row.changes, of, given.share)
  return changes.length === 0 && row.author !== given.by ? null : { ...row, changes }
}

export function sharedLints<T extends { readonly of: string; readonly id: string }>(
  lints: readonly T[],
  of: Candidate,
  share: Share,
): readonly T[] {
  const names = bindingNames(policyOf(of), share)
  return lints.filter((one) => ["rule", "guarantee", "exception", "list"].includes(one.of) && names.has(one.id))
}
