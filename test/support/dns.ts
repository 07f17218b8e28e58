/** A DNS server over UDP with a few records: lookups without the Internet. RFC 1035 §4. */
import { createSocket } from "node:dgram"
import { once } from "node:events"

/**
 * `MX name`: [preference, host]…, `A name` and `AAAA name`: addresses, `TXT name`: texts; `servfail` or `silent` instead,
 * also of a `name` whatever is asked, or of `*`, every name that has no record. Other names: NXDOMAIN.
 */
export type Zone = Readonly<
  Record<string, readonly (readonly [number, string])[] | readonly string[] | "servfail" | "silent">
>

const TYPES: Readonly<Record<number, string>> = { 1: "A", 2: "NS", 15: "MX", 16: "TXT", 28: "AAAA" }

export interface Dns {
  /** `host:port`. */
  readonly resolver: string
  /** What was asked, as `TYPE name`, in order. */
  readonly asked: readonly string[]
  close(): Promise<void>
}

export async function dns(zone: Zone): Promise<Dns> {
  const socket = createSocket("udp4")
  const names = new Set(Object.keys(zone).map((key) => key.split(" ").at(-1)))
  const asked: string[] = []
  socket.on("message", (query, peer) => {
    const labels: string[] = []
    let at = 12
    for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
      labels.push(query.toString("latin1", at + 1, at + 1 + length))
      at += 1 + length
    }
    const question = query.subarray(12, at + 5)
    const type = TYPES[query.readUInt16BE(at + 1)] ?? "?"
    const name = labels.join(".").toLowerCase()
    asked.push(`${type} ${name}`)
    const records = zone[`${type} ${name}`] ?? zone[name] ?? (names.has(name) ? undefined : zone["*"])
    if (records === "silent") return
    const rcode = records === "servfail" ? 2 : names.has(name) ? 0 : 3
    const answers = (Array.isArray(records) ? records : []).map((record) => answer(query.readUInt16BE(at + 1), record))
    const header = Buffer.from([query[0] ?? 0, query[1] ?? 0, 0x81, 0x80 | rcode, 0, 1, 0, answers.length, 0, 0, 0, 0])
    socket.send(Buffer.concat([header, question, ...answers]), peer.port, peer.address)
  })
  socket.bind(0, "127.0.0.1")
  await once(socket, "listening")
  return {
    resolver: `127.0.0.1:${socket.address().port}`,
    asked,
    close: async () => {
      socket.close()
      await once(socket, "close")
    },
  }
}

function answer(type: number, record: string | readonly [number, string]): Buffer {
  const data = typeof record !== "string" ? mxOctets(record) : type === 16 ? textOctets(record) : addressOctets(record)
  // 0xc00c points at the question's name; class IN, 60 s.
  return Buffer.concat([
    Buffer.from([0xc0, 0x0c]),
    uint16(type),
    uint16(1),
    Buffer.from([0, 0, 0, 60]),
    uint16(data.length),
    data,
  ])
}

function mxOctets([preference, host]: readonly [number, string]): Buffer {
  return Buffer.concat([uint16(preference), nameOctets(host)])
}

/** Character-strings of at most 255 octets. RFC 1035 §3.3.14. */
function textOctets(text: string): Buffer {
  const pieces = text.match(/[^]{1,255}/g) ?? [""]
  return Buffer.concat(pieces.map((piece) => Buffer.from(`${String.fromCharCode(piece.length)}${piece}`, "latin1")))
}

function uint16(value: number): Buffer {
  return Buffer.from([value >> 8, value & 255])
}

function nameOctets(name: string): Buffer {
  const labels = name === "" ? [] : name.split(".")
  return Buffer.concat([
    ...labels.map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`, "latin1")),
    Buffer.from([0]),
  ])
}

function addressOctets(address: string): Buffer {
  if (!address.includes(":")) return Buffer.from(address.split(".").map(Number))
  const [head = "", tail = ""] = address.split("::")
  const [left, right] = [head, tail].map((side) => side.split(":").filter(Boolean))
  const groups = [
    ...(left ?? []),
    ...Array<string>(8 - (left?.length ?? 0) - (right?.length ?? 0)).fill("0"),
    ...(right ?? []),
  ]
  return Buffer.concat(groups.map((group) => uint16(Number.parseInt(group, 16))))
}
