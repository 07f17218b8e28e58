/** Starts Debian's real c-icap with its echo service and, given a clamd, its virus scanner. */
import { spawn } from "node:child_process"
import { once } from "node:events"
import { existsSync, globSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePort } from "./clamd.ts"

export interface CIcap {
  /** `icap://127.0.0.1:port/echo`. */
  readonly echo: string
  /** `icap://127.0.0.1:port/avscan`; null without clamd. */
  readonly scan: string | null
  stop(): Promise<void>
}

const PROGRAM = "/usr/bin/c-icap"
const START_WITHIN = 15_000

/** Null when it is not installed. `clamd` is the path of its socket. */
export async function startCIcap(clamd: string | null): Promise<CIcap | null> {
  const [modules] = globSync("/usr/lib/*/c_icap")
  if (!existsSync(PROGRAM) || modules === undefined) return null
  const directory = await mkdtemp(join(tmpdir(), "congthu-icap-"))
  const port = await freePort()
  const virusScan = [
    "Module common clamd_mod.so",
    `clamd_mod.ClamdSocket ${clamd}`,
    "Service antivirus_module virus_scan.so",
    "ServiceAlias avscan antivirus_module?allow204=on&sizelimit=off&mode=simple",
    "virus_scan.ScanFileTypes TEXT DATA EXECUTABLE ARCHIVE GIF JPEG MSOFFICE",
    "virus_scan.MaxObjectSize 100M",
    "virus_scan.DefaultEngine clamd",
  ]
  const settings = [
    `PidFile ${directory}/pid`,
    `CommandsSocket ${directory}/ctl`,
    "StartServers 1",
    "MaxServers 2",
    "ThreadsPerChild 8",
    "MinSpareThreads 2",
    "MaxSpareThreads 8",
    `Port 127.0.0.1:${port}`,
    `TmpDir ${directory}`,
    "DebugLevel 0",
    `ModulesDir ${modules}`,
    `ServicesDir ${modules}`,
    "TemplateDir /usr/share/c_icap/templates/",
    "LoadMagicFile /etc/c-icap/c-icap.magic",
    `ServerLog ${directory}/server.log`,
    `AccessLog ${directory}/access.log`,
    "Service echo srv_echo.so",
    ...(clamd === null ? [] : virusScan),
  ]
  await writeFile(join(directory, "c-icap.conf"), `${settings.join("\n")}\n`)
  const server = spawn(PROGRAM, ["-N", "-f", join(directory, "c-icap.conf")], { stdio: "ignore", detached: true })
  const ended = once(server, "exit")
  const stop = async (): Promise<void> => {
    // Its workers are processes of its own group.
    if (server.exitCode === null && server.pid !== undefined) process.kill(-server.pid, "SIGKILL")
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  const deadline = Date.now() + START_WITHIN
  while (!(await answers(port))) {
    if (server.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`c-icap did not start, exit code ${server.exitCode}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  const at = `icap://127.0.0.1:${port}`
  return { echo: `${at}/echo`, scan: clamd === null ? null : `${at}/avscan`, stop }
}

async function answers(port: number): Promise<boolean> {
  const socket = connect(port, "127.0.0.1")
  try {
    await once(socket, "connect")
    return true
  } catch {
    return false
  } finally {
    socket.destroy()
  }
}
