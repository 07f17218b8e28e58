/** A password typed twice, with what the API found wrong in it. */
import { useTranslation } from "react-i18next"
import { Refused } from "../api/client.ts"
import type { Catalogue } from "../words/vi.ts"
import { SecretInput } from "./secret-input.tsx"

type Fault = keyof Catalogue["password"]["fault"]
const FAULTS = [
  "too-short",
  "too-long",
  "too-simple",
  "is-common",
  "is-a-name",
  "used-before",
] as const satisfies readonly Fault[]

/** Which rule of passwords the API found broken. */
function faultWords(error: Error | null): Fault | null {
  const told = error instanceof Refused ? error.faults.find(({ path }) => path === "password")?.expected : undefined
  return FAULTS.find((fault) => fault === told) ?? null
}

interface Typed {
  readonly value: string
  readonly onChange: (changed: { currentTarget: { value: string } }) => void
}

interface NewPasswordProps {
  readonly password: Typed
  readonly again: Typed
  readonly differs: boolean
  readonly error: Error | null
}

export function NewPassword({ password, again, differs, error }: NewPasswordProps) {
  const { t } = useTranslation()
  const fault = faultWords(error)
  return (
    <>
      <SecretInput
        label={t("password.next")}
        description={t("password.rule")}
        autoComplete="new-password"
        required
        error={fault === null ? undefined : t(`password.fault.${fault}`)}
        {...password}
      />
      <SecretInput
        label={t("password.again")}
        autoComplete="new-password"
        required
        error={differs ? t("password.differs") : undefined}
        {...again}
      />
    </>
  )
}
