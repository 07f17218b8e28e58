/** The settings of ways into the console beside our own passwords: the agency's directory, and its single sign-on. */
import { z } from "zod"
import { ROLES } from "../mail/people.ts"
import { deadline, line } from "./fields.ts"

const ISSUER = "an https address without query, such as https://id.tuyenquang.gov.vn/realms/tinh"

export const loginSection = z
  .strictObject({
    /** People of `directory` log in with its passwords; whoever is in none of the groups does not. */
    ldap: z
      .strictObject({
        /** Attributes that hold the login name. */
        names: z.array(line).min(1).default(["uid", "sAMAccountName"]),
        roles: z.array(z.strictObject({ group: line, role: z.enum(ROLES), unit: line })).min(1),
      })
      .nullable()
      .default(null),
    /** OpenID Connect. Whoever it knows needs an account here: it opens one, it makes none. */
    oidc: z
      .strictObject({
        issuer: z.string({ error: ISSUER }).refine(isIssuer, { error: ISSUER }),
        clientId: line,
        /** Better from the environment: CONGTHU_LOGIN_OIDC_CLIENTSECRET. */
        clientSecret: z.string().nullable().default(null),
        name: z
          .strictObject({ vi: line, en: line })
          .prefault({ vi: "Đăng nhập chung của cơ quan", en: "The agency's single sign-on" }),
        /** `email`, verified, is compared with the account's mailbox; any other with its login name. */
        claim: line.default("email"),
        scopes: z.array(line).default(["openid", "email", "profile"]),
        /** `theirs`: not asked for again where `amr` says `mfa`. RFC 8176. */
        secondFactor: z.enum(["ours", "theirs"]).default("ours"),
        timeout: deadline.prefault("10s"),
      })
      .nullable()
      .default(null),
  })
  .prefault({})

/** Without TLS only on this machine, as for trying it out. */
function isIssuer(text: string): boolean {
  const url = URL.parse(text)
  if (url === null || url.search !== "" || url.hash !== "" || url.username !== "") return false
  return (
    url.protocol === "https:" ||
    (url.protocol === "http:" && ["127.0.0.1", "[::1]", "localhost"].includes(url.hostname))
  )
}
