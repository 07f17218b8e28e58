/** A new account or a changed one: who it is, and which roles it has in which units. */
import { ActionIcon, Button, Checkbox, Group, Modal, Select, Stack, Text, TextInput } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useSession } from "../api/session.tsx"
import { branches, useUnits } from "../api/units.ts"
import { tellDone } from "../parts/tell.tsx"
import { said } from "../words/words.ts"

type Account = Answer<"GET /api/people">[number]
type Grant = Account["grants"][number]
const ROLES = ["operator", "officer", "approver", "security", "auditor"] as const satisfies readonly Grant["role"][]

interface PersonFormProps {
  readonly opened: boolean
  /** Null: a new one. */
  readonly account: Account | null
  readonly close: () => void
  /** With the link by which a new account sets its password. */
  readonly done: (
    link: { readonly name: string; readonly link: string; readonly until: number } | null,
  ) => Promise<void>
}

export function PersonForm({ opened, account, close, done }: PersonFormProps) {
  const { t } = useTranslation()
  const mine = useSession().account.id === account?.id
  const [name, setName] = useState("")
  const [title, setTitle] = useState(account?.title ?? "")
  const [mail, setMail] = useState(typeof account?.mail === "string" ? account.mail : "")
  const [grants, setGrants] = useState<readonly Grant[]>(account?.grants ?? [])
  const save = useMutation({
    mutationFn: async () => {
      const common = { title, mail: mail === "" ? null : mail }
      if (account === null) {
        const added = await ask("POST /api/people", { body: { name, ...common, grants: [...grants] } })
        return { name, link: added.link, until: added.until }
      }
      const body = { ...common, ...(mine ? {} : { grants: [...grants] }) }
      await ask("PATCH /api/people/:id", { params: { id: account.id }, body })
      return null
    },
    onSuccess: async (link) => {
      tellDone(t("common.done"))
      close()
      await done(link)
    },
  })
  return (
    <Modal
      opened={opened}
      onClose={close}
      title={account === null ? t("people.add") : t("people.edit")}
      size="lg"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      <form
        onSubmit={(submitted) => {
          submitted.preventDefault()
          save.mutate()
        }}
      >
        <Stack>
          {account === null && (
            <TextInput
              label={t("people.name")}
              required
              autoCapitalize="none"
              data-autofocus
              value={name}
              onChange={(changed) => setName(changed.currentTarget.value)}
            />
          )}
          <TextInput
            label={t("people.fullName")}
            required
            value={title}
            onChange={(changed) => setTitle(changed.currentTarget.value)}
          />
          <TextInput
            label={t("people.mail")}
            description={t("login.mailHint")}
            type="email"
            value={mail}
            onChange={(changed) => setMail(changed.currentTarget.value)}
          />
          {!mine && <Grants grants={grants} set={setGrants} />}
          <Group justify="flex-end">
            <Button variant="default" onClick={close}>
              {t("common.cancel")}
            </Button>
            <Button type="submit" loading={save.isPending} disabled={!mine && grants.length === 0}>
              {t("common.save")}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  )
}

function Grants({
  grants,
  set,
}: {
  readonly grants: readonly Grant[]
  readonly set: (grants: readonly Grant[]) => void
}) {
  const { t } = useTranslation()
  const units = useUnits()
  const options = branches(units.data ?? []).map(({ unit, depth }) => ({
    value: unit.id,
    label: `${"  ".repeat(depth)}${said(unit.name)}`,
  }))
  const change = (position: number, next: Partial<Grant>): void =>
    set(grants.map((grant, index) => (index === position ? { ...grant, ...next } : grant)))
  return (
    <Stack gap="xs" role="group" aria-label={t("people.roles")}>
      <Text size="sm" fw={500}>
        {t("people.roles")}
      </Text>
      {grants.map((grant, position) => (
        <Group key={position} gap="xs" wrap="nowrap" align="center">
          <Select
            aria-label={t("people.role")}
            allowDeselect={false}
            data={ROLES.map((role) => ({ value: role, label: t(`role.${role}`) }))}
            value={grant.role}
            onChange={(role) => role !== null && change(position, { role })}
          />
          <Select
            aria-label={t("people.unit")}
            searchable
            allowDeselect={false}
            data={options}
            value={grant.unit}
            onChange={(unit) => unit !== null && change(position, { unit })}
          />
          <Checkbox
            label={t("role.deputy")}
            checked={grant.deputy}
            onChange={(changed) => change(position, { deputy: changed.currentTarget.checked })}
          />
          <ActionIcon
            variant="subtle"
            color="red"
            aria-label={t("people.removeRole")}
            onClick={() => set(grants.filter((_, index) => index !== position))}
          >
            ×
          </ActionIcon>
        </Group>
      ))}
      <Button
        size="compact-sm"
        variant="light"
        w="fit-content"
        onClick={() => set([...grants, { role: "officer", unit: options[0]?.value ?? "", deputy: false }])}
      >
        {t("people.addRole")}
      </Button>
    </Stack>
  )
}
