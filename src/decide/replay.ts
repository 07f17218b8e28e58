/** Judges the kept facts of past mail with another policy, and tells what would be different. Pure. */
import type { Direction } from "../mail/identity.ts"
import type { TransactionId } from "../mail/transaction.ts"
import type { EvidenceRow } from "../mail/version.ts"
import type { Verdict } from "../mail/verdict.ts"
import { decide, rank } from "./decide.ts"
import type { Standing } from "./moved.ts"
import { type Again, readRecord } from "./record.ts"

type Fate = Verdict["disposition"]

export interface Turned {
  readonly transaction: TransactionId
  readonly at: number
  readonly from: string | null
  readonly to: string
  readonly direction: Direction
  /** Of ours: the sender's, else the recipient's. */
  readonly unit: string | null
  readonly was: Fate
  readonly is: Fate
  /** Rules that decided then or would decide now. */
  readonly rules: readonly string[]
}

/** How many would be stricter and milder. */
export interface Tally {
  stricter: number
  milder: number
}

export interface Replay {
  /** Verdicts, one a recipient. */
  readonly judged: number
  readonly same: number
  readonly changed: number
  /** Their facts were not kept: secret, judged before DATA, or asked something about the text that nobody asked then. */
  readonly lost: number
  readonly byRule: ReadonlyMap<string, Tally>
  readonly byUnit: ReadonlyMap<string, Tally>
  readonly byDirection: ReadonlyMap<string, Tally>
  readonly byTurn: ReadonlyMap<string, number>
  /** The first of them. */
  readonly turned: readonly Turned[]
}

export interface Replayer {
  add(row: EvidenceRow): void
  done(): Replay
}

/** `most`: changed verdicts that are told one by one. `isAsked`: of which verdicts it shall tell; what was not kept counts as asked. */
export function createReplay(
  standing: Standing,
  most: number,
  isAsked: (again: Again) => boolean = () => true,
): Replayer {
  let judged = 0
  let same = 0
  let lost = 0
  let changed = 0
  const [byRule, byUnit, byDirection] = [new Map<string, Tally>(), new Map<string, Tally>(), new Map<string, Tally>()]
  const byTurn = new Map<string, number>()
  const turned: Turned[] = []

  function one(again: Again): void {
    judged += 1
    const verdict = judge(again, standing)
    if (verdict === null) {
      lost += 1
      return
    }
    const { disposition: was } = again.said
    const is = verdict.disposition
    if (was === is) {
      same += 1
      return
    }
    changed += 1
    const turn = turnOf(again, verdict)
    const way = strictness(is) > strictness(was) ? "stricter" : "milder"
    for (const rule of turn.rules.length === 0 ? ["–"] : turn.rules) count(byRule, rule, way)
    count(byUnit, turn.unit ?? "–", way)
    count(byDirection, turn.direction, way)
    byTurn.set(`${was} → ${is}`, (byTurn.get(`${was} → ${is}`) ?? 0) + 1)
    if (turned.length < most) turned.push(turn)
  }

  return {
    add: (row) => {
      const again = readRecord(row)
      if (again === null) {
        judged += 1
        lost += 1
      } else for (const each of again) if (isAsked(each)) one(each)
    },
    done: () => ({ judged, same, changed, lost, byRule, byUnit, byDirection, byTurn, turned }),
  }
}

/** Null: it depends on what was not kept. Units and classes are those of the policy that judges now. */
export function judge({ evidence, recorded, said }: Again, { prepared, directory }: Standing): Verdict | null {
  const { from } = evidence.transaction.envelope
  const proven = evidence.authenticated ? from : null
  const verdict = decide(
    prepared,
    {
      ...evidence,
      senderUnit: proven === null ? null : directory.unitOf(proven),
      senderClass: proven === null ? null : directory.classOf(proven),
      recipientUnit: directory.unitOf(evidence.recipient),
      recipientClass: directory.classOf(evidence.recipient),
    },
    recorded,
  )
  if (verdict === "pending") return null
  return verdict.disposition === "defer" && said.disposition !== "defer" ? null : verdict
}

function turnOf({ evidence, said }: Again, verdict: Verdict): Turned {
  const { transaction, recipient, direction, senderUnit, recipientUnit } = evidence
  const { from } = transaction.envelope
  return {
    transaction: transaction.id,
    at: transaction.at,
    from: from?.text ?? null,
    to: recipient.text,
    direction,
    unit: senderUnit ?? recipientUnit,
    was: said.disposition,
    is: verdict.disposition,
    rules: [...new Set([...said.decisive, ...verdict.decisive])],
  }
}

/** A delay stands between what is delivered and what is not. */
function strictness(fate: Fate): number {
  return fate === "defer" ? rank("flag") + 0.5 : rank(fate)
}

function count(tallies: Map<string, Tally>, key: string, way: keyof Tally): void {
  const tally = tallies.get(key) ?? { stricter: 0, milder: 0 }
  tally[way] += 1
  tallies.set(key, tally)
}
