/** What a rule does besides its outcome: each kind with its own inputs. */
import { Checkbox, CloseButton, Group, MultiSelect, NativeSelect, Stack, Text, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { valueWord } from "../words/policy.ts"
import { language } from "../words/words.ts"
import { inner, many, oneOrMany } from "./condition.ts"
import { FINDINGS } from "./facts.ts"
import { isWritten } from "./written.ts"

const KINDS = [
  "header",
  "subject-tag",
  "banner",
  "require-tls",
  "canonicalise",
  "disarm",
  "replace-attachment",
] as const
type Kind = (typeof KINDS)[number]

const FIRST: Readonly<Record<Kind, unknown>> = {
  header: { header: { name: "X-Congthu-Note", value: "checked" } },
  "subject-tag": { "subject-tag": "[NGOÀI CƠ QUAN]" },
  banner: "banner",
  "require-tls": "require-tls",
  canonicalise: "canonicalise",
  disarm: { disarm: "macros" },
  "replace-attachment": { "replace-attachment": "forbidden-type" },
}

function kindOf(written: unknown): Kind | undefined {
  const name = isWritten(written) ? Object.keys(written)[0] : written
  return KINDS.find((one) => one === name)
}

interface AlsoEditorProps {
  readonly also: readonly unknown[]
  readonly onChange: (also: readonly unknown[]) => void
}

export function AlsoEditor({ also, onChange }: AlsoEditorProps) {
  const { t } = useTranslation("policy")
  return (
    <Stack gap="xs" role="group" aria-label={t("rule.also")}>
      {also.map((one, at) => (
        <Group key={at} align="flex-end" wrap="nowrap" className="condition">
          <One written={one} onChange={(next) => onChange(also.map((was, place) => (place === at ? next : was)))} />
          <CloseButton
            aria-label={t("also.remove")}
            onClick={() => onChange(also.filter((_, place) => place !== at))}
          />
        </Group>
      ))}
      <NativeSelect
        aria-label={t("also.add")}
        w="fit-content"
        value=""
        data={[
          { value: "", label: `+ ${t("also.add")}` },
          ...KINDS.map((value) => ({ value, label: t(`also.${value}`) })),
        ]}
        onChange={({ currentTarget }) => {
          const kind = KINDS.find((one) => one === currentTarget.value)
          if (kind !== undefined) onChange([...also, FIRST[kind]])
        }}
      />
    </Stack>
  )
}

interface OneProps {
  readonly written: unknown
  readonly onChange: (written: unknown) => void
}

function One({ written, onChange }: OneProps) {
  const { t } = useTranslation("policy")
  const kind = kindOf(written)
  const value = kind === undefined ? undefined : inner(written)[kind]
  if (kind === undefined) return <Text className="mono">{JSON.stringify(written)}</Text>
  if (kind === "require-tls") return <Text flex={1}>{t("also.require-tls")}</Text>
  if (kind === "subject-tag") {
    return (
      <TextInput
        flex={1}
        label={`${t("also.subject-tag")}: ${t("also.tag")}`}
        value={typeof value === "string" ? value.slice(1, -1) : ""}
        onChange={({ currentTarget }) => onChange({ "subject-tag": `[${currentTarget.value}]` })}
      />
    )
  }
  if (kind === "header") {
    const { name, value: said } = inner(value)
    return (
      <Group grow flex={1}>
        <TextInput
          label={`${t("also.header")}: ${t("also.name")}`}
          value={typeof name === "string" ? name : ""}
          onChange={({ currentTarget }) => onChange({ header: { name: currentTarget.value, value: said } })}
        />
        <TextInput
          label={t("also.value")}
          value={typeof said === "string" ? said : ""}
          onChange={({ currentTarget }) => onChange({ header: { name, value: currentTarget.value } })}
        />
      </Group>
    )
  }
  if (kind === "banner") {
    return (
      <NativeSelect
        label={t("also.banner")}
        data={[
          { value: "outside", label: t("also.outside") },
          { value: "imitation", label: t("also.imitation") },
        ]}
        value={value === "imitation" ? "imitation" : "outside"}
        onChange={({ currentTarget }) =>
          onChange(currentTarget.value === "imitation" ? { banner: "imitation" } : "banner")
        }
      />
    )
  }
  return <Rewriting kind={kind} value={value} onChange={onChange} />
}

/** Those that make the message anew, also where a signature breaks by it. */
function Rewriting({
  kind,
  value,
  onChange,
}: {
  readonly kind: "canonicalise" | "disarm" | "replace-attachment"
  readonly value: unknown
  readonly onChange: (written: unknown) => void
}) {
  const { t } = useTranslation("policy")
  const signed = inner(value)["signed"] === true
  const what = kind === "disarm" ? (isWritten(value) ? value["what"] : value) : null
  const kinds = kind === "replace-attachment" ? many(isWritten(value) ? value["kinds"] : value) : []
  const put = (next: {
    readonly what?: unknown
    readonly kinds?: readonly string[]
    readonly signed?: boolean
  }): void => {
    const isSigned = next.signed ?? signed
    if (kind === "canonicalise") return onChange(isSigned ? { canonicalise: { signed: true } } : "canonicalise")
    if (kind === "disarm") {
      const taken = next.what ?? what
      return onChange({ disarm: isSigned ? { what: taken, signed: true } : taken })
    }
    const of = oneOrMany(next.kinds ?? kinds)
    return onChange({ "replace-attachment": isSigned ? { kinds: of, signed: true } : of })
  }
  return (
    <Group grow flex={1} align="flex-end">
      {kind === "canonicalise" && <Text>{t("also.canonicalise")}</Text>}
      {kind === "disarm" && (
        <NativeSelect
          label={t("also.disarm")}
          data={[
            { value: "macros", label: t("also.macros") },
            { value: "active-content", label: valueWord(language(), "active-content") },
          ]}
          value={String(what)}
          onChange={({ currentTarget }) => put({ what: currentTarget.value })}
        />
      )}
      {kind === "replace-attachment" && (
        <MultiSelect
          label={t("also.replace-attachment")}
          data={FINDINGS.map((one) => ({ value: one, label: valueWord(language(), one) }))}
          value={[...kinds]}
          onChange={(next) => put({ kinds: next })}
        />
      )}
      <Checkbox
        label={t("also.signed")}
        checked={signed}
        onChange={({ currentTarget }) => put({ signed: currentTarget.checked })}
      />
    </Group>
  )
}
