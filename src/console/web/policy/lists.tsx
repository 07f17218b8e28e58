/** The policy's lists: searched, filled from a file, emptied; always in the draft first. */
import { Button, CloseButton, FileButton, Group, Modal, Stack, Text, Textarea, TextInput } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { Confirm } from "../parts/confirm.tsx"
import { Foreign, number } from "../parts/moment.tsx"
import { Rows } from "../parts/table.tsx"
import { sortEntries } from "./entries.ts"
import { type Told, useKeep, useMayChangeAll } from "./use-policy.ts"
import { listsOf, withList } from "./written.ts"

export function Lists({ shown }: { readonly shown: Told }) {
  const { t } = useTranslation("policy")
  const mayChange = useMayChangeAll()
  const [opened, setOpened] = useState<string | null>(null)
  const lists = Object.entries(listsOf(shown.document))
  const users = (name: string): readonly string[] =>
    [...shown.rules, ...shown.guarantees].flatMap(({ id, text }) =>
      new RegExp(`list: *["']?${name}\\b(?!-)`).test(text) ? [id] : [],
    )
  const entries = lists.find(([name]) => name === opened)?.[1]
  return (
    <Stack>
      {mayChange && <NewList document={shown.document} open={setOpened} />}
      <Rows
        rows={lists}
        keyOf={([name]) => name}
        columns={[
          { name: t("list.name"), mono: true, cell: ([name]) => name },
          { name: t("list.count"), right: true, cell: ([, all]) => number(all.length) },
          { name: t("list.usedBy"), cell: ([name]) => users(name).join(", ") || t("list.unused") },
          {
            name: "",
            cell: ([name]) => (
              <Button
                size="compact-sm"
                variant="default"
                aria-label={`${t("list.open")}: ${name}`}
                onClick={() => setOpened(name)}
              >
                {t("list.open")}
              </Button>
            ),
          },
        ]}
      />
      {opened !== null && entries !== undefined && (
        <List name={opened} entries={entries} document={shown.document} close={() => setOpened(null)} />
      )}
    </Stack>
  )
}

function NewList({ document, open }: { readonly document: string; readonly open: (name: string) => void }) {
  const { t } = useTranslation("policy")
  const { whole } = useKeep(document)
  const [name, setName] = useState("")
  return (
    <form
      onSubmit={(submitted) => {
        submitted.preventDefault()
        whole.mutate((text) => withList(text, name, []), {
          onSuccess: () => {
            open(name)
            setName("")
          },
        })
      }}
    >
      <Group align="flex-end">
        <TextInput
          label={t("list.add")}
          description={t("rule.id")}
          pattern="[a-z0-9][a-z0-9\-]{0,63}"
          required
          value={name}
          onChange={({ currentTarget }) => setName(currentTarget.value)}
        />
        <Button type="submit" variant="default" loading={whole.isPending}>
          {t("list.add")}
        </Button>
      </Group>
    </form>
  )
}

interface ListProps {
  readonly name: string
  readonly entries: readonly string[]
  readonly document: string
  readonly close: () => void
}

/** Entries that a page shows at once. */
const MOST = 200

function List({ name, entries, document, close }: ListProps) {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const mayChange = useMayChangeAll()
  const { whole } = useKeep(document)
  const [wanted, setWanted] = useState("")
  const found = entries.filter((one) => one.includes(wanted.trim().toLowerCase()))
  const put = (next: readonly string[] | null) => whole.mutateAsync((text) => withList(text, name, next))
  return (
    <Modal
      opened
      onClose={close}
      size="lg"
      title={t("list.title", { name })}
      closeButtonProps={{ "aria-label": w("common.close") }}
    >
      <Stack>
        {mayChange && <MoreEntries entries={entries} add={(fresh) => put([...entries, ...fresh])} />}
        <TextInput
          label={t("list.find")}
          value={wanted}
          onChange={({ currentTarget }) => setWanted(currentTarget.value)}
        />
        {found.length > MOST && <Text size="sm">{t("list.first", { shown: MOST, count: found.length })}</Text>}
        <Rows
          rows={found.slice(0, MOST)}
          keyOf={(entry) => entry}
          nothing={t("list.none")}
          columns={[
            { name: t("list.entry"), cell: (entry) => <Foreign>{entry}</Foreign> },
            {
              name: "",
              right: true,
              cell: (entry) =>
                mayChange && (
                  <CloseButton
                    aria-label={t("list.remove", { entry })}
                    disabled={whole.isPending}
                    onClick={() => void put(entries.filter((one) => one !== entry)).catch(() => null)}
                  />
                ),
            },
          ]}
        />
        {mayChange && (
          <Confirm
            label={t("list.removeList")}
            question={t("list.removeQuestion", { name })}
            color="red.9"
            onConfirm={() => put(null).then(close)}
          />
        )}
      </Stack>
    </Modal>
  )
}

interface MoreEntriesProps {
  readonly entries: readonly string[]
  readonly add: (fresh: readonly string[]) => Promise<unknown>
}

function MoreEntries({ entries, add }: MoreEntriesProps) {
  const { t } = useTranslation("policy")
  const [text, setText] = useState("")
  const sorted = sortEntries(text, entries)
  return (
    <Stack gap="xs">
      <Textarea
        label={t("list.more")}
        description={t("list.moreHint")}
        autosize
        minRows={2}
        maxRows={8}
        value={text}
        onChange={({ currentTarget }) => setText(currentTarget.value)}
      />
      {text !== "" && (
        <Text size="sm" role="status">
          {t("list.fresh", { count: sorted.fresh.length })} · {t("list.known", { count: sorted.known })}
          {sorted.faulty.length > 0 &&
            ` · ${t("list.faulty", { count: sorted.faulty.length, lines: sorted.faulty.slice(0, 10).join(", ") })}`}
        </Text>
      )}
      <Group>
        <FileButton
          accept=".txt,.csv,text/plain,text/csv"
          onChange={(file) =>
            void file?.text().then((read) => setText((before) => `${before}${before === "" ? "" : "\n"}${read}`))
          }
        >
          {(props) => (
            <Button {...props} variant="default" size="xs">
              {t("list.file")}
            </Button>
          )}
        </FileButton>
        <Button
          size="xs"
          disabled={sorted.fresh.length === 0}
          onClick={() =>
            void add(sorted.fresh).then(
              () => setText(""),
              () => null,
            )
          }
        >
          {t("list.put")}
        </Button>
      </Group>
    </Stack>
  )
}
