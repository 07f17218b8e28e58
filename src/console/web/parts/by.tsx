/** Who did something: a person by name, the gateway's own parts in words. */
import { useTranslation } from "react-i18next"
import { Foreign } from "./moment.tsx"

const PARTS = ["client", "system", "file"] as const

export function By({ name }: { readonly name: string }) {
  const { t } = useTranslation()
  const part = PARTS.find((one) => one === name)
  return part === undefined ? <Foreign>{name}</Foreign> : t(`by.${part}`)
}
