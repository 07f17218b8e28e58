/** What becomes of ordinary mail, cell by cell, in force and in the draft; what a draft changes is marked. */
import { Alert, Modal, Stack, Text, UnstyledButton } from "@mantine/core"
import { useQuery } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { Asked } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { valueWord } from "../words/policy.ts"
import { language, said, wordFor } from "../words/words.ts"
import { KEY, type Told, type Which } from "./use-policy.ts"

type Row = Answer<"POST /api/policy/matrix">[number]
type Cell = Row["cells"][number]

function useMatrix(of: Which, of2: string) {
  return useQuery({
    queryKey: [...KEY, "matrix", of, of2],
    queryFn: ({ signal }) => ask("POST /api/policy/matrix", { body: { of } }, { signal }),
  })
}

interface MatrixProps {
  readonly live: Told
  readonly shown: Told
  readonly of: Which
}

export function Matrix({ live, shown, of }: MatrixProps) {
  const { t } = useTranslation("policy")
  const asked = useMatrix(of, shown.document)
  const before = useMatrix("live", live.name)
  const [chosen, setChosen] = useState<readonly [Row, Cell] | null>(null)
  const was = new Map(before.data?.flatMap((row) => row.cells.map((cell) => [keyOf(row, cell), cell.disposition])))
  const turned = (row: Row, cell: Cell): string | null => {
    const old = of === "draft" ? was.get(keyOf(row, cell)) : undefined
    return old === undefined || old === cell.disposition ? null : old
  }
  return (
    <Stack>
      <Text size="sm">{t("matrix.hint")}</Text>
      <Asked of={asked}>
        {(rows) => {
          const count = rows.flatMap((row) => row.cells.filter((cell) => turned(row, cell) !== null)).length
          return (
            <>
              {of === "draft" && before.data !== undefined && (
                <Alert color={count === 0 ? "gray" : "orange"} role="status">
                  {count === 0 ? t("matrix.same") : t("matrix.changes", { count })}
                </Alert>
              )}
              <Table rows={rows} turned={turned} choose={(row, cell) => setChosen([row, cell])} />
            </>
          )
        }}
      </Asked>
      {chosen !== null && <Why row={chosen[0]} cell={chosen[1]} shown={shown} close={() => setChosen(null)} />}
    </Stack>
  )
}

function keyOf(row: Row, { column }: Cell): string {
  return `${row.direction} ${row.party} ${row.class} ${row.reply} ${column}`
}

interface TableProps {
  readonly rows: readonly Row[]
  readonly turned: (row: Row, cell: Cell) => string | null
  readonly choose: (row: Row, cell: Cell) => void
}

function Table({ rows, turned, choose }: TableProps) {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const columns = rows[0]?.cells.map(({ column }) => column) ?? []
  return (
    <Rows
      rows={rows}
      keyOf={(row) => `${row.direction} ${row.party} ${row.class} ${row.reply}`}
      label={t("tab.matrix")}
      columns={[
        { name: t("matrix.direction"), cell: ({ direction }) => w(`direction.${direction}`) },
        {
          name: t("matrix.party"),
          cell: ({ party, reply }) => (
            <>
              {t(`matrix.${party ?? "ours"}`)}
              {reply && ` (${t("matrix.answers")})`}
            </>
          ),
        },
        { name: t("matrix.class"), cell: (row) => valueWord(language(), row.class) },
        ...columns.map((column) => ({
          name: t(`matrix.${column}`),
          cell: (row: Row) => {
            const cell = row.cells.find((one) => one.column === column)
            return cell === undefined ? null : (
              <Fate cell={cell} was={turned(row, cell)} choose={() => choose(row, cell)} />
            )
          },
        })),
      ]}
    />
  )
}

interface FateProps {
  readonly cell: Cell
  readonly was: string | null
  readonly choose: () => void
}

function Fate({ cell: { disposition }, was, choose }: FateProps) {
  const { t } = useTranslation("policy")
  return (
    <UnstyledButton onClick={choose} className={`fate fate-${disposition}${was === null ? "" : " turned"}`}>
      {wordFor("disposition", disposition)}
      {was !== null && <Text size="xs">{t("matrix.was", { fate: wordFor("disposition", was) })}</Text>}
    </UnstyledButton>
  )
}

interface WhyProps {
  readonly row: Row
  readonly cell: Cell
  readonly shown: Told
  readonly close: () => void
}

function Why({ row, cell, shown, close }: WhyProps) {
  const { t } = useTranslation("policy")
  const { t: w } = useTranslation()
  const titleOf = (id: string): string => {
    const found = [...shown.rules, ...shown.guarantees].find((one) => one.id === id)
    return found === undefined ? id : `${said(found.title)}. ${said(found.said)}`
  }
  const part = (label: string, ids: readonly string[]) =>
    ids.length > 0 && (
      <div>
        <Text fw={600} size="sm">
          {label}
        </Text>
        {ids.map((id) => (
          <Text key={id} size="sm">
            {titleOf(id)}
          </Text>
        ))}
      </div>
    )
  return (
    <Modal
      opened
      onClose={close}
      title={`${w(`direction.${row.direction}`)} · ${t(`matrix.${row.party ?? "ours"}`)} · ${valueWord(language(), row.class)} · ${t(`matrix.${cell.column}`)}`}
      closeButtonProps={{ "aria-label": w("common.close") }}
    >
      <Stack gap="xs">
        <Text>{wordFor("disposition", cell.disposition)}</Text>
        {cell.decisive.length === 0 && <Text size="sm">{t("matrix.noRule")}</Text>}
        {part(t("matrix.rules"), cell.decisive)}
        {part(t("matrix.capped"), cell.capped)}
        {part(t("matrix.trial"), cell.shadow)}
      </Stack>
    </Modal>
  )
}
