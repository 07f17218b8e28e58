/** Messages to send: exact CRLF, Vietnamese text, attachments, small zip archives. */
import { crc32, deflateRawSync } from "node:zlib"

export interface Attachment {
  readonly name: string
  readonly bytes: Uint8Array
  readonly type?: string
}

export interface Mail {
  readonly from?: string
  readonly to?: string
  readonly subject?: string
  readonly body?: string
  readonly html?: string
  readonly attachments?: readonly Attachment[]
  /** Further header fields, `Name: value`. */
  readonly header?: readonly string[]
}

let counter = 0

export function mail(content: Mail = {}): Buffer {
  const { from = "a@tuyenquang.gov.vn", to = "b@hagiang.gov.vn", subject = "Kính gửi Sở", header = [] } = content
  const { body = "Kính gửi quý cơ quan,\r\nnội dung ở đây.\r\n", html, attachments = [] } = content
  const text = part(["Content-Type: text/plain; charset=utf-8", "Content-Transfer-Encoding: base64"], base64(body))
  const readable =
    html === undefined
      ? text
      : multipart("alternative", [
          text,
          part(["Content-Type: text/html; charset=utf-8", "Content-Transfer-Encoding: base64"], base64(html)),
        ])
  const whole = attachments.length === 0 ? readable : multipart("mixed", [readable, ...attachments.map(attached)])
  const fields = [
    `From: <${from}>`,
    `To: <${to}>`,
    `Subject: ${word(subject)}`,
    "Date: Mon, 23 Nov 2026 08:00:00 +0700",
    `Message-ID: <${process.pid}.${++counter}@client.example>`,
    ...header,
    "MIME-Version: 1.0",
  ]
  return Buffer.from(`${fields.join("\r\n")}\r\n${whole}`, "utf8")
}

/** RFC 2047, B encoding in UTF-8 when needed. */
function word(text: string): string {
  return /^[\x20-\x7e]*$/.test(text) ? text : `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`
}

function part(fields: readonly string[], body: string): string {
  return `${fields.join("\r\n")}\r\n\r\n${body}`
}

function base64(content: string | Uint8Array): string {
  return Buffer.from(content)
    .toString("base64")
    .replace(/.{1,76}/g, "$&\r\n")
}

function multipart(subtype: string, parts: readonly string[]): string {
  const boundary = `=_${subtype}_${++counter}`
  const inner = parts.map((each) => `--${boundary}\r\n${each}\r\n`).join("")
  return part([`Content-Type: multipart/${subtype}; boundary="${boundary}"`], `${inner}--${boundary}--\r\n`)
}

function attached({ name, bytes, type = "application/octet-stream" }: Attachment): string {
  const fields = [
    `Content-Type: ${type}; name="${word(name)}"`,
    `Content-Disposition: attachment; filename="${word(name)}"`,
    "Content-Transfer-Encoding: base64",
  ]
  return part(fields, base64(bytes))
}

/** A zip archive of deflated files; APPNOTE.TXT 4.3. */
export function zip(files: Readonly<Record<string, Uint8Array>>): Buffer {
  const local: Buffer[] = []
  const central: Buffer[] = []
  let offset = 0
  for (const [name, bytes] of Object.entries(files)) {
    const packed = deflateRawSync(bytes)
    const path = Buffer.from(name)
    const common = Buffer.alloc(26)
    common.writeUInt16LE(20, 0)
    common.writeUInt16LE(0x800, 2) // names are UTF-8
    common.writeUInt16LE(8, 4) // deflate
    common.writeUInt32LE(crc32(bytes), 10)
    common.writeUInt32LE(packed.length, 14)
    common.writeUInt32LE(bytes.length, 18)
    common.writeUInt16LE(path.length, 22)
    const head = Buffer.concat([Buffer.from("PK\x03\x04"), common, path, packed])
    const tail = Buffer.alloc(14)
    tail.writeUInt32LE(offset, 10)
    local.push(head)
    central.push(Buffer.from("PK\x01\x02\x14\x00"), common, tail, path)
    offset += head.length
  }
  const directory = Buffer.concat(central)
  const end = Buffer.alloc(22)
  end.write("PK\x05\x06", "latin1")
  end.writeUInt16LE(Object.keys(files).length, 8)
  end.writeUInt16LE(Object.keys(files).length, 10)
  end.writeUInt32LE(directory.length, 12)
  end.writeUInt32LE(offset, 16)
  return Buffer.concat([...local, directory, end])
}

/** Names of the header fields that stand before the octets that were sent; null when those did not arrive as they were. */
export function fieldsBefore(sent: Uint8Array, arrived: Uint8Array): readonly string[] | null {
  const added = Buffer.from(arrived.subarray(0, arrived.length - sent.length)).toString("latin1")
  const whole =
    Buffer.from(arrived.subarray(added.length)).equals(sent) && /^(?:[\w-]+: .*\r\n(?:[ \t].*\r\n)*)*$/.test(added)
  return whole ? [...added.matchAll(/^([\w-]+):/gm)].map(([, name = ""]) => name) : null
}
