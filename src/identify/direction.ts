/** Which way a message goes for one recipient, read from listener and session and never from a header. Pure. */
import type { Address } from "../mail/address.ts"
import type { Claim, Direction } from "../mail/identity.ts"
import type { Client, Transaction } from "../mail/transaction.ts"
import type { Directory } from "./units.ts"

export interface Where {
  readonly direction: Direction
  /** Logged in, or from a trusted network with a MAIL FROM of ours: Zimbra and Exchange never log in. */
  readonly authenticated: boolean
  /** A trusted server passes on what somebody else wrote. */
  readonly autoForwarded: boolean
}

/** The inbound listener trusts no network: whoever may send outwards comes to the submission listener, or logs in. */
export function direction(
  client: Client,
  from: Address | null,
  recipient: Address,
  ours: Pick<Directory, "isOurs">,
): Where {
  const isLoggedIn = client.user !== null
  const isInside = isLoggedIn || (client.listener === "submission" && client.trusted)
  const isFromUs = from !== null && ours.isOurs(from.domain)
  const toUs = ours.isOurs(recipient.domain)
  return {
    direction: isInside ? (toUs ? "internal" : "outbound") : toUs ? "inbound" : "relay",
    authenticated: isLoggedIn || (isInside && isFromUs),
    autoForwarded: isInside && !isLoggedIn && from !== null && !isFromUs,
  }
}

/** What there is to prove: whoever logged in, or comes from a trusted network, needs no DNS to be known. */
export function claimOf({ client, envelope }: Transaction): Claim | null {
  if (client.listener !== "inbound" || client.user !== null) return null
  return { ip: client.ip, helo: client.helo, mailFrom: envelope.from }
}
