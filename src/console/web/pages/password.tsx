/** Changing one's password; also the page of whoever must. */
import { Button, Stack } from "@mantine/core"
import { useMutation } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { tellDone } from "../parts/tell.tsx"
import { Frame } from "../parts/frame.tsx"
import { NewPassword } from "../parts/new-password.tsx"
import { SecretInput } from "../parts/secret-input.tsx"

export function PasswordForm() {
  const { t } = useTranslation()
  const { again: askAgain } = useDoor()
  const [current, setCurrent] = useState("")
  const [password, setPassword] = useState("")
  const [again, setAgain] = useState("")
  const differs = again !== "" && again !== password
  const change = useMutation({
    mutationFn: () => ask("PUT /api/account/password", { body: { current, password } }),
    onSuccess: () => {
      tellDone(t("password.changed"))
      setCurrent("")
      setPassword("")
      setAgain("")
      askAgain()
    },
  })
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        if (!differs) change.mutate()
      }}
    >
      <Stack maw={420}>
        <SecretInput
          label={t("password.current")}
          autoComplete="current-password"
          required
          value={current}
          onChange={(changed) => setCurrent(changed.currentTarget.value)}
        />
        <NewPassword
          password={{ value: password, onChange: (changed) => setPassword(changed.currentTarget.value) }}
          again={{ value: again, onChange: (changed) => setAgain(changed.currentTarget.value) }}
          differs={differs}
          error={change.error}
        />
        <Button type="submit" loading={change.isPending}>
          {t("password.title")}
        </Button>
      </Stack>
    </form>
  )
}

export function PasswordFirst() {
  const { t } = useTranslation()
  return (
    <Frame title={t("password.title")} hint={t("password.due")}>
      <PasswordForm />
    </Frame>
  )
}
