/** A real directory: recipients that exist, units and mailboxes; and what happens while it is away. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { createLdapRecipients, type DirectorySettings, readDirectory } from "../../src/identify/ldap.ts"
import { parseAddress } from "../../src/mail/address.ts"
import { ADMIN, noSlapd, PASSWORD, startSlapd } from "../support/slapd.ts"

const person = (cn: string, ou: string, ...mail: readonly string[]): string =>
  `dn: cn=${cn},${ou}dc=tinh,dc=vn\nobjectClass: inetOrgPerson\ncn: ${cn}\nsn: ${cn}\n${mail.map((one) => `mail: ${one}\n`).join("")}`
const unit = (ou: string, above = ""): string =>
  `dn: ou=${ou},${above}dc=tinh,dc=vn\nobjectClass: organizationalUnit\nou: ${ou}\n`
const LDIF = [
  "dn: dc=tinh,dc=vn\nobjectClass: dcObject\nobjectClass: organization\ndc: tinh\no: Tinh\n",
  unit("So Y te"),
  unit("Van phong", "ou=So Y te,"),
  unit("Van phong"),
  person("an", "ou=So Y te,", "An@tinh.gov.vn", "an.cu@tinh.gov.vn"),
  person("binh", "ou=Van phong,ou=So Y te,", "binh@tinh.gov.vn"),
  person("chi", "", "chi@tinh.gov.vn", "chi@gmail.com"),
  ...Array.from({ length: 1_200 }, (_, n) => person(`n${n}`, "ou=Van phong,", `n${n}@tinh.gov.vn`)),
].join("\n")

function address(text: string) {
  return parseAddress(text) ?? assert.fail(text)
}

test("a directory", { skip: noSlapd }, async (t) => {
  await using slapd = await startSlapd(LDIF)
  const settings: DirectorySettings = {
    url: slapd.url,
    base: "dc=tinh,dc=vn",
    bind: ADMIN,
    password: PASSWORD,
    startTls: false,
    timeout: 5_000,
    mail: ["mail", "proxyAddresses"],
    units: "(objectClass=organizationalUnit)",
    people: "(mail=*)",
    groups: [],
  }
  let now = 0
  const verify = createLdapRecipients(
    () => settings,
    () => now,
  )

  await t.test("knows who exists, in any case, and is not led astray by what an address holds", async () => {
    assert.equal(await verify(address("AN@tinh.gov.vn")), "exists")
    assert.equal(await verify(address("an.cu@tinh.gov.vn")), "exists")
    assert.equal(await verify(address("nobody@tinh.gov.vn")), "unknown")
    assert.equal(await verify(address("*@tinh.gov.vn")), "unknown")
    assert.equal(await verify(address("a)(mail=*@tinh.gov.vn")), "unknown")
  })

  await t.test("names units of any depth and all mailboxes, page by page", async () => {
    const found = await readDirectory(settings, "tinh", (domain) => domain === "tinh.gov.vn")
    assert.deepEqual(
      found.units.map(({ id, parent }) => `${parent}/${id}`).toSorted(),
      ["so-y-te/so-y-te-van-phong", "tinh/so-y-te", "tinh/van-phong"].toSorted(),
    )
    const of = new Map(found.mailboxes.map((one) => [one.match, one.unit]))
    assert.equal(of.size, 1_204)
    assert.deepEqual(
      ["an@tinh.gov.vn", "an.cu@tinh.gov.vn", "binh@tinh.gov.vn", "chi@tinh.gov.vn", "n1199@tinh.gov.vn"].map((key) =>
        of.get(key),
      ),
      ["so-y-te", "so-y-te", "so-y-te-van-phong", null, "van-phong"],
    )
    assert.deepEqual(found.left, ["cn=chi,dc=tinh,dc=vn: chi@gmail.com is no mailbox of ours"])
  })

  await t.test("that refuses our password, or is away, makes mail wait; whom it knew is known for now", async () => {
    const wrong = createLdapRecipients(
      () => ({ ...settings, password: "x" }),
      () => 0,
    )
    assert.equal(await wrong(address("an@tinh.gov.vn")), "failed")
    await slapd.stop()
    now = 3_600_000
    assert.equal(await verify(address("an@tinh.gov.vn")), "exists")
    assert.equal(await verify(address("binh@tinh.gov.vn")), "failed")
    await assert.rejects(readDirectory(settings, "tinh", () => true))
    await slapd.start()
    assert.equal(await verify(address("binh@tinh.gov.vn")), "exists")
  })
})
