/** What an attempt taught, written down: the end of a lease. */
import type { DatabaseSync } from "node:sqlite"
import type { Hold, Outcome, Settlement } from "../mail/delivery.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Final, Finish } from "./finish.ts"
import type { Transitions } from "./transitions.ts"

export interface SettleNeeds extends Pick<Transitions, "accept" | "note"> {
  readonly finish: Finish
}

export function createSettle(db: DatabaseSync, needs: SettleNeeds): Pick<Transitions, "settle"> {
  const leased = db.prepare("SELECT message FROM copies WHERE id = ? AND lease_token = ? AND state = 'queued'")
  const update = db.prepare(`
    UPDATE copies SET state = :state, due_at = coalesce(:dueAt, due_at), attempts = attempts + :attempted,
      crashes = CASE WHEN :crashed THEN crashes + 1 WHEN :attempted THEN 0 ELSE crashes END,
      delay_noticed = delay_noticed OR :delayNoticed, hold = :hold, hold_until = :holdUntil,
      last_outcome = coalesce(:outcome, last_outcome), lease_token = NULL, lease_until = 0
    WHERE id = :id`)

  return {
    settle: (token, settlements, reports, events) => {
      const messages: number[] = []
      for (const { delivery } of settlements) {
        const row = leased.get(delivery, token) as { message: number } | undefined
        if (row === undefined) return false
        messages.push(row.message)
      }
      for (const { delivery, outcome, step } of settlements) {
        const { state, dueAt, delayNoticed, crashed, hold } = consequence(step, outcome)
        update.run({
          id: delivery,
          state,
          dueAt,
          attempted: Number(outcome !== null),
          delayNoticed: Number(delayNoticed),
          crashed: Number(crashed),
          hold: hold && JSON.stringify(hold),
          holdUntil: hold && hold.until,
          outcome: outcome && JSON.stringify(outcome),
        })
      }
      for (const report of reports) needs.accept(report, [], null)
      needs.note(events)
      needs.finish.erase(messages)
      return true
    },
  }
}

interface Consequence {
  readonly state: "queued" | "held" | "set-aside" | Final
  readonly dueAt: Instant | null
  readonly delayNoticed: boolean
  readonly crashed: boolean
  readonly hold: Hold | null
}

function consequence(step: Settlement["step"], outcome: Outcome | null): Consequence {
  const nothing = { dueAt: null, delayNoticed: false, crashed: false, hold: null }
  switch (step.then) {
    case "done":
      return { ...nothing, state: outcome?.is === "delivered" ? "delivered" : "failed" }
    case "bounced":
      return { ...nothing, state: "bounced" }
    case "retry":
      return {
        ...nothing,
        state: "queued",
        dueAt: step.at,
        delayNoticed: step.delayNoticed,
        crashed: step.crashed === true,
      }
    case "set-aside":
      return { ...nothing, state: "set-aside", crashed: step.damaged !== true }
    case "hold":
      return { ...nothing, state: "held", hold: step.hold }
    default:
      return step satisfies never
  }
}
