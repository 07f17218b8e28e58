/** The agency's directory as a door of the console: who it says somebody is, with the roles that the settings give the groups. */
import type { Settings } from "../config/schema.ts"
import type { DirectoryLogin } from "../console/api/hands.ts"
import { type DirectoryAnswer, directoryLogin, directoryPerson, normal } from "../identify/ldap.ts"
import type { Grant } from "../mail/people.ts"
import type { Unit } from "../mail/policy.ts"

export async function loginBy(
  { directory, login: { ldap } }: Pick<Settings, "directory" | "login">,
  units: readonly Unit[],
  asked: { readonly name: string; readonly password: string },
): Promise<DirectoryLogin> {
  if (directory === null || ldap === null) return { is: "wrong" }
  return granted(ldap, units, await directoryLogin(directory, { names: ldap.names, ...asked }))
}

/** Somebody who has logged in before: is the person still there, and with which roles? */
export async function personBy(
  { directory, login: { ldap } }: Pick<Settings, "directory" | "login">,
  units: readonly Unit[],
  name: string,
): Promise<DirectoryLogin> {
  if (directory === null || ldap === null) return { is: "wrong" }
  return granted(ldap, units, await directoryPerson(directory, { names: ldap.names, name }))
}

function granted(
  ldap: NonNullable<Settings["login"]["ldap"]>,
  units: readonly Unit[],
  said: DirectoryAnswer,
): DirectoryLogin {
  if (said.is !== "known") return said
  const { title, mail, groups } = said
  const held = new Set(groups.map(normal))
  const known = new Set(units.map(({ id }) => id))
  const theirs = ldap.roles.filter(({ group, unit }) => held.has(normal(group)) && known.has(unit))
  const grants = new Map(
    theirs.map(({ role, unit }): [string, Grant] => [`${role} ${unit}`, { role, unit, deputy: false }]),
  )
  return { is: "known", title, mail, grants: [...grants.values()] }
}
