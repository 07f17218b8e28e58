/** The grammar of what a rule asks for besides its disposition: the entries of `also`. */
import { z } from "zod"
import { FINDING_KINDS } from "../mail/finding.ts"
import { type Annotation, WARNINGS } from "../mail/policy.ts"
import { DISARMED } from "../mail/rewrite.ts"
import { oneOrMany } from "./fields.ts"

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

const banner = z
  .union([
    z.literal("banner").transform(() => "outside" as const),
    z.strictObject({ banner: z.enum(WARNINGS) }).transform((asked) => asked.banner),
  ])
  .transform((warns): Annotation => ({ do: "banner", warns }))

/** Alone, or with `signed: true` where a signature of the sender may break by it. */
const canonicalise = z
  .union([
    z.literal("canonicalise").transform(() => false),
    z
      .strictObject({ canonicalise: z.strictObject({ signed: z.boolean() }) })
      .transform((asked) => asked.canonicalise.signed),
  ])
  .transform((signed): Annotation => ({ do: "rewrite", change: { is: "canonicalise", signed } }))

const what = z.enum(DISARMED)

/** `disarm: macros`, or with `signed: true` as above. */
const disarm = z
  .strictObject({
    disarm: z.union([
      what.transform((one) => ({ what: one, signed: false })),
      z.strictObject({ what, signed: z.boolean() }),
    ]),
  })
  .transform((asked): Annotation => ({ do: "rewrite", change: { is: "disarm", text: "", ...asked.disarm } }))

const kinds = oneOrMany(z.enum(FINDING_KINDS), "kinds of findings")

/** `replace-attachment: forbidden-type`, a list of kinds, or with `signed: true` as above. */
const replace = z
  .strictObject({
    "replace-attachment": z.union([
      kinds.transform((all) => ({ kinds: all, signed: false })),
      z.strictObject({ kinds, signed: z.boolean() }),
    ]),
  })
  .transform(
    (asked): Annotation => ({ do: "rewrite", change: { is: "replace", text: "", ...asked["replace-attachment"] } }),
  )

export const annotation: z.ZodType<Annotation> = z.union(
  [requireTls, header, subjectTag, banner, canonicalise, disarm, replace],
  {
    error:
      'header: { name: X-…, value: ASCII text }, subject-tag: "[…]", banner or banner: imitation, require-tls, canonicalise, disarm: macros or active-content, or replace-attachment: KIND',
  },
)
