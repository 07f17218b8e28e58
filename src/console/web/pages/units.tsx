/** The tree of units and the classes of their mailboxes: by hand, from a spreadsheet, from the directory; each change is seen before it is made. */
import { Button, Group, Menu, Stack, Tabs, Text, TextInput } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { download } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { branches, type Unit, useUnits } from "../api/units.ts"
import { fullDay } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { Import, Merge, Sync, UnitForm } from "../office/unit-forms.tsx"
import { Mailboxes } from "../office/mailboxes.tsx"
import { addOfficeWords } from "../words/office.ts"
import { said } from "../words/words.ts"

type Opened = { readonly is: "import" | "merge" | "sync" | "add" } | { readonly is: "edit"; readonly unit: Unit }

addOfficeWords()

export function UnitsPage() {
  const { t } = useTranslation("office")
  const { may } = useDoor()
  const asked = useUnits()
  const [opened, setOpened] = useState<Opened | null>(null)
  const changes = may(["operator"])
  const sees = may(["operator", "officer", "security", "auditor"])
  const close = (): void => setOpened(null)
  return (
    <Page title={t("units.title")} tools={<Tools changes={changes} sees={sees} open={setOpened} />}>
      <Asked of={asked}>
        {(units) => (
          <>
            <Tabs defaultValue="tree" keepMounted={false}>
              <Tabs.List>
                <Tabs.Tab value="tree">{t("units.tree")}</Tabs.Tab>
                {sees && <Tabs.Tab value="mailboxes">{t("units.mailboxes")}</Tabs.Tab>}
              </Tabs.List>
              <Tabs.Panel value="tree" pt="md">
                <Tree units={units} edit={changes ? (unit) => setOpened({ is: "edit", unit }) : null} />
              </Tabs.Panel>
              <Tabs.Panel value="mailboxes" pt="md">
                <Mailboxes units={units} changes={changes} />
              </Tabs.Panel>
            </Tabs>
            {opened?.is === "import" && <Import close={close} />}
            {opened?.is === "merge" && <Merge units={units} close={close} />}
            {opened?.is === "sync" && <Sync close={close} />}
            {opened?.is === "add" && <UnitForm units={units} unit={null} close={close} />}
            {opened?.is === "edit" && <UnitForm units={units} unit={opened.unit} close={close} />}
          </>
        )}
      </Asked>
    </Page>
  )
}

interface ToolsProps {
  readonly changes: boolean
  readonly sees: boolean
  readonly open: (opened: Opened) => void
}

function Tools({ changes, sees, open }: ToolsProps) {
  const { t } = useTranslation("office")
  const atTop = useDoor().may(["operator"], "root")
  return (
    <>
      {changes && (
        <>
          <Button onClick={() => open({ is: "add" })}>{t("units.add")}</Button>
          <Button variant="default" onClick={() => open({ is: "import" })}>
            {t("units.import")}
          </Button>
          <Button variant="default" onClick={() => open({ is: "merge" })}>
            {t("units.merge")}
          </Button>
        </>
      )}
      {sees && (
        <Menu position="bottom-end">
          <Menu.Target>
            <Button variant="default">{t("units.export")}</Button>
          </Menu.Target>
          <Menu.Dropdown>
            <Menu.Item onClick={() => void download("GET /api/units/export", {})}>{t("units.title")}</Menu.Item>
            <Menu.Item onClick={() => void download("GET /api/mailboxes/export", {})}>{t("units.mailboxes")}</Menu.Item>
            {atTop && <Menu.Item onClick={() => open({ is: "sync" })}>{t("units.sync")}</Menu.Item>}
          </Menu.Dropdown>
        </Menu>
      )}
    </>
  )
}

interface TreeProps {
  readonly units: readonly Unit[]
  readonly edit: ((unit: Unit) => void) | null
}

function Tree({ units, edit }: TreeProps) {
  const { t } = useTranslation("office")
  const [wanted, setWanted] = useState("")
  const fits = ({ id, name, domains }: Unit): boolean =>
    `${id} ${name.vi} ${name.en} ${domains.join(" ")}`.toLowerCase().includes(wanted.trim().toLowerCase())
  const rows = branches(units).filter(({ unit }) => fits(unit))
  return (
    <Stack>
      <TextInput
        label={t("units.find")}
        maw={360}
        value={wanted}
        onChange={({ currentTarget }) => setWanted(currentTarget.value)}
      />
      <Rows
        rows={rows}
        keyOf={({ unit }) => unit.id}
        columns={[
          {
            name: t("units.name"),
            depth: ({ depth }) => (wanted === "" ? depth : 0),
            cell: ({ unit }) => (
              <Group gap="xs">
                <span>{said(unit.name)}</span>
                <Text size="xs" c="dimmed" className="mono">
                  {unit.id}
                </Text>
              </Group>
            ),
          },
          { name: t("units.domains"), cell: ({ unit }) => <Text size="sm">{unit.domains.join(", ")}</Text> },
          { name: t("units.valid"), cell: ({ unit }) => <Valid unit={unit} /> },
          ...(edit === null
            ? []
            : [
                {
                  name: "",
                  cell: ({ unit }: { readonly unit: Unit }) => (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`${t("units.edit")}: ${said(unit.name)}`}
                      onClick={() => edit(unit)}
                    >
                      {t("units.edit")}
                    </Button>
                  ),
                },
              ]),
        ]}
      />
    </Stack>
  )
}

function Valid({ unit: { from, until } }: { readonly unit: Unit }) {
  const { t } = useTranslation("office")
  if (until !== null) return t("units.ended", { at: fullDay(until) })
  return from === null ? "" : t("units.starts", { at: fullDay(from) })
}
