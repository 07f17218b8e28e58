/** A message judged by several policies side by side: one's own file by real children, or one that was here by what was kept of it. */
import type { Trial, TrialTold } from "../console/api/policy-hands.ts"
import { readRecord } from "../decide/record.ts"
import { judge } from "../decide/replay.ts"
import { addressKey, parseAddress } from "../mail/address.ts"
import type { Recipient } from "../mail/transaction.ts"
import type { Pool } from "../sandbox/pool.ts"
import type { Store } from "../store/store.ts"
import type * as life from "./policy-life.ts"
import { standingOf } from "./policy-source.ts"
import * as trial from "./trial.ts"

/** By what was kept of it: the message itself is read by nobody. */
export async function again(
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

export async function fresh(
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
