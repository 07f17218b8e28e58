/** Steps of the first set-up that look at something live: the next hop and the malware scanner. */
import { Button, Checkbox, Group, List, Select, Text, TextInput } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { moment } from "../parts/moment.tsx"
import { Told } from "../parts/told.tsx"
import { type Choice, splitDomains, type StepProps } from "./setup-choice.tsx"

const LEVELS = ["opportunistic", "required", "verified", "off"] as const satisfies readonly Choice["tls"][]

export function HopStep({ choice, change }: StepProps) {
  const { t } = useTranslation()
  const look = useMutation({
    mutationFn: () =>
      ask("POST /api/setup/next-hop", {
        body: { to: choice.to.trim(), tls: choice.tls, domain: splitDomains(choice.domains)[0] ?? "" },
      }),
  })
  return (
    <>
      <Text size="sm">{t("setup.hop.hint")}</Text>
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("setup.hop.to")}
          description={t("setup.hop.toHint")}
          required={!choice.hopLater}
          disabled={choice.hopLater}
          flex={1}
          miw={220}
          spellCheck={false}
          value={choice.to}
          onChange={({ currentTarget: { value } }) => change({ to: value })}
        />
        <Select
          label={t("setup.hop.tls")}
          allowDeselect={false}
          disabled={choice.hopLater}
          data={LEVELS.map((value) => ({ value, label: t(`setup.hop.level.${value}`) }))}
          value={choice.tls}
          onChange={(value) => value !== null && change({ tls: value })}
        />
        <Button variant="default" disabled={choice.hopLater} loading={look.isPending} onClick={() => look.mutate()}>
          {t("setup.hop.try")}
        </Button>
      </Group>
      {look.data !== undefined && !choice.hopLater && <HopSaid said={look.data} />}
      <Checkbox
        label={t("setup.hop.later")}
        checked={choice.hopLater}
        onChange={({ currentTarget }) => change({ hopLater: currentTarget.checked })}
      />
    </>
  )
}

function HopSaid({ said }: { readonly said: Answer<"POST /api/setup/next-hop"> }) {
  const { t } = useTranslation()
  const { failed, recipient, extensions } = said
  const isGood = failed === null && recipient?.taken === true
  const title = isGood ? t("setup.hop.passed") : t(said.reached ? "setup.hop.reached" : "setup.hop.notReached")
  return (
    <Told color={isGood ? "green" : failed === null ? "yellow" : "red"} title={title}>
      <List size="sm" className="foreign">
        {failed !== null && <List.Item>{t(`setup.hop.failed.${failed.at}`, { why: failed.why })}</List.Item>}
        {failed === null && <List.Item>{t("setup.hop.answers", { list: extensions.join(", ") })}</List.Item>}
        {failed === null && <List.Item>{t(said.starttls ? "setup.hop.starttls" : "setup.hop.noStarttls")}</List.Item>}
        {said.encrypted && <List.Item>{t("setup.hop.encrypted")}</List.Item>}
        {recipient !== null && (
          <List.Item>{t(recipient.taken ? "setup.hop.taken" : "setup.hop.refused", recipient)}</List.Item>
        )}
      </List>
    </Told>
  )
}

export function ScannerStep({ choice, change }: StepProps) {
  const { t } = useTranslation()
  const look = useMutation({
    mutationFn: () => ask("POST /api/setup/scanner", { body: { clamd: choice.clamd.trim() } }),
  })
  return (
    <>
      <Text size="sm">{t("setup.scanner.hint")}</Text>
      <Group align="flex-end" gap="xs">
        <TextInput
          label={t("setup.scanner.address")}
          description={t("setup.scanner.addressHint")}
          required={!choice.scannerLater}
          disabled={choice.scannerLater}
          flex={1}
          miw={220}
          spellCheck={false}
          value={choice.clamd}
          onChange={({ currentTarget: { value } }) => change({ clamd: value })}
        />
        <Button variant="default" disabled={choice.scannerLater} loading={look.isPending} onClick={() => look.mutate()}>
          {t("setup.scanner.try")}
        </Button>
      </Group>
      {look.data !== undefined && !choice.scannerLater && <ScannerSaid said={look.data} />}
      <Checkbox
        label={t("setup.scanner.later")}
        checked={choice.scannerLater}
        onChange={({ currentTarget }) => change({ scannerLater: currentTarget.checked })}
      />
    </>
  )
}

function ScannerSaid({ said }: { readonly said: Answer<"POST /api/setup/scanner"> }) {
  const { t } = useTranslation()
  const { works, version, signaturesAt, outdated, why } = said
  const at = signaturesAt === null ? null : moment(signaturesAt)
  return (
    <Told
      color={works ? (outdated ? "yellow" : "green") : "red"}
      title={
        works
          ? t("setup.scanner.works", { version })
          : t("setup.scanner.broken", { why: why === "unreachable" ? t("setup.scanner.unreachable") : why })
      }
    >
      {works && (
        <Text size="sm">
          {at === null
            ? t("setup.scanner.noDate")
            : t(outdated ? "setup.scanner.outdated" : "setup.scanner.signatures", { at })}
        </Text>
      )}
    </Told>
  )
}
