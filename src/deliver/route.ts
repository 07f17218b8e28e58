/** Which next hop a recipient's domain has, read from the settings' routes. Pure. */
import type { Route, Settings } from "../config/schema.ts"
import type { Address } from "../mail/address.ts"
import type { Delivery, Edit } from "../mail/delivery.ts"

export type NextHop =
  | {
      readonly kind: "host"
      readonly host: string
      readonly port: number
      readonly secure: boolean
      readonly lmtp: boolean
    }
  | { readonly kind: "socket"; readonly path: string }
  | { readonly kind: "mx"; readonly domain: string }
  | { readonly kind: "maildir"; readonly path: string }

export interface Routed {
  readonly route: Route
  readonly nextHop: NextHop
}

/** Deliveries of one message that may share one transaction. */
export interface Group extends Routed {
  readonly deliveries: readonly Delivery[]
}

const PORTS: Readonly<Record<string, number>> = { smtp: 25, smtps: 465, lmtp: 24 }

/** The first route that names the domain; `.x.vn` means every domain below x.vn, `*` every domain. */
export function routeOf(address: Address, settings: Pick<Settings, "domains" | "deliver">): Routed | null {
  // `<postmaster>` without a domain is ours. RFC 5321 §4.5.1.
  const domain = address.domain === "" ? (settings.domains[0] ?? "") : address.domain
  const route = settings.deliver.routes.find(({ domains }) => domains.some((pattern) => matches(pattern, domain)))
  const nextHop = route === undefined ? null : nextHopOf(route.to, domain)
  return route === undefined || nextHop === null ? null : { route, nextHop }
}

/** For copies that an operator sent another way. */
function operatorsRoute({ route: to, recipient }: Delivery): Routed | null {
  const nextHop = to === null ? null : nextHopOf(to, recipient.address.domain)
  if (to === null || nextHop === null) return null
  return { route: { domains: ["*"], to, tls: "opportunistic", concurrency: 20 }, nextHop }
}

function matches(pattern: string, domain: string): boolean {
  return pattern === "*" || (pattern.startsWith(".") ? domain.endsWith(pattern.toLowerCase()) : domain === pattern)
}

export function nextHopOf(to: string, domain: string): NextHop | null {
  if (to === "mx") return { kind: "mx", domain }
  if (to.startsWith("maildir:")) return { kind: "maildir", path: to.slice("maildir:".length) }
  const path = /^lmtp:(\/[^/].*)$/.exec(to)?.[1]
  if (path !== undefined) return { kind: "socket", path }
  const [, scheme = "", bracketed, name, port] =
    /^(smtps?|lmtp):\/\/(?:\[([^\]]+)\]|([^:]+))(?::(\d+))?$/.exec(to) ?? []
  const host = bracketed ?? name
  if (host === undefined) return null
  return {
    kind: "host",
    host,
    port: port === undefined ? (PORTS[scheme] ?? 25) : Number(port),
    secure: scheme === "smtps",
    lmtp: scheme === "lmtp",
  }
}

/** One group for each next hop, same edits, same need of TLS; what has no route stands apart. */
export function groups(
  deliveries: readonly Delivery[],
  settings: Pick<Settings, "domains" | "deliver">,
): { readonly routed: readonly Group[]; readonly homeless: readonly Delivery[] } {
  const homeless: Delivery[] = []
  /** Copies of one message mostly share the list itself: it is written out once. */
  const lists = new Map<readonly Edit[], string>()
  const byKey = new Map<string, Routed & { deliveries: Delivery[] }>()
  for (const delivery of deliveries) {
    const routed = operatorsRoute(delivery) ?? routeOf(delivery.recipient.address, settings)
    if (routed === null) {
      homeless.push(delivery)
      continue
    }
    // A next hop without SMTPUTF8 must refuse only those who need it.
    const plain = /^[\x20-\x7e]*$/.test(delivery.recipient.address.local)
    const edits = lists.get(delivery.edits) ?? JSON.stringify(delivery.edits)
    lists.set(delivery.edits, edits)
    const key = JSON.stringify([routed.nextHop, plain, delivery.requireTls, edits])
    const group = byKey.get(key)
    if (group === undefined) byKey.set(key, { ...routed, deliveries: [delivery] })
    else group.deliveries.push(delivery)
  }
  return { routed: [...byKey.values()], homeless }
}

/** How events, reports and logs name it; a maildir's path stays ours. */
export function nameOf(nextHop: NextHop): string {
  switch (nextHop.kind) {
    case "host":
      return nextHop.host
    case "mx":
      return nextHop.domain
    case "socket":
    case "maildir":
      return "localhost"
    default:
      return nextHop satisfies never
  }
}
