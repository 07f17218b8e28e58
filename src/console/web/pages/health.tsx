/** What runs and how it is: each part, versions, certificates and their end, room, services, and the settings without secrets. */
import { Accordion, Alert, Badge, Card, Group, SimpleGrid, Stack, Text, TextInput, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { Go } from "../parts/go.tsx"
import { Foreign, Moment, moment, number, size } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { partName, StateBadge } from "../parts/state.tsx"
import { Rows } from "../parts/table.tsx"
import { useSystemWords } from "../words/system.ts"

type About = Answer<"GET /api/system">
const DAY = 86_400_000
/** Days before a certificate's end from which somebody should act. */
const SOON = 30

export function HealthPage() {
  const { t } = useTranslation()
  const health = useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => ask("GET /api/health", {}, { background: true, signal }),
    refetchInterval: 10_000,
  })
  const about = useQuery({
    queryKey: ["system"],
    queryFn: ({ signal }) => ask("GET /api/system", {}, { background: true, signal }),
    refetchInterval: 60_000,
  })
  return (
    <Page
      title={t("health.title")}
      tools={
        health.dataUpdatedAt > 0 && (
          <Text size="sm" c="dimmed">
            {t("common.updated", { at: moment(health.dataUpdatedAt) })}
          </Text>
        )
      }
    >
      <Asked of={health}>{(answer) => <Parts health={answer} />}</Asked>
      <Asked of={about}>{(answer) => <Whole about={answer} />}</Asked>
    </Page>
  )
}

function Parts({ health: { status, parts } }: { readonly health: Answer<"GET /api/health"> }) {
  const { t } = useTranslation()
  const { t: s } = useSystemWords()
  return (
    <Section title={s("parts")}>
      <Group mb="xs">
        <StateBadge state={status} />
      </Group>
      <Rows
        rows={Object.entries(parts)}
        keyOf={([name]) => name}
        columns={[
          { name: s("parts"), cell: ([name]) => partName(t, name) },
          { name: s("state"), cell: ([, { state }]) => <StateBadge state={state} /> },
          { name: s("said"), cell: ([, { why }]) => <Foreign>{why}</Foreign> },
        ]}
      />
    </Section>
  )
}

function Section({ title, children }: { readonly title: string; readonly children: ReactNode }) {
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {title}
      </Title>
      {children}
    </Card>
  )
}

function Whole({ about }: { readonly about: About }) {
  const { t } = useSystemWords()
  return (
    <Stack>
      <SimpleGrid cols={{ base: 1, md: 2 }}>
        <Section title={t("versions")}>
          <Facts about={about} />
        </Section>
        <Section title={t("certificates")}>
          <Certificates rows={about.certificates} />
        </Section>
      </SimpleGrid>
      <Section title={t("services")}>
        <Rows
          rows={about.services}
          keyOf={({ name, said }) => `${name} ${said}`}
          columns={[
            { name: t("service"), cell: ({ name }) => name },
            { name: t("state"), cell: ({ is }) => <Badge color={SERVICE[is]}>{t(`is.${is}`)}</Badge> },
            { name: t("said"), cell: ({ said }) => <Foreign>{said}</Foreign> },
          ]}
        />
      </Section>
      <Settings rows={about.settings} />
    </Stack>
  )
}

const SERVICE = { ok: "green", down: "red", absent: "gray" } as const

function Facts({
  about: { versions, startedAt, memory, disk, signatures, queue, accounts },
}: {
  readonly about: About
}) {
  const { t } = useSystemWords()
  const { t: c } = useTranslation()
  const age = signatures === null ? 0 : Math.floor((Date.now() - signatures) / DAY)
  const rows: readonly (readonly [string, ReactNode])[] = [
    [t("congthu"), versions.congthu],
    [t("node"), versions.node],
    [t("policy"), <Foreign key="policy">{versions.policy}</Foreign>],
    [t("started"), <Moment key="started" at={startedAt} />],
    [t("memory"), size(memory)],
    [t("disk"), t("free", { free: size(disk.free), total: size(disk.total) })],
    [t("signatures"), signatures === null ? t("unknown") : t("signaturesAt", { at: moment(signatures), count: age })],
    [c("overview.queued"), <Number key="queued" to="/queue" value={queue.queued} name={c("overview.queued")} />],
    [c("overview.held"), <Number key="held" to="/held" value={queue.held} name={c("overview.held")} />],
    [t("overdue"), number(queue.overdue)],
    [t("accounts"), <Number key="accounts" to="/people" value={accounts} name={t("accounts")} />],
  ]
  return (
    <dl className="facts">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  )
}

interface NumberProps {
  readonly to: "/queue" | "/held" | "/people"
  readonly value: number
  readonly name: string
}

function Number({ to, value, name }: NumberProps) {
  return (
    <Go to={to} size="sm" aria-label={`${name}: ${number(value)}`}>
      {number(value)}
    </Go>
  )
}

function Certificates({ rows }: { readonly rows: About["certificates"] }) {
  const { t } = useSystemWords()
  if (rows.length === 0) return <Text size="sm">{t("noCertificate")}</Text>
  return (
    <Rows
      rows={rows}
      keyOf={({ file }) => file}
      columns={[
        { name: t("subject"), cell: ({ subject, file }) => <Foreign>{subject ?? file}</Foreign> },
        {
          name: t("until"),
          cell: ({ until, why }) => (until === null ? <Alert color="red">{why}</Alert> : <End until={until} />),
        },
      ]}
    />
  )
}

function End({ until }: { readonly until: number }) {
  const { t } = useSystemWords()
  const days = Math.floor((until - Date.now()) / DAY)
  const colour = days < 0 ? "red" : days < SOON ? "yellow" : "green"
  return (
    <Group gap="xs">
      <Moment at={until} />
      <Badge color={colour}>{days < 0 ? t("expired", { count: -days }) : t("days", { count: days })}</Badge>
    </Group>
  )
}

function Settings({ rows }: { readonly rows: About["settings"] }) {
  const { t } = useSystemWords()
  const { t: c } = useTranslation()
  const [wanted, setWanted] = useState("")
  const found = rows.filter(({ path, value }) => `${path} ${value}`.toLowerCase().includes(wanted.toLowerCase()))
  return (
    <Accordion variant="contained">
      <Accordion.Item value="settings">
        <Accordion.Control>{t("settings")}</Accordion.Control>
        <Accordion.Panel>
          <TextInput
            label={c("common.search")}
            value={wanted}
            onChange={(changed) => setWanted(changed.currentTarget.value)}
            mb="xs"
          />
          <Rows
            rows={found}
            keyOf={({ path }) => path}
            columns={[
              { name: t("setting"), mono: true, cell: ({ path }) => path },
              { name: t("value"), cell: ({ value }) => <Foreign>{value}</Foreign> },
            ]}
          />
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}
