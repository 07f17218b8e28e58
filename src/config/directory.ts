/** The settings of the agency's directory, LDAP or Active Directory. */
import { z } from "zod"
import { deadline, line } from "./fields.ts"

export const directorySection = z
  .strictObject({
    url: z.string().regex(/^ldaps?:\/\/[^\s/]+\/?$/, { error: "ldap://host:port or ldaps://host:port" }),
    base: line,
    /** The name to log in with; null: nobody. */
    bind: line.nullable().default(null),
    /** Better from the environment: CONGTHU_DIRECTORY_PASSWORD. */
    password: z.string().nullable().default(null),
    startTls: z.boolean().default(false),
    timeout: deadline.prefault("5s"),
    /** Attributes that hold addresses. */
    mail: z.array(line).min(1).default(["mail", "proxyAddresses", "mailAlternateAddress", "zimbraMailAlias"]),
    /** Filters of RFC 4515 for units and for what has mailboxes. */
    units: line.default("(objectClass=organizationalUnit)"),
    people: line.default("(|(mail=*)(proxyAddresses=*))"),
    /** Mailboxes of a group's members are of this class; the first that fits. */
    groups: z.array(z.strictObject({ dn: line, class: line })).default([]),
  })
  .nullable()
  .default(null)
