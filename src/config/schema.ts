/** The one list of settings: keys, defaults, meaning. `config/gateway.yaml` shows the common ones annotated. */
import { SocketAddress } from "node:net"
import { z } from "zod"
import {
  address,
  count,
  deadline,
  domain,
  duration,
  isTimezone,
  ip,
  line,
  network,
  oneOrMany,
  port,
  size,
  subdomains,
} from "./fields.ts"
import { authenticationSection } from "./authentication.ts"
import { loginSection } from "./login.ts"
import { recogniseSection } from "./recognise.ts"
import { scanSection } from "./scan.ts"
import { directorySection } from "./directory.ts"
import { holdsTheInternet } from "./network.ts"

/** One host or several: `127.0.0.1` or `[127.0.0.1, "::1"]`. */
const host = oneOrMany(ip, "an IP address or a list of them")

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
    .array(network)
    .refine((all) => !holdsTheInternet(all), { error: "networks of your own, not the whole Internet" })
    .default([]),
  /** `file:PATH`, lines `user:PHC-hash:address,address`. */
  auth: z
    .string()
    .regex(/^file:.+/, { error: "file:PATH" })
    .nullable()
    .default(null),
}
const NEXT_HOP = "mx, smtp://host:port, smtps://host:port, lmtp://host:port or maildir:PATH"
const REDIS = "redis://host:port/db or rediss://user:password@host:port/db"
const tlsLevel = z.enum(["off", "opportunistic", "required", "verified"])
const route = z.strictObject({
  /** `*`, a domain, or `.domain` for all below it. */
  domains: z.array(z.union([z.literal("*"), subdomains, domain], { error: "a domain, .domain or *" })).min(1),
  to: z
    .string({ error: NEXT_HOP })
    .regex(/^(mx|(smtp|smtps|lmtp):\/\/[^\s/@?#]+|lmtp:\/[^/].*|maildir:.+)$/, { error: NEXT_HOP })
    .refine((to) => !to.includes("://") || URL.canParse(to), { error: NEXT_HOP }),
  tls: tlsLevel.default("opportunistic"),
  /** Connections to this next hop at once. */
  concurrency: count.default(20),
})

const RECIPIENTS = "any, callout, ldap or list:FILE"

/** Vietnamese first, English second. */
const bilingual = z.strictObject({ vi: line, en: line })

export const settingsSchema = z.strictObject({
  /** Our name in greetings, Received, Authentication-Results. */
  hostname: domain,
  postmaster: address,
  publicUrl: z
    .url({ protocol: /^https?$/, error: "a web address such as https://mail.example.vn" })
    .transform((url) => url.replace(/\/+$/, "")),
  timezone: z
    .string()
    .refine(isTimezone, { error: "a time zone such as Asia/Ho_Chi_Minh" })
    .default("Asia/Ho_Chi_Minh"),
  domains: z.array(domain).min(1),
  recipients: z
    .string({ error: RECIPIENTS })
    .regex(/^(?:any|callout|ldap|list:.+)$/, { error: RECIPIENTS })
    .default("any"),
  /** LDAP or Active Directory: for `recipients: ldap`, and for `units sync`. */
  directory: directorySection,
  /** Ways into the console beside our own passwords. */
  login: loginSection,
  listen: z
    .strictObject({
      inbound: z.strictObject({ ...listener, port: port.default(2525) }).prefault({}),
      submission: z.strictObject({ ...submission, port: port.default(2587) }).prefault({}),
      submissions: z.strictObject(submission).nullable().default(null),
      console: z
        .strictObject({
          host: host.default(["127.0.0.1"]),
          port: port.default(8025),
          /** Reverse proxies whose X-Forwarded-For is believed. */
          proxyFrom: z.array(network).default([]),
        })
        .prefault({}),
    })
    .prefault({}),
  store: z
    .strictObject({
      path: z.string().default("./data"),
      /** Redis of several gateways that count clients together and tell one another of reloads; null for one alone. */
      shared: z
        .string()
        .regex(/^rediss?:\/\/[^\s/]+(\/\d*)?$/, { error: REDIS })
        .refine((url) => URL.canParse(url), { error: REDIS })
        .nullable()
        .default(null),
    })
    .prefault({}),
  deliver: z.strictObject({
    routes: z.array(route).min(1),
    mx: z
      .strictObject({
        port: port.default(25),
        /** `host:port` of a DNS server, or null for the system's. */
        resolver: z
          .string()
          .refine((text) => SocketAddress.parse(text) !== undefined, {
            error: "the IP address and port of a DNS server such as 10.0.0.53:53",
          })
          .nullable()
          .default(null),
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
    timeout: deadline.prefault("2m"),
    /** Copies being delivered at once, all routes together. */
    concurrency: count.default(50),
  }),
  scan: scanSection,
  /** Whether, and how, DNS is asked who sent what comes from outside: SPF, DKIM, DMARC, ARC. */
  authentication: authenticationSection,
  /** From how many of 100 points on a message counts as official business, and from how many on as unsure. */
  recognise: recogniseSection,
  hold: z
    .strictObject({
      /** A hold nobody decides expires after this. */
      keep: duration.prefault("7d"),
      quarantine: duration.prefault("30d"),
      /**
       * Whose answers by mail decide: nobody's, those of approvers who log in or come from a trusted network, or also those from
       * outside whose domain DMARC proves.
       */
      byMail: z.enum(["off", "submission", "authenticated"]).default("submission"),
      /** Where they are mailed to, with a tag of their own; null: `duyet@` our `hostname`. Mail to it must come to this gateway. */
      mailbox: address
        .refine((text) => !text.includes("+"), { error: "a mail address without +" })
        .nullable()
        .default(null),
    })
    .prefault({}),
  /** How long is kept what happened, and the records of messages that are over. */
  retention: z.strictObject({ events: duration.prefault("365d"), messages: duration.prefault("365d") }).prefault({}),
  /** Where the end of the audit trail is told, beside the log: a file, a syslog server (RFC 5424 over UDP); signed with a key. */
  audit: z
    .strictObject({
      every: duration.prefault("1h"),
      file: z.string().nullable().default(null),
      syslog: z
        .string()
        .regex(/^udp:\/\/[^\s/]+$/, { error: "udp://host:port" })
        .nullable()
        .default(null),
      /** An Ed25519 private key in PEM. */
      key: z.string().nullable().default(null),
    })
    .prefault({}),
  policy: z.string(),
  /** Who writes to people, and where they may ask; filled into replies and notices. */
  agency: z
    .strictObject({
      name: bilingual.prefault({ vi: "Cơ quan quản lý hệ thống thư", en: "The agency that runs this mail system" }),
      support: z
        .strictObject({
          unit: bilingual.prefault({ vi: "bộ phận công nghệ thông tin của cơ quan", en: "the agency's IT staff" }),
          phone: line.nullable().default(null),
          /** Else `postmaster`. */
          mail: address.nullable().default(null),
          /** Else the help page of this gateway. */
          page: z
            .url({ protocol: /^https?$/, error: "a web address" })
            .nullable()
            .default(null),
        })
        .prefault({}),
      /** Where work documents go instead. */
      channel: bilingual.prefault({
        vi: "hệ thống quản lý văn bản và điều hành",
        en: "the document management system",
      }),
    })
    .prefault({}),
  /** The folder of the texts, one file a notice. */
  notices: z.string().default("./config/notices"),
  /** Working hours and days off. */
  calendar: z.string().default("./config/calendar.yaml"),
  /** The catalogue of what a rule's `basis` names. */
  legal: z.string().default("./config/legal.yaml"),
  /** Notices about held and blocked mail that one person gets within an hour; further ones are told in one. */
  notice: z.strictObject({ perHour: count.default(5) }).prefault({}),
  webmail: z
    .strictObject({
      families: z.string().default("./config/webmail.yaml"),
      /** The agency's own additions, never touched by an update; need not exist. */
      local: z.string().default("./config/webmail.local.yaml"),
    })
    .prefault({}),
  tls: z
    .strictObject({
      cert: z.string({ error: "a file with the certificates, leaf first" }),
      key: z.string({ error: "a file with the private key" }),
    })
    .nullable()
    .default(null),
  /** Keys for signing mail of our own authors; the one for `hostname` seals what we change of others' mail. RFC 6376, RFC 8617. */
  dkim: z
    .array(
      z.strictObject({
        domain,
        selector: z
          .string({ error: "a selector such as s2026" })
          .regex(/^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?(?:\.[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?)*$/i, {
            error: "a selector such as s2026",
          }),
        key: z.string(),
      }),
    )
    .default([]),
  limits: z
    .strictObject({
      messageSize: size.prefault("35MB"),
      recipients: count.default(100),
      connections: count.default(500),
      /** Per IPv4 address or IPv6 /64, at all gateways of `store.shared` together. */
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
      commandTime: deadline.prefault("5m"),
      /** Octets a second while DATA runs. */
      minimumRate: count.default(500),
      /** A connection's whole life. */
      sessionTime: deadline.prefault("1h"),
      /** Messages between the start of DATA and its answer, all sessions together. */
      messagesInFlight: count.default(500),
      /** New mail waits at its senders while the gateway's process takes more, */
      memory: size.prefault("1GiB"),
      /** or the store's file system has less than this free; three times `messageSize` when not given, */
      freeSpace: size.nullable().default(null),
      /** or fewer inodes. */
      freeInodes: count.default(1_000),
    })
    .transform((limits) => ({ ...limits, freeSpace: limits.freeSpace ?? 3 * limits.messageSize }))
    .prefault({}),
  log: z.strictObject({ level: z.enum(["trace", "debug", "info", "warn", "error"]).default("info") }).prefault({}),
})

/** Settings as the program uses them: spans in ms, sizes in octets, relative paths still relative to the working directory. */
export type Settings = z.output<typeof settingsSchema>
export type Route = Settings["deliver"]["routes"][number]
export type Limits = Settings["limits"]
