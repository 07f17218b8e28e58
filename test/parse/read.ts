/** Reads a message written as lines, and keeps what the visitor saw. */
import { parse } from "../../src/parse/parse.ts"
import type { ParseLimits } from "../../src/parse/walk.ts"
import type { Parsed, Part } from "../../src/mail/part.ts"

export type Seen = Omit<Part, "content"> & { readonly octets: Buffer }

export interface Read {
  readonly parsed: Parsed
  readonly parts: readonly Seen[]
}

/** Octets in chunks of `size`. */
export async function* chunks(octets: Uint8Array, size = 65_536): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < octets.length; at += size) yield octets.subarray(at, at + size)
}

export async function read(octets: Uint8Array, options: { limits?: ParseLimits; size?: number } = {}): Promise<Read> {
  const parts: Seen[] = []
  const visit = async ({ content, ...part }: Part): Promise<void> => {
    const kept: Uint8Array[] = []
    for await (const chunk of content) kept.push(chunk)
    parts.push({ ...part, octets: Buffer.concat(kept) })
  }
  return { parsed: await parse(() => chunks(octets, options.size), visit, options.limits), parts }
}

/** CR LF lines; each character of a line below 256 is one octet, others are UTF-8. */
export function message(...lines: readonly string[]): Buffer {
  return Buffer.concat(lines.map((line) => Buffer.from(`${line}\r\n`, /[^\0-\xff]/.test(line) ? "utf8" : "latin1")))
}

export function base64Lines(octets: Uint8Array | string): string {
  return Buffer.from(octets)
    .toString("base64")
    .replace(/.{76}(?=.)/g, "$&\r\n")
}

export function word(text: string): string {
  return `=?utf-8?B?${Buffer.from(text).toString("base64")}?=`
}
