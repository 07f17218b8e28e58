/** How busy the machine is with others: a promise about time is one about a machine that is there for it. */

/** Ms of CPU of one look. */
const LOOK = 50
/** Up to here nobody else is in the way. */
const QUIET = 1.25

/** The promised span on a quiet machine; several times as much of it, by how crowded it is, on one that is not. */
export function allowed(promised: number): number {
  const crowding = Math.max(look(), look())
  return crowding <= QUIET ? promised : promised * 3 * crowding
}

/** Ms by the clock for each of work. */
function look(): number {
  const [from, before] = [performance.now(), process.threadCpuUsage()]
  for (;;) {
    const { user, system } = process.threadCpuUsage(before)
    const used = (user + system) / 1_000
    if (used >= LOOK) return (performance.now() - from) / used
  }
}
