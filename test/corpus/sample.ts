/** One labelled message of the corpus, before it becomes octets. */
import type { OfficialLabel, Secrecy } from "../../src/mail/content.ts"

export interface Sample {
  /** Family and title: says which one it is in a list of the worst. */
  readonly id: string
  readonly family: string
  readonly label: OfficialLabel
  readonly secrecy: Secrecy
  /** People in lists; null where nobody counts. */
  readonly records: number | null
  readonly bulk: boolean
  readonly subject: string
  readonly text: string
  readonly html: string | null
  readonly files: readonly SampleFile[]
  /** In which old encoding and in what kind of file the text comes; null: as text of a mail, in Unicode. */
  readonly written: { readonly encoding: string; readonly container: string } | null
  /** Neither looked at while rules are made nor trained on. */
  readonly aside: boolean
}

export interface SampleFile {
  readonly name: string
  readonly text: string
  /** Stands in the page's header, or in a text box. */
  readonly margin: { readonly at: "header" | "box"; readonly text: string } | null
}

export const PLAIN = {
  secrecy: "none",
  records: null,
  bulk: false,
  subject: "",
  text: "",
  html: null,
  files: [],
  written: null,
} as const

/** FNV-1a: the same share is kept aside on every machine and in every run. */
export function hashed(text: string): number {
  let hash = 0x811c9dc5
  for (const octet of Buffer.from(text)) hash = Math.imul(hash ^ octet, 0x01000193) >>> 0
  return hash
}

/** Three of ten, chosen by what a thing is called and nobody. */
export function isAside(name: string): boolean {
  return hashed(`aside:${name}`) % 10 < 3
}
