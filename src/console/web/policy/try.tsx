/** One message under the policy in force and under the draft, side by side; nothing is sent or kept. */
import {
  Badge,
  Button,
  Card,
  FileInput,
  Group,
  SegmentedControl,
  SimpleGrid,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { type FormEvent, useState } from "react"
import { useTranslation } from "react-i18next"
import { isolated } from "../../../mail/visible.ts"
import { type Answer, ask } from "../api/client.ts"
import { Foreign } from "../parts/moment.tsx"
import { Nothing } from "../parts/page.tsx"
import { said, wordFor } from "../words/words.ts"
import type { Which } from "./use-policy.ts"

type Tried = Answer<"POST /api/policy/try">
type Verdict = Tried[number]["verdicts"][number]

interface Form {
  readonly way: "past" | "own"
  readonly code: string
  readonly text: string
  readonly file: File | null
  readonly from: string
  readonly to: string
  readonly trusted: boolean
  readonly client: string
}

const EMPTY: Form = { way: "own", code: "", text: "", file: null, from: "", to: "", trusted: true, client: "" }

export function Try({ of, code }: { readonly of: Which; readonly code: string }) {
  const { t } = useTranslation("policy")
  const [form, setForm] = useState<Form>({ ...EMPTY, code, way: code === "" ? "own" : "past" })
  const set = (change: Partial<Form>): void => setForm((before) => ({ ...before, ...change }))
  const tried = useMutation({
    mutationFn: async (): Promise<Tried> => {
      const policies = of === "draft" ? ["live", "draft"] : ["live"]
      if (form.way === "past") {
        return ask("POST /api/policy/try", { body: { of: policies, code: form.code.trim().toUpperCase() } })
      }
      const message =
        form.file === null ? new TextEncoder().encode(form.text) : new Uint8Array(await form.file.arrayBuffer())
      const to = form.to.split(/[,;\s]+/).filter((one) => one !== "")
      const { from, trusted } = form
      const client = form.client.trim() === "" ? null : form.client.trim()
      return ask("POST /api/policy/try", {
        body: { of: policies, message: base64(message), from: from.trim(), to, trusted, client },
      })
    },
  })
  const submit = (event: FormEvent): void => {
    event.preventDefault()
    tried.mutate()
  }
  return (
    <Stack>
      <Text size="sm">{t("try.hint")}</Text>
      {of === "live" && <Text size="sm">{t("try.noDraft")}</Text>}
      <Card withBorder>
        <form onSubmit={submit}>
          <Stack>
            <SegmentedControl
              aria-label={t("tab.try")}
              value={form.way}
              data={(["own", "past"] as const).map((value) => ({ value, label: t(`try.${value}`) }))}
              onChange={(way) => set({ way: way === "past" ? "past" : "own" })}
            />
            {form.way === "past" ? (
              <TextInput
                label={t("try.code")}
                required
                value={form.code}
                onChange={({ currentTarget }) => set({ code: currentTarget.value })}
              />
            ) : (
              <Own form={form} set={set} />
            )}
            <Button type="submit" w="fit-content" loading={tried.isPending}>
              {t("try.run")}
            </Button>
          </Stack>
        </form>
      </Card>
      {tried.data !== undefined && <Side tried={tried.data} />}
    </Stack>
  )
}

/** Octets into base64, in pieces that a call's arguments can hold. */
function base64(bytes: Uint8Array): string {
  let text = ""
  for (let at = 0; at < bytes.length; at += 8_192) text += String.fromCharCode(...bytes.subarray(at, at + 8_192))
  return btoa(text)
}

function Own({ form, set }: { readonly form: Form; readonly set: (change: Partial<Form>) => void }) {
  const { t } = useTranslation("policy")
  return (
    <>
      <FileInput
        label={t("try.file")}
        accept=".eml,message/rfc822"
        clearable
        clearButtonProps={{ "aria-label": t("condition.remove") }}
        value={form.file}
        onChange={(file) => set({ file })}
      />
      {form.file === null && (
        <Textarea
          label={t("try.paste")}
          required
          autosize
          minRows={4}
          maxRows={16}
          className="mono"
          value={form.text}
          onChange={({ currentTarget }) => set({ text: currentTarget.value })}
        />
      )}
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t("try.from")}
          value={form.from}
          onChange={({ currentTarget }) => set({ from: currentTarget.value })}
        />
        <TextInput
          label={t("try.to")}
          required
          value={form.to}
          onChange={({ currentTarget }) => set({ to: currentTarget.value })}
        />
      </SimpleGrid>
      <Switch
        label={t("try.trusted")}
        checked={form.trusted}
        onChange={({ currentTarget }) => set({ trusted: currentTarget.checked })}
      />
      {!form.trusted && (
        <TextInput
          label={t("try.client")}
          value={form.client}
          onChange={({ currentTarget }) => set({ client: currentTarget.value })}
        />
      )}
    </>
  )
}

/** For each recipient a row; in it each policy's verdict. */
function Side({ tried }: { readonly tried: Tried }) {
  const { t } = useTranslation("policy")
  const recipients = [...new Set(tried.flatMap(({ verdicts }) => verdicts.map(({ recipient }) => recipient)))]
  if (recipients.length === 0) return <Nothing>{t("try.nothing")}</Nothing>
  return (
    <Stack>
      {recipients.map((recipient) => {
        const both = tried.map(({ verdicts }) => verdicts.find((one) => one.recipient === recipient) ?? null)
        const differs = new Set(both.map((one) => one?.disposition)).size > 1
        return (
          <Card key={recipient} withBorder component="section" aria-label={isolated(recipient)}>
            <Group justify="space-between">
              <Title order={2} size="h5">
                <Foreign>{recipient}</Foreign>
              </Title>
              {tried.length > 1 && (
                <Badge color={differs ? "orange" : "gray"}>{t(differs ? "try.differs" : "try.same")}</Badge>
              )}
            </Group>
            <SimpleGrid cols={{ base: 1, sm: tried.length }} mt="xs">
              {tried.map(({ name, reply }, at) => (
                <VerdictCard
                  key={at}
                  label={at === 0 ? `${t("try.live")} (${name})` : t("try.draft")}
                  verdict={both[at] ?? null}
                  reply={reply}
                />
              ))}
            </SimpleGrid>
          </Card>
        )
      })}
    </Stack>
  )
}

interface VerdictCardProps {
  readonly label: string
  readonly verdict: Verdict | null
  readonly reply: string | null
}

function VerdictCard({ label, verdict, reply }: VerdictCardProps) {
  const { t } = useTranslation("policy")
  return (
    <div>
      <Text size="sm" c="dimmed">
        {label}
      </Text>
      {verdict === null ? (
        <Text size="sm">{t("try.gone")}</Text>
      ) : (
        <>
          <Text fw={700}>{wordFor("disposition", verdict.disposition)}</Text>
          {verdict.because.map((line, at) => (
            <Text key={at} size="sm">
              {said(line)}
            </Text>
          ))}
          {verdict.shadow.length > 0 && (
            <Text size="sm" c="dimmed">
              {t("try.trial", { rules: verdict.shadow.join(", ") })}
            </Text>
          )}
        </>
      )}
      {reply !== null && (
        <Text size="xs" className="foreign mono">
          {t("try.reply", { reply })}
        </Text>
      )}
    </div>
  )
}
