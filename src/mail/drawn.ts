/** A page of a file as a picture, for a person who may read the message it came with. */

/** Which page of which file, as `Attachment.at` names it; the first page is 1. */
export interface PageWanted {
  readonly at: string
  readonly page: number
}

export type Drawn =
  | { readonly is: "page"; readonly png: Uint8Array; readonly pages: number }
  /** It may be secret: nothing of it is shown. */
  | { readonly is: "secret" }
  /** No such file or page, or none that has a look. */
  | { readonly is: "none" }
  /** Broken, sealed, too large, or not done in time. */
  | { readonly is: "failed" }
  /** Nobody here draws: poppler-utils is not installed. */
  | { readonly is: "absent" }

/** Pages of a file that are drawn; whoever needs more asks for the file itself. */
export const MOST_PAGES = 30
