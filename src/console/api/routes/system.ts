/** What runs: the tree of units as this viewer may see it, and the health of each part. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import { type Route, route } from "../route.ts"
import { bilingual } from "./words.ts"

const EVERYBODY = { who: ROLES, within: "units" } as const

export function systemRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/units",
      tag: "units",
      summary: { vi: "Cây đơn vị của mình", en: "One's own branch of the tree of units" },
      access: EVERYBODY,
      answer: z.array(
        z.object({
          id: z.string(),
          parent: z.string().nullable(),
          name: bilingual,
          domains: z.array(z.string()),
        }),
      ),
      handle: async (_, { reach }) =>
        hands
          .units()
          .filter(({ id }) => reach.sees(id))
          .map((unit) => ({ ...unit, domains: [...unit.domains] })),
    }),
    route({
      method: "GET",
      path: "/api/health",
      tag: "system",
      summary: { vi: "Tình trạng từng phần", en: "How each part is" },
      access: { who: ["operator", "security", "auditor"], within: "root" },
      answer: z.object({
        status: z.enum(["ok", "degraded", "down"]),
        parts: z.record(z.string(), z.object({ state: z.enum(["ok", "degraded", "down"]), why: z.string() })),
        policy: z.string(),
        queue: z.object({ queued: z.number(), held: z.number() }),
      }),
      handle: async () => ({
        ...hands.health.status(),
        policy: hands.policyVersion(),
        queue: await hands.records.counts(),
      }),
    }),
  ]
}
