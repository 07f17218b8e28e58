/** What the recipient of a held copy does by the link in his notice: he gives the password of what is sealed in it. */
import { type Person, waitsForPassword } from "../act/rights.ts"
import type { PageOpening } from "../console/api/hands.ts"
import { addressKey } from "../mail/address.ts"
import type { HeldCopy } from "../mail/delivery.ts"
import { moment } from "../notify/moment.ts"
import type { OpeningLinks } from "../notify/opening.ts"
import type { Decider } from "./held.ts"
import { type Opened, openHeld, type OpenWith } from "./opened.ts"

interface Deps extends Pick<Decider, "store" | "configuration" | "now"> {
  readonly links: OpeningLinks
}

const REASON = "người nhận nhập mật khẩu / password entered by the recipient"

/** Null: no such link, out of date, decided meanwhile, or held for more than its password. */
export async function openingPage(token: string, deps: Deps): Promise<PageOpening | null> {
  const copy = await copyOf(token, deps)
  if (copy === null) return null
  const { summary, transaction } = copy
  return {
    transaction: transaction.id,
    at: moment(transaction.at, deps.configuration.settings.timezone),
    from: transaction.envelope.from?.text ?? "<>",
    subject: summary.subject,
  }
}

export async function openByRecipient(
  token: string,
  password: string,
  deps: Deps & { readonly examine: OpenWith },
): Promise<Opened> {
  const copy = await copyOf(token, deps)
  if (copy === null) return { is: "gone" }
  const mailbox = addressKey(copy.recipient.address)
  // His word counts for what only waits for a password; nothing else comes this far.
  const person: Person = { name: mailbox, mail: mailbox, may: () => true }
  const ref = { transaction: copy.transaction.id, recipient: mailbox }
  return openHeld({ ref, password, reason: REASON }, { ...deps, by: mailbox, person }, deps.examine)
}

/** Null also where another copy of the same person waits for something else. */
async function copyOf(token: string, { store, configuration, links, now }: Deps): Promise<HeldCopy | null> {
  const transaction = links.about(token, now)
  if (transaction === null) return null
  const all = await store.records.heldCopies({ transaction, recipient: null })
  const his = all.filter(({ recipient }) => links.isFor(token, addressKey(recipient.address)))
  const { rules } = configuration.inForce
  return his.every(({ hold }) => waitsForPassword(hold, rules)) ? (his[0] ?? null) : null
}
