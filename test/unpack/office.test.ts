import assert from "node:assert/strict"
import { argon2Sync, createCipheriv, createHash, randomBytes } from "node:crypto"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { deflateRawSync } from "node:zlib"
import { allFiles } from "../../src/mail/file.ts"
import { judge } from "../../src/inspect/file.ts"
import { passwordsIn } from "../../src/unpack/password-text.ts"
import { findingsOf, opened, told } from "./opened.ts"
import { zip } from "./zip-writer.ts"

const TOLD = "Kính gửi các đồng chí. Mật khẩu mở tệp: Hoa-Sen@99. Trân trọng."

/** Sealed by other programs: see `fixtures/make-sealed.sh`. */
function made(name: string): Buffer {
  return readFileSync(join(import.meta.dirname, "fixtures", name))
}

/** A word of the file as its parts hold it once it is open. */
const SEALED: readonly (readonly [name: string, word: Buffer, members: number])[] = [
  ["sealed.doc", Buffer.from("kinh phí năm 2027", "utf16le"), 1],
  ["sealed.xls", Buffer.from("kinh phí năm 2027", "utf16le"), 1],
  ["sealed.docx", Buffer.from("<w:document"), 1],
  ["sealed.xlsx", Buffer.from("<worksheet"), 1],
  ["sealed.odt", Buffer.from("kinh phí năm 2027"), 5],
]

describe("an office file that another program sealed", () => {
  for (const [name, word, members] of SEALED) {
    test(`${name} is opened with the password of the letter`, async () => {
      const bytes = made(name)
      assert.ok(!bytes.includes(word))
      const file = await opened(bytes, { names: [name], passwords: passwordsIn([TOLD]) })
      assert.ok([...allFiles([file])].some((each) => each.bytes.includes(word)))
      const found = judge(file, { forbidden: new Set() })
      assert.deepEqual(
        found.map(({ kind, why }) => `${kind} ${why ?? ""}`),
        Array.from({ length: members }, () => "encrypted opened"),
      )
    })
    test(`${name} is held without it`, async () => {
      const findings = findingsOf(await opened(made(name), { names: [name], passwords: ["sai"] }))
      assert.ok(findings.length > 0 && findings.every(({ kind, why }) => kind === "encrypted" && why === undefined))
    })
    test(`${name}, cut off anywhere, is held`, async () => {
      const bytes = made(name)
      for (let size = 600; size < bytes.length; size += 1_700) {
        const file = await opened(bytes.subarray(0, size), { names: [name], passwords: ["Hoa-Sen@99"] })
        assert.ok(findingsOf(file).length > 0)
      }
    })
  }
})

/** As LibreOffice writes it since 24.8: the whole document as one part, sealed with AES-GCM under a key of Argon2id. */
function sealedWhole({ memory = 65_536, cipher = "http://www.w3.org/2009/xmlenc11#aes256-gcm" } = {}): Buffer {
  const document = zip([
    { name: "mimetype", data: ODT, stored: true },
    { name: "content.xml", data: "<office:document-content>Dự toán kinh phí</office:document-content>" },
  ])
  const [salt, iv] = [randomBytes(16), randomBytes(12)]
  const message = createHash("sha256").update("Hoa-Sen@99").digest()
  const costs = { parallelism: 4, tagLength: 32, memory: 65_536, passes: 3 }
  const seal = createCipheriv("aes-256-gcm", argon2Sync("argon2id", { message, nonce: salt, ...costs }), iv)
  const sealed = Buffer.concat([iv, seal.update(deflateRawSync(document)), seal.final(), seal.getAuthTag()])
  const manifest = `<?xml version="1.0" encoding="UTF-8"?>
<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0" manifest:version="1.4" xmlns:loext="urn:org:documentfoundation:names:experimental:office:xmlns:loext:1.0">
 <manifest:file-entry manifest:full-path="encrypted-package" manifest:media-type="${ODT}" manifest:size="${document.length}">
  <manifest:encryption-data>
   <manifest:algorithm manifest:algorithm-name="${cipher}" manifest:initialisation-vector="${iv.toString("base64")}"/>
   <manifest:start-key-generation manifest:start-key-generation-name="http://www.w3.org/2001/04/xmlenc#sha256" manifest:key-size="32"/>
   <manifest:key-derivation manifest:key-derivation-name="urn:org:documentfoundation:names:experimental:office:manifest:argon2id" manifest:key-size="32" loext:argon2-iterations="3" loext:argon2-memory="${memory}" loext:argon2-lanes="4" manifest:salt="${salt.toString("base64")}"/>
  </manifest:encryption-data>
 </manifest:file-entry>
</manifest:manifest>`
  return zip([
    { name: "mimetype", data: ODT, stored: true },
    { name: "encrypted-package", data: sealed, stored: true },
    { name: "META-INF/manifest.xml", data: manifest },
  ])
}
const ODT = "application/vnd.oasis.opendocument.text"

describe("an OpenDocument file sealed as a whole", () => {
  const look = (bytes: Buffer, password: string) => opened(bytes, { names: ["a.odt"], passwords: [password] })
  test("is opened with its password", async () => {
    const file = await look(sealedWhole(), "Hoa-Sen@99")
    assert.equal(told(findingsOf(file)), "encrypted 2/2 opened")
    assert.ok([...allFiles([file])].some(({ bytes }) => bytes.includes("Dự toán kinh phí")))
  })
  for (const [what, bytes, password] of [
    ["with another password", sealedWhole(), "Hoa-Sen@98"],
    ["when it asks for 4 GiB of memory", sealedWhole({ memory: 4_194_304 }), "Hoa-Sen@99"],
    ["with a cipher nobody knows", sealedWhole({ cipher: "urn:mai" }), "Hoa-Sen@99"],
  ] as const) {
    test(`is held ${what}`, async () => {
      assert.equal(told(findingsOf(await look(bytes, password))), "encrypted 2/2")
    })
  }
})
