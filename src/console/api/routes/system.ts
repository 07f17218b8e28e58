/** What runs: the tree of units as this viewer may see it, and the health of each part. */
import { z } from "zod"
import { ROLES } from "../../../mail/people.ts"
import type { Hands } from "../hands.ts"
import { type Route, route } from "../route.ts"
import { unitSchema } from "./units.ts"
import { instant } from "./words.ts"

const EVERYBODY = { who: ROLES, within: "units" } as const

const aboutSchema = z.object({
  versions: z.object({ congthu: z.string(), node: z.string(), policy: z.string() }),
  startedAt: instant,
  certificates: z.array(
    z.object({
      file: z.string(),
      subject: z.string().nullable(),
      until: instant.nullable(),
      why: z.string().nullable(),
    }),
  ),
  disk: z.object({ free: z.number(), total: z.number() }),
  memory: z.number(),
  signatures: instant.nullable(),
  services: z.array(z.object({ name: z.string(), is: z.enum(["ok", "down", "absent"]), said: z.string() })),
  settings: z.array(z.object({ path: z.string(), value: z.string() })),
  queue: z.object({ queued: z.number(), held: z.number(), overdue: z.number() }),
  accounts: z.number(),
})

export function systemRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/units",
      tag: "units",
      summary: { vi: "Cây đơn vị của mình", en: "One's own branch of the tree of units" },
      access: EVERYBODY,
      answer: z.array(unitSchema),
      handle: async (_, { reach }) =>
        hands
          .units()
          .filter(({ id }) => reach.sees(id))
          .map((unit) => ({ ...unit, domains: [...unit.domains] })),
    }),
    route({
      method: "GET",
      path: "/api/settings",
      tag: "system",
      summary: { vi: "Cấu hình đang dùng, không có bí mật", en: "The settings in force, without what is secret" },
      access: { who: ["operator", "security", "auditor"], within: "root" },
      answer: z.object({ settings: z.record(z.string(), z.unknown()) }),
      handle: () => Promise.resolve({ settings: hidden(hands.settings()) }),
    }),
    route({
      method: "GET",
      path: "/api/system",
      tag: "system",
      summary: {
        vi: "Phiên bản, chứng thư, dung lượng, dịch vụ, cấu hình (không có bí mật)",
        en: "Versions, certificates, room, services, settings (without secrets)",
      },
      access: { who: ["operator", "security", "auditor"], within: "root" },
      answer: aboutSchema,
      handle: async () => {
        const { certificates, services, settings, ...rest } = await hands.about()
        const { queue, held } = { queue: hands.records.counts(), held: hands.records.waiting(null, hands.now()) }
        return {
          ...rest,
          certificates: [...certificates],
          services: [...services],
          settings: [...settings],
          queue: { ...(await queue), overdue: (await held).overdue },
          accounts: (await hands.records.accounts()).filter(({ disabledAt }) => disabledAt === null).length,
        }
      },
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

/** Names of what is secret by itself, wherever it stands: passwords, and files of keys. */
const SECRET = /password|secret|token|^key$|^auth$/i
const HIDDEN = "•••"

/** Secrets, and the login within a web address, are not told; that there is one is. */
function hidden(settings: object): Record<string, unknown> {
  return Object.fromEntries(Object.entries(settings).map(([key, value]) => [key, shownAs(key, value)]))
}

function shownAs(key: string, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (SECRET.test(key)) return HIDDEN
  if (typeof value === "string") return value.replace(/(^[a-z][a-z0-9+.-]*:\/\/)[^/@\s]+@/i, `$1${HIDDEN}@`)
  if (Array.isArray(value)) return value.map((one: unknown) => shownAs("", one))
  if (value instanceof Map || value instanceof Set) return [...value].map((one: unknown) => shownAs("", one))
  return typeof value === "object" ? hidden(value) : value
}
