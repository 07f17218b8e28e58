/** Makes hostile octets of sound ones: bytes flipped, pieces cut, doubled, swapped with others, and words that parsers stumble over. */
import type { Random } from "../crash/random.ts"

/** Octets of what is made; longer inputs find slowness, not crashes, and cost all others their turn. */
const LONGEST = 65_536

/** Span in ms. */
const LONGEST_SEARCH = 5_000

/** Delimiters and words of mail, MIME, SMTP, archives and documents. */
const WORDS: readonly Buffer[] = [
  ...'\r\n|\r|\n|\0|\r\n.\r\n|\n.\r\n|\r\n\r\n| |\t|"|\\|<|>|(|)|[|]|@|,|;|:|=|%|!|*|?|=?utf-8?B?|=?utf-8?Q?|?=|--|--b\r\n|--b--'.split(
    "|",
  ),
  ..."From:|Sender:|Reply-To:|Content-Type:|Content-Type: multipart/mixed; boundary=b|Content-Transfer-Encoding: base64|message/rfc822".split(
    "|",
  ),
  ..."quoted-printable|filename*0*=|boundary=|charset=utf-7|name=|begin 644 a|=ybegin|PK\x03\x04|PK\x05\x06|%PDF|{\\rtf|\xd0\xcf\x11\xe0".split(
    "|",
  ),
  ..."MAIL FROM:<|RCPT TO:<|DATA|EHLO a|RSET|SIZE=|BODY=8BITMIME|ORCPT=rfc822;|NOTIFY=|+2B|<?xml|<!DOCTYPE|&#0;|<![CDATA[|&amp;".split(
    "|",
  ),
  ..."Infinity|NaN|-1|0|4294967295|18446744073709551616|__proto__|constructor|\xef\xbb\xbf|\xff\xfe|\xe2\x80\xae|\xed\xa0\x80|\xf4\x90\x80\x80".split(
    "|",
  ),
].map((word) => Buffer.from(word, "latin1"))

export function mutated(random: Random, seeds: readonly Buffer[]): Buffer {
  let bytes: Buffer = Buffer.from(random.pick(seeds))
  for (let n = random.below(6) + 1; n > 0; n--) bytes = once(random, bytes, seeds)
  return bytes.subarray(0, LONGEST)
}

function once(random: Random, bytes: Buffer, seeds: readonly Buffer[]): Buffer {
  const at = random.below(bytes.length + 1)
  const end = Math.min(bytes.length, at + random.below(random.pick([2, 8, 64, 1_024])))
  switch (random.below(9)) {
    case 0:
    case 1: {
      if (at < bytes.length) bytes[at] = random.below(256)
      return bytes
    }
    case 2:
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8))
      return bytes
    case 3:
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)])
    case 4:
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at)])
    case 5: {
      const piece = random.pick(WORDS)
      const many = random.below(40) === 0 ? random.below(2_000) : 1
      return Buffer.concat([bytes.subarray(0, at), ...Array<Buffer>(many).fill(piece), bytes.subarray(end)])
    }
    case 6: {
      const other = random.pick(seeds)
      const from = random.below(other.length + 1)
      return Buffer.concat([bytes.subarray(0, at), other.subarray(from, from + random.below(512)), bytes.subarray(end)])
    }
    case 7:
      return bytes.subarray(0, at)
    default: {
      const noise = Buffer.from(Array.from({ length: random.below(16) }, () => random.below(256)))
      return Buffer.concat([bytes.subarray(0, at), noise, bytes.subarray(end)])
    }
  }
}

/** The shortest piece of `bytes` that still fails, found by leaving out ever smaller pieces. */
export async function minimised(bytes: Buffer, fails: (less: Buffer) => Promise<boolean>): Promise<Buffer> {
  let best = bytes
  const until = Date.now() + LONGEST_SEARCH
  for (let size = best.length >> 1; size > 0; size >>= 1) {
    for (let at = 0; at < best.length && Date.now() < until; ) {
      const less = Buffer.concat([best.subarray(0, at), best.subarray(at + size)])
      if (await fails(less)) best = less
      else at += size
    }
  }
  return best
}
