/** What recognition is worth on labelled messages: confusion, precision and recall, by band and by family. Pure. */
import type { Content, OfficialLabel } from "../../src/mail/content.ts"
import type { Sample } from "../corpus/sample.ts"

export interface Result {
  readonly sample: Sample
  readonly content: Content
}

export const LABELS: readonly OfficialLabel[] = ["official", "unsure", "not-official"]

export interface Measure {
  readonly count: number
  /** By true label, then by the one given. */
  readonly confusion: Readonly<Record<OfficialLabel, Readonly<Record<OfficialLabel, number>>>>
  /** Of what was called official, the share that is; of what is, the share called so. */
  readonly precision: number
  readonly recall: number
  /** Of work talk without form, the share lifted to unsure or above; of what is nobody's office's, the share left alone. */
  readonly talkFound: number
  readonly leftAlone: number
  /** Grades that are clear and were not found so, and marks seen where there are none. */
  readonly marksMissed: number
  readonly marksInvented: number
  /** Lists of people counted by more than one in ten too many or too few. */
  readonly miscounted: number
}

export function measure(results: readonly Result[]): Measure {
  const count = (is: OfficialLabel, given: OfficialLabel): number =>
    results.filter(({ sample, content }) => sample.label === is && content.official.label === given).length
  const row = (is: OfficialLabel) => ({
    official: count(is, "official"),
    unsure: count(is, "unsure"),
    "not-official": count(is, "not-official"),
  })
  const confusion = {
    official: row("official"),
    unsure: row("unsure"),
    "not-official": row("not-official"),
  }
  const called = LABELS.reduce((sum, is) => sum + confusion[is].official, 0)
  const total = (is: OfficialLabel): number => LABELS.reduce((sum, given) => sum + confusion[is][given], 0)
  return {
    count: results.length,
    confusion,
    precision: share(confusion.official.official, called),
    recall: share(confusion.official.official, total("official")),
    talkFound: share(total("unsure") - confusion.unsure["not-official"], total("unsure")),
    leftAlone: share(confusion["not-official"]["not-official"], total("not-official")),
    marksMissed: results.filter(({ sample, content }) => isClear(sample.secrecy) && content.secrecy !== sample.secrecy)
      .length,
    marksInvented: results.filter(({ sample, content }) => sample.secrecy === "none" && content.secrecy !== "none")
      .length,
    miscounted: results.filter(miscounted).length,
  }
}

/** Of what was given a label, the share that has it; of what has it, the share that was given it. */
export function banded(
  { confusion }: Measure,
  band: OfficialLabel,
): { readonly precision: number; readonly recall: number } {
  const right = confusion[band][band]
  return {
    precision: share(
      right,
      LABELS.reduce((sum, is) => sum + confusion[is][band], 0),
    ),
    recall: share(
      right,
      LABELS.reduce((sum, given) => sum + confusion[band][given], 0),
    ),
  }
}

export function isClear(secrecy: Sample["secrecy"]): boolean {
  return secrecy !== "none" && secrecy !== "suspected"
}

export function miscounted({ sample, content }: Result): boolean {
  const { records } = sample
  return records !== null && Math.abs(content.personalData.records - records) > records / 10
}

/** Farthest from what it should be first: a petition called official before a letter called unsure. */
export function worst(results: readonly Result[]): readonly Result[] {
  const distance = ({ sample, content }: Result): number =>
    Math.abs(LABELS.indexOf(sample.label) - LABELS.indexOf(content.official.label)) +
    (sample.secrecy === content.secrecy ? 0 : 3) +
    (sample.label === "not-official" && content.official.label === "official" ? 2 : 0) +
    (miscounted({ sample, content }) ? 1 : 0)
  return results
    .map((result) => ({ result, off: distance(result) }))
    .filter(({ off }) => off > 0)
    .toSorted((one, other) => other.off - one.off)
    .map(({ result }) => result)
}

/** Nothing of nothing is whole. */
function share(part: number, whole: number): number {
  return whole === 0 ? 1 : part / whole
}
