/** Mail on its way: by destination, and each copy with the operator's hands on it. */
import { Button, Card, Group, Stack, Text, TextInput, Title } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Confirm } from "../parts/confirm.tsx"
import { Foreign, Moment, number, size } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { tellDone } from "../parts/tell.tsx"

export function QueuePage() {
  const { t } = useTranslation()
  const [domain, setDomain] = useState<string | null>(null)
  const destinations = useQuery({
    queryKey: ["queue", "destinations"],
    queryFn: ({ signal }) => ask("GET /api/queue/destinations", {}, { background: true, signal }),
    refetchInterval: 15_000,
  })
  return (
    <Page title={t("queue.title")}>
      <Card withBorder component="section">
        <Title order={2} size="h5" mb="xs">
          {t("queue.destinations")}
        </Title>
        <Asked of={destinations}>
          {(rows) => (
            <Rows
              rows={rows}
              keyOf={(row) => row.domain}
              nothing={t("queue.empty")}
              columns={[
                { name: t("queue.domain"), cell: (row) => <Foreign>{row.domain}</Foreign> },
                { name: t("queue.copies"), cell: ({ copies }) => number(copies) },
                { name: t("queue.oldest"), cell: ({ oldest }) => <Moment at={oldest} /> },
                { name: t("message.next"), cell: ({ next }) => <Moment at={next} /> },
                { name: t("message.lastReply"), cell: ({ lastReply }) => <Foreign>{lastReply}</Foreign> },
                {
                  name: "",
                  cell: (row) => (
                    <Button size="compact-sm" variant="default" onClick={() => setDomain(row.domain)}>
                      {t("queue.show")}
                    </Button>
                  ),
                },
              ]}
            />
          )}
        </Asked>
      </Card>
      <Copies domain={domain} all={() => setDomain(null)} />
    </Page>
  )
}

function Copies({ domain, all }: { readonly domain: string | null; readonly all: () => void }) {
  const { t } = useTranslation()
  const operates = useDoor().may(["operator"], "root")
  const asked = useInfiniteQuery({
    queryKey: ["queue", "copies", domain],
    queryFn: ({ pageParam, signal }) =>
      ask("GET /api/queue", { query: { after: pageParam, ...(domain === null ? {} : { domain }) } }, { signal }),
    initialPageParam: 0,
    getNextPageParam: (last) => last.next,
  })
  return (
    <Card withBorder component="section">
      <Group justify="space-between" mb="xs">
        <Title order={2} size="h5">
          {domain === null ? t("queue.all") : t("queue.to", { domain })}
        </Title>
        {domain !== null && (
          <Group gap="xs">
            {operates && <Hands meant={{ domain }} />}
            <Button size="compact-sm" variant="default" onClick={all}>
              {t("queue.all")}
            </Button>
          </Group>
        )}
      </Group>
      <Asked of={asked}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows)
          return (
            <Stack>
              <CopyRows rows={rows} />
              {asked.hasNextPage && (
                <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {t("common.more")}
                </Button>
              )}
            </Stack>
          )
        }}
      </Asked>
    </Card>
  )
}

type Row = Answer<"GET /api/queue">["rows"][number]

function CopyRows({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useTranslation()
  const operates = useDoor().may(["operator"], "root")
  return (
    <Rows
      rows={rows}
      keyOf={({ copy }) => copy}
      nothing={t("queue.empty")}
      columns={[
        {
          name: t("messages.code"),
          mono: true,
          cell: (row) => (
            <>
              <Link to={`/messages/${row.transaction}`}>{row.transaction}</Link>
              <Text size="xs" c="dimmed">
                {size(row.size)}
              </Text>
            </>
          ),
        },
        {
          name: t("messages.people"),
          cell: (row) => (
            <>
              <Text size="sm">
                <Foreign>{row.from}</Foreign> → <Foreign>{row.recipient}</Foreign>
              </Text>
              <Text size="sm" c="dimmed">
                <Foreign>{row.subject}</Foreign>
              </Text>
            </>
          ),
        },
        {
          name: t("message.attempts"),
          cell: ({ attempts, lastReply }) => (
            <>
              {attempts}
              {lastReply !== null && (
                <Text size="xs">
                  <Foreign>{lastReply}</Foreign>
                </Text>
              )}
            </>
          ),
        },
        {
          name: t("message.next"),
          cell: ({ setAside, dueAt }) =>
            setAside ? t("event.set-aside") : dueAt === null ? "–" : <Moment at={dueAt} />,
        },
        { name: "", cell: (row) => operates && <Hands meant={{ row }} /> },
      ]}
    />
  )
}

type Body = Parameters<typeof ask<"POST /api/queue/:code/act">>[1]["body"]
/** One copy, or everything for a destination. */
type Meant = { readonly row: Row } | { readonly domain: string }
type Done =
  | { readonly action: "retry" | "hold" | "remove"; readonly reason: string }
  | { readonly action: "reroute"; readonly reason: string; readonly to: string | null }

async function send(meant: Meant, done: Done): Promise<{ readonly changed: number; readonly more?: boolean }> {
  if ("domain" in meant) return ask("POST /api/queue/act", { body: { ...done, domain: meant.domain } })
  const { transaction: code, recipient } = meant.row
  const body: Body = { ...done, recipient }
  return ask("POST /api/queue/:code/act", { params: { code }, body })
}

function Hands({ meant }: { readonly meant: Meant }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [to, setTo] = useState("")
  const act = useMutation({
    mutationFn: (done: Done) => send(meant, done),
    onSuccess: async ({ changed, more }) => {
      tellDone(t(more === true ? "queue.doneMore" : "queue.done", { count: changed }))
      await client.invalidateQueries({ queryKey: ["queue"] })
    },
  })
  const recipient = "domain" in meant ? meant.domain : meant.row.recipient
  const simple = (action: "retry" | "hold" | "remove", color: string) => (
    <Confirm
      label={t(`queue.${action}`)}
      question={t(`queue.${action}Question`, { recipient })}
      color={color}
      reason={3}
      onConfirm={(reason) => act.mutateAsync({ action, reason })}
    />
  )
  return (
    <Group gap={4} justify="flex-end">
      {simple("retry", "blue")}
      {simple("hold", "orange")}
      <Confirm
        label={t("queue.reroute")}
        question={t("queue.rerouteQuestion", { recipient })}
        reason={3}
        extra={
          <TextInput
            label={t("queue.rerouteTo")}
            placeholder="smtp://10.0.0.6:25"
            value={to}
            onChange={(changed) => setTo(changed.currentTarget.value)}
          />
        }
        onConfirm={(reason) => act.mutateAsync({ action: "reroute", reason, to: to === "" ? null : to })}
      />
      {simple("remove", "red")}
    </Group>
  )
}
