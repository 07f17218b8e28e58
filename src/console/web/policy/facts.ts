/** What a condition may ask, and by which kind of input each question is answered. The API's grammar decides; a test compares. */
import { FINDING_KINDS } from "../../../mail/finding.ts"

export type Options = "direction" | "official" | "circulation" | "secrecy" | "class" | "unit" | "webmail"

export type Input =
  | { readonly is: "choice"; readonly of: Options }
  | { readonly is: "texts"; readonly sample: string }
  | {
      readonly is:
        | "always"
        | "flag"
        | "list"
        | "at-least"
        | "size"
        | "finding"
        | "authentication"
        | "header"
        | "address"
        | "time"
    }

export const FACTS = {
  direction: { is: "choice", of: "direction" },
  "sender-webmail": { is: "choice", of: "webmail" },
  "recipient-webmail": { is: "choice", of: "webmail" },
  "sender-class": { is: "choice", of: "class" },
  "recipient-class": { is: "choice", of: "class" },
  "sender-unit": { is: "choice", of: "unit" },
  "recipient-unit": { is: "choice", of: "unit" },
  "sender-list": { is: "list" },
  "recipient-list": { is: "list" },
  sender: { is: "texts", sample: "an@tuyenquang.gov.vn" },
  recipient: { is: "texts", sample: "binh@example.com" },
  "sender-domain": { is: "texts", sample: "example.com" },
  "from-domain": { is: "texts", sample: "example.com" },
  "recipient-domain": { is: "texts", sample: "example.com" },
  address: { is: "address" },
  official: { is: "choice", of: "official" },
  "official-score": { is: "at-least" },
  circulation: { is: "choice", of: "circulation" },
  "personal-data": { is: "at-least" },
  secrecy: { is: "choice", of: "secrecy" },
  finding: { is: "finding" },
  attachment: { is: "flag" },
  "larger-than": { is: "size" },
  subject: { is: "texts", sample: "*khẩn*" },
  header: { is: "header" },
  thread: { is: "flag" },
  authentication: { is: "authentication" },
  authenticated: { is: "flag" },
  "auto-forwarded": { is: "flag" },
  "null-sender": { is: "flag" },
  time: { is: "time" },
  "keyed-hash": { is: "texts", sample: "0".repeat(64) },
  always: { is: "always" },
} as const satisfies Readonly<Record<string, Input>>

export type Fact = keyof typeof FACTS
export const FACT_NAMES = Object.keys(FACTS).filter(isFact)

export function isFact(name: string): name is Fact {
  return name in FACTS
}

export const DIRECTIONS = ["inbound", "outbound", "internal"] as const
export const LABELS = ["official", "unsure", "not-official"] as const
export const CIRCULATIONS = ["ordinary", "public", "restricted", "declassified"] as const
export const SECRECIES = ["none", "suspected", "mat", "toi-mat", "tuyet-mat"] as const
export const METHODS = ["spf", "dkim", "dmarc", "arc"] as const
export const RESULTS = ["none", "pass", "fail", "softfail", "neutral", "policy", "temperror", "permerror"] as const
export const POSITIONS = [
  "mail-from",
  "from",
  "sender",
  "reply-to",
  "rcpt-to",
  "to",
  "cc",
  "bcc",
  "return-path",
  "resent-from",
  "resent-sender",
  "resent-to",
  "resent-cc",
  "disposition-notification-to",
  "list",
  "display-name",
] as const
export const FINDINGS = FINDING_KINDS
export const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const
export const FATES = ["deliver", "flag", "hold", "quarantine", "reject", "refuse"] as const
export const MODES = ["off", "shadow", "enforce"] as const

/** What the policy at hand calls by name. */
export interface Names {
  readonly lists: readonly string[]
  readonly classes: readonly string[]
  readonly families: readonly string[]
  readonly notices: readonly string[]
  readonly switches: readonly string[]
  readonly units: readonly { readonly id: string; readonly name: string }[]
}

/** An answer to begin with, sound wherever the policy has something to name. */
export function firstAnswer(fact: Fact, { lists, classes, units }: Names): unknown {
  const input: Input = FACTS[fact]
  switch (input.is) {
    case "always":
    case "flag":
      return true
    case "choice":
      return firstChoice(input.of, classes[0] ?? "ordinary", units[0]?.id ?? "")
    case "list":
      return lists[0] ?? ""
    case "texts":
      return input.sample
    case "at-least":
      return { "at-least": fact === "official-score" ? 50 : 20 }
    case "size":
      return "10MB"
    case "finding":
      return "encrypted"
    case "authentication":
      return { dmarc: ["fail"] }
    case "header":
      return { name: "X-Mailer", matches: "*example*" }
    case "address":
      return { at: "from", list: lists[0] ?? "" }
    case "time":
      return { days: ["sat", "sun"], from: "00:00", to: "24:00" }
    default:
      return input satisfies never
  }
}

function firstChoice(of: Options, name: string, unit: string): unknown {
  switch (of) {
    case "direction":
      return "outbound"
    case "official":
      return "official"
    case "circulation":
      return "restricted"
    case "secrecy":
      return "suspected"
    case "webmail":
      return "any"
    case "class":
      return name
    case "unit":
      return unit
    default:
      return of satisfies never
  }
}
