/** Setting up the authenticator in three steps, and the recovery codes after it. */
import { Button, Checkbox, Code, Group, PasswordInput, SimpleGrid, Stack, Text, TextInput } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { Picture } from "../parts/picture.tsx"
import { Frame } from "../parts/frame.tsx"

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
        <PasswordInput
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

function Recovery({ codes, after }: { readonly codes: readonly string[]; readonly after: () => void }) {
  const { t } = useTranslation()
  const [kept, setKept] = useState(false)
  return (
    <Stack maw={420}>
      <Text fw={600}>{t("enrol.recoveryTitle")}</Text>
      <Text size="sm">{t("enrol.recoveryHint")}</Text>
      <SimpleGrid cols={2} spacing="xs" component="ul" p={0} m={0} className="mono plain">
        {codes.map((code) => (
          <li key={code}>{code}</li>
        ))}
      </SimpleGrid>
      <Group className="no-print">
        <Button variant="default" onClick={() => window.print()}>
          {t("enrol.print")}
        </Button>
        <Checkbox
          label={t("enrol.recoveryKept")}
          checked={kept}
          onChange={(changed) => setKept(changed.currentTarget.checked)}
        />
      </Group>
      <Button className="no-print" disabled={!kept} onClick={after}>
        {t("enrol.finish")}
      </Button>
    </Stack>
  )
}

export function EnrolFirst() {
  const { t } = useTranslation()
  const { again, leave } = useDoor()
  return (
    <Frame title={t("enrol.title")} hint={t("enrol.need")}>
      <EnrolForm after={again} />
      <Button className="no-print" variant="subtle" size="compact-sm" onClick={() => void leave()}>
        {t("login.leave")}
      </Button>
    </Frame>
  )
}
