/** Whether, and how, DNS is asked who sent what comes from outside. */
import { isIP, SocketAddress } from "node:net"
import { z } from "zod"
import { duration } from "./fields.ts"

export const authenticationSection = z
  .strictObject({
    check: z.boolean().default(true),
    /** `ip` or `ip:port` of a DNS server, or null for the system's. */
    resolver: z
      .string()
      .refine((text) => isIP(text) !== 0 || SocketAddress.parse(text) !== undefined, {
        error: "the IP address of a DNS server such as 10.0.0.53 or 10.0.0.53:53",
      })
      .nullable()
      .default(null),
    /** For waiting for answers about one message, all questions together. */
    timeout: duration.refine((ms) => ms <= 20_000, { error: "at most 20s" }).prefault("5s"),
  })
  .prefault({})
