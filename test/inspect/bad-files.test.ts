import assert from "node:assert/strict"
import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto"
import { once } from "node:events"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { createServer } from "node:http"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, test, type TestContext } from "node:test"
import { createBadFiles } from "../../src/commands/bad-files.ts"
import { createKnownBad } from "../../src/inspect/known-bad.ts"
import { readHashList } from "../../src/inspect/scan/hashes.ts"
import { readKey, verifyMinisign } from "../../src/inspect/scan/minisign.ts"

const SHA = createHash("sha256").update("inert").digest("hex")
const MD5 = createHash("md5").update("inert").digest("hex")

describe("a list of hashes", () => {
  for (const [what, text, name] of [
    ["has a hash alone", SHA, ""],
    ["has a hash in capitals", SHA.toUpperCase(), ""],
    ["has a hash with a name, as sha256sum writes it", `${SHA} *tép xấu.doc`, "tép xấu.doc"],
    ["has a hash with size and name, as clamav writes it", `${SHA}:5:Worm.A:73`, "Worm.A:73"],
    ["has remarks and empty lines", `# tệp xấu\r\n\r\n${SHA} # một\r\n`, ""],
    ["is long", `${Array.from({ length: 5_000 }, () => randomBytes(32).toString("hex")).join("\n")}\n${SHA}  x`, "x"],
  ] as const) {
    test(what, () => {
      const read = readHashList(Buffer.from(text))
      assert.ok(read.is === "list")
      assert.equal(read.list.find(SHA), name)
      assert.equal(read.list.find(SHA.replace(/^./, (first) => (first === "0" ? "1" : "0"))), null)
    })
  }
  test("has MD5 beside SHA-256", () => {
    const read = readHashList(Buffer.from(`${MD5}\n${SHA}\n`))
    assert.ok(read.is === "list" && read.list.hasMd5 && read.list.find(MD5) === "")
    assert.deepEqual([...read.list.hashes()], [MD5, SHA])
  })
  for (const [what, text, line] of [
    ["a word", `${SHA}\nhello\n`, 2],
    ["a hash cut short", `${SHA}\n\n${SHA.slice(1)}`, 3],
    ["a page", "<!doctype html>", 1],
  ] as const) {
    test(`that has ${what} is faulty`, () => assert.deepEqual(readHashList(Buffer.from(text)), { is: "faulty", line }))
  }
})

interface Signer {
  readonly key: string
  sign(text: Buffer, kind?: "Ed" | "ED", comment?: string): string
}

/** What minisign would write. */
function signer(): Signer {
  const { publicKey, privateKey } = generateKeyPairSync("ed25519")
  const number = randomBytes(8)
  const raw = publicKey.export({ format: "der", type: "spki" }).subarray(-32)
  return {
    key: Buffer.concat([Buffer.from("Ed"), number, raw]).toString("base64"),
    sign: (text, kind = "ED", comment = "timestamp:1") => minisign(privateKey, number, { text, kind, comment }),
  }
}

function minisign(
  key: KeyObject,
  number: Buffer,
  { text, kind, comment }: { readonly text: Buffer; readonly kind: string; readonly comment: string },
): string {
  const proof = sign(null, kind === "ED" ? createHash("blake2b512").update(text).digest() : text, key)
  const first = Buffer.concat([Buffer.from(kind), number, proof]).toString("base64")
  const second = sign(null, Buffer.concat([proof, Buffer.from(comment)]), key).toString("base64")
  return `untrusted comment: x\n${first}\ntrusted comment: ${comment}\n${second}\n`
}

describe("a signature of minisign", () => {
  const list = Buffer.from(`${SHA}\n`)
  const ours = signer()
  const key = readKey(ours.key)
  assert.ok(key !== null)
  for (const [what, text, signature, fault] of [
    ["over the hash fits", list, ours.sign(list), null],
    ["over the file itself fits", list, ours.sign(list, "Ed"), null],
    ["of another file does not", Buffer.from("x"), ours.sign(list), "a signature that does not fit"],
    ["of another key does not", list, signer().sign(list), "a signature of another key"],
    [
      "whose trusted comment was changed does not",
      list,
      ours.sign(list).replace("timestamp:1", "timestamp:2"),
      "a signature that does not fit",
    ],
    ["that is none is none", list, "hello", "no minisign signature"],
  ] as const) {
    test(what, () => assert.equal(verifyMinisign(text, signature, key), fault))
  }
  test("has a key of its own form", () => assert.equal(readKey("RWx"), null))
})

async function folder(t: TestContext): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), "congthu-lists-"))
  t.after(() => rm(path, { recursive: true, force: true }))
  return path
}

describe("lists that are kept", () => {
  const file = (bytes: string) => ({
    at: "2/1",
    names: ["a"],
    claimed: "",
    types: [],
    bytes: Buffer.from(bytes),
    size: 5,
    whole: true,
    within: [],
    findings: [],
  })

  test("come from a file, are told anew when it changes, and keep their last good state", async (t) => {
    const path = await folder(t)
    const from = join(path, "bad.txt")
    const source = { from, key: null, every: 1_000 }
    await writeFile(from, `${MD5}\n`)
    const lists = createBadFiles(join(path, "kept"))
    assert.deepEqual(await lists.look([source], 0), { changed: true, added: [MD5], faults: [] })
    assert.deepEqual(await lists.look([source], 1), { changed: false, added: [], faults: [] })
    assert.deepEqual(createKnownBad(lists.kept()).find(file("inert"), SHA), { kind: "known-bad", at: "2/1", name: MD5 })
    await writeFile(from, `${MD5}\n${SHA} Worm.A\n`)
    assert.deepEqual((await lists.look([source], 2)).added, [SHA])
    await writeFile(from, "not a list at all\n")
    const faulty = await lists.look([source], 3)
    assert.deepEqual([faulty.changed, faulty.added], [false, []])
    assert.match(faulty.faults[0] ?? "", /line 1: expected a SHA-256 or MD5 hash/)
    assert.equal(createKnownBad(lists.kept()).find(file("inert"), SHA)?.name, "Worm.A")
    const restarted = createBadFiles(join(path, "kept"))
    await restarted.look([source], 4)
    assert.equal(createKnownBad(restarted.kept()).broken, false, "what was kept survives a restart")
  })

  test("come from the web with a signature, or not at all", async (t) => {
    const path = await folder(t)
    const ours = signer()
    const list = Buffer.from(`${SHA}\n`)
    let signature = ours.sign(Buffer.from("another list"))
    const server = createServer((request, response) =>
      response.end(request.url?.endsWith(".minisig") ? signature : list),
    )
    server.listen(0, "127.0.0.1")
    await once(server, "listening")
    t.after(() => server.close())
    const address = server.address()
    assert.ok(address !== null && typeof address === "object")
    const source = { from: `http://127.0.0.1:${address.port}/bad.txt`, key: ours.key, every: 900_000 }
    const lists = createBadFiles(path)
    const first = await lists.look([source], 0)
    assert.match(first.faults[0] ?? "", /expected a list signed by its key, got a signature that does not fit/)
    assert.equal(createKnownBad(lists.kept()).broken, true)
    signature = ours.sign(list)
    assert.deepEqual((await lists.look([source], 1)).added, [], "a web address is not asked again at once")
    assert.deepEqual((await lists.look([source], 60_001)).added, [SHA])
    assert.equal(createKnownBad(lists.kept()).broken, false)
  })
})
