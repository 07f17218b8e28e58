import assert from "node:assert/strict"
import { describe, test } from "node:test"
import type { Finding } from "../../src/mail/finding.ts"
import { judge } from "../../src/inspect/file.ts"
import { compound } from "./compound-writer.ts"
import { opened } from "../unpack/opened.ts"
import { type ZipMember, zip } from "../unpack/zip-writer.ts"

const FORBIDDEN = new Set(["exe", "js", "msi", "iso", "jar", "lnk", "url"])

async function look(
  bytes: Buffer | string,
  names: readonly string[] = [],
  claimed = "application/octet-stream",
): Promise<{ readonly type: string | null; readonly findings: readonly Finding[]; readonly kinds: string }> {
  const file = await opened(Buffer.from(bytes), { names, claimed })
  const findings = judge(file, { forbidden: FORBIDDEN })
  const kinds = findings.map(({ kind, at, why }) => `${kind} ${at}${why === undefined ? "" : ` ${why}`}`)
  return { type: file.types[0]?.mime ?? null, findings, kinds: kinds.join(", ") }
}

const PE = Buffer.concat([Buffer.from("MZ\x90\0\x03\0\0\0"), Buffer.alloc(200)])
const PDF = "%PDF-1.7\n1 0 obj <<>> endobj\n%%EOF"

/** A compound file whose directory has these entries. */
function ole(...streams: readonly string[]): Buffer {
  const entries = ["Root Entry", ...streams].map((name) => {
    const entry = Buffer.alloc(128)
    entry.write(name, "utf16le")
    return entry
  })
  return Buffer.concat([Buffer.from("d0cf11e0a1b11ae1", "hex"), Buffer.alloc(504), ...entries])
}
function docx(...more: readonly ZipMember[]): Buffer {
  return zip([
    { name: "[Content_Types].xml", data: "<Types/>" },
    { name: "word/document.xml", data: "<w:document/>" },
    ...more,
  ])
}

describe("the type is what the octets show", () => {
  const iso = Buffer.alloc(40_000)
  iso.write("CD001", 32_769)
  const msi = ole()
  Buffer.from("84100c0000000000c000000000000046", "hex").copy(msi, 512 + 80)
  for (const [what, bytes, mime] of [
    ["a Windows program", PE, "application/vnd.microsoft.portable-executable"],
    ["a Linux program", "\x7fELF\x02\x01\x01", "application/x-elf"],
    ["a shortcut", Buffer.from("4c0000000114020000000000", "hex"), "application/x-ms-shortcut"],
    ["a PDF", PDF, "application/pdf"],
    ["a PDF behind some junk", `junk\n${PDF}`, "application/pdf"],
    ["a Word file", docx(), "application/vnd.openxmlformats-officedocument.wordprocessingml.document"],
    [
      "an OpenDocument text",
      zip([{ name: "mimetype", data: "application/vnd.oasis.opendocument.text", stored: true }]),
      "application/vnd.oasis.opendocument.text",
    ],
    ["an old Excel file", ole("Workbook"), "application/vnd.ms-excel"],
    ["an installer", msi, "application/x-msi"],
    ["a program package", zip([{ name: "META-INF/MANIFEST.MF", data: "x" }]), "application/java-archive"],
    ["a disk image", iso, "application/x-iso9660-image"],
    ["a web page", "\ufeff <!DOCTYPE html><p>", "text/html"],
    ["a rar", "Rar!\x1a\x07\x01\0", "application/vnd.rar"],
    ["text", "MZ is how this sentence begins, and it is no program at all, only words and words", null],
    ["nothing", "", null],
  ] as const) {
    test(what, async () =>
      assert.equal(
        (
          await look(
            typeof bytes === "string" ? Buffer.from(bytes, bytes.startsWith("\ufeff") ? "utf8" : "latin1") : bytes,
          )
        ).type,
        mime,
      ),
    )
  }
})

/** Octets without any signature. */
const NOISE = Buffer.from(Array.from({ length: 300 }, (_, index) => (index * 7_919) % 251))

describe("one file", () => {
  for (const [what, bytes, names, claimed, kinds] of [
    ["is forbidden by its name", "x", ["a.js"], "text/plain", "forbidden-type 2, active-content 2 script"],
    [
      "is forbidden by any of its names",
      "x",
      ["a.txt", "a.js"],
      "text/plain",
      "forbidden-type 2, active-content 2 script",
    ],
    ["is forbidden as a program, whatever its name", PE, ["a.dat"], "application/octet-stream", "forbidden-type 2"],
    ["that is a program and says PDF is disguised", PE, ["a.pdf"], "application/pdf", "forbidden-type 2, disguised 2"],
    ["without a name that claims to be an image is disguised", PE, [], "image/png", "forbidden-type 2, disguised 2"],
    ["with two extensions is disguised", "x", ["a.pdf.exe"], "text/plain", "forbidden-type 2, disguised 2"],
    [
      "that is a zip and says image is disguised",
      zip([{ name: "a.txt", data: "x" }]),
      ["a.png"],
      "image/png",
      "disguised 2",
    ],
    ["that is a zip and says Word is disguised", zip([{ name: "a.txt", data: "x" }]), ["a.docx"], "", "disguised 2"],
    ["that is a script and says PDF is disguised", "#!/bin/sh\n", ["a.pdf"], "", "disguised 2"],
    [
      "that is a GIF and a zip is disguised",
      Buffer.concat([Buffer.from("GIF89a"), zip([{ name: "a.txt", data: "x" }])]),
      ["a.gif"],
      "image/gif",
      "disguised 2, ambiguous 2 archive",
    ],
    ["that is a PDF is nothing", PDF, ["a.pdf"], "application/pdf", ""],
    ["that is a Word file is nothing", docx(), ["a.docx"], "", ""],
    [
      "that is OpenDocument written in another order is nothing",
      zip([
        { name: "content.xml", data: "<office:document-content/>" },
        { name: "META-INF/manifest.xml", data: "<manifest:manifest/>" },
      ]),
      ["a.odt"],
      "",
      "",
    ],
    [
      "that keeps the settings of a printer in a zip is nothing",
      docx({
        name: "word/printerSettings/printerSettings1.bin",
        data: Buffer.concat([Buffer.alloc(300, 1), zip([{ name: "a", data: "x" }])]),
      }),
      ["a.docx"],
      "",
      "",
    ],
    ["that is an old Word file under the new name is nothing", compound({ WordDocument: "x" }), ["a.docx"], "", ""],
    [
      "with macros has macros",
      ole("WordDocument", "_VBA_PROJECT"),
      ["a.doc"],
      "",
      "macro 2 unreadable, unscannable 2 corrupt",
    ],
    [
      "with macros in its zip has macros",
      docx({ name: "word/vbaProject.bin", data: ole("_VBA_PROJECT") }),
      ["a.docm"],
      "",
      "macro 2/3 unreadable, unscannable 2/3 corrupt",
    ],
    [
      "with macros under another name has macros",
      docx({ name: "word/a.txt", data: ole("_VBA_PROJECT") }),
      ["a.docx"],
      "",
      "macro 2/3 unreadable, unscannable 2/3 corrupt",
    ],
    ["sealed with a password is encrypted", ole("EncryptedPackage"), ["a.docx"], "", "encrypted 2"],
    [
      "that is a sealed rar 5 is encrypted",
      Buffer.from("526172211a0701000000000004040000", "hex"),
      ["a.rar"],
      "",
      "encrypted 2",
    ],
    [
      "that is a rar 4 with a sealed file, and headers of a wrong sum, is encrypted",
      Buffer.from("526172211a070000007300000d000000000000000000740480200000000000".padEnd(122, "0"), "hex"),
      ["a.rar"],
      "",
      "encrypted 2",
    ],
    // A session key sealed with a password (version 4, AES-256, a salted hash), and then what it seals; and for a key.
    [
      "that GnuPG sealed with a password is encrypted",
      Buffer.concat([Buffer.from("8c0d04090302", "hex"), Buffer.alloc(9, 7), Buffer.from("d2c02701", "hex"), NOISE]),
      ["a.docx.gpg"],
      "",
      "encrypted 2",
    ],
    [
      "that OpenPGP sealed for somebody is encrypted, whatever its name",
      Buffer.concat([Buffer.from("c10c03", "hex"), Buffer.alloc(11, 9), Buffer.from("d2ff0000010001", "hex"), NOISE]),
      ["a.dat"],
      "",
      "encrypted 2",
    ],
    [
      "that begins as OpenPGP would is nothing",
      Buffer.concat([Buffer.from("8c0d04090302", "hex"), NOISE]),
      ["a.dat"],
      "",
      "",
    ],
    ["that OpenSSL sealed is encrypted", Buffer.concat([Buffer.from("Salted__"), NOISE]), ["a.enc"], "", "encrypted 2"],
    [
      "that age sealed is encrypted",
      Buffer.concat([Buffer.from("age-encryption.org/v1\n"), NOISE]),
      ["a"],
      "",
      "encrypted 2",
    ],
    ["that age sealed as text", "-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", ["a.txt"], "", "encrypted 2"],
    [
      "that KeePass keeps is encrypted",
      Buffer.concat([Buffer.from("03d9a29a67fb4bb5", "hex"), NOISE]),
      ["a.kdbx"],
      "",
      "encrypted 2",
    ],
    [
      "that AES Crypt sealed is encrypted",
      Buffer.concat([Buffer.from("AES\x02\0\0", "latin1"), NOISE]),
      ["a.pdf.aes"],
      "",
      "encrypted 2",
    ],
    ["that says it is sealed and is something else", NOISE, ["a.pdf.pgp"], "", "unscannable 2 corrupt"],
    [
      "that is a broken 7z is unscannable",
      Buffer.from("377abcaf271c0004000000000000000000000000060000000000000000000000170601000000", "hex"),
      ["a.7z"],
      "",
      "unscannable 2 corrupt",
    ],
  ] as const) {
    test(what, async () => assert.equal((await look(bytes, names, claimed)).kinds, kinds))
  }
})

test("what Outlook keeps in UTF-16 of the fields of a message is no message", async () => {
  const fields = "Received: from a by b\r\nFrom: a@gmail.com\r\nTo: b@c.vn\r\nSubject: x\r\nDate: x\r\n"
  const bytes = compound({
    "__properties_version1.0": Buffer.alloc(32),
    "__substg1.0_007D001F": Buffer.from(`\ufeff${fields}`, "utf16le"),
  })
  assert.equal((await look(bytes, ["thư.msg"], "")).kinds, "")
})

test("a theme among the records of a workbook is no archive behind something", async () => {
  const theme = zip([{ name: "theme/theme1.xml", data: "<a/>" }])
  const bytes = compound({ Workbook: Buffer.concat([Buffer.from([9, 8, 4, 0, 0, 6, 5, 0]), theme]) })
  assert.equal((await look(bytes, ["a.xls"], "")).kinds, "")
})

describe("what programs write beside a file is nothing", () => {
  const owner = Buffer.concat([Buffer.from("\x0cNguyen Van A"), Buffer.alloc(149)])
  const apple = Buffer.concat([
    Buffer.from("0005160700020000", "hex"),
    Buffer.from("Mac OS X        "),
    Buffer.alloc(4_000),
  ])
  for (const [what, name, bytes, kinds] of [
    ["who has it open in Word", "hồ sơ/~$bao-cao.docx", owner, ""],
    ["what macOS knows of it", "__MACOSX/._báo cáo.docx", apple, ""],
    ["more than that under such a name", "~$bao-cao.docx", Buffer.concat([owner, apple]), "unscannable 2/1 corrupt"],
    ["something else under such a name", "._bao-cao.docx", owner, "unscannable 2/1 corrupt"],
  ] as const) {
    test(what, async () => assert.equal((await look(zip([{ name, data: bytes }]), ["a.zip"], "")).kinds, kinds))
  }
})

describe("a zip", () => {
  const big = Buffer.alloc(30_000_000)
  const nested = (depth: number): Buffer =>
    zip([depth === 0 ? { name: "a.js", data: "x" } : { name: "a.zip", data: nested(depth - 1) }])
  for (const [what, bytes, kinds] of [
    [
      "with nothing bad is nothing",
      zip([
        { name: "a.txt", data: "x" },
        { name: "b/", data: "", stored: true },
      ]),
      "",
    ],
    ["that is empty is nothing", zip([]), ""],
    [
      "with a script in it",
      zip([
        { name: "a.txt", data: "x" },
        { name: "b.js", data: "x" },
      ]),
      "forbidden-type 2/2, active-content 2/2 script",
    ],
    ["with a program under another name", zip([{ name: "a.txt", data: PE }]), "forbidden-type 2/1, disguised 2/1"],
    ["in a zip in a zip with a script", nested(3), "forbidden-type 2/1/1/1/1, active-content 2/1/1/1/1 script"],
    ["too deep to follow", nested(6), "unscannable 2/1/1/1/1/1 too-deep"],
    [
      "with a sealed member",
      zip([
        { name: "a.js", data: "x", encrypted: true },
        { name: "b.js", data: "x" },
      ]),
      "forbidden-type 2/1, encrypted 2/1, forbidden-type 2/2, active-content 2/2 script",
    ],
    ["that is a bomb", zip([{ name: "a", data: big }]), "archive-bomb 2"],
    [
      "of too many members",
      zip(Array.from({ length: 5_001 }, (_, n) => ({ name: `${n}`, data: "" }))),
      "unscannable 2 too-many-files",
    ],
    ["cut off", zip([{ name: "a", data: "x" }]).subarray(0, -10), "unscannable 2 corrupt"],
    [
      "whose local header has another name",
      zip([{ name: "a.txt", localName: "a.exe", data: "x" }]),
      "ambiguous 2 archive, forbidden-type 2/1",
    ],
    [
      "whose local header has another method",
      zip([{ name: "a.txt", localMethod: 0, data: "x" }]),
      "ambiguous 2 archive",
    ],
    ["that lies about a size", zip([{ name: "a.txt", declared: 5, data: "x" }]), "unscannable 2/1 corrupt"],
    [
      "whose members overlap",
      zip(
        [
          { name: "a", data: "x" },
          { name: "a", data: "x" },
        ],
        { overlap: true },
      ),
      "archive-bomb 2",
    ],
    [
      "with a member its directory does not know",
      zip(
        [
          { name: "a", data: "x" },
          { name: "b", data: "x" },
        ],
        { hide: 1 },
      ),
      "ambiguous 2 archive",
    ],
    [
      "that another zip is stored in, near its end, is nothing",
      zip([{ name: "a.zip", data: zip([{ name: "a.txt", data: "x" }]), stored: true }]),
      "",
    ],
    [
      "with a line end behind it is nothing",
      Buffer.concat([zip([{ name: "a.txt", data: "x" }]), Buffer.from("\r\n")]),
      "",
    ],
    [
      "with room for another end behind it",
      Buffer.concat([zip([{ name: "a.txt", data: "x" }]), Buffer.alloc(22)]),
      "ambiguous 2 archive",
    ],
    [
      "with another zip behind it",
      Buffer.concat([zip([{ name: "a.txt", data: "x" }]), zip([{ name: "b.txt", data: "y" }])]),
      "ambiguous 2 archive",
    ],
    ["whose directory knows nothing", zip([{ name: "a", data: "x" }], { hide: 0 }), "ambiguous 2 archive"],
    ["of an unknown method", zip([{ name: "a", data: "x", method: 97 }]), "unscannable 2/1 unsupported-archive"],
    ["that leaves its folder", zip([{ name: "../a", data: "x" }]), "ambiguous 2 archive"],
    [
      "with more behind it than a line end",
      Buffer.concat([zip([{ name: "a", data: "x" }]), Buffer.from("more of it, and more yet")]),
      "ambiguous 2 archive",
    ],
  ] as const) {
    test(what, async () => assert.equal((await look(bytes, ["a.zip"])).kinds, kinds))
  }

  test("unpacks no more than its message may", async () => {
    const member = Buffer.alloc(9_000_000, "công văn số 12 ")
    const bomb = zip(Array.from({ length: 25 }, (_, n) => ({ name: `${n}`, data: member })))
    assert.equal((await look(bomb)).kinds, "archive-bomb 2")
  })

  test("is left when the time is over", async () => {
    const bytes = zip([{ name: "a", data: "x" }])
    const { findings } = await opened(bytes, { signal: AbortSignal.abort() })
    assert.deepEqual(findings, [{ kind: "unscannable", at: "2", why: "timeout" }])
  })

  test("of random octets never throws", async () => {
    const bytes = zip([
      { name: "a.txt", data: "x".repeat(1_000) },
      { name: "b", data: zip([{ name: "c", data: "y" }]) },
    ])
    let random = 1
    for (let round = 0; round < 400; round++) {
      const broken = Buffer.from(bytes)
      for (let flips = 0; flips < 3; flips++) {
        random = (random * 48_271) % 0x7fffffff
        broken[random % broken.length] = random >>> 8
      }
      await look(broken)
    }
  })
})

test("what is told of a name is printable", async () => {
  const { findings } = await look("x", ["a\u202e\r\n.js"])
  assert.equal(findings[0]?.name, "a.js")
})
