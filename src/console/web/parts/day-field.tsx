/** A day of the calendar, typed as people here write it, 26/11/2026, whatever language the browser is in; or chosen. */
import { ActionIcon, TextInput } from "@mantine/core"
import { useRef, useState } from "react"
import { useTranslation } from "react-i18next"
import { dayOf, writtenDay } from "./periods.ts"

interface DayFieldProps {
  readonly label: string
  /** `2026-11-26`, or "" */
  readonly value: string
  readonly required?: boolean
  readonly onChange: (value: string) => void
}

export function DayField({ label, value, required = false, onChange }: DayFieldProps) {
  const { t } = useTranslation()
  const picker = useRef<HTMLInputElement>(null)
  /** What is typed and is no day yet; null: what stands there is the value. */
  const [typed, setTyped] = useState<string | null>(null)
  const type = (text: string): void => {
    const day = text.trim() === "" ? "" : dayOf(text)
    setTyped(day === null || text.trim() !== writtenDay(day) ? text : null)
    if (day !== null) onChange(day)
  }
  const isWrong = typed !== null && typed.trim() !== "" && dayOf(typed) === null
  return (
    <TextInput
      label={label}
      required={required}
      placeholder={t("common.dayForm")}
      inputMode="numeric"
      autoComplete="off"
      value={typed ?? writtenDay(value)}
      error={isWrong ? t("common.noDay") : null}
      onChange={({ currentTarget }) => type(currentTarget.value)}
      onBlur={() => !isWrong && setTyped(null)}
      // A form with half a day in it is not sent.
      pattern="\s*\d{1,2}[\/.\-]\d{1,2}[\/.\-]\d{4}\s*"
      rightSection={
        <>
          <ActionIcon
            variant="subtle"
            color="gray"
            aria-label={t("common.pickDay", { field: label })}
            onClick={() => picker.current?.showPicker()}
          >
            <svg viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" fill="none" stroke="currentColor">
              <path d="M2.5 4.5h11v9h-11zM2.5 7.5h11M5.5 2.5v3M10.5 2.5v3" />
            </svg>
          </ActionIcon>
          <input
            ref={picker}
            type="date"
            className="picker"
            tabIndex={-1}
            aria-hidden="true"
            value={value}
            onChange={({ currentTarget }) => {
              setTyped(null)
              onChange(currentTarget.value)
            }}
          />
        </>
      }
    />
  )
}
