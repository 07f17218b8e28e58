/** Look-alike domains and borrowed names: what is meant to deceive, and the honest neighbours that are left alone. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { describe, test } from "node:test"
import { parse as parseYaml } from "yaml"
import { identify } from "../../src/identify/identify.ts"
import { createImitations } from "../../src/identify/imitation.ts"
import { createLookAlikes } from "../../src/identify/look-alike.ts"
import { createWebmail, readFamilies } from "../../src/identify/webmail.ts"
import { canonicalDomain, isWithin } from "../../src/mail/address.ts"
import { mailboxesOf } from "../../src/parse/mailboxes.ts"
import { transaction } from "../decide/evidence.ts"

const read = readFamilies(
  parseYaml(await readFile(new URL("../../config/webmail.yaml", import.meta.url), "utf8")),
  null,
)
assert.ok(read.is === "sound")
const webmail = createWebmail(read.value)
const OURS = ["tuyenquang.gov.vn", "benhvientuyenquang.vn"]
const lookAlikes = createLookAlikes({ ...read.value, webmail, ours: OURS })

const DOMAINS: readonly (readonly [string, string])[] = [
  ["gm\u0430il.com", "homograph gmail.com"],
  ["mail.gm\u0430il.com", "homograph gmail.com"],
  ["gma\u0131l.com", "homograph gmail.com"],
  ["gmạil.com", "homograph gmail.com"],
  ["ġmail.com", "homograph gmail.com"],
  ["\u0262mail.com", "homograph gmail.com"],
  ["gmai\u04cf.com", "homograph gmail.com"],
  ["xn--gmal-nza.com", "homograph gmail.com"],
  ["grnail.com", "homograph gmail.com"],
  ["gmai1.com", "homograph gmail.com"],
  ["0utlook.com", "homograph outlook.com"],
  ["hotrnail.com", "homograph hotmail.com"],
  ["y\u0430hoo.com.vn", "homograph yahoo.com.vn"],
  ["уаһоо.com", "homograph yahoo.com"],
  ["protonmai\u0142.com", "homograph protonmail.com"],
  ["tuyenqu\u0430ng.gov.vn", "homograph tuyenquang.gov.vn"],
  ["tuyênquang.gov.vn", "homograph tuyenquang.gov.vn"],
  ["tuyenquang.g0v.vn", "homograph tuyenquang.gov.vn"],
  ["sokhcn.tuyenquang.g\u043ev.vn", "homograph tuyenquang.gov.vn"],
  ["gmaill.vn", "look-alike gmail.vn"],
  ["gmai.com", "look-alike gmail.com"],
  ["gmial.com", "look-alike gmail.com"],
  ["gmail.co", "look-alike gmail.com"],
  ["gmail.cm", "look-alike gmail.com"],
  ["gmail.com.vn", "look-alike gmail.com"],
  ["g-mail.com", "look-alike gmail.com"],
  ["yaho.com", "look-alike yahoo.com"],
  ["yahooo.com", "look-alike yahoo.com"],
  ["hotmai.com", "look-alike hotmail.com"],
  ["outlok.com", "look-alike outlook.com"],
  ["icloud.co", "look-alike icloud.com"],
  ["gmail.com.evil.example", "look-alike gmail.com"],
  ["tuyenquang-gov.vn", "look-alike-own tuyenquang.gov.vn"],
  ["tuyenquang-gov-vn.com", "look-alike-own tuyenquang.gov.vn"],
  ["mail-tuyenquang.gov-vn.net", "look-alike-own tuyenquang.gov.vn"],
  ["tuyenquanggov.vn", "look-alike-own tuyenquang.gov.vn"],
  ["tuyenquang.gov.vn.evil.example", "look-alike-own tuyenquang.gov.vn"],
  ["tuyenquang.gov.vm", "look-alike-own tuyenquang.gov.vn"],
  ["benhvientuyenquan.vn", "look-alike-own benhvientuyenquang.vn"],
]

/** Honest names, some of them one letter beside another. */
const HONEST = [
  "gmail.com",
  "mail.gmail.com",
  "googlemail.com",
  "yahoo.com.vn",
  "yahoo.co.jp",
  "ymail.com",
  "email.com",
  "mail.com",
  "gmx.de",
  "tuyenquang.gov.vn",
  "so.tuyenquang.gov.vn",
  "hagiang.gov.vn",
  "haugiang.gov.vn",
  "tuyenquan.gov.vn",
  "tienquang.edu.vn",
  "cloud.com",
  "photon.me",
  "live.vn",
  "love.com",
  "olive.com",
  "gm.com",
  "ao.com",
  "qq.vn",
  "vnu.edu.vn",
  "vnpt.vn",
  "fpt.com.vn",
  "viettel.vn",
  "congty.example",
  "mailchimp.com",
  "amazonses.com",
  "outlook.office365.com",
  "tinh.onmicrosoft.com",
  "google.com",
  "yahoogroups.com",
  "yahoo-inc.com",
  "hotmail-support.example",
  "vanphong.quochoi.vn",
  "baotuyenquang.com.vn",
  "tuyenquang.vn",
  "benhvienhagiang.vn",
  "đàlạt.vn",
  "việtnam.vn",
  "công-ty.vn",
  "xn--80ak6aa92e.example",
  "[192.0.2.1]",
  "localhost",
  "163.vn",
]

describe("a domain is meant to be taken for another:", () => {
  for (const [domain, expected] of DOMAINS) {
    test(domain, () => {
      const found = lookAlikes(canonicalDomain(domain) ?? "")
      assert.ok(found !== null && `${found.why} ${found.of}`.startsWith(expected), JSON.stringify(found))
    })
  }
})

describe("an honest domain is nothing but itself:", () => {
  for (const domain of HONEST) {
    test(domain, () => assert.equal(lookAlikes(canonicalDomain(domain) ?? domain), null))
  }
})

test("every confusable spelling of the first fifty webmail domains is recognised", () => {
  // One letter after another in other scripts; the table is not the one of the program.
  const others: Readonly<Record<string, string>> = {
    a: "аạáàảãâäåāăą",
    c: "сçćč",
    e: "еẹéèẻẽêëēėę",
    g: "ġğģǵ",
    h: "һĥ",
    i: "іịíìỉĩïîıī",
    j: "ј",
    k: "ķ",
    l: "ĺļľł",
    m: "ṃṁ",
    n: "ńñňņ",
    o: "оọóòỏõôöōοσ",
    p: "рр",
    q: "ԛ",
    r: "ŕřŗ",
    s: "ѕśšş",
    t: "ţťṭ",
    u: "ụúùủũưüūս",
    w: "ԝŵ",
    x: "х",
    y: "уỵýỳỷỹÿү",
    z: "źżž",
  }
  const domains = read.value.families
    .filter((one) => one.class === "free-webmail")
    .flatMap((one) => one.domains)
    .slice(0, 50)
  let [all, missed] = [0, [] as string[]]
  for (const domain of domains) {
    for (const [at, letter] of Array.from(domain.slice(0, domain.lastIndexOf("."))).entries()) {
      for (const other of others[letter] ?? "") {
        const spelled = canonicalDomain(domain.slice(0, at) + other + domain.slice(at + 1))
        if (spelled === null || spelled === domain) continue
        all++
        if (lookAlikes(spelled)?.why !== "homograph" && webmail(spelled) === null) missed.push(spelled)
      }
    }
  }
  assert.ok(all > 1_500, String(all))
  assert.deepEqual(missed, [])
})

const imitations = createImitations({
  lookAlikes,
  isOurs: (domain) => OURS.some((own) => isWithin(domain, own)),
  units: [
    { name: { vi: "Tỉnh Tuyên Quang", en: "Tuyen Quang province" }, parent: null },
    { name: { vi: "Sở Khoa học và Công nghệ", en: "Department of Science and Technology" }, parent: "tinh" },
    { name: { vi: "Xã Tân Trào", en: "Tan Trao commune" }, parent: "tinh" },
  ],
  officials: [{ name: "Nguyễn Văn Quan", addresses: ["quan@gmail.com"] }],
  names: ["Ủy ban nhân dân tỉnh Tuyên Quang", "People's Committee of Tuyen Quang province"],
})

function posed(...fields: readonly (readonly [string, string])[]): string[] {
  const mailboxes = fields.flatMap(([name, value]) =>
    mailboxesOf({ name, value: Buffer.from(value).toString("latin1"), start: 0, end: 0 }),
  )
  const given = { ...transaction("x@congty.example", ["an@tuyenquang.gov.vn"]) }
  return imitations(identify(given, { mailboxes }, webmail), { mailboxes }).map(({ why, of }) => `${why} ${of}`)
}

const NAMES: readonly (readonly [string, string, readonly string[]])[] = [
  [
    "our address as the name",
    '"vanthu@tuyenquang.gov.vn" <x@evil.example>',
    ["impersonation vanthu@tuyenquang.gov.vn"],
  ],
  ["our address in a comment", "x@evil.example (vanthu@tuyenquang.gov.vn)", ["impersonation vanthu@tuyenquang.gov.vn"]],
  ["another foreign address as the name", '"a@gmail.com" <x@evil.example>', ["shown-address a@gmail.com"]],
  ["its own address as the name", '"x@congty.example" <x@congty.example>', []],
  ["our unit", '"Sở Khoa học và Công nghệ" <x@gmail.com>', ["impersonation Sở Khoa học và Công nghệ"]],
  [
    "our unit in capitals without marks",
    '"SO KHOA HOC VA CONG NGHE" <x@gmail.com>',
    ["impersonation Sở Khoa học và Công nghệ"],
  ],
  [
    "our unit within a longer name, our place beside it",
    '"Văn thư Sở Khoa học và Công nghệ - tỉnh Tuyên Quang" <x@gmail.com>',
    ["impersonation Sở Khoa học và Công nghệ"],
  ],
  [
    "the agency within a longer name",
    '"Hành chính công UBND tỉnh Tuyên Quang" <x@gmail.com>',
    ["impersonation Tỉnh Tuyên Quang"],
  ],
  ["another province's unit within a longer name", '"Văn thư Sở Khoa học và Công nghệ Hà Giang" <x@gmail.com>', []],
  ["a company of our place", '"Công ty Điện lực Tuyên Quang" <x@gmail.com>', []],
  ["our unit in short", '"Sở KH&CN" <x@gmail.com>', ["impersonation Sở Khoa học và Công nghệ"]],
  [
    "our unit with the province",
    '"Sở KH&CN tỉnh Tuyên Quang" <x@gmail.com>',
    ["impersonation Sở Khoa học và Công nghệ"],
  ],
  ["our commune's office", '"UBND xã Tân Trào" <x@gmail.com>', ["impersonation Xã Tân Trào"]],
  ["the agency", '"Ủy ban nhân dân tỉnh Tuyên Quang" <x@evil.example>', ["impersonation Tỉnh Tuyên Quang"]],
  ["the agency in English", '"Tuyen Quang province" <x@evil.example>', ["impersonation Tuyen Quang province"]],
  ["a unit with Cyrillic letters", '"Xã Tân Tr\u0430o" <x@evil.example>', ["impersonation Xã Tân Trào"]],
  ["an official", '"Nguyễn Văn Quan" <x@evil.example>', ["impersonation Nguyễn Văn Quan"]],
  [
    "an official with a title, family name last",
    '"Chủ tịch Quan Nguyễn Văn" <x@evil.example>',
    ["impersonation Nguyễn Văn Quan"],
  ],
  ["an official's own foreign mailbox", '"Nguyễn Văn Quan" <Quan@gmail.com>', []],
  ["our own sender", '"Sở Khoa học và Công nghệ" <vanthu@sokhcn.tuyenquang.gov.vn>', []],
  ["a citizen", '"Nguyễn Văn A" <a@gmail.com>', []],
  ["an association of the province", '"Hội Người cao tuổi tỉnh Tuyên Quang" <hoinct@gmail.com>', []],
  ["a school of the commune", '"Trường THCS Tân Trào" <thcs@gmail.com>', []],
  ["a company", '"Công ty CP Khoa học và Công nghệ" <x@congty.example>', []],
  ["a name of one letter", '"S" <x@congty.example>', []],
]

describe("a display name poses as somebody of ours:", () => {
  for (const [what, from, expected] of NAMES) test(what, () => assert.deepEqual(posed(["From", from]), expected))

  test("a list that answers for its author is honest", () => {
    const from = "\"'an@x.vn' via Dien dan\" <forum@list.example>"
    assert.deepEqual(posed(["From", from], ["Reply-To", "an@x.vn"]), [])
  })

  test("what a recipient's name shows is nobody's pose", () => {
    assert.deepEqual(posed(["From", "x@congty.example"], ["To", '"a@gmail.com" <an@tuyenquang.gov.vn>']), [])
  })
})

test("a thousand addresses made to be slow take no time", () => {
  const mailboxes = Array.from({ length: 3_000 }, (_, n) => ({
    position: "from" as const,
    name: "Sở ".repeat(100),
    address: `a@${"g-mail.".repeat(30)}${n}.com`,
  }))
  const identity = identify(transaction("a@b.example", []), { mailboxes }, webmail)
  const began = performance.now()
  imitations(identity, { mailboxes })
  assert.ok(performance.now() - began < 500, String(performance.now() - began))
})
