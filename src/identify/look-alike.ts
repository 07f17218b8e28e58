/** Domains that are meant to be taken for another one: written in letters of the same shape, or one letter away. */
import { domainToUnicode } from "node:url"
import { isWithin } from "../mail/address.ts"
import { skeleton } from "./confusables.ts"
import type { Family, Webmail } from "./webmail.ts"

export interface LookAlike {
  readonly why: "homograph" | "look-alike" | "look-alike-own"
  /** The domain it is meant to be taken for. */
  readonly of: string
}

/** What a canonical domain is meant to be taken for; null when it is nothing but itself. */
export type LookAlikes = (domain: string) => LookAlike | null

/** Families whose names are worth imitating, and long enough that one letter more or less is no chance. */
const IMITATED = new Set(["google", "yahoo", "microsoft", "apple", "proton", "yandex"])
const SHORTEST_NAME = 5
/** Tails under which people expect a free mailbox. */
const TAILS = ["com", "com.vn", "vn", "net"]
const TAIL = /^(?:com?\.)?[a-z]{2,3}$/
const MOST_REMEMBERED = 10_000
/** Registries that admit only agencies, schools and armed forces: a neighbour there is an honest one (`haugiang`, `hagiang`). */
const RESTRICTED = /(?:^|\.)(?:(?:gov|edu|mil|ac|health)\.vn|gov|edu|mil)$/
/** Names of their own that stand one letter beside one of the above. */
const NEIGHBOURS = ["cloud.com", "iclod.com", "photon.me", "gail.com", "hotmart.com", "outlooks.vn", "proton.com"]

export interface Imitated {
  readonly families: readonly Family[]
  readonly webmail: Webmail
  /** Domains of ours, without those below them. */
  readonly ours: readonly string[]
}

export function createLookAlikes(imitated: Imitated): LookAlikes {
  const { webmail, ours } = imitated
  const byShape = shapes(imitated)
  const neighbours = near(imitated)
  const nearOurs = createNear(ours.filter((one) => one.length >= 2 * SHORTEST_NAME))
  const worn = ours.map((own) => ({ own, spelled: hyphened(own) }))

  function oneOfOurs(domain: string): string | null {
    const close = first(suffixes(domain), nearOurs)
    if (close !== null) return close
    const spelled = hyphened(domain)
    return worn.find((one) => spelled.includes(one.spelled))?.own ?? null
  }

  function judge(domain: string): LookAlike | null {
    if (domain.startsWith("[") || !domain.includes(".")) return null
    if (webmail(domain) !== null || ours.some((own) => isWithin(domain, own))) return null
    const shape = first(suffixes(domain), (one) => byShape.get(skeleton(domainToUnicode(one))) ?? null)
    if (shape !== null) return { why: "homograph", of: shape }
    if (RESTRICTED.test(domain) || NEIGHBOURS.some((one) => isWithin(domain, one))) return null
    const own = oneOfOurs(domain)
    if (own !== null) return { why: "look-alike-own", of: own }
    const of = neighbours(domain)
    return of === null ? null : { why: "look-alike", of }
  }

  // The same domains write again and again; one costs some 50 µs.
  const judged = new Map<string, LookAlike | null>()
  return (domain) => {
    const known = judged.get(domain)
    if (known !== undefined) return known
    const found = judge(domain)
    if (judged.size >= MOST_REMEMBERED) judged.clear()
    judged.set(domain, found)
    return found
  }
}

function imitatedNames(families: readonly Family[]): { readonly domains: string[]; readonly tailed: string[] } {
  const named = families.filter(({ id }) => IMITATED.has(id))
  const domains = named.flatMap((one) => one.domains)
  const labels = [...named.flatMap(({ brands }) => brands), ...domains.map(firstLabel)]
  return { domains, tailed: labels.filter(isLong).flatMap((label) => TAILS.map((tail) => `${label}.${tail}`)) }
}

/** What each protected name looks like. */
function shapes({ families, webmail, ours }: Imitated): ReadonlyMap<string, string> {
  const free = families.filter((one) => one.class === "free-webmail").flatMap(({ domains }) => domains)
  const branded = imitatedNames(families).tailed.filter((one) => webmail(one) !== null)
  return new Map([...free, ...branded, ...ours].map((one) => [skeleton(one), one]))
}

/** One letter away from a webmail domain, its name under another tail, or the whole of it in front of something else. */
function near({ families, webmail }: Imitated): (domain: string) => string | null {
  const { domains, tailed } = imitatedNames(families)
  const targets = [...domains, ...tailed].filter((one) => isLong(firstLabel(one)))
  const close = createNear(targets)
  const byLabel = new Map(targets.toReversed().map((one) => [firstLabel(one), one]))
  return (domain) => {
    const all = suffixes(domain)
    const inFront = all.find((one) =>
      prefixes(one).some((prefix) => webmail(prefix) !== null && byLabel.has(firstLabel(prefix))),
    )
    if (inFront !== undefined) return byLabel.get(firstLabel(inFront)) ?? null
    return first(all, (one) => close(one) ?? (TAIL.test(tailOf(one)) ? (byLabel.get(firstLabel(one)) ?? null) : null))
  }
}

/** The target at edit distance one: a letter too much, too few, another, or two changed places. */
function createNear(targets: readonly string[]): (domain: string) => string | null {
  const longest = Math.max(0, ...targets.map(({ length }) => length))
  const byPiece = new Map<string, string[]>()
  for (const target of targets) {
    for (const piece of [target, ...without(target)]) byPiece.set(piece, [...(byPiece.get(piece) ?? []), target])
  }
  return (domain) => {
    if (domain.length > longest + 1) return null
    const candidates = [domain, ...without(domain)].flatMap((piece) => byPiece.get(piece) ?? [])
    return candidates.find((target) => isOneEdit(domain, target)) ?? null
  }
}

/** Every text that is one letter shorter. */
function without(text: string): string[] {
  return Array.from({ length: text.length }, (_, at) => text.slice(0, at) + text.slice(at + 1))
}

function isOneEdit(a: string, b: string): boolean {
  if (a === b || Math.abs(a.length - b.length) > 1) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let [endA, endB] = [a.length, b.length]
  while (endA > start && endB > start && a[endA - 1] === b[endB - 1]) [endA, endB] = [endA - 1, endB - 1]
  const [left, right] = [a.slice(start, endA), b.slice(start, endB)]
  if (left.length <= 1 && right.length <= 1) return true
  return left.length === 2 && right.length === 2 && left[0] === right[1] && left[1] === right[0]
}

/** Labels that are looked at from the end: no name that is imitated has as many. */
const MOST_LABELS = 8

/** `a.b.c` and `b.c`, never a single label. */
function suffixes(domain: string): readonly string[] {
  const labels = domain.split(".").slice(-MOST_LABELS)
  return labels.slice(0, -1).map((_, from) => labels.slice(from).join("."))
}

/** `a.b` and `a` of `a.b.c`, never the whole. */
function prefixes(domain: string): readonly string[] {
  const labels = domain.split(".")
  return labels.slice(1).map((_, count) => labels.slice(0, count + 1).join("."))
}

function isLong(label: string): boolean {
  return label.length >= SHORTEST_NAME
}

function firstLabel(domain: string): string {
  return domain.split(".", 1)[0] ?? ""
}

function tailOf(domain: string): string {
  return domain.slice(domain.indexOf(".") + 1)
}

/** As people write a name where dots cannot stand, in bounds that no longer name shares. */
function hyphened(domain: string): string {
  return `-${domain.replaceAll(".", "-")}-`
}

function first<T>(all: readonly T[], test: (one: T) => string | null): string | null {
  for (const one of all) {
    const found = test(one)
    if (found !== null) return found
  }
  return null
}
