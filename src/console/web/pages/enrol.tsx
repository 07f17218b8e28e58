/** Setting up the authenticator in three steps, and the recovery codes after it. */
import { Button, Code, Group, Stack, Text, TextInput } from "@mantine/core"
import { useMutation, useQuery } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Recovery } from "../parts/recovery.tsx"
import { Picture } from "../parts/picture.tsx"
import { Frame } from "../parts/frame.tsx"
import { hasPasskeys } from "../parts/passkey.ts"
import { AddPasskey } from "./keys.tsx"
import { SecretInput } from "../parts/secret-input.tsx"

/** `after`: when the recovery codes are kept. */
export function EnrolForm({ after }: { readonly after: () => void }) {
  const { t } = useTranslation()
  const [password, setPassword] = useState("")
  const [code, setCode] = useState("")
  const begin = useMutation({ mutationFn: () => ask("POST /api/account/totp", { body: { password } }) })
  const finish = useMutation({
    mutationFn: () => ask("PUT /api/account/totp", { body: { sealed: begin.data?.sealed ?? "", code } }),
    onError: () => setCode(""),
  })
  if (finish.data !== undefined) return <Recovery codes={finish.data.recovery} after={after} />
  if (begin.data === undefined) {
    return (
      <Form title={t("enrol.step1")} onSubmit={() => begin.mutate()}>
        <SecretInput
          label={t("login.password")}
          autoComplete="current-password"
          required
          value={password}
          onChange={(changed) => setPassword(changed.currentTarget.value)}
        />
        <Button type="submit" loading={begin.isPending}>
          {t("enrol.begin")}
        </Button>
      </Form>
    )
  }
  return (
    <Form title={t("enrol.step2")} onSubmit={() => finish.mutate()}>
      <Group justify="center">
        <Picture text={begin.data.uri} label={t("enrol.step2")} />
      </Group>
      <Text size="sm">{t("enrol.step2Hint")}</Text>
      <Code block className="mono">
        {begin.data.secret.replace(/(.{4})/g, "$1 ").trim()}
      </Code>
      <TextInput
        label={t("enrol.step3")}
        autoComplete="one-time-code"
        inputMode="numeric"
        pattern="[0-9 ]{6,7}"
        required
        autoFocus
        value={code}
        onChange={(changed) => setCode(changed.currentTarget.value)}
      />
      <Button type="submit" loading={finish.isPending}>
        {t("enrol.finish")}
      </Button>
    </Form>
  )
}

interface FormProps {
  readonly title: string
  readonly onSubmit: () => void
  readonly children: ReactNode
}

function Form({ title, onSubmit, children }: FormProps) {
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        onSubmit()
      }}
    >
      <Stack maw={420}>
        <Text fw={600}>{title}</Text>
        {children}
      </Stack>
    </form>
  )
}

export function EnrolFirst() {
  const { t } = useTranslation()
  const { again, leave } = useDoor()
  const ways = useQuery({ queryKey: ["login"], queryFn: () => ask("GET /api/login", {}) })
  const [byKey, setByKey] = useState(false)
  const canKey = ways.data?.passkeys === true && hasPasskeys()
  return (
    <Frame title={t("enrol.title")} hint={t("enrol.need")}>
      {byKey ? <AddPasskey after={again} /> : <EnrolForm after={again} />}
      {canKey && (
        <Button className="no-print" variant="subtle" size="compact-sm" onClick={() => setByKey(!byKey)}>
          {t(byKey ? "passkey.instead2" : "passkey.instead")}
        </Button>
      )}
      <Button className="no-print" variant="subtle" size="compact-sm" onClick={() => void leave()}>
        {t("login.leave")}
      </Button>
    </Frame>
  )
}
