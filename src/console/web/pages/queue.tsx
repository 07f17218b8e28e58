/** Mail on its way: by destination, and each copy with the operator's hands on it. */
import { Button, Card, Group, Stack, Table, Text, TextInput, Title } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Confirm } from "../parts/confirm.tsx"
import { Foreign, Moment, number, size } from "../parts/moment.tsx"
import { Asked, Nothing, Page } from "../parts/page.tsx"
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
          {(rows) =>
            rows.length === 0 ? (
              <Nothing>{t("queue.empty")}</Nothing>
            ) : (
              <div className="scroll">
                <Table>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("queue.domain")}</Table.Th>
                      <Table.Th>{t("queue.copies")}</Table.Th>
                      <Table.Th>{t("queue.oldest")}</Table.Th>
                      <Table.Th>{t("message.lastReply")}</Table.Th>
                      <Table.Th />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <Table.Tr key={row.domain}>
                        <Table.Td>
                          <Foreign>{row.domain}</Foreign>
                        </Table.Td>
                        <Table.Td>{number(row.copies)}</Table.Td>
                        <Table.Td>
                          <Moment at={row.oldest} />
                        </Table.Td>
                        <Table.Td>
                          <Foreign>{row.lastReply}</Foreign>
                        </Table.Td>
                        <Table.Td>
                          <Button size="compact-sm" variant="default" onClick={() => setDomain(row.domain)}>
                            {t("queue.show")}
                          </Button>
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
            )
          }
        </Asked>
      </Card>
      <Copies domain={domain} all={() => setDomain(null)} />
    </Page>
  )
}

function Copies({ domain, all }: { readonly domain: string | null; readonly all: () => void }) {
  const { t } = useTranslation()
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
          <Button size="compact-sm" variant="default" onClick={all}>
            {t("queue.all")}
          </Button>
        )}
      </Group>
      <Asked of={asked}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows)
          if (rows.length === 0) return <Nothing>{t("queue.empty")}</Nothing>
          return (
            <Stack>
              <div className="scroll">
                <Table verticalSpacing="xs">
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("messages.code")}</Table.Th>
                      <Table.Th>{t("messages.people")}</Table.Th>
                      <Table.Th>{t("message.attempts")}</Table.Th>
                      <Table.Th>{t("message.next")}</Table.Th>
                      <Table.Th />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {rows.map((row) => (
                      <CopyRow key={row.copy} row={row} />
                    ))}
                  </Table.Tbody>
                </Table>
              </div>
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

function CopyRow({ row }: { readonly row: Row }) {
  const { t } = useTranslation()
  const operates = useDoor().may(["operator"], "root")
  return (
    <Table.Tr>
      <Table.Td className="mono">
        <Link to={`/messages/${row.transaction}`}>{row.transaction}</Link>
        <Text size="xs" c="dimmed">
          {size(row.size)}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">
          <Foreign>{row.from}</Foreign> → <Foreign>{row.recipient}</Foreign>
        </Text>
        <Text size="sm" c="dimmed">
          <Foreign>{row.subject}</Foreign>
        </Text>
      </Table.Td>
      <Table.Td>
        {row.attempts}
        {row.lastReply !== null && (
          <Text size="xs">
            <Foreign>{row.lastReply}</Foreign>
          </Text>
        )}
      </Table.Td>
      <Table.Td>{row.setAside ? t("event.set-aside") : row.dueAt === null ? "–" : <Moment at={row.dueAt} />}</Table.Td>
      <Table.Td>{operates && <Hands row={row} />}</Table.Td>
    </Table.Tr>
  )
}

type Body = Parameters<typeof ask<"POST /api/queue/:code/act">>[1]["body"]

function Hands({ row }: { readonly row: Row }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [to, setTo] = useState("")
  const act = useMutation({
    mutationFn: (body: Body) => ask("POST /api/queue/:code/act", { params: { code: row.transaction }, body }),
    onSuccess: async () => {
      tellDone(t("common.done"))
      await client.invalidateQueries({ queryKey: ["queue"] })
    },
  })
  const { recipient } = row
  const simple = (action: "retry" | "hold" | "remove", color: string) => (
    <Confirm
      label={t(`queue.${action}`)}
      question={t(`queue.${action}Question`, { recipient })}
      color={color}
      reason={3}
      onConfirm={(reason) => act.mutateAsync({ action, recipient, reason })}
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
        onConfirm={(reason) => act.mutateAsync({ action: "reroute", recipient, reason, to: to === "" ? null : to })}
      />
      {simple("remove", "red")}
    </Group>
  )
}
