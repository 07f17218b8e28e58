/** The costly work on a policy's text: read, looked over, compared. Text in, data out, so that a thread of its own can do it. */
import { loadPolicy, type PolicyContext } from "../config/policy.ts"
import { prepare } from "../decide/decide.ts"
import { difference } from "../decide/difference.ts"
import { lint } from "../decide/lint.ts"
import type { Lint } from "../decide/lint-lists.ts"
import type { Standing } from "../decide/moved.ts"
import { createDirectory } from "../identify/units.ts"
import type { Difference } from "../mail/change.ts"
import type { Exception, Policy } from "../mail/policy.ts"
import type { ExceptionDocument, Registry } from "../mail/version.ts"

/** All that makes a policy, before it is read. */
export interface Source {
  readonly name: string
  readonly document: string
  readonly registry: Registry
  readonly exceptions: readonly ExceptionDocument[]
}

export type ReadPolicy =
  | { readonly ok: true; readonly policy: Policy; readonly warnings: readonly string[] }
  | { readonly ok: false; readonly faults: readonly string[] }

/** A thousand rules are read in more than half a second of CPU and looked over in as much again: not in the way of mail. */
export interface Study {
  read(source: Source, context: PolicyContext): Promise<ReadPolicy>
  /** Of sources that can be read, as of the moment of the context. */
  lint(source: Source, context: PolicyContext): Promise<readonly Lint[]>
  difference(old: Source, next: Source, context: PolicyContext): Promise<Difference>
}

/** The same at once. */
export type Work = {
  readonly [Name in keyof Study]: (...args: Parameters<Study[Name]>) => Awaited<ReturnType<Study[Name]>>
}

export const WORK: Work = {
  read: ({ name, document, registry, exceptions }, context) => {
    const read = loadPolicy(document, { ...context, registry })
    if (!read.ok) return read
    return { ...read, policy: withExceptions({ ...read.policy, version: name }, exceptions) }
  },
  lint: (source, context) => lint(standing(source, context).prepared, { now: context.now, domains: context.domains }),
  difference: (old, next, context) => difference(standing(old, context), standing(next, context), context.now),
}

/** For commands, in whose way nobody is. */
export const STUDY_HERE: Study = {
  read: (...asked) => Promise.resolve(WORK.read(...asked)),
  lint: (...asked) => Promise.resolve(WORK.lint(...asked)),
  difference: (...asked) => Promise.resolve(WORK.difference(...asked)),
}

function standing(source: Source, context: PolicyContext): Standing {
  const read = WORK.read(source, context)
  if (!read.ok) throw new Error(read.faults.join("\n"))
  return { prepared: prepare(read.policy), directory: createDirectory(read.policy, context.domains, context.now) }
}

/** Beside those of the text: the documents that were granted. */
export function withExceptions(policy: Policy, documents: readonly ExceptionDocument[]): Policy {
  return { ...policy, exceptions: [...policy.exceptions, ...documents.map(asException)] }
}

function asException({ id, rule, owner, when, reason, basis, approver, start, end }: ExceptionDocument): Exception {
  return { id, rule, owner, when, reason, basis, approver: approver ?? "", start, end }
}
