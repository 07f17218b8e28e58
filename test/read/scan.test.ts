import assert from "node:assert/strict"
import { existsSync, readFileSync } from "node:fs"
import { createServer } from "node:net"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { htmlText } from "../../src/parse/html.ts"
import { imageText } from "../../src/read/image.ts"
import { shapeOf, sizeOf } from "../../src/read/picture.ts"
import { createReader } from "../../src/read/read.ts"
import { createReadScan, type ReadScan } from "../../src/read/scan.ts"
import { createRecognise } from "../../src/recognise/recognise.ts"
import { type Scribe, startScribe } from "../../src/sandbox/scribe.ts"
import { letter } from "../recognise/letters.ts"
import { file, opened } from "../recognise/recognised.ts"
import { scannedPdf } from "./pdf-writer.ts"

function fixture(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, "fixtures", name))
}

async function judged(name: string, bytes: Buffer, scan: ReadScan | null) {
  const reader = createReader({ decode: decodeCharset, html: htmlText }, { roots: [], scan })
  const recognise = createRecognise(settingsSchema.shape.recognise.parse({}), reader)
  const signal = AbortSignal.timeout(120_000)
  return recognise({ subject: "", text: "", bulk: false }, [await opened(file(name, bytes))], signal)
}

describe("where nobody reads pictures", () => {
  for (const [name, label, note] of [
    ["sealed.jpg", "unsure", "red seal"],
    ["paper.jpg", "unsure", "paper"],
    ["landscape.jpg", "not-official", undefined],
  ] as const) {
    test(`${name} is ${label}`, async () => {
      const { official } = await judged(name, fixture(name), null)
      assert.equal(official.label, label, JSON.stringify(official))
      assert.equal(official.evidence.find(({ feature }) => feature === "scan")?.note, note)
    })
  }

  test("a scanned PDF is unsure", async () => {
    const { official } = await judged("a.pdf", scannedPdf(fixture("paper.jpg")), null)
    assert.equal(official.label, "unsure")
  })
})

describe("the size of a picture is read from its header", () => {
  const head = (hex: string): Buffer => Buffer.concat([Buffer.from(hex, "hex"), Buffer.alloc(64)])
  for (const [what, bytes, size] of [
    ["PNG", head("89504e470d0a1a0a0000000d49484452000004d2000006da"), { width: 1_234, height: 1_754 }],
    ["GIF", head("474946383961d204da06"), { width: 1_234, height: 1_754 }],
    ["BMP", head("424d00000000000000003600000028000000d204000026f9ffff"), { width: 1_234, height: 1_754 }],
    [
      "WebP",
      head("52494646000000005745425056503858 0a00000000000000d10400d90600".replace(" ", "")),
      { width: 1_234, height: 1_754 },
    ],
    [
      "TIFF",
      head("49492a0008000000020000010300010000 00d20400000101030001000000da060000".replace(" ", "")),
      { width: 1_234, height: 1_754 },
    ],
    ["JPEG", fixture("paper.jpg"), { width: 910, height: 1_287 }],
    ["a JPEG cut short", fixture("paper.jpg").subarray(0, 8), null],
    ["nothing", Buffer.from("hello"), null],
  ] as const) {
    test(what, () => assert.deepEqual(sizeOf(bytes), size))
  }

  for (const [what, size, shape] of [
    ["a page at 100 dpi", { width: 827, height: 1_169 }, "page"],
    ["a photograph", { width: 4_032, height: 3_024 }, "page"],
    ["a logo", { width: 300, height: 120 }, "other"],
    ["a banner", { width: 2_000, height: 500 }, "other"],
    ["a flood of pixels", { width: 60_000, height: 60_000 }, "too-large"],
  ] as const) {
    test(`${what}: ${shape}`, () => assert.equal(shapeOf(size), shape))
  }

  test("a flood of pixels is unreadable, and nobody is asked", async () => {
    const flood = Buffer.from("89504e470d0a1a0a0000000d494844520000ffff0000ffff", "hex")
    const never: ReadScan = () => assert.fail("asked")
    assert.equal((await imageText(flood, never, AbortSignal.timeout(1_000))).whole, false)
  })
})

const installed =
  existsSync("/usr/bin/tesseract") &&
  existsSync("/usr/bin/pdftoppm") &&
  existsSync("/usr/share/tesseract-ocr/5/tessdata/vie.traineddata")

describe("where tesseract is installed", {
  skip: installed ? false : "tesseract-ocr-vie or poppler-utils is not",
}, () => {
  let scribe: Scribe
  let scan: ReadScan
  before(async () => {
    scribe = startScribe()
    assert.equal(await scribe.settled, true)
    // A machine that has other things to do leaves little to whoever stands behind everybody.
    scan = createReadScan(scribe.name, { page: 60_000, all: 120_000 })
  })
  after(() => scribe.stop())

  for (const [what, name, bytes] of [
    ["a photographed letter is official, and its mark is not overlooked", "sealed.jpg", () => fixture("sealed.jpg")],
    ["so is a PDF of pictures", "a.pdf", () => scannedPdf(fixture("paper.jpg"))],
  ] as const) {
    test(what, async () => {
      const { official, secrecy } = await judged(name, bytes(), scan)
      assert.equal(official.label, "official", JSON.stringify({ official, secrecy }))
      assert.ok(["mat", "suspected"].includes(secrecy), secrecy)
      assert.equal(official.evidence.find(({ feature }) => feature === "scan")?.note, "tesseract")
    })
  }

  test("a picture without text is read and says nothing", async () => {
    const { official } = await judged("a.jpg", fixture("landscape.jpg"), scan)
    assert.deepEqual(official, { label: "not-official", score: 0, evidence: [] })
  })

  test("what is no picture is answered with nothing", async () => {
    assert.equal(await scan("image", Buffer.from("no picture"), AbortSignal.timeout(60_000)), null)
    assert.equal(await scan("pdf", Buffer.from("%PDF-1.7 broken"), AbortSignal.timeout(60_000)), null)
  })

  test("whoever has no time left is answered with nothing", async () => {
    const start = performance.now()
    assert.equal(await scan("image", fixture("sealed.jpg"), AbortSignal.timeout(30)), null)
    assert.ok(performance.now() - start < 1_000)
  })
})

describe("a picture that came before", () => {
  const asked: string[] = []
  const scan: ReadScan = async (kind) => {
    asked.push(kind)
    return `MẬT\n\n${letter()}`
  }
  const reader = createReader({ decode: decodeCharset, html: htmlText }, { roots: [], scan })
  const recognise = createRecognise(settingsSchema.shape.recognise.parse({}), reader)
  const judge = async (name: string, bytes: Buffer) =>
    recognise({ subject: "", text: "", bulk: false }, [await opened(file(name, bytes))], AbortSignal.timeout(10_000))

  test("is not read again, and is judged as before", async () => {
    const first = await judge("a.jpg", fixture("sealed.jpg"))
    const second = await judge("b.jpg", fixture("sealed.jpg"))
    assert.deepEqual(second, first)
    assert.equal(first.secrecy, "mat")
    assert.equal(asked.length, 1)
  })
  test("is another when an octet of it is", async () => {
    await judge("c.jpg", Buffer.concat([fixture("sealed.jpg"), Buffer.from("x")]))
    assert.equal(asked.length, 2)
  })
  test("is not read at all beside a clear mark", async () => {
    const opening = [
      file("d.jpg", Buffer.concat([fixture("sealed.jpg"), Buffer.from("y")])),
      file("a.txt", `TỐI MẬT\n\n${letter()}`),
    ]
    const files = await Promise.all(opening.map(opened))
    const { secrecy } = await recognise({ subject: "", text: "", bulk: false }, files, AbortSignal.timeout(10_000))
    assert.equal(secrecy, "toi-mat")
    assert.equal(asked.length, 2)
  })
  test("is looked at under its new name", async () => {
    const named = await judge("12-BC_TUYET_MAT.jpg", fixture("sealed.jpg"))
    assert.equal(named.secrecy, "tuyet-mat")
    assert.equal(asked.length, 2)
  })
})

test("of one message six pages are asked for, and no more", async () => {
  let asked = 0
  const server = createServer({ allowHalfOpen: true }, (socket) => {
    asked++
    socket.resume().on("end", () => socket.end("1Kính gửi"))
  })
  const name = `\0congthu-test-${process.pid}`
  await new Promise<void>((resolve) => server.listen(name, resolve))
  const scan = createReadScan(name)
  const signal = AbortSignal.timeout(10_000)
  const answers: (string | null)[] = []
  for (let page = 0; page < 8; page++) answers.push(await scan("image", Buffer.alloc(100_000), signal))
  server.close()
  assert.equal(asked, 6)
  assert.deepEqual(answers, [...Array.from({ length: 6 }, () => "Kính gửi"), null, null])
})

test("where nobody listens there is no answer, at once", async () => {
  const scan = createReadScan("\0congthu-scribe-nobody")
  assert.equal(await scan("image", fixture("paper.jpg"), AbortSignal.timeout(10_000)), null)
})
