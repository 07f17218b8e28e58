/** One rule or guarantee in its editor: what it asks, what it does, and how that reads, before it is kept in the draft. */
import {
  Alert,
  Button,
  Group,
  Modal,
  NativeSelect,
  NumberInput,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core"
import { useDebouncedValue, useMediaQuery } from "@mantine/hooks"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { wordsOf } from "../parts/tell.tsx"
import { said, wordFor } from "../words/words.ts"
import { AlsoEditor } from "./also-editor.tsx"
import { asGroup, fromGroup, inner } from "./condition.ts"
import { GroupEditor } from "./condition-editor.tsx"
import { FATES, MODES, type Names } from "./facts.ts"
import { KEY, useKeep, useNames, type Which, useOwners } from "./use-policy.ts"
import { type Written, writeItem } from "./written.ts"

export interface Edited {
  readonly list: "rules" | "guarantees"
  readonly item: Written
  readonly isNew: boolean
}

interface RuleFormProps {
  readonly edited: Edited
  readonly of: Which
  readonly document: string
  readonly close: () => void
}

/** Ms of rest in typing before the rule is read again. */
const REST = 600

export function RuleForm({ edited, of, document, close }: RuleFormProps) {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const isPhone = useMediaQuery("(max-width: 36em)")
  const names = useNames(document)
  const { item: keep } = useKeep(document)
  const [item, setItem] = useState<Written>(edited.item)
  const put = (change: Written): void => setItem((before) => cleaned({ ...before, ...change }))
  const id = textOf(item["id"])
  const group = asGroup(item["when"])
  return (
    <Modal
      opened
      onClose={close}
      size="min(64rem, 96vw)"
      fullScreen={isPhone}
      title={edited.isNew ? t("rule.adding") : t("rule.editing", { id })}
      closeButtonProps={{ "aria-label": w("common.close") }}
    >
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault()
          keep.mutate({ list: edited.list, id, text: writeItem(item) }, { onSuccess: close })
        }}
      >
        <Stack>
          <Reading edited={edited} of={of} item={item} />
          <Titles item={item} isNew={edited.isNew} put={put} />
          {edited.list === "rules" ? (
            <Outcome item={item} names={names} put={put} />
          ) : (
            <NativeSelect
              label={t("rule.atMost")}
              data={FATES.map((value) => ({ value, label: wordFor("disposition", value) }))}
              value={textOf(item["at-most"])}
              onChange={({ currentTarget }) => put({ "at-most": currentTarget.value })}
            />
          )}
          <Text fw={600}>{t("rule.when")}</Text>
          <GroupEditor node={group} names={names} onChange={(next) => put({ when: fromGroup(next) })} />
          {edited.list === "rules" && (
            <>
              <Text fw={600}>{t("rule.also")}</Text>
              <AlsoEditor
                also={Array.isArray(item["also"]) ? item["also"] : []}
                onChange={(also) => put({ also: also.length === 0 ? undefined : also })}
              />
              <Papers item={item} names={names} put={put} />
            </>
          )}
          <Group justify="flex-end" className="foot">
            <Button variant="default" onClick={close}>
              {w("common.cancel")}
            </Button>
            <Button type="submit" loading={keep.isPending}>
              {t("rule.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function textOf(value: unknown): string {
  return typeof value === "string" ? value : ""
}

/** What is undefined is not written. */
function cleaned(item: Written): Written {
  return Object.fromEntries(Object.entries(item).filter(([, value]) => value !== undefined))
}

/** As the policy itself reads what is written, a moment after the typing rests; or what is wrong with it. */
function Reading({ edited, of, item }: { readonly edited: Edited; readonly of: Which; readonly item: Written }) {
  const { t } = useTranslation("policy")
  const [text] = useDebouncedValue(writeItem(item), REST)
  const { list } = edited
  const asked = useQuery({
    queryKey: [...KEY, "said", of, list, text],
    queryFn: ({ signal }) => ask("POST /api/policy/said", { body: { of, list, text } }, { signal }),
    retry: false,
    placeholderData: (before) => before,
  })
  if (asked.error !== null) {
    return (
      <Alert color="red" role="alert">
        {wordsOf(asked.error)}
      </Alert>
    )
  }
  return (
    <Alert color="blue" title={t("rule.said")} role="status" className="sticky">
      {asked.data === undefined ? t("rule.saying") : said(asked.data.said)}
    </Alert>
  )
}

interface PartProps {
  readonly item: Written
  readonly put: (change: Written) => void
}

function Titles({ item, isNew, put }: PartProps & { readonly isNew: boolean }) {
  const { t } = useTranslation("policy")
  const title = inner(item["title"])
  return (
    <SimpleGrid cols={{ base: 1, sm: isNew ? 3 : 2 }}>
      {isNew && (
        <TextInput
          label={t("rule.id")}
          required
          pattern="[a-z0-9][a-z0-9\-]{0,63}"
          value={textOf(item["id"])}
          onChange={({ currentTarget }) => put({ id: currentTarget.value })}
        />
      )}
      <TextInput
        label={t("rule.titleVi")}
        required
        value={textOf(title["vi"])}
        onChange={({ currentTarget }) => put({ title: { ...title, vi: currentTarget.value } })}
      />
      <TextInput
        label={t("rule.titleEn")}
        required
        value={textOf(title["en"])}
        onChange={({ currentTarget }) => put({ title: { ...title, en: currentTarget.value } })}
      />
    </SimpleGrid>
  )
}

function Outcome({ item, names, put }: PartProps & { readonly names: Names }) {
  const { t } = useTranslation("policy")
  const then = textOf(item["then"])
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <NativeSelect
        label={t("rule.mode")}
        data={[
          ...MODES.map((value) => ({ value: value as string, label: t(`mode.${value}`) })),
          ...names.switches.map((value) => ({ value, label: t("rule.bySwitch", { name: value }) })),
        ]}
        value={textOf(item["mode"]) === "" ? "enforce" : textOf(item["mode"])}
        onChange={({ currentTarget }) => put({ mode: currentTarget.value })}
      />
      <NativeSelect
        label={t("rule.then")}
        data={FATES.map((value) => ({ value, label: wordFor("disposition", value) }))}
        value={then}
        onChange={({ currentTarget }) => put({ then: currentTarget.value })}
      />
      {(then === "hold" || then === "quarantine") && (
        <NumberInput
          label={t("rule.approvals")}
          min={1}
          max={3}
          value={typeof item["approvals"] === "number" ? item["approvals"] : 1}
          onChange={(typed) => put({ approvals: Number(typed) === 1 ? undefined : Number(typed) })}
        />
      )}
      {(then === "hold" || then === "quarantine") && (
        <TextInput
          label={t("rule.keep")}
          placeholder="7d"
          value={typeof item["keep"] === "string" ? item["keep"] : ""}
          onChange={({ currentTarget }) => put({ keep: given(currentTarget.value.trim()) })}
        />
      )}
    </SimpleGrid>
  )
}

/** What is empty is not written. */
function given(value: string): string | undefined {
  return value === "" ? undefined : value
}

function Papers({ item, names, put }: PartProps & { readonly names: Names }) {
  const { t } = useTranslation("policy")
  const owners = useOwners()
  const units = names.units.filter(({ id }) => owners === null || owners.includes(id))
  return (
    <SimpleGrid cols={{ base: 1, sm: 3 }}>
      <NativeSelect
        label={t("rule.owner")}
        data={units.map(({ id, name }) => ({ value: id, label: name }))}
        value={textOf(item["owner"]) === "" ? (units[0]?.id ?? "") : textOf(item["owner"])}
        onChange={({ currentTarget }) => put({ owner: currentTarget.value })}
      />
      <TextInput
        label={t("rule.basis")}
        value={textOf(item["basis"])}
        onChange={({ currentTarget }) => put({ basis: given(currentTarget.value) })}
      />
      <NativeSelect
        label={t("rule.notice")}
        data={[{ value: "", label: t("rule.noNotice") }, ...names.notices.map((value) => ({ value, label: value }))]}
        value={textOf(item["notice"])}
        onChange={({ currentTarget }) => put({ notice: given(currentTarget.value) })}
      />
    </SimpleGrid>
  )
}
