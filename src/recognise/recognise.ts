/** Says what a message's text is: secrecy mark, official business, circulation, lists of people. */
import { setImmediate } from "node:timers/promises"
import type { Settings } from "../config/schema.ts"
import type { Circulation, Content, OfficialLabel, Secrecy } from "../mail/content.ts"
import type { File } from "../mail/file.ts"
import type { Message } from "../mail/message.ts"
import { type Reader, type Shown, UNREADABLE } from "../mail/text.ts"
import { signsAgainst } from "./against.ts"
import { circulationOf, joinCirculation } from "./circulation.ts"
import { POINTS, type Sign, sign } from "./features.ts"
import { formFeatures, signsOfForm } from "./form.ts"
import { type DocumentPart, documentPart } from "./part.ts"
import { MANY_RECORDS, recordsOf } from "./personal.ts"
import { gravest, secrecyOf, secrecyOfName } from "./secrecy.ts"

export type Thresholds = Settings["recognise"]

/** The signal is the deadline: what was not read by then counts as unreadable. */
export type Recognise = (
  message: Pick<Message, "subject" | "text" | "bulk">,
  files: readonly File[],
  signal: AbortSignal,
) => Promise<Content>

/** Characters of all files of one message that are read; beyond, a file counts as unreadable. */
const MOST_TEXT = 2_097_152

export function createRecognise(thresholds: Thresholds, reader: Reader): Recognise {
  return async ({ subject, text, bulk }, files, signal) => {
    const own = (at: string, said: string): Judged => {
      const found = reader.text(said)
      return judgePart(documentPart(at, found.text), bulk, found.shows)
    }
    const judged = [own("subject", subject), own("body", text)]
    const unread: string[] = []
    let room = MOST_TEXT
    for (const file of readable(files)) {
      // Other messages are read between two files, and the deadline is noticed.
      await setImmediate()
      const found = room > 0 ? await reader.file(file, signal) : UNREADABLE
      room -= found.text.body.length + found.text.margins.length
      const names = file.names.flatMap((name) => [...new Set([name, reader.text(name).text.body])])
      judged.push(judgePart(documentPart(file.at, found.text, names), bulk, found.shows))
      if (!found.whole) unread.push(file.at)
    }
    return judge(judged, unread, thresholds)
  }
}

/** Every file somebody could read: of an office file's parts those that are documents of their own. */
function* readable(files: readonly File[]): Generator<File> {
  for (const file of files) {
    yield file
    const isDocument = file.types.some(({ family }) => family === "document")
    yield* readable(isDocument ? file.within.filter(({ types }) => types.length > 0) : file.within)
  }
}

interface Judged {
  readonly part: DocumentPart
  readonly signs: readonly Sign[]
  readonly form: number
  readonly score: number
  readonly circulation: Circulation
  readonly secrecy: Secrecy
}

function judgePart(part: DocumentPart, bulk: boolean, shows: readonly Shown[] = []): Judged {
  const form = [...signsOfForm(part), ...shows.map(({ feature, note }) => ({ ...sign(feature), note }))]
  const against = form.length === 0 ? [] : [...signsAgainst(part, form), ...(bulk ? [sign("bulk")] : [])]
  const signs = [...form, ...against]
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
/** A message of a thousand parts has an explanation of bounded length. */
const MOST_EVIDENCE = 200

function judge(judged: readonly Judged[], unread: readonly string[], thresholds: Thresholds): Content {
  const most = Math.max(0, ...judged.map(({ form }) => form))
  const secrecy = gravest([
    ...judged.map((one) => one.secrecy),
    // A file that cannot be read is taken for what stands around it.
    ...judged.flatMap(({ part, form }) =>
      part.names.map((name) => secrecyOfName(name, unread.includes(part.at) ? most : form)),
    ),
  ])
  const records = recordsOf(judged.map(({ part }) => part))
  const several = judged.filter(({ score }) => score >= CONFIRMS).length > 1
  const best = Math.min(100, Math.max(0, ...judged.map(({ score }) => score)) + (several ? POINTS["several-parts"] : 0))
  const score = Math.max(
    best,
    records >= MANY_RECORDS ? thresholds.official : 0,
    unread.length > 0 ? thresholds.unsure : 0,
  )
  const evidence = [
    ...judged.flatMap(({ part, signs }) => signs.map((one) => ({ ...one, at: part.at }))),
    ...unread.map((at) => ({ ...sign("unreadable"), at })),
    ...(records >= MANY_RECORDS ? [{ ...sign("personal-data"), at: "" }] : []),
    ...(several ? [{ ...sign("several-parts"), at: "" }] : []),
  ]
  return {
    official: { label: labelOf(score, thresholds), score, evidence: evidence.slice(0, MOST_EVIDENCE) },
    circulation: joinCirculation(
      judged.filter((one) => one.score >= thresholds.unsure).map(({ circulation }) => circulation),
      judged.map(({ circulation }) => circulation),
    ),
    secrecy,
    personalData: { records },
  }
}

function labelOf(score: number, { official, unsure }: Thresholds): OfficialLabel {
  if (score >= official) return "official"
  return score >= unsure ? "unsure" : "not-official"
}
