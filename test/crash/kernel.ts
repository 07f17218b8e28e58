/** The layer below the program: a preloaded library between it and the kernel, told while it runs what to kill, fail, shorten or shift. */
import { execFileSync } from "node:child_process"
import { closeSync, existsSync, openSync, readSync, writeSync } from "node:fs"
import { constants } from "node:os"
import { join } from "node:path"

/** Bits and numbers as in kernel.c. */
const CALLS = { write: 1, sync: 2, rename: 4 } as const
const ACTIONS = { "kill-before": 1, "kill-after": 2, tear: 3, fail: 4, shorten: 5 } as const
const FIELDS = 8
const PATH = 96

export interface Order {
  readonly call: keyof typeof CALLS
  /** Part of the file's path; with a final `$` its end. */
  readonly path: string
  /** `tear` writes half and kills; `shorten` writes half and goes on. */
  readonly action: keyof typeof ACTIONS
  readonly error?: "ENOSPC" | "EIO"
  /** Matching calls let through first. */
  readonly skip?: number
  /** Matching calls met after those; without it all of them. */
  readonly times?: number
}

export interface Kernel {
  /** What the program is started with. */
  readonly env: Readonly<Record<string, string>>
  order(order: Order): void
  /** No more orders; says how many calls were met since `order`. */
  relent(): number
  /** Seconds that the program's wall clock is ahead. */
  clock(seconds: number): void
}

export const noCompiler =
  existsSync("/usr/bin/cc") && existsSync("/usr/include/stdio.h") ? false : "a C compiler is not installed"

/** Compiles the library into `dir`. */
export function createKernel(dir: string): Kernel {
  const library = join(dir, "kernel.so")
  const file = join(dir, "orders")
  execFileSync("cc", ["-shared", "-fPIC", "-O2", "-o", library, join(import.meta.dirname, "kernel.c"), "-ldl"])
  let clock = 0
  const write = (fields: readonly number[], path: string): void => {
    const orders = Buffer.alloc(4 * FIELDS + PATH)
    for (const [at, value] of [...fields, clock].entries()) orders.writeInt32LE(value, 4 * at)
    orders.write(path, 4 * FIELDS)
    const descriptor = openSync(file, existsSync(file) ? "r+" : "w")
    // The path first: what is to be done is in force at once.
    writeSync(descriptor, orders, 4 * FIELDS, PATH, 4 * FIELDS)
    writeSync(descriptor, orders, 0, 4 * FIELDS, 0)
    closeSync(descriptor)
  }
  const relent = (): number => {
    const met = Buffer.alloc(4)
    const descriptor = openSync(file, "r")
    readSync(descriptor, met, 0, 4, 4 * 6)
    closeSync(descriptor)
    write([0, 0, 0, 0, 0], "")
    return met.readInt32LE(0)
  }
  write([0, 0, 0, 0, 0], "")
  return {
    env: { LD_PRELOAD: library, CRASH_ORDERS: file },
    order: ({ call, path, action, error, skip = 0, times = 2 ** 31 - 1 }) =>
      write([CALLS[call], ACTIONS[action], skip, times, error === undefined ? 0 : constants.errno[error]], path),
    relent,
    clock: (seconds) => {
      clock = seconds
      write([0, 0, 0, 0, 0], "")
    },
  }
}
