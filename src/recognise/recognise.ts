/** Says what a message's text is: secrecy mark, official business, circulation, lists of people. */
import { setImmediate } from "node:timers/promises"
import type { Settings } from "../config/schema.ts"
import type { Content } from "../mail/content.ts"
import type { File } from "../mail/file.ts"
import type { Message } from "../mail/message.ts"
import { type Reader, UNREADABLE } from "../mail/text.ts"
import { createIssuers } from "./issuers.ts"
import { judge, type Judged, judgePart } from "./judge.ts"
import { documentPart } from "./part.ts"
import { createScans } from "./scans.ts"
import { isClear } from "./secrecy.ts"

/** The signal is the deadline: what was not read by then counts as unreadable. */
export type Recognise = (
  message: Pick<Message, "subject" | "text" | "bulk">,
  files: readonly File[],
  signal: AbortSignal,
) => Promise<Content>

/** Characters of all files of one message that are read; beyond, a file counts as unreadable. */
const MOST_TEXT = 2_097_152

export function createRecognise(settings: Settings["recognise"], reader: Reader): Recognise {
  const issuers = createIssuers(settings.issuers)
  const scans = createScans(issuers)
  return async ({ subject, text, bulk }, files, signal) => {
    const around = { issuers, bulk }
    const own = (at: string, said: string): Judged => {
      const found = reader.text(said)
      return judgePart(documentPart(at, found, issuers), around, found.shows)
    }
    const judged = [own("subject", subject), own("body", text)]
    const unread: string[] = []
    let room = MOST_TEXT
    for (const file of lastPictures([...readable(files)])) {
      // Other messages are read between two files, and the deadline is noticed.
      await setImmediate()
      // What bears a clear mark is refused whatever else it shows.
      if (isPicture(file) && judged.some(({ secrecy }) => isClear(secrecy))) continue
      const names = file.names.flatMap((name) => [...new Set([name, reader.text(name).text.body])])
      const before = scans.known(file, names)
      if (before !== null) {
        judged.push(before)
        continue
      }
      const found = room > 0 ? await reader.file(file, signal) : UNREADABLE
      room -= found.text.body.length + found.text.margins.length
      const one = judgePart(documentPart(file.at, found, issuers, names), around, found.shows)
      scans.keep(file, found, one)
      judged.push(one)
      if (!found.whole) unread.push(file.at)
    }
    return judge(judged, { unread, issuers, thresholds: settings })
  }
}

/** Reading a picture costs seconds, anything else milliseconds: most often it is known by then whether it matters. */
function lastPictures(files: readonly File[]): readonly File[] {
  return [...files.filter((file) => !isPicture(file)), ...files.filter(isPicture)]
}

function isPicture({ types }: File): boolean {
  return types.some(({ family }) => family === "image")
}

/** Every file somebody could read: of a document's parts those that are documents of their own; for a sealed one what was in it. */
function* readable(files: readonly File[]): Generator<File> {
  for (const file of files) {
    const isDocument = file.types.some(({ family }) => family === "document")
    const [only] = file.within
    const isUnsealed = isDocument && file.within.length === 1 && only?.names.join() === file.names.join()
    if (!isUnsealed) yield file
    yield* readable(
      isDocument ? file.within.filter(({ types, claimed }) => types.length > 0 || claimed !== "") : file.within,
    )
  }
}
