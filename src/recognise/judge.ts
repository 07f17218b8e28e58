/** Signs of every part → what the message is. Pure. */
import type { Settings } from "../config/schema.ts"
import type { Circulation, Content, OfficialLabel, Secrecy } from "../mail/content.ts"
import type { Shown } from "../mail/text.ts"
import { type Around, signsAgainst } from "./against.ts"
import { circulationOf, joinCirculation } from "./circulation.ts"
import { type Sign, sign } from "./features.ts"
import { formFeatures, signsOfForm } from "./form.ts"
import type { Issuers } from "./issuers.ts"
import { bothTopics, NONE } from "./lexicon.ts"
import type { DocumentPart } from "./part.ts"
import { MANY_RECORDS, recordsOf } from "./personal.ts"
import { gravest, secrecyOf, secrecyOfName } from "./secrecy.ts"
import { MOST_LETTERS, workTalk } from "./work-talk.ts"

export interface Judged {
  readonly part: DocumentPart
  readonly signs: readonly Sign[]
  /** How many features of form it has. */
  readonly form: number
  readonly score: number
  readonly circulation: Circulation
  readonly secrecy: Secrecy
}

export function judgePart(part: DocumentPart, around: Around, shows: readonly Shown[] = []): Judged {
  const shown = shows.map(({ feature, note }) => ({ ...sign(feature), note }))
  const form = [...signsOfForm(part, around.issuers), ...shown]
  const signs = form.length === 0 ? [] : [...form, ...signsAgainst(part, form, around)]
  const formed = formFeatures(form)
  return {
    part,
    signs,
    form: formed,
    score: scoreOf(signs),
    circulation: circulationOf(part),
    secrecy: secrecyOf(part, formed),
  }
}

function scoreOf(signs: readonly Sign[]): number {
  const sum = signs.reduce((total, { points }) => total + points, 0)
  return Math.max(0, Math.min(100, sum))
}

/** From here on two parts confirm each other. */
const CONFIRMS = 30
const CONFIRMED = 10
/** A message of a thousand parts has an explanation of bounded length. */
const MOST_EVIDENCE = 200

export interface Whole {
  /** Paths of files whose text nobody got. */
  readonly unread: readonly string[]
  readonly issuers: Issuers
  /** From how many points on which label holds. */
  readonly thresholds: Settings["recognise"]
}

export function judge(judged: readonly Judged[], { unread, issuers, thresholds }: Whole): Content {
  const records = recordsOf(judged.map(({ part }) => part))
  const best = Math.max(0, ...judged.map(({ score }) => score))
  const several = together(judged, best)
  const summed = Math.min(100, best + several)
  const talk = summed >= thresholds.unsure ? null : talkOf(judged)
  const score = Math.max(
    summed,
    records >= MANY_RECORDS ? thresholds.official : 0,
    unread.length > 0 || talk !== null ? thresholds.unsure : 0,
  )
  const evidence = [
    ...judged.flatMap(({ part, signs }) => signs.map((one) => ({ ...one, at: part.at }))),
    ...unread.map((at) => ({ ...sign("unreadable"), at })),
    ...(talk === null ? [] : [{ ...sign("work-mail"), at: "body", note: talk.join(", ") }]),
    ...(records >= MANY_RECORDS ? [{ ...sign("personal-data"), at: "" }] : []),
    ...(several > 0 ? [{ ...sign("several-parts", several), at: "" }] : []),
  ]
  return {
    official: { label: labelOf(score, thresholds), score, evidence: evidence.slice(0, MOST_EVIDENCE) },
    circulation: joinCirculation(
      judged.filter((one) => one.score >= thresholds.unsure).map(({ circulation }) => circulation),
      judged.map(({ circulation }) => circulation),
    ),
    secrecy: secrecyOfAll(judged, unread, issuers),
    personalData: { records },
  }
}

function secrecyOfAll(judged: readonly Judged[], unread: readonly string[], issuers: Issuers): Secrecy {
  const most = Math.max(0, ...judged.map(({ form }) => form))
  return gravest([
    ...judged.map(({ secrecy }) => secrecy),
    // A file that cannot be read is taken for what stands around it.
    ...judged.flatMap(({ part, form }) =>
      part.names.map((name) => secrecyOfName(name, unread.includes(part.at) ? most : form, issuers)),
    ),
  ])
}

/** What several parts are worth beyond the best of them: they confirm each other, or one letter is spread over them. */
function together(judged: readonly Judged[], best: number): number {
  // What is known to be something else has no part in a letter.
  const parts = judged.filter(({ signs }) => signs.every(({ points }) => points >= 0))
  const confirmed = judged.filter(({ score }) => score >= CONFIRMS).length > 1 ? CONFIRMED : 0
  if (parts.filter(({ signs }) => signs.length > 0).length < 2) return confirmed
  const most = new Map<Sign["feature"], number>()
  for (const { feature, points } of parts.flatMap(({ signs }) => signs)) {
    most.set(feature, Math.max(points, most.get(feature) ?? 0))
  }
  const sum = [...most.values()].reduce((total, points) => total + points, 0)
  return Math.max(confirmed, Math.min(100, sum) - best)
}

/** The decisive terms, when subject and body read like office work; a text that was found to be something else is that. */
function talkOf(judged: readonly Judged[]): readonly string[] | null {
  const own = judged.filter(({ part }) => part.at === "subject" || part.at === "body")
  if (own.some(({ signs }) => signs.some(({ points }) => points < 0))) return null
  const topics = own.reduce((sum, { part }) => bothTopics(sum, part.topics), NONE)
  return workTalk(own.map(({ part }) => part.words.slice(0, MOST_LETTERS)).join(" "), topics)
}

function labelOf(score: number, { official, unsure }: Settings["recognise"]): OfficialLabel {
  if (score >= official) return "official"
  return score >= unsure ? "unsure" : "not-official"
}
