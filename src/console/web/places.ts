/** Where one may go: who sees which page in the list. The API decides again on its own. */
import type { Role } from "./api/session.tsx"
import type { Catalogue } from "./words/vi.ts"

export interface Place {
  readonly to: string
  readonly name: keyof Catalogue["nav"]
  readonly roles: readonly Role[] | "everybody"
  readonly within: "units" | "root"
}

export const PLACES: readonly Place[] = [
  { to: "/", name: "overview", roles: "everybody", within: "units" },
  { to: "/messages", name: "messages", roles: "everybody", within: "units" },
  { to: "/held", name: "held", roles: "everybody", within: "units" },
  { to: "/appeals", name: "appeals", roles: "everybody", within: "units" },
  { to: "/reports", name: "reports", roles: "everybody", within: "units" },
  { to: "/policy", name: "policy", roles: ["operator", "security", "auditor"], within: "root" },
  { to: "/exceptions", name: "exceptions", roles: "everybody", within: "units" },
  { to: "/queue", name: "queue", roles: ["operator", "auditor"], within: "root" },
  { to: "/people", name: "people", roles: ["operator", "auditor"], within: "units" },
  { to: "/units", name: "units", roles: "everybody", within: "units" },
  { to: "/audit", name: "audit", roles: ["operator", "security", "auditor"], within: "units" },
  { to: "/notices", name: "notices", roles: "everybody", within: "units" },
  { to: "/health", name: "health", roles: ["operator", "security", "auditor"], within: "root" },
]
