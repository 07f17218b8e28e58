/** What the runtime itself decodes: deflate, gzip, zlib, zstd. RFC 1950–1952, RFC 8878. */
import {
  createGunzip,
  createInflate,
  createInflateRaw,
  createZstdDecompress,
  type Gunzip,
  inflateRawSync,
  type Inflate,
  type InflateRaw,
  type ZstdDecompress,
} from "node:zlib"
import { free } from "../../mail/octets.ts"
import type { Output } from "../budget.ts"

const CHUNK = 65_536
/** Octets that come out at once. */
const AT_ONCE = 16 * CHUNK

/** Small ones at once: an office file has fifty of them. */
export async function inflateRaw(packed: Buffer, output: Output): Promise<void> {
  // What claims to be more is not tried at once.
  if (packed.length > CHUNK || output.bytes.length > AT_ONCE)
    return stream(createInflateRaw({ chunkSize: CHUNK }), packed, output)
  try {
    output.push(inflateRawSync(packed, { maxOutputLength: AT_ONCE }))
  } catch (error) {
    if (!(error instanceof RangeError)) throw error
    await stream(createInflateRaw({ chunkSize: CHUNK }), packed, output)
  }
}

export function inflate(packed: Buffer, output: Output): Promise<void> {
  return stream(createInflate({ chunkSize: CHUNK }), packed, output)
}

/** Several gzip files in a row are one. RFC 1952 §2.2. */
export function gunzip(packed: Buffer, output: Output): Promise<void> {
  return stream(createGunzip({ chunkSize: CHUNK }), packed, output)
}

export function unzstd(packed: Buffer, output: Output): Promise<void> {
  // The window a frame may ask for: 8 MiB is what every decoder must offer. RFC 8878 §3.1.1.1.2.
  return stream(createZstdDecompress({ chunkSize: CHUNK }), packed, output)
}

async function stream(
  decoder: Inflate | InflateRaw | Gunzip | ZstdDecompress,
  packed: Buffer,
  output: Output,
): Promise<void> {
  decoder.end(packed)
  for await (const chunk of decoder as AsyncIterable<Buffer>) {
    output.push(chunk)
    // A full chunk is nobody's any more; of a bomb they come faster than they are swept up.
    free(chunk)
  }
}
