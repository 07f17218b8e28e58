/** Which free webmail family a domain belongs to, from the shipped list and the agency's own additions. */
import { z } from "zod"
import { canonicalDomain } from "../mail/address.ts"

export const FAMILY_CLASSES = ["free-webmail", "isp-mail", "relay-alias"] as const
export type FamilyClass = (typeof FAMILY_CLASSES)[number]

export interface Family {
  readonly id: string
  readonly name: string
  readonly class: FamilyClass
  /** Canonical; sub-domains belong to the family. */
  readonly domains: readonly string[]
  /** First labels of `yahoo.*`: any country's tail. */
  readonly brands: readonly string[]
}

export interface Families {
  readonly families: readonly Family[]
  /** Domains the agency took out, with what lies below them. */
  readonly removed: readonly string[]
}

/** The family of a canonical domain, or null. */
export type Webmail = (domain: string) => string | null

/** Tails of `yahoo.*`: `com`, `net`, a country, `co.uk`, `com.vn`. Never `gov.vn`, nor the last label of a company's own name. */
const TAIL = /^(?:com|net|(?:com?\.)?[a-z]{2})$/

export function createWebmail({ families, removed }: Families): Webmail {
  const domains = new Map<string, string | null>()
  const brands = new Map<string, string>()
  for (const { id, ...family } of families) {
    for (const domain of family.domains) domains.set(domain, id)
    for (const brand of family.brands) brands.set(brand, id)
  }
  for (const domain of removed) domains.set(domain, null)
  // The longest name that is listed speaks for all below it.
  return (domain) => {
    for (let rest = domain; ; ) {
      const listed = domains.get(rest)
      if (listed !== undefined) return listed
      const dot = rest.indexOf(".")
      if (dot === -1) return null
      const tail = rest.slice(dot + 1)
      const branded = TAIL.test(tail) ? brands.get(rest.slice(0, dot)) : undefined
      if (branded !== undefined) return branded
      rest = tail
    }
  }
}

export type FamiliesRead =
  | { readonly is: "sound"; readonly value: Families }
  | { readonly is: "faulty"; readonly faults: readonly string[] }

const domain = z.string("a domain name").transform((text, context) => {
  const canonical = canonicalDomain(text)
  if (canonical !== null && canonical.includes(".")) return canonical
  context.addIssue({ code: "custom", message: "a domain name", input: text })
  return z.NEVER
})
const brand = z
  .string("a pattern such as yahoo.*")
  .regex(/^[a-z0-9-]+\.\*$/, "a pattern such as yahoo.*")
  .transform((text) => text.slice(0, -2))
const id = z.string().regex(/^[a-z0-9-]{1,32}$/, "a family name of lower-case letters, digits and -")
const family = z.strictObject(
  {
    name: z.string("text").min(1, "text"),
    class: z.enum(FAMILY_CLASSES, `one of ${FAMILY_CLASSES.join(", ")}`),
    domains: z.array(domain, "a list of domain names").default([]),
    patterns: z.array(brand, "a list of patterns such as yahoo.*").default([]),
  },
  "a family with name, class, domains and patterns",
)
const mainSchema = z.record(id, family, "families by their name")
const localSchema = z.strictObject(
  {
    add: z.record(id, z.array(domain, "a list of domain names"), "lists of domain names by family").default({}),
    remove: z.array(domain, "a list of domain names").default([]),
  },
  "the keys add and remove",
)

/**
 * Joins the shipped families with the agency's file (null when it has none), both as YAML gives them.
 * Every fault is told as `path: expected …, got …`; paths of the agency's file begin with `local`.
 */
export function readFamilies(main: unknown, local: unknown): FamiliesRead {
  const shipped = mainSchema.safeParse(main, { reportInput: true })
  const own = localSchema.safeParse(local ?? {}, { reportInput: true })
  const faults = [...faultsOf("families", shipped.error), ...faultsOf("local", own.error)]
  if (!shipped.success || !own.success) return { is: "faulty", faults }
  const known = Object.keys(shipped.data)
  const unknown = Object.keys(own.data.add).filter((name) => !known.includes(name))
  const doubled = repeated(Object.entries(shipped.data))
  if (unknown.length > 0 || doubled.length > 0) {
    const expected = `one of ${known.join(", ")}`
    return {
      is: "faulty",
      faults: [...unknown.map((name) => `local.add.${name}: expected ${expected}, got ${name}`), ...doubled],
    }
  }
  const families = Object.entries(shipped.data).map(([name, one]): Family => {
    const domains = one.domains.concat(own.data.add[name] ?? [])
    return { id: name, name: one.name, class: one.class, domains, brands: one.patterns }
  })
  return { is: "sound", value: { families, removed: own.data.remove } }
}

/** A domain in two families would belong to whichever was read last. */
function repeated(families: readonly (readonly [string, { readonly domains: readonly string[] }])[]): string[] {
  const owners = new Map<string, string>()
  const faults: string[] = []
  for (const [name, { domains }] of families) {
    for (const one of domains) {
      const owner = owners.get(one)
      if (owner !== undefined)
        faults.push(`families.${name}.domains: expected each domain once, got ${one} again (${owner})`)
      owners.set(one, name)
    }
  }
  return faults
}

function faultsOf(file: string, error: z.ZodError | undefined): string[] {
  return (error?.issues ?? []).map((issue) => {
    const expected = issue.code === "unrecognized_keys" ? "known keys only" : issue.message
    const got = issue.code === "unrecognized_keys" ? issue.keys.join(", ") : (JSON.stringify(issue.input) ?? "nothing")
    return `${[file, ...issue.path].map(String).join(".")}: expected ${expected}, got ${got.slice(0, 60)}`
  })
}
