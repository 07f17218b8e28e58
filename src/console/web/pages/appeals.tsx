/** What senders ask for whose message was refused: the same message may pass once, or not. */
import { Card, Group, List, Stack, Text } from "@mantine/core"
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { isolated } from "../../../mail/visible.ts"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { useUnitName } from "../api/units.ts"
import { Confirm } from "../parts/confirm.tsx"
import { Go } from "../parts/go.tsx"
import { Foreign, Foreigners, moment } from "../parts/moment.tsx"
import { Asked, Nothing, Page } from "../parts/page.tsx"
import { tellDone } from "../parts/tell.tsx"
import { said } from "../words/words.ts"

type Appeal = Answer<"GET /api/appeals">[number]
const KEY = ["appeals"]

export function AppealsPage() {
  const { t } = useTranslation()
  const asked = useQuery({
    queryKey: KEY,
    queryFn: ({ signal }) => ask("GET /api/appeals", { query: {} }, { background: true, signal }),
    refetchInterval: 30_000,
  })
  return (
    <Page title={t("appeals.title")}>
      <Asked of={asked}>
        {(appeals) =>
          appeals.length === 0 ? (
            <Nothing>{t("appeals.nothing")}</Nothing>
          ) : (
            <Stack>
              {appeals.map((appeal) => (
                <AppealCard key={`${appeal.transaction} ${appeal.mailbox}`} appeal={appeal} />
              ))}
            </Stack>
          )
        }
      </Asked>
    </Page>
  )
}

function AppealCard({ appeal }: { readonly appeal: Appeal }) {
  const { t } = useTranslation()
  const { may } = useDoor()
  const client = useQueryClient()
  const unitName = useUnitName()
  const { transaction: code, mailbox, due } = appeal
  const decide = useMutation({
    mutationFn: ({ decision, reason }: { readonly decision: "approve" | "deny"; readonly reason: string }) =>
      ask("POST /api/appeals/:code/decide", { params: { code }, body: { mailbox, decision, reason } }),
    onSuccess: async ({ agreed }) => {
      tellDone(agreed ? t("held.another") : t("common.done"))
      await client.invalidateQueries({ queryKey: KEY })
    },
  })
  return (
    <Card withBorder component="article" aria-label={isolated(mailbox)}>
      <Group justify="space-between" align="flex-start">
        <div>
          <Text fw={600}>
            <Foreign>{mailbox}</Foreign>
          </Text>
          <Text size="sm">
            {unitName(appeal.unit)} ·{" "}
            <Go to={`/messages/${code}`} size="sm">
              {code}
            </Go>
            {appeal.askedAt !== null && ` · ${moment(appeal.askedAt)}`}
          </Text>
        </div>
        {due !== null && <Text size="sm">{t("held.due", { at: moment(due) })}</Text>}
      </Group>
      <Text size="sm" mt="xs">
        {t("messages.recipient")}: <Foreigners of={appeal.recipients} />
      </Text>
      <List size="sm" mt={4}>
        {appeal.rules.map(({ rule, title }) => (
          <List.Item key={rule}>{said(title)}</List.Item>
        ))}
      </List>
      <Text size="sm" mt="xs">
        {t("common.reason")}: <Foreign>{appeal.reason}</Foreign>
      </Text>
      {appeal.persons > 1 && <Text size="sm">{t("held.twoPersons")}</Text>}
      {appeal.agreed.length > 0 && (
        <Text size="sm">
          {t("held.agreed")} <Foreigners of={appeal.agreed} />
        </Text>
      )}
      {may(["approver", "security"]) && (
        <Group mt="sm" gap="xs">
          <Confirm
            label={t("appeals.approve")}
            question={t("appeals.approveQuestion")}
            color="teal.9"
            reason={3}
            onConfirm={(reason) => decide.mutateAsync({ decision: "approve", reason })}
          />
          <Confirm
            label={t("held.deny")}
            question={t("appeals.denyQuestion")}
            color="red.9"
            reason={3}
            onConfirm={(reason) => decide.mutateAsync({ decision: "deny", reason })}
          />
        </Group>
      )}
    </Card>
  )
}
