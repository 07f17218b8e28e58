/** Accounts of others: whoever administers a unit sees and changes those of that unit and below, never more. */
import { z } from "zod"
import type { Account } from "../../../mail/people.ts"
import { maySetGrants } from "../access.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import { digestOf, newSecret } from "../secret.ts"
import { LIMITS, personEvent } from "../sessions.ts"
import { sessionRow } from "./account.ts"
import { accountSchema, grantSchema, instant, line, loginName, mailbox, showAccount, title } from "./words.ts"

const id = z.object({ id: z.coerce.number().int().positive() })
const grants = z.array(grantSchema).min(1).max(50)
const linkSchema = z.object({ link: z.string(), until: instant })
const ADMINISTER = { who: ["operator"], within: "units" } as const
const LOOK = { who: ["operator", "auditor"], within: "units" } as const

export function peopleRoutes(hands: Hands): readonly Route[] {
  /** All that the account may do lies within the viewer's reach: who may change it could else rise through it. */
  async function within(wanted: number, { reach }: AskedBy): Promise<Account> {
    const known = await hands.records.account({ id: wanted })
    if (known === null || !maySetGrants(reach, known.account.grants)) throw new Refusal("not-found")
    return known.account
  }
  function checkGrants(wanted: z.output<typeof grants>, { reach }: AskedBy): void {
    const units = new Set(hands.units().map((unit) => unit.id))
    if (!wanted.every(({ unit }) => units.has(unit))) {
      throw new Refusal("invalid", [{ path: "grants", expected: "units that exist" }])
    }
    if (!maySetGrants(reach, wanted)) throw new Refusal("forbidden")
  }
  const changed = ({ viewer }: AskedBy, user: string, detail: Readonly<Record<string, string | readonly string[]>>) =>
    personEvent(hands, "user-changed", viewer.account, { user, ...detail })
  async function invite(account: Pick<Account, "id" | "name">, asked: AskedBy) {
    const token = newSecret()
    const until = asked.now + LIMITS.invitation
    await hands.records.invite(account.id, digestOf(token), until, changed(asked, account.name, { did: "invited" }))
    return { link: `${hands.settings().publicUrl}/join/${token}`, until }
  }

  return [
    route({
      method: "GET",
      path: "/api/people",
      tag: "people",
      summary: { vi: "Tài khoản trong đơn vị", en: "Accounts in one's units" },
      access: LOOK,
      answer: z.array(accountSchema),
      handle: async (_, { reach }) =>
        (await hands.records.accounts()).filter((one) => maySetGrants(reach, one.grants)).map(showAccount),
    }),
    route({
      method: "POST",
      path: "/api/people",
      tag: "people",
      summary: {
        vi: "Thêm tài khoản; trả về liên kết đặt mật khẩu",
        en: "Add an account; answers a link to set its password",
      },
      access: ADMINISTER,
      body: z.object({ name: loginName, title, mail: mailbox.nullable().default(null), grants }),
      answer: linkSchema.extend({ id: z.number() }),
      handle: async ({ body }, asked) => {
        checkGrants(body.grants, asked)
        const event = changed(asked, body.name, { did: "added", grants: body.grants.map(grantText) })
        const added = await hands.records.addAccount({ ...body, createdAt: asked.now, password: null }, event, false)
        if (added === null) throw new Refusal("taken")
        return { id: added, ...(await invite({ id: added, name: body.name }, asked)) }
      },
    }),
    route({
      method: "PATCH",
      path: "/api/people/:id",
      tag: "people",
      summary: { vi: "Sửa tên, hộp thư, vai trò; có hiệu lực ngay", en: "Change title, mailbox or roles; at once" },
      access: ADMINISTER,
      params: id,
      body: z.object({ title: line.optional(), mail: mailbox.nullable().optional(), grants: grants.optional() }),
      answer: z.object({ changed: z.boolean() }),
      handle: async ({ params, body }, asked) => {
        const account = await within(params.id, asked)
        if (body.grants !== undefined) {
          checkGrants(body.grants, asked)
          // Those of the directory's people follow from its groups.
          const isTheirs = account.source === "directory"
          if (account.id === asked.viewer.account.id || isTheirs) throw new Refusal("forbidden")
        }
        const event = changed(asked, account.name, {
          did: "changed",
          ...(body.grants === undefined
            ? {}
            : { before: account.grants.map(grantText), grants: body.grants.map(grantText) }),
        })
        const change = {
          ...(body.title === undefined ? {} : { title: body.title }),
          ...(body.mail === undefined ? {} : { mail: body.mail }),
          ...(body.grants === undefined ? {} : { grants: body.grants }),
        }
        return { changed: await hands.records.changeAccount(account.id, change, event) }
      },
    }),
    ...powers(hands, { within, changed, invite }),
  ]
}

interface Powers {
  readonly within: (wanted: number, asked: AskedBy) => Promise<Account>
  readonly changed: (
    asked: AskedBy,
    user: string,
    detail: Readonly<Record<string, string | readonly string[]>>,
  ) => ReturnType<typeof personEvent>
  readonly invite: (
    account: Pick<Account, "id" | "name">,
    asked: AskedBy,
  ) => Promise<{ readonly link: string; readonly until: number }>
}

function powers(hands: Hands, { within, changed, invite }: Powers): readonly Route[] {
  const ACTIONS = ["disable", "enable", "unlock", "reset-factor"] as const
  return [
    route({
      method: "POST",
      path: "/api/people/:id/invite",
      tag: "people",
      summary: { vi: "Liên kết mới để đặt mật khẩu", en: "A new link to set a password" },
      access: ADMINISTER,
      params: id,
      answer: linkSchema,
      handle: async ({ params }, asked) => {
        const account = await within(params.id, asked)
        if (account.source === "directory") throw new Refusal("forbidden")
        return invite(account, asked)
      },
    }),
    route({
      method: "POST",
      path: "/api/people/:id/act",
      tag: "people",
      summary: {
        vi: "Khóa, mở tài khoản; bỏ ứng dụng xác thực",
        en: "Disable, enable, unlock; forget the authenticator",
      },
      access: ADMINISTER,
      params: id,
      body: z.object({ action: z.enum(ACTIONS) }),
      answer: z.object({ changed: z.boolean() }),
      handle: async ({ params, body }, asked) => {
        const account = await within(params.id, asked)
        if (account.id === asked.viewer.account.id) throw new Refusal("forbidden")
        const change = {
          disable: { disabledAt: asked.now, endSessions: "all" },
          enable: { disabledAt: null, lockedUntil: null },
          unlock: { lockedUntil: null },
          "reset-factor": { totp: null, passkeys: "none" as const, endSessions: "all" },
        }[body.action]
        const event = changed(asked, account.name, { did: body.action })
        return { changed: await hands.records.changeAccount(account.id, change, event) }
      },
    }),
    route({
      method: "GET",
      path: "/api/people/:id/sessions",
      tag: "people",
      summary: { vi: "Các phiên của một tài khoản", en: "Sessions of an account" },
      access: LOOK,
      params: id,
      answer: z.array(sessionRow),
      handle: async ({ params }, asked) => {
        const account = await within(params.id, asked)
        const rows = await hands.records.sessions(account.id)
        return rows.map((row) => ({ ...row, current: row.id === asked.viewer.session.id }))
      },
    }),
    route({
      method: "DELETE",
      path: "/api/people/:id/sessions",
      tag: "people",
      summary: { vi: "Kết thúc mọi phiên của một tài khoản", en: "End all sessions of an account" },
      access: ADMINISTER,
      params: id,
      answer: z.object({ ended: z.number() }),
      handle: async ({ params }, asked) => {
        const account = await within(params.id, asked)
        const rows = await hands.records.sessions(account.id)
        const ended = await hands.records.endSessions(rows.map((row) => row.id))
        await hands.records.note([changed(asked, account.name, { did: "sessions-ended" })])
        return { ended }
      },
    }),
  ]
}

function grantText({ role, unit, deputy }: z.output<typeof grantSchema>): string {
  return `${role}@${unit}${deputy ? " (deputy)" : ""}`
}
