/** What needs whoever is here now, and what the last seven days brought; every figure leads to its messages. */
import { Alert, Card, Group, SimpleGrid, Stack, Text, Title, ColorSwatch } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor, useSession } from "../api/session.tsx"
import { Go } from "../parts/go.tsx"
import { day, dayAt, moment, number } from "../parts/moment.tsx"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { reportDue, writtenDay } from "../parts/periods.ts"
import { Rows } from "../parts/table.tsx"
import { wordFor } from "../words/words.ts"
import { StateBadge } from "../parts/state.tsx"
import { Malware, Parts, Rules, Webmail } from "./overview-cards.tsx"
import { SetupHint } from "./setup-hint.tsx"

type Overview = Answer<"GET /api/overview">
const DIRECTIONS = ["inbound", "outbound", "internal"] as const

export function OverviewPage() {
  const { t } = useTranslation()
  const asked = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => ask("GET /api/overview", { query: {} }, { background: true, signal }),
    refetchInterval: 30_000,
  })
  return (
    <Page
      title={t("overview.title")}
      tools={
        asked.dataUpdatedAt > 0 && (
          <Text size="sm" c="dimmed">
            {t("common.updated", { at: moment(asked.dataUpdatedAt) })}
          </Text>
        )
      }
    >
      <SetupHint />
      <Asked of={asked}>
        {(overview) => (
          <Stack>
            <Now overview={overview} />
            <Outcomes days={overview.days} since={overview.since} />
            <SimpleGrid cols={{ base: 1, md: 2 }}>
              <Webmail rows={overview.webmail} since={overview.since} />
              <Malware rows={overview.malware} since={overview.since} />
              <Rules rules={overview.rules} since={overview.since} />
              {overview.parts !== null && <Parts parts={overview.parts} />}
            </SimpleGrid>
          </Stack>
        )}
      </Asked>
    </Page>
  )
}

function Now({ overview: { held, appeals, exceptions, queue, health } }: { readonly overview: Overview }) {
  const { t } = useTranslation()
  const watches = useDoor().may(["operator", "security", "auditor"], "root")
  const waits = held.ages
    .filter(({ count }) => count > 0)
    .map(({ days, count }) => {
      const since = days === null ? t("overview.waits.over") : t("overview.waits.within", { count: days })
      return `${since}: ${number(count)}`
    })
  return (
    <Stack gap="xs">
      <PolicyWaits />
      <Needs exceptions={exceptions} />
      {held.overdue > 0 && (
        <Alert color="orange" role="status" title={t("overview.overdue", { count: held.overdue })}>
          <Go to="/held">{t("overview.look")}</Go>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Figure label={t("overview.held")} value={number(held.waiting)} hint={waits.join(" · ")} to="/held" />
        <Figure label={t("overview.appeals")} value={number(appeals)} hint="" to="/appeals" />
        {queue !== null && <Figure label={t("overview.queued")} value={number(queue.queued)} hint="" to="/queue" />}
        <Card withBorder>
          <Text size="sm">{t("overview.health")}</Text>
          <Group mt={4}>
            <StateBadge state={health} />
            {watches && (
              <Go to="/health" size="sm">
                {t("overview.look")}
              </Go>
            )}
          </Group>
        </Card>
      </SimpleGrid>
    </Stack>
  )
}

/** What has a date: exceptions to be granted or about to end, the report of the year. */
function Needs({ exceptions: { requested, ending } }: Pick<Overview, "exceptions">) {
  const { t } = useTranslation()
  const { may } = useDoor()
  const report = may(["operator", "auditor"], "root") ? reportDue(dayAt(Date.now())) : null
  if (requested === 0 && ending === 0 && report === null) return null
  return (
    <Alert color="orange" role="status">
      <Stack gap={4}>
        {requested > 0 && (
          <Go to="/exceptions" search={{ state: "requested" }}>
            {t("overview.exceptions.requested", { count: requested })}
          </Go>
        )}
        {ending > 0 && (
          <Go to="/exceptions" search={{ state: "granted" }}>
            {t("overview.exceptions.ending", { count: ending })}
          </Go>
        )}
        {report !== null && (
          <Go to="/reports" search={{ id: report.id, from: report.from, to: report.to }}>
            {t(`overview.reportDue.${report.id}`, { day: writtenDay(report.due), last: writtenDay(report.last) })}
          </Go>
        )}
      </Stack>
    </Alert>
  )
}

/** Versions of the policy that another person has put forward. */
function PolicyWaits() {
  const { t } = useTranslation()
  const me = useSession().account.name
  const asked = useQuery({
    queryKey: ["policy", "waiting"],
    queryFn: ({ signal }) => ask("GET /api/policy/versions", { query: { limit: 50 } }, { background: true, signal }),
    enabled: useDoor().may(["operator"], "root"),
    refetchInterval: 60_000,
  })
  const waiting = asked.data?.versions.filter(({ state, author }) => state === "waiting" && author !== me) ?? []
  if (waiting.length === 0) return null
  return (
    <Alert color="orange" role="status">
      <Go to="/policy" search={{ tab: "history" }}>
        {t("overview.policyWaits", { count: waiting.length })}
      </Go>
    </Alert>
  )
}

interface FigureProps {
  readonly label: string
  readonly value: string
  readonly hint: string
  readonly to: "/held" | "/appeals" | "/queue"
}

function Figure({ label, value, hint, to }: FigureProps) {
  return (
    <Card withBorder>
      <Text size="sm">{label}</Text>
      <Go to={to} size="xl" fw={700} aria-label={`${label}: ${value}`}>
        {value}
      </Go>
      {hint !== "" && (
        <Text size="xs" c="dimmed">
          {hint}
        </Text>
      )}
    </Card>
  )
}

function sum<T>(rows: readonly T[], of: (row: T) => string, count: (row: T) => number): ReadonlyMap<string, number> {
  const sums = new Map<string, number>()
  for (const row of rows) sums.set(of(row), (sums.get(of(row)) ?? 0) + count(row))
  return sums
}

interface OutcomesProps {
  readonly days: Overview["days"]
  readonly since: number
}

/** How the days went, and outcome by direction; each number is that of the messages it leads to. */
function Outcomes({ days, since }: OutcomesProps) {
  const { t } = useTranslation()
  const sums = sum(
    days,
    ({ outcome, direction }) => `${outcome} ${direction}`,
    ({ count }) => count,
  )
  const outcomes = [
    ...sum(
      days,
      ({ outcome }) => outcome,
      ({ count }) => count,
    ),
  ].toSorted((a, b) => b[1] - a[1])
  const from = dayAt(since)
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.week")}
      </Title>
      {outcomes.length === 0 ? (
        <Nothing>{t("overview.quiet")}</Nothing>
      ) : (
        <Stack>
          <Days days={days} since={since} />
          <Rows
            rows={outcomes}
            keyOf={([outcome]) => outcome}
            columns={[
              { name: t("messages.outcome"), cell: ([outcome]) => <Key outcome={outcome} /> },
              ...DIRECTIONS.map((direction) => ({
                name: t(`direction.${direction}`),
                right: true,
                cell: ([outcome]: readonly [string, number]) => (
                  <Go to="/messages" search={{ outcome, direction, from }} size="sm">
                    {number(sums.get(`${outcome} ${direction}`) ?? 0)}
                  </Go>
                ),
              })),
            ]}
          />
        </Stack>
      )}
    </Card>
  )
}

/** What reached its reader, what waits for somebody, what was stopped: drawn one upon the other. */
const SHADES: readonly (readonly [string, ReadonlySet<string>])[] = [
  ["var(--mantine-color-teal-7)", new Set(["delivered", "queued"])],
  ["var(--mantine-color-orange-6)", new Set(["held", "quarantined", "deferred", "set-aside"])],
]
const OTHER = "var(--mantine-color-red-7)"
const DAY = 86_400_000

/** The word of an outcome, and the colour it has in the drawing. */
function Key({ outcome }: { readonly outcome: string }) {
  const [colour] = SHADES.find(([, outcomes]) => outcomes.has(outcome)) ?? [OTHER]
  return (
    <Group gap="xs" wrap="nowrap">
      <ColorSwatch color={colour} size={10} withShadow={false} aria-hidden="true" />
      {wordFor("event", outcome)}
    </Group>
  )
}

function Days({ days, since }: OutcomesProps) {
  const { t } = useTranslation()
  const shown = Array.from({ length: 7 }, (_, at) => {
    const rows = days.filter((one) => one.day === since + at * DAY)
    const shades = SHADES.map(([colour, outcomes]) => ({
      colour,
      count: total(rows, ({ outcome }) => outcomes.has(outcome)),
    }))
    const all = total(rows, () => true)
    const rest = all - shades.reduce((before, { count }) => before + count, 0)
    return { at: since + at * DAY, all, shades: [...shades, { colour: OTHER, count: rest }] }
  })
  const most = Math.max(1, ...shown.map(({ all }) => all))
  return (
    <div className="days">
      {shown.map(({ at, all, shades }) => {
        let top = 100
        return (
          <div key={at}>
            <svg viewBox="0 0 10 100" preserveAspectRatio="none" aria-hidden="true">
              {shades.map(({ colour, count }) => {
                const height = (count / most) * 100
                top -= height
                return <rect key={colour} x={1} width={8} y={top} height={height} fill={colour} />
              })}
            </svg>
            <Go
              to="/messages"
              search={{ from: dayAt(at), to: dayAt(at) }}
              size="sm"
              aria-label={t("overview.day", { day: day(at), count: all })}
            >
              {number(all)}
            </Go>
            <Text size="xs">{day(at)}</Text>
          </div>
        )
      })}
    </div>
  )
}

type Day = Overview["days"][number]

function total(rows: readonly Day[], isMeant: (row: Day) => boolean): number {
  return rows.reduce((before, row) => before + (isMeant(row) ? row.count : 0), 0)
}
