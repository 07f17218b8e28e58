/** What the console turns the policy with: the turns of `policy-life.ts`, told as data. */
import type { Asker, PolicyHands, Which } from "../console/api/policy-hands.ts"
import { Refusal } from "../console/api/route.ts"
import { itemsOf, type ItemsOf, withItem } from "../config/policy-edit.ts"
import { withList } from "../config/policy-list.ts"
import { readYaml } from "../config/yaml.ts"
import { phrase } from "../decide/phrase.ts"
import { guaranteeSentence, ruleSentence } from "../decide/sentence.ts"
import type { Difference } from "../mail/change.ts"
import type { Instant } from "../mail/transaction.ts"
import type { VersionRow } from "../mail/version.ts"
import type { Store } from "../store/store.ts"
import type { Log } from "../telemetry/log.ts"
import type { Configuration } from "./assemble.ts"
import * as life from "./policy-life.ts"
import { createReplays } from "./policy-replay.ts"
import { beyondShare, ownerOf, sharedChanges, sharedLints, sharedRow, sharedText, shareOf } from "./policy-share.ts"
import { versionInForce, withPolicy } from "./policy-source.ts"
import type { Study } from "./policy-study.ts"
import { again, fresh } from "./policy-trial.ts"
import type * as trial from "./trial.ts"
import { UsageError } from "./usage.ts"

export interface PolicyHandsDeps {
  readonly store: Store
  readonly configuration: () => Configuration
  readonly study: Study
  readonly pool: trial.TrialDeps["pool"]
  readonly log: Pick<Log, "error">
  readonly now: () => Instant
  /** Another version is in force, or may be. */
  /** Resolves when what changed is in force here: whoever looks next sees it. */
  readonly changed: () => Promise<void> | void
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
  const house = { ...deps, records: deps.store.records }
  return { ...reading(house), ...drafting(house), ...turning(house), ...proving(house) }
}

interface House extends PolicyHandsDeps {
  readonly records: Store["records"]
}

function deskOf({ store, configuration, study, now }: House, by: string): life.Desk {
  return { store, configuration: configuration(), study, now: now(), by }
}

function meant(house: House, which: Which, by: string): Promise<life.Candidate> {
  return refusing(candidateOf(which, deskOf(house, by)))
}

function reading(house: House): Pick<PolicyHands, "read" | "lint" | "difference" | "versions" | "shown" | "ownerOf"> {
  const { configuration } = house
  const root = (): string => configuration().inForce.prepared.context.units.root
  const shown = (document: string, { reach }: Asker): string =>
    reach.all ? document : sharedText(document, root(), shareOf(reach, configuration()))
  return {
    shown,
    read: async (which, by) => {
      const told = toldOf(await meant(house, which, by.name))
      if (by.reach.all) return told
      const { binds } = shareOf(by.reach, configuration())
      return {
        ...told,
        document: shown(told.document, by),
        rules: told.rules.filter(({ one }) => binds(one.owner)),
        guarantees: told.guarantees.filter(({ one }) => binds(one.owner)),
      }
    },
    lint: async (which, by) => {
      const candidate = await meant(house, which, by.name)
      const lints = await life.lintsOf(candidate, deskOf(house, by.name))
      return by.reach.all ? lints : sharedLints(lints, candidate, shareOf(by.reach, configuration()))
    },
    difference: async (from, to, by) => {
      const [old, next] = [await meant(house, from, by.name), await meant(house, to, by.name)]
      const found = shared(await life.differenceOf(old, next, deskOf(house, by.name)), [old, next], house, by)
      return { ...found, from: old.source.name, to: next.source.name }
    },
    versions: async (rows, by) => {
      if (by.reach.all) return rows
      const desk = deskOf(house, by.name)
      const live = await refusing(life.current(desk))
      const share = shareOf(by.reach, configuration())
      const seen: VersionRow[] = []
      for (const row of rows) {
        // What waits may have rules that nothing in force has.
        const itself = row.state === "waiting" ? [await life.candidate({ version: `${row.number}` }, desk)] : []
        const mine = sharedRow(row, [live, ...itself], { share, by: by.name })
        if (mine !== null) seen.push(mine)
      }
      return seen
    },
    ownerOf: (rule) => configuration().inForce.rules.find(({ id }) => id === rule)?.owner ?? null,
  }
}

/** What of a difference is the asker's to see. */
function shared(
  found: Difference,
  of: readonly life.Candidate[],
  { configuration }: House,
  { reach }: Asker,
): Difference {
  if (reach.all) return found
  const changes = sharedChanges(found.changes, of, shareOf(reach, configuration()))
  return { changes, loosens: changes.some(({ effect }) => effect === "loosens") }
}

function drafting(house: House): Pick<PolicyHands, "keep" | "edit"> {
  const { records, now } = house
  return {
    keep: async (working) => {
      await records.workOnPolicy({ ...working, at: now() })
      return faultsOf(working.document, deskOf(house, working.author))
    },
    edit: async ({ of, id, text }, by) => {
      const desk = deskOf(house, by.name)
      const begun = await records.workingPolicy(by.name)
      const { source, version } = await refusing(life.current(desk))
      const before = begun?.document ?? source.document
      if (!by.reach.all && of !== "lists") checkOwners([itemsOf(before, of).get(id) ?? null, text], by)
      const document =
        of === "lists" ? withList(before, { name: id, entries: entriesIn(text) }) : withItem(before, { of, id, text })
      if (document === null) throw new Refusal("invalid", [{ path: of, expected: "a list in the document" }])
      const base = begun === null ? (version?.number ?? null) : begun.base
      await records.workOnPolicy({ author: by.name, document, base, at: now() })
      return faultsOf(document, desk)
    },
  }
}

/** What names no owner is the root's. */
function checkOwners(texts: readonly (string | null)[], { reach }: Asker): void {
  for (const text of texts) if (text !== null && !reach.sees(ownerOf(text))) throw new Refusal("forbidden", OWN)
}
const OWN = [{ path: "owner", expected: "a unit that you administer" }]

function entriesIn(text: string | null): readonly string[] | null {
  if (text === null) return null
  const yaml = readYaml(text)
  const value = yaml.ok ? yaml.value : null
  if (Array.isArray(value) && value.every((one) => typeof one === "string")) return value
  throw new Refusal("invalid", [{ path: "text", expected: "a list of entries in YAML" }])
}

function turning(house: House): Pick<PolicyHands, "publish" | "approve" | "withdraw" | "rollback"> {
  const { records, now, changed } = house
  const putBy = async (between: life.Between, by: string, publication: life.Publication) => {
    const done = await life.put(between, deskOf(house, by), publication)
    if (done.is === "published") await changed()
    return done
  }
  return {
    publish: async (which, by, reason) => {
      if (!by.reach.all && which.document !== undefined) throw new Refusal("forbidden")
      const desk = deskOf(house, by.name)
      const next = await meant(house, which, by.name)
      const old = await refusing(life.current(desk))
      if (await isOutdated(house, which, { by: by.name, old })) {
        const found = await life.differenceOf(old, next, desk)
        return { is: "stale", found: shared(found, [old, next], house, by) }
      }
      checkShare(old, next, house, by)
      const publication = { reason, origin: null, kind: "document" } as const
      const done = await putBy({ old, next, base: old.version?.number ?? null }, by.name, publication)
      if (done.is === "published" || done.is === "waiting") await records.dropWorkingPolicy(by.name, now())
      return { ...done, found: shared(done.found, [old, next], house, by) }
    },
    approve: async (number, by) => {
      await checkVersion(number, house, by)
      const said = await records.approvePolicy(number, by.name, now())
      if (said === "published") await changed()
      return said
    },
    withdraw: async (number, by) => {
      const version = await records.policyVersion(number)
      if (version?.author !== by.name) await checkVersion(number, house, by)
      return records.withdrawPolicy(number, by.name, now())
    },
    rollback: async (number, by, reason) => {
      const back = await refusing(life.rollbackTo(String(number), deskOf(house, by)))
      return putBy(back, by, { reason, origin: null, kind: "rollback" })
    },
  }
}

/** Whoever administers a branch changes what is that branch's alone. */
function checkShare(old: life.Candidate, next: life.Candidate, { configuration }: House, { reach }: Asker): void {
  if (reach.all) return
  const beyond = beyondShare(old, next, shareOf(reach, configuration()))
  const faults = beyond.map((path) => ({
    path,
    expected: "as it is: no unit that you administer has a say over it alone",
  }))
  if (beyond.length > 0) throw new Refusal("forbidden", faults)
}

/** A version that waits, against the one in force; of one that does not wait the store itself says so. */
async function checkVersion(number: number, house: House, by: Asker): Promise<void> {
  if (by.reach.all) return
  const version = await house.records.policyVersion(number)
  if (version === null) throw new Refusal("not-found")
  const desk = deskOf(house, by.name)
  checkShare(await refusing(life.current(desk)), await refusing(life.read(version, desk)), house, by)
}

function proving(house: House): Pick<PolicyHands, "replay" | "replayed" | "cancel" | "trial"> {
  const replays = createReplays(house.records, house.log)
  return {
    replay: async (which, by, { days, reach }) => {
      const { configuration, source } = await meant(house, which, by)
      const sees = (...units: readonly (string | null)[]): boolean => reach.sees(...units)
      const id = replays.start({ configuration, name: source.name, days, by, sees }, house.now())
      if (id === null) throw new Refusal("too-many")
      return id
    },
    replayed: (id, by) => replays.find(id, by),
    cancel: (id, by) => replays.cancel(id, by),
    trial: async (asked, which, by) => {
      const policies = await Promise.all(which.map((one) => meant(house, one, by)))
      return asked.code === null ? fresh(asked, policies, house.pool) : again(asked.code, policies, house.store)
    },
  }
}

/** The text in force is another than the one that the draft was begun from. */
async function isOutdated(
  { records }: House,
  which: Which,
  { by, old: { source, version } }: { readonly by: string; readonly old: Awaited<ReturnType<typeof life.current>> },
): Promise<boolean> {
  if (which.of !== "draft" || which.document !== undefined) return false
  const working = await records.workingPolicy(by)
  if (working === null || working.base === (version?.number ?? null)) return false
  const begunFrom = working.base === null ? null : await records.policyVersion(working.base)
  return begunFrom?.document !== source.document
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
