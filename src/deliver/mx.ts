/** Finds the hosts that take mail for a domain, and refuses those no stranger's DNS may send us to. RFC 5321 §5.1, RFC 7505. */
import { Resolver } from "node:dns/promises"
import { BlockList, isIP } from "node:net"
import { networkInterfaces } from "node:os"
import type { Settings } from "../config/schema.ts"
import { canonicalDomain } from "../mail/address.ts"
import { type Cause, permanent, temporary } from "./outcome.ts"

/** One address to try; `name` is what its certificate must show. */
export interface MxHost {
  readonly name: string
  readonly address: string
}

export type MxAnswer =
  | { readonly is: "hosts"; readonly hosts: readonly MxHost[] }
  | { readonly is: "none"; readonly cause: Cause }

/** Hosts of the list and addresses in all that one attempt looks at: DNS of strangers is unbounded, our patience is not. */
const MOST_HOSTS = 10
const MOST_ADDRESSES = 8
/** One question to one server, asked twice: 10 s in the worst case. */
const PATIENCE = { timeout: 5_000, tries: 2 } as const

type Lookup<T> =
  | { readonly is: "found"; readonly records: readonly T[] }
  | { readonly is: "no-name" | "no-data" | "failed" }

export async function findMx(
  domain: string,
  settings: Pick<Settings, "hostname" | "deliver">,
  signal: AbortSignal,
): Promise<MxAnswer> {
  const { resolver, allowPrivate } = settings.deliver.mx
  if (domain.startsWith("[")) return literal(domain, allowPrivate)
  const dns = new Resolver(PATIENCE)
  if (resolver !== null) dns.setServers([resolver])
  const cancel = (): void => dns.cancel()
  signal.addEventListener("abort", cancel, { once: true })
  const answer = await resolve(dns, domain, { hostname: settings.hostname, allowPrivate, signal })
  signal.removeEventListener("abort", cancel)
  return answer
}

interface Question {
  readonly hostname: string
  readonly allowPrivate: boolean
  readonly signal: AbortSignal
}

async function resolve(dns: Resolver, domain: string, question: Question): Promise<MxAnswer> {
  const answer = await look(() => dns.resolveMx(domain))
  if (answer.is === "no-name") return none(permanent("5.1.2", `the domain ${domain} does not exist`))
  if (answer.is === "failed") return none(temporary("4.4.3", `no answer from DNS for ${domain}`))
  // No MX at all: the domain itself is the host. RFC 5321 §5.1.
  const records = answer.is === "found" ? answer.records : [{ exchange: domain, priority: 0 }]
  if (records.length === 1 && records[0]?.exchange === "") {
    return none(permanent("5.1.10", `${domain} takes no mail (null MX)`))
  }
  const names = ordered(records, question.hostname)
  if (names.length === 0) return none(permanent("5.4.6", `we are the best mail exchanger of ${domain}`))
  return addresses(dns, names, question)
}

/** By preference, equals in random order; only hosts better than ourselves, else mail would loop. RFC 5321 §5.1. */
function ordered(
  records: readonly { readonly exchange: string; readonly priority: number }[],
  ourselves: string,
): readonly string[] {
  const canonical = records.map(({ exchange, priority }) => ({
    name: canonicalDomain(exchange) ?? exchange,
    priority,
    draw: Math.random(),
  }))
  const ours = Math.min(...canonical.filter(({ name }) => name === ourselves).map(({ priority }) => priority))
  return canonical
    .filter(({ priority }) => priority < ours)
    .toSorted((a, b) => a.priority - b.priority || a.draw - b.draw)
    .map(({ name }) => name)
}

async function addresses(
  dns: Resolver,
  names: readonly string[],
  { allowPrivate, signal }: Question,
): Promise<MxAnswer> {
  const hosts: MxHost[] = []
  let [unsure, refused] = [false, false]
  for (const name of names.slice(0, MOST_HOSTS)) {
    const both = await Promise.all([look(() => dns.resolve4(name)), look(() => dns.resolve6(name))])
    for (const found of both) {
      if (found.is === "failed") unsure = true
      if (found.is !== "found") continue
      for (const address of found.records) {
        if (allowPrivate || isPublic(address)) hosts.push({ name, address })
        else refused = true
      }
    }
    if (hosts.length >= MOST_ADDRESSES || signal.aborted) break
  }
  if (hosts.length > 0) return { is: "hosts", hosts: hosts.slice(0, MOST_ADDRESSES) }
  if (unsure) return none(temporary("4.4.3", "no answer from DNS for the mail exchanger's address"))
  return none(
    permanent("5.4.4", refused ? "the mail exchanger's address is not public" : "no mail exchanger has an address"),
  )
}

function literal(domain: string, allowPrivate: boolean): MxAnswer {
  const address = domain.slice(1, -1).replace(/^ipv6:/i, "")
  if (isIP(address) === 0) return none(permanent("5.1.2", "no such address literal"))
  if (!allowPrivate && !isPublic(address)) return none(permanent("5.4.4", "the address literal is not public"))
  return { is: "hosts", hosts: [{ name: address, address }] }
}

function none(cause: Cause): MxAnswer {
  return { is: "none", cause }
}

async function look<T>(ask: () => Promise<readonly T[]>): Promise<Lookup<T>> {
  try {
    const records = await ask()
    return records.length === 0 ? { is: "no-data" } : { is: "found", records }
  } catch (error) {
    switch (error instanceof Error && "code" in error ? error.code : "") {
      case "ENOTFOUND":
        return { is: "no-name" }
      case "ENODATA":
      case "EBADNAME":
        return { is: "no-data" }
      default:
        return { is: "failed" }
    }
  }
}

/** Ranges no public mail exchanger lives in. RFC 6890, RFC 6598, RFC 4193, RFC 6052. */
const NOT_PUBLIC = new BlockList()
for (const [network, bits] of [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["224.0.0.0", 3],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, "ipv4")
}
for (const [network, bits] of [
  ["::", 96],
  ["64:ff9b::", 32],
  ["fc00::", 7],
  ["fe80::", 9],
  ["ff00::", 8],
] as const) {
  NOT_PUBLIC.addSubnet(network, bits, "ipv6")
}

/** Neither special nor one of this machine's own. */
export function isPublic(address: string): boolean {
  if (NOT_PUBLIC.check(address, isIP(address) === 6 ? "ipv6" : "ipv4")) return false
  return !Object.values(networkInterfaces()).some((all) => all?.some((one) => one.address === address))
}
