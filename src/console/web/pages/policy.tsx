/** The policy from draft to force: rules, lists, matrix; tried on one message and on past mail; reviewed, published, taken back. */
import { Alert, Button, Group, List, NativeSelect, Stack, Tabs, Text, Textarea } from "@mantine/core"
import { useMediaQuery } from "@mantine/hooks"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useNavigate, useSearch } from "@tanstack/react-router"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ask, Refused } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Confirm } from "../parts/confirm.tsx"
import { moment } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { History } from "../policy/history.tsx"
import { Lists } from "../policy/lists.tsx"
import { Matrix } from "../policy/matrix.tsx"
import { Replay, Result } from "../policy/replay.tsx"
import { Review } from "../policy/review.tsx"
import { Rules } from "../policy/rules.tsx"
import { Shadow } from "../policy/shadow.tsx"
import { isTab, type Tab, TABS } from "../policy/tabs.ts"
import { Try } from "../policy/try.tsx"
import { addPolicyWords } from "../words/policy.ts"
import {
  type Told,
  forgetDraft,
  useDraft,
  useDraftRead,
  useKeep,
  useLive,
  useMayChange,
  useMayChangeAll,
  type Which,
} from "../policy/use-policy.ts"
import { faultIn } from "../words/faults.ts"
import { language } from "../words/words.ts"

addPolicyWords()

export function PolicyPage() {
  const { t } = useTranslation("policy")
  const live = useLive()
  const draft = useDraft()
  const read = useDraftRead()
  const isWhole = useMayChangeAll()
  const working = draft.data ?? null
  return (
    <Page title={t("title")} tools={live.data && <Text size="sm">{t("inForce", { version: live.data.name })}</Text>}>
      <Asked of={live}>
        {(inForce) => {
          const of: Which = working !== null && read.data !== undefined ? "draft" : "live"
          return (
            <Stack>
              <Draft at={working?.at ?? null} error={working === null ? null : read.error} />
              <Parts live={inForce} shown={of === "draft" && read.data !== undefined ? read.data : inForce} of={of} />
              {working !== null && isWhole && <WholeText key={working.at} document={working.document} />}
            </Stack>
          )
        }}
      </Asked>
    </Page>
  )
}

/** Whether something is being changed, and what is wrong with it. */
function Draft({ at, error }: { readonly at: number | null; readonly error: Error | null }) {
  const { t } = useTranslation("policy")
  const client = useQueryClient()
  const mayChange = useMayChange()
  const drop = useMutation({
    mutationFn: () => ask("DELETE /api/policy/draft", {}),
    onSuccess: () => forgetDraft(client),
  })
  if (!mayChange) return null
  if (at === null) return <Text size="sm">{t("draft.none")}</Text>
  return (
    <Alert color={error === null ? "blue" : "red"} title={t("draft.label", { at: moment(at) })} role="status">
      <Stack gap="xs">
        {error === null ? (
          <Text size="sm">{t("draft.shown")}</Text>
        ) : (
          <>
            <Text size="sm">{t("draft.faults")}</Text>
            <List size="sm">
              {(error instanceof Refused ? error.faults : []).map(({ expected }) => (
                <List.Item key={expected} className="foreign">
                  {faultIn(language(), expected)}
                </List.Item>
              ))}
            </List>
          </>
        )}
        <Group>
          <Confirm
            label={t("draft.drop")}
            question={t("draft.dropQuestion")}
            color="red.9"
            onConfirm={() => drop.mutateAsync()}
          />
        </Group>
      </Stack>
    </Alert>
  )
}

interface PartsProps {
  readonly live: Told
  readonly shown: Told
  readonly of: Which
}

function Parts({ live, shown, of }: PartsProps) {
  const { t } = useTranslation("policy")
  const { tab: wanted, code } = useSearch({ strict: false })
  const isPhone = useMediaQuery("(max-width: 48em)")
  const navigate = useNavigate()
  const isWhole = useDoor().may(["operator", "security", "auditor"], "root")
  // Of a branch there are rules, and what they would do; lists and other people's mail are the house's.
  const tabs = isWhole ? TABS : TABS.filter((one) => one !== "lists" && one !== "try")
  const tab: Tab = tabs.find((one) => one === wanted) ?? "rules"
  const go = (next: string | null): void => {
    if (isTab(next)) void navigate({ to: "/policy", search: { tab: next } })
  }
  return (
    <Tabs value={tab} onChange={go} keepMounted={false}>
      {isPhone ? (
        <NativeSelect
          aria-label={t("title")}
          value={tab}
          data={tabs.map((value) => ({ value, label: t(`tab.${value}`) }))}
          onChange={({ currentTarget }) => go(currentTarget.value)}
        />
      ) : (
        <Tabs.List>
          {tabs.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {t(`tab.${one}`)}
            </Tabs.Tab>
          ))}
        </Tabs.List>
      )}
      <Stack pt="md">
        <Part tab={tab} live={live} shown={shown} of={of} code={code ?? ""} done={() => go("history")} />
        {of === "draft" && tab !== "history" && tab !== "review" && <Next tabs={tabs} tab={tab} go={go} />}
      </Stack>
    </Tabs>
  )
}

function Part({ tab, live, shown, of, code, done }: PartsProps & { tab: Tab; code: string; done: () => void }) {
  const { t } = useTranslation("policy")
  switch (tab) {
    case "rules":
      return <Rules live={live} shown={shown} of={of} />
    case "lists":
      return <Lists shown={shown} />
    case "matrix":
      return <Matrix live={live} shown={shown} of={of} />
    case "try":
      return <Try of={of} code={code} />
    case "replay":
      return (
        <Stack>
          <Text size="sm">{t("replay.hint")}</Text>
          <Replay key={shown.document} of={of}>
            {(result) => <Result result={result} />}
          </Replay>
        </Stack>
      )
    case "shadow":
      return <Shadow live={live} />
    case "review":
      return <Review of={of} shown={shown} done={done} />
    case "history":
      return <History />
    default:
      return tab satisfies never
  }
}

/** A draft is led on: tried, tried on past mail, reviewed. */
function Next({
  tabs,
  tab,
  go,
}: {
  readonly tabs: readonly Tab[]
  readonly tab: Tab
  readonly go: (tab: Tab) => void
}) {
  const { t } = useTranslation("policy")
  const steps = (["try", "replay", "review"] as const).filter((one) => tabs.includes(one))
  const next: Tab = steps[steps.findIndex((one) => one === tab) + 1] ?? "review"
  return (
    <Button w="fit-content" variant="light" onClick={() => go(next)}>
      {t("draft.next", { step: t(`tab.${next}`) })}
    </Button>
  )
}

function WholeText({ document }: { readonly document: string }) {
  const { t } = useTranslation("policy")
  const { whole } = useKeep(document)
  const [text, setText] = useState(document)
  const [isOpen, setIsOpen] = useState(false)
  return (
    <details onToggle={({ currentTarget }) => setIsOpen(currentTarget.open)}>
      <summary>{t("draft.text")}</summary>
      {isOpen && (
        <Stack gap="xs" mt="xs">
          <Textarea
            label={t("draft.text")}
            description={t("draft.textHint")}
            className="mono"
            autosize
            minRows={10}
            maxRows={40}
            spellCheck={false}
            value={text}
            onChange={({ currentTarget }) => setText(currentTarget.value)}
          />
          <Button w="fit-content" variant="default" loading={whole.isPending} onClick={() => whole.mutate(() => text)}>
            {t("rule.save")}
          </Button>
        </Stack>
      )}
    </details>
  )
}
