/** Settings of `scan`: who looks at attachments, and how much a message may hold. */
import { z } from "zod"
import { count, duration, extension, EXTENSIONS, size } from "./fields.ts"
import { unpackLimits } from "./unpack-limits.ts"

const ICAP = "icap://host:port/service"
const LIST = "a file or an https address"
const MINISIGN = "a minisign public key, RW…"

export const scanSection = z
  .strictObject({
    clamd: z
      .string()
      .regex(/^(tcp:\/\/[^\s/]+:\d+|unix:\/.+)$/, { error: "tcp://host:port or unix:/path" })
      .nullable()
      .default(null),
    /** ICAP servers; `maxSize`: what is larger they let pass unread, so it counts as not examined. RFC 3507. */
    icap: z
      .array(
        z.strictObject({
          url: z.string({ error: ICAP }).refine(isIcap, { error: ICAP }),
          maxSize: size.nullable().default(null),
        }),
      )
      .default([]),
    /** A folder of YARA rules, `*.yar`. */
    yara: z.string().nullable().default(null),
    /** Lists of hashes of bad files: a file or a web address; `key` is the minisign key that must have signed it. */
    hashes: z
      .array(
        z
          .strictObject({
            from: z.string({ error: LIST }).min(1),
            key: z
              .string({ error: MINISIGN })
              .regex(/^RW[A-Za-z0-9+/]{54}$/, { error: MINISIGN })
              .nullable()
              .default(null),
            /** Between two looks at a web address; a file is looked at every five seconds. */
            every: duration.prefault("15m"),
          })
          .refine(({ from, key }) => key !== null || !from.startsWith("http:"), { error: "key, or https" }),
      )
      .default([]),
    /** clamd's signatures older than `age` are out of date: somebody should look, or nothing clamd says is believed (451). */
    signatures: z
      .strictObject({ age: duration.prefault("7d"), outdated: z.enum(["degraded", "failed"]).default("degraded") })
      .prefault({}),
    /** How long a scanner's answer about the same octets holds, with the same signatures; `off` remembers nothing. */
    cache: z
      .union([z.literal("off").transform(() => 0), duration], { error: "a time such as 1h, or off" })
      .prefault("1h"),
    /** One deadline for all inspection of a message; at most 240 s, below the client's own patience (RFC 5321 §4.5.3.2.6). */
    deadline: duration.refine((ms) => ms <= 240_000, { error: "at most 240s" }).prefault("60s"),
    /** File name extensions that give `forbidden-type`. */
    forbidden: z.array(extension).prefault(EXTENSIONS),
    /** Allow-list mode: only files of these extensions, by name and by octets, may pass; null lets all pass that are not forbidden. */
    allowed: z.array(extension).min(1).nullable().default(null),
    /** Passwords that the agency's files are sealed with; those a message tells itself are tried first. */
    passwords: z.array(z.string().min(1).max(128)).prefault(["infected", "1234", "123456"]),
    unpack: unpackLimits,
    /** Child processes that read hostile bytes, and what one may use. */
    children: count.default(2),
    memory: size.prefault("700MiB"),
  })
  .prefault({})

function isIcap(text: string): boolean {
  const url = URL.parse(text)
  return url !== null && url.protocol === "icap:" && url.hostname !== "" && url.pathname.length > 1 && url.search === ""
}
