/** Final delivery into maildirs. */
import assert from "node:assert/strict"
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterEach, beforeEach, describe, test } from "node:test"
import { folderName } from "../../src/deliver/maildir.ts"
import { BODY, met, settings, through, type Given, type House } from "./house.ts"

let root: string
beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), "congthu-"))
})
afterEach(async () => {
  await chmod(root, 0o700)
  await rm(root, { recursive: true })
})

const put = (given: Given = {}): Promise<House> =>
  through(settings({ routes: [{ domains: ["*"], to: `maildir:${root}/delivered` }] }), given)

test("each recipient gets a file of their own, byte for byte below two lines of ours", async () => {
  const home = await put({ to: ["B@n.example", "c@m.example"], body: `.${BODY}thư\r\n` })
  assert.deepEqual(home.settled.map(met), ["delivered", "delivered"])
  for (const [folder, to] of [
    ["b@n.example", "B@n.example"],
    ["c@m.example", "c@m.example"],
  ] as const) {
    const box = join(root, "delivered", folder)
    const [file = ""] = await readdir(join(box, "new"))
    assert.equal(
      (await readFile(join(box, "new", file))).toString(),
      `Return-Path: <a@agency.example>\r\nDelivered-To: ${to}\r\n.${BODY}thư\r\n`,
    )
    assert.equal((await stat(join(box, "new", file))).mode & 0o777, 0o600)
    assert.deepEqual([await readdir(join(box, "tmp")), await readdir(join(box, "cur"))], [[], []])
  }
})

test("the null reverse-path is written as such", async () => {
  await put({ from: null })
  const [file = ""] = await readdir(join(root, "delivered/b@next.example/new"))
  assert.match(await readFile(join(root, "delivered/b@next.example/new", file), "utf8"), /^Return-Path: <>\r\n/)
})

test("two messages are two files", async () => {
  await put()
  await put()
  assert.equal((await readdir(join(root, "delivered/b@next.example/new"))).length, 2)
})

test("a success asked for is told as delivered: there is nobody after us", async () => {
  const home = await put({
    to: [{ address: { local: "b", domain: "n.example", text: "b@n.example" }, notify: ["SUCCESS"], orcpt: null }],
  })
  assert.deepEqual(
    home.reports.map((report) => report.events[0]?.detail["report"]),
    ["delivered"],
  )
})

test("a folder that cannot be made is temporary, and names no path", async () => {
  await writeFile(join(root, "delivered"), "a file in the way")
  const home = await put()
  assert.deepEqual(home.settled.map(met), ["4.3.0"])
  assert.ok(!JSON.stringify(home.settled).includes(root))
})

describe("the folder of", () => {
  for (const [key, folder] of [
    ["a.b@c.vn", "a.b@c.vn"],
    ["../../etc@c.vn", "%2E./..%2Fetc@c.vn".replace("./", ".%2F")],
    ["a/b@c.vn", "a%2Fb@c.vn"],
    [".a@c.vn", "%2Ea@c.vn"],
    ["a\0b@c.vn", "a%00b@c.vn"],
    ["thư@c.vn", "th%C6%B0@c.vn"],
    ["a%2Fb@c.vn", "a%252Fb@c.vn"],
  ] as const) {
    test(`${JSON.stringify(key)} is ${folder}`, () => assert.equal(folderName(key), folder))
  }
})
