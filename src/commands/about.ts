/** What runs here: versions, certificates and their end, room, and each service we lean on, asked now and each with a deadline. */
import { X509Certificate } from "node:crypto"
import { existsSync } from "node:fs"
import { readFile, statfs } from "node:fs/promises"
import { Resolver } from "node:dns/promises"
import { connect } from "node:net"
import { version as clamdVersion } from "../inspect/scan/clamav.ts"
import type { About, Service } from "../console/api/hands.ts"
import { reason } from "../config/files.ts"
import type { Settings } from "../config/schema.ts"
import { shownSettings } from "../config/shown.ts"
import about from "../../package.json" with { type: "json" }

/** Of each question to a service, ms. */
const WITHIN = 2_000
const STARTED = Date.now()
const TESSERACT = ["/usr/bin/tesseract", "/usr/local/bin/tesseract"]

export async function aboutOf(settings: Settings, shared: string | null, policy: string): Promise<About> {
  const [certificates, room, clamd, ...services] = await Promise.all([
    certificatesOf(settings),
    statfs(settings.store.path),
    clamdOf(settings.scan.clamd),
    ...settings.scan.icap.map(({ url }) => reachable("icap", url, 1344)),
    ...(settings.directory === null
      ? []
      : [reachable("ldap", settings.directory.url, ldapPort(settings.directory.url))]),
    ...(settings.authentication.check ? [dnsOf(settings.authentication.resolver)] : []),
  ])
  return {
    versions: { congthu: about.version, node: process.version, policy },
    startedAt: STARTED,
    certificates,
    disk: { free: room.bavail * room.bsize, total: room.blocks * room.bsize },
    memory: process.memoryUsage.rss(),
    signatures: clamd.signatures,
    services: [
      clamd.service,
      ...services,
      ...(settings.store.shared === null
        ? []
        : [{ name: "redis", is: shared === "ok" ? "ok" : "down", said: "" } as const]),
      { name: "tesseract", is: TESSERACT.some((path) => existsSync(path)) ? "ok" : "absent", said: "" },
    ],
    settings: shownSettings(settings),
  }
}

/** Of the listeners and of our own keys; one file may hold a chain, whose first is ours. */
async function certificatesOf({ tls }: Settings): Promise<About["certificates"]> {
  if (tls === null) return []
  try {
    const one = new X509Certificate(await readFile(tls.cert))
    return [{ file: tls.cert, subject: one.subjectAltName ?? one.subject, until: one.validToDate.getTime(), why: null }]
  } catch (error) {
    return [{ file: tls.cert, subject: null, until: null, why: reason(error) }]
  }
}

async function clamdOf(
  target: string | null,
): Promise<{ readonly service: Service; readonly signatures: About["signatures"] }> {
  if (target === null) return { service: { name: "clamd", is: "absent", said: "" }, signatures: null }
  const said = await clamdVersion(target, AbortSignal.timeout(WITHIN))
  if ("why" in said) return { service: { name: "clamd", is: "down", said: said.why }, signatures: null }
  return { service: { name: "clamd", is: "ok", said: said.words }, signatures: said.signaturesAt }
}

function ldapPort(url: string): number {
  return url.startsWith("ldaps:") ? 636 : 389
}

/** Whether anybody listens there: what they say is the business of whoever uses them. */
function reachable(name: string, address: string, usual: number): Promise<Service> {
  const { hostname, port, host } = new URL(address)
  return new Promise((resolve) => {
    const socket = connect({ host: hostname, port: port === "" ? usual : Number(port), timeout: WITHIN })
    const over = (is: Service["is"], said: string): void => {
      socket.destroy()
      resolve({ name, is, said: said === "" ? host : `${host}: ${said}` })
    }
    socket.once("connect", () => over("ok", ""))
    socket.once("timeout", () => over("down", "timeout"))
    socket.once("error", (error) => over("down", reason(error)))
  })
}

/** The root's name servers: whoever resolves for us knows them. */
async function dnsOf(resolver: string | null): Promise<Service> {
  const dns = new Resolver({ timeout: WITHIN, tries: 1 })
  if (resolver !== null) dns.setServers([resolver])
  const said = resolver ?? dns.getServers().join(", ")
  try {
    await dns.resolveNs(".")
    return { name: "dns", is: "ok", said }
  } catch (error) {
    return { name: "dns", is: "down", said: `${said}: ${reason(error)}` }
  }
}
