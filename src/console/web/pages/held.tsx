/** Held and quarantined mail: what waits for whom and until when; decided one by one or several at once, with a reason. */
import { Alert, Button, Card, Checkbox, Group, List, Stack, Text } from "@mantine/core"
import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useParams } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { isolated } from "../../../mail/visible.ts"
import { type Answer, ask, download, Refused } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { useUnitName } from "../api/units.ts"
import { Confirm } from "../parts/confirm.tsx"
import { Go } from "../parts/go.tsx"
import { findingWords } from "../parts/findings.ts"
import { Foreign, Foreigners, Moment, moment, size } from "../parts/moment.tsx"
import { Outcome } from "../parts/outcome.tsx"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { Read } from "../parts/reading.tsx"
import { Unseal } from "../parts/sealed.tsx"
import { tellDone } from "../parts/tell.tsx"
import { said } from "../words/words.ts"

type Case = Answer<"GET /api/held">["cases"][number]
type Copy = Case["copies"][number]
type Decision = "release" | "deny"

const KEY = ["held"]

export function HeldPage() {
  const { t } = useTranslation()
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set())
  const asked = useInfiniteQuery({
    queryKey: KEY,
    queryFn: ({ pageParam, signal }) =>
      ask("GET /api/held", { query: pageParam === null ? {} : { after: pageParam } }, { background: true, signal }),
    initialPageParam: null as number | null,
    getNextPageParam: (last) => last.next,
    refetchInterval: 30_000,
  })
  const choose = (code: string, isChosen: boolean): void =>
    setChosen((before) => {
      const after = new Set(before)
      if (isChosen) after.add(code)
      else after.delete(code)
      return after
    })
  return (
    <Page title={t("held.title")}>
      <Asked of={asked}>
        {({ pages }) => {
          const cases = pages.flatMap((page) => page.cases)
          if (cases.length === 0) return <Nothing>{t("held.nothing")}</Nothing>
          const codes = cases.map(({ transaction }) => transaction).filter((code) => chosen.has(code))
          return (
            <Stack>
              {codes.length > 1 && (
                <Group role="toolbar" aria-label={t("held.chosen", { count: codes.length })}>
                  <Text size="sm">{t("held.chosen", { count: codes.length })}</Text>
                  <Decide decision="release" codes={codes} done={() => setChosen(new Set())} />
                  <Decide decision="deny" codes={codes} done={() => setChosen(new Set())} />
                </Group>
              )}
              {cases.map((one) => (
                <CaseCard key={one.transaction} one={one} chosen={chosen.has(one.transaction)} choose={choose} />
              ))}
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

/** One case, as a notice's link names it. */
export function HeldCasePage() {
  const { t } = useTranslation()
  const { code = "" } = useParams({ strict: false })
  const asked = useQuery({
    queryKey: [...KEY, code],
    queryFn: () => caseOf(code),
  })
  return (
    <Page title={t("held.title")} tools={<Go to="/held">{t("common.all")}</Go>}>
      <Asked of={asked}>
        {(one) =>
          one === null ? (
            <Stack align="flex-start">
              <Nothing>{t("held.noMore")}</Nothing>
              <Go to={`/messages/${code}`}>{t("held.itsWay")}</Go>
            </Stack>
          ) : (
            <CaseCard one={one} />
          )
        }
      </Asked>
    </Page>
  )
}

/** Null: it waits no more, be it decided here or by somebody else. */
async function caseOf(code: string): Promise<Case | null> {
  try {
    return await ask("GET /api/held/:code", { params: { code } })
  } catch (error) {
    if (error instanceof Refused && error.error === "not-found") return null
    throw error
  }
}

interface CaseCardProps {
  readonly one: Case
  readonly chosen?: boolean
  /** Where several may be decided at once. */
  readonly choose?: (code: string, isChosen: boolean) => void
}

function CaseCard({ one, chosen = false, choose }: CaseCardProps) {
  const { t } = useTranslation()
  const { may } = useDoor()
  const { transaction: code, copies } = one
  const due = Math.min(...copies.map((copy) => copy.due))
  const mayRelease = copies.some((copy) => copy.mayRelease)
  const mayDeny = copies.some((copy) => copy.mayDeny)
  const isSealed = copies.some((copy) => copy.findings.some(({ kind }) => kind === "encrypted"))
  const title = one.subject ?? t("held.noSubject")
  return (
    <Card withBorder component="article" aria-label={isolated(title)}>
      <Group justify="space-between" align="flex-start" gap="xs">
        <Group align="flex-start" wrap="nowrap" gap="sm">
          {choose !== undefined && (mayRelease || mayDeny) && (
            <Checkbox
              aria-label={t("held.choose", { subject: title })}
              checked={chosen}
              onChange={(changed) => choose(code, changed.currentTarget.checked)}
            />
          )}
          <div>
            <Text fw={600}>
              <Foreign>{title}</Foreign>
            </Text>
            <Text size="sm">
              <Foreign>{one.sender ?? t("messages.nullSender")}</Foreign> · <Moment at={one.at} /> · {size(one.size)} ·{" "}
              <Go to={`/messages/${code}`} size="sm">
                {code}
              </Go>
            </Text>
          </div>
        </Group>
        <Text size="sm" fw={due < Date.now() ? 700 : 400} c={due < Date.now() ? "red.9" : "inherit"}>
          {t(due < Date.now() ? "held.overdue" : "held.due", { at: moment(due) })}
        </Text>
      </Group>
      <List size="sm" mt="xs" spacing="xs" listStyleType="none">
        {copies.map((copy) => (
          <CopyItem key={copy.copy} copy={copy} />
        ))}
      </List>
      {one.appeal !== null && one.appeal.askedAt !== null && (
        <Alert color="blue" mt="xs" title={t("held.asked", { at: moment(one.appeal.askedAt) })}>
          <Foreign>{one.appeal.reason}</Foreign>
        </Alert>
      )}
      <Group mt="sm" gap="xs">
        {mayRelease && <Decide decision="release" codes={[code]} />}
        {mayDeny && <Decide decision="deny" codes={[code]} />}
        {isSealed && mayRelease && <Unseal code={code} />}
        {may(["security", "approver"]) && <Read code={code} />}
        {may(["security"]) && <Keep one={one} />}
      </Group>
    </Card>
  )
}

function CopyItem({ copy }: { readonly copy: Copy }) {
  const { t } = useTranslation()
  const unitName = useUnitName()
  const agreed = copy.needs.flatMap(({ agreed: names }) => names)
  return (
    <li>
      <Group gap="xs">
        <Outcome kind={copy.kind === "hold" ? "held" : copy.kind === "quarantine" ? "quarantined" : copy.kind} />
        <Foreign>{copy.recipient}</Foreign>
        <Text size="sm" c="dimmed">
          {unitName(copy.unit)}
        </Text>
      </Group>
      <Text size="sm">
        {copy.needs.map(({ title }) => said(title)).join("; ")}
        {copy.findings.length > 0 && " – "}
        <Foreigners of={findingWords(t, copy.findings)} between="; " />
      </Text>
      {copy.needs.some(({ persons }) => persons > 1) && <Text size="sm">{t("held.twoPersons")}</Text>}
      {agreed.length > 0 && (
        <Text size="sm">
          {t("held.agreed")} <Foreigners of={agreed} />
        </Text>
      )}
      {copy.needsAnother && <Text size="sm">{t("held.another")}</Text>}
    </li>
  )
}

interface DecideProps {
  readonly decision: Decision
  readonly codes: readonly string[]
  readonly done?: () => void
}

function Decide({ decision, codes, done }: DecideProps) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const decide = useMutation({
    mutationFn: (reason: string) =>
      ask("POST /api/held/decide", {
        body: { decision, reason, cases: codes.map((code) => ({ code, recipient: null })) },
      }),
    onSuccess: async (results) => {
      const waiting = results.reduce((sum, { another }) => sum + another, 0)
      tellDone(waiting > 0 ? t("held.another") : t(`held.done.${decision}`))
      done?.()
      await client.invalidateQueries({ queryKey: KEY })
    },
  })
  return (
    <Confirm
      label={t(`held.${decision}`)}
      question={t(`held.question.${decision}`, { count: codes.length })}
      color={decision === "release" ? "teal.9" : "red.9"}
      variant={decision === "release" ? "filled" : "default"}
      reason={3}
      onConfirm={(reason) => decide.mutateAsync(reason)}
    />
  )
}

/** Kept whatever its time, and taken out as evidence. */
function Keep({ one: { transaction: code, legalHold } }: { readonly one: Case }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const keep = useMutation({
    mutationFn: (reason: string) =>
      ask("PUT /api/held/:code/legal-hold", { params: { code }, body: { keep: legalHold === null, reason } }),
    onSuccess: async () => {
      tellDone(t("common.done"))
      await client.invalidateQueries({ queryKey: KEY })
    },
  })
  const evidence = useMutation({
    mutationFn: (reason: string) => download("POST /api/held/:code/evidence", { params: { code }, body: { reason } }),
  })
  return (
    <>
      <Confirm
        label={t(legalHold === null ? "held.keep" : "held.keepNoMore")}
        question={legalHold === null ? t("held.keepQuestion") : legalHold}
        reason={3}
        onConfirm={(reason) => keep.mutateAsync(reason)}
      />
      <Confirm
        label={t("held.evidence")}
        question={t("held.evidenceQuestion")}
        reason={3}
        onConfirm={(reason) => evidence.mutateAsync(reason)}
      />
    </>
  )
}
