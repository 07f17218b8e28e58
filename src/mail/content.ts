/** What the text is. Classification only: whether it may be sent there is the policy's question. */

import type { Feature } from "./features.ts"

export type OfficialLabel = "official" | "unsure" | "not-official"
export type Circulation = "ordinary" | "public" | "restricted" | "declassified"
export type Secrecy = "none" | "suspected" | "mat" | "toi-mat" | "tuyet-mat"

interface Evidence {
  readonly feature: Feature
  readonly at: string
  readonly points: number
  /** Which encoding, whose signature. */
  readonly note?: string
}

export interface Content {
  readonly official: {
    readonly label: OfficialLabel
    /** 0–100. */
    readonly score: number
    readonly evidence: readonly Evidence[]
  }
  readonly circulation: Circulation
  readonly secrecy: Secrecy
  readonly personalData: { readonly records: number }
}

/** What is printed and judged until a recogniser has looked: neither official nor cleared. */
export const UNREAD: Content = {
  official: { label: "unsure", score: 0, evidence: [] },
  circulation: "ordinary",
  secrecy: "none",
  personalData: { records: 0 },
}
