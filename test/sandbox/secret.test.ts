import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { once } from "node:events"
import { createServer } from "node:net"
import { describe, test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { createPool } from "../../src/sandbox/pool.ts"
import { docx, paragraphs } from "../read/office-writer.ts"
import { letter } from "../recognise/letters.ts"

/** Stands in subject, addresses, text, file name and file. */
const CANARY = "hoamaokhe"

function spooled(subject: string, text: string, attached: Buffer): Spooled {
  const base64 = (data: Buffer | string): string => Buffer.from(data).toString("base64")
  const bytes = Buffer.from(
    [
      `From: ${CANARY} <${CANARY}@tuyenquang.gov.vn>`,
      `Subject: =?UTF-8?B?${base64(subject)}?=`,
      `Message-ID: <${CANARY}@tuyenquang.gov.vn>`,
      'Content-Type: multipart/mixed; boundary="b"',
      "",
      "--b",
      "Content-Type: text/plain; charset=utf-8",
      "Content-Transfer-Encoding: base64",
      "",
      base64(text),
      "--b",
      `Content-Type: application/octet-stream; name="${CANARY}.docx"`,
      "Content-Transfer-Encoding: base64",
      "",
      base64(attached),
      "--b--",
      "",
    ].join("\r\n"),
  )
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { size: bytes.length, sha256, eightBit: false, key: randomBytes(32), at: { kind: "memory", bytes } }
}

/** Examines it with a scanner that counts who asks. */
async function examined(message: Spooled) {
  let asked = 0
  const scanner = createServer((socket) => {
    asked++
    socket.on("error", () => {})
    socket.end("stream: OK\0")
  }).listen(0, "127.0.0.1")
  await once(scanner, "listening")
  const address = scanner.address()
  assert.ok(address !== null && typeof address === "object")
  const { scan, recognise, authentication } = settingsSchema.shape
  const pool = createPool({
    scan: {
      ...scan.parse({ clamd: `tcp://127.0.0.1:${address.port}`, children: 1 }),
      recognise: recognise.parse({}),
      authentication: authentication.parse({ check: false }),
      scribe: null,
      hostname: "mx.tuyenquang.gov.vn",
      badFiles: [],
    },
  })
  try {
    return { examination: await pool.examine(message, null), asked: () => asked }
  } finally {
    await pool.close()
    scanner.close()
  }
}

const SAFE = docx(paragraphs(`Chào ${CANARY}`))

describe("of a message with a secrecy mark", { concurrency: 2 }, () => {
  for (const [where, subject, text, attached] of [
    ["its subject", `[MẬT] ${CANARY}`, CANARY, SAFE],
    ["its text", CANARY, `${CANARY}\n${letter({ symbol: "Số: 9/UBND-NC\nMẬT" })}`, SAFE],
    ["a file", CANARY, CANARY, docx(paragraphs(`${letter({ symbol: "Số: 9/UBND-NC\nMẬT" })}\n${CANARY}`))],
  ] as const) {
    test(`in ${where}, no scanner hears, and nothing but its grade leaves the child`, async () => {
      const { examination, asked } = await examined(spooled(subject, text, attached))
      assert.equal(examination.content.secrecy, "mat")
      assert.equal(asked(), 0)
      assert.doesNotMatch(JSON.stringify(examination), new RegExp(CANARY))
      assert.deepEqual(examination.content.official.evidence, [])
    })
  }
})

test("of any other message the scanner hears, and all is told but the text", async () => {
  const { examination, asked } = await examined(spooled(`Mật khẩu của ${CANARY}`, `Mật ong ${CANARY}`, SAFE))
  assert.equal(examination.content.secrecy, "none")
  assert.ok(asked() > 0)
  assert.match(examination.message.subject, new RegExp(CANARY))
  assert.equal(examination.message.text, "")
})
