/** What editing the policy is served with: a rule read back, the matrix, the names; worked out from the policy that is meant. */
import { setImmediate as rest } from "node:timers/promises"
import { itemsOf, withItem } from "../config/policy-edit.ts"
import { readYaml } from "../config/yaml.ts"
import type { DeskHands, MatrixRow } from "../console/api/policy-desk.ts"
import type { Which } from "../console/api/policy-hands.ts"
import { Refusal } from "../console/api/route.ts"
import { isLiftable } from "../decide/decide.ts"
import { classesOf, matrixOf } from "../decide/matrix.ts"
import { guaranteeSentence, ruleSentence } from "../decide/sentence.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Configuration } from "./assemble.ts"
import type { Store } from "../store/store.ts"
import { candidateOf, refusing } from "./policy-hands.ts"
import { type Candidate, freeFamilies } from "./policy-life.ts"
import type { Study } from "./policy-study.ts"

export interface DeskHandsDeps {
  readonly store: Store
  readonly configuration: () => Configuration
  readonly study: Study
  readonly now: () => Instant
}

export function deskHandsOf({ store, configuration, study, now }: DeskHandsDeps): DeskHands {
  const candidate = (which: Which, by: string): Promise<Candidate> =>
    refusing(candidateOf(which, { store, configuration: configuration(), study, now: now(), by }))
  return {
    said: async (which, by, { list, text }) => {
      const yaml = readYaml(text)
      const id: unknown = yaml.ok && typeof yaml.value === "object" && yaml.value !== null ? idOf(yaml.value) : null
      if (typeof id !== "string" || id === "") throw new Refusal("invalid", [{ path: "id", expected: "a name" }])
      const { source } = await candidate(which, by)
      const known = itemsOf(source.document, list).has(id)
      const document = withItem(source.document, { of: list, id, text })
      if (document === null) throw new Refusal("invalid", [{ path: list, expected: "a list in the document" }])
      const made = (await candidate({ of: "draft", document }, by)).configuration
      const free = freeFamilies(made)
      const { rules, guarantees } = made.inForce.prepared.policy
      const rule = rules.find((one) => one.id === id)
      const guarantee = guarantees.find((one) => one.id === id)
      if (list === "rules" && rule !== undefined) return ruleSentence(rule, free)
      if (list === "guarantees" && guarantee !== undefined) return guaranteeSentence(guarantee, free)
      throw new Refusal("invalid", [{ path: "id", expected: known ? "its own id" : "an id of its own" }])
    },
    matrix: async (which, by) => {
      const { configuration: judging } = await candidate(which, by)
      const { prepared } = judging.inForce
      const root = prepared.policy.units.find(({ parent }) => parent === null)
      const domain = root?.domains[0] ?? judging.settings.domains[0]
      const [family] = freeFamilies(judging)
      if (domain === undefined || family === undefined) return []
      const rows: MatrixRow[] = []
      for (const name of classesOf(prepared)) {
        rows.push(...matrixOf(name, prepared, { now: now(), family, domain }))
        await rest()
      }
      return rows
    },
    liftable: () =>
      configuration()
        .inForce.prepared.policy.rules.filter(({ mode, when }) => mode !== "off" && isLiftable(when))
        .map(({ id, title }) => ({ id, title })),
    names: () => {
      const { reading, inForce } = configuration()
      const { mailboxes } = inForce.prepared.policy
      return {
        families: [...reading.context.webmail.keys()],
        notices: reading.context.notices,
        classes: [...new Set(["ordinary", ...mailboxes.map((entry) => entry.class)])],
      }
    },
  }
}

function idOf(value: object): unknown {
  return "id" in value ? value.id : null
}
