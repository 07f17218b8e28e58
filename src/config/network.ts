/** Whether networks, taken together, hold the whole Internet: who trusts that is an open relay. Pure. */

/** IPv4-mapped IPv6, `::ffff:0:0/96`, speaks of IPv4. RFC 4291 §2.5.5.2. */
const MAPPED = "0".repeat(80) + "1".repeat(16)
/** All global unicast addresses, `2000::/3`. RFC 4291 §2.4. */
const GLOBAL_V6 = "001"

/** `networks` are valid addresses or networks in CIDR notation. */
export function holdsTheInternet(networks: readonly string[]): boolean {
  const v6 = networks.filter((one) => one.includes(":")).map((one) => prefix(one, v6Bits, 128))
  const mapped = v6.flatMap((bits) => {
    if (MAPPED.startsWith(bits)) return [""]
    return bits.startsWith(MAPPED) ? [bits.slice(MAPPED.length)] : []
  })
  const v4 = networks.filter((one) => !one.includes(":")).map((one) => prefix(one, v4Bits, 32))
  return holds([...v4, ...mapped], "") || holds(v6, GLOBAL_V6)
}

/** A prefix is held by one network as short, or by networks that hold both its halves. */
function holds(networks: readonly string[], wanted: string): boolean {
  if (networks.some((bits) => wanted.startsWith(bits))) return true
  const inside = networks.filter((bits) => bits.startsWith(wanted))
  return inside.length > 1 && holds(inside, `${wanted}0`) && holds(inside, `${wanted}1`)
}

/** `10.0.0.0/8` → `"00001010"`. */
function prefix(network: string, toBits: (ip: string) => string, whole: number): string {
  const [ip = "", length = String(whole)] = network.split("/")
  return toBits(ip).slice(0, Number(length))
}

function v4Bits(ip: string): string {
  return ip
    .split(".")
    .map((octet) => Number(octet).toString(2).padStart(8, "0"))
    .join("")
}

/** The host parser of URL spells every form alike: no dotted tail, `::` for the longest run of zeros. */
function v6Bits(ip: string): string {
  const [left = "", right] = (URL.parse(`http://[${ip}]`)?.hostname.slice(1, -1) ?? "").split("::")
  const head = left === "" ? [] : left.split(":")
  const tail = right === undefined || right === "" ? [] : right.split(":")
  const zeros = Array<string>(8 - head.length - tail.length).fill("0")
  return [...head, ...zeros, ...tail].map((group) => Number.parseInt(group, 16).toString(2).padStart(16, "0")).join("")
}
