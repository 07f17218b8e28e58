/** The grammar of what a rule asks for besides its disposition: the entries of `also`. */
import { z } from "zod"
import type { Annotation } from "../mail/policy.ts"

/** Our own fields only, so that no policy can rewrite what other programs rely on. */
const header = z
  .strictObject({
    header: z.strictObject({
      name: z.string().regex(/^X-[A-Za-z0-9-]{1,60}$/),
      value: z.string().regex(/^[\x20-\x7e]{1,200}$/),
    }),
  })
  .transform((asked): Annotation => ({ do: "header", ...asked.header }))

const subjectTag = z
  .strictObject({ "subject-tag": z.string().regex(/^\[[^\p{Cc}[\]]{1,40}\]$/u) })
  .transform((asked): Annotation => ({ do: "subject-tag", tag: asked["subject-tag"] }))

const requireTls = z.literal("require-tls").transform((): Annotation => ({ do: "require-tls" }))

/** Alone, or with `signed: true` where a signature of the sender may break by it. */
const canonicalise = z
  .union([
    z.literal("canonicalise").transform(() => false),
    z
      .strictObject({ canonicalise: z.strictObject({ signed: z.boolean() }) })
      .transform((asked) => asked.canonicalise.signed),
  ])
  .transform((signed): Annotation => ({ do: "rewrite", change: { is: "canonicalise", signed } }))

export const annotation: z.ZodType<Annotation> = z.union([requireTls, header, subjectTag, canonicalise], {
  error: 'header: { name: X-…, value: ASCII text }, subject-tag: "[…]", require-tls or canonicalise',
})
