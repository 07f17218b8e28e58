/** Pages of files as pictures: drawn in a process of its own, bounded, never of what may be secret. */
import assert from "node:assert/strict"
import { createHash, randomBytes } from "node:crypto"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { crc32, deflateSync, inflateSync } from "node:zlib"
import { settingsSchema } from "../../src/config/schema.ts"
import type { Drawn } from "../../src/mail/drawn.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { createPool, type Pool } from "../../src/sandbox/pool.ts"
import { startScribe } from "../../src/sandbox/scribe.ts"
import { asDocx, official } from "../policy/letters.ts"
import { pdf } from "../read/pdf-writer.ts"
import { mail } from "../support/mail.ts"

const NO_POPPLER = existsSync("/usr/bin/pdftoppm") ? false : "poppler-utils is not installed"
const fixture = (name: string): Buffer => readFileSync(join(import.meta.dirname, "../read/fixtures", name))

function spooled(bytes: Buffer): Spooled {
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  return { size: bytes.length, sha256, eightBit: false, key: randomBytes(32), at: { kind: "memory", bytes } }
}

function poolWith(scribe: boolean, ocr: "auto" | "off" = "off"): Pool {
  const scan = settingsSchema.shape.scan.parse({ deadline: "30s", forbidden: [] })
  const authentication = settingsSchema.shape.authentication.parse({ check: false })
  const recognise = settingsSchema.shape.recognise.parse({ ocr })
  const settings = { ...scan, recognise, hostname: "mx.vn", authentication, badFiles: [], scribe: null }
  return createPool({ scan: settings, ...(scribe ? { scribe: startScribe } : {}) })
}

/** Its files, as the reader of the message is told of them. */
async function drawn(pool: Pool, name: string, bytes: Buffer, page = 1, more: readonly Buffer[] = []): Promise<Drawn> {
  const attachments = [{ name, bytes }, ...more.map((one, at) => ({ name: `${at}.docx`, bytes: one }))]
  const message = spooled(mail({ attachments }))
  const { message: read } = await pool.read(message)
  return pool.draw(message, { at: read.attachments[0]?.at ?? "2", page })
}

function sizeOf(made: Drawn): readonly [number, number] {
  assert.equal(made.is, "page")
  if (made.is !== "page") return [0, 0]
  const png = Buffer.from(made.png)
  assert.equal(png.toString("latin1", 1, 4), "PNG")
  return [png.readUInt32BE(16), png.readUInt32BE(20)]
}

const twoPages = pdf([[{ text: "Trang một", x: 50, y: 700 }], [{ text: "Trang hai", x: 50, y: 700 }]])
/** Two pixels: red, and black that is not to be seen. ISO 15948. */
const PNG = Buffer.concat([
  Buffer.from("89504e470d0a1a0a", "hex"),
  ...(
    [
      ["IHDR", Buffer.from("00000002000000010806000000", "hex")],
      ["IDAT", deflateSync(Buffer.from([0, 255, 0, 0, 255, 0, 0, 0, 0]))],
      ["IEND", Buffer.alloc(0)],
    ] as const
  ).flatMap(([name, body]) => {
    const named = Buffer.concat([Buffer.from(name), body])
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)]
    length.writeUInt32BE(body.length)
    sum.writeUInt32BE(crc32(named))
    return [length, named, sum]
  }),
])
const GIF = Buffer.from("R0lGODlhAQABAIAAAAAAAP///yH5BAAAAAAALAAAAAABAAEAAAICRAEAOw==", "base64")
const WIDE = Buffer.from(
  "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 14400 14400]/UserUnit 75000>>endobj\ntrailer<</Root 1 0 R>>\n",
)

describe("a page is drawn", { skip: NO_POPPLER, concurrency: 1 }, () => {
  let pool: Pool
  before(() => {
    pool = poolWith(true)
  })
  after(() => pool.close())

  test("of a PDF, whichever is asked for", async () => {
    const first = await drawn(pool, "a.pdf", twoPages)
    const second = await drawn(pool, "a.pdf", twoPages, 2)
    assert.deepEqual(sizeOf(first), [990, 1_400])
    assert.deepEqual(sizeOf(second), [990, 1_400])
    assert.equal(first.is === "page" && first.pages, 2)
    assert.notDeepEqual(first, second)
  })

  test("and none beyond its last", async () => {
    assert.deepEqual(await drawn(pool, "a.pdf", twoPages, 3), { is: "failed" })
  })

  test("of a photograph, never larger than is shown", async () => {
    const [width, height] = sizeOf(await drawn(pool, "a.jpg", fixture("paper.jpg")))
    assert.equal(Math.max(width, height), 1_400)
  })

  test("of PNG and GIF, on white", async () => {
    assert.deepEqual(sizeOf(await drawn(pool, "a.gif", GIF)), [1, 1])
    const made = await drawn(pool, "a.png", PNG)
    assert.deepEqual(sizeOf(made), [2, 1])
    assert.ok(made.is === "page")
    const png = Buffer.from(made.png)
    const length = png.readUInt32BE(33)
    assert.deepEqual([...inflateSync(png.subarray(41, 41 + length))], [0, 255, 0, 0, 255, 255, 255])
  })

  test("of a page as large as a town, in bounds", async () => {
    const made = await drawn(pool, "a.pdf", WIDE)
    if (made.is === "page") assert.ok(Math.max(...sizeOf(made)) <= 1_400)
    else assert.equal(made.is, "failed")
  })

  test("of nothing that is broken, or has no look", async () => {
    assert.deepEqual(await drawn(pool, "a.pdf", twoPages.subarray(0, 40)), { is: "failed" })
    assert.deepEqual(await drawn(pool, "a.jpg", fixture("paper.jpg").subarray(0, 20)), { is: "failed" })
    assert.deepEqual(await drawn(pool, "a.docx", asDocx(official())), { is: "none" })
    assert.deepEqual(await pool.draw(spooled(mail()), { at: "9.9", page: 1 }), { is: "none" })
  })

  test("of nothing that may be secret", async () => {
    assert.deepEqual(await drawn(pool, "a.pdf", twoPages, 1, [asDocx(official(["MẬT"]))]), { is: "secret" })
  })
})

test("where nobody draws, it is said so; the text is read all the same", async () => {
  const pool = poolWith(false)
  try {
    assert.deepEqual(await drawn(pool, "a.pdf", twoPages), { is: "absent" })
    const { message } = await pool.read(spooled(mail({ body: "Kính gửi" })))
    assert.match(message.text, /Kính gửi/)
    assert.equal((await pool.examine(spooled(mail({ body: "Kính gửi" })))).message.text, "")
  } finally {
    await pool.close()
  }
})
