/** One's own passkeys and recovery codes: what there is, one more, one less. */
import { Button, Card, Group, Modal, Stack, Table, Text, TextInput, Title } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { Foreign, Moment } from "../parts/moment.tsx"
import { Asked } from "../parts/page.tsx"
import { hasPasskeys, makePasskey } from "../parts/passkey.ts"
import { tellDone } from "../parts/tell.tsx"
import { Recovery } from "../parts/recovery.tsx"
import { SecretInput } from "../parts/secret-input.tsx"

const KEY = ["factors"]

export function useFactors() {
  return useQuery({ queryKey: KEY, queryFn: () => ask("GET /api/account/factors", {}) })
}

/** `after`: when recovery codes that came with the first key are kept, or there were none. */
export function AddPasskey({ after }: { readonly after: () => void }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [password, setPassword] = useState("")
  const [name, setName] = useState("")
  const add = useMutation({
    mutationFn: async () => {
      const options = await ask("POST /api/account/passkeys/challenge", { body: { password } })
      return ask("POST /api/account/passkeys", { body: { name, credential: await makePasskey(options) } })
    },
    onSuccess: async ({ recovery }) => {
      tellDone(t("passkey.added"))
      if (recovery.length > 0) return
      await client.invalidateQueries({ queryKey: KEY })
      after()
    },
    onError: () => setPassword(""),
  })
  if (add.data !== undefined && add.data.recovery.length > 0) {
    return (
      <Recovery
        codes={add.data.recovery}
        after={() => {
          void client.invalidateQueries({ queryKey: KEY })
          after()
        }}
      />
    )
  }
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        add.mutate()
      }}
    >
      <Stack maw={420}>
        <TextInput
          label={t("passkey.name")}
          description={t("passkey.nameHint")}
          required
          maxLength={200}
          value={name}
          onChange={(changed) => setName(changed.currentTarget.value)}
        />
        <Password value={password} set={setPassword} />
        <Button type="submit" loading={add.isPending}>
          {t("passkey.add")}
        </Button>
      </Stack>
    </form>
  )
}

/** Whoever has none of ours, since the single sign-on lets them in, leaves it empty. */
function Password({ value, set }: { readonly value: string; readonly set: (value: string) => void }) {
  const { t } = useTranslation()
  return (
    <SecretInput
      label={t("passkey.password")}
      autoComplete="current-password"
      value={value}
      onChange={(changed) => set(changed.currentTarget.value)}
    />
  )
}

export function Passkeys() {
  const { t } = useTranslation()
  const asked = useFactors()
  const client = useQueryClient()
  const [adding, setAdding] = useState(false)
  return (
    <Card withBorder>
      <Stack align="flex-start">
        <Title order={2} size="h5">
          {t("passkey.title")}
        </Title>
        <Text size="sm">{t("passkey.hint")}</Text>
        <Asked of={asked}>
          {({ passkeys, available }) => (
            <>
              {passkeys.length === 0 && <Text size="sm">{t("passkey.none")}</Text>}
              {passkeys.length > 0 && (
                <Table>
                  <Table.Thead>
                    <Table.Tr>
                      <Table.Th>{t("passkey.name")}</Table.Th>
                      <Table.Th>{t("passkey.created")}</Table.Th>
                      <Table.Th>{t("passkey.used")}</Table.Th>
                      <Table.Th />
                    </Table.Tr>
                  </Table.Thead>
                  <Table.Tbody>
                    {passkeys.map(({ id, name, createdAt, usedAt }) => (
                      <Table.Tr key={id}>
                        <Table.Td>
                          <Foreign>{name}</Foreign>
                        </Table.Td>
                        <Table.Td>
                          <Moment at={createdAt} />
                        </Table.Td>
                        <Table.Td>{typeof usedAt === "number" ? <Moment at={usedAt} /> : "–"}</Table.Td>
                        <Table.Td>
                          <WithPassword
                            label={t("passkey.remove")}
                            run={async (password) => {
                              await ask("POST /api/account/passkeys/remove", { body: { id, password } })
                              tellDone(t("passkey.removed"))
                              await client.invalidateQueries({ queryKey: KEY })
                              return null
                            }}
                          />
                        </Table.Td>
                      </Table.Tr>
                    ))}
                  </Table.Tbody>
                </Table>
              )}
              {!(available && hasPasskeys()) && <Text size="sm">{t("passkey.unavailable")}</Text>}
              {available && hasPasskeys() && adding && <AddPasskey after={() => setAdding(false)} />}
              {available && hasPasskeys() && !adding && (
                <Button variant="default" onClick={() => setAdding(true)}>
                  {t("passkey.add")}
                </Button>
              )}
            </>
          )}
        </Asked>
      </Stack>
    </Card>
  )
}

export function RecoveryCodes() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const asked = useFactors()
  return (
    <Group>
      {asked.data !== undefined && <Text size="sm">{t("recovery.left", { count: asked.data.recovery })}</Text>}
      <WithPassword
        label={t("recovery.anew")}
        hint={t("recovery.anewHint")}
        run={async (password) => {
          const { recovery } = await ask("POST /api/account/recovery", { body: { password } })
          await client.invalidateQueries({ queryKey: KEY })
          return recovery
        }}
      />
    </Group>
  )
}

interface WithPasswordProps {
  readonly label: string
  readonly hint?: string
  /** Null: done; else codes to be kept. */
  readonly run: (password: string) => Promise<readonly string[] | null>
}

/** Something that is only done for who shows the password again: a factor that changes, sessions that end. */
export function WithPassword({ label, hint, run }: WithPasswordProps): ReactNode {
  const { t } = useTranslation()
  const [opened, setOpened] = useState(false)
  const [password, setPassword] = useState("")
  const close = (): void => {
    setOpened(false)
    setPassword("")
    doing.reset()
  }
  const doing = useMutation({
    mutationFn: () => run(password),
    onSuccess: (codes) => codes === null && close(),
    onError: () => setPassword(""),
  })
  return (
    <>
      <Button size="compact-sm" variant="default" onClick={() => setOpened(true)}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} closeButtonProps={{ "aria-label": t("common.close") }}>
        {Array.isArray(doing.data) ? (
          <Recovery codes={doing.data} after={close} />
        ) : (
          <form
            onSubmit={(event) => {
              event.preventDefault()
              doing.mutate()
            }}
          >
            <Stack>
              {hint !== undefined && <Text size="sm">{hint}</Text>}
              <Password value={password} set={setPassword} />
              <Button type="submit" loading={doing.isPending}>
                {label}
              </Button>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  )
}
