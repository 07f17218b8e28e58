/** Who sent it, as far as DNS and signatures tell: every result word by its cause, and whose fault it is when none comes. */
import assert from "node:assert/strict"
import { after, describe, test } from "node:test"
import { setTimeout as tick } from "node:timers/promises"
import { type Authenticate, createAuthenticate } from "../../src/identify/authenticate.ts"
import { parseAddress } from "../../src/mail/address.ts"
import type { Fact } from "../../src/mail/evidence.ts"
import { type Authentication, type Claim, UNCHECKED } from "../../src/mail/identity.ts"
import { type Dns, dns, type Zone } from "../support/dns.ts"
import { keys, letter, sealed, shortKey, signed } from "./letters.ts"

const ZONE: Zone = {
  "TXT good.vn": ["v=spf1 ip4:192.0.2.1 ip6:2001:db8::/32 -all"],
  "TXT soft.vn": ["v=spf1 ~all"],
  "TXT neutral.vn": ["v=spf1 ?all"],
  "A bare.vn": ["192.0.2.1"],
  "TXT twice.vn": ["v=spf1 +all", "v=spf1 -all"],
  "TXT broken.vn": ["v=spf1 ip4:300.1.1.1 -all"],
  "TXT deep.vn": [`v=spf1 ${Array.from({ length: 11 }, (_, n) => `include:i${n}.deep.vn`).join(" ")} +all`],
  ...Object.fromEntries(Array.from({ length: 11 }, (_, n) => [`TXT i${n}.deep.vn`, ["v=spf1 ?all"]])),
  "TXT mx.vn": ["v=spf1 mx -all"],
  "MX mx.vn": [
    [20, "b.mx.vn"],
    [10, "a.mx.vn"],
  ],
  "A a.mx.vn": ["192.0.2.9"],
  "A b.mx.vn": ["192.0.2.1"],
  "TXT includes.vn": ["v=spf1 include:sick.vn -all"],
  "sick.vn": "servfail",
  "TXT helo.good.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT _dmarc.good.vn": ["v=DMARC1; p=reject; sp=quarantine"],
  "TXT strict.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT a.strict.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT _dmarc.strict.vn": ["v=DMARC1; p=reject; adkim=s; aspf=s"],
  "TXT a.good.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT other.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT _dmarc.twice.vn": ["v=DMARC1; p=reject", "v=DMARC1; p=none"],
  "_dmarc.sick-policy.vn": "servfail",
  "s1._domainkey.sick-key.vn": "servfail",
  "TXT s1._domainkey.revoked.vn": ["v=DKIM1; p="],
  ...keys("good.vn", "a.good.vn", "strict.vn", "a.strict.vn", "other.vn", "forwarder.vn"),
  ...shortKey("good.vn"),
  // RFC 8463 appendix A.2.
  "TXT brisbane._domainkey.football.example.com": [
    "v=DKIM1; k=ed25519; p=11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=",
  ],
}
const servers: Dns[] = []
after(() => Promise.all(servers.map((one) => one.close())))

async function zone(records: Zone): Promise<Dns> {
  const server = await dns(records)
  servers.push(server)
  return server
}

function authenticator(resolver: string, timeout = 3_000): Authenticate {
  return createAuthenticate({ hostname: "mx.tuyenquang.gov.vn", authentication: { check: true, resolver, timeout } })
}

function claim(from: string, change: Partial<Claim> = {}): Claim {
  const mailFrom = from === "" ? null : parseAddress(from)
  return { ip: "192.0.2.1", helo: "helo.good.vn", mailFrom, ...change }
}

async function* octets(text: string, size = 1_000): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text, "latin1")
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

const LONG = 20_000
function ask(authenticate: Authenticate, who: Claim | null, text: string): Promise<Fact<Authentication>> {
  return authenticate(who, octets(text), AbortSignal.timeout(LONG))
}

const server = await zone(ZONE)
const authenticate = authenticator(server.resolver)

async function proven(from: string, text: string, change: Partial<Claim> = {}): Promise<Authentication> {
  const fact = await ask(authenticate, claim(from, change), text)
  assert.ok(fact.state === "known", "why" in fact ? fact.why : "pending")
  return fact.value
}

describe("SPF:", { concurrency: true }, () => {
  const stranger = { ip: "198.51.100.7" }
  const rows: readonly (readonly [string, string, Authentication["spf"], Partial<Claim>?])[] = [
    ["the address is listed", "a@good.vn", "pass"],
    ["the address is listed, IPv6", "a@good.vn", "pass", { ip: "2001:db8::7" }],
    ["an IPv4 address in IPv6 clothes is itself", "a@good.vn", "pass", { ip: "::ffff:192.0.2.1" }],
    ["the address is not listed", "a@good.vn", "fail", stranger],
    ["it is not listed, on trial", "a@soft.vn", "softfail"],
    ["nothing is said about it", "a@neutral.vn", "neutral"],
    ["there is no record", "a@bare.vn", "none"],
    ["there is no such domain", "a@nowhere.vn", "none"],
    ["it is a mail exchanger's", "a@mx.vn", "pass"],
    ["there are two records", "a@twice.vn", "permerror"],
    ["the record is malformed", "a@broken.vn", "permerror"],
    ["too many lookups", "a@deep.vn", "permerror"],
    ["the sender's DNS does not do its work", "a@sick.vn", "temperror"],
    ["the DNS of somebody it includes does not", "a@includes.vn", "temperror"],
    ["a null sender: HELO is asked for", "", "pass"],
    ["a null sender: HELO fails", "", "fail", stranger],
    ["a null sender: HELO is an address literal", "", "none", { helo: "[192.0.2.1]" }],
    ["a null sender: HELO is no name", "", "none", { helo: 'x" \u0000;spf=pass' }],
    ["a mailbox at an address literal", "a@[192.0.2.1]", "none"],
  ]
  for (const [what, from, expected, change] of rows) {
    test(`${what} → ${expected}`, async () => {
      const { spf, asked } = await proven(from, letter("a@bare.vn"), change)
      assert.equal(spf, expected)
      assert.equal(asked?.of, from === "" ? "helo" : "mailfrom")
    })
  }
})

/** From, signed by whom, what happened on the way. */
const good = letter("an@good.vn")

describe("DKIM:", { concurrency: true }, () => {
  const day = 86_400_000
  const bad = (tags: string): string =>
    `DKIM-Signature: v=1; a=rsa-sha256; c=relaxed/relaxed; d=good.vn; s=s1; h=from; bh=AAAA; b=AAAA; ${tags}\r\n${good}`
  const rows: readonly (readonly [string, Authentication["dkim"], () => string | Promise<string>])[] = [
    ["no signature", "none", () => good],
    ["a sound signature", "pass", () => signed(good, "good.vn")],
    ["simple canonicalisation", "pass", () => signed(good, "good.vn", { canonicalization: "simple/simple" })],
    ["the ed25519 example of RFC 8463", "pass", () => FOOTBALL],
    ["a body that somebody changed", "fail", async () => (await signed(good, "good.vn")).replace("Tran", "Than")],
    ["a subject that somebody changed", "fail", async () => (await signed(good, "good.vn")).replace("Bao cao", "Gap")],
    ["a From field that somebody added", "pass", async () => `From: x@other.vn\r\n${await signed(good, "good.vn")}`],
    ["one sound signature of two", "pass", async () => bad("").replace(good, await signed(good, "other.vn"))],
    ["no key", "neutral", () => signed(good, "nowhere.vn")],
    ["a key that was revoked", "neutral", () => signed(good, "revoked.vn")],
    ["a key too short", "policy", () => signed(good, "good.vn", { selector: "short" })],
    ["a DNS that does not do its work", "temperror", () => signed(good, "sick-key.vn")],
    [
      "a signature of last month",
      "neutral",
      () =>
        signed(good, "good.vn", {
          signTime: new Date(Date.now() - 30 * day),
          expires: new Date(Date.now() - 20 * day),
        }),
    ],
    [
      "text below what is signed",
      "policy",
      async () => `${await signed(good, "good.vn", { maxBodyLength: 10 })}\r\nPhishing`,
    ],
    ["NUL in the selector", "neutral", () => bad("").replace("s=s1", "s=s1\0._domainkey.good.vn")],
    ["a domain that is none", "neutral", () => bad("").replace("d=good.vn", 'd=good.vn"(;x')],
    ["nothing but garbage", "neutral", () => `DKIM-Signature: ;;;=\0"\\\r\n${good}`],
    ["a header block of very many lines", "permerror", () => `X: ${"\r\n y".repeat(3_000)}\r\n${good}`],
    ["a signed line without an end", "permerror", () => bad("") + "x".repeat(1_500_000)],
    ["a header block without an end", "permerror", () => `X: ${"y".repeat(200_000)}`],
  ]
  for (const [what, expected, make] of rows) {
    test(`${what} → ${expected}`, async () => {
      assert.equal((await proven("an@good.vn", await make())).dkim, expected)
    })
  }

  test("of a hundred signatures ten are looked at", async () => {
    const many = `${"DKIM-Signature\r\n : v=1; a=rsa-sha256; d=good.vn; s=s1; h=from; bh=AAAA; b=AAAA\r\n".repeat(100)}${good}`
    assert.equal((await proven("an@good.vn", many)).signatures.length, 10)
  })
  test("the body is not read when nothing covers it", async () => {
    async function* message(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(good)
      assert.fail("the body was read")
    }
    assert.equal((await authenticate(claim("an@good.vn"), message(), AbortSignal.timeout(LONG))).state, "known")
  })
  test("domain and selector are told as they are", async () => {
    const { signatures } = await proven("an@good.vn", await signed(await signed(good, "good.vn"), "other.vn"))
    assert.deepEqual(signatures, [
      { result: "pass", domain: "other.vn", selector: "s1" },
      { result: "pass", domain: "good.vn", selector: "s1" },
    ])
  })
})

describe("DMARC:", { concurrency: true }, () => {
  const rows: readonly (readonly [
    string,
    Authentication["dmarc"],
    string,
    string | readonly string[],
    string | null,
  ])[] = [
    ["SPF for the author's domain", "pass", "a@good.vn", "an@good.vn", null],
    ["SPF for a sub-domain, relaxed", "pass", "a@a.good.vn", "an@good.vn", null],
    ["SPF for the parent, relaxed", "pass", "a@good.vn", "an@a.good.vn", null],
    ["SPF for somebody else", "fail", "a@other.vn", "an@good.vn", null],
    ["a signature of the author's domain", "pass", "a@other.vn", "an@good.vn", "good.vn"],
    ["a signature of a sub-domain, relaxed", "pass", "a@other.vn", "an@good.vn", "a.good.vn"],
    ["a signature of somebody else", "fail", "a@soft.vn", "an@good.vn", "other.vn"],
    ["SPF for a sub-domain, strict", "fail", "a@a.strict.vn", "an@strict.vn", null],
    ["a signature of a sub-domain, strict", "fail", "a@other.vn", "an@strict.vn", "a.strict.vn"],
    ["a signature of the very domain, strict", "pass", "a@other.vn", "an@strict.vn", "strict.vn"],
    ["the parent's record covers a sub-domain", "fail", "a@other.vn", "an@so.good.vn", null],
    ["no record", "none", "a@other.vn", "an@other.vn", null],
    ["two records are none", "none", "a@other.vn", "an@twice.vn", null],
    ["a DNS that does not do its work", "temperror", "a@other.vn", "an@sick-policy.vn", null],
    ["two From fields", "permerror", "a@good.vn", ["an@good.vn", "an@other.vn"], null],
    ["two authors of two domains", "permerror", "a@good.vn", "an@good.vn, an@other.vn", null],
    ["a From field without an address", "permerror", "a@good.vn", "Giam doc", null],
    ["no From field", "permerror", "a@good.vn", [], null],
    ["a display name that is another's address", "pass", "a@good.vn", '"ceo@other.vn" <an@good.vn>', null],
  ]
  for (const [what, expected, from, author, signer] of rows) {
    test(`${what} → ${expected}`, async () => {
      const text = letter(author)
      assert.equal((await proven(from, signer === null ? text : await signed(text, signer))).dmarc, expected)
    })
  }
})

describe("ARC:", { concurrency: true }, () => {
  test("a sound chain passes", async () =>
    assert.equal((await proven("", await sealed(good, "forwarder.vn"))).arc, "pass"))
  test("a changed body fails", async () => {
    assert.equal((await proven("", (await sealed(good, "forwarder.vn")).replace("Tran", "Than"))).arc, "fail")
  })
  test("a forged seal fails", async () => {
    assert.equal(
      (await proven("", `ARC-Seal: i=1; a=rsa-sha256; cv=none; d=good.vn; s=s1; b=AA\r\n${good}`)).arc,
      "fail",
    )
  })
  test("no chain is none", async () => assert.equal((await proven("", good)).arc, "none"))
})

describe("MAIL FROM is its sender's own", { concurrency: true }, () => {
  const rows: readonly (readonly [string, boolean, string, string | null, string?])[] = [
    ["when SPF passes", true, "a@good.vn", null],
    ["when its domain signed", true, "a@bare.good.vn", "good.vn", "198.51.100.7"],
    ["not when SPF fails", false, "a@good.vn", null, "198.51.100.7"],
    ["not when somebody else signed", false, "a@soft.vn", "good.vn"],
    ["not when a domain below it signed", false, "a@good.vn", "a.good.vn", "198.51.100.7"],
    ["never when it is null, though HELO passes", false, "", "good.vn"],
  ]
  for (const [what, expected, from, signer, ip = "192.0.2.1"] of rows) {
    test(what, async () => {
      const text = signer === null ? good : await signed(good, signer)
      assert.equal((await proven(from, text, { ip })).provesMailFrom, expected)
    })
  }
})

describe("no answer:", { concurrency: true }, () => {
  const down: readonly (readonly [string, Zone])[] = [
    ["a resolver that is silent", { "*": "silent" }],
    ["a resolver that knows nobody to ask", { "*": "servfail" }],
  ]
  for (const [what, records] of down) {
    test(`${what} fails the check`, async () => {
      const { resolver } = await zone(records)
      const fact = await ask(authenticator(resolver, 300), claim("a@good.vn"), good)
      assert.deepEqual(fact, { state: "failed", why: "resolver" })
    })
  }
  test("a resolver that is not there fails the check, and the next one at once", async () => {
    const gone = await dns({})
    await gone.close()
    const without = authenticator(gone.resolver)
    for (const _ of [1, 2]) {
      assert.deepEqual(await ask(without, claim("a@good.vn"), good), { state: "failed", why: "resolver" })
    }
  })
  test("a sender whose DNS is silent is a result, while our resolver answers", async () => {
    const { resolver } = await zone({ "silent.vn": "silent" })
    const fact = await ask(authenticator(resolver, 300), claim("a@silent.vn"), letter("an@bare.vn"))
    assert.ok(fact.state === "known")
    assert.deepEqual([fact.value.spf, fact.value.dmarc], ["temperror", "none"])
  })
  test("nothing to ask needs no resolver", async () => {
    const gone = await dns({})
    await gone.close()
    const fact = await ask(authenticator(gone.resolver), claim("", { helo: "[192.0.2.1]" }), letter("Giam doc"))
    assert.equal(fact.state, "known")
  })
  test("the deadline of the whole examination ends it", async () => {
    const { resolver } = await zone({ "*": "silent" })
    const fact = await authenticator(resolver)(claim("a@good.vn"), octets(good), AbortSignal.timeout(100))
    assert.equal(fact.state, "failed")
  })
  test("a body that never comes ends with the deadline", async () => {
    async function* stuck(): AsyncGenerator<Uint8Array> {
      yield Buffer.from(await signed(good, "good.vn"))
      await tick(300)
    }
    const fact = await authenticate(claim("a@good.vn"), stuck(), AbortSignal.timeout(100))
    assert.deepEqual(fact, { state: "failed", why: "deadline" })
  })
})

test("no answer: a resolver that is back is asked again after a few seconds", async (t) => {
  const records: { "*"?: "servfail" } = { "*": "servfail" }
  const { resolver, asked } = await zone(records)
  const one = authenticator(resolver)
  assert.equal((await ask(one, claim("a@good.vn"), good)).state, "failed")
  delete records["*"]
  t.mock.timers.enable({ apis: ["Date"], now: Date.now() + 6_000 })
  assert.equal((await ask(one, claim("a@good.vn"), good)).state, "failed", "what is down is not waited for")
  const probes = (): number => asked.filter((question) => question.startsWith("NS")).length
  for (const deadline = AbortSignal.timeout(5_000); probes() < 2 && !deadline.aborted; ) await tick()
  await tick(50)
  t.mock.timers.setTime(Date.now() + 6_000)
  assert.equal((await ask(one, claim("a@good.vn"), good)).state, "known")
})

describe("DNS is spared:", () => {
  test("mail of our own people asks nothing", async () => {
    const { resolver, asked } = await zone(ZONE)
    assert.deepEqual(await ask(authenticator(resolver), null, good), { state: "known", value: UNCHECKED })
    assert.deepEqual(asked, [])
  })
  test("settings may switch it off", async () => {
    const { resolver, asked } = await zone(ZONE)
    const off = createAuthenticate({ hostname: "h", authentication: { check: false, resolver, timeout: 1_000 } })
    assert.deepEqual(await ask(off, claim("a@good.vn"), good), { state: "known", value: UNCHECKED })
    assert.deepEqual(asked, [])
  })
  test("the same question is asked once", async () => {
    const { resolver, asked } = await zone(ZONE)
    const one = authenticator(resolver)
    await Promise.all(Array.from({ length: 5 }, () => ask(one, claim("a@good.vn"), good)))
    await ask(one, claim("a@GOOD.vn"), good)
    assert.equal(new Set(asked).size, asked.length, asked.join(", "))
  })
})

/** RFC 8463 appendix A.3, its ed25519 signature. */
const FOOTBALL = [
  "DKIM-Signature: v=1; a=ed25519-sha256; c=relaxed/relaxed;",
  " d=football.example.com; i=@football.example.com;",
  " q=dns/txt; s=brisbane; t=1528637909; h=from : to :",
  " subject : date : message-id : from : subject : date;",
  " bh=2jUSOH9NhtVGCQWNr9BrIAPreKQjO6Sn7XIkfJVOzv8=;",
  " b=/gCrinpcQOoIfuHNQIbq4pgh9kyIK3AQUdt9OdqQehSwhEIug4D11Bus",
  " Fa3bT3FY5OsU7ZbnKELq+eXdp1Q1Dw==",
  "From: Joe SixPack <joe@football.example.com>",
  "To: Suzie Q <suzie@shopping.example.net>",
  "Subject: Is dinner ready?",
  "Date: Fri, 11 Jul 2003 21:00:37 -0700 (PDT)",
  "Message-ID: <20030712040037.46341.5F8J@football.example.com>",
  "",
  "Hi.",
  "",
  "We lost the game.  Are you hungry yet?",
  "",
  "Joe.",
  "",
].join("\r\n")
