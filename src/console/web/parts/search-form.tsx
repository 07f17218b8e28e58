/** What every search by fields has: unit, first and last day, and the two buttons; before them its own fields. */
import { Button, Card, Group, Select, SimpleGrid, Stack } from "@mantine/core"
import type { ReactNode } from "react"
import { useTranslation } from "react-i18next"
import { branches, useUnits } from "../api/units.ts"
import { DayField } from "./day-field.tsx"
import { said } from "../words/words.ts"

/** Days of the calendar, `2026-11-22`. */
interface Common {
  readonly unit?: string
  readonly from?: string
  readonly to?: string
}

interface SearchFormProps {
  readonly form: Common
  /** Fields side by side where there is room. */
  readonly columns: number
  readonly set: (more: { readonly [field in keyof Common]?: string }) => void
  readonly submit: () => void
  readonly clear: () => void
  readonly children: ReactNode
  /** Fields that stand behind a word until somebody wants them. */
  readonly further?: ReactNode
  readonly furtherOpen?: boolean
}

export function SearchForm({ form, columns, set, submit, clear, children, further, furtherOpen }: SearchFormProps) {
  const { t } = useTranslation()
  const units = useUnits()
  return (
    <Card withBorder component="section" aria-label={t("common.search")}>
      <form
        role="search"
        onSubmit={(submitted) => {
          submitted.preventDefault()
          submit()
        }}
      >
        <Stack>
          <SimpleGrid cols={{ base: 1, xs: 2, md: columns }} spacing="sm">
            {children}
            <Select
              label={t("people.unit")}
              clearable
              searchable
              data={branches(units.data ?? []).map(({ unit }) => ({ value: unit.id, label: said(unit.name) }))}
              value={form.unit ?? null}
              onChange={(value) => set({ unit: value ?? "" })}
            />
            <DayField label={t("common.from")} value={form.from ?? ""} onChange={(from) => set({ from })} />
            <DayField label={t("common.to")} value={form.to ?? ""} onChange={(to) => set({ to })} />
          </SimpleGrid>
          {further !== undefined && (
            <details open={furtherOpen}>
              <summary>{t("common.further")}</summary>
              <SimpleGrid cols={{ base: 1, xs: 2, md: columns }} spacing="sm" mt="xs">
                {further}
              </SimpleGrid>
            </details>
          )}
          <Group>
            <Button type="submit">{t("common.search")}</Button>
            <Button variant="default" onClick={clear}>
              {t("common.clear")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Card>
  )
}
