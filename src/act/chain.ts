/** Whom a held message is put to, one after the other: its unit's approvers, their deputies, then those of the units above. Pure. */
import type { Account, Role } from "../mail/people.ts"
import type { UnitId } from "../mail/policy.ts"

export type Asked = Pick<Account, "name" | "mail" | "grants" | "disabledAt">

/** `line`: the unit and those above it, the nearest first. Steps without anybody are left out. */
export function chain(
  accounts: readonly Asked[],
  roles: readonly Role[],
  line: readonly UnitId[],
): readonly (readonly Asked[])[] {
  const able = accounts.filter(({ mail, disabledAt }) => mail !== null && disabledAt === null)
  const told = new Set<string>()
  return line
    .flatMap((unit) => [false, true].map((deputy) => ({ unit, deputy })))
    .map(({ unit, deputy }) =>
      able.filter(({ name, grants }) => {
        const fits = grants.some((one) => roles.includes(one.role) && one.unit === unit && one.deputy === deputy)
        return fits && !told.has(name) && told.add(name).size > 0
      }),
    )
    .filter((step) => step.length > 0)
}
