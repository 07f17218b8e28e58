/** A child that does to itself what the first word of a message says, and reads every other message at once. */
import { readSpooled } from "../../src/store/bodies.ts"
import { UNREAD } from "../../src/mail/content.ts"
import { UNSAID } from "../../src/mail/examination.ts"
import { unreadable } from "../../src/mail/examination.ts"
import { serve } from "../../src/sandbox/serve.ts"

const hoard: Buffer[] = []

serve((scan) => async ({ spooled }, signal) => {
  const pieces: Uint8Array[] = []
  for await (const piece of readSpooled(spooled)) pieces.push(piece)
  const text = Buffer.concat(pieces).toString()
  switch (text.split(" ")[0]) {
    case "block":
      while (true);
    case "eat":
      setInterval(() => hoard.push(Buffer.alloc(20_000_000, 1)), 10)
      return new Promise(() => {})
    case "exit":
      return process.exit(3)
    case "abort":
      return process.abort()
    case "throw":
      throw new Error("no such thing\u001b[2J")
    case "stray":
      setImmediate(() => {
        throw new Error("out of any job")
      })
      return new Promise(() => {})
    case "fail":
      return { is: "failed", why: "no disk" }
    case "hang":
      return new Promise(() => {})
    case "patience":
      await new Promise((resolve) => signal.addEventListener("abort", resolve))
      break
    case "wait":
      await new Promise((resolve) => setTimeout(resolve, 150))
      break
    default:
  }
  const { message, authentication } = unreadable("crashed", UNREAD)
  const subject = `${text} ${process.pid} ${scan.forbidden.join()}`
  return {
    is: "examined",
    examination: {
      message: { ...message, subject },
      findings: { state: "known", value: [] },
      seen: [],
      authentication,
      content: UNREAD,
      words: UNSAID,
    },
  }
})
