/** Where one may go: who sees which page in the list. The API decides again on its own. */
import type { Role } from "./api/session.tsx"
import type { Catalogue } from "./words/vi.ts"

export interface Place {
  readonly to: string
  readonly name: keyof Catalogue["nav"]
  readonly roles: readonly Role[] | "everybody"
  readonly within: "units" | "root"
  readonly group: (typeof GROUPS)[number]
}

/** As they stand one below the other. */
export const GROUPS = ["daily", "rules", "agency", "watch"] as const

export const PLACES: readonly Place[] = [
  { to: "/", name: "overview", roles: "everybody", within: "units", group: "daily" },
  { to: "/messages", name: "messages", roles: "everybody", within: "units", group: "daily" },
  { to: "/held", name: "held", roles: "everybody", within: "units", group: "daily" },
  { to: "/appeals", name: "appeals", roles: "everybody", within: "units", group: "daily" },
  { to: "/reports", name: "reports", roles: "everybody", within: "units", group: "watch" },
  { to: "/policy", name: "policy", roles: ["operator", "security", "auditor"], within: "units", group: "rules" },
  { to: "/exceptions", name: "exceptions", roles: "everybody", within: "units", group: "rules" },
  { to: "/queue", name: "queue", roles: ["operator", "auditor"], within: "root", group: "watch" },
  { to: "/people", name: "people", roles: ["operator", "auditor"], within: "units", group: "agency" },
  { to: "/units", name: "units", roles: "everybody", within: "units", group: "agency" },
  { to: "/audit", name: "audit", roles: ["operator", "security", "auditor"], within: "units", group: "watch" },
  { to: "/notices", name: "notices", roles: "everybody", within: "units", group: "rules" },
  { to: "/health", name: "health", roles: ["operator", "security", "auditor"], within: "root", group: "watch" },
]
