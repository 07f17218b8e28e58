/** Inflates what stands inside documents, never more than is allowed. */
import { constants, inflateRawSync, inflateSync } from "node:zlib"

/** Octets that one inflated stream may have. */
const LARGEST = 20_000_000

/** Zlib data (RFC 1950), or what could be read of it; null when it is none. */
export function inflate(bytes: Buffer, most = LARGEST): Buffer | null {
  const options = { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH }
  try {
    return inflateSync(bytes, options)
  } catch {
    return inflateDamaged(bytes, most)
  }
}

/** Readers forgive a wrong header or checksum. */
function inflateDamaged(bytes: Buffer, most: number): Buffer | null {
  try {
    return inflateRawSync(bytes.subarray(2), { maxOutputLength: most, finishFlush: constants.Z_SYNC_FLUSH })
  } catch {
    return null
  }
}

/** Zlib data at the first of these offsets where there is some. */
export function inflateAt(bytes: Buffer, offsets: readonly number[]): Buffer | null {
  for (const at of offsets) {
    if (at + 2 > bytes.length || ((bytes[at] ?? 0) & 0x0f) !== 8) continue
    const inner = inflate(bytes.subarray(at))
    if (inner !== null && inner.length > 0) return inner
  }
  return null
}
