/** What may be taken out of a file so that the rest can be delivered, and which transform does it. Pure; null: this file cannot be helped. */
import type { File } from "../../mail/file.ts"
import type { Disarmed } from "../../mail/rewrite.ts"
import { withoutMacros as compoundWithoutMacros } from "./compound.ts"
import { withoutMacros as packageWithoutMacros } from "./package.ts"
import { withoutActions } from "./pdf.ts"

export interface Harmless {
  readonly bytes: Buffer
  /** Its name with the extension it must have now, null when that stays. */
  readonly extension: string | null
}

/** `what`: what shall not be in it any more. */
export function disarmed(file: File, what: Disarmed): Harmless | null {
  switch (what) {
    case "macros":
      return macros(file)
    case "active-content":
      return pdf(file)
    default:
      return what satisfies never
  }
}

function macros(file: File): Harmless | null {
  const compound = compoundWithoutMacros(file.bytes)
  return compound === null ? packageWithoutMacros(file) : { bytes: compound, extension: null }
}

function pdf({ bytes, types }: File): Harmless | null {
  const harmless = types.some(({ extension }) => extension === "pdf") ? withoutActions(bytes) : null
  return harmless === null ? null : { bytes: harmless, extension: null }
}
