/** Past mail judged again: how far it is, and what would be different. */
import { Button, Card, Group, NumberInput, Progress, SimpleGrid, Stack, Text, Title } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useUnitName } from "../api/units.ts"
import { Go } from "../parts/go.tsx"
import { Foreign, Moment, number } from "../parts/moment.tsx"
import { Nothing } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { wordFor } from "../words/words.ts"
import { KEY, type Which } from "./use-policy.ts"

type Job = Answer<"GET /api/policy/replay/:id">
export type Replayed = NonNullable<Job["result"]>

interface ReplayProps {
  readonly of: Which
  /** A text that is nowhere kept, instead. */
  readonly document?: string
  readonly label?: (days: number) => string
  readonly children: (result: Replayed) => ReactNode
}

export function Replay({ of, document, label, children }: ReplayProps) {
  const { t } = useTranslation("policy")
  const [days, setDays] = useState(7)
  const [id, setId] = useState<string | null>(null)
  const start = useMutation({
    mutationFn: () =>
      ask("POST /api/policy/replay", { body: { of, days, ...(document === undefined ? {} : { document }) } }),
    onSuccess: (made) => setId(made.id),
  })
  const job = useQuery({
    queryKey: [...KEY, "replay", id],
    queryFn: ({ signal }) =>
      ask("GET /api/policy/replay/:id", { params: { id: id ?? "" } }, { background: true, signal }),
    enabled: id !== null,
    refetchInterval: ({ state }) => (state.data?.state === "running" || state.data === undefined ? 500 : false),
  })
  const runs = job.data?.state === "running"
  return (
    <Stack>
      <Group align="flex-end">
        <NumberInput
          label={t("replay.days")}
          min={1}
          max={400}
          w={110}
          value={days}
          onChange={(typed) => setDays(Number(typed))}
        />
        <Button loading={start.isPending} disabled={runs} onClick={() => start.mutate()}>
          {label === undefined ? t("replay.run") : label(days)}
        </Button>
        {runs && id !== null && (
          <Button variant="default" onClick={() => void ask("DELETE /api/policy/replay/:id", { params: { id } })}>
            {t("replay.stop")}
          </Button>
        )}
      </Group>
      {runs && (
        <div role="status">
          <Text size="sm">{t("replay.running", { percent: Math.round((job.data?.progress ?? 0) * 100) })}</Text>
          <Progress value={(job.data?.progress ?? 0) * 100} aria-label={t("tab.replay")} />
        </div>
      )}
      {job.data?.state === "failed" && <Text>{t("replay.failed")}</Text>}
      {job.data?.result !== null && job.data?.result !== undefined && children(job.data.result)}
    </Stack>
  )
}

export function Result({ result }: { readonly result: Replayed }) {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const unitName = useUnitName()
  const tallies = (label: string, rows: Replayed["byRule"], name: (key: string) => string) => (
    <Card withBorder component="section">
      <Title order={3} size="h6">
        {label}
      </Title>
      <Rows
        rows={rows}
        keyOf={({ key }) => key}
        columns={[
          { name: label, cell: ({ key }) => name(key) },
          { name: t("replay.stricter"), right: true, cell: ({ stricter }) => number(stricter) },
          { name: t("replay.milder"), right: true, cell: ({ milder }) => number(milder) },
        ]}
      />
    </Card>
  )
  return (
    <Stack role="region" aria-label={t("tab.replay")}>
      <SimpleGrid cols={{ base: 2, sm: 4 }}>
        {(["judged", "same", "changed", "lost"] as const).map((name) => (
          <Card key={name} withBorder>
            <Text size="sm">{t(`replay.${name}`)}</Text>
            <Text size="xl" fw={700}>
              {number(result[name])}
            </Text>
          </Card>
        ))}
      </SimpleGrid>
      {result.changed === 0 ? (
        <Nothing>{t("replay.none")}</Nothing>
      ) : (
        <>
          <SimpleGrid cols={{ base: 1, md: 2 }}>
            {tallies(t("replay.byRule"), result.byRule, (key) => (key === "–" ? t("replay.noRule") : key))}
            {tallies(t("replay.byUnit"), result.byUnit, (key) => (key === "–" ? "–" : unitName(key)))}
          </SimpleGrid>
          <Title order={3} size="h6">
            {t("replay.examples")}
          </Title>
          <Rows
            rows={result.turned.slice(0, 100)}
            keyOf={({ transaction, to }) => `${transaction} ${to}`}
            columns={[
              { name: w("messages.at"), cell: ({ at }) => <Moment at={at} /> },
              {
                name: w("messages.code"),
                mono: true,
                cell: ({ transaction }) => (
                  <Go to={`/messages/${transaction}`} size="sm">
                    {transaction}
                  </Go>
                ),
              },
              {
                name: w("messages.people"),
                cell: ({ from, to }) => (
                  <Text size="sm">
                    <Foreign>{from ?? w("messages.nullSender")}</Foreign> → <Foreign>{to}</Foreign>
                  </Text>
                ),
              },
              {
                name: t("replay.turn"),
                cell: ({ was, is }) => `${wordFor("disposition", was)} → ${wordFor("disposition", is)}`,
              },
              { name: w("messages.rule"), cell: ({ rules }) => rules.join(", ") },
            ]}
          />
        </>
      )}
    </Stack>
  )
}
