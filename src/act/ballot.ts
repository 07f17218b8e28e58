/** An approver's answer by mail: whether it is really his, and what it says. Pure. */
import { addressKey, parseAddress } from "../mail/address.ts"
import type { Authentication } from "../mail/identity.ts"
import type { Message } from "../mail/message.ts"
import type { Transaction } from "../mail/transaction.ts"

export interface Answer {
  readonly transaction: Transaction
  readonly message: Message
  readonly authentication: Authentication
}

/**
 * `automatic`: a program wrote it, which decides nothing and is not answered (RFC 3834 §2). `unproven`: it may be anybody's.
 * What the session proves is the mailbox; what DMARC proves is its domain, whose own server vouches for the rest.
 */
export function voiceOf(
  { transaction, message, authentication }: Answer,
  voter: string,
  from: "submission" | "authenticated",
): "own" | "automatic" | "unproven" {
  const { client, envelope } = transaction
  if (envelope.from === null || message.autoSubmitted || message.bulk || isVacation(message)) return "automatic"
  const authors = message.mailboxes.filter(({ position }) => position === "from" || position === "sender")
  const keys = authors.map(({ address }) => keyOf(address))
  if (addressKey(envelope.from) !== voter || keys.length === 0 || keys.some((key) => key !== voter)) return "unproven"
  if (client.user !== null || (client.listener === "submission" && client.trusted)) return "own"
  const { dmarc, author } = authentication
  const isProven = from === "authenticated" && dmarc === "pass" && author === voter.slice(voter.lastIndexOf("@") + 1)
  return isProven ? "own" : "unproven"
}

function keyOf(written: string): string | null {
  const address = parseAddress(written)
  return address === null ? null : addressKey(address)
}

/** Programs older than RFC 3834, and Exchange, say it in fields of their own. */
const VACATION: ReadonlySet<string> = new Set([
  "x-autoreply",
  "x-autorespond",
  "x-autoresponse",
  "x-auto-response-suppress",
  "x-ms-exchange-inbox-rules-loop",
])

function isVacation({ fields }: Message): boolean {
  return fields.some(({ name }) => VACATION.has(name.toLowerCase()))
}

export interface Command {
  readonly decision: "approve" | "deny"
  /** In its author's words, one line; empty where he gave none. */
  readonly reason: string
}

const WORDS: readonly (readonly [Command["decision"], RegExp])[] = [
  // Alone, or before a sign and a reason: “duyệt thế nào?” is a question.
  ["approve", /^(?:duyet|approve)\s*(?:$|[.!]+\s*$|[:–—-]\s*(?=\S))/],
  ["deny", /^(?:tu choi|deny)(?![\p{L}\d])\s*[.!:,;–—-]*\s*/u],
]
const LONGEST = 500
/** Where what he answers begins, as programs write it before the quotation. */
const QUOTATION =
  /^(?:>|-{2,}|_{5,}|(?:from|từ|sent|đã gửi|subject|chủ đề)\s*:|(?:on|vào|ngày|lúc|am|le)\s.*(?:wrote|viết|schrieb|écrit)\s*:?)/i

/** The first line decides; the reason stands behind the word or in the lines below it. Null: nobody can tell what he wants. */
export function commandOf(text: string): Command | null {
  const lines = ownLines(text)
  const [first = "", ...rest] = lines
  const plain = unmarked(first)
  for (const [decision, word] of WORDS) {
    const said = word.exec(plain)
    if (said === null) continue
    // Marks are gone from `plain` and its letters are as many, so that places in it are places in the line.
    const reason = [first.slice(said[0].length), ...rest].join(" ").trim().slice(0, LONGEST)
    return decision === "deny" && reason === "" ? null : { decision, reason }
  }
  return null
}

/** Without the quotation, and without a signature: RFC 3676 §4.3. */
function ownLines(text: string): readonly string[] {
  const lines = text
    .normalize("NFC")
    .split(/\r\n|\r|\n/)
    .map((line) =>
      line
        .replace(/\s+/g, " ")
        .replace(/[\p{Cf}\p{Cc}]/gu, "")
        .trim(),
    )
    .filter((line) => line !== "")
  const end = lines.findIndex((line) => QUOTATION.test(line))
  return end === -1 ? lines : lines.slice(0, end)
}

/** Letter for letter: lower case, without marks. */
function unmarked(line: string): string {
  return Array.from(line, (letter) =>
    letter.toLowerCase().normalize("NFD").replace(/\p{M}/gu, "").replace("đ", "d").slice(0, letter.length),
  ).join("")
}
