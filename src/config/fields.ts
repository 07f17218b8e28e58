/** The kinds of value that settings and policy are written in. Each error is what follows "expected" in a fault. */
import { z } from "zod"
import { addressKey, canonicalDomain, parseAddress } from "../mail/address.ts"

const UNITS = { ms: 1, s: 1_000, m: 60_000, h: 3_600_000, d: 86_400_000 } as const
const SIZES = {
  B: 1,
  kB: 1_000,
  KiB: 1_024,
  MB: 1_000_000,
  MiB: 1_048_576,
  GB: 1_000_000_000,
  GiB: 1_073_741_824,
} as const

/** `"30s"`, `"5d"` → milliseconds; never zero: a deadline of nothing refuses everything. */
export const duration = z
  .string({ error: "a time such as 30s, 5m, 4h or 5d" })
  .regex(/^[1-9]\d{0,8}(ms|s|m|h|d)$/, { error: "a time such as 30s, 5m, 4h or 5d" })
  .transform((text) => Number.parseInt(text, 10) * UNITS[text.replace(/^\d+/, "") as keyof typeof UNITS])

/** A span that one timer counts: longer ones are no deadline, and timers overflow at 24 days. */
export const deadline = duration.refine((ms) => ms <= UNITS.d, { error: "a time of at most 1d" })

/** `"25MB"` → octets. */
export const size = z
  .string({ error: "a size such as 100KiB or 25MB" })
  .regex(/^[1-9]\d{0,5}(B|kB|KiB|MB|MiB|GB|GiB)$/, { error: "a size such as 100KiB or 25MB" })
  .transform((text) => Number.parseInt(text, 10) * SIZES[text.replace(/^\d+/, "") as keyof typeof SIZES])

/** Any spelling of a domain → the canonical one. */
export const domain = z.string({ error: "a domain name" }).transform((text, context) => {
  const canonical = canonicalDomain(text)
  if (canonical !== null) return canonical
  context.addIssue({ code: "custom", message: "a domain name" })
  return z.NEVER
})

/** `.example.vn`, everything below a domain → the same, canonical. */
export const subdomains = z
  .string()
  .regex(/^\..+/)
  .transform((text) => text.slice(1))
  .pipe(domain)
  .transform((parent) => `.${parent}`)

export const address = z
  .string({ error: "a mail address" })
  .refine((text) => (parseAddress(text)?.domain ?? "") !== "", { error: "a mail address" })

export const port = z
  .int({ error: "a port from 1 to 65535" })
  .min(1, { error: "a port from 1 to 65535" })
  .max(65535, { error: "a port from 1 to 65535" })

export const count = z
  .int({ error: "a whole number from 1 up" })
  .min(1, { error: "a whole number from 1 up" })
  .max(1_000_000_000, { error: "a whole number up to 1000000000" })

export const ip = z.union([z.ipv4(), z.ipv6()], { error: "an IP address" })
export const network = z.union([z.cidrv4(), z.cidrv6(), ip], { error: "an IP address or network such as 10.0.0.0/8" })

/** One value or a list of them, read as a list. */
export function oneOrMany<T extends z.ZodType>(one: T, expected: string) {
  return z.union([one.transform((value) => [value]), z.array(one).min(1)], { error: expected })
}

/** A name that something else of the document, or the program, defines. */
export function known(names: ReadonlySet<string>, expected: string) {
  return z.string({ error: expected }).refine((name) => names.has(name), { error: expected })
}

/** Text for people: one line, not empty, bounded. */
export const line = z
  .string({ error: "one line of text" })
  .trim()
  .min(1, { error: "one line of text" })
  .max(300, { error: "at most 300 characters" })
  .regex(/^\P{Cc}*$/u, { error: "one line of text" })

const ENTRY = "an address, local@*, a domain or .domain"
/** An entry of a list of addresses. */
export const listEntry = z.string({ error: ENTRY }).transform((written, context): string => {
  const text = written.trim()
  const below = text.startsWith(".") ? canonicalDomain(text.slice(1)) : null
  const everywhere = /^[^\s@]+@\*$/.test(text) ? text.toLowerCase() : null
  const mailbox = text.includes("@") ? parseAddress(text) : null
  const entry = everywhere ?? (below && `.${below}`) ?? (mailbox === null ? canonicalDomain(text) : addressKey(mailbox))
  if (entry !== null && entry !== "") return entry
  context.addIssue({ code: "custom", message: ENTRY })
  return z.NEVER
})

/** File types that run when opened, or that carry such files past a scanner. */
export const EXTENSIONS = [
  "ade adp apk appinstaller application appref-ms appx appxbundle bat chm cmd com cpl deskthemepack diagcab dll exe gadget hlp hta",
  "img ins iso isp jar jnlp js jse lib library-ms lnk mcf mde msc msh msi msix msixbundle msp mst nsh pif printerexport ps1 ps1xml",
  "psc1 psd1 psm1 pyw pyz rdp reg scf scr sct search-ms searchconnector-ms settingcontent-ms shb sys theme themepack udl url vb vbe",
  "vbs vhd vhdx vxd website ws wsc wsf wsh xbap xll xnk",
].flatMap((row) => row.split(" "))

export const extension = z.string().regex(/^[a-z0-9-]{1,20}$/, { error: "a file name extension such as exe" })

export function isTimezone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== ""
  } catch {
    return false
  }
}
