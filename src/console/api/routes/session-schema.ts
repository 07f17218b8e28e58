/** What the API says of a session. */
import { z } from "zod"
import { DOORS } from "../../../mail/people.ts"
import { accountSchema } from "./words.ts"

const STATES = ["open", "second-factor", "locked", "enrol-first", "password-first"] as const
export const sessionSchema = z.object({
  state: z.enum(STATES),
  account: accountSchema,
  door: z.enum(DOORS),
  /** For the header `x-csrf-token` of every request that changes something. */
  csrf: z.string(),
  /** The root of the tree of units, for whom holds a role at the top. */
  root: z.string(),
  /** In which moments are shown. */
  timezone: z.string(),
  /** Ms without a doing of the person's after which the session locks. */
  idle: z.number(),
})
