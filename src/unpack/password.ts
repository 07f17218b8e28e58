/** Passwords that may open what is sealed in a message: those its own text tells, and those the unit knows. */

export interface Passwords {
  /** Most likely first, bounded. */
  readonly candidates: readonly string[]
  /** Milliseconds that may still be spent on deriving keys. */
  time: number
}

/** Key derivation is slow on purpose; a hostile archive asks for more of it. */
const TIME = 3_000

export function createPasswords(candidates: readonly string[]): Passwords {
  return { candidates: [...new Set(candidates)].slice(0, MOST), time: TIME }
}
const MOST = 50

/** The first candidate that opens it, by what `open` makes of it; null when none does. */
export async function firstThatOpens<T>(
  passwords: Passwords,
  open: (password: string) => Promise<T | null> | T | null,
): Promise<T | null> {
  for (const candidate of passwords.candidates) {
    if (passwords.time <= 0) return null
    const began = performance.now()
    const opened = await open(candidate)
    passwords.time -= performance.now() - began
    if (opened !== null) return opened
  }
  return null
}
