/** A real Postfix in a temporary folder that takes mail on a loopback port and hands all of it to one next hop. */
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises"
import { existsSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { connect } from "./client.ts"
import { freePorts, runProcess, startProcess } from "./process.ts"

const MASTER = "/usr/lib/postfix/sbin/master"
const START_WITHIN = 15_000

/** Services of master.cf(5) that relaying needs: type, private, unprivileged, chroot, wakeup, maxproc, command. */
const SERVICES = `
pickup     unix n - n 60 1 pickup
cleanup    unix n - n -  0 cleanup
qmgr       unix n - n 1  1 qmgr
rewrite    unix - - n -  - trivial-rewrite
bounce     unix - - n -  0 bounce
defer      unix - - n -  0 bounce
trace      unix - - n -  0 bounce
verify     unix - - n -  1 verify
flush      unix n - n -  0 flush
proxymap   unix - - n -  - proxymap
smtp       unix - - n -  - smtp
relay      unix - - n -  - smtp
error      unix - - n -  - error
retry      unix - - n -  - error
showq      unix n - n -  - showq
anvil      unix - - n -  1 anvil
scache     unix - - n -  1 scache
tlsmgr     unix - - n -  1 tlsmgr
postlog    unix-dgram n - n - 1 postlogd
`

export type Postfix = NonNullable<Awaited<ReturnType<typeof startPostfix>>>

export interface PostfixOptions {
  readonly hostname: string
  /** Port on 127.0.0.1 that gets everything. */
  readonly relayTo: number
  /** Further lines of main.cf. */
  readonly settings?: readonly string[]
  /** Further lines of master.cf. */
  readonly services?: string
}

/** Why it cannot be started here, or false. */
export const noPostfix: string | false =
  existsSync(MASTER) && process.getuid?.() === 0 ? false : "postfix is not installed, or we are not root"

export async function startPostfix({ hostname, relayTo, settings = [], services = "" }: PostfixOptions) {
  if (noPostfix !== false) return null
  const dir = await mkdtemp(join(tmpdir(), "congthu-postfix-"))
  await chmod(dir, 0o755)
  await mkdir(join(dir, "queue"))
  const [port = 0] = await freePorts(1)
  const log = join(dir, "log")
  const main = [
    "compatibility_level = 3.6",
    `myhostname = ${hostname}`,
    `queue_directory = ${dir}/queue`,
    `data_directory = ${dir}/data`,
    `maillog_file = ${log}`,
    "maillog_file_prefixes = /",
    "inet_interfaces = 127.0.0.1",
    "inet_protocols = ipv4",
    "mynetworks = 127.0.0.0/8",
    "mydestination =",
    "alias_maps =",
    "disable_dns_lookups = yes",
    "smtpd_relay_restrictions = permit_mynetworks, reject",
    `relayhost = [127.0.0.1]:${relayTo}`,
    "minimal_backoff_time = 1s",
    "maximal_backoff_time = 2s",
    "queue_run_delay = 1s",
    ...settings,
  ]
  await writeFile(join(dir, "main.cf"), `${main.join("\n")}\n`)
  await writeFile(join(dir, "master.cf"), `127.0.0.1:${port} inet n - n - - smtpd${SERVICES}${services}`)
  // Makes the folders of the queue, with the owners that Postfix wants.
  await runProcess(["postfix", "-c", dir, "check"])

  const master = startProcess([MASTER, "-c", dir, "-d"], { group: true })
  const stop = async (): Promise<void> => {
    if (!master.hasEnded()) master.kill("SIGTERM")
    await master.ended
    await rm(dir, { recursive: true, force: true })
  }
  const deadline = Date.now() + START_WITHIN
  while (!(await greets(port))) {
    if (master.hasEnded() || Date.now() > deadline) {
      const said = `${master.output.stderr}${existsSync(log) ? await readFile(log, "utf8") : ""}`
      await stop()
      throw new Error(`postfix does not answer: ${said}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return {
    port,
    url: `smtp://127.0.0.1:${port}`,
    pid: master.pid,
    log: () => readFile(log, "utf8"),
    /** Messages in its queue. */
    async queued(): Promise<number> {
      const { stdout } = await runProcess(["postqueue", "-c", dir, "-j"])
      return stdout.split("\n").filter(Boolean).length
    },
    stop,
    [Symbol.asyncDispose]: stop,
  }
}

async function greets(port: number): Promise<boolean> {
  try {
    const client = await connect(port)
    const greeting = await client.reply()
    client.close()
    return greeting.startsWith("220")
  } catch {
    return false
  }
}
