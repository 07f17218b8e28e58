/** Rules on trial beside those in force: what is done, and what would have been done, never added up. */
import { Card, SimpleGrid, Stack, Text, Title } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { Go } from "../parts/go.tsx"
import { number } from "../parts/moment.tsx"
import { Nothing } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { said } from "../words/words.ts"
import { Replay, Result } from "./replay.tsx"
import { useUsed } from "./rules.tsx"
import type { Told } from "./use-policy.ts"
import { withModes } from "./written.ts"

export function Shadow({ live }: { readonly live: Told }) {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const used = useUsed()
  const trial = live.rules.filter(({ mode }) => mode === "shadow")
  const enforced = live.rules
    .filter(({ mode, id }) => mode === "enforce" && used.has(id))
    .toSorted((a, b) => (used.get(b.id) ?? 0) - (used.get(a.id) ?? 0))
  return (
    <Stack>
      <Text size="sm">{t("shadow.hint")}</Text>
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Card withBorder component="section" aria-label={t("shadow.enforced")}>
          <Title order={2} size="h5">
            {t("shadow.enforced")}
          </Title>
          <Rows
            rows={enforced}
            keyOf={({ id }) => id}
            columns={[
              { name: w("messages.rule"), cell: ({ title }) => said(title) },
              {
                name: w("overview.copies"),
                right: true,
                cell: ({ id }) => (
                  <Go to="/messages" search={{ rule: id }} size="sm">
                    {number(used.get(id) ?? 0)}
                  </Go>
                ),
              },
            ]}
          />
        </Card>
        <Card withBorder component="section" aria-label={t("shadow.trial")}>
          <Title order={2} size="h5">
            {t("shadow.trial")}
          </Title>
          {trial.length === 0 ? (
            <Nothing>{t("shadow.none")}</Nothing>
          ) : (
            <Stack>
              {trial.map((one) => (
                <div key={one.id}>
                  <Text size="sm" fw={600}>
                    {said(one.title)}
                  </Text>
                  <Text size="sm">{said(one.said)}</Text>
                </div>
              ))}
              <Replay
                of="live"
                document={withModes(
                  live.document,
                  trial.map(({ id }) => id),
                  "enforce",
                )}
                label={(days) => t("shadow.run", { days })}
              >
                {(result) => (
                  <>
                    <Text role="status">{t("shadow.result", { count: result.changed })}</Text>
                    <Result result={result} />
                  </>
                )}
              </Replay>
            </Stack>
          )}
        </Card>
      </SimpleGrid>
    </Stack>
  )
}
