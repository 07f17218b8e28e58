/** To a new operator: the gateway is not set up yet, and where that is done. */
import { Button, Text } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { Link } from "@tanstack/react-router"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Told } from "../parts/told.tsx"

export function useSetup(enabled = true) {
  return useQuery({
    queryKey: ["setup"],
    queryFn: ({ signal }) => ask("GET /api/setup", {}, { background: true, signal }),
    enabled,
  })
}

export function SetupHint() {
  const { t } = useTranslation()
  const { data } = useSetup(useDoor().may(["operator"], "root"))
  if (data?.needed !== true) return null
  return (
    <Told color="blue" title={t("setup.needed")}>
      <Text size="sm">{t("setup.neededHint")}</Text>
      <Button component={Link} to="/setup" size="sm">
        {t("setup.begin")}
      </Button>
    </Told>
  )
}
