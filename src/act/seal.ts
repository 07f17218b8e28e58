/** The last edits of a message before it is taken into custody: DKIM of our own authors, ARC where we changed what others wrote. */
import { setImmediate } from "node:timers/promises"
import { parseAddress } from "../mail/address.ts"
import type { Acceptance, Copy, Edit } from "../mail/delivery.ts"
import { edited } from "../mail/edit.ts"
import type { Instant } from "../mail/transaction.ts"
import type { Bodies } from "../store/store.ts"
import { authenticationResults } from "./authentication-results.ts"
import { createBodyHash } from "./canonical.ts"
import { arcFields, dkimFields, keysFor, type Signed, type SigningKey } from "./dkim.ts"
import type { Judgement } from "./judgement.ts"

export interface SealDeps {
  readonly hostname: string
  readonly keys: readonly SigningKey[]
  readonly bodies: Pick<Bodies, "read">
  readonly now: () => Instant
}

/** Octets of a header block; a longer one was refused before. */
const LONGEST_HEADER = 1_048_576

/** The fields to put before a message, or "". */
type Make = (signed: Signed) => string

/** `signing` is asked for each message: keys change at a reload. */
export function createSeal(
  signing: () => Pick<SealDeps, "hostname" | "keys">,
  bodies: SealDeps["bodies"],
): (judgement: Judgement, acceptance: Acceptance) => Promise<Acceptance> {
  return (judgement, acceptance) => seal(judgement, acceptance, { ...signing(), bodies, now: Date.now })
}

/** Every attempt sends identical octets: what is added here is fixed with the commit. */
async function seal(judgement: Judgement, acceptance: Acceptance, deps: SealDeps): Promise<Acceptance> {
  const made = new Map<readonly Edit[], Promise<readonly Edit[]>>()
  const copies = acceptance.copies.map(async (copy): Promise<Copy> => {
    const make = maker(judgement, copy.edits, { ...deps, isAnew: acceptance.spooled !== judgement.spooled })
    if (make === null) return copy
    const edits = made.get(copy.edits) ?? withFields(acceptance, copy.edits, make, deps)
    made.set(copy.edits, edits)
    return { ...copy, edits: await edits }
  })
  return { ...acceptance, copies: await Promise.all(copies) }
}

/** What we write ourselves, in our own postmaster's name. */
export function signedMail(
  bytes: Uint8Array,
  author: string,
  { keys, now }: Pick<SealDeps, "keys" | "now">,
): Uint8Array {
  const ours = keysFor(keys, parseAddress(author)?.domain ?? "")
  if (ours.length === 0) return bytes
  const whole = Buffer.from(bytes)
  const end = whole.indexOf("\r\n\r\n") + 2
  const body = createBodyHash()
  body.update(whole.subarray(end + 2))
  const header = whole.toString("latin1", 0, end)
  const fields = dkimFields(ours, { header, bodyHash: body.digest(), at: seconds(now()) })
  return Buffer.concat([Buffer.from(fields, "latin1"), whole])
}

/** Null: nothing is to be added. */
function maker(
  judgement: Judgement,
  edits: readonly Edit[],
  given: SealDeps & { readonly isAnew: boolean },
): Make | null {
  const { judged, authenticated, transaction, authentication, message } = judgement
  const { keys, hostname, isAnew } = given
  if (judged.some(({ direction }) => direction === "outbound")) {
    // A stranger's word that passes through a trusted server is not ours; a report of that server is.
    if (!authenticated && transaction.envelope.from !== null) return null
    const authors = message.mailboxes
      .filter(({ position }) => position === "from")
      .map(({ address }) => parseAddress(address)?.domain ?? "")
    const [author = "", ...others] = new Set(authors)
    const ours = others.length === 0 ? keysFor(keys, author) : []
    return ours.length === 0 ? null : (signed) => dkimFields(ours, signed)
  }
  const key = keysFor(keys, hostname)[0] ?? keys[0]
  const found = authentication?.arc
  const isForeign = judged.every(({ direction }) => direction === "inbound") && authentication?.asked !== null
  if (key === undefined || !isForeign || (found !== "none" && found !== "pass")) return null
  if (!isAnew && !isChanged(edits)) return null
  const results = authenticationResults(hostname, null, authentication ?? null).replace(/^[^:]*:\s*|\r\n$/g, "")
  return (signed) => arcFields(key, { ...signed, results, found })
}

/** Beyond the trace fields that every server adds. */
function isChanged(edits: readonly Edit[]): boolean {
  const [first, ...more] = edits
  return (
    more.length > 0 || (first !== undefined && (first.at > 0 || first.remove > 0 || /^subject:/im.test(first.insert)))
  )
}

async function withFields(
  { spooled }: Acceptance,
  edits: readonly Edit[],
  make: Make,
  { bodies, now }: SealDeps,
): Promise<readonly Edit[]> {
  const fields = make({ ...(await digested(edited(bodies.read(spooled), edits))), at: seconds(now()) })
  const [first, ...rest] = edits
  if (fields === "") return edits
  if (first === undefined || first.at > 0) return [{ at: 0, remove: 0, insert: fields }, ...edits]
  return [{ ...first, insert: fields + first.insert }, ...rest]
}

/** Header block and hash of the body, chunk after chunk, so that the SMTP loop never waits for a large one. */
async function digested(source: AsyncIterable<Uint8Array>): Promise<Omit<Signed, "at">> {
  let head: Buffer | null = Buffer.alloc(0)
  let header = ""
  const body = createBodyHash()
  for await (const chunk of source) {
    if (head === null) {
      await setImmediate()
      body.update(chunk)
      continue
    }
    head = Buffer.concat([head, chunk])
    const end = head.indexOf("\r\n\r\n")
    if (end === -1 && head.length <= LONGEST_HEADER) continue
    header = head.toString("latin1", 0, end === -1 ? head.length : end + 2)
    if (end !== -1) body.update(head.subarray(end + 4))
    head = null
  }
  return { header: head === null ? header : head.toString("latin1"), bodyHash: body.digest() }
}

function seconds(at: Instant): number {
  return Math.floor(at / 1_000)
}
