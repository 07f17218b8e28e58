/** Starts a real clamd that knows one signature: the EICAR test file. */
import { spawn } from "node:child_process"
import { createHash } from "node:crypto"
import { once } from "node:events"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect, createServer } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"

export interface Clamd {
  /** `tcp://127.0.0.1:port`, as `scan.clamd` takes it. */
  readonly tcp: string
  /** `unix:/path`, as `scan.clamd` takes it. */
  readonly unix: string
  stop(): Promise<void>
}

export interface ClamdOptions {
  /** Octets of one stream. */
  readonly streamMaxLength?: number
  /** Files it knows besides, by their digest. */
  readonly known?: readonly Buffer[]
  /** It remembers what it found clean. */
  readonly cache?: boolean
}

/** The EICAR test file, in two halves so that scanners of the repository stay calm. https://www.eicar.org */
export const EICAR = ["X5O!P%@AP[4\\PZX54(P^)7CC)7}$EICAR-STANDARD", "-ANTIVIRUS-TEST-FILE!$H+H*"].join("")

const PROGRAM = "/usr/sbin/clamd"
const START_WITHIN = 15_000

/** Null when clamd is not installed. */
export async function startClamd({
  streamMaxLength = 10_000_000,
  known = [],
  cache = true,
}: ClamdOptions = {}): Promise<Clamd | null> {
  if (!existsSync(PROGRAM)) return null
  const directory = await mkdtemp(join(tmpdir(), "congthu-clamd-"))
  const database = join(directory, "db")
  const socket = join(directory, "clamd.sock")
  const port = await freePort()
  await mkdir(database, { mode: 0o755 })
  const digests = known.map(
    (bytes) => `${createHash("md5").update(bytes).digest("hex")}:${bytes.length}:Known-Test-File`,
  )
  const signatures = ["44d88612fea8a8f36de82e1278abb02f:68:Eicar-Test-Signature", ...digests]
  await writeFile(join(database, "eicar.hdb"), signatures.map((line) => `${line}\n`).join(""))
  const settings = [
    `DatabaseDirectory ${database}`,
    `LocalSocket ${socket}`,
    "TCPAddr 127.0.0.1",
    `TCPSocket ${port}`,
    `TemporaryDirectory ${directory}`,
    "Foreground yes",
    "AlertEncrypted yes",
    "AlertExceedsMax yes",
    "AlertOLE2Macros yes",
    `StreamMaxLength ${streamMaxLength}`,
    `DisableCache ${cache ? "no" : "yes"}`,
  ]
  await writeFile(join(directory, "clamd.conf"), `${settings.join("\n")}\n`)
  const clamd = spawn(PROGRAM, ["--config-file", join(directory, "clamd.conf")], { stdio: "ignore" })
  const ended = once(clamd, "exit")
  const stop = async (): Promise<void> => {
    clamd.kill("SIGKILL")
    await ended
    await rm(directory, { recursive: true, force: true })
  }
  const deadline = Date.now() + START_WITHIN
  while (!(await listens(port))) {
    if (clamd.exitCode !== null || Date.now() > deadline) {
      await stop()
      throw new Error(`clamd did not start, exit code ${clamd.exitCode}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  return { tcp: `tcp://127.0.0.1:${port}`, unix: `unix:${socket}`, stop }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1")
  await once(server, "listening")
  const address = server.address()
  server.close()
  await once(server, "close")
  if (address === null || typeof address === "string") throw new Error("no port")
  return address.port
}

async function listens(port: number): Promise<boolean> {
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
