/** What one message may unpack, all its containers together; counted while it inflates, since what a container declares is not believed. */

/** Why a container or a member of it was not opened to its end. */
export type Trouble =
  | "bomb"
  | "encrypted"
  | "too-large"
  | "too-many-files"
  | "too-deep"
  | "corrupt"
  | "unsupported-archive"
  | "split-archive"
  | "timeout"

/** Ends the opening of a container from deep inside it. */
export class Stop extends Error {
  readonly trouble: Trouble
  constructor(trouble: Trouble) {
    super(trouble)
    this.trouble = trouble
  }
}

export interface Limits {
  /** Octets that may come out of all containers of a message, and out of one member. */
  readonly octets: number
  readonly member: number
  /** Members of all containers of a message. */
  readonly files: number
  /** Containers within one another. */
  readonly depth: number
  /** Octets out for one in, beyond the first `FREE`: text packs about 20:1, office files up to 50:1, a bomb 1,000:1. */
  readonly ratio: number
}

/** What the settings say unless told otherwise. */
export const LIMITS: Limits = { octets: 200_000_000, member: 50_000_000, files: 5_000, depth: 5, ratio: 200 }

export interface Budget {
  readonly limits: Limits
  readonly signal: AbortSignal
  /** Octets that came out, and octets of the message they came from. */
  out: number
  readonly packed: number
  /** Octets kept beside the message's own. */
  kept: number
  files: number
  /** Something went beyond all measure: nothing more of this message is opened. */
  over: Trouble | null
  /** Room that an output gave back: a bomb of many members shall not take new room for each before the old is swept up. */
  spare: Buffer | null
}

/** Octets kept of one message, its own not counted: so many times those, but never less nor more than this. */
const KEPT = 8
const LEAST_KEPT = 16_000_000
const MOST_KEPT = 100_000_000
const FREE = 10_000_000
/** Of all that comes out of a message half of the ratio: a bomb may be cut into members. */
const OF_ALL = 0.5
const FREE_OF_ALL = 16_000_000

/** `packed`: octets of the message's own files. */
export function createBudget(signal: AbortSignal, packed: number, limits: Limits = LIMITS): Budget {
  return { limits, signal, out: 0, packed, kept: 0, files: 0, over: null, spare: null }
}

/** Counts one member met. */
export function countFile(budget: Budget): void {
  if (++budget.files > budget.limits.files) throw new Stop(end(budget, "too-many-files"))
  if (budget.signal.aborted) throw new Stop("timeout")
}

function end(budget: Budget, trouble: Trouble): Trouble {
  budget.over ??= trouble
  return trouble
}

/** Where a decoder writes: what is already out serves as its dictionary. */
export interface Output {
  /** At least `size` octets long; another buffer after `need`. */
  bytes: Buffer
  size: number
  /** Makes room for so many more octets, or throws `Stop`. */
  need(more: number): void
  /** What is no longer kept is still counted. */
  push(chunk: Uint8Array): void
  /** There was no room to keep all of it: `done` gives its beginning. */
  isCut(): boolean
  /** What is out, charged to the message. */
  done(): Buffer
}

const FIRST = 16_384
/** Octets kept of what there is no room for. */
const BEGINNING = 65_536

/** `packed`: octets it comes from. `expected`: octets it claims to be, a hint only. */
export function createOutput(budget: Budget, packed: number, expected = FIRST): Output {
  const { limits } = budget
  const room = Math.min(MOST_KEPT, Math.max(LEAST_KEPT, KEPT * budget.packed))
  let counted = 0
  let cut = false
  /** Counts what came out since the last look. */
  const count = (size: number): void => {
    budget.out += size - counted
    if (!cut) budget.kept += size - counted
    counted = size
    if (size > FREE && size > limits.ratio * packed) throw new Stop(end(budget, "bomb"))
    if (budget.out > FREE_OF_ALL && budget.out > OF_ALL * limits.ratio * budget.packed)
      throw new Stop(end(budget, "bomb"))
    if (budget.out > limits.octets) throw new Stop(end(budget, "too-large"))
    if (budget.signal.aborted) throw new Stop(end(budget, "timeout"))
  }
  const isFull = (size: number): boolean => size > limits.member || budget.kept > room
  const output: Output = {
    bytes: take(budget, Math.max(1, Math.min(expected, limits.member, Math.max(BEGINNING, room - budget.kept)))),
    size: 0,
    need(more) {
      count(output.size)
      // A decoder that looks back needs all of it.
      if (isFull(output.size)) throw new Stop("too-large")
      if (output.size + more <= output.bytes.length) return
      const larger = Buffer.allocUnsafeSlow(Math.max(output.bytes.length * 2, output.size + more, FIRST))
      output.bytes.copy(larger, 0, 0, output.size)
      output.bytes = larger
    },
    push(chunk) {
      if (!cut) {
        count(output.size)
        if (isFull(output.size)) drop()
      }
      if (cut) count(counted + chunk.length)
      else {
        output.need(chunk.length)
        output.bytes.set(chunk, output.size)
        output.size += chunk.length
      }
    },
    isCut: () => cut,
    done() {
      if (!cut) count(output.size)
      const { bytes, size } = output
      return size * 2 < bytes.length ? Buffer.from(bytes.subarray(0, size)) : bytes.subarray(0, size)
    },
  }
  const drop = (): void => {
    cut = true
    budget.kept -= counted
    budget.spare = output.bytes
    output.bytes = Buffer.from(output.bytes.subarray(0, Math.min(output.size, BEGINNING)))
    output.size = output.bytes.length
  }
  return output
}

function take(budget: Budget, size: number): Buffer {
  const { spare } = budget
  if (spare === null || spare.length < size || size < BEGINNING) return Buffer.allocUnsafeSlow(size)
  budget.spare = null
  return spare
}
