/** The parts of the policy's page, as its address names them. */
export const TABS = ["rules", "lists", "matrix", "try", "replay", "shadow", "review", "history"] as const
export type Tab = (typeof TABS)[number]

export function isTab(name: unknown): name is Tab {
  return TABS.some((one) => one === name)
}

export interface PolicySearch {
  readonly tab?: Tab
  /** Of a message to be tried. */
  readonly code?: string
}

export function readPolicySearch({ tab, code }: Readonly<Record<string, unknown>>): PolicySearch {
  return { ...(isTab(tab) ? { tab } : {}), ...(typeof code === "string" ? { code } : {}) }
}
