/** How the store says that it cannot keep its promise: a typed fault, and a sentence for people that names the place. */

export type StoreFault =
  /** No store there, and this caller may not create one. */
  | "missing"
  /** Another gateway serves it. */
  | "in-use"
  /** Written by a later version of the program. */
  | "newer"
  /** Written by an earlier one, and this caller may not migrate it. */
  | "older"
  | "corrupt"
  | "unreadable"
  | "full"
  /** Somebody else held the database for longer than the busy timeout. */
  | "busy"
  | "io"
  /** It is closed, or its writer thread ended. */
  | "closed"
  /** The operation itself is impossible, e.g. a transaction accepted twice. */
  | "refused"

export class StoreError extends Error {
  override readonly name = "StoreError"
  readonly fault: StoreFault
  constructor(fault: StoreFault, message: string) {
    super(message)
    this.fault = fault
  }
}

/** Primary result codes, https://www.sqlite.org/rescode.html */
const SQLITE: Readonly<Record<number, StoreFault>> = {
  3: "unreadable", // PERM
  5: "busy",
  6: "busy", // LOCKED
  8: "unreadable", // READONLY
  10: "io",
  11: "corrupt",
  13: "full",
  14: "unreadable", // CANTOPEN
  26: "corrupt", // NOTADB
}
const SYSTEM: Readonly<Record<string, StoreFault>> = {
  EACCES: "unreadable",
  EDQUOT: "full",
  EISDIR: "unreadable",
  ENOENT: "missing",
  ENOSPC: "full",
  ENOTDIR: "unreadable",
  EPERM: "unreadable",
  EROFS: "unreadable",
  EIO: "io",
  EMFILE: "io",
}
const SENTENCES: Readonly<Record<StoreFault, string>> = {
  missing: "is not there",
  "in-use": "is served by another gateway",
  newer: "was written by a newer version",
  older: "was written by an older version",
  corrupt: "is damaged or not a store",
  unreadable: "cannot be opened for reading and writing",
  full: "has no space left",
  busy: "is locked by another process",
  io: "cannot be read or written",
  closed: "is closed",
  refused: "refused an operation",
}

/** Any failure of SQLite or of the file system as a StoreError about `path`. */
export function storeError(cause: unknown, path: string): StoreError {
  if (cause instanceof StoreError) return cause
  const fault = faultOf(cause)
  const why = cause instanceof Error ? cause.message : String(cause)
  return new StoreError(fault, `store ${path} ${SENTENCES[fault]}: ${why}`)
}

function faultOf(cause: unknown): StoreFault {
  if (!(cause instanceof Error)) return "refused"
  // Extended result codes keep the primary one in their low octet.
  if ("errcode" in cause && typeof cause.errcode === "number") return SQLITE[cause.errcode & 0xff] ?? "refused"
  if ("code" in cause && typeof cause.code === "string") return SYSTEM[cause.code] ?? "refused"
  return "refused"
}
