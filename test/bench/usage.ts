/** What a relay uses, all its processes together, as /proc tells it. proc(5). */
import { readFileSync, readdirSync } from "node:fs"

/** Ms of one tick of /proc/PID/stat: 100 a second on every Linux that Node runs on. */
const TICK = 10

export interface Process {
  readonly pid: number
  /** Its program and arguments. */
  readonly command: string
  /** Ms in user and system mode, of children that ended and were waited for too. */
  readonly cpu: number
  /** Resident MiB, now and at most so far. */
  readonly memory: number
  readonly peak: number
  /** Resident MiB now, each page that several processes share divided among them. */
  readonly own: number
}

/** The process and all below it. */
export function family(pid: number): readonly Process[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(Number(name))
    if (fields !== null) parents.set(Number(name), Number(fields[1]))
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found.flatMap((one) => processOf(one) ?? [])
}

export function cpuTime(pid: number): number {
  return family(pid).reduce((sum, { cpu }) => sum + cpu, 0)
}

function processOf(pid: number): Process | null {
  try {
    const fields = statOf(pid)
    const status = readFileSync(`/proc/${pid}/status`, "utf8")
    const kilobytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(status)?.[1] ?? 0)
    return {
      pid,
      command: readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ").trim(),
      cpu: (fields?.slice(11, 15) ?? []).reduce((ticks, field) => ticks + Number(field), 0) * TICK,
      memory: kilobytes("VmRSS") / 1_024,
      peak: kilobytes("VmHWM") / 1_024,
      own: Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1] ?? 0) / 1_024,
    }
  } catch {
    // It ended meanwhile.
    return null
  }
}

/** Fields of /proc/PID/stat after the name: state, parent, … */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    return text.slice(text.lastIndexOf(")") + 2).split(" ")
  } catch {
    return null
  }
}
