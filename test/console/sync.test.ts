/** `units sync` over the API: a real directory's units and mailboxes become a version, under the same approval as any. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import { ADMIN, noSlapd, PASSWORD, startSlapd } from "../support/slapd.ts"
import { openOffice } from "./office.ts"

const person = (cn: string, ou: string, mail: string): string =>
  `dn: cn=${cn},${ou}dc=tinh,dc=vn\nobjectClass: inetOrgPerson\ncn: ${cn}\nsn: ${cn}\nmail: ${mail}\n`
const unit = (ou: string, above = ""): string =>
  `dn: ou=${ou},${above}dc=tinh,dc=vn\nobjectClass: organizationalUnit\nou: ${ou}\n`
const LDIF = [
  "dn: dc=tinh,dc=vn\nobjectClass: dcObject\nobjectClass: organization\ndc: tinh\no: Tinh\n",
  unit("So Y te"),
  unit("Van phong", "ou=So Y te,"),
  person("an", "ou=So Y te,", "an@tuyenquang.gov.vn"),
  person("binh", "ou=Van phong,ou=So Y te,", "binh@so.tuyenquang.gov.vn"),
  person("chi", "ou=So Y te,", "chi@gmail.com"),
].join("\n")

test("a directory is taken over through the API", { skip: noSlapd }, async (t) => {
  await using slapd = await startSlapd(LDIF)
  const { directory } = settingsSchema.parse({
    hostname: "mx.tuyenquang.gov.vn",
    postmaster: "a@tuyenquang.gov.vn",
    publicUrl: "http://127.0.0.1:8025",
    domains: ["tuyenquang.gov.vn"],
    deliver: { routes: [{ domains: ["*"], to: "mx" }] },
    policy: "./config/policy.yaml",
    directory: { url: slapd.url, base: "dc=tinh,dc=vn", bind: ADMIN, password: PASSWORD },
  })
  await using office = await openOffice({ proxyFrom: ["127.0.0.1"], settings: { directory } })
  const an = await office.person("an", { role: "operator", unit: "tinh" })
  const binh = await office.person("binh", { role: "operator", unit: "tinh" })
  const sync = (more: object) => an.ask("POST", "/api/units/sync", { reason: "theo danh bạ", ...more })

  await t.test("a dry run tells what would change, and what is not ours, and changes nothing", async () => {
    const told = await sync({ dryRun: true })
    assert.equal(told.status, 200, told.text)
    for (const word of ["so-y-te", "van-phong", "chi@gmail.com"]) assert.ok(told.text.includes(word), told.text)
    assert.equal(await office.store.records.policyHead(), 1)
  })

  await t.test("what cannot be shown not to loosen waits for a second person, and is then in the store", async () => {
    const put = (await sync({})).json
    assert.equal(put["number"], 2)
    if (put["is"] === "waiting")
      assert.equal((await binh.ask("POST", "/api/policy/versions/2/approve", {})).status, 200)
    const version = await office.store.records.policyVersion(2)
    assert.equal(await office.store.records.policyHead(), 2)
    assert.deepEqual(version?.registry.units.map(({ id, parent }) => `${parent}/${id}`).toSorted(), [
      "so-y-te/van-phong",
      "tinh/so-y-te",
    ])
    assert.deepEqual(version.registry.mailboxes.map(({ match, unit: of }) => `${match} ${of}`).toSorted(), [
      "an@tuyenquang.gov.vn so-y-te",
      "binh@so.tuyenquang.gov.vn van-phong",
    ])
    assert.equal(version.kind, "registry")
  })

  await t.test("a directory that is away changes nothing, and is named", async () => {
    await slapd.stop()
    const told = await sync({ prune: true })
    await slapd.start()
    assert.equal(told.status, 400)
    assert.match(told.text, /directory/)
    assert.equal(await office.store.records.policyHead(), 2)
  })
})
