/** What the console works with, made of the other rooms. */
import { timingSafeEqual } from "node:crypto"
import { mayDeny, needs, wordOn } from "../act/rights.ts"
import type { Tree } from "../console/api/access.ts"
import type { Hands } from "../console/api/hands.ts"
import { createKeys, newSecret } from "../console/api/secret.ts"
import { unitTree } from "../decide/units.ts"
import type { Configuration } from "./assemble.ts"
import { writeZip } from "../inspect/disarm/zip.ts"
import type { Rule, Unit } from "../mail/policy.ts"
import type { OpeningLinks } from "../notify/opening.ts"
import type { Pool } from "../sandbox/pool.ts"
import type { MessageRecord, Records, Store } from "../store/store.ts"
import { aboutOf } from "./about.ts"
import { loginBy, personBy } from "./directory-login.ts"
import { ask, decideAppeal, offerLink, pageOf, takeBack } from "./appeal.ts"
import { evidenceOf } from "./evidence.ts"
import { decideHeld } from "./held.ts"
import { auditHandsOf } from "./audit-hands.ts"
import { noticeHandsOf } from "./notice-edits.ts"
import { openHeld, type OpenWith } from "./opened.ts"
import { openByRecipient, openingPage } from "./recipient.ts"
import { deskHandsOf } from "./policy-desk.ts"
import { policyHandsOf } from "./policy-hands.ts"
import type { Study } from "./policy-study.ts"
import { exceptionHandsOf, unitHandsOf } from "./unit-hands.ts"

export interface HandsDeps extends Pick<Hands, "search" | "health" | "log" | "wake" | "setup"> {
  readonly store: Store
  readonly pool: Pool
  readonly study: Study
  /** Another version of the policy may be in force. */
  readonly policyChanged: () => Promise<void> | void
  /** Other words are in force. */
  readonly noticesChanged: () => Promise<void>
  /** The agency's. */
  readonly key: Uint8Array
  readonly configuration: () => Configuration
  readonly examineWith: OpenWith
  readonly openings: OpeningLinks
  /** Of the link for the first administrator. */
  readonly first: string | null
}

export function handsOf({
  store,
  key,
  configuration,
  first,
  pool,
  study,
  policyChanged,
  noticesChanged,
  examineWith,
  openings,
  ...rest
}: HandsDeps): Hands & {
  readonly firstLink: string | null
} {
  const policy = () => configuration().inForce.prepared.policy
  const treeNow = treeMaker()
  const turning = { store, configuration, study, now: Date.now, changed: policyChanged }
  const deps = async () => ({
    store,
    configuration: configuration(),
    accounts: await store.records.accounts(),
    now: Date.now(),
  })
  return {
    ...rest,
    read: (spooled) => pool.read(spooled),
    draw: (spooled, wanted) => pool.draw(spooled, wanted),
    records: store.records,
    bodies: store.bodies,
    settings: () => configuration().settings,
    units: () => policy().units,
    tree: () => treeNow(policy().units),
    policyVersion: () => policy().version,
    rules: () => policy().rules,
    decide: (is, ref, person, reason) =>
      decideHeld(is, ref, { store, configuration: configuration(), now: Date.now(), by: person.name, person }, reason),
    open: (opening, person) => {
      const decider = { store, configuration: configuration(), now: Date.now(), by: person.name, person }
      return openHeld(opening, decider, examineWith)
    },
    rights: (copy, person) => ({
      needs: needs(copy.hold),
      word: wordOn(copy, person).is,
      mayDeny: mayDeny(copy, person),
    }),
    desk: deskHandsOf({ store, configuration, study, now: Date.now }),
    policy: policyHandsOf({ ...turning, pool, log: rest.log }),
    unitEdits: unitHandsOf(turning),
    exceptions: exceptionHandsOf(turning),
    audit: auditHandsOf({ records: store.records, configuration, now: Date.now }),
    notices: noticeHandsOf(store.records, configuration, noticesChanged),
    appeals: {
      offerLink: async (transaction, mailbox) => offerLink(transaction, mailbox, await deps()),
      page: async (digest) => pageOf(digest, await deps()),
      ask: async (proof, asked) => ask(proof, asked, await deps()),
      takeBack: async (proof) => takeBack(proof, await deps()),
      decide: async (appeal, person, word) => decideAppeal(appeal, person, word, await deps()),
      kindOf: async (transaction) => kindOf(await store.records.show(transaction), policy().rules),
    },
    openings: {
      page: async (token) => openingPage(token, { ...(await deps()), links: openings }),
      open: async (token, password) =>
        openByRecipient(token, password, { ...(await deps()), links: openings, examine: examineWith }),
    },
    evidence: async (spooled, record) => {
      const chunks: Uint8Array[] = []
      for await (const chunk of store.bodies.read(spooled)) chunks.push(chunk)
      return evidenceOf(Buffer.concat(chunks), record)
    },
    about: () =>
      aboutOf(configuration().settings, rest.health.status().parts["shared"]?.state ?? null, policy().version),
    zip: writeZip,
    directory: (name, password) => loginBy(configuration().settings, policy().units, { name, password }),
    directoryPerson: (name) => personBy(configuration().settings, policy().units, name),
    keys: createKeys(key),
    now: Date.now,
    isFirst: (token) =>
      first !== null && first.length === token.length && timingSafeEqual(Buffer.from(first), Buffer.from(token)),
    firstLink: first === null ? null : `${configuration().settings.publicUrl}/first/${first}`,
  }
}

/** The notice that the decisive rule names, in general; nothing where it may be secret. */
function kindOf(record: MessageRecord | null, rules: readonly Rule[]): string | null {
  const event = record?.events.find(({ kind }) => kind === "rejected" || kind === "held" || kind === "quarantined")
  const named = event?.detail["rules"]
  const [first] = Array.isArray(named) ? named : []
  const notice = rules.find(({ id }) => id === first)?.notice ?? null
  return notice === "secrecy" ? null : notice
}

/** Null once somebody has an account. */
export async function firstSecret({ records }: Store): Promise<string | null> {
  return (await records.accounts()).length === 0 ? newSecret() : null
}

/** Worked out once for each policy. */
function treeMaker(): (units: readonly Unit[]) => Tree {
  let known: { readonly units: readonly Unit[]; readonly tree: Tree } | null = null
  return (units) => {
    if (known?.units !== units) known = { units, tree: treeOf(units) }
    return known.tree
  }
}

export function treeOf(units: readonly Unit[]): Tree {
  const tree = unitTree(units)
  return {
    root: tree.root,
    isWithin: (unit, ancestor) => tree.isWithin(unit, ancestor),
    below: (unit) => units.flatMap(({ id }) => (tree.isWithin(id, unit) ? [id] : [])),
  }
}

/** Whoever becomes an approver is written to from the next message on. */
export function remembered(records: Records, remember: () => Promise<void>): Records {
  const then = async <R>(change: Promise<R>): Promise<R> => {
    const done = await change
    await remember()
    return done
  }
  return {
    ...records,
    addAccount: (...given) => then(records.addAccount(...given)),
    changeAccount: (...given) => then(records.changeAccount(...given)),
    join: (...given) => then(records.join(...given)),
  }
}
