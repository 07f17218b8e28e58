/** A configuration made of settings and a policy that were read: all that a message is judged by, from one version of each. */
import type { SigningKey } from "../act/dkim.ts"
import { signedMail } from "../act/seal.ts"
import { readKey } from "../config/dkim.ts"
import type { Prepared } from "../decide/decide.ts"
import { createImitations } from "../identify/imitation.ts"
import { createLookAlikes } from "../identify/look-alike.ts"
import { createDirectory } from "../identify/units.ts"
import { createWebmail, type Families } from "../identify/webmail.ts"
import type { PolicyContext } from "../config/policy.ts"
import type { Settings } from "../config/schema.ts"
import type { InForce } from "../judge.ts"
import type { Calendar } from "../mail/calendar.ts"
import type { Instant } from "../mail/transaction.ts"
import { type Office, replyLines, warning } from "../notify/letter.ts"
import { loadWords } from "./office.ts"

/** What runs the gateway: its settings, and the policy that they name. */
export interface Configuration extends Base {
  readonly inForce: InForce
  readonly office: Office
  readonly keys: readonly SigningKey[]
}

/** What any policy is read and judged with. */
export interface Base {
  readonly settings: Settings
  readonly reading: Reading
}

/** What a policy is read with. */
export interface Reading {
  /** The text of the policy. */
  readonly text: string
  readonly context: PolicyContext
  readonly families: Families
  readonly calendar: Calendar
}

export interface Parts {
  readonly settings: Settings
  readonly prepared: Prepared
  readonly reading: Reading
}

export type Assembled =
  | { readonly ok: true; readonly configuration: Configuration; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** Faults are those of what the policy cites. Units that end or begin do so when it is assembled again. */
export function assemble({ settings, prepared, reading }: Parts, now: Instant): Assembled {
  const { policy } = prepared
  const words = loadWords(settings, policy, now)
  if (!words.ok) return words
  const keys = settings.dkim.map(({ key, ...named }) => ({ ...named, key: readKey(key) }))
  const office = {
    settings,
    ...words.value,
    signed: (octets: Uint8Array, author: string) => signedMail(octets, author, { keys, now: Date.now }),
  }
  const directory = createDirectory(policy, settings.domains, now)
  const webmail = createWebmail(reading.families)
  const ours = [...new Set([...settings.domains, ...policy.units.flatMap((unit) => unit.domains)])]
  const inForce: InForce = {
    ...planSettings(settings),
    refusals: replyLines(office),
    warning: (warns, author) => warning(NOTICE_OF[warns], { dia_chi_nguoi_gui: author ?? NOBODY }, office),
    calendar: reading.calendar,
    rules: policy.rules,
    prepared,
    directory,
    webmail,
    imitations: createImitations({
      lookAlikes: createLookAlikes({ ...reading.families, webmail, ours }),
      isOurs: (domain) => directory.isOurs(domain),
      units: policy.units,
      officials: policy.officials ?? [],
      names: Object.values(settings.agency.name),
    }),
    hops: settings.limits.hops,
  }
  return { ok: true, configuration: { settings, inForce, office, keys, reading }, warnings: words.warnings }
}

const NOBODY = { vi: "không rõ địa chỉ", en: "no address" }
const NOTICE_OF = { outside: "banner", imitation: "banner-imitation" } as const

function planSettings({ hostname, publicUrl, timezone, deliver, hold }: Settings) {
  return {
    hostname,
    publicUrl,
    timezone,
    expire: deliver.expire,
    keep: { hold: hold.keep, quarantine: hold.quarantine },
  }
}

/** The next moment at which a unit begins or ends: what was assembled before no longer holds then. */
export function turnsAt({ inForce }: Configuration, now: Instant): Instant {
  const moments = inForce.prepared.policy.units.flatMap(({ from, until }) => [from ?? 0, until ?? 0])
  return Math.min(Infinity, ...moments.filter((at) => at > now))
}
