/** What needs whoever is here now, and what the last seven days brought; every figure leads to its messages. */
import { Alert, Card, Group, SimpleGrid, Stack, Text, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Go } from "../parts/go.tsx"
import { day, moment, number } from "../parts/moment.tsx"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { wordFor } from "../words/words.ts"
import { StateBadge } from "./health.tsx"
import { SetupHint } from "./setup-hint.tsx"
import type { MessageSearch } from "./messages.tsx"

type Overview = Answer<"GET /api/overview">
const DIRECTIONS = ["inbound", "outbound", "internal"] as const
const DAY = 86_400_000

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
            <Outcomes figures={overview.figures} />
            <Rules rules={overview.rules} />
          </Stack>
        )}
      </Asked>
    </Page>
  )
}

function Now({ overview: { held, queue, health } }: { readonly overview: Overview }) {
  const { t } = useTranslation()
  const watches = useDoor().may(["operator", "security", "auditor"], "root")
  return (
    <Stack gap="xs">
      {held.overdue > 0 && (
        <Alert color="orange" role="status" title={t("overview.overdue", { count: held.overdue })}>
          <Go to="/messages" search={{ outcome: "held" }}>
            {t("overview.look")}
          </Go>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, xs: 2, md: 4 }}>
        <Figure
          label={t("overview.held")}
          value={number(held.waiting)}
          hint={held.oldest === null ? "" : t("overview.oldest", { at: moment(held.oldest) })}
          to="/messages"
          search={{ outcome: "held" }}
        />
        {queue !== null && (
          <Figure label={t("overview.queued")} value={number(queue.queued)} hint="" to="/queue" search={{}} />
        )}
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

interface FigureProps {
  readonly label: string
  readonly value: string
  readonly hint: string
  readonly to: "/messages" | "/queue"
  readonly search: MessageSearch
}

function Figure({ label, value, hint, to, search }: FigureProps) {
  return (
    <Card withBorder>
      <Text size="sm">{label}</Text>
      <Go to={to} search={search} size="xl" fw={700} aria-label={`${label}: ${value}`}>
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

/** Outcome by direction, and how the days went, drawn as bars whose numbers stand in the table. */
function Outcomes({ figures }: { readonly figures: Overview["figures"] }) {
  const { t } = useTranslation()
  const sums = sum(
    figures,
    ({ kind, direction }) => `${kind} ${direction}`,
    ({ count }) => count,
  )
  const kinds = [
    ...sum(
      figures,
      ({ kind }) => kind,
      ({ count }) => count,
    ),
  ].toSorted((a, b) => b[1] - a[1])
  const from = new Date(Date.now() - 7 * DAY).toISOString().slice(0, 10)
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.week")}
      </Title>
      {kinds.length === 0 ? (
        <Nothing>{t("overview.quiet")}</Nothing>
      ) : (
        <Stack>
          <Days figures={figures} />
          <Rows
            rows={kinds}
            keyOf={([kind]) => kind}
            columns={[
              { name: t("messages.outcome"), cell: ([kind]) => wordFor("event", kind) },
              ...DIRECTIONS.map((direction) => ({
                name: t(`direction.${direction}`),
                right: true,
                cell: ([kind]: readonly [string, number]) => (
                  <Go to="/messages" search={{ outcome: kind, direction, from }} size="sm">
                    {number(sums.get(`${kind} ${direction}`) ?? 0)}
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

function Days({ figures }: { readonly figures: Overview["figures"] }) {
  const { t } = useTranslation()
  const byDay = [
    ...sum(
      figures,
      ({ hour }) => day(hour),
      ({ count }) => count,
    ),
  ]
  const most = Math.max(1, ...byDay.map(([, count]) => count))
  const width = 44
  return (
    <svg
      viewBox={`0 0 ${Math.max(1, byDay.length) * width} 84`}
      height={84}
      role="img"
      aria-label={`${t("overview.week")}: ${byDay.map(([name, count]) => `${name} ${number(count)}`).join("; ")}`}
    >
      {byDay.map(([name, count], at) => (
        <g key={name}>
          <rect
            x={at * width + 6}
            y={64 - (count / most) * 60}
            width={width - 12}
            height={(count / most) * 60}
            rx={3}
            fill="var(--mantine-primary-color-filled)"
          />
          <text x={at * width + width / 2} y={78} fontSize={10} textAnchor="middle" fill="currentColor">
            {name}
          </text>
        </g>
      ))}
    </svg>
  )
}

function Rules({ rules }: { readonly rules: Overview["rules"] }) {
  const { t } = useTranslation()
  const sums = [
    ...sum(
      rules,
      ({ rule }) => rule,
      ({ count }) => count,
    ),
  ]
    .toSorted((a, b) => b[1] - a[1])
    .slice(0, 10)
  if (sums.length === 0) return null
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.rules")}
      </Title>
      <Rows
        rows={sums}
        keyOf={([rule]) => rule}
        columns={[
          { name: t("messages.rule"), mono: true, cell: ([rule]) => rule },
          {
            name: t("overview.copies"),
            right: true,
            cell: ([rule, count]) => (
              <Go to="/messages" search={{ rule }} size="sm">
                {number(count)}
              </Go>
            ),
          },
        ]}
      />
    </Card>
  )
}
