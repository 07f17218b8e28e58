/** The policy: its versions and their differences, one's draft, and how it comes into force; each within the asker's share of it. */
import { z } from "zod"
import type { Asker, PolicyTold } from "../policy-hands.ts"
import type { Hands } from "../hands.ts"
import { type AskedBy, Refusal, type Route, route } from "../route.ts"
import {
  differenceSchema,
  disposition,
  DOCUMENT_BODY,
  documentText,
  mode,
  number,
  policyRef,
  putSchema,
  settled,
  showDifference,
  showPut,
  showVersion,
  versionRowSchema,
  whichBody,
} from "./policy-words.ts"
import { bilingual, instant, reason } from "./words.ts"

/** Who sees only a branch of the units reads what binds it. */
const READ = { who: ["operator", "security", "auditor"], within: "units" } as const
/** Who administers only a branch changes what is that branch's own. */
const CHANGE = { who: ["operator"], within: "units" } as const
/** All of the text at once. */
const WHOLE = { who: ["operator"], within: "root" } as const

function asker({ viewer, reach }: AskedBy): Asker {
  return { name: viewer.account.name, reach }
}

const toldSchema = z.object({
  name: z.string(),
  /** YAML, as it is kept. */
  document: z.string(),
  rules: z.array(
    z.object({
      id: z.string(),
      owner: z.string(),
      mode,
      when: bilingual,
      /** The whole of it as a sentence. */
      said: bilingual,
      then: disposition,
      title: bilingual,
      basis: z.string().nullable(),
      notice: z.string().nullable(),
      approvals: z.number(),
      /** What it asks for besides: header, subject-tag, banner, require-tls, rewrite. */
      also: z.array(z.string()),
      /** Its YAML. */
      text: z.string(),
    }),
  ),
  guarantees: z.array(
    z.object({
      id: z.string(),
      owner: z.string(),
      when: bilingual,
      /** The whole of it as a sentence. */
      said: bilingual,
      atMost: disposition,
      title: bilingual,
      text: z.string(),
    }),
  ),
})

function show({ name, document, rules, guarantees }: PolicyTold): z.input<typeof toldSchema> {
  return {
    name,
    document,
    rules: rules.map(({ one, when, said, text }) => {
      return { ...one, approvals: one.approvals ?? 1, also: one.also.map(({ do: what }) => what), when, said, text }
    }),
    guarantees: guarantees.map(({ one, when, said, text }) => ({ ...one, when, said, text })),
  }
}

export function policyRoutes(hands: Hands): readonly Route[] {
  return [...versionRoutes(hands), ...draftRoutes(hands), ...turnRoutes(hands)]
}

function versionRoutes({ policy, records }: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/policy/versions",
      tag: "policy",
      summary: { vi: "Các phiên bản chính sách, mới nhất trước", en: "Versions of the policy, the newest first" },
      access: READ,
      query: z.object({
        before: z.coerce.number().int().positive().optional(),
        limit: z.coerce.number().int().min(1).max(200).default(50),
      }),
      answer: z.object({
        /** Of the version in force; null: there is none yet. */
        head: z.number().nullable(),
        versions: z.array(versionRowSchema),
        next: z.number().nullable(),
      }),
      handle: async ({ query }, asked) => {
        const rows = await records.policyVersions(query.limit, query.before)
        const next = rows.length === query.limit ? (rows.at(-1)?.number ?? null) : null
        return {
          head: await records.policyHead(),
          versions: (await policy.versions(rows, asker(asked))).map(showVersion),
          next,
        }
      },
    }),
    route({
      method: "GET",
      path: "/api/policy/versions/:number",
      tag: "policy",
      summary: {
        vi: "Một phiên bản với thay đổi và nội dung của nó",
        en: "A version with what it changed and its text",
      },
      access: READ,
      params: number,
      answer: versionRowSchema.extend({
        document: z.string(),
        units: z.number(),
        mailboxes: z.number(),
        exceptions: z.number(),
      }),
      handle: async ({ params }, asked) => {
        const version = await records.policyVersion(params.number)
        const [row] = version === null ? [] : await policy.versions([version], asker(asked))
        if (version === null || row === undefined) throw new Refusal("not-found")
        const { registry, exceptions, document } = version
        return {
          ...showVersion(row),
          document: policy.shown(document, asker(asked)),
          units: registry.units.length,
          mailboxes: registry.mailboxes.length,
          exceptions: exceptions.length,
        }
      },
    }),
    route({
      method: "GET",
      path: "/api/policy/read",
      tag: "policy",
      summary: {
        vi: "Chính sách đang áp dụng, bản nháp hoặc một phiên bản: từng luật, từng cam kết bằng lời",
        en: "The policy in force, one's draft or a version: each rule and guarantee in words",
      },
      access: READ,
      query: z.object({ of: policyRef.default("live") }),
      answer: toldSchema,
      handle: async ({ query }, asked) => show(await policy.read(query, asker(asked))),
    }),
    route({
      method: "GET",
      path: "/api/policy/difference",
      tag: "policy",
      summary: { vi: "Hai phiên bản khác nhau thế nào, bằng lời", en: "What differs between two policies, in words" },
      access: READ,
      query: z.object({ from: policyRef.default("live"), to: policyRef.default("draft") }),
      answer: differenceSchema.extend({ from: z.string(), to: z.string() }),
      handle: async ({ query }, asked) => {
        const found = await policy.difference({ of: query.from }, { of: query.to }, asker(asked))
        return { ...showDifference(found), from: found.from, to: found.to }
      },
    }),
  ]
}

/** What is wrong with it is told, and it is kept all the same. */
const keptSchema = z.object({ base: z.number().nullable(), faults: z.array(z.string()) })

function draftRoutes({ policy, records }: Hands): readonly Route[] {
  return [
    route({
      method: "GET",
      path: "/api/policy/draft",
      tag: "policy",
      summary: { vi: "Bản nháp của mình", en: "One's own draft" },
      access: CHANGE,
      answer: z.object({
        draft: z.object({ document: z.string(), base: z.number().nullable(), at: instant }).nullable(),
      }),
      handle: async (_, asked) => {
        const draft = await records.workingPolicy(asked.viewer.account.name)
        return { draft: draft === null ? null : { ...draft, document: policy.shown(draft.document, asker(asked)) } }
      },
    }),
    route({
      method: "PUT",
      path: "/api/policy/draft",
      tag: "policy",
      summary: {
        vi: "Lưu bản nháp của mình; cho biết chỗ chưa đúng",
        en: "Keep one's draft; tells what is wrong with it",
      },
      access: WHOLE,
      bodyLimit: DOCUMENT_BODY,
      body: z.object({
        document: documentText,
        /** The version it was begun from; the one in force where it is left out. */
        base: z.number().int().positive().optional(),
      }),
      answer: keptSchema,
      handle: async ({ body }, { viewer }) => {
        const base = body.base ?? (await records.policyHead())
        const faults = await policy.keep({ author: viewer.account.name, document: body.document, base })
        return { base, faults: [...faults] }
      },
    }),
    route({
      method: "DELETE",
      path: "/api/policy/draft",
      tag: "policy",
      summary: { vi: "Bỏ bản nháp của mình", en: "Drop one's draft" },
      access: CHANGE,
      answer: z.object({ dropped: z.boolean() }),
      handle: async (_, { viewer, now }) => ({ dropped: await records.dropWorkingPolicy(viewer.account.name, now) }),
    }),
    route({
      method: "PUT",
      path: "/api/policy/draft/:list/:id",
      tag: "policy",
      summary: {
        vi: "Thêm, sửa hoặc bỏ một luật, cam kết hay danh sách trong bản nháp; phần còn lại giữ nguyên",
        en: "Add, change or take out one rule, guarantee or list of one's draft; all other text stays",
      },
      access: CHANGE,
      params: z.object({ list: z.enum(["rules", "guarantees", "lists"]), id: z.string().min(1).max(100) }),
      body: z.object({
        /** YAML; null takes it out. */
        text: z.string().min(1).max(50_000).nullable(),
      }),
      answer: keptSchema,
      handle: async ({ params, body }, asked) => {
        const faults = await policy.edit({ of: params.list, id: params.id, text: body.text }, asker(asked))
        return { base: (await records.workingPolicy(asked.viewer.account.name))?.base ?? null, faults: [...faults] }
      },
    }),
  ]
}

function turnRoutes({ policy }: Hands): readonly Route[] {
  return [
    route({
      method: "POST",
      path: "/api/policy/publish",
      tag: "policy",
      summary: {
        vi: "Áp dụng bản nháp; nới lỏng thì chờ người thứ hai duyệt",
        en: "Put one's draft into force; what loosens waits for a second person",
      },
      access: CHANGE,
      bodyLimit: DOCUMENT_BODY,
      body: z.object({ ...whichBody, reason }),
      answer: putSchema,
      handle: async ({ body }, asked) => showPut(await policy.publish(body, asker(asked), body.reason)),
    }),
    route({
      method: "POST",
      path: "/api/policy/versions/:number/approve",
      tag: "policy",
      summary: { vi: "Duyệt một phiên bản, là người thứ hai", en: "Approve a version as the second person" },
      access: CHANGE,
      params: number,
      answer: z.object({ approved: z.boolean() }),
      handle: async ({ params }, asked) => settled(await policy.approve(params.number, asker(asked))),
    }),
    route({
      method: "POST",
      path: "/api/policy/versions/:number/withdraw",
      tag: "policy",
      summary: { vi: "Rút hoặc không duyệt một phiên bản đang chờ", en: "Take back or turn down a version that waits" },
      access: CHANGE,
      params: number,
      answer: z.object({ withdrawn: z.boolean() }),
      handle: async ({ params }, asked) => {
        if (!(await policy.withdraw(params.number, asker(asked)))) throw new Refusal("not-found")
        return { withdrawn: true }
      },
    }),
    route({
      method: "POST",
      path: "/api/policy/versions/:number/rollback",
      tag: "policy",
      summary: {
        vi: "Trở lại nội dung của một phiên bản cũ, thành phiên bản mới",
        en: "An earlier version's text again, as a new version",
      },
      access: WHOLE,
      params: number,
      body: z.object({ reason }),
      answer: putSchema,
      handle: async ({ params, body }, { viewer }) =>
        showPut(await policy.rollback(params.number, viewer.account.name, body.reason)),
    }),
  ]
}
