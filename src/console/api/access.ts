/** Who may do what, and of which units: the one question every route asks. Pure. */
import type { Account, Grant, Role } from "../../mail/people.ts"
import type { UnitId } from "../../mail/policy.ts"

/**
 * `anyone`: no session. `session`: any session, also one that is locked or still lacks a factor. Else one of the roles, in any
 * unit, where the handler works within the reach that the roles give; with `root` the role must be held at the top.
 */
export type Access =
  | { readonly who: "anyone" }
  | { readonly who: "session" }
  | { readonly who: "account" }
  | { readonly who: readonly Role[]; readonly within: "units" | "root" }

/** The tree as it is now. */
export interface Tree {
  readonly root: UnitId
  isWithin(unit: UnitId, ancestor: UnitId): boolean
  /** The unit and all below it. */
  below(unit: UnitId): readonly UnitId[]
}

/** The units of which somebody may see or change things. */
export interface Reach {
  /** Everything, also what belongs to no unit. */
  readonly all: boolean
  readonly units: readonly UnitId[]
  sees(...units: readonly (UnitId | null)[]): boolean
}

export function reachOf(account: Pick<Account, "grants">, roles: readonly Role[], tree: Tree): Reach {
  const granted = account.grants.filter(({ role }) => roles.includes(role))
  const all = granted.some(({ unit }) => unit === tree.root)
  const units = new Set(granted.flatMap(({ unit }) => tree.below(unit)))
  return {
    all,
    units: [...units],
    sees: (...asked) => all || asked.some((unit) => unit !== null && units.has(unit)),
  }
}

/** Null: not allowed. */
export function admit(account: Pick<Account, "grants">, access: Access, tree: Tree): Reach | null {
  if (typeof access.who === "string") return { all: false, units: [], sees: () => false }
  const reach = reachOf(account, access.who, tree)
  return reach.units.length > 0 && (access.within === "units" || reach.all) ? reach : null
}

/** Whether the one may give, change or take what the other has: only what lies within. */
export function maySetGrants(reach: Reach, grants: readonly Grant[]): boolean {
  return grants.every(({ unit }) => reach.sees(unit))
}

const ADMINISTRATORS: ReadonlySet<Role> = new Set(["operator", "security", "auditor"])

/** Who administers locks sooner and changes the password more often. TCVN 14423:2026 x.5, x.6. */
export function isAdministrator({ grants }: Pick<Account, "grants">): boolean {
  return grants.some(({ role }) => ADMINISTRATORS.has(role))
}
