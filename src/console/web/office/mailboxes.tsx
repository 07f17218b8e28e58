/** Mailboxes that have a class of their own: who serves citizens, who is the clerk. */
import { Button, Group, NativeSelect, Stack, TextInput } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { type Unit, useUnitName } from "../api/units.ts"
import { Foreign } from "../parts/moment.tsx"
import { Asked } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { Change } from "./change.tsx"
import { optionsOf } from "./unit-forms.tsx"

type Mailbox = Answer<"GET /api/mailboxes">[number]
type Opened = { readonly is: "set" } | { readonly is: "drop"; readonly match: string }

interface MailboxesProps {
  readonly units: readonly Unit[]
  readonly changes: boolean
}

export function Mailboxes({ units, changes }: MailboxesProps) {
  const { t } = useTranslation("office")
  const unitName = useUnitName()
  const [opened, setOpened] = useState<Opened | null>(null)
  const asked = useQuery({
    queryKey: ["mailboxes"],
    queryFn: ({ signal }) => ask("GET /api/mailboxes", {}, { signal }),
  })
  const close = (): void => setOpened(null)
  return (
    <Stack>
      {changes && (
        <Button w="fit-content" onClick={() => setOpened({ is: "set" })}>
          {t("units.set")}
        </Button>
      )}
      <Asked of={asked}>
        {(rows) => (
          <Rows
            rows={rows}
            keyOf={({ match }) => match}
            nothing={t("units.noMailboxes")}
            columns={[
              { name: t("units.address"), cell: ({ match }) => <Foreign>{match}</Foreign> },
              { name: t("units.class"), mono: true, cell: (row) => row.class },
              { name: t("units.name"), cell: ({ unit }) => (unit === null ? t("units.anyUnit") : unitName(unit)) },
              {
                name: "",
                cell: ({ match }) =>
                  changes && (
                    <Button
                      size="compact-sm"
                      variant="default"
                      aria-label={`${t("units.drop")}: ${match}`}
                      onClick={() => setOpened({ is: "drop", match })}
                    >
                      {t("units.drop")}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Asked>
      {opened?.is === "set" && <SetClass units={units} close={close} />}
      {opened?.is === "drop" && (
        <Change
          title={t("units.drop")}
          hint={t("units.dropQuestion", { match: opened.match })}
          of={opened.match}
          run={(how) => ask("PUT /api/mailboxes", { body: { set: [], drop: [opened.match], ...how } })}
          close={close}
        >
          {null}
        </Change>
      )}
    </Stack>
  )
}

const NEW: Mailbox = { match: "", class: "public-service", unit: null }

function SetClass({ units, close }: { readonly units: readonly Unit[]; readonly close: () => void }) {
  const { t } = useTranslation("office")
  const [form, setForm] = useState<Mailbox>(NEW)
  const set = (change: Partial<Mailbox>): void => setForm((before) => ({ ...before, ...change }))
  return (
    <Change
      title={t("units.set")}
      disabled={form.match === "" || form.class === ""}
      of={JSON.stringify(form)}
      run={(how) => ask("PUT /api/mailboxes", { body: { set: [form], drop: [], ...how } })}
      close={close}
    >
      <TextInput
        label={t("units.match")}
        required
        value={form.match}
        onChange={({ currentTarget }) => set({ match: currentTarget.value })}
      />
      <Group grow align="flex-start">
        <TextInput
          label={t("units.class")}
          list="classes"
          required
          value={form.class}
          onChange={({ currentTarget }) => set({ class: currentTarget.value })}
        />
        <datalist id="classes">
          {["ordinary", "public-service", "office", "press-office", "education", "system"].map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <NativeSelect
          label={t("units.name")}
          data={[{ value: "", label: t("units.anyUnit") }, ...optionsOf(units)]}
          value={form.unit ?? ""}
          onChange={({ currentTarget }) => set({ unit: currentTarget.value === "" ? null : currentTarget.value })}
        />
      </Group>
    </Change>
  )
}
