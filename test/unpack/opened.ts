/** A file as the unpacker hands it on. */
import { Readable } from "node:stream"
import type { File } from "../../src/mail/file.ts"
import type { Finding } from "../../src/mail/finding.ts"
import { createBudget } from "../../src/unpack/budget.ts"
import { parse } from "../../src/parse/parse.ts"
import type { ReadMessage } from "../../src/unpack/container/member.ts"
import { type Found, open } from "../../src/unpack/open.ts"
import { createPasswords } from "../../src/unpack/password.ts"

export interface Given {
  readonly names?: readonly string[]
  readonly claimed?: string
  readonly passwords?: readonly string[]
  readonly signal?: AbortSignal
}

export function opened(bytes: Buffer, given: Given = {}): Promise<File> {
  const { names = [], claimed = "", passwords = [], signal = AbortSignal.timeout(20_000) } = given
  const found: Found = { at: "2", names, claimed, bytes }
  return open(found, {
    budget: createBudget(signal, bytes.length),
    passwords: createPasswords(passwords),
    message: readMessage,
  })
}

/** As the child does. */
export const readMessage: ReadMessage = async (bytes, visit) => {
  const { findings } = await parse(() => Readable.from([bytes]), visit)
  return findings.map(({ why = "" }) => why)
}

/** `kind at why`, one after another. */
export function told(findings: readonly Finding[]): string {
  return findings.map(({ kind, at, why }) => `${kind} ${at}${why === undefined ? "" : ` ${why}`}`).join(", ")
}

/** The findings of the whole tree. */
export function findingsOf(file: File): readonly Finding[] {
  return [...file.findings, ...file.within.flatMap(findingsOf)]
}
