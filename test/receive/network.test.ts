import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { clientKey, createNetworks } from "../../src/receive/network.ts"

const clients: readonly (readonly [string, string, string])[] = [
  ["an IPv4 address is one client", "192.0.2.1", "192.0.2.1"],
  ["an IPv6 address counts as its /64", "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"],
  ["zeros left out", "2001:db8::6", "2001:db8:0:0::/64"],
  ["the loopback", "::1", "0:0:0:0::/64"],
  ["a link-local address with its zone", "fe80::1%eth0", "fe80:0:0:0::/64"],
]

const trusted: readonly (readonly [string, string, boolean])[] = [
  ["inside an IPv4 network", "10.1.2.3", true],
  ["outside of it", "11.1.2.3", false],
  ["a single address", "192.0.2.1", true],
  ["its neighbour", "192.0.2.2", false],
  ["inside an IPv6 network", "2001:db8:ffff::1", true],
  ["outside of it", "2001:db9::1", false],
  ["no address at all", "", false],
]

describe("what counts as one client", () => {
  for (const [sentence, ip, key] of clients) test(sentence, () => assert.equal(clientKey(ip), key))
})

describe("trusted networks", () => {
  const isTrusted = createNetworks(["10.0.0.0/8", "192.0.2.1", "2001:db8::/32"])
  for (const [sentence, ip, answer] of trusted) test(sentence, () => assert.equal(isTrusted(ip), answer))
  test("none are trusted when none are named", () => assert.equal(createNetworks([])("127.0.0.1"), false))
})
