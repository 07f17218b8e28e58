/** Networks that together hold the whole Internet. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { holdsTheInternet } from "../../src/config/network.ts"

describe("trusting the whole Internet", () => {
  const rows: readonly [string, readonly string[], boolean][] = [
    ["nothing is not", [], false],
    ["an agency's own networks are not", ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "127.0.0.1"], false],
    ["all of IPv4 is", ["0.0.0.0/0"], true],
    ["all of IPv6 is", ["::/0"], true],
    ["all global unicast of IPv6 is", ["2000::/3"], true],
    ["unique local addresses are not", ["fc00::/7", "::1"], false],
    ["two halves are", ["0.0.0.0/1", "128.0.0.0/1"], true],
    ["one half is not", ["128.0.0.0/1"], false],
    ["uneven pieces are", ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "224.0.0.0/3"], true],
    ["pieces with a gap are not", ["0.0.0.0/1", "128.0.0.0/2", "192.0.0.0/3", "224.0.0.0/4"], false],
    ["halves written from inside are", ["10.0.0.0/1", "200.0.0.0/1"], true],
    ["all of IPv4 as IPv6 writes it is", ["::ffff:0:0/96"], true],
    ["half of it in each writing is", ["::ffff:0.0.0.0/97", "128.0.0.0/1"], true],
    ["what holds the mapped addresses is", ["::/16"], true],
    ["halves of global unicast are", ["2000::/4", "3000::/4"], true],
  ]
  for (const [name, networks, wanted] of rows) {
    test(name, () => assert.equal(holdsTheInternet(networks), wanted))
  }
})
