/** The register of exceptions: asked for, granted by somebody else, used, ended; what ends soon is marked. */
import { Badge, Button, Card, Group, NativeSelect, Stack, Text } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { useUnitName } from "../api/units.ts"
import { Confirm } from "../parts/confirm.tsx"
import { Foreign, fullDay, moment } from "../parts/moment.tsx"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { tellDone } from "../parts/tell.tsx"
import { RequestForm } from "../office/exception-form.tsx"
import { addOfficeWords } from "../words/office.ts"
import { said } from "../words/words.ts"

type Exception = Answer<"GET /api/exceptions">["exceptions"][number]

const KEY = ["exceptions"]
const STATES = ["requested", "granted", "denied", "ended"] as const
type State = (typeof STATES)[number]
const COLOUR = { requested: "orange", granted: "green", denied: "red", ended: "gray" } as const
/** What ends within so many ms is told. */
const SOON = 14 * 86_400_000

addOfficeWords()

function stateOf(given: Readonly<Record<string, unknown>>): State | null {
  return STATES.find((one) => one === given["state"]) ?? null
}

export function ExceptionsPage() {
  const { t } = useTranslation("office")
  const { t: w } = useTranslation()
  const mayAsk = useDoor().may(["operator", "officer", "approver"])
  const search = useSearch({ strict: false })
  const navigate = useNavigate()
  const state = stateOf(search)
  const [asking, setAsking] = useState(false)
  const asked = useInfiniteQuery({
    queryKey: [...KEY, state],
    queryFn: ({ pageParam, signal }) =>
      ask(
        "GET /api/exceptions",
        { query: { ...(state === null ? {} : { state }), ...(pageParam === null ? {} : { after: pageParam }) } },
        { signal },
      ),
    initialPageParam: null as string | null,
    getNextPageParam: (last) => last.next,
  })
  return (
    <Page
      title={t("exceptions.title")}
      tools={mayAsk && <Button onClick={() => setAsking(true)}>{t("exceptions.ask")}</Button>}
    >
      <Text size="sm">{t("exceptions.hint")}</Text>
      <NativeSelect
        label={t("exceptions.shown")}
        w="fit-content"
        value={state ?? ""}
        data={[
          { value: "", label: t("exceptions.state.all") },
          ...STATES.map((value) => ({ value, label: t(`exceptions.state.${value}`) })),
        ]}
        onChange={({ currentTarget: { value } }) =>
          void navigate({ to: "/exceptions", search: value === "" ? {} : { state: value } })
        }
      />
      <Asked of={asked}>
        {({ pages }) => {
          const rows = pages.flatMap(({ exceptions }) => exceptions)
          if (rows.length === 0) return <Nothing>{t("exceptions.none")}</Nothing>
          return (
            <Stack>
              {rows.map((one) => (
                <ExceptionCard key={one.id} one={one} />
              ))}
              {asked.hasNextPage && (
                <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {w("common.more")}
                </Button>
              )}
            </Stack>
          )
        }}
      </Asked>
      {asking && <RequestForm close={() => setAsking(false)} />}
    </Page>
  )
}

function ExceptionCard({ one }: { readonly one: Exception }) {
  const { t } = useTranslation("office")
  const unitName = useUnitName()
  const title = one.title === null ? one.rule : said(one.title)
  const isSoon = one.state === "granted" && one.end - Date.now() < SOON
  return (
    <Card withBorder component="article" aria-label={`${title}: ${one.reason}`} padding="sm">
      <Group justify="space-between" align="flex-start">
        <Text fw={600}>{title}</Text>
        <Group gap="xs">
          {isSoon && <Badge color="orange">{t("exceptions.soon")}</Badge>}
          <Badge color={COLOUR[one.state]}>{t(`exceptions.state.${one.state}`)}</Badge>
        </Group>
      </Group>
      <Text size="sm">
        {t("exceptions.scope")}: <Foreign>{said(one.when)}</Foreign>
      </Text>
      <Text size="sm">
        <Foreign>{one.reason}</Foreign>
        {one.basis !== null && (
          <>
            {" · "}
            <Foreign>{one.basis}</Foreign>
          </>
        )}
      </Text>
      <Text size="sm">
        {unitName(one.unit)} · {t("exceptions.until", { start: fullDay(one.start), end: fullDay(one.end - 1) })}
        {" · "}
        {one.uses === 0 ? t("exceptions.unused") : t("exceptions.uses", { count: one.uses })}
        {one.lastUsedAt !== null && `, ${t("exceptions.lastUse", { at: moment(one.lastUsedAt) })}`}
      </Text>
      <Text size="xs" c="dimmed" className="foreign">
        {t("exceptions.asked", { name: one.requester, at: moment(one.requestedAt) })}
        {one.approver !== null &&
          one.grantedAt !== null &&
          ` · ${t("exceptions.approver", { name: one.approver, at: moment(one.grantedAt) })}`}
        {one.endedAt !== null &&
          ` · ${t("exceptions.endedBy", { name: one.endedBy ?? "–", at: moment(one.endedAt), why: one.endedWhy ?? "–" })}`}
      </Text>
      <Hands one={one} />
    </Card>
  )
}

function Hands({ one }: { readonly one: Exception }) {
  const { t } = useTranslation("office")
  const client = useQueryClient()
  const act = useMutation({
    mutationFn: (run: () => Promise<unknown>) => run(),
    onSuccess: async () => {
      tellDone(t("exceptions.done"))
      await client.invalidateQueries({ queryKey: KEY })
    },
  })
  const params = { id: one.id }
  if (!one.mayGrant && !one.mayEnd) return null
  return (
    <Group gap="xs" mt="xs">
      {one.mayGrant && (
        <>
          <Confirm
            label={t("exceptions.grant")}
            question={t("exceptions.grantQuestion")}
            color="teal.9"
            onConfirm={() => act.mutateAsync(() => ask("POST /api/exceptions/:id/grant", { params }))}
          />
          <Confirm
            label={t("exceptions.refuse")}
            question={t("exceptions.refuseQuestion")}
            color="red.9"
            reason={3}
            onConfirm={(reason) =>
              act.mutateAsync(() => ask("POST /api/exceptions/:id/refuse", { params, body: { reason } }))
            }
          />
        </>
      )}
      {one.mayEnd && (
        <>
          <Confirm
            label={t("exceptions.finish")}
            question={t("exceptions.finishQuestion")}
            color="red.9"
            reason={3}
            onConfirm={(reason) =>
              act.mutateAsync(() => ask("POST /api/exceptions/:id/end", { params, body: { reason } }))
            }
          />
          {one.mail !== null && (
            <Confirm
              label={t("exceptions.remind")}
              question={t("exceptions.remindQuestion", { mail: one.mail })}
              onConfirm={() => act.mutateAsync(() => ask("POST /api/exceptions/:id/remind", { params }))}
            />
          )}
        </>
      )}
    </Group>
  )
}
