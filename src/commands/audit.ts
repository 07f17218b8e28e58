/** `audit …`: whether the trail is whole, and its end for a witness outside. */
import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from "node:crypto"
import { appendFileSync, readFileSync } from "node:fs"
import { reason } from "../config/files.ts"
import type { Anchor, Flaw, Head } from "../mail/audit.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Records } from "../store/store.ts"
import { UsageError } from "./usage.ts"

/** What one line of an anchor file says, and what is signed. */
export function anchorText({ seq, chain, buried }: Head, at: Instant): string {
  const grave = buried === null ? "-" : `${buried.upTo}:${buried.seal}`
  return `congthu-audit ${new Date(at).toISOString()} ${seq} ${chain} ${grave}`
}

/** The line, with its signature when there is a key (Ed25519, base64). */
export function anchorLine(head: Head, at: Instant, key: KeyObject | null): string {
  const text = anchorText(head, at)
  return key === null ? text : `${text} ${sign(null, Buffer.from(text), key).toString("base64")}`
}

export function readKey(file: string, kind: "private" | "public"): KeyObject {
  try {
    const pem = readFileSync(file)
    return kind === "private" ? createPrivateKey(pem) : createPublicKey(pem)
  } catch (error) {
    throw new UsageError(`${file}: expected a ${kind} key in PEM, got ${reason(error)}`)
  }
}

/** Prints the end of the chain; with `file` adds it there too. */
export async function anchor(
  records: Records,
  now: Instant,
  options: { readonly file?: string; readonly key?: string },
): Promise<number> {
  const head = await records.auditHead()
  if (head === null) {
    process.stdout.write("chưa có bản ghi nào / no record yet\n")
    return 1
  }
  const line = anchorLine(head, now, options.key === undefined ? null : readKey(options.key, "private"))
  process.stdout.write(`${line}\n`)
  if (options.file !== undefined) appendFileSync(options.file, `${line}\n`, { mode: 0o600 })
  return 0
}

export interface VerifyOptions {
  /** Lines of `audit anchor`, also within log lines. */
  readonly anchors?: string
  readonly publicKey?: string
  readonly json?: boolean
}

/** 0: whole · 1: not. */
export async function verifyTrail(
  records: Records,
  { anchors: file, publicKey, json }: VerifyOptions,
): Promise<number> {
  const key = publicKey === undefined ? null : readKey(publicKey, "public")
  const { anchors, forged } = file === undefined ? { anchors: [], forged: [] } : readAnchors(file, key)
  const told = await records.audit(anchors)
  const whole = told.flaws.length === 0 && forged.length === 0
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ ...told, anchors: anchors.length, forged, whole })}\n`)
    return whole ? 0 : 1
  }
  for (const flaw of told.flaws) process.stdout.write(`${sentence(flaw)}\n`)
  for (const line of forged) process.stdout.write(`mốc có chữ ký sai / an anchor with a wrong signature: ${line}\n`)
  const { records: count, before, buried } = told
  process.stdout.write(
    `${count} bản ghi / records, ${before} trước khi có chuỗi / of before the chain, ${buried} hết hạn lưu / taken by retention, ${anchors.length} mốc / anchors: ${whole ? "nguyên vẹn / whole" : "KHÔNG nguyên vẹn / NOT whole"}\n`,
  )
  return whole ? 0 : 1
}

const LINE = /congthu-audit (\S+) (\d+) (\S+) (\S+)(?: ([A-Za-z0-9+/=]{80,}))?/g

export interface Anchors {
  readonly anchors: readonly Anchor[]
  readonly forged: readonly string[]
}

function readAnchors(file: string, key: KeyObject | null): Anchors {
  const found = anchorsIn(textOf(file), key)
  if (found.anchors.length + found.forged.length === 0) {
    throw new UsageError(`${file}: expected lines of audit anchor, got none`)
  }
  return found
}

/** With a key, what it has not signed is forged. */
export function anchorsIn(written: string, key: KeyObject | null): Anchors {
  const anchors: Anchor[] = []
  const forged: string[] = []
  for (const [line, at, seq, chain = "", grave = "", signature] of written.matchAll(LINE)) {
    const text = `congthu-audit ${at} ${seq} ${chain} ${grave}`
    const sound =
      key === null ||
      (signature !== undefined && verify(null, Buffer.from(text), key, Buffer.from(signature, "base64")))
    if (sound) anchors.push({ seq: Number(seq), chain })
    else forged.push(line)
  }
  return { anchors, forged }
}

function textOf(file: string): string {
  try {
    return readFileSync(file, "utf8")
  } catch (error) {
    throw new UsageError(`${file}: expected a readable file, got ${reason(error)}`)
  }
}

export function sentence(flaw: Flaw): string {
  switch (flaw.is) {
    case "changed":
      return `${flaw.seq}: bản ghi bị sửa, hoặc bản ghi trước nó / this record was changed, or the one before it`
    case "missing":
      return `${flaw.seq}: thiếu bản ghi / a record is missing`
    case "unchained":
      return `${flaw.seq}: bản ghi không có mắt xích / a record without a link`
    case "cut":
      return `${flaw.seq}: phần cuối bị cắt, đã từng có đến ${flaw.until} / the end was cut off: there were ${flaw.until}`
    case "tombstone":
      return `${flaw.seq}: dấu của phần hết hạn lưu bị sửa / the mark of what retention took was changed`
    case "anchor":
      return `${flaw.seq}: không khớp mốc lưu bên ngoài / not what an anchor outside says`
    default:
      return flaw satisfies never
  }
}
