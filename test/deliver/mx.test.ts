/** MX lookups against a DNS server of our own, to the hosts that are tried. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import { findMx, isPublic } from "../../src/deliver/mx.ts"
import { dns } from "../support/dns.ts"
import { met, settings, through } from "./house.ts"
import { nextHop } from "./next-hop.ts"

let server: Awaited<ReturnType<typeof dns>>

before(async () => {
  server = await dns({
    "MX two.example": [
      [20, "b.example"],
      [10, "a.example"],
    ],
    "MX plain.example": [],
    "A plain.example": ["203.0.113.9"],
    "MX null.example": [[0, ""]],
    "MX ours.example": [
      [10, "mx.agency.example"],
      [20, "b.example"],
    ],
    "MX backup.example": [
      [5, "a.example"],
      [10, "MX.agency.example"],
      [20, "b.example"],
    ],
    "MX private.example": [[10, "private-host.example"]],
    "A private-host.example": ["10.0.0.1", "127.0.0.1"],
    "AAAA private-host.example": ["::1", "fe80::1"],
    "MX broken.example": "servfail",
    "MX silent.example": "silent",
    "MX half.example": [[10, "broken-host.example"]],
    "A broken-host.example": "servfail",
    "AAAA broken-host.example": "servfail",
    "MX nowhere.example": [[10, "gone.example"]],
    "A a.example": ["203.0.113.1"],
    "AAAA a.example": ["2001:db8::1"],
    "A b.example": ["203.0.113.2"],
    "MX local.example": [
      [10, "refuses.example"],
      [20, "listens.example"],
    ],
    "A refuses.example": ["127.0.0.2"],
    "A listens.example": ["127.0.0.1"],
  })
})
after(() => server.close())

const mx = (domain: string, more: object = {}) =>
  findMx(
    domain,
    settings({ routes: [{ domains: ["*"], to: "mx" }], mx: { resolver: server.resolver, ...more } }),
    AbortSignal.timeout(300),
  )

describe("the hosts of", () => {
  for (const [domain, expected] of [
    ["two.example", ["203.0.113.1", "2001:db8::1", "203.0.113.2"]],
    ["plain.example", ["203.0.113.9"]],
    ["backup.example", ["203.0.113.1", "2001:db8::1"]],
    ["[203.0.113.7]", ["203.0.113.7"]],
    ["[ipv6:2001:db8::7]", ["2001:db8::7"]],
  ] as const) {
    test(`${domain} are ${expected.join(", ")}`, async () => {
      const found = await mx(domain)
      assert.deepEqual(found.is === "hosts" ? found.hosts.map(({ address }) => address) : found, expected)
    })
  }

  for (const [domain, status, because] of [
    ["missing.example", "5.1.2", "it does not exist"],
    ["null.example", "5.1.10", "it takes no mail"],
    ["ours.example", "5.4.6", "we are its best host"],
    ["private.example", "5.4.4", "its addresses are private"],
    ["nowhere.example", "5.4.4", "its host has no address"],
    ["[10.0.0.1]", "5.4.4", "the literal is private"],
    ["broken.example", "4.4.3", "DNS is broken"],
    ["half.example", "4.4.3", "DNS of the host is broken"],
    ["silent.example", "4.4.3", "DNS does not answer"],
  ] as const) {
    test(`${domain} are none: ${status}, ${because}`, async () => {
      const found = await mx(domain)
      assert.equal(found.is === "none" ? found.cause.status : JSON.stringify(found.hosts), status)
    })
  }

  test("private ones are taken where the settings allow it", async () => {
    const found = await mx("private.example", { allowPrivate: true })
    assert.equal(found.is === "hosts" && found.hosts.length, 4)
  })

  test("equal preference come in random order", async () => {
    const equal = await dns({
      "MX equal.example": ["a", "b", "c", "d"].map((host) => [10, `${host}.example`] as const),
      ...Object.fromEntries(["a", "b", "c", "d"].map((host, i) => [`A ${host}.example`, [`203.0.113.${i}`]])),
    })
    const orders = await Promise.all(
      Array.from({ length: 20 }, async () => JSON.stringify(await mx("equal.example", { resolver: equal.resolver }))),
    )
    await equal.close()
    assert.ok(new Set(orders).size > 1)
  })
})

test("the next host is tried when the first does not listen", async () => {
  const hop = await nextHop()
  const chosen = settings({
    routes: [{ domains: ["*"], to: "mx" }],
    mx: { resolver: server.resolver, allowPrivate: true, port: hop.port },
  })
  const home = await through(chosen, { to: ["x@local.example"] })
  await hop.close()
  assert.deepEqual(home.settled.map(met), ["delivered"])
  assert.equal(home.settled[0]?.outcome?.nextHop, "listens.example")
})

describe("public or not", () => {
  for (const address of ["203.0.113.1", "8.8.8.8", "2001:db8::1", "2606:4700::1"]) {
    test(`${address} is public`, () => assert.ok(isPublic(address)))
  }
  const others =
    "0.0.0.0 10.1.2.3 100.64.0.1 127.0.0.1 169.254.1.1 172.31.0.1 192.168.1.1 224.0.0.1 255.255.255.255 " +
    ":: ::1 fe80::1 fc00::1 ff02::1 ::ffff:10.0.0.1 64:ff9b::a00:1"
  for (const address of others.split(" ")) {
    test(`${address} is not`, () => assert.ok(!isPublic(address)))
  }
})
