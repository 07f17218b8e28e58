/** What the listeners go by between two reloads: settings, certificate, users, trusted networks, all read and checked. */
import { readFile } from "node:fs/promises"
import { createSecureContext } from "node:tls"
import type { Settings } from "../config/schema.ts"
import { type Address, parseAddress } from "../mail/address.ts"
import { createNetworks } from "./network.ts"
import { readUsers, type Users } from "./users.ts"

export type ReceiveSettings = Pick<Settings, "hostname" | "postmaster" | "listen" | "limits" | "tls">

export const PORT_NAMES = ["inbound", "submission", "submissions"] as const
export type PortName = (typeof PORT_NAMES)[number]

/** One listener's own rules. */
export interface Port {
  readonly host: readonly string[]
  readonly port: number
  readonly proxyFrom: readonly string[]
  readonly xclientFrom: readonly string[]
  /** Null where nobody can log in. */
  readonly users: Users | null
  isTrusted(ip: string): boolean
}

export interface Rules {
  readonly hostname: string
  readonly postmaster: Address
  readonly limits: Settings["limits"]
  readonly certificate: { readonly cert: Buffer; readonly key: Buffer } | null
  /** Null: no such listener. */
  readonly ports: Readonly<Record<PortName, Port | null>>
}

/** Rejects with all that is wrong, and then nothing has changed. */
export async function readRules(settings: ReceiveSettings): Promise<Rules> {
  const { listen, tls, hostname, limits } = settings
  const postmaster = parseAddress(settings.postmaster)
  if (postmaster === null) throw new Error(`postmaster: expected a mail address, got ${settings.postmaster}`)
  if (listen.submissions !== null && tls === null)
    throw new Error("listen.submissions: expected tls to be set, got none")
  const certificate = tls === null ? null : { cert: await readFile(tls.cert), key: await readFile(tls.key) }
  if (certificate !== null) createSecureContext(certificate)
  const { submission, submissions } = listen
  return {
    hostname,
    postmaster,
    limits,
    certificate,
    ports: {
      inbound: { ...listen.inbound, users: null, isTrusted: () => false },
      submission: { ...submission, ...(await readAccess(submission)) },
      submissions: submissions === null ? null : { ...submissions, ...(await readAccess(submissions)) },
    },
  }
}

async function readAccess({
  trusted,
  auth,
}: Settings["listen"]["submission"]): Promise<Pick<Port, "users" | "isTrusted">> {
  const isTrusted = createNetworks(trusted)
  if (auth === null) return { users: null, isTrusted }
  const path = auth.replace(/^file:/, "")
  const { users, faults } = await readUsers(path)
  if (faults.length === 0) return { users, isTrusted }
  throw new Error(faults.map(({ line, expected }) => `${path}:${line}: expected ${expected}`).join("\n"))
}
