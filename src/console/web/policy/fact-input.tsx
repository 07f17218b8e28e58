/** The input of one question: what may be answered decides how. */
import { Group, MultiSelect, NativeSelect, NumberInput, TagsInput, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import { language } from "../words/words.ts"
import { valueWord } from "../words/policy.ts"
import { inner, many, oneOrMany } from "./condition.ts"
import {
  CIRCULATIONS,
  DAYS,
  DIRECTIONS,
  type Fact,
  FACTS,
  FINDINGS,
  type Input,
  LABELS,
  METHODS,
  type Names,
  type Options,
  POSITIONS,
  RESULTS,
  SECRECIES,
} from "./facts.ts"

export interface AnswerProps {
  readonly value: unknown
  readonly names: Names
  readonly onChange: (value: unknown) => void
}

export function FactInput({ fact, ...answer }: AnswerProps & { readonly fact: Fact }) {
  const { t } = useTranslation("policy")
  const input: Input = FACTS[fact]
  const label = t(`fact.${fact}`)
  const { value, names, onChange } = answer
  switch (input.is) {
    case "always":
      return null
    case "flag":
      return <YesNo label={label} value={value === true} onChange={onChange} />
    case "choice":
      return <Choice label={label} options={optionsOf(input.of, names, t("condition.anyWebmail"))} {...answer} />
    case "texts":
      return <Texts label={label} sample={input.sample} value={value} onChange={onChange} />
    case "list":
      return (
        <NativeSelect
          aria-label={label}
          data={[...names.lists]}
          value={typeof value === "string" ? value : ""}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )
    case "at-least":
      return (
        <NumberInput
          label={t("condition.atLeast")}
          min={0}
          allowDecimal={false}
          value={numberOf(inner(value)["at-least"])}
          onChange={(typed) => onChange({ "at-least": Number(typed) })}
        />
      )
    case "size":
      return (
        <TextInput
          label={t("condition.size")}
          value={typeof value === "string" || typeof value === "number" ? String(value) : ""}
          onChange={({ currentTarget }) => onChange(currentTarget.value)}
        />
      )
    default:
      return <Detailed is={input.is} {...answer} />
  }
}

function numberOf(value: unknown): number {
  return typeof value === "number" ? value : 0
}

function Detailed({
  is,
  ...answer
}: AnswerProps & { readonly is: "finding" | "authentication" | "header" | "address" | "time" }) {
  switch (is) {
    case "finding":
      return <FindingInput {...answer} />
    case "authentication":
      return <AuthenticationInput {...answer} />
    case "header":
      return <HeaderInput {...answer} />
    case "address":
      return <AddressInput {...answer} />
    case "time":
      return <TimeInput {...answer} />
    default:
      return is satisfies never
  }
}

interface Option {
  readonly value: string
  readonly label: string
}

function worded(values: readonly string[]): readonly Option[] {
  return values.map((value) => ({ value, label: valueWord(language(), value) }))
}

function optionsOf(of: Options, { classes, families, units }: Names, any: string): readonly Option[] {
  switch (of) {
    case "direction":
      return worded(DIRECTIONS)
    case "official":
      return worded(LABELS)
    case "circulation":
      return worded(CIRCULATIONS)
    case "secrecy":
      return worded(SECRECIES)
    case "class":
      return worded(classes)
    case "unit":
      return units.map(({ id, name }) => ({ value: id, label: name }))
    case "webmail":
      return [{ value: "any", label: any }, ...families.map((value) => ({ value, label: value }))]
    default:
      return of satisfies never
  }
}

interface ChoiceProps {
  readonly label: string
  readonly options: readonly Option[]
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

/** `any` stands alone. */
function Choice({ label, options, value, onChange }: ChoiceProps) {
  const chosen = many(value)
  return (
    <MultiSelect
      aria-label={label}
      searchable={options.length > 8}
      data={[...options]}
      value={[...chosen]}
      onChange={(next) => {
        const isAny = next.includes("any") && !chosen.includes("any")
        onChange(oneOrMany(isAny ? ["any"] : next.filter((one) => one !== "any" || next.length === 1)))
      }}
    />
  )
}

interface TextsProps {
  readonly label: string
  readonly sample?: string
  readonly value: unknown
  readonly onChange: (value: unknown) => void
}

function Texts({ label, sample = "", value, onChange }: TextsProps) {
  return (
    <TagsInput
      label={label}
      placeholder={sample.slice(0, 40)}
      splitChars={[",", "\n"]}
      value={[...many(value)]}
      onChange={(next) => onChange(oneOrMany(next))}
    />
  )
}

function YesNo({
  label,
  value,
  onChange,
}: {
  readonly label: string
  readonly value: boolean
  readonly onChange: (value: boolean) => void
}) {
  const { t } = useTranslation("policy")
  return (
    <NativeSelect
      aria-label={label}
      w="fit-content"
      value={String(value)}
      data={(["true", "false"] as const).map((one) => ({ value: one, label: t(`condition.${one}`) }))}
      onChange={({ currentTarget }) => onChange(currentTarget.value === "true")}
    />
  )
}

/** A kind alone, or with reasons or all but some reasons. */
function FindingInput({ value, onChange }: AnswerProps) {
  const { t } = useTranslation("policy")
  const given: Readonly<Record<string, unknown>> = typeof value === "string" ? { kind: value } : inner(value)
  const put = (change: Readonly<Record<string, unknown>>): void => {
    const { kind, why, except } = { ...given, ...change }
    const [only, but] = [many(why), many(except)]
    if (only.length > 0) onChange({ kind, why: oneOrMany(only) })
    else onChange(but.length > 0 ? { kind, except: oneOrMany(but) } : kind)
  }
  const { why, except } = given
  return (
    <Group grow align="flex-start">
      <NativeSelect
        label={t("condition.kindOf")}
        data={[...worded(FINDINGS)]}
        value={String(given["kind"])}
        onChange={({ currentTarget }) => put({ kind: currentTarget.value })}
      />
      <Texts label={t("condition.why")} value={why} onChange={(next) => put({ why: next, except: [] })} />
      <Texts label={t("condition.except")} value={except} onChange={(next) => put({ why: [], except: next })} />
    </Group>
  )
}

function AuthenticationInput({ value, onChange }: AnswerProps) {
  const given = inner(value)
  return (
    <Group grow align="flex-start">
      {METHODS.map((method) => (
        <MultiSelect
          key={method}
          label={method.toUpperCase()}
          data={[...RESULTS]}
          value={[...many(given[method])]}
          onChange={(next) => {
            const { [method]: _, ...rest } = given
            onChange(next.length === 0 ? rest : { ...rest, [method]: oneOrMany(next) })
          }}
        />
      ))}
    </Group>
  )
}

function HeaderInput({ value, onChange }: AnswerProps) {
  const { t } = useTranslation("policy")
  const { name, matches } = inner(value)
  return (
    <Group grow align="flex-start">
      <TextInput
        label={t("condition.name")}
        value={typeof name === "string" ? name : ""}
        onChange={({ currentTarget }) => onChange({ name: currentTarget.value, matches })}
      />
      <Texts label={t("condition.matches")} value={matches} onChange={(next) => onChange({ name, matches: next })} />
    </Group>
  )
}

const WAYS = ["domain", "list", "webmail"] as const

function AddressInput({ value, names, onChange }: AnswerProps) {
  const { t } = useTranslation("policy")
  const given = inner(value)
  const { at } = given
  const way = WAYS.find((one) => one in given) ?? "list"
  const first = { domain: "example.com", list: names.lists[0] ?? "", webmail: "any" }
  const label = { domain: t("condition.byDomain"), list: t("condition.byList"), webmail: t("condition.byWebmail") }
  const put = (next: unknown): void => onChange({ at, [way]: next })
  return (
    <Group grow align="flex-start">
      <MultiSelect
        label={t("condition.at")}
        data={[...POSITIONS]}
        value={[...many(at)]}
        onChange={(next) => onChange({ at: oneOrMany(next), [way]: given[way] })}
      />
      <NativeSelect
        label={t("condition.by")}
        data={WAYS.map((one) => ({ value: one, label: label[one] }))}
        value={way}
        onChange={({ currentTarget }) => {
          const next = WAYS.find((one) => one === currentTarget.value) ?? "list"
          onChange({ at, [next]: first[next] })
        }}
      />
      {way === "domain" ? (
        <Texts label={label.domain} value={given["domain"]} onChange={put} />
      ) : (
        <NativeSelect
          label={label[way]}
          data={
            way === "list" ? [...names.lists] : [{ value: "any", label: t("condition.anyWebmail") }, ...names.families]
          }
          value={many(given[way])[0] ?? ""}
          onChange={({ currentTarget }) => put(currentTarget.value)}
        />
      )}
    </Group>
  )
}

function TimeInput({ value, onChange }: AnswerProps) {
  const { t } = useTranslation("policy")
  const { days, from, to } = inner(value)
  const chosen = days === undefined ? DAYS : many(days)
  return (
    <Group grow align="flex-start">
      <MultiSelect
        label={t("condition.days")}
        data={[...worded(DAYS)]}
        value={[...chosen]}
        onChange={(next) => onChange({ days: oneOrMany(next), from, to })}
      />
      <TextInput
        label={t("condition.from")}
        value={typeof from === "string" ? from : ""}
        onChange={({ currentTarget }) => onChange({ days: oneOrMany(chosen), from: currentTarget.value, to })}
      />
      <TextInput
        label={t("condition.to")}
        value={typeof to === "string" ? to : ""}
        onChange={({ currentTarget }) => onChange({ days: oneOrMany(chosen), from, to: currentTarget.value })}
      />
    </Group>
  )
}
