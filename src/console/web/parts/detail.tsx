/** The facts of an event, for whoever compares records with others. */
import { Text } from "@mantine/core"
import { Fragment } from "react"
import { useTranslation } from "react-i18next"
import { said } from "../words/words.ts"
import { Foreigners } from "./moment.tsx"

/** Told as sentences instead, or of no use to a reader. */
const HIDDEN: ReadonlySet<string> = new Set(["vi", "en", "content"])

interface DetailProps {
  readonly detail: object
  /** The facts stand behind a word: most readers want the sentence alone. */
  readonly folded?: boolean
  /** Whether the sentence is said here. */
  readonly told?: boolean
}

export function Detail({ detail, folded = false, told = true }: DetailProps) {
  const { t } = useTranslation()
  const shown = [...new Map<string, unknown>(Object.entries(detail))]
    .filter(([key, value]) => !HIDDEN.has(key) && value !== null && value !== "")
    .map(([key, value]) => [key, Array.isArray(value) ? value.map(String) : [String(value)]] as const)
    .filter(([, values]) => values.length > 0)
  const sentence = told ? sentenceOf(detail) : null
  const facts = (
    <Text size="xs" c="dimmed" className="anywhere">
      {shown.map(([key, values], at) => (
        <Fragment key={key}>
          {at > 0 && " · "}
          {key}: <Foreigners of={values} />
        </Fragment>
      ))}
    </Text>
  )
  return (
    <>
      {sentence !== null && <Text size="sm">{sentence}</Text>}
      {shown.length > 0 && !folded && facts}
      {shown.length > 0 && folded && (
        <details className="fold">
          <summary>{t("common.facts")}</summary>
          {facts}
        </details>
      )}
    </>
  )
}

/** What the event says in the reader's language, where it says something. */
export function sentenceOf(detail: object): string | null {
  const facts = new Map<string, unknown>(Object.entries(detail))
  const [vi, en] = [facts.get("vi"), facts.get("en")]
  if (Array.isArray(vi) && Array.isArray(en)) return said({ vi: vi.join(" "), en: en.join(" ") })
  return typeof vi === "string" && typeof en === "string" ? said({ vi, en }) : null
}
