/** How a part of the gateway is, in one word; the colour only repeats it. */
import { Badge } from "@mantine/core"
import type { TFunction } from "i18next"
import { useTranslation } from "react-i18next"
import type { Catalogue } from "../words/vi.ts"

const COLOUR = { ok: "green", degraded: "yellow", down: "red" } as const
const PARTS = [
  "store",
  "receive",
  "deliver",
  "scan",
  "room",
  "shared",
  "policy",
  "search",
] as const satisfies readonly Part[]
type Part = keyof Catalogue["health"]["part"]

export function StateBadge({ state }: { readonly state: keyof typeof COLOUR }) {
  const { t } = useTranslation()
  return <Badge color={COLOUR[state]}>{t(`health.status.${state}`)}</Badge>
}

export function partName(t: TFunction, part: string): string {
  const known = PARTS.find((one) => one === part)
  return known === undefined ? part : t(`health.part.${known}`)
}
