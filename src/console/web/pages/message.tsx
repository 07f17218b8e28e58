/** One message's whole way: what became of each recipient and why, in sentences one can read out over the phone. */
import { Alert, Anchor, Card, Group, List, SimpleGrid, Stack, Text, Timeline, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useParams } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { By } from "../parts/by.tsx"
import { Detail, sentenceOf } from "../parts/detail.tsx"
import { Foreign, Moment, moment, size } from "../parts/moment.tsx"
import { Outcome } from "../parts/outcome.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { said, wordFor } from "../words/words.ts"

/** Its sender was given a code to ask with. */
const STOPPED: ReadonlySet<string> = new Set(["held", "quarantined", "rejected", "refused", "denied", "expired"])

type Whole = Answer<"GET /api/messages/:code">

export function MessagePage() {
  const { t } = useTranslation()
  const { code = "" } = useParams({ strict: false })
  const asked = useQuery({
    queryKey: ["message", code],
    queryFn: () => ask("GET /api/messages/:code", { params: { code } }),
  })
  return (
    <Page title={t("message.title", { code })}>
      <Asked of={asked}>
        {(whole) => (
          <Stack>
            <Summary whole={whole} />
            {whole.verdicts.map((verdict) => (
              <Why key={verdict.recipient} verdict={verdict} />
            ))}
            <Refusals events={whole.verdicts.length === 0 ? whole.events : []} />
            {whole.copies.length > 0 && <Copies copies={whole.copies} />}
            <Way events={whole.events} isToldAbove={whole.verdicts.length === 0} />
          </Stack>
        )}
      </Asked>
    </Page>
  )
}

function Summary({ whole }: { readonly whole: Whole }) {
  const { t } = useTranslation()
  const [first] = whole.found
  if (first === undefined) return null
  const facts: readonly (readonly [string, string])[] = [
    [t("messages.at"), moment(first.at)],
    [t("messages.sender"), first.sender ?? t("messages.nullSender")],
    [t("messages.subject"), first.subject ?? "–"],
    [t("message.size"), first.size === null ? "–" : size(first.size)],
  ]
  return (
    <Card withBorder>
      <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs">
        {facts.map(([name, value]) => (
          <Text key={name} size="sm">
            {name}: <Foreign>{value}</Foreign>
          </Text>
        ))}
      </SimpleGrid>
      <List listStyleType="none" size="sm" mt="xs" spacing={4}>
        {whole.found.map((row) => (
          <List.Item key={row.row}>
            <Group gap="xs">
              <Foreign>{row.recipient}</Foreign>
              <Outcome kind={row.outcome} />
            </Group>
          </List.Item>
        ))}
      </List>
      {whole.found.some(({ outcome }) => STOPPED.has(outcome)) && <ForTheSender code={first.transaction} />}
    </Card>
  )
}

function Why({ verdict }: { readonly verdict: Whole["verdicts"][number] }) {
  const { t } = useTranslation()
  const { recipient, disposition, because, policyVersion, matched, shadow } = verdict
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5">
        {t("message.why")} <Foreign>{recipient}</Foreign>
      </Title>
      <Text size="sm" fw={600} mt="xs">
        {wordFor("disposition", disposition)}
      </Text>
      <List size="sm" mt={4}>
        {because.map((sentence) => (
          <List.Item key={sentence.en}>{said(sentence)}</List.Item>
        ))}
      </List>
      <Text size="xs" c="dimmed" mt="xs">
        {t("message.rules", { rules: matched.join(", ") || t("common.none") })}
        {shadow.length > 0 && ` · ${t("message.shadow", { rules: shadow.join(", ") })}`}
        {` · ${t("message.version", { version: policyVersion })}`}
      </Text>
    </Card>
  )
}

/** What was turned away in the session left no verdict, only what was told. */
function Refusals({ events }: { readonly events: Whole["events"] }) {
  const { t } = useTranslation()
  const told = events.filter(({ detail }) => sentenceOf(detail) !== null)
  return told.map((event, at) => (
    <Card key={at} withBorder component="section">
      <Title order={2} size="h5">
        {t("message.why")} <Foreign>{event.recipient ?? "–"}</Foreign>
      </Title>
      <Text size="sm" fw={600} mt="xs">
        {wordFor("event", event.kind)}
      </Text>
      <Text size="sm" mt={4}>
        {sentenceOf(event.detail)}
      </Text>
    </Card>
  ))
}

/** Where the sender reads the same, and how to go on. */
function ForTheSender({ code }: { readonly code: string }) {
  const { t } = useTranslation()
  return (
    <Text size="sm" mt="xs">
      <Anchor href={`/e/${code}`} target="_blank" rel="noopener" underline="always" size="sm">
        {t("message.forSender")}
      </Anchor>
    </Text>
  )
}

function Copies({ copies }: { readonly copies: Whole["copies"] }) {
  const { t } = useTranslation()
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5">
        {t("message.waiting")}
      </Title>
      <Rows
        rows={copies}
        keyOf={({ recipient }) => recipient}
        columns={[
          { name: t("messages.recipient"), cell: ({ recipient }) => <Foreign>{recipient}</Foreign> },
          { name: t("message.attempts"), cell: ({ attempts }) => attempts },
          { name: t("message.next"), cell: (copy) => <Next copy={copy} /> },
          { name: t("message.lastReply"), cell: ({ lastReply }) => <Foreign>{lastReply}</Foreign> },
        ]}
      />
    </Card>
  )
}

function Next({ copy: { hold, dueAt } }: { readonly copy: Whole["copies"][number] }) {
  const { t } = useTranslation()
  if (hold !== null) return t("message.heldUntil", { until: moment(hold.until) })
  return dueAt === null ? "–" : <Moment at={dueAt} />
}

interface WayProps {
  readonly events: Whole["events"]
  /** Their sentences stand in a card of their own. */
  readonly isToldAbove: boolean
}

function Way({ events, isToldAbove }: WayProps) {
  const { t } = useTranslation()
  if (events.length === 0) return <Alert color="gray">{t("message.noEvents")}</Alert>
  return (
    <Card withBorder component="section">
      <Title order={2} size="h5" mb="sm">
        {t("message.way")}
      </Title>
      <Timeline bulletSize={14} lineWidth={2} active={events.length}>
        {events.map((event, position) => (
          <Timeline.Item key={position} title={wordFor("event", event.kind)}>
            <Text size="sm">
              <Moment at={event.at} /> · <By name={event.by} />
              {event.recipient !== null && (
                <>
                  {" "}
                  · <Foreign>{event.recipient}</Foreign>
                </>
              )}
            </Text>
            <Detail detail={event.detail} folded told={!isToldAbove} />
          </Timeline.Item>
        ))}
      </Timeline>
    </Card>
  )
}
