/** Who sent it, to whom: direction, units, classes, webmail families, every address under every name. */
import assert from "node:assert/strict"
import { readFile } from "node:fs/promises"
import { describe, test } from "node:test"
import { parse as parseYaml } from "yaml"
import { direction, type Where } from "../../src/identify/direction.ts"
import { identify } from "../../src/identify/identify.ts"
import { createDirectory } from "../../src/identify/units.ts"
import { createWebmail, type Families, readFamilies } from "../../src/identify/webmail.ts"
import { type Address, canonicalDomain, parseAddress } from "../../src/mail/address.ts"
import type { Mailbox } from "../../src/mail/message.ts"
import { type Policy, TERMS } from "../../src/mail/policy.ts"
import type { Client, Transaction } from "../../src/mail/transaction.ts"

function address(text: string): Address {
  const parsed = parseAddress(text)
  assert.ok(parsed !== null, text)
  return parsed
}

const SHIPPED: unknown = parseYaml(await readFile(new URL("../../config/webmail.yaml", import.meta.url), "utf8"))

function families(main: unknown, local: unknown = null): Families {
  const result = readFamilies(main, local)
  assert.ok(result.is === "sound", result.is === "faulty" ? result.faults.join("\n") : "")
  return result.value
}

describe("direction:", () => {
  const OURS = { isOurs: (domain: string) => domain === "x.gov.vn" || domain === "" }
  const client: Client = { ip: "192.0.2.1", helo: "h", tls: null, user: null, listener: "inbound", trusted: false }
  const submission: Client = { ...client, listener: "submission" }
  const trusted: Client = { ...submission, trusted: true }
  const login: Client = { ...submission, user: "an" }
  const both: Client = { ...trusted, user: "an" }
  const us = "an@x.gov.vn"
  const them = "b@gmail.com"
  const rows: readonly (readonly [string, Client, string | null, string, Where["direction"], string])[] = [
    ["from outside to us is inbound", client, them, us, "inbound", ""],
    ["from outside in our name is still inbound, and nobody", client, us, us, "inbound", ""],
    ["from outside to outside is relaying", client, them, them, "relay", ""],
    ["from outside in our name to outside is relaying", client, us, them, "relay", ""],
    ["a bounce from outside is inbound", client, null, us, "inbound", ""],
    ["to <postmaster> is to us", client, them, "postmaster", "inbound", ""],
    ["a trusted network on the inbound listener is outside", { ...client, trusted: true }, us, them, "relay", ""],
    ["a stranger on the submission listener is outside", submission, us, them, "relay", ""],
    ["a trusted network in our name to outside", trusted, us, them, "outbound", "authenticated"],
    ["a trusted network in our name to us", trusted, us, us, "internal", "authenticated"],
    ["a trusted network passing on a stranger's mail", trusted, them, us, "internal", "auto-forwarded"],
    ["the same to outside", trusted, them, them, "outbound", "auto-forwarded"],
    ["a trusted network's bounce is nobody's", trusted, null, them, "outbound", ""],
    ["a login to outside", login, us, them, "outbound", "authenticated"],
    ["a login to us", login, us, us, "internal", "authenticated"],
    ["a login with a null MAIL FROM is still that user", login, null, them, "outbound", "authenticated"],
    ["a login from a trusted network never forwards", both, them, them, "outbound", "authenticated"],
    ["a login on the inbound listener", { ...client, user: "an" }, us, them, "outbound", "authenticated"],
  ]
  for (const [what, who, from, to, expected, as] of rows) {
    test(what, () => {
      const where = direction(who, from === null ? null : address(from), address(to), OURS)
      const authenticated = as === "authenticated"
      assert.deepEqual(where, { direction: expected, authenticated, autoForwarded: as === "auto-forwarded" })
    })
  }
})

describe("units:", () => {
  const unit = (id: string, parent: string | null, ...domains: string[]) => ({
    id,
    parent,
    name: { vi: id, en: id },
    domains,
    from: null,
    until: null,
  })
  const policy: Policy = {
    version: "1",
    terms: TERMS,
    timezone: "Asia/Ho_Chi_Minh",
    units: [
      unit("tinh", null, "x.gov.vn"),
      unit("so-yte", "tinh", "soyte.x.gov.vn", "y.vn"),
      unit("benh-vien", "so-yte", "bv.soyte.x.gov.vn"),
    ],
    mailboxes: [
      { match: "motcua@*", class: "public-service", unit: null },
      { match: "vanthu*@x.gov.vn", class: "clerk", unit: null },
      { match: "*.yte@x.gov.vn", class: "ordinary", unit: "so-yte" },
      { match: "a*b*c@x.gov.vn", class: "starred", unit: null },
      { match: "*@bv.soyte.x.gov.vn", class: "hospital", unit: null },
    ],
    lists: {},
    rules: [],
    guarantees: [],
    exceptions: [],
  }
  const directory = createDirectory(policy, ["x.gov.vn", "xtinh.vn"], 0)
  const rows: readonly (readonly [string, string, string | null, string | null])[] = [
    ["a unit's domain", "a@soyte.x.gov.vn", "so-yte", "ordinary"],
    ["a sub-domain belongs to its unit", "a@p1.soyte.x.gov.vn", "so-yte", "ordinary"],
    ["unless another unit names it", "a@bv.soyte.x.gov.vn", "benh-vien", "hospital"],
    ["and what lies below that", "a@k.bv.soyte.x.gov.vn", "benh-vien", "ordinary"],
    ["a unit may have several domains", "a@y.vn", "so-yte", "ordinary"],
    ["a sub-domain nobody names is the parent's", "a@khac.x.gov.vn", "tinh", "ordinary"],
    ["a domain of the settings belongs to the root", "a@xtinh.vn", "tinh", "ordinary"],
    ["an entry may put a mailbox into another unit", "an.yte@x.gov.vn", "so-yte", "ordinary"],
    ["a local part everywhere", "MotCua@y.vn", "tinh-or-own", "public-service"],
    ["a pattern", "vanthu.ubnd@x.gov.vn", "tinh", "clerk"],
    ["a pattern is of its domain only", "vanthu.ubnd@y.vn", "so-yte", "ordinary"],
    ["stars match in order", "axxbyyc@x.gov.vn", "tinh", "starred"],
    ["and do not overlap", "abbc@x.gov.vn", "tinh", "starred"],
    ["or go back", "acb@x.gov.vn", "tinh", "ordinary"],
    ["postmaster without a domain", "postmaster", "tinh", "ordinary"],
    ["a foreign mailbox has neither", "motcua@gmail.com", null, null],
    ["nor has one whose name only ends alike", "a@notx.gov.vn", null, null],
    ["nor the parent of our domain", "a@gov.vn", null, null],
  ]
  for (const [what, text, expectedUnit, expectedClass] of rows) {
    test(what, () => {
      const who = address(text)
      assert.equal(directory.classOf(who), expectedClass)
      if (expectedUnit !== "tinh-or-own") assert.equal(directory.unitOf(who), expectedUnit)
      assert.equal(directory.isOurs(who.domain), expectedUnit !== null)
    })
  }
})

describe("webmail families:", () => {
  const webmail = createWebmail(families(SHIPPED))
  const rows: readonly (readonly [string, string | null])[] = [
    ["gmail.com", "google"],
    ["mail.gmail.com", "google"],
    ["googlemail.com", "google"],
    ["GMail.COM.", "google"],
    ["ｇｍａｉｌ.com", "google"],
    ["gmail。com", "google"],
    ["gma\u200bil.com", "google"],
    ["gma\u00adil.com", "google"],
    ["ⓖmail.com", "google"],
    ["𝗀mail.com", "google"],
    ["gmаil.com", null],
    ["gmail.com.agency.gov.vn", null],
    ["notgmail.com", null],
    ["yahoo.com", "yahoo"],
    ["yahoo.com.vn", "yahoo"],
    ["yahoo.vn", "yahoo"],
    ["yahoo.co.uk", "yahoo"],
    ["mail.yahoo.co.jp", "yahoo"],
    ["ymail.com", "yahoo"],
    ["yahoo.gov.vn", null],
    ["yahoo.example.vn", null],
    ["hotmail.com", "microsoft"],
    ["hotmail.com.vn", "microsoft"],
    ["outlook.com.vn", "microsoft"],
    ["live.com", "microsoft"],
    ["tinh.onmicrosoft.com", null],
    ["outlook.office365.com", null],
    ["icloud.com", "apple"],
    ["privaterelay.appleid.com", "relays"],
    ["proton.me", "proton"],
    ["yandex.ru", "yandex"],
    ["list.ru", "mail-ru"],
    ["gmx.net", "gmx"],
    ["aol.com", "aol"],
    ["tutamail.com", "tuta"],
    ["vip.163.com", "china"],
    ["vip.qq.com", "china"],
    ["naver.com", "korea-japan"],
    ["fastmail.com", "others"],
    ["duck.com", "relays"],
    ["vnn.vn", "vietnam-isp"],
    ["hn.vnn.vn", "vietnam-isp"],
    ["dng.vnn.vn", "vietnam-isp"],
    ["fpt.vn", "vietnam-isp"],
    ["hcm.fpt.vn", "vietnam-isp"],
    ["saigonnet.vn", "vietnam-isp"],
    ["fpt.com.vn", null],
    ["fpt.com", null],
    ["viettel.com.vn", null],
    ["tuyenquang.gov.vn", null],
    ["vn", null],
    ["", null],
  ]
  for (const [domain, expected] of rows) {
    test(`${JSON.stringify(domain)} is ${expected ?? "none"}`, () => {
      assert.equal(webmail(canonicalDomain(domain) ?? ""), expected)
    })
  }

  test("the agency adds and takes out domains in a file of its own", () => {
    const local = { add: { others: ["Mail.Example.vn"] }, remove: ["hn.vnn.vn", "yahoo.com.vn"] }
    const own = createWebmail(families(SHIPPED, local))
    const domains = [
      "mail.example.vn",
      "example.vn",
      "hn.vnn.vn",
      "a.hn.vnn.vn",
      "dng.vnn.vn",
      "yahoo.com.vn",
      "yahoo.vn",
    ]
    assert.deepEqual(domains.map(own), ["others", null, null, null, "vietnam-isp", null, "yahoo"])
  })

  const faulty: readonly (readonly [string, unknown, unknown, readonly string[]])[] = [
    ["no families", null, null, ["families: expected families by their name, got null"]],
    [
      "every fault is told at once",
      { google: { name: "G", class: "free", domains: ["a b.com"], patterns: ["y*"], more: 1 } },
      { add: { google: "gmail.com" }, drop: [] },
      [
        'families.google.class: expected one of free-webmail, isp-mail, relay-alias, got "free"',
        'families.google.domains.0: expected a domain name, got "a b.com"',
        'families.google.patterns.0: expected a pattern such as yahoo.*, got "y*"',
        "families.google: expected known keys only, got more",
        'local.add.google: expected a list of domain names, got "gmail.com"',
        "local: expected known keys only, got drop",
      ],
    ],
    [
      "a family that is none",
      { google: { name: "G", class: "free-webmail" } },
      { add: { gogle: ["gmail.com"] } },
      ["local.add.gogle: expected one of google, got gogle"],
    ],
    [
      "a domain in two families",
      {
        a: { name: "A", class: "free-webmail", domains: ["a.com"] },
        b: { name: "B", class: "free-webmail", domains: ["a.com"] },
      },
      null,
      ["families.b.domains: expected each domain once, got a.com again (a)"],
    ],
  ]
  for (const [what, main, local, expected] of faulty) {
    test(what, () => assert.deepEqual(readFamilies(main, local), { is: "faulty", faults: expected }))
  }
})

describe("identity:", () => {
  const transaction: Transaction = {
    id: "t",
    client: { ip: "192.0.2.1", helo: "h", tls: null, user: null, listener: "inbound", trusted: false },
    envelope: {
      from: address("A@Gmail.com"),
      to: [{ address: address("b@x.gov.vn"), notify: null, orcpt: null }],
      body: "7BIT",
      smtputf8: false,
      requireTls: false,
      ret: null,
      envid: null,
    },
    at: 0,
  }
  const mailbox = (position: Mailbox["position"], text: string): Mailbox => ({ position, name: "", address: text })

  test("every position is looked at, each address once", () => {
    const mailboxes = [
      mailbox("from", "ok@x.gov.vn"),
      mailbox("reply-to", "A@YAHOO.com.vn"),
      mailbox("reply-to", "a@yahoo.com.vn."),
      mailbox("display-name", "a@ｇｍａｉｌ.com"),
      mailbox("from", "a@no%domain"),
    ]
    const identity = identify(transaction, { mailboxes }, createWebmail(families(SHIPPED)))
    assert.deepEqual(identity.webmail, [
      { position: "mail-from", address: "a@gmail.com", provider: "google" },
      { position: "reply-to", address: "a@yahoo.com.vn", provider: "yahoo" },
      { position: "display-name", address: "a@gmail.com", provider: "google" },
    ])
    assert.deepEqual(
      identity.addresses.map(({ position, key, domain }) => `${position} ${key} ${domain}`),
      [
        "mail-from a@gmail.com gmail.com",
        "rcpt-to b@x.gov.vn x.gov.vn",
        "from ok@x.gov.vn x.gov.vn",
        "reply-to a@yahoo.com.vn yahoo.com.vn",
        "display-name a@gmail.com gmail.com",
      ],
    )
  })

  test("a null MAIL FROM is no address", () => {
    const bounce = { ...transaction, envelope: { ...transaction.envelope, from: null } }
    const identity = identify(bounce, { mailboxes: [] }, () => null)
    assert.deepEqual(
      identity.addresses.map(({ position }) => position),
      ["rcpt-to"],
    )
  })
})
