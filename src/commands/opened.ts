/** A held message's sealed files are opened with a password that somebody has for them, scanned, and released or kept with what was found. */
import { type Person, wordOn } from "../act/rights.ts"
import type { HeldCopy, NamedFinding } from "../mail/delivery.ts"
import type { Examination } from "../mail/examination.ts"
import { type Finding, type FindingKind, isMeant, type Reasons } from "../mail/finding.ts"
import { isSecret } from "../mail/secret.ts"
import type { Spooled } from "../mail/transaction.ts"
import type { CopyRef } from "../store/store.ts"
import { decideHeld, type Decided, type Decider } from "./held.ts"

/** What became of it. */
export type Opened =
  /** Nothing that this person may decide. */
  | { readonly is: "nothing" }
  /** Somebody has decided it meanwhile, or its body is gone. */
  | { readonly is: "gone" }
  /** Some file is sealed still: nothing changed. */
  | { readonly is: "wrong-password" }
  /** A scanner could not be asked: nothing is known, nothing changed. */
  | { readonly is: "failed"; readonly why: string }
  /** It holds something: kept, and whoever looks at it sees what. */
  | { readonly is: "kept"; readonly found: readonly NamedFinding[] }
  | { readonly is: "released"; readonly decided: Decided }

/** Reads a message with a password. */
export type OpenWith = (spooled: Spooled, passwords: readonly string[]) => Promise<Examination>

export interface Opening {
  readonly ref: CopyRef
  readonly password: string
  readonly reason: string
}

export async function openHeld(
  { ref, password, reason }: Opening,
  decider: Decider & { readonly person: Person },
  examine: OpenWith,
): Promise<Opened> {
  const { store, person, by, now } = decider
  const copies = await store.records.heldCopies(ref)
  const mine = copies.filter((copy) => wordOn(copy, person).is === "word")
  if (mine.length === 0) return { is: "nothing" }
  const stored = await store.records.body(ref.transaction)
  if (stored === null) return { is: "gone" }
  const { findings, content } = await examine(stored.spooled, [password])
  if (findings.state !== "known") return { is: "failed", why: findings.state === "failed" ? findings.why : "pending" }
  if (findings.value.some(isSealed)) return { is: "wrong-password" }
  const found = isSecret(content) ? [] : findings.value.filter((one) => isFresh(one, mine))
  if (found.length === 0 && !isSecret(content)) {
    return { is: "released", decided: await decideHeld("released", ref, decider, reason) }
  }
  const named = distinct(found.map(({ kind, name }) => ({ kind, name: name ?? null })))
  const done = await store.records.found(mine, named, { by, reason, at: now, secret: isSecret(content) })
  return done ? { is: "kept", found: named } : { is: "gone" }
}

function isSealed({ kind, why }: Finding): boolean {
  return kind === "encrypted" && why !== "opened"
}

/** What nobody weighed when it was held: whoever has a password does not decide about a virus or a macro with it. */
function isFresh(finding: Finding, copies: readonly HeldCopy[]): boolean {
  if (MILD.some((one) => isMeant(finding, one))) return false
  return copies.some(
    ({ hold }) =>
      !(hold.care?.findings ?? []).some(({ kind, name }) => kind === finding.kind && name === (finding.name ?? null)),
  )
}

/** What the shipped policy lets through by itself, too. All else stops, also a kind or reason of tomorrow. */
const MILD: readonly { readonly kind: FindingKind; readonly why: Reasons }[] = [
  // What is sealed still was sent back before.
  { kind: "encrypted", why: "any" },
  // Without a scanner nothing is looked at by one, sealed or not.
  { kind: "unscannable", why: { only: ["no-scanner"] } },
  { kind: "external-reference", why: { only: ["external-image", "external-media", "workbook-link", "external-data"] } },
  { kind: "embedded-file", why: { except: ["onenote"] } },
]

function distinct(found: readonly NamedFinding[]): readonly NamedFinding[] {
  return found.filter(
    ({ kind, name }, index) => found.findIndex((one) => one.kind === kind && one.name === name) === index,
  )
}
