/** What one message's containers may hold, all together, counted while they are opened. */
import { z } from "zod"
import { count, size } from "./fields.ts"

/**
 * Octets of all and of one file, files, containers within one another, octets out for one in. What is more is a finding: `too-large`,
 * `too-many-files`, `too-deep`, `archive-bomb`.
 */
export const unpackLimits = z
  .strictObject({
    total: size.prefault("200MB"),
    file: size.prefault("50MB"),
    files: count.default(5_000),
    depth: count.refine((levels) => levels <= 20, { error: "at most 20" }).default(5),
    ratio: count.refine((times) => times >= 10, { error: "10 or more" }).default(200),
  })
  .prefault({})
