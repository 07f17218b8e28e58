/** What is remembered of a message from outside, so that an answer to it is known as one. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Judged, Judgement } from "../../src/act/judgement.ts"
import { threadOf } from "../../src/act/thread.ts"
import type { Copy } from "../../src/mail/delivery.ts"
import type { Direction } from "../../src/mail/identity.ts"
import type { Mailbox, Message } from "../../src/mail/message.ts"
import type { Recipient } from "../../src/mail/transaction.ts"
import { address, message, transaction } from "../decide/evidence.ts"

interface Given {
  readonly from?: string | null
  readonly message?: Partial<Message>
  /** Recipients with the way the message goes for each. */
  readonly to?: Readonly<Record<string, Direction>>
  /** Who of them gets a copy; all, when absent. */
  readonly copies?: readonly string[]
}

function thread(given: Given): ReturnType<typeof threadOf> {
  const { from = "nu@gmail.com", to = { "motcua@xa.vn": "inbound" }, copies = Object.keys(to) } = given
  const recipients = new Map<string, Recipient>(
    Object.keys(to).map((text) => [text, { address: address(text), notify: null, orcpt: null }]),
  )
  const judged = [...recipients].map(([text, recipient]) => ({ recipient, direction: to[text] }) as Judged)
  const judgement = { transaction: transaction(from, Object.keys(to)), message: message(given.message), judged }
  return threadOf(
    judgement as unknown as Judgement,
    copies.map((text) => ({ recipient: recipients.get(text) }) as Copy),
  )
}

function authors(...all: readonly string[]): readonly Mailbox[] {
  return all.map((one) => ({ position: "from", name: "", address: one }))
}

const ID = "<1@tuyenquang.gov.vn>"

describe("of a message from outside is remembered", () => {
  test("its id, who sent it, who signed it, and the mailboxes that got it", () => {
    const mailboxes = [...authors("Nu@Gmail.com", "An.Nu@gmail.com"), { ...authors("x@y.vn")[0], position: "reply-to" }]
    const to = { "MotCua@xa.vn": "inbound", "tiepdan@xa.vn": "inbound" } as const
    assert.deepEqual(thread({ to, message: { mailboxes: mailboxes as Mailbox[] } }), {
      messageId: ID,
      correspondents: ["nu@gmail.com", "an.nu@gmail.com"],
      mailboxes: ["motcua@xa.vn", "tiepdan@xa.vn"],
    })
  })

  test("only what was accepted for a mailbox", () => {
    const to = { "motcua@xa.vn": "inbound", "tiepdan@xa.vn": "inbound" } as const
    assert.deepEqual(thread({ to, copies: ["tiepdan@xa.vn"] })?.mailboxes, ["tiepdan@xa.vn"])
  })

  test("a handful of authors, however many it names", () => {
    const many = authors(...Array.from({ length: 500 }, (_, at) => `a${at}@b.vn`))
    assert.equal(thread({ message: { mailboxes: many } })?.correspondents.length, 5)
  })

  const nothing: readonly [string, Given][] = [
    ["a delivery report", { from: null }],
    ["what has no id", { message: { messageId: null } }],
    ["mail of our own people", { to: { "motcua@xa.vn": "internal" } }],
    ["mail that leaves us", { to: { "nu@gmail.com": "outbound" } }],
  ]
  for (const [sentence, given] of nothing) test(`nothing of ${sentence}`, () => assert.equal(thread(given), null))
})
