/** A doing that asks once more, with the reason that the audit trail keeps where one is asked for. */
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core"
import { useDisclosure } from "@mantine/hooks"
import { type ReactNode, useState } from "react"
import { useTranslation } from "react-i18next"

interface ConfirmProps {
  readonly label: string
  readonly question: string
  readonly color?: string
  readonly variant?: string
  readonly disabled?: boolean
  /** Characters of a reason that are asked for; 0: no reason. */
  readonly reason?: number
  readonly extra?: ReactNode
  readonly onConfirm: (reason: string) => Promise<unknown>
}

export function Confirm({
  label,
  question,
  color = "blue",
  variant = "default",
  disabled = false,
  reason = 0,
  extra,
  onConfirm,
}: ConfirmProps) {
  const { t } = useTranslation()
  const [opened, { open, close }] = useDisclosure(false)
  const [given, setGiven] = useState("")
  const [busy, setBusy] = useState(false)
  const run = async (): Promise<void> => {
    setBusy(true)
    try {
      await onConfirm(given.trim())
      setGiven("")
      close()
    } catch {
      // The mutation has told why; the words typed stay for another try.
    } finally {
      setBusy(false)
    }
  }
  return (
    <>
      <Button size="compact-sm" variant={variant} color={color} disabled={disabled} onClick={open}>
        {label}
      </Button>
      <Modal opened={opened} onClose={close} title={label} closeButtonProps={{ "aria-label": t("common.close") }}>
        <form
          onSubmit={(submitted) => {
            submitted.preventDefault()
            void run()
          }}
        >
          <Stack>
            <Text size="sm">{question}</Text>
            {extra}
            {reason > 0 && (
              <Textarea
                label={t("common.reason")}
                description={t("common.reasonHint")}
                required
                minLength={reason}
                maxLength={1_000}
                autosize
                minRows={2}
                data-autofocus
                value={given}
                onChange={(changed) => setGiven(changed.currentTarget.value)}
              />
            )}
            <Group justify="flex-end">
              <Button variant="default" onClick={close}>
                {t("common.cancel")}
              </Button>
              <Button type="submit" color={color} loading={busy}>
                {label}
              </Button>
            </Group>
          </Stack>
        </form>
      </Modal>
    </>
  )
}
