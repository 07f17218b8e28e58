/** Logging in with the password of the agency's directory: a real slapd, its groups as roles. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { Attribute, Change, Client } from "ldapts"
import { loginBy, personBy } from "../../src/commands/directory-login.ts"
import { settingsSchema } from "../../src/config/schema.ts"
import { directoryLogin } from "../../src/identify/ldap.ts"
import { ADMIN, noSlapd, PASSWORD, startSlapd } from "../support/slapd.ts"
import { type Office, openOffice, UNITS } from "./office.ts"

const LDIF = `dn: dc=tinh,dc=vn
objectClass: dcObject
objectClass: organization
o: Tinh
dc: tinh

dn: ou=can-bo,dc=tinh,dc=vn
objectClass: organizationalUnit
ou: can-bo
${["duyet", "khach", "chu", "trong", "theo"]
  .map(
    (uid) => `
dn: uid=${uid},ou=can-bo,dc=tinh,dc=vn
objectClass: inetOrgPerson
uid: ${uid}
cn: Can bo ${uid}
sn: ${uid}
mail: ${uid}@so.tuyenquang.gov.vn
userPassword: Mat khau cua ${uid}
`,
  )
  .join("")}
dn: cn=nguoi-duyet,dc=tinh,dc=vn
objectClass: groupOfNames
cn: nguoi-duyet
member: uid=duyet,ou=can-bo,dc=tinh,dc=vn
member: uid=chu,ou=can-bo,dc=tinh,dc=vn
member: uid=theo,ou=can-bo,dc=tinh,dc=vn
${[
  ["trong", "uid=trong,ou=can-bo,dc=tinh,dc=vn"],
  ["giua", "cn=trong,dc=tinh,dc=vn"],
  ["ngoai", "cn=giua,dc=tinh,dc=vn"],
]
  .map(([cn, member]) => `\ndn: cn=${cn},dc=tinh,dc=vn\nobjectClass: groupOfNames\ncn: ${cn}\nmember: ${member}\n`)
  .join("")}`

const ROLE = { group: "cn=nguoi-duyet, DC=tinh, dc=vn", role: "approver", unit: "so" }

describe("the agency's directory", { skip: noSlapd }, () => {
  let slapd: Awaited<ReturnType<typeof startSlapd>>
  let office: Office
  let roles: readonly object[] = [ROLE, { ...ROLE, unit: "khong-co" }]
  const settings = () =>
    settingsSchema.parse({
      hostname: "mx.tuyenquang.gov.vn",
      postmaster: "a@tuyenquang.gov.vn",
      publicUrl: "http://127.0.0.1:8025",
      domains: ["tuyenquang.gov.vn"],
      deliver: { routes: [{ domains: ["*"], to: "mx" }] },
      policy: "./config/policy.yaml",
      directory: { url: slapd.url, base: "dc=tinh,dc=vn", bind: ADMIN, password: PASSWORD },
      login: { ldap: { roles } },
    })
  before(async () => {
    slapd = await startSlapd(LDIF)
    office = await openOffice({
      settings: { login: settings().login },
      hands: () => ({
        directory: (name, password) => loginBy(settings(), UNITS, { name, password }),
        directoryPerson: (name) => personBy(settings(), UNITS, name),
      }),
    })
  })
  after(async () => {
    await office[Symbol.asyncDispose]()
    await slapd[Symbol.asyncDispose]()
  })
  /** In the directory itself: a value more or less, or another name. */
  async function change(dn: string, operation: "add" | "delete", type: string, value: string, to?: string) {
    const client = new Client({ url: slapd.url })
    try {
      await client.bind(ADMIN, PASSWORD)
      if (to !== undefined) await client.modifyDN(dn, to)
      else await client.modify(dn, new Change({ operation, modification: new Attribute({ type, values: [value] }) }))
    } finally {
      await client.unbind()
    }
  }
  const logIn = (name: string, password: string) => office.ask("POST", "/api/session", { body: { name, password } })

  test("knows its people by their passwords; groups are roles, units that do not exist are none", async () => {
    const { json, status } = await logIn("duyet", "Mat khau cua duyet")
    assert.equal(status, 200)
    assert.deepEqual([json["state"], json["door"]], ["enrol-first", "directory"], "a second factor is ours to ask for")
    const known = await office.store.records.account({ name: "duyet" })
    assert.deepEqual(known?.account.grants, [{ role: "approver", unit: "so", deputy: false }])
    assert.deepEqual(
      [known?.account.title, known?.account.mail, known?.account.source],
      ["Can bo duyet", "duyet@so.tuyenquang.gov.vn", "directory"],
    )
  })

  test("takes no wrong password, no name that is nobody's, and makes no account for either", async () => {
    for (const [name, password] of [
      ["duyet", "Mat khau cua khach"],
      ["khong-ai", "Mat khau cua duyet"],
    ] as const)
      assert.equal((await logIn(name, password)).json.error, "wrong-login", name)
    assert.equal(await office.store.records.account({ name: "khong-ai" }), null)
  })

  test("gives nobody in who is in none of the groups, and says so", async () => {
    assert.equal((await logIn("khach", "Mat khau cua khach")).json.error, "no-role")
    assert.equal(await office.store.records.account({ name: "khach" }), null)
  })

  test("takes a bind without a password for none, and a name of signs for a name", async () => {
    const { directory } = settings()
    assert.ok(directory !== null)
    const asked = { names: ["uid"], name: "duyet", password: "" }
    assert.equal((await directoryLogin(directory, asked)).is, "wrong")
    for (const name of ["*", "duyet)(uid=*", "d*"])
      assert.equal(
        (await directoryLogin(directory, { ...asked, name, password: "Mat khau cua duyet" })).is,
        "wrong",
        name,
      )
  })

  test("never opens an account of ours that has the same name", async () => {
    await office.person("chu", { role: "operator", unit: "tinh" })
    assert.equal((await logIn("chu", "Mat khau cua chu")).json.error, "wrong-login")
  })

  test("takes roles away with the group, and ends what is open", async () => {
    const half = await logIn("duyet", "Mat khau cua duyet")
    const rest = { cookie: half.cookie ?? "" }
    roles = [{ ...ROLE, group: "cn=khac,dc=tinh,dc=vn" }]
    assert.equal((await logIn("duyet", "Mat khau cua duyet")).json.error, "no-role")
    assert.equal((await office.ask("GET", "/api/session", rest)).json.error, "not-logged-in")
    roles = [{ ...ROLE, role: "officer" }]
    assert.equal((await logIn("duyet", "Mat khau cua duyet")).status, 200)
    const known = await office.store.records.account({ name: "duyet" })
    assert.deepEqual(known?.account.grants, [{ role: "officer", unit: "so", deputy: false }])
  })

  test("gives the role of a group to who is in one that lies in it, however deep; a ring of groups ends", async () => {
    roles = [{ ...ROLE, group: "cn=ngoai,dc=tinh,dc=vn", role: "security" }]
    await change("cn=trong,dc=tinh,dc=vn", "add", "member", "cn=ngoai,dc=tinh,dc=vn")
    assert.equal((await logIn("trong", "Mat khau cua trong")).status, 200)
    const known = await office.store.records.account({ name: "trong" })
    assert.deepEqual(known?.account.grants, [{ role: "security", unit: "so", deputy: false }])
  })

  test("is asked again while its people work: a role that it takes is gone within five minutes, the session with the last", async () => {
    roles = [ROLE, { ...ROLE, group: "cn=giua,dc=tinh,dc=vn", role: "officer" }]
    const theo = "uid=theo,ou=can-bo,dc=tinh,dc=vn"
    const { cookie } = await logIn("theo", "Mat khau cua theo")
    const rest = { cookie: cookie ?? "" }
    const grants = async () =>
      (await office.store.records.account({ name: "theo" }))?.account.grants.map(({ role }) => role).toSorted()
    assert.deepEqual(await grants(), ["approver"])

    await change("cn=giua,dc=tinh,dc=vn", "add", "member", theo)
    await change("cn=nguoi-duyet,dc=tinh,dc=vn", "delete", "member", theo)
    office.clock.now += 4 * 60_000
    assert.equal((await office.ask("GET", "/api/session", rest)).status, 200)
    assert.deepEqual(await grants(), ["approver"], "it was asked four minutes ago")
    office.clock.now += 61_000
    assert.equal((await office.ask("GET", "/api/session", rest)).status, 200)
    assert.deepEqual(await grants(), ["officer"])

    await slapd.stop()
    office.clock.now += 5 * 60_000
    assert.equal(
      (await office.ask("GET", "/api/session", rest)).status,
      200,
      "what it said last holds while it is away",
    )
    await slapd.start()
    await change("cn=giua,dc=tinh,dc=vn", "delete", "member", theo)
    assert.equal((await office.ask("GET", "/api/session", rest)).status, 200, "it is left alone for a minute")
    office.clock.now += 61_000
    const ended = await office.ask("GET", "/api/session", rest)
    assert.deepEqual([ended.status, ended.json.error], [401, "not-logged-in"])
    assert.deepEqual(await grants(), [])
  })

  test("that shuts somebody out ends what is open", async () => {
    roles = [ROLE]
    const { cookie } = await logIn("duyet", "Mat khau cua duyet")
    await change("uid=duyet,ou=can-bo,dc=tinh,dc=vn", "delete", "uid", "duyet", "uid=khac")
    office.clock.now += 5 * 60_000
    assert.equal((await office.ask("GET", "/api/session", { cookie: cookie ?? "" })).json.error, "not-logged-in")
    await change("uid=khac,ou=can-bo,dc=tinh,dc=vn", "delete", "uid", "khac", "uid=duyet")
  })

  test("that does not answer is said to be away; nobody comes in, and it counts against nobody", async () => {
    await slapd.stop()
    try {
      const { status, json } = await logIn("duyet", "Mat khau cua duyet")
      assert.deepEqual([status, json.error], [503, "directory-away"])
    } finally {
      await slapd.start()
    }
    assert.equal((await logIn("duyet", "Mat khau cua duyet")).status, 200)
  })
})
