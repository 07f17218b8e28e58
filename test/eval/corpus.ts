/** Everything that is measured: what was written by hand, and what is made from a seed. */
import { letters } from "../corpus/letters.ts"
import { judged, octets } from "../corpus/octets.ts"
import { createRandom } from "../corpus/random.ts"
import type { Sample } from "../corpus/sample.ts"
import { talk, written } from "../corpus/written.ts"
import type { Result } from "./measure.ts"

/** The seed of what is made, and how many letters. */
export const SEED = 20_260_901
export const LETTERS = 400

export function corpus(seed: number = SEED, count: number = LETTERS): readonly Sample[] {
  const random = createRandom(seed)
  return [...written(), ...talk("work"), ...talk("private"), ...talk("business"), ...letters(count, random)]
}

/** One after the other, as octets that are parsed, opened and read. */
export async function results(samples: readonly Sample[]): Promise<readonly Result[]> {
  const all: Result[] = []
  for (const sample of samples) all.push({ sample, content: await judged(octets(sample)) })
  return all
}
