/** The points of every feature, once per document part; the thresholds of the labels are settings. */
import type { Feature } from "../mail/features.ts"

export const POINTS = {
  "symbol-known-issuer": 30,
  "symbol-unknown-issuer": 12,
  "symbol-without-number": 15,
  // Each document cited, twelve at most; laws are public, and cited by everybody.
  citation: 6,
  "law-citation": 1,
  "issuer-line": 20,
  motto: 8,
  "party-header": 25,
  "place-and-date": 6,
  "subject-matter": 12,
  "document-type": 10,
  grounds: 8,
  addressed: 10,
  authority: 18,
  recipients: 12,
  filing: 15,
  "end-mark": 10,
  stamp: 12,
  draft: 10,
  // From three different terms on; from six on 18.
  "work-talk": 10,
  // Lifted to "unsure" by the trained model, never above.
  "work-mail": 0,
  annex: 10,
  "file-name": 8,
  "government-signature": 60,
  edxml: 60,
  properties: 8,
  "legacy-encoding": 4,
  scan: 0,
  // Twenty people or more in one list are official by content.
  "personal-data": 60,
  // What could not be read is lifted to "unsure", whatever its points.
  unreadable: 0,
  // Or as much as a letter is worth that is spread over them.
  "several-parts": 10,
  // These cost at least so much, and as much as brings the text down to where its kind belongs.
  petition: -25,
  contract: -20,
  company: -70,
  bulk: -20,
  press: -20,
  template: -30,
  "personal-paper": -30,
  private: -10,
  parody: -60,
} as const satisfies Readonly<Record<Feature, number>>

/** One feature of one part, with its points. */
export interface Sign {
  readonly feature: Feature
  readonly points: number
  /** What a person asks next: which encoding, whose signature. */
  readonly note?: string
}

export function sign(feature: Feature, points: number = POINTS[feature]): Sign {
  return { feature, points }
}
