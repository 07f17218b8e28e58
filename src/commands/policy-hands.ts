/** What the console turns the policy with: the turns of `policy-life.ts`, told as data. */
import type { PolicyHands, Trial, TrialTold, Which } from "../console/api/policy-hands.ts"
import { Refusal } from "../console/api/route.ts"
import { itemsOf, type ItemsOf, withItem } from "../config/policy-edit.ts"
import { phrase } from "../decide/phrase.ts"
import { guaranteeSentence, ruleSentence } from "../decide/sentence.ts"
import { readRecord } from "../decide/record.ts"
import { judge } from "../decide/replay.ts"
import { addressKey, parseAddress } from "../mail/address.ts"
import type { Instant, Recipient } from "../mail/transaction.ts"
import type { Pool } from "../sandbox/pool.ts"
import type { Store } from "../store/store.ts"
import type { Log } from "../telemetry/log.ts"
import type { Configuration } from "./assemble.ts"
import * as life from "./policy-life.ts"
import { createReplays } from "./policy-replay.ts"
import { standingOf, versionInForce, withPolicy } from "./policy-source.ts"
import type { Study } from "./policy-study.ts"
import * as trial from "./trial.ts"
import { UsageError } from "./usage.ts"

export interface PolicyHandsDeps {
  readonly store: Store
  readonly configuration: () => Configuration
  readonly study: Study
  readonly pool: trial.TrialDeps["pool"]
  readonly log: Pick<Log, "error">
  readonly now: () => Instant
  /** Another version is in force, or may be. */
  readonly changed: () => void
}

/** What the caller got wrong, as the API says it. */
export async function refusing<T>(asked: Promise<T>): Promise<T> {
  try {
    return await asked
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    throw new Refusal(
      "invalid",
      error.message.split("\n").map((expected) => ({ path: "document", expected })),
    )
  }
}

export function policyHandsOf(deps: PolicyHandsDeps): PolicyHands {
  const { store, configuration, study, now, changed } = deps
  const { records } = store
  const replays = createReplays(records, deps.log)
  const deskOf = (by: string): life.Desk => ({ store, configuration: configuration(), study, now: now(), by })
  const meant = (which: Which, by: string): Promise<life.Candidate> => refusing(candidateOf(which, deskOf(by)))
  const putBy = async (between: life.Between, by: string, publication: life.Publication) => {
    const done = await life.put(between, deskOf(by), publication)
    if (done.is === "published") changed()
    return done
  }

  return {
    read: async (which, by) => toldOf(await meant(which, by)),
    lint: async (which, by) => life.lintsOf(await meant(which, by), deskOf(by)),
    difference: async (from, to, by) => {
      const [old, next] = [await meant(from, by), await meant(to, by)]
      const found = await life.differenceOf(old, next, deskOf(by))
      return { ...found, from: old.source.name, to: next.source.name }
    },
    keep: async (working) => {
      await records.workOnPolicy({ ...working, at: now() })
      return faultsOf(working.document, deskOf(working.author))
    },
    edit: async ({ of, id, text }, by) => {
      const desk = deskOf(by)
      const begun = await records.workingPolicy(by)
      const { source, version } = await refusing(life.current(desk))
      const document = withItem(begun?.document ?? source.document, { of, id, text })
      if (document === null) throw new Refusal("invalid", [{ path: of, expected: "a list in the document" }])
      const base = begun === null ? (version?.number ?? null) : begun.base
      await records.workOnPolicy({ author: by, document, base, at: now() })
      return faultsOf(document, desk)
    },
    publish: async (which, by, reason) => {
      const desk = deskOf(by)
      const next = await meant(which, by)
      const old = await refusing(life.current(desk))
      if (await isOutdated(which, by, old)) return { is: "stale", found: await life.differenceOf(old, next, desk) }
      const publication = { reason, origin: null, kind: "document" } as const
      const done = await putBy({ old, next, base: old.version?.number ?? null }, by, publication)
      if (done.is === "published" || done.is === "waiting") await records.dropWorkingPolicy(by, now())
      return done
    },
    approve: async (number, by) => {
      const said = await records.approvePolicy(number, by, now())
      if (said === "published") changed()
      return said
    },
    withdraw: (number, by) => records.withdrawPolicy(number, by, now()),
    rollback: async (number, by, reason) => {
      const back = await refusing(life.rollbackTo(String(number), deskOf(by)))
      return putBy(back, by, { reason, origin: null, kind: "rollback" })
    },
    replay: async (which, by, { days, reach }) => {
      const { configuration: judging, source } = await meant(which, by)
      const wanted = {
        configuration: judging,
        name: source.name,
        days,
        by,
        sees: (...units: readonly (string | null)[]) => reach.sees(...units),
      }
      const id = replays.start(wanted, now())
      if (id === null) throw new Refusal("too-many")
      return id
    },
    replayed: (id, by) => replays.find(id, by),
    cancel: (id, by) => replays.cancel(id, by),
    trial: async (asked, which, by) => {
      const policies = await Promise.all(which.map((one) => meant(one, by)))
      return asked.code === null ? fresh(asked, policies, deps.pool) : again(asked.code, policies, store)
    },
    ownerOf: (rule) => configuration().inForce.rules.find(({ id }) => id === rule)?.owner ?? null,
  }

  /** The text in force is another than the one that the draft was begun from. */
  async function isOutdated(
    which: Which,
    by: string,
    { source, version }: Awaited<ReturnType<typeof life.current>>,
  ): Promise<boolean> {
    if (which.of !== "draft" || which.document !== undefined) return false
    const working = await records.workingPolicy(by)
    if (working === null || working.base === (version?.number ?? null)) return false
    const begunFrom = working.base === null ? null : await records.policyVersion(working.base)
    return begunFrom?.document !== source.document
  }
}

export async function candidateOf({ of, document }: Which, desk: life.Desk): Promise<life.Candidate> {
  if (document !== undefined) return life.asDraft({ name: "draft", document }, desk)
  if (of === "draft") {
    const working = await desk.store.records.workingPolicy(desk.by)
    if (working === null) throw new Refusal("not-found")
    return life.asDraft({ name: "draft", document: working.document }, desk)
  }
  if (of !== "live") return life.candidate({ version: of }, desk)
  return life.current(desk)
}

async function faultsOf(document: string, desk: life.Desk): Promise<readonly string[]> {
  const inForce = await versionInForce(desk.store.records)
  const beside = { registry: inForce?.registry ?? { units: [], mailboxes: [] }, exceptions: inForce?.exceptions ?? [] }
  const made = await withPolicy(desk.configuration, { name: "draft", document, ...beside }, desk)
  return made.ok ? [] : made.faults.map((fault) => fault.replace(/^draft: /, ""))
}

function toldOf({ source, configuration }: life.Candidate): Awaited<ReturnType<PolicyHands["read"]>> {
  const { policy } = configuration.inForce.prepared
  const free = life.freeFamilies(configuration)
  const texts = (of: ItemsOf): ReadonlyMap<string, string> => itemsOf(source.document, of)
  const [rules, guarantees] = [texts("rules"), texts("guarantees")]
  return {
    name: source.name,
    document: source.document,
    rules: policy.rules.map((one) => {
      return { one, when: phrase(one.when, free), said: ruleSentence(one, free), text: rules.get(one.id) ?? "" }
    }),
    guarantees: policy.guarantees.map((one) => {
      const said = guaranteeSentence(one, free)
      return { one, when: phrase(one.when, free), said, text: guarantees.get(one.id) ?? "" }
    }),
  }
}

/** By what was kept of it: the message itself is read by nobody. */
async function again(
  code: string,
  policies: readonly life.Candidate[],
  { records }: Store,
): Promise<readonly TrialTold[] | null> {
  const row = await records.evidenceOf(code)
  const kept = row === null ? null : readRecord(row)
  if (kept === null) return null
  const told = policies.map(({ source, configuration }): TrialTold => {
    const verdicts = kept.flatMap((one) => {
      const verdict = judge(one, standingOf(configuration))
      if (verdict === null) return []
      const { recipient: address, direction } = one.evidence
      return [trial.verdictOf({ recipient: { address, notify: null, orcpt: null }, direction, verdict })]
    })
    return { name: source.name, verdicts, reply: null }
  })
  return told.some(({ verdicts }) => verdicts.length > 0) ? told : null
}

async function fresh(
  asked: Trial,
  policies: readonly life.Candidate[],
  pool: Pick<Pool, "examine" | "examineCleared" | "rewrite">,
): Promise<readonly TrialTold[]> {
  const bytes = trial.asSent(Buffer.from(asked.octets))
  const from = asked.from === "" ? null : parseAddress(asked.from)
  const to = asked.to.flatMap((text): readonly Recipient[] => {
    const address = parseAddress(text)
    return address === null ? [] : [{ address, notify: null, orcpt: null }]
  })
  const told: TrialTold[] = []
  for (const { source, configuration } of policies) {
    const gateway = trial.trialGateway({ pool, configuration, isReply: false, isClientKnown: asked.client !== null })
    const caller = { trusted: asked.trusted, user: asked.user ?? undefined, client: asked.client ?? undefined }
    const given = { bytes, from, to, client: trial.clientOf(caller, configuration) }
    const judged = await gateway.judge(trial.transactionOf(given), trial.spool(bytes))
    const denied = to.filter((recipient) => trial.isRelay(given, recipient, configuration))
    const mine = { ...judged, judged: judged.judged.filter(({ recipient }) => !denied.includes(recipient)) }
    const reply = mine.judged.length === 0 ? null : gateway.plan(mine).reply
    told.push({
      name: source.name,
      verdicts: [
        ...mine.judged.map((each) => trial.verdictOf(each)),
        ...denied.map(({ address }) => ({ ...trial.RELAY_DENIED, recipient: addressKey(address) })),
      ],
      reply: reply === null ? null : `${reply.code} ${reply.status} ${reply.text}`,
    })
  }
  return told
}
