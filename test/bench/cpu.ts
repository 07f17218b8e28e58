/** CPU time and memory of a process and all it started, by proc(5): what wall clocks on a shared machine cannot tell. */
import { readFileSync, readdirSync } from "node:fs"

/** The process and all below it. */
function family(pid: number): readonly number[] {
  const parents = new Map<number, number>()
  for (const name of readdirSync("/proc")) {
    if (!/^\d+$/.test(name)) continue
    const fields = statOf(Number(name))
    if (fields !== null) parents.set(Number(name), Number(fields[1]))
  }
  const found = [pid]
  for (const one of found) for (const [child, parent] of parents) if (parent === one) found.push(child)
  return found
}

/** Fields of /proc/PID/stat after the name: state, parent, … proc(5). */
function statOf(pid: number): readonly string[] | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, "utf8")
    return text.slice(text.lastIndexOf(")") + 2).split(" ")
  } catch {
    return null
  }
}

/** ms in user and system mode, children that ended included; a tick is 10 ms. */
export function cpuTime(pid: number): number {
  return family(pid).reduce(
    (sum, one) =>
      sum +
      (statOf(one)
        ?.slice(11, 15)
        .reduce((ticks, field) => ticks + Number(field), 0) ?? 0) *
        10,
    0,
  )
}

/** MiB resident at most, all of them. */
export function peakMemory(pid: number): number {
  return family(pid).reduce((sum, one) => {
    try {
      return sum + Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${one}/status`, "utf8"))?.[1] ?? 0) / 1_024
    } catch {
      return sum
    }
  }, 0)
}
