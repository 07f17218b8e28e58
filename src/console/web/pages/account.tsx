/** One's own account: roles, sessions, password, authenticator. */
import { Badge, Button, Card, Group, List, Stack, Text, Title } from "@mantine/core"
import { useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { useSession } from "../api/session.tsx"
import { useUnitName } from "../api/units.ts"
import { Foreign, Moment } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { tellDone } from "../parts/tell.tsx"
import { EnrolForm } from "./enrol.tsx"
import { Passkeys, RecoveryCodes, WithPassword } from "./keys.tsx"
import { PasswordForm } from "./password.tsx"

export function AccountPage() {
  const { t } = useTranslation()
  const { account } = useSession()
  const unitName = useUnitName()
  const [again, setAgain] = useState(false)
  return (
    <Page title={t("account.title")}>
      <Card withBorder>
        <Text fw={600}>{account.title}</Text>
        <Text size="sm" c="dimmed">
          {account.name}
        </Text>
        <Title order={2} size="h5" mt="sm">
          {t("account.roles")}
        </Title>
        <List size="sm">
          {account.grants.map(({ role, unit, deputy }) => (
            <List.Item key={`${role} ${unit}`}>
              {t(`role.${role}`)} – {unitName(unit)} {deputy ? `(${t("role.deputy")})` : ""}
            </List.Item>
          ))}
        </List>
      </Card>
      <Sessions />
      {account.source === "local" && (
        <Card withBorder>
          <Stack>
            <Title order={2} size="h5">
              {t("password.title")}
            </Title>
            <PasswordForm />
          </Stack>
        </Card>
      )}
      <Passkeys />
      <Card withBorder>
        <Stack align="flex-start">
          <Title order={2} size="h5">
            {t("account.factor")}
          </Title>
          {again ? (
            <EnrolForm
              after={() => {
                setAgain(false)
                tellDone(t("common.done"))
              }}
            />
          ) : (
            <Button variant="default" onClick={() => setAgain(true)}>
              {t("account.factorAgain")}
            </Button>
          )}
          <RecoveryCodes />
        </Stack>
      </Card>
    </Page>
  )
}

/** Browsers and systems in the order in which one names another in its own name. */
const BROWSERS = [
  ["Edg/", "Edge"],
  ["OPR/", "Opera"],
  ["coc_coc_browser/", "Cốc Cốc"],
  ["Firefox/", "Firefox"],
  ["Chrome/", "Chrome"],
  ["Safari/", "Safari"],
] as const
const SYSTEMS = ["Android", "iPhone", "iPad", "Windows", "Mac OS", "Linux"] as const

/** What it says of itself, shortened; the whole where it is none of these. */
function browserOf(agent: string): string {
  const found = BROWSERS.find(([mark]) => agent.includes(mark))
  const system = SYSTEMS.find((one) => agent.includes(one))
  return found === undefined ? agent : [found[1], system].filter((one) => one !== undefined).join(", ")
}

function Sessions() {
  const { t } = useTranslation()
  const client = useQueryClient()
  const asked = useQuery({ queryKey: ["sessions"], queryFn: () => ask("GET /api/account/sessions", {}) })
  const end = async (ids: readonly string[], password: string): Promise<null> => {
    const { ended } = await ask("POST /api/account/sessions/end", { body: { ids: [...ids], password } })
    tellDone(ids.length === 1 ? t("account.ended") : t("sessionsMore.endedOthers", { count: ended }))
    await client.invalidateQueries({ queryKey: ["sessions"] })
    return null
  }
  return (
    <Card withBorder>
      <Title order={2} size="h5" mb="xs">
        {t("account.sessions")}
      </Title>
      <Asked of={asked}>
        {(rows) => (
          <Stack>
            {rows.length > 2 && (
              <Group>
                <WithPassword
                  label={t("sessionsMore.endOthers")}
                  run={(password) =>
                    end(
                      rows.filter(({ current }) => !current).map(({ id }) => id),
                      password,
                    )
                  }
                />
              </Group>
            )}
            <Rows
              rows={rows}
              keyOf={({ id }) => id}
              columns={[
                { name: t("account.session.client"), cell: ({ client: from }) => from },
                { name: t("account.session.agent"), cell: ({ agent }) => <Foreign>{browserOf(agent)}</Foreign> },
                { name: t("account.session.opened"), short: true, cell: ({ openedAt }) => <Moment at={openedAt} /> },
                { name: t("account.session.seen"), short: true, cell: ({ seenAt }) => <Moment at={seenAt} /> },
                {
                  name: "",
                  cell: ({ id, current }) => (
                    <Group justify="flex-end">
                      {current ? (
                        <Badge miw="max-content">{t("account.session.current")}</Badge>
                      ) : (
                        <WithPassword label={t("account.session.end")} run={(password) => end([id], password)} />
                      )}
                    </Group>
                  ),
                },
              ]}
            />
          </Stack>
        )}
      </Asked>
    </Card>
  )
}
