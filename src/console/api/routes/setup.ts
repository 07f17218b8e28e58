/** The first set-up: what stands, a live look at the next hop and the scanner, and the doing of it. */
import { z } from "zod"
import type { Hands } from "../hands.ts"
import { type Route, route } from "../route.ts"
import { bilingual, instant, line, unitId } from "./words.ts"

const OPERATOR = { who: ["operator"], within: "root" } as const

const domain = z
  .string()
  .trim()
  .toLowerCase()
  .max(253)
  .regex(/^[^\s@/:]+\.[^\s@/:]+$/, { error: "a domain such as tuyenquang.gov.vn" })
const hop = z.object({
  to: z
    .string()
    .trim()
    .max(300)
    .regex(/^((smtp|smtps|lmtp):\/\/[^\s/@?#]+|lmtp:\/[^/\s]\S*)$/, { error: "smtp://host:port" }),
  tls: z.enum(["off", "opportunistic", "required", "verified"]),
})
const clamd = z
  .string()
  .trim()
  .max(300)
  .regex(/^(tcp:\/\/[^\s/]+:\d+|unix:\/\S+)$/, { error: "tcp://host:port or unix:/path" })
const choice = {
  hostname: domain,
  postmaster: z.string().trim().max(320),
  domains: z.array(domain).min(1).max(100),
  nextHop: hop.nullable(),
  clamd: clamd.nullable(),
  units: z
    .array(
      z.object({
        id: unitId,
        parent: unitId.nullable(),
        name: z.object({ vi: line, en: line }),
        domains: z.array(domain).max(50),
      }),
    )
    .min(1)
    .max(500)
    .nullable(),
  mode: z.enum(["shadow", "enforce"]).nullable(),
}
const unitSchema = z.object({
  id: z.string(),
  parent: z.string().nullable(),
  name: bilingual,
  domains: z.array(z.string()),
})

export function setupRoutes(hands: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/setup",
      tag: "setup",
      summary: { vi: "Cấu hình ban đầu hiện có", en: "What is set up now" },
      access: OPERATOR,
      answer: z.object({
        needed: z.boolean(),
        published: z.boolean(),
        settingsFile: z.string(),
        policyFile: z.string(),
        hostname: z.string(),
        postmaster: z.string(),
        domains: z.array(z.string()),
        nextHop: z.object({ to: z.string(), tls: hop.shape.tls }).nullable(),
        clamd: z.string().nullable(),
        units: z.array(unitSchema),
        mode: z.enum(["shadow", "enforce"]).nullable(),
      }),
      handle: async () => {
        const { domains, units, ...state } = await hands.setup.state()
        return {
          ...state,
          domains: [...domains],
          units: (units ?? []).map((one) => ({ ...one, domains: [...one.domains] })),
        }
      },
    }),
    ...looks(hands),
    route({
      method: "PUT",
      path: "/api/setup",
      tag: "setup",
      summary: {
        vi: "Ghi cấu hình và chính sách, áp dụng ngay",
        en: "Write settings and policy, and take them into force",
      },
      access: OPERATOR,
      body: z.object(choice),
      bodyLimit: 262_144,
      answer: z.object({
        is: z.enum(["saved", "by-hand", "faulty"]),
        version: z.string(),
        faults: z.array(z.string()),
        files: z.array(z.object({ path: z.string(), lines: z.string() })),
      }),
      handle: async ({ body }, { viewer }) => {
        const saved = await hands.setup.save(body, viewer.account.name)
        return {
          is: saved.is,
          version: saved.is === "saved" ? saved.version : hands.policyVersion(),
          faults: saved.is === "faulty" ? [...saved.faults] : [],
          files: saved.is === "by-hand" ? [...saved.files] : [],
        }
      },
    }),
  ]
}

function looks(hands: Hands): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/api/setup/next-hop",
      tag: "setup",
      summary: { vi: "Thử máy chủ thư phía sau", en: "Try the next hop" },
      access: OPERATOR,
      body: hop.extend({ domain }),
      answer: z.object({
        reached: z.boolean(),
        extensions: z.array(z.string()),
        starttls: z.boolean(),
        encrypted: z.boolean(),
        recipient: z.object({ address: z.string(), reply: z.string(), taken: z.boolean() }).nullable(),
        failed: z.object({ at: z.enum(["connect", "greeting", "tls", "starttls"]), why: z.string() }).nullable(),
      }),
      handle: async ({ body: { domain: ours, ...tried } }) => {
        const told = await hands.setup.tryHop(tried, ours)
        return { ...told, extensions: [...told.extensions] }
      },
    }),
    route({
      method: "POST",
      path: "/api/setup/scanner",
      tag: "setup",
      summary: { vi: "Thử máy quét mã độc", en: "Try the malware scanner" },
      access: OPERATOR,
      body: z.object({ clamd }),
      answer: z.object({
        works: z.boolean(),
        version: z.string().nullable(),
        signaturesAt: instant.nullable(),
        outdated: z.boolean(),
        why: z.string().nullable(),
      }),
      handle: ({ body }) => hands.setup.tryScanner(body.clamd),
    }),
  ]
}
