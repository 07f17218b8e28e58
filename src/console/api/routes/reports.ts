/** Reports R1 to R8 of any period and branch: as data for the page and the paper, and as a spreadsheet. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Bilingual } from "../../../mail/policy.ts"
import { reportOf } from "../../report/gather.ts"
import { REPORT_IDS, type Report, type ReportId, type Row, type Table, TITLES } from "../../report/report.ts"
import { sheetsOf } from "../../report/xlsx.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, fileRoute, Refusal, type Route, route } from "../route.ts"
import { checkPeriod } from "./figures.ts"
import { NEWS, unitsOf } from "./messages.ts"
import { bilingual, instant } from "./words.ts"

const EVERYBODY = { who: ROLES, within: "units" } as const

/** Of a report about a year, ms. */
const PATIENCE = 60_000

const cellSchema = z.union([z.string(), z.number(), bilingual, z.null()])
const tableSchema = z.object({
  columns: z.array(z.object({ title: bilingual, kind: z.enum(["text", "count", "share", "moment", "manual"]) })),
  rows: z.array(
    z.object({
      cells: z.array(cellSchema),
      depth: z.number(),
      search: z.record(z.string(), z.string()).nullable(),
    }),
  ),
  total: z.array(cellSchema).nullable(),
})
const reportSchema = tableSchema.extend({
  id: z.enum(REPORT_IDS),
  title: bilingual,
  notes: z.array(bilingual),
  annex: tableSchema.extend({ title: bilingual }).nullable(),
  agency: bilingual,
  unit: bilingual,
  since: instant,
  until: instant,
  madeAt: instant,
})

const params = z.object({ id: z.enum(REPORT_IDS) })
const query = z.object({
  since: z.coerce.number().int(),
  until: z.coerce.number().int(),
  unit: z.string().max(100).optional(),
})
type Query = z.output<typeof query>

export function reportRoutes(hands: Hands): readonly Route[] {
  async function made(id: ReportId, asked: Query, { reach }: AskedBy): Promise<Report> {
    checkPeriod(asked)
    // What the whole house is set to is told to whoever answers for the whole house.
    if (id === "r6" && !reach.all) throw new Refusal("forbidden")
    const units = unitsOf(reach, asked.unit, hands)
    const tree = hands.tree()
    await hands.search.catchUp(NEWS)
    return reportOf(id, { ...asked, units, branch: units ?? tree.below(tree.root) }, hands)
  }
  /** The unit that was asked for, or the one that has all of the viewer's. */
  function nameOf(unit: string | undefined, { reach }: AskedBy): Bilingual {
    const found = hands.units().find(({ id }) => (unit === undefined ? reach.sees(id) : id === unit))
    return found?.name ?? hands.settings().agency.name
  }
  return [
    route({
      method: "GET",
      path: "/api/reports",
      tag: "reports",
      summary: { vi: "Các báo cáo", en: "The reports there are" },
      access: EVERYBODY,
      answer: z.array(z.object({ id: z.enum(REPORT_IDS), title: bilingual })),
      handle: async (_, { reach }) =>
        REPORT_IDS.filter((id) => id !== "r6" || reach.all).map((id) => ({ id, title: TITLES[id] })),
    }),
    route({
      method: "GET",
      path: "/api/reports/:id",
      tag: "reports",
      summary: { vi: "Một báo cáo của một kỳ và một nhánh đơn vị", en: "One report of a period and a branch" },
      access: EVERYBODY,
      patience: PATIENCE,
      params,
      query,
      answer: reportSchema,
      handle: async ({ params: { id }, query: asked }, by) => {
        const report = await made(id, asked, by)
        return {
          ...report,
          ...shown(report),
          notes: [...report.notes],
          annex: report.annex === null ? null : { title: report.annex.title, ...shown(report.annex) },
          agency: hands.settings().agency.name,
          unit: nameOf(asked.unit, by),
          since: asked.since,
          until: asked.until,
          madeAt: by.now,
        }
      },
    }),
    fileRoute({
      method: "GET",
      path: "/api/reports/:id/xlsx",
      tag: "reports",
      summary: { vi: "Báo cáo dưới dạng bảng tính .xlsx", en: "A report as a spreadsheet, .xlsx" },
      access: EVERYBODY,
      patience: PATIENCE,
      params,
      query: query.extend({ language: z.enum(["vi", "en"]).default("vi") }),
      answer: "download",
      handle: async ({ params: { id }, query: { language, ...asked } }, by) => {
        const report = await made(id, asked, by)
        const { agency, timezone } = hands.settings()
        const { since, until } = asked
        const paper = { language, agency: agency.name, unit: nameOf(asked.unit, by), since, until, timezone }
        return {
          type: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
          name: `${id}-${new Date(since + DAY / 2).toISOString().slice(0, 10)}.xlsx`,
          bytes: hands.zip(sheetsOf(report, { ...paper, now: by.now })),
        }
      },
    }),
  ]
}

const DAY = 86_400_000

function shown({ columns, rows, total }: Table) {
  return { columns: [...columns], rows: rows.map(shownRow), total: total === null ? null : [...total] }
}

function shownRow({ cells, depth, search }: Row) {
  return { cells: [...cells], depth, search: search === null ? null : { ...search } }
}
