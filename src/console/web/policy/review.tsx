/** Before a draft counts: what is wrong with it, what it changes, why; then it is published or sent to a second person. */
import { Alert, Badge, Button, Card, Group, List, Stack, Text, Textarea, Title } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { Asked, Nothing } from "../parts/page.tsx"
import { tellDone } from "../parts/tell.tsx"
import { said } from "../words/words.ts"
import { forgetDraft, KEY, type Told, type Which } from "./use-policy.ts"

type Difference = Answer<"GET /api/policy/difference">
export type Change = Difference["changes"][number]

interface ReviewProps {
  readonly of: Which
  readonly shown: Told
  readonly done: () => void
}

export function Review({ of, shown, done }: ReviewProps) {
  const { t } = useTranslation("policy")
  const { document } = shown
  const lint = useQuery({
    queryKey: [...KEY, "lint", of, document],
    queryFn: ({ signal }) => ask("POST /api/policy/lint", { body: { of } }, { signal }),
  })
  const difference = useQuery({
    queryKey: [...KEY, "difference", of, document],
    queryFn: ({ signal }) => ask("GET /api/policy/difference", { query: { from: "live", to: of } }, { signal }),
    enabled: of === "draft",
  })
  return (
    <Stack>
      <Card withBorder component="section" aria-label={t("review.lint")}>
        <Title order={2} size="h5" mb="xs">
          {t("review.lint")}
        </Title>
        <Asked of={lint}>{(found) => <Lints found={found} />}</Asked>
      </Card>
      {of === "draft" && (
        <Asked of={difference}>
          {(found) => (
            <>
              <Card withBorder component="section" aria-label={t("review.difference")}>
                <Title order={2} size="h5" mb="xs">
                  {t("review.difference")}
                </Title>
                <Changes changes={found.changes} />
              </Card>
              {found.changes.length > 0 && <Publish loosens={found.loosens} done={done} />}
            </>
          )}
        </Asked>
      )}
    </Stack>
  )
}

function Lints({ found }: { readonly found: Answer<"POST /api/policy/lint"> }) {
  const { t } = useTranslation("policy")
  const warnings = found.filter(({ level }) => level === "warning")
  const notes = found.filter(({ level }) => level === "note")
  const listed = (rows: typeof found) => (
    <List size="sm">
      {rows.map(({ kind, id, said: words }) => (
        <List.Item key={`${kind} ${id}`}>{said(words)}</List.Item>
      ))}
    </List>
  )
  return (
    <Stack gap="xs">
      {warnings.length === 0 ? (
        <Text size="sm">{t("review.clean")}</Text>
      ) : (
        <Alert color="orange" role="status">
          {listed(warnings)}
        </Alert>
      )}
      {notes.length > 0 && (
        <details>
          <summary>{t("review.notes", { count: notes.length })}</summary>
          {listed(notes)}
        </details>
      )}
    </Stack>
  )
}

const EFFECTS = ["loosens", "tightens", "neutral"] as const
const COLOUR = { loosens: "red", tightens: "green", neutral: "gray" } as const

/** What loosens comes first. */
export function Changes({ changes }: { readonly changes: readonly Change[] }) {
  const { t } = useTranslation("policy")
  if (changes.length === 0) return <Nothing>{t("review.nothing")}</Nothing>
  const sorted = EFFECTS.flatMap((effect) => changes.filter((one) => one.effect === effect))
  return (
    <Stack gap="xs">
      {sorted.map(({ of, id, effect, said: words, because }) => (
        <Group key={`${of} ${id} ${words.vi}`} align="flex-start" wrap="nowrap" gap="sm">
          <Badge color={COLOUR[effect]} miw={110}>
            {t(`effect.${effect}`)}
          </Badge>
          <Text size="sm" className="foreign">
            {said(words)}
            {because !== null && ` (${t("review.because", { why: said(because) })})`}
          </Text>
        </Group>
      ))}
    </Stack>
  )
}

function Publish({ loosens, done }: { readonly loosens: boolean; readonly done: () => void }) {
  const { t } = useTranslation("policy")
  const client = useQueryClient()
  const [reason, setReason] = useState("")
  const publish = useMutation({
    mutationFn: () => ask("POST /api/policy/publish", { body: { of: "draft", reason: reason.trim() } }),
    onSuccess: ({ is, number }) => {
      tellDone(t(`review.${is}`, { number: number ?? 0 }))
      if (is === "stale" || is === "unchanged") return client.invalidateQueries({ queryKey: KEY })
      done()
      return forgetDraft(client)
    },
  })
  return (
    <Card withBorder component="section">
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault()
          publish.mutate()
        }}
      >
        <Stack>
          <Alert color={loosens ? "orange" : "green"} role="status">
            {t(loosens ? "review.loosens" : "review.tightens")}
          </Alert>
          <Textarea
            label={t("review.reason")}
            description={t("review.reasonHint")}
            required
            minLength={3}
            maxLength={1_000}
            autosize
            value={reason}
            onChange={({ currentTarget }) => setReason(currentTarget.value)}
          />
          <Button type="submit" w="fit-content" loading={publish.isPending}>
            {t(loosens ? "review.send" : "review.publish")}
          </Button>
        </Stack>
      </form>
    </Card>
  )
}
