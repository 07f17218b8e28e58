/** How each part of the gateway is, as `/readyz` says it. */
import { Badge, Card, Group, SimpleGrid, Stack, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { moment, number } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import type { Catalogue } from "../words/vi.ts"

export type Health = Answer<"GET /api/health">
const COLOUR = { ok: "green", degraded: "yellow", down: "red" } as const

export function useHealth(enabled = true) {
  return useQuery({
    queryKey: ["health"],
    queryFn: ({ signal }) => ask("GET /api/health", {}, { background: true, signal }),
    refetchInterval: 10_000,
    enabled,
  })
}

export function StateBadge({ state }: { readonly state: keyof typeof COLOUR }) {
  const { t } = useTranslation()
  return <Badge color={COLOUR[state]}>{t(`health.status.${state}`)}</Badge>
}

export function HealthPage() {
  const { t } = useTranslation()
  const asked = useHealth()
  const name = (part: string): string => {
    const known = PARTS.find((one) => one === part)
    return known === undefined ? part : t(`health.part.${known}`)
  }
  return (
    <Page
      title={t("health.title")}
      tools={
        asked.dataUpdatedAt > 0 && (
          <Text size="sm" c="dimmed">
            {t("common.updated", { at: moment(asked.dataUpdatedAt) })}
          </Text>
        )
      }
    >
      <Asked of={asked}>
        {({ status, parts, policy, queue }) => (
          <Stack>
            <Group>
              <StateBadge state={status} />
              <Text size="sm">
                {t("overview.policy")}: <span className="mono">{policy}</span>
              </Text>
              <Text size="sm">
                {t("overview.queued")}: {number(queue.queued)}
              </Text>
              <Text size="sm">
                {t("overview.held")}: {number(queue.held)}
              </Text>
            </Group>
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 3 }}>
              {Object.entries(parts).map(([part, { state, why }]) => (
                <Card key={part} withBorder>
                  <Group justify="space-between">
                    <Text fw={600}>{name(part)}</Text>
                    <StateBadge state={state} />
                  </Group>
                  {why !== "" && (
                    <Text size="sm" mt="xs" className="foreign">
                      {why}
                    </Text>
                  )}
                </Card>
              ))}
            </SimpleGrid>
          </Stack>
        )}
      </Asked>
    </Page>
  )
}

const PARTS = ["store", "receive", "deliver", "scan", "room", "shared", "policy"] as const satisfies readonly Part[]
type Part = keyof Catalogue["health"]["part"]
