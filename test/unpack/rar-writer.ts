/** Writes archives of RAR 5, stored, sealed or not. RAR 5.0 archive format. */
import { createCipheriv, pbkdf2Sync } from "node:crypto"
import { crc32 } from "node:zlib"

export interface RarMember {
  readonly name: string
  readonly data: Buffer
}

function number(value: number): Buffer {
  const octets: number[] = []
  for (let left = value; ; left = Math.floor(left / 128)) {
    if (left < 128) return Buffer.from([...octets, left])
    octets.push((left % 128) | 0x80)
  }
}

function block(type: number, flags: number, fields: Buffer, extra: Buffer = Buffer.alloc(0), data?: Buffer): Buffer {
  const all = flags | (extra.length > 0 ? 1 : 0) | (data === undefined ? 0 : 2)
  const sizes = [
    extra.length > 0 ? number(extra.length) : Buffer.alloc(0),
    data === undefined ? Buffer.alloc(0) : number(data.length),
  ]
  const body = Buffer.concat([number(type), number(all), ...sizes, fields, extra])
  const header = Buffer.concat([number(body.length), body])
  const sum = Buffer.alloc(4)
  sum.writeUInt32LE(crc32(header))
  return Buffer.concat([sum, header, data ?? Buffer.alloc(0)])
}

const POWER = 4
const SALT = Buffer.alloc(16, 7)
const VECTOR = Buffer.alloc(16, 9)

export function rar5(
  members: readonly RarMember[],
  password: string | null = null,
  lie: { readonly volume?: boolean } = {},
): Buffer {
  const files = members.map(({ name, data }) => {
    const sum = Buffer.alloc(4)
    sum.writeUInt32LE(crc32(data))
    const named = Buffer.from(name)
    const fields = Buffer.concat([
      number(4),
      number(data.length),
      number(0x20),
      sum,
      number(0),
      number(0),
      number(named.length),
      named,
    ])
    return password === null
      ? block(2, 0, fields, Buffer.alloc(0), data)
      : block(2, 0, fields, lock(password), sealed(data, password))
  })
  const signature = Buffer.from("Rar!\x1a\x07\x01\0", "latin1")
  return Buffer.concat([signature, block(1, 0, number(lie.volume === true ? 1 : 0)), ...files, block(5, 0, number(0))])
}

function lock(password: string): Buffer {
  const proof = pbkdf2Sync(password, SALT, 2 ** POWER + 32, 32, "sha256")
  const check = Buffer.alloc(12)
  for (const [index, octet] of proof.entries()) check[index % 8] = (check[index % 8] ?? 0) ^ octet
  const record = Buffer.concat([number(1), number(0), number(1), Buffer.from([POWER]), SALT, VECTOR, check])
  return Buffer.concat([number(record.length), record])
}

function sealed(data: Buffer, password: string): Buffer {
  const key = pbkdf2Sync(password, SALT, 2 ** POWER, 32, "sha256")
  const padded = Buffer.concat([data, Buffer.alloc((16 - (data.length % 16)) % 16)])
  return createCipheriv("aes-256-cbc", key, VECTOR).setAutoPadding(false).update(padded)
}
