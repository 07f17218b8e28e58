/** The policy as the API tells it: the one in force, one's own draft, and what both call by name. */
import { type QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query"
import { useTranslation } from "react-i18next"
import { type Answer, ask } from "../api/client.ts"
import { useDoor } from "../api/session.tsx"
import { branches, useUnits } from "../api/units.ts"
import { tellDone } from "../parts/tell.tsx"
import { said } from "../words/words.ts"
import type { Names } from "./facts.ts"
import { listsOf, switchesOf } from "./written.ts"

export type Told = Answer<"GET /api/policy/read">
export type ToldRule = Told["rules"][number]
export type ToldGuarantee = Told["guarantees"][number]
export type Which = "live" | "draft"

export const KEY = ["policy"]

export function useLive() {
  return useQuery({
    queryKey: [...KEY, "read", "live"],
    queryFn: ({ signal }) => ask("GET /api/policy/read", { query: { of: "live" } }, { signal }),
  })
}

/** Who administers a branch of the units drafts its share; the API keeps to that. */
export function useMayChange(): boolean {
  return useDoor().may(["operator"])
}

/** Lists, switches, the whole text and what was in force before are the house's. */
export function useMayChangeAll(): boolean {
  return useDoor().may(["operator"], "root")
}

/** Whose rules one may change: the units that one administers, the topmost first; null: all. */
export function useOwners(): readonly string[] | null {
  const { session } = useDoor()
  const all = useMayChangeAll()
  const units = useUnits().data ?? []
  if (all) return null
  const granted = (session?.account.grants ?? []).flatMap(({ role, unit }) => (role === "operator" ? [unit] : []))
  const isBelow = (id: string | null): boolean =>
    id !== null && (granted.includes(id) || isBelow(units.find((unit) => unit.id === id)?.parent ?? null))
  return [...new Set([...granted, ...units.map(({ id }) => id).filter(isBelow)])]
}

export function useDraft() {
  const enabled = useMayChange()
  return useQuery({
    queryKey: [...KEY, "draft"],
    queryFn: async ({ signal }) => (await ask("GET /api/policy/draft", {}, { signal })).draft,
    enabled,
  })
}

/** There is none any more: nothing is asked of it again, all else is. */
export function forgetDraft(client: QueryClient): Promise<void> {
  client.setQueryData([...KEY, "draft"], null)
  return client.invalidateQueries({ queryKey: KEY, predicate: ({ queryKey }) => !queryKey.includes("draft") })
}

/** What the draft says, rule by rule; an error where it is faulty. */
export function useDraftRead() {
  const draft = useDraft()
  return useQuery({
    queryKey: [...KEY, "read", "draft", draft.data?.at],
    queryFn: ({ signal }) => ask("GET /api/policy/read", { query: { of: "draft" } }, { signal }),
    enabled: draft.data !== undefined && draft.data !== null,
    retry: false,
  })
}

/** What is called by name in the text that is edited. */
export function useNames(document: string): Names {
  const units = useUnits()
  const known = useQuery({
    queryKey: [...KEY, "names"],
    queryFn: ({ signal }) => ask("GET /api/policy/names", {}, { signal }),
    staleTime: 300_000,
  })
  const { families = [], notices = [], classes = [] } = known.data ?? {}
  return {
    lists: Object.keys(listsOf(document)),
    switches: Object.keys(switchesOf(document)),
    classes,
    families,
    notices,
    units: branches(units.data ?? []).map(({ unit }) => ({ id: unit.id, name: said(unit.name) })),
  }
}

/** Keeps the whole text, or one rule or guarantee of it, in the draft. */
export function useKeep(document: string) {
  const { t } = useTranslation("policy")
  const client = useQueryClient()
  const draft = useDraft()
  const after = {
    onSuccess: async () => {
      tellDone(t("draft.kept"))
      await client.invalidateQueries({ queryKey: KEY })
    },
  }
  const base = draft.data?.base ?? null
  const whole = useMutation({
    mutationFn: (change: (text: string) => string | null) =>
      ask("PUT /api/policy/draft", {
        body: { document: change(document) ?? document, ...(base === null ? {} : { base }) },
      }),
    ...after,
  })
  const item = useMutation({
    mutationFn: ({ list, id, text }: { list: "rules" | "guarantees"; id: string; text: string | null }) =>
      ask("PUT /api/policy/draft/:list/:id", { params: { list, id }, body: { text } }),
    ...after,
  })
  return { whole, item }
}
