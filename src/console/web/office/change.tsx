/** A change of units or mailboxes, first seen, then made: what it would change, what is faulty by line, and the reason that is kept. */
import { Alert, Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, Refused } from "../api/client.ts"
import { Foreign } from "../parts/moment.tsx"
import { Rows } from "../parts/table.tsx"
import { tellDone, wordsOf } from "../parts/tell.tsx"
import { language, said } from "../words/words.ts"
import { faultIn } from "../words/faults.ts"

export type Edited = Answer<"POST /api/units/merge">

export interface How {
  readonly reason: string
  readonly dryRun: boolean
}

interface ChangeProps {
  readonly title: string
  readonly hint?: string
  /** Not yet anything to look at. */
  readonly disabled?: boolean
  /** What the change is made of: another one has to be seen anew. */
  readonly of: string
  readonly run: (how: How) => Promise<Edited>
  readonly close: () => void
  readonly children: ReactNode
}

export function Change({ title, hint, disabled = false, of, run, close, children }: ChangeProps) {
  const { t } = useTranslation("office")
  const { t: w } = useTranslation()
  const client = useQueryClient()
  const [reason, setReason] = useState("")
  const look = useMutation({
    mutationFn: async () => ({ of, found: await run({ reason: "preview", dryRun: true }) }),
    meta: { toldInPlace: true },
  })
  const make = useMutation({
    mutationFn: () => run({ reason: reason.trim(), dryRun: false }),
    onSuccess: async ({ is, number }) => {
      tellDone(t(`units.${is}`, { number: number ?? 0 }))
      await Promise.all(
        [["units"], ["mailboxes"], ["policy"]].map((queryKey) => client.invalidateQueries({ queryKey })),
      )
      if (is !== "stale") close()
    },
  })
  const seen = look.data?.of === of ? look.data.found : null
  return (
    <Modal opened onClose={close} size="lg" title={title} closeButtonProps={{ "aria-label": w("common.close") }}>
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault()
          if (seen === null) look.mutate()
          else make.mutate()
        }}
      >
        <Stack>
          {hint !== undefined && <Text size="sm">{hint}</Text>}
          {children}
          {look.error !== null && <Failure error={look.error} />}
          {seen !== null && (
            <>
              <Seen found={seen} />
              <Textarea
                label={w("common.reason")}
                description={w("common.reasonHint")}
                required
                minLength={3}
                maxLength={1_000}
                autosize
                value={reason}
                onChange={({ currentTarget }) => setReason(currentTarget.value)}
              />
            </>
          )}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {w("common.cancel")}
            </Button>
            <Button
              type="submit"
              disabled={disabled || seen?.changes.length === 0}
              loading={look.isPending || make.isPending}
            >
              {t(seen === null ? "units.preview" : "units.apply")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Seen({ found }: { readonly found: Edited }) {
  const { t } = useTranslation("office")
  return (
    <Stack gap="xs" role="status">
      <Text fw={600}>{t("units.changes")}</Text>
      {found.changes.length === 0 && <Text size="sm">{t("units.nothing")}</Text>}
      {found.changes.map(({ of, id, said: words, because }) => (
        <Text key={`${of} ${id} ${words.vi}`} size="sm" className="foreign">
          {said(words)}
          {because !== null && ` (${said(because)})`}
        </Text>
      ))}
      {found.loosens && <Alert color="orange">{t("units.loosens")}</Alert>}
      {found.left.length > 0 && (
        <Alert color="yellow" title={t("units.left")}>
          {found.left.map((line) => (
            <Text key={line} size="sm" className="foreign">
              {line}
            </Text>
          ))}
        </Alert>
      )}
    </Stack>
  )
}

function Failure({ error }: { readonly error: Error }) {
  if (error instanceof Refused && error.faults.length > 0) return <Faults refused={error} />
  return (
    <Alert color="red" role="alert">
      {wordsOf(error)}
    </Alert>
  )
}

/** Line by line, as a spreadsheet counts them. */
function Faults({ refused }: { readonly refused: Refused }) {
  const { t } = useTranslation("office")
  return (
    <Alert color="red" role="alert" title={t("units.faults")}>
      <Rows
        rows={refused.faults}
        keyOf={({ path, expected }) => `${path} ${expected}`}
        columns={[
          { name: t("units.fault"), cell: ({ path }) => path.replace(/^line /, "") },
          { name: t("units.expected"), cell: ({ expected }) => <Foreign>{faultIn(language(), expected)}</Foreign> },
        ]}
      />
    </Alert>
  )
}
