/** A DNS server over UDP with a few records: the answers of MX lookups without the Internet. RFC 1035 §4. */
import { createSocket } from "node:dgram"
import { once } from "node:events"

/** `MX name`: [preference, host]…, `A name` and `AAAA name`: addresses; `servfail` or `silent` instead. Other names: NXDOMAIN. */
export type Zone = Readonly<
  Record<string, readonly (readonly [number, string])[] | readonly string[] | "servfail" | "silent">
>

const TYPES: Readonly<Record<number, string>> = { 1: "A", 15: "MX", 28: "AAAA" }

export async function dns(zone: Zone): Promise<{ readonly resolver: string; close(): Promise<void> }> {
  const socket = createSocket("udp4")
  const names = new Set(Object.keys(zone).map((key) => key.split(" ")[1]))
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
    const records = zone[`${type} ${name}`]
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
    close: async () => {
      socket.close()
      await once(socket, "close")
    },
  }
}

function answer(type: number, record: string | readonly [number, string]): Buffer {
  const data =
    typeof record === "string" ? addressOctets(record) : Buffer.concat([uint16(record[0]), nameOctets(record[1])])
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
