/** The grammar of a condition in `policy.yaml`: an object with one key, which says what is asked. */
import { z } from "zod"
import { FINDING_KINDS, type FindingKind, type Reasons } from "../mail/finding.ts"
import { AUTH_RESULTS } from "../mail/identity.ts"
import type { Position } from "../mail/message.ts"
import type { Condition, ProviderSet } from "../mail/policy.ts"
import { domain, known, listEntry, oneOrMany, size } from "./fields.ts"
import { isRecord, readInside } from "./fault.ts"

/** What a condition may refer to by name. */
export interface Names {
  readonly units: ReadonlySet<string>
  readonly classes: ReadonlySet<string>
  readonly lists: ReadonlySet<string>
  /** Families of webmail, each with whether `any` means it too: an operator's mailboxes may be paid for. */
  readonly webmail: ReadonlyMap<string, boolean>
}

/** Conditions inside one another: beyond this nobody reads them. */
const DEEPEST = 8

/** Wherever a sender may show himself. */
const SENDER = [
  "mail-from",
  "from",
  "sender",
  "reply-to",
  "resent-from",
  "resent-sender",
  "return-path",
] as const satisfies readonly Position[]
const RECIPIENT = ["rcpt-to"] as const satisfies readonly Position[]
const POSITIONS = [
  ...SENDER,
  ...RECIPIENT,
  "to",
  "cc",
  "bcc",
  "resent-to",
  "resent-cc",
  "disposition-notification-to",
  "list",
  "display-name",
] as const satisfies readonly Position[]

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const

export function conditionSchema(names: Names, depth = 1): z.ZodType<Condition> {
  const grammar = new Map(Object.entries(grammarOf(names, depth)))
  return z.unknown().transform((raw, context): Condition => {
    const refuse = (message: string, path: PropertyKey[] = [], got?: string): Condition => {
      context.addIssue({ code: "custom", path, message, params: { got } })
      return z.NEVER
    }
    if (depth > DEEPEST) return refuse(`at most ${DEEPEST} conditions inside one another`)
    const [[key, value] = ["", null], ...more] = isRecord(raw) && !Array.isArray(raw) ? Object.entries(raw) : []
    if (key === "" || more.length > 0) return refuse("a condition, which is one key such as direction: outbound")
    const schema = grammar.get(key)
    if (schema === undefined) return refuse(`one of ${[...grammar.keys()].join(", ")}`, [key], "an unknown key")
    return readInside(schema, value, [key], context)
  })
}

function grammarOf(names: Names, depth: number): Readonly<Record<string, z.ZodType<Condition>>> {
  const inside = z.lazy(() => conditionSchema(names, depth + 1))
  return {
    always: z.literal(true).transform(() => ({ is: "always" as const })),
    all: z
      .array(inside)
      .min(1)
      .transform((of) => ({ is: "all" as const, of })),
    any: z
      .array(inside)
      .min(1)
      .transform((of) => ({ is: "any" as const, of })),
    not: inside.transform((of) => ({ is: "not" as const, of })),
    ...partyGrammar(names),
    ...sessionGrammar(),
    ...messageGrammar(),
    ...contentGrammar(),
  }
}

/** Who it comes from and who it goes to. */
function partyGrammar(names: Names) {
  const listName = known(names.lists, "a list of this policy")
  const unitNames = oneOrMany(known(names.units, "a unit of this policy"), "units of this policy")
  const classNames = oneOrMany(known(names.classes, "a mailbox class"), `one of ${[...names.classes].join(", ")}`)
  const providers = webmailFamilies(names)
  const at = oneOrMany(z.enum(POSITIONS), `one of ${POSITIONS.join(", ")}`)
  const inDomains = (positions: readonly Position[]) =>
    domains.transform((list) => ({ is: "address-domain" as const, at: positions, in: list }))
  const onList = (positions: readonly Position[]) =>
    listName.transform((list) => ({ is: "address-list" as const, at: positions, list }))
  const atWebmail = (positions: readonly Position[]) =>
    providers.transform((set) => ({ is: "webmail" as const, at: positions, providers: set }))
  const unit = (of: "sender" | "recipient") => unitNames.transform((list) => ({ is: "unit" as const, of, in: list }))
  const ofClass = (of: "sender" | "recipient") =>
    classNames.transform((list) => ({ is: "class" as const, of, in: list }))
  return {
    // Who the envelope says it is: an exception is meant for one mailbox, not for whoever writes its name into a field.
    sender: entries.transform((list) => ({ is: "address" as const, at: ["mail-from" as const], in: list })),
    recipient: entries.transform((list) => ({ is: "address" as const, at: ["rcpt-to" as const], in: list })),
    "sender-domain": inDomains(SENDER),
    "from-domain": inDomains(["from"]),
    "sender-list": onList(SENDER),
    "sender-webmail": atWebmail([...SENDER, "display-name"]),
    "sender-unit": unit("sender"),
    "sender-class": ofClass("sender"),
    "recipient-domain": inDomains(RECIPIENT),
    "recipient-list": onList(RECIPIENT),
    "recipient-webmail": atWebmail(RECIPIENT),
    "recipient-unit": unit("recipient"),
    "recipient-class": ofClass("recipient"),
    address: z
      .strictObject({ at, domain: domains.optional(), list: listName.optional(), webmail: providers.optional() })
      .transform((asked, context): Condition => {
        const wanted = [asked.domain, asked.list, asked.webmail].filter((one) => one !== undefined)
        if (wanted.length === 1) {
          if (asked.domain !== undefined) return { is: "address-domain", at: asked.at, in: asked.domain }
          if (asked.list !== undefined) return { is: "address-list", at: asked.at, list: asked.list }
          if (asked.webmail !== undefined) return { is: "webmail", at: asked.at, providers: asked.webmail }
        }
        context.addIssue({ code: "custom", message: "one of domain, list, webmail beside at" })
        return z.NEVER
      }),
  }
}

const domains = oneOrMany(domain, "domain names")
const entries = oneOrMany(listEntry, "addresses, local@*, domains or .domain")

function webmailFamilies(names: Names): z.ZodType<ProviderSet> {
  const family = known(new Set(names.webmail.keys()), "a webmail family")
  const free = [...names.webmail].flatMap(([name, isFree]) => (isFree ? [name] : []))
  return z.union([z.literal("any").transform(() => free), oneOrMany(family, "webmail families")], {
    error: `any, or some of ${[...names.webmail.keys()].join(", ")}`,
  })
}

function flag<K extends "authenticated" | "null-sender" | "auto-forwarded" | "thread" | "attachment">(is: K) {
  return z.boolean().transform((value) => ({ is, value }))
}

function sessionGrammar() {
  const directions = z.enum(["inbound", "outbound", "internal"])
  return {
    direction: oneOrMany(directions, "inbound, outbound or internal").transform((list) => ({
      is: "direction" as const,
      in: list,
    })),
    authenticated: flag("authenticated"),
    "null-sender": flag("null-sender"),
    "auto-forwarded": flag("auto-forwarded"),
    time: z
      .strictObject({
        days: oneOrMany(z.enum(DAYS), `one of ${DAYS.join(", ")}`).default([...DAYS]),
        from: clock,
        to: clock,
      })
      .refine(({ from, to }) => from !== to, { error: "a time of day that ends at another minute than it starts" })
      .transform(({ days, from, to }) => ({
        is: "time" as const,
        window: { days: days.map((day) => DAYS.indexOf(day) + 1), from, to },
      })),
  }
}

/** `"07:30"` → minutes since midnight; `"24:00"` ends a day. */
const clock = z
  .string({ error: 'a time of day such as "07:30"' })
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, { error: 'a time of day such as "07:30"' })
  .transform((text) => Number(text.slice(0, 2)) * 60 + Number(text.slice(3)))

const GLOB = 'a text with * for any run, such as "*khẩn*"'
/** Only stars would match everything; many stars are a mistake. */
const glob = z
  .string({ error: GLOB })
  .max(200, { error: "at most 200 characters" })
  .refine((text) => /[^*\s]/.test(text) && text.split("*").length <= 11, { error: GLOB })
const globs = oneOrMany(glob, GLOB)

/** RFC 5322 §2.2: printable ASCII but the colon. */
const fieldName = z
  .string({ error: "the name of a header field" })
  .regex(/^[!-9;-~]{1,77}$/, { error: "the name of a header field" })

/** As the event of a refusal names the message. */
const digest = z.string().regex(/^[0-9a-f]{64}$/)

/** A machine word of a finding, e.g. `too-large`. */
const word = z.string().regex(/^[a-z0-9][a-z0-9-]*$/)

function messageGrammar() {
  const kind = z.enum(FINDING_KINDS)
  const words = oneOrMany(word, "words such as too-large")
  const detailed = z
    .strictObject({ kind, why: words.optional(), except: words.optional() })
    .transform(({ kind: one, why, except }, context): { kind: FindingKind; why: Reasons } => {
      if (why !== undefined && except !== undefined) context.addIssue({ code: "custom", message: "one of why, except" })
      if (why !== undefined) return { kind: one, why: { only: why } }
      return { kind: one, why: except === undefined ? "any" : { except } }
    })
  return {
    attachment: flag("attachment"),
    subject: globs.transform((matches) => ({ is: "subject" as const, matches })),
    header: z
      .strictObject({ name: fieldName, matches: globs })
      .transform(({ name, matches }) => ({ is: "header" as const, name, matches })),
    "keyed-hash": oneOrMany(digest, "keyed hashes of messages, 64 hex digits").transform((list) => ({
      is: "keyed-hash" as const,
      in: list,
    })),
    "larger-than": size.transform((bytes) => ({ is: "larger-than" as const, bytes })),
    finding: z.unknown().transform((raw, context) => {
      const asked = isRecord(raw)
        ? readInside(detailed, raw, [], context)
        : { kind: readInside(kind, raw, [], context), why: "any" as const }
      return { is: "finding" as const, ...asked }
    }),
  }
}

function contentGrammar() {
  const methods = {
    spf: results.optional(),
    dkim: results.optional(),
    dmarc: results.optional(),
    arc: results.optional(),
  }
  return {
    thread: flag("thread"),
    authentication: z.strictObject(methods).transform((asked, context): Condition => {
      const of = (["spf", "dkim", "dmarc", "arc"] as const).flatMap((method) => {
        const wanted = asked[method]
        return wanted === undefined ? [] : [{ is: "authentication" as const, method, in: wanted }]
      })
      if (of.length > 0) return { is: "all", of }
      context.addIssue({ code: "custom", message: "at least one of spf, dkim, dmarc, arc" })
      return z.NEVER
    }),
    official: oneOf(["official", "unsure", "not-official"]).transform((list) => ({
      is: "official" as const,
      in: list,
    })),
    "official-score": atLeast.transform((asked) => ({ is: "official-score" as const, atLeast: asked })),
    circulation: oneOf(["ordinary", "public", "restricted", "declassified"]).transform((list) => ({
      is: "circulation" as const,
      in: list,
    })),
    secrecy: oneOf(["none", "suspected", "mat", "toi-mat", "tuyet-mat"]).transform((list) => ({
      is: "secrecy" as const,
      in: list,
    })),
    "personal-data": atLeast.transform((asked) => ({ is: "personal-data" as const, atLeast: asked })),
  }
}

const results = oneOrMany(z.enum(AUTH_RESULTS), `one of ${AUTH_RESULTS.join(", ")}`)
const atLeast = z.strictObject({ "at-least": z.int().min(0).max(1_000_000) }).transform((asked) => asked["at-least"])

function oneOf<const T extends readonly [string, ...string[]]>(values: T) {
  return oneOrMany(z.enum(values), `one of ${values.join(", ")}`)
}
