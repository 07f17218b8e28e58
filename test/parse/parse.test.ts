/** The MIME tree: every leaf with its path, names, type and decoded octets; oddities as defects; limits as findings. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import fc from "fast-check"
import type { Part } from "../../src/mail/part.ts"
import { parse } from "../../src/parse/parse.ts"
import { base64Lines, chunks, message, type Read, read } from "./read.ts"

const TREE = message(
  "From: a@x.vn",
  "MIME-Version: 1.0",
  'Content-Type: multipart/mixed; boundary="outer"',
  "",
  "This is a multi-part message in MIME format.",
  "--outer",
  "Content-Type: multipart/alternative; boundary=inner",
  "",
  "--inner",
  "Content-Type: text/plain; charset=utf-8",
  "Content-Transfer-Encoding: quoted-printable",
  "",
  "Ch=C3=A0o b=",
  "=E1=BA=A1n",
  "--inner",
  "Content-Type: text/html; charset=utf-8",
  "",
  "<p>Ch&agrave;o <b>b&#7841;n</b></p><script>tuyet mat</script>",
  "--inner--",
  "",
  "--outer",
  "Content-Type: application/zip; name=a.zip",
  "Content-Disposition: attachment; filename=a.zip",
  "Content-Transfer-Encoding: base64",
  "",
  base64Lines("PK and so on"),
  "--outer--",
)

function leaves({ parts }: Read): string[] {
  return parts
    .filter(({ isOther }) => isOther !== true)
    .map(({ at, claimed, octets }) => `${at} ${claimed} ${octets.toString("latin1")}`)
}

/** One part of a multipart, as an attachment. */
function mixed(...part: readonly string[]): Buffer {
  return message("Content-Type: multipart/mixed; boundary=b", "", "--b", ...part, "--b--")
}

describe("the tree", () => {
  test("every leaf has its path and decoded octets, whatever the chunks", async () => {
    const expected = [
      `1/1 text/plain ${Buffer.from("Chào bạn").toString("latin1")}`,
      "1/2 text/html <p>Ch&agrave;o <b>b&#7841;n</b></p><script>tuyet mat</script>",
      "2 application/zip PK and so on",
    ]
    for (const size of [1, 2, 3, 7, 64, 65_536]) assert.deepEqual(leaves(await read(TREE, { size })), expected)
  })

  test("text parts are marked, files are not", async () => {
    const { parts } = await read(TREE)
    assert.deepEqual(
      parts.map(({ isText }) => isText),
      [true, true, false],
    )
    assert.deepEqual(parts[2]?.names, ["a.zip"])
    assert.equal(parts[2]?.disposition, "attachment")
  })

  test("a message without MIME is one leaf at the root", async () => {
    const { parts, parsed } = await read(message("From: a@x.vn", "", "text"))
    assert.deepEqual(
      parts.map(({ at, claimed, isText }) => [at, claimed, isText]),
      [["", "text/plain", true]],
    )
    assert.equal(parsed.text, "text\r\n")
    assert.equal(parsed.headerSize, 16)
  })

  test("an embedded message is descended, numbered as IMAP does, its header seen under its own name", async () => {
    const inner = ["From: z@x.vn", "Content-Type: multipart/mixed; boundary=i", "", "--i", "", "one", "--i--"]
    const tree = await read(mixed("Content-Type: message/rfc822; name=thu.eml", "", ...inner))
    assert.deepEqual(leaves(tree), [
      "1 message/rfc822 From: z@x.vn\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n",
      "1/1 text/plain one",
    ])
    assert.deepEqual(tree.parts[0]?.names, ["thu.eml"])
  })

  test("an encoded embedded message is decoded and descended", async () => {
    const inner = message("Subject: x", "", "inside")
    const head = ["Content-Type: message/rfc822", "Content-Transfer-Encoding: base64", ""]
    const tree = await read(mixed(...head, base64Lines(inner)))
    assert.deepEqual(leaves(tree), ["1 message/rfc822 Subject: x\r\n\r\n", "1/1 text/plain inside\r\n"])
  })

  test("a saved message attached as a file is descended", async () => {
    const tree = await read(mixed("Content-Type: application/octet-stream; name=a.eml", "", "Subject: x", "", "inside"))
    assert.equal(tree.parts[1]?.octets.toString(), "inside")
  })

  test("a program that calls itself a message stays whole", async () => {
    const tree = await read(mixed("Content-Type: message/rfc822", "", "MZ program", "", "more"))
    assert.deepEqual(leaves(tree), ["1 message/rfc822 MZ program\r\n\r\nmore"])
    assert.deepEqual(tree.parsed.defects, ["not-a-message:1"])
    assert.deepEqual(tree.parsed.findings, [{ kind: "unscannable", at: "1", why: "not-a-message" }])
  })

  test("children of a digest are messages", async () => {
    const digest = message("Content-Type: multipart/digest; boundary=b", "", "--b", "", "Subject: x", "", "in", "--b--")
    assert.deepEqual(leaves(await read(digest)), ["1 message/rfc822 Subject: x\r\n\r\n", "1/1 text/plain in"])
  })

  test("what a visitor leaves unread is read past", async () => {
    const seen: string[] = []
    const parsed = await parse(
      () => chunks(TREE, 16),
      async ({ at, content }: Part) => {
        seen.push(at)
        for await (const _ of content) break
      },
    )
    assert.deepEqual(seen, ["1/1", "1/2", "2"])
    assert.equal(parsed.text, "Chào bạn\n\nChào bạn\n")
  })

  test("the next part waits for the visitor", async () => {
    let busy = 0
    await parse(
      () => chunks(TREE),
      async ({ content }: Part) => {
        assert.equal(busy++, 0)
        await new Promise((resolve) => setImmediate(resolve))
        for await (const chunk of content) assert.ok(chunk.length > 0)
        busy--
      },
    )
  })

  test("what the visitor throws comes out", async () => {
    const visit = (): Promise<void> => Promise.reject(new Error("scanner down"))
    await assert.rejects(
      parse(() => chunks(TREE), visit),
      /scanner down/,
    )
  })
})

const ODD: readonly (readonly [string, Buffer, readonly string[], readonly string[]])[] = [
  [
    "base64 with junk and data after its padding is decoded and noted",
    mixed("Content-Transfer-Encoding: base64", "", "aGV#sbG8=IHRoZXJl"),
    ["1 text/plain hello there"],
    ["bad-base64:1"],
  ],
  [
    "base64 cut short gives what it has",
    mixed("Content-Transfer-Encoding: base64", "", "aGVsbG8gd2"),
    ["1 text/plain hello w"],
    ["bad-base64:1"],
  ],
  [
    "quoted-printable that is none stays as written",
    mixed("Content-Transfer-Encoding: quoted-printable", "", "1=2 =4g =c3=A9 a=  ", "b="),
    ["1 text/plain 1=2 =4g \xc3\xa9 ab"],
    ["bad-quoted-printable:1"],
  ],
  [
    "an unknown encoding gives the raw octets",
    mixed("Content-Transfer-Encoding: base64, quoted-printable", "", "aGVsbG8="),
    ["1 text/plain aGVsbG8="],
    ["unknown-encoding:1"],
  ],
  [
    "a multipart without boundary is one leaf",
    message("Content-Type: multipart/mixed; bound=b", "", "--b", "", "x"),
    ["multipart/mixed --b\r\n\r\nx\r\n"],
    ["no-boundary"],
  ],
  [
    "a multipart never closed still has its parts",
    message("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x"),
    ["1 text/plain x\r\n"],
    ["no-closing-delimiter"],
  ],
  [
    "an inner multipart never closed ends where the outer goes on",
    mixed("Content-Type: multipart/mixed; boundary=c", "", "--c", "", "x", "--b", "", "y"),
    ["1/1 text/plain x", "2 text/plain y"],
    ["no-closing-delimiter:1"],
  ],
  [
    "both of two boundaries are split at",
    message("Content-Type: multipart/mixed; boundary=b; boundary=c", "", "--b", "", "x", "--c", "", "y", "--b--"),
    ["1 text/plain x", "2 text/plain y"],
    ["duplicate-parameter:boundary"],
  ],
  [
    "a boundary in pieces is a boundary",
    message("Content-Type: multipart/mixed; boundary*1=o; boundary*0=fo", "", "--foo", "", "x", "--foo--"),
    ["1 text/plain x"],
    [],
  ],
  [
    "a boundary with a comment after it is a boundary",
    message("Content-Type: multipart/mixed; boundary=b (c)", "", "--b", "", "x", "--b--"),
    ["1 text/plain x"],
    [],
  ],
  [
    "a line that only begins like the boundary is text; spaces after it are allowed",
    message("Content-Type: multipart/mixed; boundary=b", "", "--b  ", "", "--bb", "--b--  "),
    ["1 text/plain --bb"],
    [],
  ],
  [
    "a part after the end is a part",
    message("Content-Type: multipart/mixed; boundary=b", "", "--b", "", "x", "--b--", "--b", "", "y", "--b--"),
    ["1 text/plain x", "2 text/plain y"],
    ["part-after-end"],
  ],
  [
    "an encoded multipart is decoded and split",
    message(
      "Content-Type: multipart/mixed; boundary=b",
      "Content-Transfer-Encoding: base64",
      "",
      base64Lines("--b\r\n\r\nx\r\n--b--\r\n"),
    ),
    ["1 text/plain x"],
    ["encoded-multipart"],
  ],
  [
    "a delimiter within a part's header ends the part",
    message("Content-Type: multipart/mixed; boundary=b", "", "--b", "Content-Type: text/html", "--b", "", "y", "--b--"),
    ["1 text/html ", "2 text/plain y"],
    ["no-header-end:1"],
  ],
  [
    "of two types the first counts",
    mixed("Content-Type: text/html", "Content-Type: application/zip", "", "x"),
    ["1 text/html x"],
    ["duplicate-header:content-type:1"],
  ],
  ["a type that is none", mixed("Content-Type: nonsense", "", "x"), ["1 text/plain x"], ["bad-content-type:1"]],
  ["an empty part", mixed("", ""), ["1 text/plain "], []],
  ["nothing at all", Buffer.alloc(0), ["text/plain "], ["no-header-end"]],
]

describe("what two mail programs would take differently is read as far as possible and noted:", () => {
  for (const [what, octets, expected, defects] of ODD) {
    test(what, async () => {
      for (const size of [1, 5, 65_536]) {
        const tree = await read(octets, { size })
        assert.deepEqual(
          leaves(tree).map((leaf) => leaf.replace(/^ /, "")),
          expected,
        )
        assert.deepEqual(tree.parsed.defects, defects)
      }
    })
  }
})

describe("limits are findings, and nothing hangs:", () => {
  const nested = (depth: number): Buffer => {
    const heads = Array.from({ length: depth }, (_, i) => [
      `Content-Type: multipart/mixed; boundary=b${i}.`,
      "",
      `--b${i}.`,
    ])
    const tails = heads.map((_, i) => `--b${depth - 1 - i}.--`)
    return message(...heads.flat(), "", "deep", ...tails)
  }

  test("twenty multiparts within one another are read", async () => {
    const { parts, parsed } = await read(nested(20))
    assert.deepEqual(parsed.findings, [])
    assert.equal(parts[0]?.octets.toString(), "deep")
  })

  test("what lies deeper is passed on whole, as unscannable", async () => {
    const { parts, parsed } = await read(nested(30))
    const at = Array.from({ length: 20 }, () => "1").join("/")
    assert.deepEqual(parsed.findings, [{ kind: "unscannable", at, why: "too-deep" }])
    assert.ok(parts[0]?.octets.toString().includes("deep\r\n"))
  })

  test("more than a thousand parts are unscannable", async () => {
    const parts = Array.from({ length: 1_500 }, () => ["--b", "", "x"]).flat()
    const tree = await read(message("Content-Type: multipart/mixed; boundary=b", "", ...parts, "--b--"))
    assert.equal(tree.parts.length, 999)
    assert.deepEqual(tree.parsed.findings, [{ kind: "unscannable", at: "", why: "too-many-parts" }])
  })

  test("a header block over the limit is cut at a line and unscannable", async () => {
    const octets = message("From: a@x.vn", `X: ${"y".repeat(200)}`, "", "text")
    const { parsed, parts } = await read(octets, { limits: { headerSize: 100, text: 1_000 } })
    assert.deepEqual(parsed.findings, [{ kind: "unscannable", at: "", why: "header-too-large" }])
    assert.equal(parsed.headerSize, 14)
    assert.equal(parts[0]?.octets.length, octets.length - 14)
  })

  test("text over the limit is cut and noted", async () => {
    const { parsed } = await read(message("", "x".repeat(500)), { limits: { headerSize: 1_000, text: 100 } })
    assert.equal(parsed.text.length, 100)
    assert.deepEqual(parsed.defects, ["text-cut"])
  })

  test("doubtful megabytes are read in every way in linear time", async () => {
    const top = "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n"
    const file = "Content-Type: application/x; name=a\r\nContent-Transfer-Encoding: "
    const bodies: readonly (readonly [string, string, number])[] = [
      [`${top}${file}base64\r\n\r\n`, "=A ", 1_000_000],
      [`${top}${file}base64\r\n\r\nA=A`, "= ", 1_000_000],
      [`${top}${file}base64, x\r\n\r\n`, "A\r\n", 1_000_000],
      [`${top}${file}quoted-printable\r\n\r\n==x`, " ", 1_000_000],
      [`${top}${file}quoted-printable\r\n\r\n`, "==", 1_000_000],
      [`${top}${file}x\r\n\r\n`, "\r\n", 1_000_000],
      [`${top}${file}x\r\n\r\n`, "--b\r\n\r\n", 100_000],
      [`${top}${file}x\r\n\r\n`, "--c\r\nContent-Type: x\r\n\r\n", 200_000],
      [`${top}${file}x\r\n\r\n--`, " ", 1_000_000],
      ["\r\n", "begin 644 x\r\n", 1_000_000],
      ["\r\n", "=ybegin name=x\r\n", 1_000_000],
      ["\r\nconverted with BinHex", "\r\n", 1_000_000],
      ["\r\n", "Content-Type: x\r\n", 1_000_000],
      ["Content-Type: multipart/mixed; boundary=", "(", 90_000],
      ["Content-Type: multipart/mixed; name=", "name=", 90_000],
      ["Content-Type: multipart/mixed, ", ",", 90_000],
      ['Content-Disposition: attachment; name="', "\\;name=", 90_000],
    ]
    for (const [head, unit, size] of bodies) {
      const octets = Buffer.from(`${head}${unit.repeat(size / unit.length)}x\r\n\r\ny`)
      const began = performance.now()
      await read(octets)
      const took = performance.now() - began
      assert.ok(took < 6_000, `${JSON.stringify(head.slice(-40))} ${JSON.stringify(unit)}: ${took} ms`)
      if (process.env["TIMES"] !== undefined) process.stdout.write(`${JSON.stringify(unit)} ${Math.round(took)}\n`)
    }
  })

  test("two megabytes of false delimiters, soft breaks or tags are read in linear time", async () => {
    const bodies: readonly (readonly [string, string])[] = [
      ["multipart/mixed; boundary=b", "\r\n--"],
      ["multipart/mixed; boundary=b", `\r\n--${" ".repeat(900)}x`],
      ["text/plain", "=   "],
      ["text/html", "<"],
      ["text/html", "<!--"],
      ["text/html", "<script>"],
      ["text/html", "</"],
      ["text/html", "&amp"],
    ]
    for (const [type, unit] of bodies) {
      const head = `Content-Type: ${type}\r\nContent-Transfer-Encoding: ${type === "text/plain" ? "quoted-printable" : "8bit"}\r\n\r\n`
      const octets = Buffer.from(head + unit.repeat(2_000_000 / unit.length))
      const began = performance.now()
      await read(octets)
      assert.ok(performance.now() - began < 2_000, `${unit}: ${performance.now() - began} ms`)
    }
  })
})

describe("no octets make it throw:", () => {
  const fragment = fc.constantFrom(
    ..."\r\n|\n|\r|\0|:| |--b|--b--|--c|=|==|=3D|\"|(|)|<|>|;|'|a@b.vn|=?utf-8?B?|?=|QUJD|<p>|&#|\xff\xfe|\xe1\xba".split(
      "|",
    ),
    ..."From: |To: |Subject: |Content-Type: text/html|Content-Type: multipart/mixed; boundary=b".split("|"),
    ..."Content-Type: message/rfc822|Content-Type: multipart/x; boundary=c|charset=utf-16|charset=windows-1258".split(
      "|",
    ),
    ..."Content-Transfer-Encoding: base64|Content-Transfer-Encoding: quoted-printable".split("|"),
    ..."Content-Disposition: attachment; filename=|filename*0*=|filename*1=".split("|"),
  )
  const anything = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.array(fragment, { maxLength: 80 }).map((some) => Buffer.from(some.join(""), "latin1")),
  )

  test("any octets in any chunks are read alike, and every field lies where it says", async () => {
    await fc.assert(
      fc.asyncProperty(anything, fc.integer({ min: 1, max: 40 }), async (octets, size) => {
        const whole = await read(octets)
        assert.deepEqual(await read(octets, { size }), whole)
        let end = 0
        for (const field of whole.parsed.fields) {
          assert.equal(field.start, end)
          end = field.end
        }
        assert.ok(end <= whole.parsed.headerSize && whole.parsed.headerSize <= octets.length)
      }),
      { numRuns: 1_500 },
    )
  })

  test("what is encoded comes back", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 400 }), fc.integer({ min: 1, max: 50 }), async (content, size) => {
        const octets = mixed("Content-Transfer-Encoding: base64", "", base64Lines(content))
        const { parts, parsed } = await read(octets, { size })
        assert.deepEqual(parts[0]?.octets, Buffer.from(content))
        assert.deepEqual(parsed.defects, [])
      }),
      { numRuns: 200 },
    )
  })
})
