/** Client addresses: which of them are trusted, and which count as one client. */
import { BlockList, isIPv6 } from "node:net"

/** Networks in CIDR notation or single addresses, checked by the settings' schema. */
export function createNetworks(networks: readonly string[]): (ip: string) => boolean {
  const list = new BlockList()
  for (const network of networks) {
    const [base = "", length] = network.split("/")
    const family = isIPv6(base) ? "ipv6" : "ipv4"
    if (length === undefined) list.addAddress(base, family)
    else list.addSubnet(base, Number(length), family)
  }
  return (ip) => {
    const bare = withoutZone(ip)
    return bare !== "" && list.check(bare, isIPv6(bare) ? "ipv6" : "ipv4")
  }
}

/** What limits count: an IPv4 address, or the /64 that one IPv6 customer gets. RFC 6177 §2. */
export function clientKey(ip: string): string {
  const bare = withoutZone(ip)
  if (!isIPv6(bare)) return bare
  const [head = "", tail = ""] = bare.split("::")
  const left = head === "" ? [] : head.split(":")
  const right = tail === "" ? [] : tail.split(":")
  const zeros = Array<string>(Math.max(0, 8 - left.length - right.length)).fill("0")
  const groups = [...left, ...zeros, ...right].slice(0, 4)
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`
}

/** `fe80::1%eth0` names an interface of ours, RFC 4007 §11. */
function withoutZone(ip: string): string {
  return ip.replace(/%.*$/, "")
}
