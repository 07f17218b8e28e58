/** The one list of settings: keys, defaults, meaning. `config/gateway.yaml` shows the common ones annotated. */
import { z } from "zod"
import { canonicalDomain, parseAddress } from "../mail/address.ts"

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

/** `"30s"`, `"5d"` → milliseconds. */
const duration = z
  .string()
  .regex(/^\d+(ms|s|m|h|d)$/, { error: "a time such as 30s, 5m, 4h or 5d" })
  .transform((text) => Number.parseInt(text, 10) * UNITS[text.replace(/^\d+/, "") as keyof typeof UNITS])
/** `"25MB"` → octets. */
const size = z
  .string()
  .regex(/^\d+(B|kB|KiB|MB|MiB|GB|GiB)$/, { error: "a size such as 100KiB or 25MB" })
  .transform((text) => Number.parseInt(text, 10) * SIZES[text.replace(/^\d+/, "") as keyof typeof SIZES])
const domain = z.string().transform((text, context) => {
  const canonical = canonicalDomain(text)
  if (canonical !== null) return canonical
  context.addIssue({ code: "custom", message: "a domain name" })
  return z.NEVER
})
const address = z.string().refine((text) => parseAddress(text) !== null, { error: "a mail address" })
const port = z
  .int({ error: "a port from 1 to 65535" })
  .min(1, { error: "a port from 1 to 65535" })
  .max(65535, { error: "a port from 1 to 65535" })
const count = z.int().min(1)
const ip = z.union([z.ipv4(), z.ipv6()], { error: "an IP address" })
/** One host or several: `127.0.0.1` or `[127.0.0.1, "::1"]`. */
const host = z.union([ip.transform((one) => [one]), z.array(ip).min(1)])
const network = z.union([z.cidrv4(), z.cidrv6(), ip], { error: "an IP address or network such as 10.0.0.0/8" })

const listener = {
  host: host.default(["127.0.0.1"]),
  port,
  /** Peers that speak PROXY v1 first. */
  proxyFrom: z.array(ip).default([]),
  /** Peers that may use XCLIENT. */
  xclientFrom: z.array(ip).default([]),
}
const submission = {
  ...listener,
  /** Networks that may send without logging in. */
  trusted: z
    .array(network.refine((net) => !net.endsWith("/0"), { error: "a network smaller than the whole Internet" }))
    .default([]),
  /** `file:PATH`, lines `user:PHC-hash:address,address`. */
  auth: z
    .string()
    .regex(/^file:.+/, { error: "file:PATH" })
    .nullable()
    .default(null),
}
const tlsLevel = z.enum(["off", "opportunistic", "required", "verified"])
const route = z.strictObject({
  domains: z.array(z.union([z.literal("*"), z.string().startsWith("."), domain])).min(1),
  to: z.string().regex(/^(mx|(smtp|smtps|lmtp):\/\/[^\s/]+|lmtp:\/.+|maildir:.+)$/, {
    error: "mx, smtp://host:port, smtps://host:port, lmtp://host:port or maildir:PATH",
  }),
  tls: tlsLevel.default("opportunistic"),
  /** Connections to this next hop at once. */
  concurrency: count.default(20),
})

export const settingsSchema = z.strictObject({
  /** Our name in greetings, Received, Authentication-Results. */
  hostname: domain,
  postmaster: address,
  publicUrl: z.url({ protocol: /^https?$/, error: "a web address such as https://mail.example.vn" }),
  timezone: z.string().default("Asia/Ho_Chi_Minh"),
  domains: z.array(domain).min(1),
  recipients: z
    .union([z.literal("any"), z.literal("callout"), z.string().regex(/^list:.+/)], {
      error: "any, callout or list:FILE",
    })
    .default("any"),
  listen: z
    .strictObject({
      inbound: z.strictObject({ ...listener, port: port.default(2525) }).prefault({}),
      submission: z.strictObject({ ...submission, port: port.default(2587) }).prefault({}),
      submissions: z.strictObject(submission).nullable().default(null),
      console: z.strictObject({ host: host.default(["127.0.0.1"]), port: port.default(8025) }).prefault({}),
    })
    .prefault({}),
  store: z.strictObject({ path: z.string().default("./data") }).prefault({}),
  deliver: z.strictObject({
    routes: z.array(route).min(1),
    mx: z
      .strictObject({
        port: port.default(25),
        /** `host:port` of a DNS server, or null for the system's. */
        resolver: z.string().nullable().default(null),
        /** Deliver to private, loopback and link-local addresses found in DNS. */
        allowPrivate: z.boolean().default(false),
      })
      .prefault({}),
    /** Waits between attempts; the last repeats until `expire`. RFC 5321 §4.5.4.1. */
    retry: z.array(duration).min(1).prefault(["5m", "10m", "20m", "30m", "1h", "2h", "4h"]),
    expire: duration.prefault("5d"),
    /** A DELAY report goes out after this. RFC 3461 §4.1. */
    delayNotice: duration.prefault("4h"),
    /** Deadline of each command to a next hop; DATA's end waits twice as long. */
    timeout: duration.prefault("2m"),
    /** Copies being delivered at once, all routes together. */
    concurrency: count.default(50),
  }),
  scan: z
    .strictObject({
      clamd: z
        .string()
        .regex(/^(tcp:\/\/[^\s/]+:\d+|unix:\/.+)$/, { error: "tcp://host:port or unix:/path" })
        .nullable()
        .default(null),
      /** One deadline for all inspection of a message; at most 240 s, below the client's own patience (RFC 5321 §4.5.3.2.6). */
      deadline: duration.refine((ms) => ms <= 240_000, { error: "at most 240s" }).prefault("60s"),
      /** File name extensions that give `forbidden-type`. */
      forbidden: z
        .array(z.string().regex(/^[a-z0-9]{1,12}$/))
        .prefault([
          "ade",
          "adp",
          "apk",
          "appx",
          "appxbundle",
          "bat",
          "chm",
          "cmd",
          "com",
          "cpl",
          "diagcab",
          "dll",
          "exe",
          "hta",
          "img",
          "ins",
          "iso",
          "isp",
          "jar",
          "js",
          "jse",
          "lib",
          "lnk",
          "mde",
          "msc",
          "msi",
          "msix",
          "msp",
          "mst",
          "nsh",
          "pif",
          "ps1",
          "reg",
          "scf",
          "scr",
          "sct",
          "shb",
          "sys",
          "url",
          "vb",
          "vbe",
          "vbs",
          "vhd",
          "vhdx",
          "vxd",
          "wsc",
          "wsf",
          "wsh",
          "xll",
        ]),
      /** Child processes that read hostile bytes, and what one may use. */
      children: count.default(2),
      memory: size.prefault("700MiB"),
    })
    .prefault({}),
  hold: z
    .strictObject({
      /** A hold nobody decides expires after this. */
      keep: duration.prefault("7d"),
      quarantine: duration.prefault("30d"),
    })
    .prefault({}),
  policy: z.string(),
  webmail: z
    .strictObject({
      families: z.string().default("./config/webmail.yaml"),
      /** The agency's own additions, never touched by an update; need not exist. */
      local: z.string().default("./config/webmail.local.yaml"),
    })
    .prefault({}),
  tls: z.strictObject({ cert: z.string(), key: z.string() }).nullable().default(null),
  limits: z
    .strictObject({
      messageSize: size.prefault("35MB"),
      recipients: count.default(100),
      connections: count.default(500),
      /** Per IPv4 address or IPv6 /64. */
      connectionsPerClient: count.default(50),
      messagesPerConnection: count.default(1_000),
      junkCommands: count.default(100),
      errors: count.default(20),
      /** Octets of a command line. */
      commandLine: count.default(2_048),
      headerSize: size.prefault("100KiB"),
      /** Received fields before a message counts as looping. RFC 5321 §6.3. */
      hops: count.default(50),
      /** A command must be complete within this. */
      commandTime: duration.prefault("5m"),
      /** Octets a second while DATA runs. */
      minimumRate: count.default(500),
      /** A connection's whole life. */
      sessionTime: duration.prefault("1h"),
    })
    .prefault({}),
  log: z.strictObject({ level: z.enum(["trace", "debug", "info", "warn", "error"]).default("info") }).prefault({}),
})

/** Settings as the program uses them: spans in ms, sizes in octets, relative paths still relative to the working directory. */
export type Settings = z.output<typeof settingsSchema>
export type Route = Settings["deliver"]["routes"][number]
export type Limits = Settings["limits"]
