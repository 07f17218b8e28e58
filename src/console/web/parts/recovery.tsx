/** Recovery codes, shown once; they are kept before anything goes on. */
import { Button, Checkbox, Group, SimpleGrid, Stack, Text } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"

export function Recovery({ codes, after }: { readonly codes: readonly string[]; readonly after: () => void }) {
  const { t } = useTranslation()
  const [kept, setKept] = useState(false)
  return (
    <Stack maw={420}>
      <Text fw={600}>{t("enrol.recoveryTitle")}</Text>
      <Text size="sm">{t("enrol.recoveryHint")}</Text>
      <SimpleGrid cols={2} spacing="xs" component="ul" p={0} m={0} className="mono plain">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </SimpleGrid>
      <Group className="no-print">
        <Button variant="default" onClick={() => window.print()}>
          {t("enrol.print")}
        </Button>
        <Checkbox
          label={t("enrol.recoveryKept")}
          checked={kept}
          onChange={(changed) => setKept(changed.currentTarget.checked)}
        />
      </Group>
      <Button className="no-print" disabled={!kept} onClick={after}>
        {t("enrol.finish")}
      </Button>
    </Stack>
  )
}
