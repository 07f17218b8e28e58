/** The first set-up in five steps; nothing is written before the last. */
import { Button, Card, Code, Group, List, Stack, Text, Title } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { Go } from "../parts/go.tsx"
import { Foreign } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Told } from "../parts/told.tsx"
import { useSetup } from "./setup-hint.tsx"
import { type Choice, choiceOf, DomainsStep, ModeStep, splitDomains, UnitsStep, unitsFor } from "./setup-choice.tsx"
import { HopStep, ScannerStep } from "./setup-look.tsx"

type State = Answer<"GET /api/setup">
type Saved = Answer<"PUT /api/setup">

export function SetupPage() {
  const { t } = useTranslation()
  const asked = useSetup()
  return <Page title={t("setup.title")}>{<Asked of={asked}>{(state) => <Steps state={state} />}</Asked>}</Page>
}

const STEPS = ["domains", "hop", "scanner", "units", "mode"] as const

function Steps({ state }: { readonly state: State }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  // As it stood when the page was opened: what is asked again meanwhile must not take words away.
  const [begun] = useState(state)
  const [choice, setChoice] = useState<Choice>(() => choiceOf(begun))
  const steps = STEPS.filter((one) => !begun.published || one !== "units")
  const [at, setAt] = useState(0)
  const save = useMutation({
    mutationFn: () => ask("PUT /api/setup", { body: bodyOf(choice, begun) }),
    onSuccess: async ({ is }) => {
      if (is === "saved") await client.invalidateQueries()
    },
  })
  const change = (next: Partial<Choice>): void => setChoice((before) => ({ ...before, ...next }))
  if (save.data !== undefined && save.data.is !== "faulty") return <Done saved={save.data} state={begun} />
  const step = steps[at] ?? "domains"
  const forward = (): void => {
    if (step === "domains") change({ units: unitsFor(choice, begun) })
    if (at === steps.length - 1) save.mutate()
    else setAt(at + 1)
  }
  const parts: Readonly<Record<typeof step, ReactNode>> = {
    domains: <DomainsStep choice={choice} change={change} />,
    hop: <HopStep choice={choice} change={change} />,
    scanner: <ScannerStep choice={choice} change={change} />,
    units: <UnitsStep choice={choice} change={change} />,
    mode: <ModeStep choice={choice} change={change} published={begun.published} />,
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        forward()
      }}
    >
      <Card withBorder maw={760}>
        <Stack>
          <Title order={2} size="h4" aria-live="polite">
            {t("setup.step", { step: at + 1, of: steps.length, name: t(`setup.steps.${step}`) })}
          </Title>
          {parts[step]}
          {save.data?.is === "faulty" && (
            <Told color="red" title={t("setup.faults")}>
              <List size="sm">
                {save.data.faults.map((fault) => (
                  <List.Item key={fault}>
                    <Foreign>{fault}</Foreign>
                  </List.Item>
                ))}
              </List>
            </Told>
          )}
          <Group justify="space-between">
            <Button variant="default" disabled={at === 0} onClick={() => setAt(at - 1)}>
              {t("setup.back")}
            </Button>
            <Button type="submit" loading={save.isPending}>
              {t(at === steps.length - 1 ? "setup.mode.apply" : "setup.next")}
            </Button>
          </Group>
        </Stack>
      </Card>
    </form>
  )
}

function bodyOf(choice: Choice, { published }: State) {
  const { hostname, postmaster, domains, to, tls, clamd, units, mode } = choice
  return {
    hostname: hostname.trim(),
    postmaster: postmaster.trim(),
    domains: splitDomains(domains),
    nextHop: choice.hopLater ? null : { to: to.trim(), tls },
    clamd: choice.scannerLater ? null : clamd.trim(),
    units: published ? null : units.map(({ domains: own, ...unit }) => ({ ...unit, domains: splitDomains(own) })),
    mode: published ? null : mode,
  }
}

function Done({ saved, state }: { readonly saved: Saved; readonly state: State }) {
  const { t } = useTranslation()
  const { settingsFile: settings, policyFile: policy } = state
  if (saved.is === "by-hand") {
    return (
      <Told color="yellow" title={t("setup.byHand")}>
        <Stack>
          {saved.files.map(({ path, lines }) => (
            <div key={path}>
              <Text size="sm">{t("setup.byHandIn", { path })}</Text>
              <Code block tabIndex={0}>
                {lines}
              </Code>
            </div>
          ))}
          <Text size="sm">{t("setup.byHandThen")}</Text>
        </Stack>
      </Told>
    )
  }
  return (
    <Card withBorder maw={760}>
      <Stack>
        <Told color="green" title={t("setup.done", { version: saved.version })}>
          <Text size="sm">{t("setup.doneHint", { settings, policy })}</Text>
        </Told>
        <Title order={2} size="h5">
          {t("setup.doneNext")}
        </Title>
        <List size="sm">
          <List.Item>{t("setup.doneSteps.mx", { settings })}</List.Item>
          <List.Item>{t("setup.doneSteps.relay")}</List.Item>
          <List.Item>
            {t("setup.doneSteps.people")} <Go to="/people">{t("nav.people")}</Go>
          </List.Item>
          <List.Item>
            {t("setup.doneSteps.watch")} <Go to="/">{t("nav.overview")}</Go>
          </List.Item>
        </List>
      </Stack>
    </Card>
  )
}
