/** A directory of its own for one test: OpenLDAP's server on a loopback port, with data in a temporary folder. */
import { execFileSync } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises"
import { connect } from "node:net"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { freePorts, startProcess } from "./process.ts"

const SLAPD = "/usr/sbin/slapd"
export const noSlapd = existsSync(SLAPD) ? false : "slapd is not installed"
export const PASSWORD = "mật khẩu"
export const ADMIN = "cn=admin,dc=tinh,dc=vn"

export async function startSlapd(ldif: string) {
  const dir = await mkdtemp(join(tmpdir(), "congthu-slapd-"))
  const [port = 0] = await freePorts(1)
  await mkdir(join(dir, "data"))
  await writeFile(
    join(dir, "slapd.conf"),
    `include /etc/ldap/schema/core.schema
include /etc/ldap/schema/cosine.schema
include /etc/ldap/schema/inetorgperson.schema
modulepath /usr/lib/ldap
moduleload back_mdb
database mdb
suffix "dc=tinh,dc=vn"
rootdn "${ADMIN}"
rootpw "${PASSWORD}"
directory ${join(dir, "data")}
access to * by users read by * auth
`,
  )
  await writeFile(join(dir, "data.ldif"), ldif)
  execFileSync("/usr/sbin/slapadd", ["-f", join(dir, "slapd.conf"), "-l", join(dir, "data.ldif")], { timeout: 20_000 })
  const url = `ldap://127.0.0.1:${port}`
  let running = launch()
  function launch() {
    return startProcess([SLAPD, "-f", join(dir, "slapd.conf"), "-h", url, "-d", "0"], { cwd: dir, env: {} })
  }
  await answers(port)
  const stop = async (): Promise<void> => {
    running.kill("SIGTERM")
    await running.ended
  }
  return {
    url,
    stop,
    async start(): Promise<void> {
      running = launch()
      await answers(port)
    },
    async [Symbol.asyncDispose]() {
      await stop()
      await rm(dir, { recursive: true, force: true })
    },
  }
}

async function answers(port: number): Promise<void> {
  for (let tries = 0; tries < 200; tries += 1) {
    const open = await new Promise<boolean>((resolve) => {
      const socket = connect(port, "127.0.0.1", () => {
        socket.destroy()
        resolve(true)
      })
      socket.on("error", () => resolve(false))
    })
    if (open) return
    await new Promise((resolve) => setTimeout(resolve, 50))
  }
  throw new Error("slapd does not listen")
}
