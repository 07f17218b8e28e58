/** Time this process has spent, which other programs on the machine do not lengthen as they do that of the clock. In ms. */
export function cpuTime(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1_000
}
