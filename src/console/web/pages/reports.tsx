/** Reports R1 to R8 of any period and branch: on the page, as a spreadsheet, and on paper. */
import "../paper.css"
import { Button, Card, Group, Select, SimpleGrid, Stack, Text, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask, download } from "../api/client.ts"
import { branches, useUnits } from "../api/units.ts"
import { DayField } from "../parts/day-field.tsx"
import { Go } from "../parts/go.tsx"
import { dayAt, Foreign, moment, momentsOf, number } from "../parts/moment.tsx"
import { readSearch } from "../parts/message-search.ts"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { Paper, PaperForm, usePaper } from "../parts/paper.tsx"
import { PERIODS, spanOf } from "../parts/periods.ts"
import { tellFailure } from "../parts/tell.tsx"
import { useReportWords } from "../words/reports.ts"
import { language, said } from "../words/words.ts"

type Report = Answer<"GET /api/reports/:id">
type Table = Pick<Report, "columns" | "rows" | "total">
type Id = Report["id"]

interface ReportSearch {
  readonly id: Id
  readonly from: string
  readonly to: string
  readonly unit: string | null
}

const IDS = ["r1", "r2", "r3", "r4", "r5", "r6", "r7", "r8"] as const satisfies readonly Id[]

/** What is not given is last month's R1. */
function searchOf(given: Readonly<Record<string, unknown>>): ReportSearch {
  const text = (key: string): string | null => {
    const value = given[key]
    return typeof value === "string" ? value : null
  }
  const id = IDS.find((one) => one === given["id"]) ?? "r1"
  const usual = spanOf(id === "r7" ? "year" : "lastMonth", dayAt(Date.now()))
  return { id, from: text("from") ?? usual.from, to: text("to") ?? usual.to, unit: text("unit") }
}

export function ReportsPage() {
  const { t } = useReportWords()
  const search = searchOf(useSearch({ strict: false }))
  const span = momentsOf(search)
  const query = { ...span, ...(search.unit === null ? {} : { unit: search.unit }) }
  const asked = useQuery({
    queryKey: ["report", search],
    queryFn: ({ signal }) =>
      ask("GET /api/reports/:id", { params: { id: search.id }, query: { since: 0, until: 0, ...query } }, { signal }),
    enabled: span !== null,
    staleTime: 60_000,
  })
  const save = (): void => {
    const wanted = { since: 0, until: 0, ...query, language: language() }
    download("GET /api/reports/:id/xlsx", { params: { id: search.id }, query: wanted }).catch(tellFailure)
  }
  return (
    <Page
      title={t("title")}
      tools={
        <Group gap="xs">
          <Button variant="default" onClick={save} disabled={asked.data === undefined}>
            {t("xlsx")}
          </Button>
          <Button onClick={() => globalThis.print()} disabled={asked.data === undefined}>
            {t("print")}
          </Button>
        </Group>
      }
    >
      <Choice key={JSON.stringify(search)} search={search} />
      <Asked of={asked}>{(report) => <Shown report={report} />}</Asked>
    </Page>
  )
}

function Choice({ search }: { readonly search: ReportSearch }) {
  const { t } = useReportWords()
  const { t: c } = useTranslation()
  const navigate = useNavigate()
  const units = useUnits()
  const [span, setSpan] = useState({ from: search.from, to: search.to })
  const titles = useQuery({ queryKey: ["reports"], queryFn: () => ask("GET /api/reports", {}), staleTime: 600_000 })
  const go = (more: Partial<ReportSearch>): void => {
    const { unit, ...rest } = { ...search, ...span, ...more }
    void navigate({ to: "/reports", search: { ...rest, ...(unit === null ? {} : { unit }) } })
  }
  const choose = (id: string | null): void => {
    const found = IDS.find((one) => one === id)
    if (found === undefined) return
    // The year has its own window; whoever leaves it wants a month again.
    const turns = (found === "r7") !== (search.id === "r7")
    go({ id: found, ...(turns ? spanOf(found === "r7" ? "year" : "lastMonth", dayAt(Date.now())) : {}) })
  }
  return (
    <Card withBorder component="section" aria-label={t("period")} className="no-print">
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }} spacing="sm">
          <Select
            label={t("report")}
            allowDeselect={false}
            data={(titles.data ?? []).map(({ id, title }) => ({
              value: id,
              label: `${id.toUpperCase()} – ${said(title)}`,
            }))}
            value={search.id}
            onChange={choose}
          />
          <Select
            label={c("people.unit")}
            placeholder={t("whole")}
            clearable
            searchable
            data={branches(units.data ?? []).map(({ unit }) => ({ value: unit.id, label: said(unit.name) }))}
            value={search.unit}
            onChange={(unit) => go({ unit })}
          />
          <DayField label={c("common.from")} value={span.from} onChange={(from) => setSpan({ ...span, from })} />
          <DayField label={c("common.to")} value={span.to} onChange={(to) => setSpan({ ...span, to })} />
        </SimpleGrid>
        <Group gap="xs">
          <Button onClick={() => go({})} disabled={momentsOf(span) === null}>
            {t("show")}
          </Button>
          {PERIODS.map((name) => (
            <Button key={name} variant="default" size="compact-sm" onClick={() => go(spanOf(name, dayAt(Date.now())))}>
              {t(`periods.${name}`)}
            </Button>
          ))}
        </Group>
      </Stack>
    </Card>
  )
}

function Shown({ report }: { readonly report: Report }) {
  const { t } = useReportWords()
  const [form, change] = usePaper()
  const days = [report.since, report.until - 1].map(date)
  const about = t("paper.about", { since: days[0], until: days[1], unit: said(report.unit) })
  const [d = "", m = "", y = ""] = date(report.madeAt).split("/")
  return (
    <Stack>
      <PaperForm form={form} change={change} />
      <Paper form={form} agency={said(report.agency)} title={said(report.title)} about={about} date={[d, m, y]}>
        <Title order={2} size="h4" className="no-print" mb="xs">
          {report.id.toUpperCase()} – {said(report.title)}
        </Title>
        {report.rows.length === 0 ? <Nothing>{t("nothing")}</Nothing> : <Figures table={report} report={report} />}
        {report.notes.map((note) => (
          <Text key={note.en} size="sm" mt="xs">
            {said(note)}
          </Text>
        ))}
        {report.annex !== null && report.annex.rows.length > 0 && (
          <div className="annex">
            <Title order={2} size="h4" mb="xs" mt="lg">
              {said(report.annex.title)}
            </Title>
            <Figures table={report.annex} report={report} />
          </div>
        )}
      </Paper>
    </Stack>
  )
}

interface FiguresProps {
  readonly table: Table
  /** Whose period the searches are of. */
  readonly report: Pick<Report, "since" | "until" | "unit">
}

function Figures({ table: { columns, rows, total }, report }: FiguresProps) {
  const { t } = useReportWords()
  const period = { from: iso(report.since), to: iso(report.until - 1) }
  return (
    // Wide as it is, it scrolls within itself, also for whoever has only keys.
    <section className="scroll" aria-label={t("report")} tabIndex={0}>
      <table className="report">
        <thead>
          <tr>
            {columns.map(({ title }) => (
              <th key={title.vi} scope="col">
                {said(title)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map((row, at) => (
            <tr key={at}>
              {columns.map(({ kind, title }, column) => {
                const cell = row.cells[column] ?? null
                const name = t("fill", { column: said(title), row: at + 1 })
                return (
                  <td key={title.vi} className={kind} data-depth={column === 1 ? Math.min(row.depth, 4) : 0}>
                    {kind === "manual" ? (
                      <input aria-label={name} defaultValue={wordsOf(cell, kind)} />
                    ) : column === 1 && row.search !== null ? (
                      <Go to="/messages" search={readSearch({ ...row.search, ...period })} size="sm">
                        {wordsOf(cell, kind) || "–"}
                      </Go>
                    ) : (
                      <Foreign>{wordsOf(cell, kind)}</Foreign>
                    )}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
        {total !== null && (
          <tfoot>
            <tr>
              {columns.map(({ kind, title }, column) => (
                <td key={title.vi} className={kind}>
                  {wordsOf(total[column] ?? null, kind)}
                </td>
              ))}
            </tr>
          </tfoot>
        )}
      </table>
    </section>
  )
}

type Cell = Report["rows"][number]["cells"][number]

function wordsOf(cell: Cell, kind: Report["columns"][number]["kind"]): string {
  if (cell === null) return ""
  if (typeof cell === "number") return kind === "moment" ? moment(cell) : number(cell)
  return typeof cell === "string" ? cell : said(cell)
}

/** In Vietnam's calendar. */
function iso(at: number): string {
  return dayAt(at)
}

function date(at: number): string {
  return iso(at).split("-").toReversed().join("/")
}
