/** The gateway asks whether a message answers what its recipient sent, and says so when it cannot find out. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { createGateway, type GatewayDeps } from "../../src/gateway.ts"
import type { InForce } from "../../src/judge.ts"
import { type Content, UNREAD } from "../../src/mail/content.ts"
import { known } from "../../src/mail/evidence.ts"
import { unreadable } from "../../src/mail/examination.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import type { Answer } from "../../src/store/store.ts"
import { CLIENT, message, transaction } from "../decide/evidence.ts"
import { shipped } from "./shipped.ts"

const OFFICIAL: Content = { ...UNREAD, official: { label: "official", score: 90, evidence: [] } }
const ASKED = "<don@gmail.com>"
const LETTER = message({ references: [ASKED] })

/** What becomes of official business by the answers of the records. */
async function judged(
  from: string | null,
  to: string,
  isReply: (answer: Answer) => Promise<boolean>,
): Promise<string[]> {
  const deps: Partial<GatewayDeps> = {
    inForce: () => ({ ...shipped(), imitations: () => [] }) as unknown as InForce,
    examine: () => Promise.resolve({ ...unreadable("crashed", OFFICIAL), message: LETTER, findings: known([]) }),
    isReply,
    keyedHash: () => "",
    passes: () => [],
  }
  const given = { ...transaction(from, [to]), client: CLIENT }
  const judgement = await createGateway(deps as GatewayDeps).judge(given, {} as Spooled)
  return judgement.judged.map(({ verdict }) => verdict.disposition)
}

const MAILBOX = "MotCua@tantrao.tuyenquang.gov.vn"

test("the records are asked for mailbox, recipient and the messages it names", async () => {
  const asked: Answer[] = []
  const isReply = (answer: Answer): Promise<boolean> => {
    asked.push(answer)
    return Promise.resolve(true)
  }
  assert.deepEqual(await judged(MAILBOX, "Nu@Gmail.com", isReply), ["flag"])
  assert.deepEqual(asked, [
    { mailbox: "motcua@tantrao.tuyenquang.gov.vn", correspondent: "nu@gmail.com", messageIds: [ASKED] },
  ])
})

test("what answers nothing waits", async () => {
  assert.deepEqual(await judged(MAILBOX, "nu@gmail.com", () => Promise.resolve(false)), ["hold"])
})

test("records that cannot be asked defer", async () => {
  assert.deepEqual(await judged(MAILBOX, "nu@gmail.com", () => Promise.reject(new Error("closed"))), ["defer"])
})

test("mail within the agency asks nothing", async () => {
  const never = (): Promise<boolean> => assert.fail("asked")
  assert.deepEqual(await judged(MAILBOX, "an@tuyenquang.gov.vn", never), ["deliver"])
})
