/** What needs whoever is here now. */
import { Card, Group, SimpleGrid, Text } from "@mantine/core"
import { Link } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { useDoor } from "../api/session.tsx"
import { number } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { StateBadge, useHealth } from "./health.tsx"

export function OverviewPage() {
  const { t } = useTranslation()
  const { may } = useDoor()
  const watches = may(["operator", "security", "auditor"], "root")
  const health = useHealth(watches)
  return (
    <Page title={t("overview.title")}>
      {watches && (
        <Asked of={health}>
          {({ status, queue, policy }) => (
            <SimpleGrid cols={{ base: 1, sm: 2, lg: 4 }}>
              <Card withBorder component={Link} to="/health">
                <Group justify="space-between">
                  <Text size="sm">{t("overview.health")}</Text>
                  <StateBadge state={status} />
                </Group>
              </Card>
              <Figure label={t("overview.queued")} value={number(queue.queued)} />
              <Figure label={t("overview.held")} value={number(queue.held)} />
              <Figure label={t("overview.policy")} value={policy} />
            </SimpleGrid>
          )}
        </Asked>
      )}
    </Page>
  )
}

function Figure({ label, value }: { readonly label: string; readonly value: string }) {
  return (
    <Card withBorder>
      <Text size="sm">{label}</Text>
      <Text size="xl" fw={700}>
        {value}
      </Text>
    </Card>
  )
}
