/** One card in the middle of the page: for whoever is not inside yet. */
import { Card, Center, Group, Stack, Text, Title } from "@mantine/core"
import { type ReactNode, useEffect } from "react"
import { useTranslation } from "react-i18next"
import { LanguageSwitch, ThemeSwitch } from "./shell.tsx"

interface FrameProps {
  readonly title: string
  readonly hint?: string
  readonly children: ReactNode
}

export function Frame({ title, hint, children }: FrameProps) {
  const { t } = useTranslation()
  useEffect(() => {
    document.title = `${title} – Congthu`
  }, [title])
  return (
    <Center mih="100vh" p="md" component="main">
      <Card withBorder shadow="sm" w="100%" maw={440} p="lg">
        <Stack>
          <Group justify="space-between">
            <Text fw={700}>{t("name")}</Text>
            <Group gap={4}>
              <LanguageSwitch />
              <ThemeSwitch />
            </Group>
          </Group>
          <Title order={1} size="h3">
            {title}
          </Title>
          {hint !== undefined && (
            <Text size="sm" c="dimmed">
              {hint}
            </Text>
          )}
          {children}
        </Stack>
      </Card>
    </Center>
  )
}
