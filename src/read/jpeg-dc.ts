/** A JPEG at an eighth of its size, from the averages of its blocks alone: enough to see colours, and little to decode. ITU-T T.81. */

/** One colour plane: an average for each block, 0 to 255. */
export interface Plane {
  readonly width: number
  readonly height: number
  readonly values: Uint8Array
}

interface Component {
  readonly id: number
  readonly across: number
  readonly down: number
  readonly quantiser: number
}

/** Codes by length, then value: a table of 16 bits looks them up. */
type Codes = Uint16Array

const MOST_BLOCKS = 4_000_000

/** Luminance, blue and red difference; null when it is broken, or of a kind that is not read. */
export function planesOf(bytes: Buffer): readonly Plane[] | null {
  try {
    return read(bytes)
  } catch {
    return null
  }
}

function read(bytes: Buffer): readonly Plane[] | null {
  const quantisers = new Map<number, number>()
  const codes = new Map<number, Codes>()
  let frame: {
    readonly width: number
    readonly height: number
    readonly parts: readonly Component[]
    readonly progressive: boolean
  } | null = null
  let restart = 0
  for (let at = 2; at + 4 < bytes.length; ) {
    const marker = bytes[at + 1] ?? 0
    if (bytes[at] !== 0xff || marker === 0xff) {
      at++
      continue
    }
    const length = bytes.readUInt16BE(at + 2)
    const body = bytes.subarray(at + 4, at + 2 + length)
    if (marker === 0xdb) readQuantisers(body, quantisers)
    else if (marker === 0xc4) readCodes(body, codes)
    else if (marker === 0xdd) restart = body.readUInt16BE(0)
    else if (marker === 0xc0 || marker === 0xc1 || marker === 0xc2) {
      const parts = Array.from({ length: body[5] ?? 0 }, (_, index): Component => {
        const sampling = body[7 + 3 * index] ?? 0x11
        return {
          id: body[6 + 3 * index] ?? 0,
          across: sampling >> 4,
          down: sampling & 15,
          quantiser: body[8 + 3 * index] ?? 0,
        }
      })
      frame = { height: body.readUInt16BE(1), width: body.readUInt16BE(3), parts, progressive: marker === 0xc2 }
    } else if (marker === 0xda) {
      // Three planes in one scan, as every camera and scanner writes them.
      if (frame === null || frame.parts.length !== 3 || body[0] !== 3) return null
      return scan(bytes, at + 2 + length, { ...frame, scan: body, quantisers, codes, restart })
    }
    at += 2 + length
  }
  return null
}

function readQuantisers(body: Buffer, into: Map<number, number>): void {
  for (let at = 0; at < body.length; ) {
    const wide = (body[at] ?? 0) >> 4 !== 0
    into.set((body[at] ?? 0) & 15, wide ? body.readUInt16BE(at + 1) : (body[at + 1] ?? 1))
    at += 1 + (wide ? 128 : 64)
  }
}

function readCodes(body: Buffer, into: Map<number, Codes>): void {
  for (let at = 0; at + 17 <= body.length; ) {
    const table = new Uint16Array(65_536)
    let code = 0
    let value = at + 17
    for (let bits = 1; bits <= 16; bits++) {
      for (let count = body[at + bits] ?? 0; count > 0; count--) {
        const first = code << (16 - bits)
        table.fill((bits << 8) | (body[value++] ?? 0), first, first + (1 << (16 - bits)))
        code++
      }
      code <<= 1
    }
    into.set(body[at] ?? 0, table)
    at = value
  }
}

interface Scan {
  readonly width: number
  readonly height: number
  readonly parts: readonly Component[]
  readonly progressive: boolean
  readonly scan: Buffer
  readonly quantisers: ReadonlyMap<number, number>
  readonly codes: ReadonlyMap<number, Codes>
  /** Units between two restart markers; 0 for none. */
  readonly restart: number
}

function scan(bytes: Buffer, from: number, given: Scan): readonly Plane[] | null {
  const { parts, progressive, restart } = given
  const across = Math.max(...parts.map((part) => part.across))
  const down = Math.max(...parts.map((part) => part.down))
  const unitsAcross = Math.ceil(given.width / (8 * across))
  const unitsDown = Math.ceil(given.height / (8 * down))
  if (unitsAcross * unitsDown * across * down > MOST_BLOCKS || across === 0 || down === 0) return null
  const shift = progressive ? (given.scan[given.scan.length - 1] ?? 0) & 15 : 0
  const planes = parts.map((part, index) => {
    const tables = given.scan[2 + 2 * index] ?? 0
    return {
      part,
      width: unitsAcross * part.across,
      values: new Uint8Array(unitsAcross * part.across * unitsDown * part.down).fill(128),
      dc: given.codes.get(tables >> 4) ?? null,
      ac: given.codes.get(0x10 | (tables & 15)) ?? null,
      scale: ((given.quantisers.get(part.quantiser) ?? 1) << shift) / 8,
      last: 0,
    }
  })
  const bits = bitsOf(bytes, from)
  for (let unit = 0; unit < unitsAcross * unitsDown; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      bits.restart()
      for (const plane of planes) plane.last = 0
    }
    // What is cut off stays grey.
    if (bits.over()) break
    for (const plane of planes) {
      if (plane.dc === null || (plane.ac === null && !progressive)) return null
      for (let block = 0; block < plane.part.across * plane.part.down; block++) {
        const size = bits.code(plane.dc)
        plane.last += size === 0 ? 0 : bits.number(size)
        if (!progressive && plane.ac !== null) skip(bits, plane.ac)
        const x = (unit % unitsAcross) * plane.part.across + (block % plane.part.across)
        const y = Math.floor(unit / unitsAcross) * plane.part.down + Math.floor(block / plane.part.across)
        plane.values[y * plane.width + x] = Math.max(0, Math.min(255, plane.last * plane.scale + 128))
      }
    }
  }
  return planes.map(({ width, values }) => ({ width, height: values.length / width, values }))
}

/** The other 63 of a block. */
function skip(bits: Bits, codes: Codes): void {
  for (let index = 1; index < 64; index++) {
    const symbol = bits.code(codes)
    const size = symbol & 15
    if (size === 0) {
      if (symbol !== 0xf0) return
      index += 15
    } else {
      index += symbol >> 4
      bits.number(size)
    }
  }
}

interface Bits {
  code(codes: Codes): number
  /** So many bits, as T.81 F.2.2.1 extends them. */
  number(size: number): number
  restart(): void
  over(): boolean
}

function bitsOf(bytes: Buffer, from: number): Bits {
  let at = from
  let held = 0
  let count = 0
  let ended = 0
  const fill = (wanted: number): void => {
    while (count < wanted) {
      let octet = bytes[at] ?? 0
      if (octet === 0xff && bytes[at + 1] !== 0) {
        // A marker, or the end: zeros from here on.
        octet = 0
        ended++
      } else if (at >= bytes.length) ended++
      else at += octet === 0xff ? 2 : 1
      held = ((held << 8) | octet) & 0xffffff
      count += 8
    }
  }
  return {
    code(codes) {
      fill(16)
      const found = codes[(held >> (count - 16)) & 0xffff] ?? 0
      count -= Math.max(1, found >> 8)
      return found & 0xff
    },
    number(size) {
      fill(size)
      const value = (held >> (count - size)) & ((1 << size) - 1)
      count -= size
      return value < 1 << (size - 1) ? value - (1 << size) + 1 : value
    },
    restart() {
      held = 0
      count = 0
      ended = 0
      if (bytes[at] === 0xff && (bytes[at + 1] ?? 0) >= 0xd0 && (bytes[at + 1] ?? 0) <= 0xd7) at += 2
    },
    over: () => ended > 8,
  }
}
