/** Units and mailboxes changed by hand or from a spreadsheet: each change is a version of the policy, under its approval. */
import { z } from "zod"
import type { Hands } from "../hands.ts"
import type { UnitEdit } from "../unit-hands.ts"
import { type AskedBy, fileRoute, Refusal, type Route, route } from "../route.ts"
import { putSchema, showPut } from "./policy-words.ts"
import { bilingual, instant, line, reason, unitId } from "./words.ts"

const SEE = { who: ["operator", "officer", "security", "auditor"], within: "units" } as const
const CHANGE = { who: ["operator"], within: "units" } as const

const ID = "a name of small letters, digits and hyphens"
const name = z.object({ vi: line, en: line })
const domains = z.array(z.string().trim().toLowerCase().min(1).max(253)).max(100)
const how = { reason, dryRun: z.boolean().default(false) }
const entry = z.object({
  /** `a@b`, `*@b` or `a@*` */
  match: z.string().min(3).max(320),
  class: z.string().max(64),
  unit: unitId.nullable(),
})
const editedSchema = putSchema.extend({
  /** What a directory named and could not be taken over. */
  left: z.array(z.string()),
})

export function unitRoutes(hands: Hands): readonly Route[] {
  async function edit(
    wanted: UnitEdit,
    { viewer, reach }: AskedBy,
    { reason: why, dryRun }: { readonly reason: string; readonly dryRun: boolean },
  ): Promise<z.input<typeof editedSchema>> {
    const done = await hands.unitEdits.edit(wanted, { by: viewer.account.name, reach, reason: why, dryRun })
    return { ...showPut(done), left: [...done.left] }
  }
  return [...treeRoutes(hands, edit), ...mailboxRoutes(hands, edit), ...fileRoutes(hands, edit)]
}

type Edit = (
  wanted: UnitEdit,
  asked: AskedBy,
  how: { readonly reason: string; readonly dryRun: boolean },
) => Promise<z.input<typeof editedSchema>>

function treeRoutes(hands: Hands, edit: Edit): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/api/units",
      tag: "units",
      summary: { vi: "Thêm đơn vị", en: "Add a unit" },
      access: CHANGE,
      body: z.object({
        id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,63}$/, { error: ID }),
        parent: unitId,
        name,
        domains: domains.default([]),
        from: instant.nullable().default(null),
        until: instant.nullable().default(null),
        ...how,
      }),
      answer: editedSchema,
      handle: async ({ body }, asked) => {
        const { reason: _, dryRun: __, ...unit } = body
        if (hands.units().some((known) => known.id === unit.id)) throw new Refusal("taken")
        return edit({ is: "unit", unit }, asked, body)
      },
    }),
    route({
      method: "PATCH",
      path: "/api/units/:id",
      tag: "units",
      summary: {
        vi: "Đổi tên, chuyển đơn vị cha, tên miền, thời hạn hiệu lực",
        en: "Rename, move, or set domains and dates in force",
      },
      access: CHANGE,
      params: z.object({ id: unitId }),
      body: z.object({
        parent: unitId.optional(),
        name: name.optional(),
        domains: domains.optional(),
        from: instant.nullable().optional(),
        until: instant.nullable().optional(),
        ...how,
      }),
      answer: editedSchema,
      handle: async ({ params, body }, asked) => {
        const known = hands.units().find((unit) => unit.id === params.id)
        if (known === undefined || !asked.reach.sees(known.id)) throw new Refusal("not-found")
        const unit = {
          ...known,
          parent: body.parent ?? known.parent,
          name: body.name ?? known.name,
          domains: body.domains ?? known.domains,
          from: body.from === undefined ? known.from : body.from,
          until: body.until === undefined ? known.until : body.until,
        }
        return edit({ is: "unit", unit }, asked, body)
      },
    }),
    route({
      method: "POST",
      path: "/api/units/merge",
      tag: "units",
      summary: { vi: "Sáp nhập đơn vị, không mất lịch sử", en: "Merge units, without losing history" },
      access: CHANGE,
      body: z.object({ from: z.array(unitId).min(1).max(200), into: unitId, ...how }),
      answer: editedSchema,
      handle: ({ body }, asked) => edit({ is: "merge", from: body.from, into: body.into }, asked, body),
    }),
  ]
}

function mailboxRoutes(hands: Hands, edit: Edit): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/mailboxes",
      tag: "units",
      summary: { vi: "Hộp thư có loại riêng", en: "Mailboxes that have a class of their own" },
      access: SEE,
      answer: z.array(entry),
      handle: (_, { reach }) => {
        const own = hands.unitEdits.mailboxes().filter(({ unit }) => reach.sees(unit))
        return Promise.resolve([...own])
      },
    }),
    route({
      method: "PUT",
      path: "/api/mailboxes",
      tag: "units",
      summary: { vi: "Đặt loại và đơn vị của hộp thư", en: "Set class and unit of mailboxes" },
      access: CHANGE,
      body: z.object({
        set: z.array(entry).max(1_000).default([]),
        drop: z.array(z.string().max(320)).max(1_000).default([]),
        ...how,
      }),
      answer: editedSchema,
      handle: ({ body }, asked) => edit({ is: "mailboxes", set: body.set, drop: body.drop }, asked, body),
    }),
  ]
}

/** Octets of a spreadsheet: a province with every mailbox. */
const CSV = 8_000_000

function fileRoutes(hands: Hands, edit: Edit): readonly Route[] {
  const csv = (what: "units" | "mailboxes", { reach }: AskedBy) => {
    const bytes = Buffer.from(hands.unitEdits.exported(what, reach))
    return Promise.resolve({ type: "text/csv", name: `${what}.csv`, bytes } as const)
  }
  return [
    route({
      method: "POST",
      path: "/api/units/import",
      tag: "units",
      summary: {
        vi: "Nhập đơn vị hoặc hộp thư từ CSV; chỗ sai được báo theo dòng",
        en: "Import units or mailboxes from CSV; faults are told by line",
      },
      access: CHANGE,
      bodyLimit: 2 * CSV,
      body: z.object({ text: z.string().min(1).max(CSV), ...how }),
      answer: editedSchema,
      handle: ({ body }, asked) => edit({ is: "import", text: body.text }, asked, body),
    }),
    route({
      method: "POST",
      path: "/api/units/sync",
      tag: "units",
      summary: { vi: "Lấy từ thư mục LDAP, Active Directory", en: "Take over from the LDAP directory of the settings" },
      access: { who: ["operator"], within: "root" },
      body: z.object({ prune: z.boolean().default(false), ...how }),
      answer: editedSchema,
      handle: ({ body }, asked) => edit({ is: "sync", prune: body.prune }, asked, body),
    }),
    fileRoute({
      method: "GET",
      path: "/api/units/export",
      tag: "units",
      summary: { vi: "Xuất đơn vị ra CSV", en: "Units as CSV" },
      access: SEE,
      answer: "download",
      handle: (_, asked) => csv("units", asked),
    }),
    fileRoute({
      method: "GET",
      path: "/api/mailboxes/export",
      tag: "units",
      summary: { vi: "Xuất hộp thư ra CSV", en: "Mailboxes as CSV" },
      access: SEE,
      answer: "download",
      handle: (_, asked) => csv("mailboxes", asked),
    }),
  ]
}

export const unitSchema = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  name: bilingual,
  domains: z.array(z.string()),
  from: instant.nullable(),
  until: instant.nullable(),
})
