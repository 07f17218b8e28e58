/** What a search for messages asks for, as links and the address of its page say it. */

/** As it stands in the address of the page, so that a search can be kept and sent on. */
export interface MessageSearch {
  readonly code?: string
  readonly sender?: string
  readonly recipient?: string
  readonly domain?: string
  readonly words?: string
  readonly file?: string
  readonly outcome?: string
  readonly direction?: Direction
  readonly rule?: string
  /** All rules about one matter, and what was found in a file: only links ask for these. */
  readonly about?: About
  readonly finding?: string
  readonly unit?: string
  /** Days of the calendar, `2026-11-22`. */
  readonly from?: string
  readonly to?: string
}

export const DIRECTIONS = ["inbound", "outbound", "internal"] as const
const ABOUT = ["webmail", "lures"] as const
type About = (typeof ABOUT)[number]
type Direction = (typeof DIRECTIONS)[number]
export const FIRST = ["code", "sender", "recipient", "words"] as const
/** Asked for seldom, so they stand behind a word. */
export const FURTHER = ["domain", "rule", "file"] as const
export const TEXTS = [...FIRST, ...FURTHER] as const

/** What is not of the right form is as good as not given. */
export function readSearch(given: Readonly<Record<string, unknown>>): MessageSearch {
  const text = (key: string): Record<string, string> => {
    const value = given[key]
    return typeof value === "string" || typeof value === "number" ? { [key]: String(value) } : {}
  }
  const direction = DIRECTIONS.find((one) => one === given["direction"])
  const about = ABOUT.find((one) => one === given["about"])
  const names = [...TEXTS, "finding", "outcome", "unit", "from", "to"]
  return {
    ...Object.assign({}, ...names.map(text)),
    ...(direction === undefined ? {} : { direction }),
    ...(about === undefined ? {} : { about }),
  }
}
