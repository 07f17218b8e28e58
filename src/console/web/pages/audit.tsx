/** The audit trail: who did what and when, within which unit; and whether it is whole, with the anchors that were kept elsewhere. */
import { Alert, Button, Card, Group, List, Select, Stack, Text, Textarea, TextInput, Title } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQuery } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Detail } from "../parts/detail.tsx"
import { Go } from "../parts/go.tsx"
import { By } from "../parts/by.tsx"
import { Foreign, Moment, momentsOf, number } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { SearchForm } from "../parts/search-form.tsx"
import { Rows } from "../parts/table.tsx"
import { kindWord, useSystemWords } from "../words/system.ts"
import { systemVi } from "../words/system-vi.ts"
import { vi } from "../words/vi.ts"

type Row = Answer<"GET /api/audit">["rows"][number]
type Kind = Row["kind"]

/** As it stands in the address of the page. */
interface AuditSearch {
  readonly by?: string
  readonly kind?: string
  readonly code?: string
  readonly unit?: string
  readonly from?: string
  readonly to?: string
}
const NAMES = ["by", "kind", "code", "unit", "from", "to"] as const
const KINDS: readonly string[] = [...Object.keys(vi.event), ...Object.keys(systemVi.audit.kinds)].filter(
  (kind, at, all) => kind !== "queued" && all.indexOf(kind) === at,
)

function readAudit(given: Readonly<Record<string, unknown>>): AuditSearch {
  const text = (name: string): Record<string, string> => {
    const value = given[name]
    return typeof value === "string" || typeof value === "number" ? { [name]: String(value) } : {}
  }
  return { ...Object.assign({}, ...NAMES.map(text)) }
}

function isKind(text: string | undefined): text is Kind {
  return text !== undefined && KINDS.includes(text)
}

export function AuditPage() {
  const { t } = useSystemWords()
  const { t: c } = useTranslation()
  const search = readAudit(useSearch({ strict: false }))
  const whole = useDoor().may(["auditor", "security", "operator"], "root")
  const { by, kind, code, unit, from, to } = search
  const span = momentsOf({ from: from ?? "2000-01-01", to: to ?? "2100-01-01" })
  const query = {
    ...(by === undefined ? {} : { by }),
    ...(isKind(kind) ? { kind } : {}),
    ...(code === undefined ? {} : { transaction: code.toUpperCase() }),
    ...(unit === undefined ? {} : { unit }),
    ...(from === undefined || span === null ? {} : { since: span.since }),
    ...(to === undefined || span === null ? {} : { until: span.until }),
  }
  const asked = useInfiniteQuery({
    queryKey: ["audit", search],
    queryFn: ({ pageParam, signal }) =>
      ask("GET /api/audit", { query: { ...query, ...(pageParam === null ? {} : { before: pageParam }) } }, { signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
  })
  return (
    <Page title={t("audit.title")}>
      <AuditForm key={JSON.stringify(search)} search={search} />
      {whole && <Verify />}
      <Asked of={asked}>
        {({ pages }) => (
          <Stack>
            <Trail rows={pages.flatMap(({ rows }) => rows)} />
            {asked.hasNextPage && (
              <Button variant="default" loading={asked.isFetchingNextPage} onClick={() => void asked.fetchNextPage()}>
                {c("common.more")}
              </Button>
            )}
          </Stack>
        )}
      </Asked>
    </Page>
  )
}

function Trail({ rows }: { readonly rows: readonly Row[] }) {
  const { t } = useSystemWords()
  return (
    <Rows
      rows={rows}
      keyOf={({ seq }) => seq}
      nothing={t("audit.nothing")}
      label={t("audit.title")}
      columns={[
        { name: "#", right: true, cell: ({ seq }) => number(seq) },
        { name: t("audit.at"), short: true, cell: ({ at }) => <Moment at={at} /> },
        { name: t("audit.by"), short: true, cell: ({ by }) => <By name={by} /> },
        { name: t("audit.kind"), short: true, cell: ({ kind }) => kindWord(kind) },
        {
          name: t("audit.code"),
          mono: true,
          short: true,
          cell: ({ transaction }) =>
            transaction === null ? (
              "–"
            ) : (
              <Go to={`/messages/${transaction}`} size="sm">
                {transaction}
              </Go>
            ),
        },
        { name: t("audit.detail"), cell: ({ detail }) => <Detail detail={detail} /> },
      ]}
    />
  )
}

function AuditForm({ search }: { readonly search: AuditSearch }) {
  const { t } = useSystemWords()
  const navigate = useNavigate()
  const [form, setForm] = useState<AuditSearch>(search)
  const set = (more: AuditSearch): void => setForm((before) => ({ ...before, ...more }))
  const go = (next: AuditSearch): void => {
    const filled = Object.fromEntries(Object.entries(next).filter(([, value]) => value !== ""))
    void navigate({ to: "/audit", search: filled })
  }
  return (
    <SearchForm form={form} columns={3} set={set} submit={() => go(form)} clear={() => go({})}>
      <TextInput
        label={t("audit.by")}
        value={form.by ?? ""}
        onChange={(changed) => set({ by: changed.currentTarget.value })}
      />
      <Select
        label={t("audit.kind")}
        clearable
        searchable
        data={KINDS.map((value) => ({ value, label: kindWord(value) }))}
        value={form.kind ?? null}
        onChange={(value) => set({ kind: value ?? "" })}
      />
      <TextInput
        label={t("audit.code")}
        value={form.code ?? ""}
        onChange={(changed) => set({ code: changed.currentTarget.value })}
      />
    </SearchForm>
  )
}

function Verify() {
  const { t } = useSystemWords()
  const [anchors, setAnchors] = useState("")
  const [wanted, setWanted] = useState(false)
  const verify = useMutation({ mutationFn: () => ask("POST /api/audit/verify", { body: { anchors } }) })
  const anchor = useQuery({
    queryKey: ["audit", "anchor"],
    queryFn: () => ask("GET /api/audit/anchor", {}),
    enabled: wanted,
    staleTime: 0,
  })
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="xs">
        {t("audit.verify")}
      </Title>
      <Stack gap="sm">
        <Text size="sm">{t("audit.verifyHint")}</Text>
        <Textarea
          label={t("audit.anchors")}
          autosize
          minRows={2}
          maxRows={8}
          className="mono"
          value={anchors}
          onChange={(changed) => setAnchors(changed.currentTarget.value)}
        />
        <Group>
          <Button onClick={() => verify.mutate()} loading={verify.isPending}>
            {t("audit.run")}
          </Button>
          <Button variant="default" onClick={() => setWanted(true)} loading={anchor.isFetching}>
            {t("audit.anchor")}
          </Button>
        </Group>
        {anchor.data !== undefined && <pre className="mono scroll">{anchor.data.anchor}</pre>}
        {verify.data !== undefined && <Verdict verdict={verify.data} />}
      </Stack>
    </Card>
  )
}

function Verdict({ verdict }: { readonly verdict: Answer<"POST /api/audit/verify"> }) {
  const { t } = useSystemWords()
  const { whole, records, before, buried, anchors, flaws } = verdict
  const counts = { before: number(before), buried: number(buried), anchors: number(anchors) }
  return (
    <Alert
      color={whole ? "gray" : "red"}
      role={whole ? "status" : "alert"}
      title={whole ? t("audit.whole", { records: number(records) }) : t("audit.broken")}
    >
      <Text size="sm">{t("audit.told", counts)}</Text>
      {flaws.length > 0 && (
        <List size="sm">
          {flaws.map((flaw) => (
            <List.Item key={flaw}>
              <Foreign>{flaw}</Foreign>
            </List.Item>
          ))}
        </List>
      )}
    </Alert>
  )
}
