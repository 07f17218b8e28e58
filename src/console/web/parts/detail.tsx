/** The facts of an event, for whoever compares records with others. */
import { Text } from "@mantine/core"
import { Fragment } from "react"
import { said } from "../words/words.ts"
import { Foreigners } from "./moment.tsx"

/** Told as sentences instead, or of no use to a reader. */
const HIDDEN: ReadonlySet<string> = new Set(["vi", "en", "content"])

export function Detail({ detail }: { readonly detail: object }) {
  const facts = new Map<string, unknown>(Object.entries(detail))
  const [vi, en] = [facts.get("vi"), facts.get("en")]
  const shown = [...facts]
    .filter(([key, value]) => !HIDDEN.has(key) && value !== null && value !== "")
    .map(([key, value]) => [key, Array.isArray(value) ? value.map(String) : [String(value)]] as const)
    .filter(([, values]) => values.length > 0)
  const sentences = Array.isArray(vi) && Array.isArray(en) ? said({ vi: vi.join(" "), en: en.join(" ") }) : null
  const sentence = typeof vi === "string" && typeof en === "string" ? said({ vi, en }) : sentences
  return (
    <>
      {sentence !== null && <Text size="sm">{sentence}</Text>}
      {shown.length > 0 && (
        <Text size="xs" c="dimmed" className="anywhere">
          {shown.map(([key, values], at) => (
            <Fragment key={key}>
              {at > 0 && " · "}
              {key}: <Foreigners of={values} />
            </Fragment>
          ))}
        </Text>
      )}
    </>
  )
}
