/** Memory of octets that have served. */

/**
 * Gives it back now rather than when the collector comes: that of buffers lies outside of its heap, and some 30 MB of it make it go
 * through all of that heap. Nobody may look at them any more. A window on memory of others is left alone.
 */
export function free(octets: Uint8Array): void {
  const { buffer } = octets
  if (buffer instanceof ArrayBuffer && octets.byteLength === buffer.byteLength && octets.byteLength > 0) {
    buffer.transfer(0)
  }
}
