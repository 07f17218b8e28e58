/** A field for a password: hidden, unless its owner wants to see it, by mouse, keyboard or screen reader. */
import { PasswordInput, type PasswordInputProps } from "@mantine/core"
import { useState } from "react"
import { useTranslation } from "react-i18next"

export function SecretInput(props: PasswordInputProps) {
  const { t } = useTranslation()
  const [isShown, show] = useState(false)
  return (
    <PasswordInput
      {...props}
      visible={isShown}
      onVisibilityChange={show}
      visibilityToggleButtonProps={{
        "aria-label": t("login.show"),
        "aria-hidden": false,
        "aria-pressed": isShown,
        tabIndex: 0,
      }}
    />
  )
}
