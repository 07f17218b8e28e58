/** Looking for messages: by code, people, domain, words, outcome, rule, file and time; also those that were turned away. */
import { Anchor, Button, Select, Stack, Text, TextInput } from "@mantine/core"
import { useInfiniteQuery } from "@tanstack/react-query"
import { Link, useNavigate, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { dayEnd, dayStart, Foreign, Moment } from "../parts/moment.tsx"
import { Outcome } from "../parts/outcome.tsx"
import { DIRECTIONS, FIRST, FURTHER, type MessageSearch, readSearch, type TEXTS } from "../parts/message-search.ts"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { SearchForm } from "../parts/search-form.tsx"
import { Rows } from "../parts/table.tsx"
import { wordFor } from "../words/words.ts"

/** How a message can stand. */
const OUTCOMES = [
  "delivered",
  "queued",
  "held",
  "quarantined",
  "rejected",
  "refused",
  "deferred",
  "denied",
  "discarded",
  "expired",
  "bounced",
  "undeliverable",
  "set-aside",
] as const
function queryOf({ from, to, ...rest }: MessageSearch) {
  const [since, until] = [dayStart(from ?? ""), dayEnd(to ?? "")]
  return { ...rest, ...(Number.isNaN(since) ? {} : { since }), ...(Number.isNaN(until) ? {} : { until }) }
}

export function MessagesPage() {
  const { t } = useTranslation()
  const search = readSearch(useSearch({ strict: false }))
  const asked = useInfiniteQuery({
    queryKey: ["messages", search],
    queryFn: ({ pageParam, signal }) =>
      ask(
        "GET /api/messages",
        { query: { ...queryOf(search), ...(pageParam === null ? {} : { before: pageParam }) } },
        { signal },
      ),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  })
  return (
    <Page title={t("messages.title")}>
      <MessageForm key={JSON.stringify(search)} search={search} />
      <Asked of={asked}>
        {({ pages }) => {
          const rows = pages.flatMap((page) => page.rows)
          if (rows.length === 0) return <Nothing>{t(isEmpty(search) ? "messages.noneYet" : "messages.none")}</Nothing>
          return (
            <Stack>
              <MessageTable rows={rows} />
              {asked.hasNextPage && (
                <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                  {t("common.more")}
                </Button>
              )}
            </Stack>
          )
        }}
      </Asked>
    </Page>
  )
}

function isEmpty(search: MessageSearch): boolean {
  return Object.keys(search).length === 0
}

function MessageForm({ search }: { readonly search: MessageSearch }) {
  const { t } = useTranslation()
  const navigate = useNavigate()
  const [form, setForm] = useState<MessageSearch>(search)
  const go = (next: MessageSearch): void => {
    const filled = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== "" && value !== null))
    void navigate({ to: "/messages", search: filled })
  }
  const set = (more: Readonly<Record<string, string>>): void => setForm((before) => ({ ...before, ...more }))
  const submit = (): void => {
    go({ ...form, ...(form.code === undefined ? {} : { code: form.code.trim().toUpperCase() }) })
  }
  const text = (name: (typeof TEXTS)[number]) => (
    <TextInput
      key={name}
      label={t(`messages.${name}`)}
      value={form[name] ?? ""}
      onChange={(changed) => set({ [name]: changed.currentTarget.value })}
    />
  )
  return (
    <SearchForm
      form={form}
      columns={4}
      set={set}
      submit={submit}
      clear={() => go({})}
      further={
        <>
          {FURTHER.map(text)}
          <Select
            label={t("messages.outcome")}
            clearable
            data={OUTCOMES.map((value) => ({ value, label: wordFor("event", value) }))}
            value={form.outcome ?? null}
            onChange={(value) => set({ outcome: value ?? "" })}
          />
          <Select
            label={t("messages.direction")}
            clearable
            data={DIRECTIONS.map((value) => ({ value, label: t(`direction.${value}`) }))}
            value={form.direction ?? null}
            onChange={(value) => set({ direction: value ?? "" })}
          />
        </>
      }
      furtherOpen={[...FURTHER, "outcome", "direction"].some((name) => name in search)}
    >
      {FIRST.map(text)}
    </SearchForm>
  )
}

type Row = Answer<"GET /api/messages">["rows"][number]

/** Mail of our own has the name of its template instead of a subject. */
function Subject({ subject, sender }: Pick<Row, "subject" | "sender">) {
  const { t } = useTranslation()
  const name = sender === null ? /^notice: ([a-z-]+)$/.exec(subject ?? "")?.[1] : undefined
  if (name === undefined) return <Foreign>{subject}</Foreign>
  return t("messages.notice", { name })
}

export function MessageTable({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useTranslation()
  return (
    <Rows
      rows={rows}
      keyOf={({ row }) => row}
      columns={[
        { name: t("messages.at"), short: true, cell: ({ at }) => <Moment at={at} /> },
        {
          name: t("messages.code"),
          mono: true,
          short: true,
          cell: ({ transaction }) => (
            <Anchor component={Link} to={`/messages/${transaction}`} size="sm" underline="always">
              {transaction}
            </Anchor>
          ),
        },
        {
          name: t("messages.people"),
          cell: ({ sender, recipient }) => (
            <>
              <Text size="sm">
                <Foreign>{sender ?? t("messages.nullSender")}</Foreign>
              </Text>
              <Text size="sm">
                → <Foreign>{recipient}</Foreign>
              </Text>
            </>
          ),
        },
        { name: t("messages.subject"), cell: ({ subject, sender }) => <Subject subject={subject} sender={sender} /> },
        { name: t("messages.outcome"), cell: ({ outcome }) => <Outcome kind={outcome} /> },
      ]}
    />
  )
}
