/** Opens winmail.dat, what Outlook makes of a message and its attachments. [MS-OXTNEF]. */
import { countFile } from "../budget.ts"
import { cString, type Member, namesOf, slice, type Way } from "./member.ts"

const RENDER = 0x00069002
const TITLE = 0x00018010
const DATA = 0x0006800f
const ATTACHMENT = 0x00069005
const BODY = 0x0002800c
const PROPERTIES = 0x00069003

/** Tags of MAPI properties: long file name, object with its octets, HTML body. */
const LONG_NAME = [0x3707001f, 0x3707001e]
const OBJECT = [0x3701000d, 0x37010102]
const HTML = [0x10130102, 0x1013001e]

interface Attachment {
  names: string[]
  data: Buffer | null
}

export function* tnef(bytes: Buffer, { budget }: Way): Generator<Member> {
  let current: Attachment | null = null
  // Level, identifier, size; value; sum. Less than that behind the last is padding.
  for (let at = 6; at + 11 <= bytes.length; ) {
    const id = bytes.readUInt32LE(at + 1)
    const value = slice(bytes, at + 9, bytes.readUInt32LE(at + 5))
    at += 9 + value.length + 2
    countFile(budget)
    if (id === RENDER) {
      yield* finished(current)
      current = { names: [], data: null }
    } else if (id === BODY) yield { names: ["body.txt"], bytes: cString(value), trouble: null }
    else if (id === PROPERTIES) {
      const html = property(value, HTML)
      if (html !== null) yield { names: ["body.html"], bytes: html, trouble: null }
    } else if (current !== null) {
      if (id === TITLE) current.names.push(...namesOf(cString(value)))
      else if (id === DATA) current.data = value
      else if (id === ATTACHMENT) described(current, value)
    }
  }
  yield* finished(current)
}

function* finished(attachment: Attachment | null): Generator<Member> {
  if (attachment?.data === null || attachment === null) return
  yield { names: attachment.names, bytes: attachment.data, trouble: null }
}

/** The name people see, and an embedded message or document in place of plain octets: its class stands before it. */
function described(attachment: Attachment, properties: Buffer): void {
  const wide = property(properties, LONG_NAME.slice(0, 1))
  const narrow = property(properties, LONG_NAME.slice(1))
  if (wide !== null) attachment.names.unshift(wide.toString("utf16le").replace(/\0+$/, ""))
  if (narrow !== null) attachment.names.unshift(...namesOf(cString(narrow)))
  const object = property(properties, OBJECT)
  if (object !== null) attachment.data ??= object.length > 16 && !isFile(object) ? object.subarray(16) : object
}

function isFile(object: Buffer): boolean {
  return object.readUInt32BE(0) === 0xd0cf11e0
}

/** The value of one property: its tag, how many values, how long. Lists of unknown kinds need not be read for that. */
function property(properties: Buffer, tags: readonly number[]): Buffer | null {
  for (const tag of tags) {
    const sought = Buffer.alloc(8)
    sought.writeUInt32LE(tag, 0)
    sought.writeUInt32LE(1, 4)
    const at = properties.indexOf(sought)
    if (at < 0 || at + 12 > properties.length) continue
    const size = properties.readUInt32LE(at + 8)
    if (at + 12 + size <= properties.length) return properties.subarray(at + 12, at + 12 + size)
  }
  return null
}
