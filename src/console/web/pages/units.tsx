/** The tree of units. */
import { Table, Text } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { branches, useUnits } from "../api/units.ts"
import { Asked, Page } from "../parts/page.tsx"
import { said } from "../words/words.ts"

export function UnitsPage() {
  const { t } = useTranslation()
  const asked = useUnits()
  return (
    <Page title={t("units.title")}>
      <Asked of={asked}>
        {(units) => (
          <div className="scroll">
            <Table>
              <Table.Thead>
                <Table.Tr>
                  <Table.Th>{t("common.units")}</Table.Th>
                  <Table.Th>{t("units.domains")}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {branches(units).map(({ unit, depth }) => (
                  <Table.Tr key={unit.id}>
                    <Table.Td pl={8 + depth * 24}>{said(unit.name)}</Table.Td>
                    <Table.Td>
                      <Text size="sm">{unit.domains.join(", ")}</Text>
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </div>
        )}
      </Asked>
    </Page>
  )
}
