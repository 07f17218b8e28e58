/** Versions of the policy: those that wait for a second person first, then what was in force when, and the way back. */
import { Badge, Button, Card, Group, Modal, Stack, Text, Title } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useSession } from "../api/session.tsx"
import { Confirm } from "../parts/confirm.tsx"
import { Foreign, Moment } from "../parts/moment.tsx"
import { Asked } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { tellDone } from "../parts/tell.tsx"
import { Changes } from "./review.tsx"
import { KEY, useMayChange, useMayChangeAll } from "./use-policy.ts"

type Version = Answer<"GET /api/policy/versions">["versions"][number]

export function useVersions() {
  return useInfiniteQuery({
    queryKey: [...KEY, "versions"],
    queryFn: ({ pageParam, signal }) =>
      ask("GET /api/policy/versions", { query: pageParam === null ? {} : { before: pageParam } }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  })
}

const COLOUR = { waiting: "orange", published: "blue", withdrawn: "gray", current: "green" } as const

export function History() {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const asked = useVersions()
  const [shown, setShown] = useState<Version | null>(null)
  return (
    <Asked of={asked}>
      {({ pages }) => {
        const head = pages[0]?.head ?? null
        const rows = pages.flatMap(({ versions }) => versions)
        return (
          <Stack>
            {rows
              .filter(({ state }) => state === "waiting")
              .map((one) => (
                <Waiting key={one.number} one={one} />
              ))}
            <VersionRows rows={rows} head={head} show={setShown} />
            {asked.hasNextPage && (
              <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                {w("common.more")}
              </Button>
            )}
            <Modal
              opened={shown !== null}
              onClose={() => setShown(null)}
              size="lg"
              title={`${t("history.version")} ${shown?.name ?? ""}`}
              closeButtonProps={{ "aria-label": w("common.close") }}
            >
              {shown !== null && <Changes changes={shown.changes} />}
            </Modal>
          </Stack>
        )
      }}
    </Asked>
  )
}

interface VersionRowsProps {
  readonly rows: readonly Version[]
  readonly head: number | null
  readonly show: (version: Version) => void
}

function VersionRows({ rows, head, show }: VersionRowsProps) {
  const { t } = useTranslation("policy")
  const mayTurnBack = useMayChangeAll()
  return (
    <Rows
      rows={rows}
      keyOf={(row) => row.number}
      nothing={t("history.none")}
      columns={[
        {
          name: t("history.version"),
          cell: (row) => {
            const state = row.number === head ? "current" : row.state
            return (
              <>
                <Text size="sm" className="mono">
                  {row.name}
                </Text>
                <Badge color={COLOUR[state]}>{t(`history.state.${state}`)}</Badge>
              </>
            )
          },
        },
        { name: t("history.at"), cell: (row) => <Moment at={row.publishedAt ?? row.draftedAt} /> },
        {
          name: t("history.by"),
          cell: ({ author, approver }) => (
            <Text size="sm">
              <Foreign>{approver === null || approver === author ? author : `${author}, ${approver}`}</Foreign>
            </Text>
          ),
        },
        {
          name: t("history.reason"),
          cell: ({ reason, kind, changes }) => (
            <Text size="sm">
              {t(`history.kind.${kind}`)}: <Foreign>{reason}</Foreign> (
              {t("history.changes", { count: changes.length })})
            </Text>
          ),
        },
        {
          name: "",
          cell: (row) => (
            <Group gap={4} wrap="nowrap">
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`${t("history.show")}: ${row.name}`}
                onClick={() => show(row)}
              >
                {t("history.show")}
              </Button>
              {mayTurnBack && row.state === "published" && row.number !== head && <Rollback number={row.number} />}
            </Group>
          ),
        },
      ]}
    />
  )
}

function useTurned() {
  const client = useQueryClient()
  return async (words: string): Promise<void> => {
    tellDone(words)
    await Promise.all([KEY, ["units"], ["overview"]].map((queryKey) => client.invalidateQueries({ queryKey })))
  }
}

function Rollback({ number }: { readonly number: number }) {
  const { t } = useTranslation("policy")
  const turned = useTurned()
  const back = useMutation({
    mutationFn: (reason: string) =>
      ask("POST /api/policy/versions/:number/rollback", { params: { number }, body: { reason } }),
    onSuccess: ({ is, number: made }) => turned(t(`review.${is}`, { number: made ?? 0 })),
  })
  return (
    <Confirm
      label={t("history.rollback")}
      question={t("history.rollbackQuestion", { number })}
      reason={3}
      onConfirm={(reason) => back.mutateAsync(reason)}
    />
  )
}

/** A version that waits, with all that it changes: whoever approves has it before his eyes. */
export function Waiting({ one }: { readonly one: Version }) {
  const { t } = useTranslation("policy")
  const { account } = useSession()
  const mayChange = useMayChange()
  const turned = useTurned()
  const { number } = one
  const approve = useMutation({
    mutationFn: () => ask("POST /api/policy/versions/:number/approve", { params: { number } }),
    onSuccess: () => turned(t("history.approved", { number })),
  })
  const withdraw = useMutation({
    mutationFn: () => ask("POST /api/policy/versions/:number/withdraw", { params: { number } }),
    onSuccess: () => turned(t("history.withdrawn", { number })),
  })
  return (
    <Card withBorder component="article" aria-label={`${t("history.waits")}: ${one.name}`}>
      <Group justify="space-between">
        <Title order={2} size="h5">
          {t("history.waits")}: <span className="mono">{one.name}</span>
        </Title>
        <Text size="sm">
          <Foreign>{one.author}</Foreign> · <Moment at={one.draftedAt} />
        </Text>
      </Group>
      <Text size="sm" my="xs">
        {t("history.reason")}: <Foreign>{one.reason}</Foreign>
      </Text>
      <Changes changes={one.changes} />
      {mayChange && (
        <Group mt="sm" gap="xs">
          {one.author === account.name ? (
            <Text size="sm">{t("history.mine")}</Text>
          ) : (
            <Confirm
              label={t("history.approve")}
              question={t("history.approveQuestion", { number })}
              color="teal.9"
              onConfirm={() => approve.mutateAsync()}
            />
          )}
          <Confirm
            label={t("history.withdraw")}
            question={t("history.withdrawQuestion", { number })}
            color="red.9"
            onConfirm={() => withdraw.mutateAsync()}
          />
        </Group>
      )}
    </Card>
  )
}
