/** The moments at which the program is killed. */
import { appendFileSync } from "node:fs"
import { setTimeout as sleep } from "node:timers/promises"
import type { Order } from "./kernel.ts"
import { usual, type World } from "./world.ts"

/** Span in ms in which a moment comes under load; then the kill comes anyhow. */
const PATIENCE = 3_000
/** The log is emptied into the database each 10 s. */
const CHECKPOINT = 12_000

interface Point {
  readonly name: string
  readonly arm: (world: World) => Promise<void> | void
  readonly span?: number
}

export const POINTS: readonly Point[] = [
  { name: "at a random moment", arm: (world) => later(world, 150) },
  at("a body's file is synced", { call: "sync", path: "/bodies/", action: "kill-after" }, 2),
  at("a body's file is half written", { call: "write", path: "/bodies/", action: "tear" }, 2),
  at("a record is about to be written", { call: "write", path: "-wal", action: "kill-before" }, 40),
  at("a record is half written", { call: "write", path: "-wal", action: "tear" }, 40),
  at("a commit is about to be synced", { call: "sync", path: "-wal", action: "kill-before" }, 10),
  at("a commit is synced and nobody told", { call: "sync", path: "-wal", action: "kill-after" }, 10),
  { ...at("the log is emptied", { call: "write", path: "/records.db$", action: "tear" }, 5), span: CHECKPOINT },
  at("a maildir's file is half written", { call: "write", path: "/delivered/", action: "tear" }, 3),
  at("a maildir's file has its name", { call: "rename", path: "/new/", action: "kill-after" }, 3),
  { name: "a message is on its way to the next hop", arm: (world) => onWire(world, "DATA") },
  { name: "the next hop has it and has not said so", arm: (world) => onWire(world, "END") },
  { name: "the next hop has said 250 and nothing is settled", arm: settling },
  { name: "a recipient was refused and a report is due", arm: bounce },
  { name: "settings and policy are read anew", arm: reload },
]

function at(name: string, order: Order, most: number): Point {
  return { name, arm: ({ kernel, random }) => kernel.order({ ...order, skip: random.below(most), times: 1 }) }
}

async function later({ gateway, random }: World, most: number): Promise<void> {
  await sleep(random.below(most))
  gateway.signal("SIGKILL")
}

/** The next hop kills when it hears the command. */
function onWire({ gateway, sink, random }: World, moment: "DATA" | "END"): void {
  let wait = random.below(5)
  sink.script({
    answer: (step, line) => {
      if (step === moment && wait-- === 0) gateway.signal("SIGKILL")
      return usual(step, line)
    },
  })
}

/** From the 250 on the next write of a record kills: at the latest the settling of this one. */
function settling({ kernel, sink, random }: World): void {
  let wait = random.below(5)
  sink.script({
    answer: (step, line) => {
      if (step === "END" && wait-- === 0) kernel.order({ call: "write", path: "-wal", action: "kill-before", times: 1 })
      return usual(step, line)
    },
  })
}

function bounce({ kernel, sink, random }: World): void {
  const action = random.pick(["kill-before", "kill-after", "tear"] as const)
  sink.script({
    answer: (step, line) => {
      const answer = usual(step, line)
      if (answer !== undefined) kernel.order({ call: "write", path: "-wal", action, skip: random.below(10), times: 1 })
      return answer
    },
  })
}

async function reload(world: World): Promise<void> {
  // A comment makes it another version.
  appendFileSync(world.gateway.policy, `# ${world.runs()}\n`)
  world.gateway.signal("SIGHUP")
  await later(world, 80)
}

/** One life of the program: load, the moment, the kill, the restart; now and then a start that is killed too. */
export async function round(world: World, { arm, span = PATIENCE }: Point): Promise<boolean> {
  const { random } = world
  await world.load(1 + random.below(30))
  await arm(world)
  const met = await world.killed(span)
  if (random.below(5) === 0) await world.restartInVain(random.below(1_500))
  await world.restart()
  return met
}
