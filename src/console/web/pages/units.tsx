/** The tree of units. */
import { Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { branches, useUnits } from "../api/units.ts"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { said } from "../words/words.ts"

export function UnitsPage() {
  const { t } = useTranslation()
  const asked = useUnits()
  return (
    <Page title={t("units.title")}>
      <Asked of={asked}>
        {(units) => (
          <Rows
            rows={branches(units)}
            keyOf={({ unit }) => unit.id}
            columns={[
              { name: t("common.units"), cell: ({ unit }) => said(unit.name), depth: ({ depth }) => depth },
              { name: t("units.domains"), cell: ({ unit }) => <Text size="sm">{unit.domains.join(", ")}</Text> },
            ]}
          />
        )}
      </Asked>
    </Page>
  )
}
