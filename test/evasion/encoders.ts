/** How old programs wrote a file into text. */

export function uuencode(bytes: Buffer, framed: boolean, name = "file.bin"): string {
  const lines: string[] = []
  for (let at = 0; at < bytes.length; at += 45) {
    const piece = bytes.subarray(at, at + 45)
    let line = String.fromCharCode(32 + piece.length)
    for (let i = 0; i < piece.length; i += 3) {
      const bits = ((piece[i] ?? 0) << 16) | ((piece[i + 1] ?? 0) << 8) | (piece[i + 2] ?? 0)
      for (const shift of [18, 12, 6, 0]) line += String.fromCharCode(((bits >> shift) & 63 || 64) + 32)
    }
    lines.push(line)
  }
  return framed ? [`begin 644 ${name}`, ...lines, "`", "end"].join("\r\n") : lines.join("\r\n")
}

export function yenc(bytes: Buffer, name: string): string {
  let data = ""
  for (const octet of bytes) {
    const code = (octet + 42) & 255
    const critical = [0, 10, 13, 61].includes(code)
    data += critical ? `=${String.fromCharCode((code + 64) & 255)}` : String.fromCharCode(code)
  }
  const lines = data.replace(/.{60}(?=.)(?<!=)/gs, "$&\r\n")
  return `=ybegin line=60 size=${bytes.length} name=${name}\r\n${lines}\r\n=yend size=${bytes.length}`
}

/** BinHex 4.0 without its checksums, which no reader of hostile mail waits for. */
export function binhex(bytes: Buffer, name: string): string {
  const head = Buffer.concat([Buffer.from([name.length]), Buffer.from(name), Buffer.alloc(11)])
  const lengths = Buffer.alloc(10)
  lengths.writeUInt32BE(bytes.length)
  const all = Buffer.concat([head, lengths, bytes, Buffer.alloc(4)])
  const runs = Buffer.from(all.toString("latin1").replace(/\x90/g, "\x90\0"), "latin1")
  const alphabet = "!\"#$%&'()*+,-012345689@ABCDEFGHIJKLMNPQRSTUVXYZ[`abcdefhijklmpqr"
  const values = runs.toString("base64").replace(/=+$/, "")
  const base64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"
  const text = Array.from(values, (char) => alphabet[base64.indexOf(char)]).join("")
  return `(This file must be converted with BinHex 4.0)\r\n:${text.replace(/.{63}(?=.)/g, "$&\r\n")}:`
}

/** POSIX: the same frame, its lines in base64. */
export function uuBase64(bytes: Buffer, name: string): string {
  return `begin-base64 644 ${name}\r\n${bytes.toString("base64").replace(/.{60}(?=.)/g, "$&\r\n")}\r\n====`
}

/** One attachment as Outlook packs it: signature, key, then attributes with level, id, length, data and sum. MS-OXTNEF. */
export function tnef(bytes: Buffer, name: string): Buffer {
  const attribute = (level: number, id: number, data: Buffer): Buffer => {
    const head = Buffer.alloc(9)
    head.writeUInt8(level, 0)
    head.writeUInt32LE(id, 1)
    head.writeUInt32LE(data.length, 5)
    const sum = Buffer.alloc(2)
    sum.writeUInt16LE(data.reduce((total, octet) => (total + octet) & 0xffff, 0))
    return Buffer.concat([head, data, sum])
  }
  const start = Buffer.from([0x78, 0x9f, 0x3e, 0x22, 1, 0])
  return Buffer.concat([
    start,
    attribute(1, 0x00089006, Buffer.from([0, 0, 1, 0])),
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x00018010, Buffer.from(`${name}\0`)),
    attribute(2, 0x0006800f, bytes),
  ])
}
