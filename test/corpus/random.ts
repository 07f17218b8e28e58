/** Seeded choices: the same seed makes the same corpus. mulberry32. */

export type Chance<T> = readonly [weight: number, what: T]

export interface Random {
  below(limit: number): number
  chance(share: number): boolean
  pick<T>(from: readonly T[]): T
  weighed<T>(from: readonly Chance<T>[]): T
}

export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  const below = (limit: number): number => Math.floor(next() * limit)
  const pick = <T>(from: readonly T[]): T => {
    const one = from[below(from.length)]
    if (one === undefined) throw new Error("nothing to choose from")
    return one
  }
  const weighed = <T>(from: readonly Chance<T>[]): T => {
    let left = next() * from.reduce((sum, [weight]) => sum + weight, 0)
    for (const [weight, what] of from) {
      left -= weight
      if (left < 0) return what
    }
    return pick(from)[1]
  }
  return { below, chance: (share) => next() < share, pick, weighed }
}
