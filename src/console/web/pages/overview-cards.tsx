/** The smaller tables of the overview: rules, free webmail by unit, malware, parts of the system; each number leads to its messages. */
import { readSearch } from "../parts/message-search.ts"
import { Card, Title } from "@mantine/core"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import type { Answer } from "../api/client.ts"
import { useUnitName } from "../api/units.ts"
import { Go } from "../parts/go.tsx"
import { dayAt, Foreign, number } from "../parts/moment.tsx"
import { Rows } from "../parts/table.tsx"
import { partName, StateBadge } from "../parts/state.tsx"
import { said } from "../words/words.ts"

type Overview = Answer<"GET /api/overview">
const DIRECTIONS = ["inbound", "outbound", "internal"] as const

interface RulesProps {
  readonly rules: Overview["rules"]
  readonly since: number
}

export function Rules({ rules, since }: RulesProps) {
  const { t } = useTranslation()
  const most = rules.toSorted((a, b) => b.count - a.count).slice(0, 10)
  if (most.length === 0) return null
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.rules")}
      </Title>
      <Rows
        rows={most}
        keyOf={({ rule }) => rule}
        columns={[
          { name: t("messages.rule"), cell: ({ title }) => said(title) },
          {
            name: t("queue.copies"),
            right: true,
            cell: ({ rule, count }) => (
              <Go to="/messages" search={{ rule, from: dayAt(since) }} size="sm">
                {number(count)}
              </Go>
            ),
          },
        ]}
      />
    </Card>
  )
}

interface WebmailProps {
  readonly rows: Overview["webmail"]
  readonly since: number
}

export function Webmail({ rows, since }: WebmailProps) {
  const { t } = useTranslation()
  const unitName = useUnitName()
  const most = rows.toSorted((a, b) => b.count - a.count).slice(0, 10)
  if (most.length === 0) return null
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.webmail")}
      </Title>
      <Rows
        rows={most}
        keyOf={({ unit, direction }) => `${unit} ${direction}`}
        columns={[
          { name: t("people.unit"), cell: ({ unit }) => unitName(unit === "" ? null : unit) },
          { name: t("messages.direction"), cell: ({ direction }) => directionWord(t, direction) },
          {
            name: t("overview.webmailAll"),
            right: true,
            cell: ({ unit, direction, count }) => (
              <Go
                to="/messages"
                search={readSearch({
                  unit: unit === "" ? undefined : unit,
                  direction,
                  about: "webmail",
                  from: dayAt(since),
                })}
                size="sm"
              >
                {number(count)}
              </Go>
            ),
          },
          { name: t("overview.webmailStopped"), right: true, cell: ({ stopped }) => number(stopped) },
        ]}
      />
      <Go to="/reports" search={{ id: "r1" }} size="sm">
        {t("overview.report")}
      </Go>
    </Card>
  )
}

type Translate = TFunction

function directionWord(t: Translate, direction: string): string {
  const known = DIRECTIONS.find((one) => one === direction)
  return known === undefined ? direction : t(`direction.${known}`)
}

interface MalwareProps {
  readonly rows: Overview["malware"]
  readonly since: number
}

export function Malware({ rows, since }: MalwareProps) {
  const { t } = useTranslation()
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.malware")}
      </Title>
      <Rows
        rows={rows}
        nothing={t("overview.noMalware")}
        keyOf={({ finding, direction }) => `${finding} ${direction}`}
        columns={[
          { name: t("overview.malware"), cell: ({ finding }) => <Foreign>{signature(finding)}</Foreign> },
          { name: t("messages.direction"), cell: ({ direction }) => directionWord(t, direction) },
          {
            name: t("queue.copies"),
            right: true,
            cell: ({ finding, direction, count }) => (
              <Go to="/messages" search={readSearch({ finding, direction, from: dayAt(since) })} size="sm">
                {number(count)}
              </Go>
            ),
          },
          { name: t("overview.passed"), right: true, cell: ({ passed }) => number(passed) },
        ]}
      />
      <Go to="/reports" search={{ id: "r3" }} size="sm">
        {t("overview.report")}
      </Go>
    </Card>
  )
}

/** Without the word for its kind, which the heading says. */
function signature(finding: string): string {
  return finding.replace(/^(malware|known-bad) /, "")
}

export function Parts({ parts }: { readonly parts: NonNullable<Overview["parts"]> }) {
  const { t } = useTranslation()
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("overview.parts")}
      </Title>
      <Rows
        rows={Object.entries(parts)}
        keyOf={([name]) => name}
        columns={[
          { name: t("overview.part"), cell: ([name]) => partName(t, name) },
          { name: t("overview.state"), cell: ([, { state }]) => <StateBadge state={state} /> },
        ]}
      />
    </Card>
  )
}
