/** Units added, changed, merged, read from a spreadsheet or from the directory. */
import { Checkbox, FileInput, MultiSelect, NativeSelect, SimpleGrid, Textarea, TextInput } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { branches, type Unit } from "../api/units.ts"
import { DayField } from "../parts/day-field.tsx"
import { dayStart } from "../parts/moment.tsx"
import { said } from "../words/words.ts"
import { Change } from "./change.tsx"

interface Closable {
  readonly close: () => void
}

export function optionsOf(units: readonly Unit[]): readonly { readonly value: string; readonly label: string }[] {
  return branches(units).map(({ unit }) => ({ value: unit.id, label: said(unit.name) }))
}

export function Import({ close }: Closable) {
  const { t } = useTranslation("office")
  const [text, setText] = useState("")
  return (
    <Change
      title={t("units.import")}
      hint={t("units.importHint")}
      disabled={text.trim() === ""}
      of={text}
      run={(how) => ask("POST /api/units/import", { body: { text, ...how } })}
      close={close}
    >
      <FileInput label={t("units.file")} accept=".csv,text/csv" onChange={(file) => void file?.text().then(setText)} />
      <Textarea
        label={t("units.paste")}
        className="mono"
        autosize
        minRows={4}
        maxRows={14}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
    </Change>
  )
}

export function Merge({ units, close }: Closable & { readonly units: readonly Unit[] }) {
  const { t } = useTranslation("office")
  const [from, setFrom] = useState<readonly string[]>([])
  const [into, setInto] = useState("")
  const options = [...optionsOf(units)]
  return (
    <Change
      title={t("units.mergeTitle")}
      hint={t("units.mergeHint")}
      disabled={from.length === 0 || into === ""}
      of={JSON.stringify([from, into])}
      run={(how) => ask("POST /api/units/merge", { body: { from: [...from], into, ...how } })}
      close={close}
    >
      <MultiSelect
        label={t("units.mergeFrom")}
        searchable
        data={options.filter(({ value }) => value !== into)}
        value={[...from]}
        onChange={setFrom}
      />
      <NativeSelect
        label={t("units.mergeInto")}
        data={[{ value: "", label: "" }, ...options.filter(({ value }) => !from.includes(value))]}
        value={into}
        onChange={({ currentTarget }) => setInto(currentTarget.value)}
      />
    </Change>
  )
}

export function Sync({ close }: Closable) {
  const { t } = useTranslation("office")
  const [prune, setPrune] = useState(false)
  return (
    <Change
      title={t("units.sync")}
      hint={t("units.syncHint")}
      of={String(prune)}
      run={(how) => ask("POST /api/units/sync", { body: { prune, ...how } })}
      close={close}
    >
      <Checkbox
        label={t("units.prune")}
        checked={prune}
        onChange={({ currentTarget }) => setPrune(currentTarget.checked)}
      />
    </Change>
  )
}

interface UnitFormProps extends Closable {
  readonly units: readonly Unit[]
  /** Null: a new one. */
  readonly unit: Unit | null
}

interface Form {
  readonly id: string
  readonly parent: string
  readonly vi: string
  readonly en: string
  readonly domains: string
  /** Untouched: null. */
  readonly until: string | null
}

function first(unit: Unit | null, units: readonly Unit[]): Form {
  const root = branches(units)[0]?.unit.id ?? ""
  if (unit === null) return { id: "", parent: root, vi: "", en: "", domains: "", until: null }
  const { id, parent, name, domains } = unit
  return { id, parent: parent ?? "", vi: name.vi, en: name.en, domains: domains.join(", "), until: null }
}

export function UnitForm({ units, unit, close }: UnitFormProps) {
  const { t } = useTranslation("office")
  const [form, setForm] = useState<Form>(() => first(unit, units))
  const set = (change: Partial<Form>): void => setForm((before) => ({ ...before, ...change }))
  const name = { vi: form.vi.trim(), en: form.en.trim() === "" ? form.vi.trim() : form.en.trim() }
  const domains = form.domains.split(/[,;\s]+/).filter((one) => one !== "")
  const until = form.until === null ? {} : { until: form.until === "" ? null : dayStart(form.until) }
  const text = (field: "id" | "vi" | "en", label: string) => (
    <TextInput
      label={label}
      required={field !== "en"}
      value={form[field]}
      onChange={({ currentTarget }) => set({ [field]: currentTarget.value })}
    />
  )
  return (
    <Change
      title={unit === null ? t("units.add") : `${t("units.edit")}: ${said(unit.name)}`}
      disabled={name.vi === "" || form.id === ""}
      of={JSON.stringify(form)}
      run={(how) =>
        unit === null
          ? ask("POST /api/units", { body: { id: form.id, parent: form.parent, name, domains, ...until, ...how } })
          : ask("PATCH /api/units/:id", {
              params: { id: unit.id },
              body: { ...(form.parent === "" ? {} : { parent: form.parent }), name, domains, ...until, ...how },
            })
      }
      close={close}
    >
      {unit === null && text("id", t("units.id"))}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        {text("vi", t("units.nameVi"))}
        {text("en", t("units.nameEn"))}
      </SimpleGrid>
      {form.parent !== "" && (
        <NativeSelect
          label={t("units.parent")}
          data={optionsOf(units).filter(({ value }) => value !== unit?.id)}
          value={form.parent}
          onChange={({ currentTarget }) => set({ parent: currentTarget.value })}
        />
      )}
      <TextInput
        label={t("units.domains")}
        description={t("units.domainsHint")}
        value={form.domains}
        onChange={({ currentTarget }) => set({ domains: currentTarget.value })}
      />
      <DayField label={t("units.until")} value={form.until ?? ""} onChange={(day) => set({ until: day })} />
    </Change>
  )
}
