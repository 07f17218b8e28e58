/** Everything that reads hostile octets, each with a sound beginning and what must hold of any input. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { authenticationResults } from "../../src/act/authentication-results.ts"
import { createBodyHash, rawFields, relaxedField } from "../../src/act/canonical.ts"
import { loadPolicy } from "../../src/config/policy.ts"
import { settingsSchema } from "../../src/config/schema.ts"
import { cleanReply, refused } from "../../src/deliver/outcome.ts"
import { skeleton } from "../../src/identify/confusables.ts"
import { createLookAlikes } from "../../src/identify/look-alike.ts"
import { createInspect } from "../../src/inspect/inspect.ts"
import { canonicalDomain, parseAddress } from "../../src/mail/address.ts"
import { edited, editedSize } from "../../src/mail/edit.ts"
import { UNCHECKED } from "../../src/mail/identity.ts"
import { strictAddresses } from "../../src/parse/address-grammar.ts"
import { decodeCharset } from "../../src/parse/charset.ts"
import { readFields } from "../../src/parse/fields.ts"
import { htmlText } from "../../src/parse/html.ts"
import { mailboxesOf } from "../../src/parse/mailboxes.ts"
import { namesOf } from "../../src/parse/names.ts"
import { parse } from "../../src/parse/parse.ts"
import { rewrite } from "../../src/parse/rewrite.ts"
import { decodeWords } from "../../src/parse/words.ts"
import { createReader } from "../../src/read/read.ts"
import { xmlParts } from "../../src/read/xml.ts"
import { parseMail, parseRcpt } from "../../src/receive/command.ts"
import { createDotReader } from "../../src/receive/dots.ts"
import { createLines } from "../../src/receive/lines.ts"
import { createRecognise } from "../../src/recognise/recognise.ts"
import { createUnpack } from "../../src/unpack/unpack.ts"
import { typesOf } from "../../src/unpack/type.ts"
import { PEERS } from "./peers.ts"
import * as seeds from "./seeds.ts"

export interface Target {
  readonly name: string
  readonly seeds: readonly Buffer[]
  /** Throws, or rejects, where a property is broken. */
  readonly run: (bytes: Buffer) => void | Promise<void>
}

const latin1 = (bytes: Buffer): string => bytes.toString("latin1")
const PRINTABLE = /^[\x20-\x7e]*$/

async function* chunks(bytes: Buffer, size = 4_096): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

/** Every address that the strict grammar gives is one that the lenient reading gives too: nothing is hidden from the policy. */
function mailboxes(bytes: Buffer): void {
  const value = latin1(bytes).replace(/[\r\n]+/g, " ")
  const lenient = new Set(
    mailboxesOf({ name: "From", value, start: 0, end: 0 }).map(({ address }) => parseAddress(address)?.domain),
  )
  const strict = strictAddresses(value)
  if (strict.is === "faulty") return
  for (const address of strict.addresses.filter((one) => one.includes("@"))) {
    const domain = parseAddress(address)?.domain
    assert.ok(domain !== undefined && lenient.has(domain), `${address}: ${domain} not in ${[...lenient].join(" ")}`)
  }
}

function canonical(bytes: Buffer): void {
  const domain = canonicalDomain(bytes.toString())
  if (domain !== null) assert.equal(canonicalDomain(domain), domain)
  parseAddress(bytes.toString())
}

function fields(bytes: Buffer): void {
  const { fields: read } = readFields(bytes)
  let end = 0
  for (const field of read) {
    assert.ok(field.start >= end && field.end > field.start && field.end <= bytes.length)
    end = field.end
  }
  for (const field of read) mailboxesOf(field)
  rawFields(latin1(bytes)).map(relaxedField)
}

const POSTMASTER = { local: "postmaster", domain: "x.vn", text: "postmaster@x.vn" }

function command(bytes: Buffer): void {
  for (const read of [parseMail(bytes), parseRcpt(bytes, POSTMASTER, true)]) {
    if (read.is === "refused") assert.match(`${read.reply.code}`, /^5\d\d$/)
    else {
      const said = "from" in read.value ? read.value.from : read.value.address
      assert.ok(said === null || !/[\p{Cc}<>]/u.test(said.domain))
    }
  }
}

/** However the octets are cut, the same message comes out, and no line that is not there. */
function data(bytes: Buffer): void {
  const whole = dots([bytes])
  const cut = bytes.length >> 1
  assert.deepEqual(dots([bytes.subarray(0, cut), bytes.subarray(cut)]), whole)
  assert.deepEqual(dots(Array.from(bytes, (octet) => Buffer.from([octet]))), whole)
}

function dots(pieces: readonly Buffer[]): readonly [content: string, rest: string | null, sound: boolean] {
  const reader = createDotReader({ header: 10_000, line: 2_000 })
  const content: Buffer[] = []
  let rest: Buffer[] | null = null
  for (const piece of pieces) {
    if (rest !== null) rest.push(piece)
    else {
      const read = reader.read(piece)
      content.push(Buffer.from(read.content))
      if (read.rest !== null) rest = [read.rest]
    }
  }
  // Of several faults the one that is seen first is told, which depends on the cut.
  const sound = reader.malformed() === null
  return [latin1(Buffer.concat(content)), rest === null ? null : latin1(Buffer.concat(rest)), sound]
}

async function lines(bytes: Buffer): Promise<void> {
  const told = async (pieces: readonly Buffer[]): Promise<readonly string[]> => {
    const said: string[] = []
    let closed = false
    const reader = createLines({
      size: 512,
      command: (line, _followed, done) => {
        said.push(latin1(line))
        done()
      },
      refuse: () => {
        closed = true
      },
    })
    for (const piece of pieces) await reader.read(piece, () => closed)
    return said
  }
  const cut = bytes.length >> 1
  assert.deepEqual(await told([bytes.subarray(0, cut), bytes.subarray(cut)]), await told([bytes]))
}

function replies(bytes: Buffer): void {
  for (const text of [
    cleanReply(latin1(bytes)),
    refused(latin1(bytes), "RCPT").reply ?? "",
    cleanReply(bytes.toString()),
  ]) {
    assert.ok(PRINTABLE.test(text) && text.length <= 300, text)
  }
  assert.match(refused(latin1(bytes), "RCPT").status, /^[45]\.\d{1,3}\.\d{1,3}$/)
}

function results(bytes: Buffer): void {
  const text = latin1(bytes)
  const claim = { ...UNCHECKED, asked: { of: "mailfrom" as const, domain: text }, author: text }
  const proven = { ...claim, signatures: [{ result: "pass" as const, domain: text, selector: text }] }
  for (const field of [authenticationResults("mx.x.vn", null, proven), authenticationResults("mx.x.vn", text, null)]) {
    assert.match(field, /^Authentication-Results: mx\.x\.vn;[\t\x20-\x7e]*(?:\r\n\t[\x20-\x7e]*)*\r\n$/)
  }
}

function bodyHash(bytes: Buffer): void {
  const hash = createBodyHash()
  for (let at = 0; at < bytes.length; at += 7) hash.update(bytes.subarray(at, at + 7))
  const whole = createBodyHash()
  whole.update(bytes)
  // A lone CR may be cut from what follows; a message never has one.
  if (!LONE.test(latin1(bytes))) assert.equal(hash.digest(), whole.digest())
}

async function edits(bytes: Buffer): Promise<void> {
  const list = [
    { at: 0, remove: 0, insert: "Received: x\r\n" },
    { at: bytes.length >> 2, remove: bytes.length >> 3, insert: "y" },
    { at: bytes.length >> 1, remove: 1, insert: "" },
  ].filter(({ at, remove }) => at + remove <= bytes.length)
  const wanted = list
    .toReversed()
    .reduce((text, { at, remove, insert }) => text.slice(0, at) + insert + text.slice(at + remove), latin1(bytes))
  const out: Uint8Array[] = []
  for await (const chunk of edited(chunks(bytes, 5), list)) out.push(chunk)
  assert.equal(latin1(Buffer.concat(out)), wanted)
  assert.equal(editedSize(bytes.length, list), wanted.length)
}

const CONTEXT = {
  domains: ["x.vn"],
  webmail: new Map([["google", true]]),
  notices: ["general"],
  timezone: "Asia/Ho_Chi_Minh",
  now: 0,
}

const lookAlikes = createLookAlikes({ families: [], webmail: () => null, ours: ["tuyenquang.gov.vn"] })

function domains(bytes: Buffer): void {
  skeleton(bytes.toString())
  const domain = canonicalDomain(bytes.toString())
  if (domain !== null) lookAlikes(domain)
}

/** Octets in any pieces give the same tree, and what is delivered is what was examined. */
async function message(bytes: Buffer): Promise<void> {
  const digests = await Promise.all([4_096, 97].map((size) => tree(bytes, size)))
  assert.equal(digests[1], digests[0])
}

async function tree(bytes: Buffer, size: number): Promise<string> {
  const hash = createHash("sha256")
  const parsed = await parse(
    () => chunks(bytes, size),
    async (part) => {
      hash.update(`${part.at} ${part.names.join()} ${part.claimed}`)
      for await (const chunk of part.content) hash.update(chunk)
    },
  )
  return hash.update(JSON.stringify(parsed)).digest("hex")
}

const LONE = /\r(?!\n)|(?<!\r)\n/

async function anew(bytes: Buffer): Promise<void> {
  const made = await rewrite(chunks(bytes), { signed: true, amend: () => null })
  // Messages with a CR or LF of its own were refused at DATA.
  if (made.is === "rewritten" && !LONE.test(latin1(bytes))) assert.doesNotMatch(latin1(Buffer.from(made.bytes)), LONE)
}

const { scan, recognise: thresholds } = settingsSchema.parse({
  hostname: "mx.x.vn",
  postmaster: "postmaster@x.vn",
  publicUrl: "http://x.vn",
  domains: ["x.vn"],
  policy: "unused",
  deliver: { routes: [{ domains: ["*"], to: "mx" }] },
})
const unpack = createUnpack(scan, async (bytes, visit) => {
  const { findings } = await parse(() => chunks(Buffer.from(bytes)), visit)
  return findings.map(({ why = "" }) => why)
})
const inspect = createInspect({ ...scan, badFiles: [] })
const reader = createReader({ decode: decodeCharset, html: htmlText })
const recognise = createRecognise(thresholds, reader)

/** As the child does it, from octets to findings. */
async function examination(bytes: Buffer): Promise<void> {
  const signal = AbortSignal.timeout(20_000)
  const unpacking = unpack(signal)
  const parsed = await parse(() => chunks(bytes), unpacking.part)
  const files = await unpacking.open({ ...parsed, passwords: [] })
  await recognise(parsed, files, signal)
  const sha256 = createHash("sha256").update(bytes).digest("hex")
  await inspect({ files, parsed: parsed.findings, raw: () => chunks(bytes), size: bytes.length, sha256 }, signal)
}

async function file(bytes: Buffer): Promise<void> {
  typesOf(bytes)
  const head =
    "From: a@x.vn\r\nContent-Type: application/octet-stream\r\nContent-Disposition: attachment; filename=a\r\nContent-Transfer-Encoding: base64\r\n\r\n"
  await examination(Buffer.from(`${head}${bytes.toString("base64").replace(/.{76}/g, "$&\r\n")}\r\n`))
}

export const TARGETS: readonly Target[] = [
  { name: "mailboxes", seeds: seeds.ADDRESSES, run: mailboxes },
  { name: "address", seeds: [...seeds.DOMAINS, ...seeds.ADDRESSES], run: canonical },
  { name: "words", seeds: seeds.WORDS, run: (bytes) => void decodeWords(latin1(bytes)) },
  { name: "fields", seeds: seeds.FIELDS, run: fields },
  {
    name: "names",
    seeds: seeds.PARAMETERS,
    run: (bytes) => void namesOf({ dispositions: [latin1(bytes)], types: [latin1(bytes)] }),
  },
  { name: "command", seeds: seeds.COMMANDS, run: command },
  { name: "lines", seeds: [...seeds.COMMANDS, ...seeds.DATA], run: lines },
  { name: "data", seeds: seeds.DATA, run: data },
  { name: "replies", seeds: seeds.REPLIES, run: replies },
  { name: "results", seeds: seeds.DOMAINS, run: results },
  { name: "body-hash", seeds: seeds.DATA, run: bodyHash },
  { name: "edits", seeds: seeds.FIELDS, run: edits },
  { name: "domains", seeds: seeds.DOMAINS, run: domains },
  { name: "html", seeds: seeds.HTML, run: (bytes) => void htmlText(bytes.toString()) },
  { name: "xml", seeds: seeds.XML, run: (bytes) => void [...xmlParts(bytes.toString())] },
  { name: "policy", seeds: seeds.POLICIES, run: (bytes) => void loadPolicy(bytes.toString(), CONTEXT) },
  { name: "message", seeds: [...seeds.MESSAGES, ...seeds.REPORTS], run: message },
  { name: "rewrite", seeds: seeds.MESSAGES, run: anew },
  { name: "examination", seeds: [...seeds.MESSAGES, ...seeds.TEXTS], run: examination },
  { name: "file", seeds: seeds.FILES, run: file },
  ...PEERS,
]
