/** A report as it goes on paper: head and foot of Decree 30/2020, appendix I, and the table between them. */
import { Accordion, SimpleGrid, Text, Textarea, TextInput } from "@mantine/core"
import { type ReactNode, useState } from "react"
import { useReportWords } from "../words/reports.ts"

const FIELDS = ["superior", "issuer", "number", "place", "authority", "position", "signer"] as const
type Field = (typeof FIELDS)[number]
export type Form = Readonly<Record<Field | "receivers", string>>

const KEPT = "congthu.paper"
const EMPTY: Form = {
  superior: "",
  issuer: "",
  number: "      /BC-",
  place: "",
  authority: "",
  position: "THỦ TRƯỞNG ĐƠN VỊ",
  signer: "",
  receivers: "",
}

/** What was written last stays on this computer. */
export function usePaper(): readonly [Form, (more: Partial<Form>) => void] {
  const [form, setForm] = useState<Form>(() => ({ ...EMPTY, ...kept() }))
  const change = (more: Partial<Form>): void => {
    const next = { ...form, ...more }
    setForm(next)
    localStorage.setItem(KEPT, JSON.stringify(next))
  }
  return [form, change]
}

function kept(): Partial<Form> {
  try {
    const read: unknown = JSON.parse(localStorage.getItem(KEPT) ?? "{}")
    if (typeof read !== "object" || read === null) return {}
    const words = Object.entries(read).filter(([key, value]) => key in EMPTY && typeof value === "string")
    return Object.fromEntries(words)
  } catch {
    return {}
  }
}

interface PaperFormProps {
  readonly form: Form
  readonly change: (more: Partial<Form>) => void
}

export function PaperForm({ form, change }: PaperFormProps) {
  const { t } = useReportWords()
  return (
    <Accordion variant="contained" className="no-print">
      <Accordion.Item value="paper">
        <Accordion.Control>{t("paper.title")}</Accordion.Control>
        <Accordion.Panel>
          <Text size="sm" c="dimmed" mb="xs">
            {t("paper.hint")}
          </Text>
          <SimpleGrid cols={{ base: 1, xs: 2, md: 3 }} spacing="sm">
            {FIELDS.map((name) => (
              <TextInput
                key={name}
                label={t(`paper.${name}`)}
                value={form[name]}
                onChange={(changed) => change({ [name]: changed.currentTarget.value })}
              />
            ))}
            <Textarea
              label={t("paper.receivers")}
              autosize
              value={form.receivers}
              onChange={(changed) => change({ receivers: changed.currentTarget.value })}
            />
          </SimpleGrid>
        </Accordion.Panel>
      </Accordion.Item>
    </Accordion>
  )
}

interface PaperProps {
  readonly form: Form
  /** Who reports, where nothing else is written. */
  readonly agency: string
  readonly title: string
  readonly about: string
  /** Day, month, year. */
  readonly date: readonly [string, string, string]
  readonly children: ReactNode
}

/** Boxes 1 to 5 above, 7 and 9b below: shown by the printer alone. */
export function Paper({ form, agency, title, about, date: [d, m, y], children }: PaperProps) {
  const { t } = useReportWords()
  const place = form.place === "" ? "…………" : form.place
  return (
    <div className="paper">
      <div className="paper-only paper-head">
        <div>
          {form.superior !== "" && <p>{form.superior.toUpperCase()}</p>}
          <p className="ruled">
            <b>{(form.issuer === "" ? agency : form.issuer).toUpperCase()}</b>
          </p>
          <p>
            {t("paper.numberWord")} {form.number}
          </p>
        </div>
        <div>
          <p>
            <b>{t("paper.motto")}</b>
          </p>
          <p className="ruled long">
            <b>{t("paper.mottoSmall")}</b>
          </p>
          <p>
            <i>{t("paper.date", { place, d, m, y })}</i>
          </p>
        </div>
      </div>
      <div className="paper-only paper-title">
        <p>
          <b>{t("paper.kind")}</b>
        </p>
        <p className="ruled">
          <b>{title}</b>
        </p>
        <p>
          <i>{about}</i>
        </p>
      </div>
      {children}
      <div className="paper-only paper-foot">
        <div className="receivers">
          <p>
            <b>
              <i>{t("paper.receiversWord")}</i>
            </b>
          </p>
          {[t("paper.asAbove"), ...form.receivers.split("\n"), t("paper.file")]
            .filter((line) => line.trim() !== "")
            .map((line) => (
              <p key={line}>- {line}</p>
            ))}
        </div>
        <div>
          {form.authority !== "" && (
            <p>
              <b>{form.authority.toUpperCase()}</b>
            </p>
          )}
          <p>
            <b>{form.position.toUpperCase()}</b>
          </p>
          <p className="signature">
            <b>{form.signer}</b>
          </p>
        </div>
      </div>
    </div>
  )
}
