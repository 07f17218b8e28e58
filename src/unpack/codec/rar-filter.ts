/** What RAR does to octets before it packs them, undone. All work in place. */

export function delta(part: Buffer, channels: number): void {
  const source = Buffer.from(part)
  let at = 0
  for (let channel = 0; channel < channels; channel++) {
    let before = 0
    for (let to = channel; to < part.length; to += channels) {
      before = (before - (source[at++] ?? 0)) & 0xff
      part[to] = before
    }
  }
}

const SPACE = 0x1000000

/** x86: CALL, and JMP when `both`. Version 5 counts places in 16 MiB anew (`wraps`), version 3 goes on. */
export function calls(
  part: Buffer,
  offset: number,
  { both, wraps }: { readonly both: boolean; readonly wraps: boolean },
): void {
  for (let at = 0; at + 4 < part.length; ) {
    const octet = part[at++]
    if (octet !== 0xe8 && !(both && octet === 0xe9)) continue
    const here = wraps ? (at + offset) % SPACE : at + offset
    const address = part.readUInt32LE(at)
    if (address >= 0x80000000) {
      if (address + here >= 2 ** 32) part.writeUInt32LE((address + SPACE) >>> 0, at)
    } else if (address < SPACE) part.writeUInt32LE((address - here) >>> 0, at)
    at += 4
  }
}

/** ARM: BL of 24 bits. */
export function branches(part: Buffer, offset: number): void {
  for (let at = 0; at + 3 < part.length; at += 4) {
    if (part[at + 3] !== 0xeb) continue
    part.writeUIntLE((part.readUIntLE(at, 3) - Math.floor((offset + at) / 4)) & 0xffffff, at, 3)
  }
}

/** Sound: each octet is what a prediction from the three before it missed; how much each of them counts is learnt every 32 octets. */
export function sound(part: Buffer, channels: number): void {
  const source = Buffer.from(part)
  let from = 0
  for (let channel = 0; channel < channels; channel++) {
    const weights = [0, 0, 0]
    const misses = [0, 0, 0, 0, 0, 0, 0]
    let [octet, change, d1, d2, d3] = [0, 0, 0, 0, 0]
    for (let to = channel, count = 0; to < part.length; to += channels, count++) {
      ;[d3, d2, d1] = [d2, change - d1, change]
      const [k1 = 0, k2 = 0, k3 = 0] = weights
      const missed = source[from++] ?? 0
      const next = (((8 * octet + k1 * d1 + k2 * d2 + k3 * d3) >> 3) - missed) & 0xff
      part[to] = next
      change = signed(next - octet)
      octet = next
      const off = signed(missed) * 8
      const [sure, ...others] = [off, off - d1, off + d1, off - d2, off + d2, off - d3, off + d3]
      for (const [index, miss] of [sure ?? 0, ...others].entries())
        misses[index] = (misses[index] ?? 0) + Math.abs(miss)
      if (count % 32 === 0) learn(weights, misses)
    }
  }
}

/** The neighbour that would have missed least counts a little more, or less. */
function learn(weights: number[], misses: number[]): void {
  const least = misses.indexOf(Math.min(...misses))
  misses.fill(0)
  if (least === 0) return
  const index = (least - 1) >> 1
  const weight = weights[index] ?? 0
  if (least % 2 === 1) weights[index] = weight >= -16 ? weight - 1 : weight
  else weights[index] = weight < 16 ? weight + 1 : weight
}

function signed(octet: number): number {
  return (octet << 24) >> 24
}

/** Pictures of three octets a point: predicted from the left, from above, or from both, whichever is nearest; green was taken off red and blue. */
export function colours(part: Buffer, width: number, first: number): void {
  const source = Buffer.from(part)
  let from = 0
  for (let channel = 0; channel < 3; channel++) {
    let left = 0
    for (let to = channel; to < part.length; to += 3) {
      let predicted = left
      if (to >= width && width > 3) {
        const [above, corner] = [part[to - width + 3] ?? 0, part[to - width] ?? 0]
        const sum = left + above - corner
        const [fromLeft, fromAbove, fromCorner] = [Math.abs(sum - left), Math.abs(sum - above), Math.abs(sum - corner)]
        if (fromLeft <= fromAbove && fromLeft <= fromCorner) predicted = left
        else predicted = fromAbove <= fromCorner ? above : corner
      }
      left = (predicted - (source[from++] ?? 0)) & 0xff
      part[to] = left
    }
  }
  for (let at = first; at + 2 < part.length; at += 3) {
    const green = part[at + 1] ?? 0
    part[at] = ((part[at] ?? 0) + green) & 0xff
    part[at + 2] = ((part[at + 2] ?? 0) + green) & 0xff
  }
}
