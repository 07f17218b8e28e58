/** One after another for each key: guesses at one account are counted before the next is looked at. */

/** Waiting for one key; who comes then is sent away. */
const MOST_WAITING = 30

export type Turns = <T>(key: string, work: () => Promise<T>, tooMany: () => Error) => Promise<T>

export function createTurns(): Turns {
  const lines = new Map<string, { last: Promise<unknown>; count: number }>()
  return async (key, work, tooMany) => {
    const line = lines.get(key) ?? { last: Promise.resolve(), count: 0 }
    if (line.count >= MOST_WAITING) throw tooMany()
    lines.set(key, line)
    line.count++
    const mine = line.last.then(work, work)
    line.last = mine.catch(() => undefined)
    try {
      return await mine
    } finally {
      if (--line.count === 0) lines.delete(key)
    }
  }
}
