/** Mutated messages through the gateway: what is kept and delivered are the octets that were examined, also where the message was made anew. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { spoolOctets } from "../../src/act/tell.ts"
import { createGateway, type GatewayDeps } from "../../src/gateway.ts"
import { createInspect } from "../../src/inspect/inspect.ts"
import type { InForce } from "../../src/judge.ts"
import { UNREAD } from "../../src/mail/content.ts"
import type { Acceptance } from "../../src/mail/delivery.ts"
import { edited } from "../../src/mail/edit.ts"
import { type Examination, UNSAID } from "../../src/mail/examination.ts"
import { known } from "../../src/mail/evidence.ts"
import { UNCHECKED } from "../../src/mail/identity.ts"
import type { Spooled } from "../../src/mail/transaction.ts"
import { parse } from "../../src/parse/parse.ts"
import { rewrite } from "../../src/parse/rewrite.ts"
import { openBodies, readSpooled } from "../../src/store/bodies.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { readMessage } from "../unpack/opened.ts"
import { transaction } from "../decide/evidence.ts"
import { shipped, shippedText } from "../policy/shipped.ts"
import { FORBIDDEN, SCAN } from "./examined.ts"
import { payload } from "./letter.ts"
import { TEMPLATES } from "./templates.ts"

export interface Tally {
  readonly messages: number
  readonly answered: number
  readonly accepted: number
  readonly madeAnew: number
}

/** All ambiguous classes go on made anew, so that much is delivered that would be held. */
const POLICY = shipped(
  shippedText().replace(
    /(kind: ambiguous, why: [a-z-]+ \} \}\n {4}then: )(?:quarantine|reject)/g,
    "$1flag\n    also: [canonicalise]",
  ),
)
/** Of no matter here. */
const ALWAYS_OPEN = {
  timezone: "Asia/Ho_Chi_Minh",
  hours: Object.fromEntries([1, 2, 3, 4, 5, 6, 7].map((day) => [day, [{ from: 0, to: 1_440 }]])),
  holidays: new Set<string>(),
  workdays: new Set<string>(),
  insteadAs: 1,
}
const IN_FORCE: InForce = {
  ...POLICY,
  hostname: "mx.tuyenquang.gov.vn",
  timezone: "Asia/Ho_Chi_Minh",
  rules: POLICY.prepared.policy.rules,
  expire: 1_000,
  keep: { hold: 1_000, quarantine: 1_000 },
  hops: 100,
  imitations: () => [],
  warning: () => ({ vi: "", en: "" }),
  calendar: ALWAYS_OPEN,
}
const unpack = createUnpack({ passwords: [] }, readMessage)
const inspect = createInspect({ ...SCAN, clamd: null, forbidden: FORBIDDEN })

/** `seed` is any 32-bit number: the same one gives the same messages. */
export async function mutate(count: number, seed: number): Promise<Tally> {
  const directory = await mkdtemp(join(tmpdir(), "congthu-mutated-"))
  try {
    const bodies = await openBodies({ path: directory, inline: 2_000 })
    const random = mulberry(seed)
    const tally = { messages: 0, answered: 0, accepted: 0, madeAnew: 0 }
    for (let index = 0; index < count; index++) {
      const template = TEMPLATES[Math.floor(random() * TEMPLATES.length)]
      if (template === undefined) throw new Error("no template")
      const octets = mutated(template.make(payload(random() < 0.5 ? "base64" : "quoted-printable")), random)
      const spooled = await spoolOctets(bodies, octets)
      const taken = await through(spooled, (bytes) => spoolOctets(bodies, bytes))
      tally.messages++
      if (taken.length === 0) tally.answered++
      else tally.accepted++
      if (taken.length > 1) tally.madeAnew++
      for (const one of [spooled, ...taken.map((acceptance) => acceptance.spooled)]) await bodies.discard(one)
    }
    return tally
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** One message through the gateway; what it takes into custody is checked octet by octet. */
async function through(spooled: Spooled, spool: GatewayDeps["spool"]): Promise<readonly Acceptance[]> {
  const examined = new Set<string>()
  const taken: Acceptance[] = []
  let ids = 0
  const deps: GatewayDeps = {
    inForce: () => IN_FORCE,
    examine: (body) => examine(body, examined),
    rewrite: (body, changes) =>
      rewrite(readSpooled(body), { signed: changes.every(({ signed }) => signed), amend: () => null }),
    spool,
    keyedHash: () => "",
    isReply: () => Promise.resolve(false),
    verify: () => Promise.resolve("exists"),
    passes: () => [],
    newId: () => `MUTATED${ids++}`,
    now: () => 0,
    note: () => Promise.resolve(),
    discard: () => Promise.resolve(),
    tell: () => Promise.resolve({ mails: [], events: [] }),
    seal: (_judgement, acceptance) => Promise.resolve(acceptance),
    accept: (acceptance, more) => {
      taken.push(acceptance, ...more)
      return Promise.resolve()
    },
  }
  await createGateway(deps).message(transaction("an@example.org", ["b@tuyenquang.gov.vn"]), spooled)
  for (const acceptance of taken) await check(acceptance, examined)
  return taken
}

async function check({ spooled, copies }: Acceptance, examined: ReadonlySet<string>): Promise<void> {
  const kept = await gathered(readSpooled(spooled))
  assert.equal(digest(kept), spooled.sha256)
  assert.ok(examined.has(spooled.sha256), "what is kept was examined")
  for (const { edits } of copies) {
    const delivered = await gathered(edited(readSpooled(spooled), edits))
    assert.equal(digest(withoutEdits(delivered, kept, edits)), spooled.sha256, "what is delivered was examined")
  }
}

/** The delivered octets with every edit taken back. */
function withoutEdits(delivered: Buffer, kept: Buffer, edits: Acceptance["copies"][number]["edits"]): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  let position = 0
  for (const { at, remove, insert } of edits) {
    pieces.push(delivered.subarray(from, from + at - position), kept.subarray(at, at + remove))
    from += at - position + insert.length
    position = at + remove
  }
  return Buffer.concat([...pieces, delivered.subarray(from)])
}

async function examine(spooled: Spooled, examined: Set<string>): Promise<Examination> {
  const hash = createHash("sha256")
  async function* octets(): AsyncGenerator<Uint8Array> {
    for await (const chunk of readSpooled(spooled)) yield chunk
  }
  for await (const chunk of octets()) hash.update(chunk)
  const sha256 = hash.digest("hex")
  examined.add(sha256)
  const signal = new AbortController().signal
  const unpacking = unpack(signal)
  const { findings: noticed, senders, ...parsed } = await parse(octets, unpacking.part)
  const files = await unpacking.open({ ...parsed, passwords: [] })
  const given = { files, parsed: [...noticed, ...senders], raw: octets, size: spooled.size, sha256 }
  const { attachments, findings, seen } = await inspect(given, signal)
  const message = { ...parsed, text: "", attachments }
  return { message, findings, seen, authentication: known(UNCHECKED), content: UNREAD, words: UNSAID }
}

const FRAGMENTS = [
  "\r\n",
  "\r\n\r\n",
  "--foo\r\n",
  "--foo--\r\n",
  ":",
  ";",
  "=",
  '"',
  "(",
  "\\",
  " ",
  "\t",
  "boundary=foo",
  "Content-Type: text/plain\r\n",
]

/** One to four changes: octets turned, ranges cut, doubled or moved, pieces of structure put in. */
function mutated(octets: Buffer, random: () => number): Buffer {
  let bytes = octets
  const changes = 1 + Math.floor(random() * 4)
  for (let change = 0; change < changes; change++) {
    const at = Math.floor(random() * bytes.length)
    const until = Math.min(bytes.length, at + 1 + Math.floor(random() * 60))
    const [before, range, after] = [bytes.subarray(0, at), bytes.subarray(at, until), bytes.subarray(until)]
    const kind = Math.floor(random() * 4)
    if (kind === 0) bytes = Buffer.concat([before, Buffer.from([Math.floor(random() * 256)]), range, after])
    else if (kind === 1) bytes = Buffer.concat([before, after])
    else if (kind === 2) bytes = Buffer.concat([before, range, range, after])
    else
      bytes = Buffer.concat([
        before,
        Buffer.from(FRAGMENTS[Math.floor(random() * FRAGMENTS.length)] ?? ""),
        range,
        after,
      ])
  }
  return bytes
}

async function gathered(source: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

function digest(octets: Uint8Array): string {
  return createHash("sha256").update(octets).digest("hex")
}

/** Mulberry32: small, and the same everywhere. */
function mulberry(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
}
