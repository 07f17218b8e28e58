/** The password of a held message's sealed files: they are opened and scanned; what is clean goes, what is not stays, with what was found. */
import { Alert } from "@mantine/core"
import { useMutation, useQueryClient } from "@tanstack/react-query"
import { useState } from "react"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { Confirm } from "./confirm.tsx"
import { findingWords } from "./findings.ts"
import { Foreigners } from "./moment.tsx"
import { tellDone } from "./tell.tsx"
import { SecretInput } from "./secret-input.tsx"

type Opened = Answer<"POST /api/held/:code/password">

export function Unseal({ code }: { readonly code: string }) {
  const { t } = useTranslation()
  const client = useQueryClient()
  const [password, setPassword] = useState("")
  const [opened, setOpened] = useState<Opened | null>(null)
  const open = useMutation({
    mutationFn: (reason: string) =>
      ask("POST /api/held/:code/password", { params: { code }, body: { password, reason } }),
    onSuccess: async (answer) => {
      setOpened(answer)
      if (isDone(answer)) {
        tellDone(t(`held.opened.${answer.outcome}`))
        await client.invalidateQueries({ queryKey: ["held"] })
      }
    },
  })
  const run = async (reason: string): Promise<void> => {
    if (!isDone(await open.mutateAsync(reason))) throw new Error("it stays held")
    setPassword("")
  }
  return (
    <Confirm
      label={t("held.unseal")}
      question={t("held.unsealQuestion")}
      reason={3}
      extra={
        <>
          <SecretInput
            label={t("held.unsealPassword")}
            required
            maxLength={128}
            autoComplete="off"
            value={password}
            onChange={(changed) => setPassword(changed.currentTarget.value)}
          />
          {opened !== null && !isDone(opened) && (
            <Alert color="red" role="alert" title={t(`held.opened.${opened.outcome}`)}>
              <Foreigners of={findingWords(t, opened.found)} between="; " />
            </Alert>
          )}
        </>
      }
      onConfirm={run}
    />
  )
}

/** Somebody's word was counted; else it stays as it was. */
function isDone({ outcome }: Opened): boolean {
  return outcome === "released" || outcome === "agreed" || outcome === "another"
}
