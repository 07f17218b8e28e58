import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { after, before, describe, test } from "node:test"
import { crc32, deflateRawSync, gzipSync, zstdCompressSync } from "node:zlib"
import { compound } from "../inspect/compound-writer.ts"
import { findingsOf, opened, told } from "./opened.ts"
import { rar5 } from "./rar-writer.ts"
import { zip } from "./zip-writer.ts"

const TEXT = Array.from({ length: 400 }, (_, line) => `Dòng ${line} của công văn\r\n`).join("")

function tarOf(name: string, data: Buffer): Buffer {
  const head = Buffer.alloc(512)
  head.write(name)
  head.write("0000644\0", 100)
  head.write(`${data.length.toString(8).padStart(11, "0")}\0`, 124)
  head.write("        ", 148)
  head.write("0ustar\x0000", 156, "latin1")
  const sum = head.reduce((total, octet) => total + octet, 0)
  head.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148)
  return Buffer.concat([head, data, Buffer.alloc(((512 - (data.length % 512)) % 512) + 1_024)])
}

const inner = zip([{ name: "a.txt", data: TEXT }])
const WHOLE: readonly (readonly [string, Buffer])[] = [
  [
    "zip",
    zip([
      { name: "a.txt", data: TEXT },
      { name: "b.zip", data: inner, stored: true },
    ]),
  ],
  ["tar.gz", gzipSync(tarOf("a.txt", Buffer.from(TEXT)))],
  ["zst", zstdCompressSync(Buffer.from(TEXT))],
  ["doc", compound({ WordDocument: Buffer.alloc(5_000, 1), "Macros/VBA/dir": "x" })],
  ["rar", rar5([{ name: "a.txt", data: Buffer.from(TEXT) }])],
  ["eml", Buffer.from(`From: a@b.vn\r\nTo: c@d.vn\r\nSubject: x\r\nMIME-Version: 1.0\r\n\r\n${TEXT}`)],
  [
    "pdf",
    Buffer.from(
      `%PDF-1.7\n1 0 obj<</Type/EmbeddedFile/Length 5>>stream\nhello\nendstream endobj\ntrailer<</Root 1 0 R>>\n%%EOF`,
    ),
  ],
]

/** Of the generator of Park and Miller: a run is told by its seed. */
function random(seed: number): () => number {
  let state = seed
  return () => (state = (state * 48_271) % 0x7fffffff)
}

describe("whatever happens to its octets there is an answer, in time", () => {
  for (const [kind, whole] of WHOLE) {
    test(kind, async () => {
      const next = random(20_261)
      const began = performance.now()
      for (let round = 0; round < 150; round++) {
        const broken = Buffer.from(whole.subarray(0, round % 3 === 0 ? next() % whole.length : whole.length))
        for (let flips = next() % 4; flips > 0 && broken.length > 0; flips--)
          broken[next() % broken.length] = next() >>> 8
        await opened(broken, { names: [`a.${kind}`] })
      }
      assert.ok(performance.now() - began < 20_000)
    })
  }
})

describe("cut off anywhere it is never clean", () => {
  for (const [kind, whole] of WHOLE.filter(([name]) => ["zip", "tar.gz", "zst", "rar"].includes(name))) {
    test(kind, async () => {
      const next = random(7)
      for (let round = 0; round < 40; round++) {
        const size = 600 + (next() % Math.max(1, whole.length - 640))
        if (size >= whole.length - 40) continue
        const findings = findingsOf(await opened(whole.subarray(0, size), { names: [`a.${kind}`] }))
        assert.ok(findings.length > 0, `${size} of ${whole.length}`)
      }
    })
  }
})

/** An archive of nothing, as 7-Zip writes it. */
const EMPTY_7Z = Buffer.from(`377abcaf271c00048d9bd50f${"00".repeat(20)}`, "hex")
const PICTURE = Buffer.from("ffd8ffe000104a46494600010100000100010000ffd9", "hex")
const OLD_RAR = Buffer.from("526172211a0700cf907300000d00000000000000c43d7b00400700", "hex")
const TEXT_OCTETS = Buffer.from(TEXT)

describe("what two programs read differently is told", () => {
  const honest = [{ name: "a.txt", data: TEXT }]
  const late = (): Buffer => {
    const plain = zip(honest)
    const end = Buffer.from(plain.subarray(-22))
    return Buffer.concat([plain, end])
  }
  for (const [what, bytes] of [
    ["two ends", late()],
    ["something before it", Buffer.concat([Buffer.from("x".repeat(50)), zip(honest)])],
    ["something behind it", Buffer.concat([zip(honest), Buffer.from("x".repeat(50))])],
    ["another name in its local header", zip([{ name: "a.txt", localName: "b.exe", data: TEXT }])],
    ["a member twice", zip([...honest, { name: "a.txt", data: "y" }])],
    ["a path that leaves its folder", zip([{ name: "../../a.txt", data: TEXT }])],
    ["a path from the root", zip([{ name: "/etc/a.txt", data: TEXT }])],
    ["a path of a drive", zip([{ name: "C:\\a.txt", data: TEXT }])],
    ["something behind a tar", Buffer.concat([tarOf("a.txt", TEXT_OCTETS), tarOf("b.exe", TEXT_OCTETS)])],
    ["a 7z behind a text", Buffer.concat([Buffer.from("Xin chào\n".repeat(30)), EMPTY_7Z])],
    ["a RAR behind a picture", Buffer.concat([PICTURE, rar5([{ name: "a.txt", data: TEXT_OCTETS }])])],
    ["a RAR of old behind a text", Buffer.concat([Buffer.from("Xin chào\n"), OLD_RAR])],
    ["a member its directory does not know", zip([...honest, { name: "b", data: "x" }], { hide: 1 })],
  ] as const) {
    test(what, async () => {
      const findings = findingsOf(await opened(Buffer.from(bytes)))
      assert.ok(
        findings.some(({ kind, why }) => kind === "ambiguous" && why === "archive"),
        JSON.stringify(findings),
      )
    })
  }
})

describe("a rar is opened", () => {
  test("stored, and with its sum", async () => {
    const file = await opened(rar5([{ name: "a.txt", data: Buffer.from(TEXT) }]))
    assert.deepEqual(findingsOf(file), [])
    assert.equal(file.within[0]?.bytes.toString(), TEXT)
    assert.deepEqual(file.within[0]?.names, ["a.txt"])
  })
  test("packed, with matches and distances near and far", async () => {
    // Of the archive that the public domain collection "RAR test files" has: a picture of 220 octets, solid, then one of 87.
    const bytes = Buffer.from(SOLID, "base64")
    const file = await opened(bytes)
    assert.deepEqual(findingsOf(file), [])
    assert.deepEqual(
      file.within.map(({ names, size, types, bytes: content }) => [
        names[0],
        size,
        types[0]?.extension,
        crc32(content),
      ]),
      [
        ["testfile.jpg", 220, "jpg", 0xda70b16c],
        ["testfile.png", 87, "png", 0xafb0ac62],
      ],
    )
  })
  test("sealed, with the password", async () => {
    const bytes = rar5([{ name: "a.txt", data: Buffer.from(TEXT) }], "mật khẩu")
    assert.equal((await opened(bytes, { passwords: ["sai", "mật khẩu"] })).within[0]?.bytes.toString(), TEXT)
    const sealed = findingsOf(await opened(bytes, { passwords: ["sai"] }))
    assert.deepEqual(sealed, [{ kind: "encrypted", at: "2/1" }])
  })
  test("cut into volumes it is held", async () => {
    const findings = findingsOf(
      await opened(rar5([{ name: "a.txt", data: Buffer.from(TEXT) }], null, { volume: true })),
    )
    assert.deepEqual(findings, [{ kind: "unscannable", at: "2", why: "split-archive" }])
  })
})

test("a piece of a cut archive is told by its name", async () => {
  for (const name of ["a.zip.001", "a.7z.002", "a.z01", "a.part1.rar", "a.r00"]) {
    const findings = findingsOf(await opened(deflateRawSync(Buffer.from(TEXT)), { names: [name] }))
    assert.deepEqual(findings, [{ kind: "unscannable", at: "2", why: "split-archive" }], name)
  }
})

const SOLID =
  "UmFyIRoHAQAgtvoRCgEFBgQFAQGAgABGxEvRIgIC7AEG3AG2gwLQDlA6bLFw2oAdAQx0ZXN0ZmlsZS5qcGfEd+knZURDL1cESsmZlt5eZkl3MRgQQeEo" +
  "IogjHMi4iQxSamImCiDodCCCpNi6ngLqQdS7HgaCC8AQkBkf4GbXU7HUlgpKq9U4xd3X8X6vV6q5NXxRVUVRXjx99r/cXXeXgBOrXlrg00AD4nL9g0gb" +
  "oM4x7f/OGc/s5jOmeOhAs88iClAh+i+MsKoaNJKVJEKnFTTEU6V+APnCgPRW1Cp5BjsXcKchclIjOiTFpCWOPHE4w3y/USMoaAZVup59/47829uo/75x" +
  "uLM6r21duXLv12+PPaNn+mzuZfHV4bW90jvgcDrkc2upUX2u+NMc19ciAgK+AAbXALaDAtAOUDpirLCvwB0BDHRlc3RmaWxlLnBuZ0UkO+iaxpwoqoJa" +
  "hl1I9hipjHbJ8m/+5BQNNrWZCita+y/1/BSwSx6Nnla3Z53KxfQbzcHIy4CWSxH3Vp+YHXdWUQMFBAA="

describe("named after what holds something, and nothing of that kind", () => {
  const noise = Buffer.from(Array.from({ length: 3_000 }, (_, n) => (n * n * 31 + n) & 0xff))
  const sheet = Buffer.from("\ufeffHọ tên\tNgày sinh\r\nAn\t01/02/1990\r\n", "utf16le")
  for (const [name, bytes, lost] of [
    ["a.zip", noise, true],
    ["a.rar", noise, true],
    ["a.docx", noise, true],
    ["A.PDF ", noise, true],
    ["a.dat", noise, false],
    ["a.xls", sheet, false],
    ["a.doc", Buffer.from("<html><body>Xin chào</body></html>"), false],
    ["a.zip", Buffer.alloc(0), false],
  ] as const) {
    test(`${name} of ${bytes.length} octets`, async () => {
      const findings = findingsOf(await opened(bytes, { names: [name] }))
      assert.equal(
        findings.some(({ kind, why }) => kind === "unscannable" && why === "corrupt"),
        lost,
        JSON.stringify(findings),
      )
    })
  }
})

test("a file system that nobody here opens is told", async () => {
  const ext = Buffer.alloc(4_096)
  ext.write("\x53\xef", 1_080, "latin1")
  assert.match(told(findingsOf(await opened(ext, { names: ["a.dat"] }))), /unscannable 2 unsupported-archive/)
  ext.writeUInt32LE(900, 1_048)
  assert.equal(told(findingsOf(await opened(ext, { names: ["a.dat"] }))), "", "two octets alone are no proof")
})

describe("what S/MIME wraps is looked into, or told to be closed", {
  skip: existsSync("/usr/bin/openssl") ? false : "no openssl",
}, () => {
  const program = Buffer.concat([Buffer.from("MZ\x90\0", "latin1"), Buffer.alloc(200)])
  const entity = [
    "Content-Type: application/octet-stream; name=bao-cao.dat",
    "Content-Transfer-Encoding: base64",
    "",
    program.toString("base64"),
    "",
  ].join("\r\n")
  const folder = mkdtempSync(join(tmpdir(), "congthu-smime-"))
  const openssl = (...args: readonly string[]): Buffer =>
    execFileSync("openssl", args, { cwd: folder, stdio: ["ignore", "pipe", "ignore"] })
  before(() => {
    writeFileSync(join(folder, "entity"), entity)
    openssl(..."req -x509 -newkey rsa:2048 -nodes -keyout k.pem -out c.pem -days 2 -subj /CN=test".split(" "))
  })
  after(() => rmSync(folder, { recursive: true }))
  const opaque = "cms -sign -nodetach -binary -in entity -signer c.pem -inkey k.pem -outform DER"
  for (const [what, command, name, expected] of [
    ["signed", opaque, "smime.p7m", "application/vnd.microsoft.portable-executable"],
    ["signed, in pieces", `${opaque} -stream -indef`, "smime.p7m", "application/vnd.microsoft.portable-executable"],
    ["signed, named otherwise", opaque, "cong-van.doc", "application/vnd.microsoft.portable-executable"],
    ["sealed", "cms -encrypt -aes256 -in entity -outform DER c.pem", "smime.p7m", "encrypted 2"],
    [
      "sealed with authentication",
      "cms -encrypt -aes-256-gcm -in entity -outform DER c.pem",
      "smime.p7m",
      "encrypted 2",
    ],
  ] as const) {
    test(what, async () => {
      const file = await opened(openssl(...command.split(" ")), { names: [name] })
      const types = (one: typeof file): readonly string[] => [
        ...one.types.map(({ mime }) => mime),
        ...one.within.flatMap(types),
      ]
      const seen = [...types(file), told(findingsOf(file))]
      assert.ok(seen.includes(expected), seen.join("\n"))
    })
  }
})
