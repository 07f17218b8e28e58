/** Text as it was found, in the body of a message or in a file. */
import type { File } from "./file.ts"

/** What was read where. `margins`: headers, footers, text boxes and comments, where stamps stand. */
export interface Text {
  readonly body: string
  readonly margins: string
}

/** `whole`: false when something in it could not be read. `shows`: what the file tells of itself beside its text; points as for any feature. */
export interface Extract {
  readonly text: Text
  readonly whole: boolean
  readonly shows?: readonly Shown[]
}

/** Reads what a message says. */
export interface Reader {
  /** Text of the message itself, its subject or its body, decoded as its sender wants. */
  text(found: string): Extract
  /** Never rejects: hostile octets, broken files and a deadline that has passed make it unreadable. */
  file(file: File, signal: AbortSignal): Promise<Extract>
}

/**
 * Signed by an authority of the Government, an edXML envelope, properties that name a state body, an old encoding
 * recovered; `scan`: read from a picture, so that letters may be wrong.
 */
export interface Shown {
  readonly feature: "government-signature" | "edxml" | "properties" | "legacy-encoding" | "scan"
  /** What a person asks next: which encoding, whose signature. */
  readonly note: string
}

/** Characters of one file; letterheads stand at its beginning, and what is longer is read that far. */
export const LONGEST_TEXT = 262_144

export const NO_TEXT: Text = { body: "", margins: "" }
export const UNREADABLE: Extract = { text: NO_TEXT, whole: false }
