/** Settings of `recognise`: what counts as official business. */
import { z } from "zod"

const points = z.int().min(1).max(100)

/** As it stands in symbols, `SKHCN`. */
const issuerCode = z.string().regex(/^[\p{Lu}\d&]{2,12}$/u, { error: "a code as in symbols, such as SKHCN" })
/** As a letterhead begins; shorter ones would begin every other line. */
const issuerName = z
  .string()
  .trim()
  .refine((name) => /^[\p{L}\d .,&-]{4,80}$/u.test(name), { error: "how a letterhead begins, 4–80 letters" })

export const recogniseSection = z
  .strictObject({
    official: points.default(60),
    unsure: points.default(35),
    /** Bodies that the built-in list lacks: codes of symbols, beginnings of letterheads, and firms that write like bodies. */
    issuers: z
      .strictObject({
        codes: z.array(issuerCode).default([]),
        names: z.array(issuerName).default([]),
        companies: z.array(issuerName).default([]),
      })
      .prefault({}),
    /** Pictures of documents are read where the system has tesseract with Vietnamese (and poppler's pdftoppm for PDF). */
    ocr: z.enum(["auto", "off"]).default("auto"),
    /** Files of certificates (PEM) that signatures in a PDF may be traced to; without any, an authority is known by its name. */
    authorities: z.array(z.string()).default([]),
  })
  .refine(({ official, unsure }) => official > unsure, { error: "official above unsure" })
  .prefault({})
