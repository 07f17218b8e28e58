/** What a day brought, to each unit's IT officer when work begins (N13); what a month brought, to the head's office (N14). */
import { hash } from "node:crypto"
import { deskOf } from "../act/tell.ts"
import { nextWork } from "../mail/calendar.ts"
import { dayEnd, dayOf, dayStart } from "../mail/day.ts"
import type { Acceptance } from "../mail/delivery.ts"
import { parseAddress } from "../mail/address.ts"
import type { Account } from "../mail/people.ts"
import type { Instant } from "../mail/transaction.ts"
import { acceptNotice } from "../notify/custody.ts"
import type { Search } from "../store/search.ts"
import type { Store } from "../store/store.ts"
import { StoreError } from "../store/error.ts"
import { treeOf } from "./hands.ts"
import type { Configuration } from "./assemble.ts"

const STOPPED: ReadonlySet<string> = new Set(["rejected", "refused", "held", "quarantined"])

export interface DigestDeps {
  readonly store: Store
  readonly search: Search
  readonly configuration: Configuration
  readonly accounts: readonly Account[]
  readonly now: Instant
}

interface Period {
  readonly name: "digest" | "monthly"
  readonly since: Instant
  readonly until: Instant
}

/** Periods that are over and whose news is due: yesterday once work has begun today, last month on the first working day. */
export function duePeriods(now: Instant, { inForce: { calendar } }: Pick<Configuration, "inForce">): readonly Period[] {
  const { timezone } = calendar
  const firstOf = (at: Instant): Instant => dayStart(`${dayOf(at, timezone).slice(0, 7)}-01`, timezone)
  const today = dayStart(dayOf(now, timezone), timezone)
  const begins = nextWork(today, calendar)
  if (now < begins || begins >= dayEnd(dayOf(now, timezone), timezone)) return []
  const day: Period = { name: "digest", since: dayStart(dayOf(today - 1, timezone), timezone), until: today }
  const month = firstOf(now)
  const isFirst = nextWork(month, calendar) >= today
  const before = firstOf(month - 1)
  return isFirst ? [day, { name: "monthly", since: before, until: month }] : [day]
}

/** Who has nothing to read of is not written to. Said twice, a digest is accepted once: its name is made of reader and period. */
export async function sendDigests(deps: DigestDeps): Promise<void> {
  for (const period of duePeriods(deps.now, deps.configuration)) {
    for (const account of deps.accounts) await sendDigest(account, period, deps)
  }
}

async function sendDigest(account: Account, period: Period, deps: DigestDeps): Promise<void> {
  const { store, search, configuration, now } = deps
  const tree = treeOf(configuration.inForce.prepared.policy.units)
  const role = period.name === "digest" ? "officer" : "approver"
  const granted = account.grants.filter((one) => one.role === role && !one.deputy)
  const to = account.mail === null ? null : parseAddress(account.mail)
  if (to === null || account.disabledAt !== null || granted.length === 0) return
  const units = [...new Set(granted.flatMap(({ unit }) => tree.below(unit)))]
  const figures = await search.figures({ units, since: period.since, until: period.until }, "kind")
  const count = figures.filter(({ kind }) => STOPPED.has(kind)).reduce((sum, one) => sum + one.count, 0)
  if (count === 0) return
  const { publicUrl } = configuration.settings
  const id = nameOf(account, period)
  const values = { so_tep: String(count), lien_ket_xem: `${publicUrl}/reports` }
  const about = { id, at: period.since, messageId: null, requireTls: false }
  const desk = deskOf({ office: configuration.office, bodies: store.bodies, now })
  const mail = renamed(await acceptNotice({ name: period.name, to, about, values }, desk), id)
  try {
    await store.records.accept(mail, [])
  } catch (error) {
    await store.bodies.discard(mail.spooled)
    if (!(error instanceof StoreError && error.fault === "refused")) throw error
  }
}

/** In the alphabet of event codes. */
function nameOf({ id }: Account, { name, since }: Period): string {
  const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
  const octets = hash("sha256", `${name} ${since} ${id}`, "buffer").subarray(0, 12)
  return Array.from(octets, (octet) => letters[octet % 32]).join("")
}

function renamed(mail: Acceptance, id: string): Acceptance {
  const old = mail.transaction.id
  const events = mail.events.map((event) => (event.transaction === old ? { ...event, transaction: id } : event))
  return { ...mail, transaction: { ...mail.transaction, id }, events }
}
