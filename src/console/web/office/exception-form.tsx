/** Asking for an exception: which rule, for whom, why, and until when. */
import {
  Button,
  Group,
  Modal,
  NativeSelect,
  Select,
  SimpleGrid,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { branches, useUnits } from "../api/units.ts"
import { DayField } from "../parts/day-field.tsx"
import { dayEnd, dayStart } from "../parts/moment.tsx"
import { tellDone } from "../parts/tell.tsx"
import { said } from "../words/words.ts"

const KEY = ["exceptions"]

interface Form {
  readonly rule: string | null
  readonly unit: string
  readonly senders: readonly string[]
  readonly recipients: readonly string[]
  readonly reason: string
  readonly basis: string
  readonly mail: string
  readonly start: string
  readonly end: string
}

const EMPTY: Form = {
  rule: null,
  unit: "",
  senders: [],
  recipients: [],
  reason: "",
  basis: "",
  mail: "",
  start: "",
  end: "",
}

/** A condition of the policy's own language, which takes JSON too. */
function scopeOf({ senders, recipients }: Form): string {
  const of = [
    ...(senders.length === 0 ? [] : [{ sender: senders }]),
    ...(recipients.length === 0 ? [] : [{ recipient: recipients }]),
  ]
  return JSON.stringify({ all: of })
}

function given(text: string): string | null {
  return text.trim() === "" ? null : text.trim()
}

export function RequestForm({ close }: { readonly close: () => void }) {
  const { t } = useTranslation("office")
  const { t: w } = useTranslation()
  const client = useQueryClient()
  const units = useUnits()
  const rules = useQuery({
    queryKey: ["policy", "liftable"],
    queryFn: ({ signal }) => ask("GET /api/policy/liftable", {}, { signal }),
  })
  const [form, setForm] = useState<Form>(EMPTY)
  const set = (change: Partial<Form>): void => setForm((before) => ({ ...before, ...change }))
  const options = branches(units.data ?? []).map(({ unit }) => ({ value: unit.id, label: said(unit.name) }))
  const unit = form.unit === "" ? (options[0]?.value ?? "") : form.unit
  const request = useMutation({
    mutationFn: () =>
      ask("POST /api/exceptions", {
        body: {
          rule: form.rule ?? "",
          unit,
          when: scopeOf(form),
          reason: form.reason.trim(),
          basis: given(form.basis),
          mail: given(form.mail),
          ...(form.start === "" ? {} : { start: dayStart(form.start) }),
          end: dayEnd(form.end),
        },
      }),
    onSuccess: async () => {
      tellDone(t("exceptions.sent"))
      await client.invalidateQueries({ queryKey: KEY })
      close()
    },
  })
  const text = (name: "basis" | "mail", type = "text") => (
    <TextInput
      label={t(`exceptions.${name}`)}
      type={type}
      value={form[name]}
      onChange={({ currentTarget }) => set({ [name]: currentTarget.value })}
    />
  )
  const date = (name: "start" | "end") => (
    <DayField
      label={t(`exceptions.${name}`)}
      required={name === "end"}
      value={form[name]}
      onChange={(day) => set({ [name]: day })}
    />
  )
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t("exceptions.ask")}
      closeButtonProps={{ "aria-label": w("common.close") }}
    >
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault()
          request.mutate()
        }}
      >
        <Stack>
          <Text size="sm">{t("exceptions.askHint")}</Text>
          <Select
            label={t("exceptions.rule")}
            required
            searchable
            data={(rules.data ?? []).map(({ id, title }) => ({ value: id, label: said(title) }))}
            value={form.rule}
            onChange={(rule) => set({ rule })}
          />
          <NativeSelect
            label={t("exceptions.unit")}
            data={options}
            value={unit}
            onChange={({ currentTarget }) => set({ unit: currentTarget.value })}
          />
          <TagsInput
            label={t("exceptions.sender")}
            description={t("exceptions.scopeHint")}
            splitChars={[",", ";", " "]}
            acceptValueOnBlur
            value={[...form.senders]}
            onChange={(senders) => set({ senders })}
          />
          <TagsInput
            label={t("exceptions.recipient")}
            splitChars={[",", ";", " "]}
            acceptValueOnBlur
            value={[...form.recipients]}
            onChange={(recipients) => set({ recipients })}
          />
          <Textarea
            label={w("common.reason")}
            description={w("common.reasonHint")}
            required
            minLength={3}
            maxLength={1_000}
            autosize
            value={form.reason}
            onChange={({ currentTarget }) => set({ reason: currentTarget.value })}
          />
          <SimpleGrid cols={{ base: 1, sm: 2 }}>
            {text("basis")}
            {text("mail", "email")}
            {date("start")}
            {date("end")}
          </SimpleGrid>
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {w("common.cancel")}
            </Button>
            <Button
              type="submit"
              loading={request.isPending}
              disabled={form.senders.length + form.recipients.length === 0 || form.rule === null}
            >
              {t("exceptions.ask")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}
