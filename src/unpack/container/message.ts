/** Opens saved messages and mailboxes of them: read as the gateway reads the message they came in. */
import type { Part } from "../../mail/part.ts"
import { countFile, createOutput, Stop } from "../budget.ts"
import type { Member, Way } from "./member.ts"

const MAILBOX = /^From \S/

export async function* message(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  for (const one of messagesIn(bytes)) yield* partsOf(one, way)
}

/** A mailbox has a line `From sender date` before each. RFC 4155. */
function messagesIn(bytes: Buffer): readonly Buffer[] {
  if (!MAILBOX.test(bytes.toString("latin1", 0, 16))) return [bytes]
  const found: Buffer[] = []
  for (let at = 0; at < bytes.length; ) {
    const begin = bytes.indexOf("\n", at) + 1
    const next = bytes.indexOf("\nFrom ", at)
    const end = next < 0 ? bytes.length : next + 1
    if (begin > 0 && begin < end) found.push(bytes.subarray(begin, end))
    at = end
  }
  return found
}

async function* partsOf(bytes: Buffer, way: Way): AsyncGenerator<Member> {
  const lines = bytes.includes("\r\n")
    ? bytes
    : Buffer.from(bytes.toString("latin1").replaceAll("\n", "\r\n"), "latin1")
  const members: Member[] = []
  const visit = async (part: Part): Promise<void> => {
    const output = createOutput(way.budget, bytes.length)
    for await (const chunk of part.content) output.push(chunk)
    countFile(way.budget)
    // The header block of a message within this one.
    if (part.claimed.startsWith("message/") && part.names.length === 0) return
    members.push({ names: part.names, bytes: output.done(), trouble: null, claimed: part.claimed })
  }
  const troubles = await way.message(lines, visit)
  yield* members
  if (troubles.length > 0) throw new Stop(troubles.includes("too-deep") ? "too-deep" : "corrupt")
}
