/** What a record says of a message and of a copy never changes: a digest beside it tells when a disk changed it. */
import { hash } from "node:crypto"

/** The columns that say what is delivered, and to whom. Written once. */
export interface SealedMessage {
  readonly id: string
  readonly client: string
  readonly envelope: string
  readonly summary: string
  readonly edits: string
  readonly bounceable: number
  readonly size: number
  readonly sha256: string
  readonly eight_bit: number
  readonly file: string | null
}
export interface SealedCopy {
  readonly recipient: string
  readonly edits: number
  readonly require_tls: number
}

/** The body has its own digest among these columns, and the key proves itself by it. */
export function sealMessage(row: SealedMessage): string {
  const { id, client, envelope, summary, edits, bounceable, size, sha256, eight_bit, file } = row
  return digest([id, client, envelope, summary, edits, bounceable, size, sha256, eight_bit, file])
}

/** Of a copy of the message with this seal: it belongs to no other. */
export function sealCopy({ recipient, edits, require_tls }: SealedCopy, message: string): string {
  return digest([message, recipient, edits, require_tls])
}

function digest(columns: readonly (string | number | null)[]): string {
  return hash("sha256", JSON.stringify(columns), "base64")
}
