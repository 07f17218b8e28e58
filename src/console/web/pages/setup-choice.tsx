/** Steps of the first set-up that ask for a choice: domains, units, monitor or enforce. */
import { ActionIcon, Button, Group, Radio, Stack, Text, Textarea, TextInput } from "@mantine/core"
import { useTranslation } from "react-i18next"
import type { Answer } from "../api/client.ts"
import { Told } from "../parts/told.tsx"

type State = Answer<"GET /api/setup">
type Hop = NonNullable<State["nextHop"]>

interface Unit {
  readonly id: string
  readonly parent: string | null
  readonly name: { readonly vi: string; readonly en: string }
  /** As typed, with commas. */
  readonly domains: string
}

/** As typed. */
export interface Choice {
  readonly hostname: string
  readonly postmaster: string
  readonly domains: string
  readonly to: string
  readonly tls: Hop["tls"]
  readonly hopLater: boolean
  readonly clamd: string
  readonly scannerLater: boolean
  readonly units: readonly Unit[]
  readonly mode: "shadow" | "enforce"
}

export interface StepProps {
  readonly choice: Choice
  readonly change: (next: Partial<Choice>) => void
}

export function choiceOf(state: State): Choice {
  const { hostname, postmaster, domains, nextHop, clamd, units, mode } = state
  return {
    hostname,
    postmaster,
    domains: domains.join("\n"),
    to: nextHop?.to ?? "smtp://",
    tls: nextHop?.tls ?? "opportunistic",
    hopLater: false,
    clamd: clamd ?? "unix:/run/clamav/clamd.ctl",
    scannerLater: false,
    units: units.map((unit) => ({ ...unit, domains: unit.domains.join(", ") })),
    mode: mode ?? "shadow",
  }
}

export function splitDomains(typed: string): string[] {
  return typed.split(/[\s,;]+/).filter((one) => one !== "")
}

/** Another agency's sample units are not this one's: with other domains only the top stays. */
export function unitsFor({ domains, units }: Choice, state: State): readonly Unit[] {
  const own = splitDomains(domains)
  const isSame = JSON.stringify(own) === JSON.stringify(state.domains)
  const isTouched = JSON.stringify(units) !== JSON.stringify(choiceOf(state).units)
  const [root] = units
  if (isSame || isTouched || root === undefined) return units
  return [{ ...root, name: { vi: "", en: "" }, domains: own.join(", ") }]
}

/** The name of the machine and the mailbox go along as long as they lie under the first domain, as they were shipped. */
function withDomains({ domains, hostname, postmaster }: Choice, typed: string): Partial<Choice> {
  const [before, after] = [splitDomains(domains)[0] ?? "", splitDomains(typed)[0] ?? ""]
  const moved = (name: string, mark: "." | "@"): string =>
    name.endsWith(`${mark}${before}`) ? `${name.slice(0, name.length - before.length)}${after}` : name
  return { domains: typed, hostname: moved(hostname, "."), postmaster: moved(postmaster, "@") }
}

type Typed = { readonly currentTarget: { readonly value: string } }

export function DomainsStep({ choice, change }: StepProps) {
  const { t } = useTranslation()
  return (
    <>
      <Text size="sm">{t("setup.domains.hint")}</Text>
      <Textarea
        label={t("setup.domains.label")}
        required
        autosize
        minRows={2}
        spellCheck={false}
        value={choice.domains}
        onChange={({ currentTarget }: Typed) => change(withDomains(choice, currentTarget.value))}
      />
      <TextInput
        label={t("setup.domains.hostname")}
        description={t("setup.domains.hostnameHint")}
        required
        spellCheck={false}
        value={choice.hostname}
        onChange={({ currentTarget }: Typed) => change({ hostname: currentTarget.value })}
      />
      <TextInput
        label={t("setup.domains.postmaster")}
        description={t("setup.domains.postmasterHint")}
        type="email"
        required
        value={choice.postmaster}
        onChange={({ currentTarget }: Typed) => change({ postmaster: currentTarget.value })}
      />
    </>
  )
}

/** A name of small letters, digits and hyphens, unlike the others. */
function idOf(name: string, taken: readonly string[]): string {
  const words = name.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase().replaceAll("đ", "d")
  const id = words
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 40)
  for (let number = 1; ; number += 1) {
    const candidate = number === 1 && id !== "" ? id : `${id === "" ? "don-vi" : id}-${number}`
    if (!taken.includes(candidate)) return candidate
  }
}

export function UnitsStep({ choice: { units }, change }: StepProps) {
  const { t } = useTranslation()
  const [root] = units
  const set = (position: number, next: Partial<Unit>): void =>
    change({ units: units.map((unit, index) => (index === position ? { ...unit, ...next } : unit)) })
  /** What is below a unit that goes stands below the top. */
  const remove = (gone: string): void =>
    change({
      units: units
        .filter(({ id }) => id !== gone)
        .map((unit) => (unit.parent === gone ? { ...unit, parent: root?.id ?? null } : unit)),
    })
  const add = (): void => {
    const id = idOf(
      "",
      units.map((unit) => unit.id),
    )
    change({ units: [...units, { id, parent: root?.id ?? null, name: { vi: "", en: "" }, domains: "" }] })
  }
  return (
    <>
      <Text size="sm">{t("setup.units.hint")}</Text>
      {units.map((unit, position) => (
        <Group key={unit.id} gap="xs" align="flex-end" role="group" aria-label={unit.name.vi}>
          <TextInput
            label={t("setup.units.vi")}
            description={position === 0 ? t("setup.units.root") : undefined}
            required
            flex={1}
            miw={180}
            value={unit.name.vi}
            onChange={({ currentTarget: { value } }: Typed) => {
              const en = unit.name.en === "" || unit.name.en === unit.name.vi ? value : unit.name.en
              set(position, { name: { vi: value, en } })
            }}
          />
          <TextInput
            label={t("setup.units.en")}
            required
            flex={1}
            miw={180}
            value={unit.name.en}
            onChange={({ currentTarget: { value } }: Typed) => set(position, { name: { ...unit.name, en: value } })}
          />
          <TextInput
            label={t("setup.units.domain")}
            description={position === 0 ? t("setup.units.domainHint") : undefined}
            flex={1}
            miw={180}
            spellCheck={false}
            value={unit.domains}
            onChange={({ currentTarget: { value } }: Typed) => set(position, { domains: value })}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            size="lg"
            disabled={position === 0}
            aria-label={t("setup.units.remove", { name: unit.name.vi })}
            onClick={() => remove(unit.id)}
          >
            ×
          </ActionIcon>
        </Group>
      ))}
      <Button variant="default" size="compact-sm" w="fit-content" onClick={add}>
        {t("setup.units.add")}
      </Button>
    </>
  )
}

export function ModeStep({ choice, change, published }: StepProps & { readonly published: boolean }) {
  const { t } = useTranslation()
  if (published) return <Told color="blue" title={t("setup.mode.published")} />
  return (
    <>
      <Text size="sm">{t("setup.mode.hint")}</Text>
      <Radio.Group
        label={t("setup.steps.mode")}
        value={choice.mode}
        onChange={(mode) => change({ mode: mode === "enforce" ? "enforce" : "shadow" })}
      >
        <Stack gap="sm" mt="xs">
          <Radio value="shadow" label={t("setup.mode.shadow")} description={t("setup.mode.shadowHint")} />
          <Radio value="enforce" label={t("setup.mode.enforce")} description={t("setup.mode.enforceHint")} />
        </Stack>
      </Radio.Group>
    </>
  )
}
