/**
 * `npm run crash -- [--rounds N] [--seed S]`: kills the program under load N times, starts it again, and accounts for every 250.
 * The same seed chooses the same moments. Exit status 1 when a message was lost or altered.
 */
import { parseArgs } from "node:util"
import { POINTS, round } from "./points.ts"
import { createRandom } from "./random.ts"
import { type Account, CONCURRENCY, openWorld, type World } from "./world.ts"

/** Kills of one store before it is accounted for. */
const ROUNDS = 25

const { values } = parseArgs({ options: { rounds: { type: "string" }, seed: { type: "string" } } })
const rounds = Number(values.rounds ?? 100)
const seed = Number(values.seed ?? 1)
if (!(Number.isInteger(rounds) && rounds > 0 && Number.isInteger(seed))) throw new Error("--rounds N --seed S")

const random = createRandom(seed)
const reached = new Map<string, number>()
const sum = { rounds: 0, promised: 0, lost: 0, altered: 0, duplicates: 0, mostDuplicates: 0 }

function say(line: string): void {
  process.stdout.write(`${line}\n`)
}

async function store(count: number): Promise<Account> {
  const world = await openWorld(random)
  try {
    return await lives(world, count)
  } catch (error) {
    say(await world.evidence())
    throw error
  } finally {
    await world[Symbol.asyncDispose]().catch((error: unknown) => say(String(error)))
  }
}

async function lives(world: World, count: number): Promise<Account> {
  for (let done = 0; done < count; done++) {
    const point = random.pick(POINTS)
    const met = await round(world, point)
    if (met) reached.set(point.name, (reached.get(point.name) ?? 0) + 1)
  }
  const account = await world.account()
  if (account.lost.length > 0) say(await world.evidence())
  return account
}

const begun = Date.now()
while (sum.rounds < rounds) {
  const count = Math.min(ROUNDS, rounds - sum.rounds)
  const account = await store(count)
  for (const id of account.lost) say(`LOST ${id}`)
  for (const id of account.altered) say(`ALTERED ${id}`)
  sum.rounds += count
  sum.promised += account.promised
  sum.lost += account.lost.length
  sum.altered += account.altered.length
  sum.duplicates += account.duplicates
  sum.mostDuplicates = Math.max(sum.mostDuplicates, account.mostDuplicates)
  const { promised, lost, altered, duplicates } = sum
  const minutes = ((Date.now() - begun) / 60_000).toFixed(1)
  say(
    `${sum.rounds} kills, ${promised} promised, ${lost} lost, ${altered} altered, ${duplicates} twice (${minutes} min)`,
  )
}
say(`\nseed ${seed}; duplicates after one kill: at most ${sum.mostDuplicates}, of ${CONCURRENCY} that may be under way`)
for (const { name } of POINTS) say(`${String(reached.get(name) ?? 0).padStart(6)} × ${name}`)
process.exitCode = sum.lost + sum.altered === 0 ? 0 : 1
