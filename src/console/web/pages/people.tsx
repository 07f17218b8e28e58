/** Accounts of one's units: added with roles, invited by a link, stopped. */
import { Badge, Button, Code, CopyButton, Group, List, Menu, Modal, Stack, Text } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor, useSession } from "../api/session.tsx"
import { useUnitName } from "../api/units.ts"
import { Foreign, Moment, moment } from "../parts/moment.tsx"
import { Asked, Page } from "../parts/page.tsx"
import { Rows } from "../parts/table.tsx"
import { tellDone } from "../parts/tell.tsx"
import { PersonForm } from "./person-form.tsx"

type Account = Answer<"GET /api/people">[number]
interface Link {
  readonly name: string
  readonly link: string
  readonly until: number
}

const KEY = ["people"]
const COLOUR = { active: "green", disabled: "gray", locked: "red", invited: "blue" } as const

function stateOf(account: Account): keyof typeof COLOUR {
  if (account.disabledAt !== null) return "disabled"
  if (account.lockedUntil !== null && account.lockedUntil > Date.now()) return "locked"
  return account.passwordAt === null ? "invited" : "active"
}

export function PeoplePage() {
  const { t } = useTranslation()
  const { may } = useDoor()
  const client = useQueryClient()
  const asked = useQuery({ queryKey: KEY, queryFn: () => ask("GET /api/people", {}) })
  const [form, { open, close }] = useDisclosure(false)
  const [edited, setEdited] = useState<Account | null>(null)
  const [link, setLink] = useState<Link | null>(null)
  const administers = may(["operator"])
  const refresh = () => client.invalidateQueries({ queryKey: KEY })
  return (
    <Page
      title={t("people.title")}
      tools={
        administers && (
          <Button
            onClick={() => {
              setEdited(null)
              open()
            }}
          >
            {t("people.add")}
          </Button>
        )
      }
    >
      <Asked of={asked}>
        {(accounts) => (
          <AccountRows
            accounts={accounts}
            administers={administers}
            refresh={refresh}
            showLink={setLink}
            edit={(account) => {
              setEdited(account)
              open()
            }}
          />
        )}
      </Asked>
      <PersonForm
        key={edited?.id ?? "new"}
        opened={form}
        account={edited}
        close={close}
        done={async (made) => {
          if (made !== null) setLink(made)
          await refresh()
        }}
      />
      <LinkCard link={link} close={() => setLink(null)} />
    </Page>
  )
}

interface AccountRowsProps {
  readonly accounts: readonly Account[]
  readonly administers: boolean
  readonly refresh: () => Promise<void>
  readonly showLink: (link: Link) => void
  readonly edit: (account: Account) => void
}

function AccountRows({ accounts, administers, edit, ...hands }: AccountRowsProps) {
  const { t } = useTranslation()
  const unitName = useUnitName()
  const me = useSession().account.id
  return (
    <Rows
      rows={accounts}
      keyOf={({ id }) => id}
      columns={[
        {
          name: t("people.fullName"),
          cell: ({ title, name, mail }) => (
            <>
              <Text fw={600}>
                <Foreign>{title}</Foreign>
              </Text>
              <Text size="sm" c="dimmed">
                {name}
                {typeof mail === "string" ? ` · ${mail}` : ""}
              </Text>
            </>
          ),
        },
        {
          name: t("people.roles"),
          cell: ({ grants }) => (
            <List size="sm" listStyleType="none">
              {grants.map(({ role, unit, deputy }) => (
                <List.Item key={`${role} ${unit}`}>
                  {t(`role.${role}`)} – {unitName(unit)}
                  {deputy ? ` (${t("role.deputy")})` : ""}
                </List.Item>
              ))}
            </List>
          ),
        },
        {
          name: t("people.lastLogin"),
          cell: ({ lastLoginAt }) => (lastLoginAt === null ? t("people.never") : <Moment at={lastLoginAt} />),
        },
        { name: "", cell: (account) => <StateOf account={account} /> },
        {
          name: "",
          cell: (account) =>
            administers && <Actions account={account} mine={account.id === me} edit={() => edit(account)} {...hands} />,
        },
      ]}
    />
  )
}

function StateOf({ account }: { readonly account: Account }) {
  const { t } = useTranslation()
  const state = stateOf(account)
  return <Badge color={COLOUR[state]}>{t(`people.state.${state}`)}</Badge>
}

interface ActionsProps extends Pick<AccountRowsProps, "refresh" | "showLink"> {
  readonly account: Account
  readonly mine: boolean
  readonly edit: () => void
}

function Actions({ account, mine, refresh, showLink, edit }: ActionsProps) {
  const { t } = useTranslation()
  const [asking, setAsking] = useState<{ readonly label: string; readonly run: () => Promise<unknown> } | null>(null)
  const { id, name } = account
  const act = useMutation({ mutationFn: (run: () => Promise<unknown>) => run() })
  const item = (label: string, run: () => Promise<unknown>) => (
    <Menu.Item onClick={() => setAsking({ label, run })}>{label}</Menu.Item>
  )
  const doing = (action: "disable" | "enable" | "unlock" | "reset-factor") => () =>
    ask("POST /api/people/:id/act", { params: { id }, body: { action } })
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <Button size="compact-sm" variant="default" aria-label={`${t("people.edit")}: ${name}`}>
            …
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Item onClick={edit}>{t("people.edit")}</Menu.Item>
          {item(t("people.invite"), async () => {
            showLink({ name, ...(await ask("POST /api/people/:id/invite", { params: { id } })) })
          })}
          {!mine && (
            <>
              {account.disabledAt === null
                ? item(t("people.disable"), doing("disable"))
                : item(t("people.enable"), doing("enable"))}
              {account.lockedUntil !== null && item(t("people.unlock"), doing("unlock"))}
              {account.hasTotp && item(t("people.resetFactor"), doing("reset-factor"))}
              {item(t("people.endSessions"), () => ask("DELETE /api/people/:id/sessions", { params: { id } }))}
            </>
          )}
        </Menu.Dropdown>
      </Menu>
      <Modal
        opened={asking !== null}
        onClose={() => setAsking(null)}
        title={asking?.label}
        closeButtonProps={{ "aria-label": t("common.close") }}
      >
        <Stack>
          <Text size="sm">{t("people.confirm", { action: asking?.label ?? "", name })}</Text>
          <Group justify="flex-end">
            <Button variant="default" onClick={() => setAsking(null)}>
              {t("common.cancel")}
            </Button>
            <Button
              data-autofocus
              loading={act.isPending}
              onClick={() =>
                asking !== null &&
                act.mutate(asking.run, {
                  onSuccess: () => {
                    tellDone(t("common.done"))
                    setAsking(null)
                    void refresh()
                  },
                })
              }
            >
              {asking?.label}
            </Button>
          </Group>
        </Stack>
      </Modal>
    </>
  )
}

function LinkCard({ link, close }: { readonly link: Link | null; readonly close: () => void }) {
  const { t } = useTranslation()
  return (
    <Modal
      opened={link !== null}
      onClose={close}
      title={t("people.linkTitle")}
      size="lg"
      closeButtonProps={{ "aria-label": t("common.close") }}
    >
      {link !== null && (
        <Stack>
          <Text size="sm">{t("people.linkHint", { name: link.name, until: moment(link.until) })}</Text>
          <Code block>{link.link}</Code>
          <CopyButton value={link.link}>
            {({ copied, copy }) => <Button onClick={copy}>{t(copied ? "common.copied" : "common.copy")}</Button>}
          </CopyButton>
        </Stack>
      )}
    </Modal>
  )
}
