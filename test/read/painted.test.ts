/** Where nobody reads pictures, those of no camera are told by what they look like, too. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { imageText } from "../../src/read/image.ts"
import { bmp, gif, HEIGHT, type Painted, png, tiff, WIDTH } from "./painted.ts"

async function lookOf(bytes: Buffer): Promise<string | null> {
  const { shows = [] } = await imageText(bytes, null, AbortSignal.timeout(10_000))
  return shows[0]?.note ?? null
}

const LOOKS: readonly (readonly [Painted, string | null])[] = [
  ["sealed", "red seal"],
  ["paper", "paper"],
  ["meadow", null],
]
const WRITERS: readonly (readonly [string, (what: Painted) => Buffer])[] = [
  ["PNG", png],
  ["GIF", gif],
  ["BMP", bmp],
  ["TIFF", tiff],
  ["TIFF that is not packed", (what) => tiff(what, 8, 1)],
]

for (const [kind, write] of WRITERS) {
  describe(kind, () => {
    for (const [what, look] of LOOKS)
      test(`${what} is ${look ?? "nothing"}`, async () => assert.equal(await lookOf(write(what)), look))
  })
}

test("a fax is paper, however it is packed", async () => assert.equal(await lookOf(tiff("paper", 1, 4)), "paper"))

test("a WebP of the shape of a page may be one", async () => {
  const head = Buffer.from("52494646000000005745425056503858000000000000000000000000000000", "hex")
  head.write("VP8X", 12, "latin1")
  head.writeUIntLE(WIDTH - 1, 24, 3)
  head.writeUIntLE(HEIGHT - 1, 27, 3)
  assert.equal(await lookOf(head), "page")
})

test("what claims more pixels than anybody bears, or ends early, is nothing or a page, at once", async () => {
  for (const [, write] of WRITERS) {
    const whole = write("paper")
    for (const end of [20, 40, 60, 100, Math.floor(whole.length / 2)]) await lookOf(whole.subarray(0, end))
    for (const at of [16, 18, 20, 22]) {
      const wild = Buffer.from(whole)
      wild.writeUInt16BE(0x7fff, at)
      await lookOf(wild)
    }
  }
})
