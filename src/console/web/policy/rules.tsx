/** Rules and guarantees as sentences; where there is a draft, it is what is shown, and what it changes is marked. */
import { Badge, Button, Card, Group, NativeSelect, Stack, Text, TextInput, Title } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { Confirm } from "../parts/confirm.tsx"
import { number } from "../parts/moment.tsx"
import { Nothing } from "../parts/page.tsx"
import { said, wordFor } from "../words/words.ts"
import { MODES } from "./facts.ts"
import { type Edited, RuleForm } from "./rule-form.tsx"
import {
  type Told,
  type ToldGuarantee,
  type ToldRule,
  useKeep,
  useMayChange,
  useMayChangeAll,
  useOwners,
  type Which,
} from "./use-policy.ts"
import { readItem, switchesOf, withSwitch } from "./written.ts"

const EMPTY: Edited = {
  list: "rules",
  isNew: true,
  item: {
    id: "",
    when: { all: [{ direction: "outbound" }, { "recipient-webmail": "any" }] },
    then: "hold",
    title: { vi: "", en: "" },
  },
}

interface RulesProps {
  readonly live: Told
  readonly shown: Told
  readonly of: Which
}

export function Rules({ live, shown, of }: RulesProps) {
  const { t } = useTranslation("policy")
  const mayChange = useMayChange()
  const owners = useOwners()
  const [wanted, setWanted] = useState("")
  const [edited, setEdited] = useState<Edited | null>(null)
  const fits = (one: ToldRule | ToldGuarantee): boolean =>
    `${one.id} ${one.title.vi} ${one.title.en} ${one.said.vi} ${one.said.en}`
      .toLowerCase()
      .includes(wanted.toLowerCase())
  const edit = (list: Edited["list"], text: string): void => {
    const item = readItem(text)
    if (item !== null) setEdited({ list, item, isNew: false })
  }
  const texts = new Map([...live.rules, ...live.guarantees].map(({ id, text }) => [id, text]))
  const isChanged = ({ id, text }: { readonly id: string; readonly text: string }) => texts.get(id) !== text
  const rules = shown.rules.filter(fits)
  const guarantees = shown.guarantees.filter(fits)
  return (
    <Stack>
      <Group align="flex-end">
        <TextInput
          label={t("rule.find")}
          flex={1}
          value={wanted}
          onChange={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        {mayChange && <Button onClick={() => setEdited(emptyOf(owners))}>{t("rule.add")}</Button>}
      </Group>
      <Switches shown={shown} />
      {rules.length + guarantees.length === 0 && <Nothing>{t("rule.none")}</Nothing>}
      {rules.length > 0 && (
        <Title order={2} size="h4">
          {t("rule.rules")}
        </Title>
      )}
      {GROUPS.map((group) => {
        const those = rules.filter((one) => groupOf(one) === group)
        return (
          those.length > 0 && (
            <Section
              key={group}
              label={`${t(`group.${group}`)} (${those.length})`}
              isOpen={wanted !== "" || group !== "files"}
            >
              {those.map((one) => (
                <RuleCard
                  key={one.id}
                  one={one}
                  document={shown.document}
                  isChanged={isChanged(one)}
                  edit={() => edit("rules", one.text)}
                />
              ))}
            </Section>
          )
        )
      })}
      {guarantees.length > 0 && (
        <Title order={2} size="h4">
          {t("rule.guarantees")}
        </Title>
      )}
      {guarantees.map((one) => (
        <Card key={one.id} withBorder component="article" aria-label={said(one.title)} padding="sm">
          <Head one={one} isChanged={isChanged(one)} />
          <Text size="sm">{said(one.said)}</Text>
          {mayChange && isOwn(one, owners) && (
            <Hands one={one} list="guarantees" document={shown.document} edit={() => edit("guarantees", one.text)} />
          )}
        </Card>
      ))}
      {edited !== null && (
        <RuleForm
          key={`${edited.list} ${String(edited.item["id"])}`}
          edited={edited}
          of={of}
          document={shown.document}
          close={() => setEdited(null)}
        />
      )}
    </Stack>
  )
}

/** What is above binds, and is read only. */
function isOwn({ owner }: ToldRule | ToldGuarantee, owners: readonly string[] | null): boolean {
  return owners === null || owners.includes(owner)
}

/** Without an owner it is the house's. */
function emptyOf(owners: readonly string[] | null): Edited {
  return owners === null ? EMPTY : { ...EMPTY, item: { ...EMPTY.item, owner: owners[0] ?? "" } }
}

const GROUPS = ["outbound", "inbound", "internal", "files", "other"] as const

/** Rules on what was found in files and structure are many, and seldom changed. */
function groupOf({ text }: ToldRule): (typeof GROUPS)[number] {
  if (/\bfinding:/.test(text)) return "files"
  return (
    (["outbound", "inbound", "internal"] as const).find((one) => new RegExp(`direction: *\\[?${one}`).test(text)) ??
    "other"
  )
}

interface SectionProps {
  readonly label: string
  readonly isOpen: boolean
  readonly children: ReactNode
}

/** What is closed is not there: sixty rules make a heavy page. */
function Section({ label, isOpen, children }: SectionProps) {
  const [chosen, setChosen] = useState<boolean | null>(null)
  const opened = chosen ?? isOpen
  return (
    <Stack gap="xs">
      <Button
        variant="subtle"
        size="compact-md"
        w="fit-content"
        aria-expanded={opened}
        onClick={() => setChosen(!opened)}
      >
        {opened ? "▾" : "▸"} {label}
      </Button>
      {opened && children}
    </Stack>
  )
}

function Head({ one, isChanged }: { readonly one: ToldRule | ToldGuarantee; readonly isChanged: boolean }) {
  const { t } = useTranslation("policy")
  return (
    <Group gap="xs" justify="space-between" align="flex-start">
      <Text fw={600}>{said(one.title)}</Text>
      {isChanged && <Badge color="orange">{t("rule.changed")}</Badge>}
    </Group>
  )
}

const MODE_COLOUR = { off: "gray", shadow: "violet", enforce: "green" } as const
const FATE_COLOUR: Readonly<Record<string, string>> = { deliver: "green", flag: "yellow", hold: "orange" }

interface RuleCardProps {
  readonly one: ToldRule
  readonly document: string
  readonly isChanged: boolean
  readonly edit: () => void
}

function RuleCard({ one, document, isChanged, edit }: RuleCardProps) {
  const { t } = useTranslation("policy")
  const mayChange = useMayChange()
  const owners = useOwners()
  const used = useUsed().get(one.id) ?? 0
  return (
    <Card withBorder component="article" aria-label={said(one.title)} padding="sm">
      <Head one={one} isChanged={isChanged} />
      <Text size="sm">{said(one.said)}</Text>
      <Group gap="sm" mt={4}>
        <Badge color={MODE_COLOUR[one.mode]}>{t(`mode.${one.mode}`)}</Badge>
        <Badge color={FATE_COLOUR[one.then] ?? "red"}>{wordFor("disposition", one.then)}</Badge>
        <Text size="xs" className="mono">
          {one.id}
        </Text>
        {one.basis !== null && <Text size="xs">{one.basis}</Text>}
        {used > 0 && <Text size="xs">{t("rule.used", { count: used, formatted: number(used) })}</Text>}
      </Group>
      {mayChange && isOwn(one, owners) && <Hands one={one} list="rules" document={document} edit={edit} />}
    </Card>
  )
}

interface HandsProps {
  readonly one: ToldRule | ToldGuarantee
  readonly list: Edited["list"]
  readonly document: string
  readonly edit: () => void
}

function Hands({ one, list, document, edit }: HandsProps) {
  const { t } = useTranslation("policy")
  const { item: keep } = useKeep(document)
  return (
    <Group gap="xs" mt="xs">
      <Button size="compact-sm" variant="default" aria-label={`${t("rule.edit")}: ${said(one.title)}`} onClick={edit}>
        {t("rule.edit")}
      </Button>
      <Confirm
        label={t("rule.remove")}
        question={t("rule.removeQuestion", { title: said(one.title) })}
        color="red.9"
        onConfirm={() => keep.mutateAsync({ list, id: one.id, text: null })}
      />
    </Group>
  )
}

/** What each rule did in the last seven days; only what was enforced. */
export function useUsed(): ReadonlyMap<string, number> {
  const asked = useQuery({
    queryKey: ["overview"],
    queryFn: ({ signal }) => ask("GET /api/overview", { query: {} }, { background: true, signal }),
  })
  const sums = new Map<string, number>()
  for (const { rule, count } of asked.data?.rules ?? []) sums.set(rule, (sums.get(rule) ?? 0) + count)
  return sums
}

/** One turn of the mode of many rules. */
function Switches({ shown: { document } }: { readonly shown: Told }) {
  const { t } = useTranslation("policy")
  const mayChange = useMayChangeAll()
  const { whole } = useKeep(document)
  const switches = Object.entries(switchesOf(document))
  if (switches.length === 0) return null
  return (
    <Card withBorder padding="sm" component="section" aria-label={t("rule.switches")}>
      <Group>
        <Text size="sm" fw={600}>
          {t("rule.switches")}
        </Text>
        {switches.map(([name, mode]) => (
          <NativeSelect
            key={name}
            label={name}
            size="xs"
            disabled={!mayChange || whole.isPending}
            data={MODES.map((value) => ({ value, label: t(`mode.${value}`) }))}
            value={mode}
            onChange={({ currentTarget: { value } }) => whole.mutate((text) => withSwitch(text, name, value))}
          />
        ))}
      </Group>
    </Card>
  )
}
