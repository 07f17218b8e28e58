/** What every page has: a heading that names the document, its tools, and what stands there while something is asked or failed. */
import { Alert, Button, Group, Loader, Stack, Text, Title } from "@mantine/core"
import type { UseQueryResult } from "@tanstack/react-query"
import { type ReactNode, useEffect } from "react"
import { useTranslation } from "react-i18next"
import { wordsOf } from "./tell.tsx"

interface PageProps {
  readonly title: string
  readonly tools?: ReactNode
  readonly children: ReactNode
}

export function Page({ title, tools, children }: PageProps) {
  useEffect(() => {
    document.title = `${title} – Congthu`
  }, [title])
  return (
    <Stack gap="md">
      <Group justify="space-between" align="flex-end">
        <Title order={1} size="h2">
          {title}
        </Title>
        <Group gap="xs" className="no-print">
          {tools}
        </Group>
      </Group>
      {children}
    </Stack>
  )
}

/** A question to the API and what is shown of its answer. */
export function Asked<T>({
  of,
  children,
}: {
  readonly of: UseQueryResult<T>
  readonly children: (answer: T) => ReactNode
}) {
  const { t } = useTranslation()
  if (of.data !== undefined) return children(of.data)
  if (of.error === null) return <Loader role="status" aria-label={t("common.loading")} />
  return (
    <Alert color="red" role="alert" title={t("common.failed")}>
      <Stack gap="xs" align="flex-start">
        <Text size="sm">{wordsOf(of.error)}</Text>
        <Button size="xs" variant="light" color="red" onClick={() => void of.refetch()}>
          {t("common.retry")}
        </Button>
      </Stack>
    </Alert>
  )
}

export function Nothing({ children }: { readonly children?: string | undefined }) {
  const { t } = useTranslation()
  return <Text c="dimmed">{children ?? t("common.nothing")}</Text>
}
