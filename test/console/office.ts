/** A console over a real store, with a tree of units and people in it, spoken to over real HTTP. */
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { mayDeny, needs, wordOn } from "../../src/act/rights.ts"
import { decideAppeal } from "../../src/commands/appeal.ts"
import { auditHandsOf } from "../../src/commands/audit-hands.ts"
import { edited, noticeHandsOf } from "../../src/commands/notice-edits.ts"
import { evidenceOf } from "../../src/commands/evidence.ts"
import { aboutOf } from "../../src/commands/about.ts"
import { decideHeld } from "../../src/commands/held.ts"
import { openHeld, type OpenWith } from "../../src/commands/opened.ts"
import { load } from "../../src/commands/load.ts"
import { loginBy, personBy } from "../../src/commands/directory-login.ts"
import { createSetup } from "../../src/commands/setup.ts"
import { treeOf } from "../../src/commands/hands.ts"
import { deskHandsOf } from "../../src/commands/policy-desk.ts"
import { type PolicyHandsDeps, policyHandsOf } from "../../src/commands/policy-hands.ts"
import { STUDY_HERE } from "../../src/commands/policy-study.ts"
import { exceptionHandsOf, unitHandsOf } from "../../src/commands/unit-hands.ts"
import { type Settings, settingsSchema } from "../../src/config/schema.ts"
import type { Hands } from "../../src/console/api/hands.ts"
import { createKeys, digestOf, newSecret } from "../../src/console/api/secret.ts"
import { createConsole } from "../../src/console/api/server.ts"
import { stepAt, totp } from "../../src/console/api/totp.ts"
import { writeZip } from "../../src/inspect/disarm/zip.ts"
import { UNREAD } from "../../src/mail/content.ts"
import { known } from "../../src/mail/evidence.ts"
import { unreadable } from "../../src/mail/examination.ts"
import type { Grant, Role } from "../../src/mail/people.ts"
import type { Unit } from "../../src/mail/policy.ts"
import { openStore } from "../../src/store/open.ts"
import { openSearch } from "../../src/store/trace/open.ts"
import type { Store } from "../../src/store/store.ts"
import { createHealth } from "../../src/telemetry/health.ts"
import type { Log } from "../../src/telemetry/log.ts"
import { createMetrics, type Metrics } from "../../src/telemetry/metrics.ts"
import { documentWith, publish } from "./policy.ts"

export const UNITS: readonly Unit[] = [
  unit("tinh", null, "tuyenquang.gov.vn"),
  unit("so", "tinh", "so.tuyenquang.gov.vn"),
  unit("phong", "so", "phong.so.tuyenquang.gov.vn"),
  unit("xa", "tinh", "xa.tuyenquang.gov.vn"),
]

function unit(id: string, parent: string | null, domain: string): Unit {
  return { id, parent, name: { vi: `Đơn vị ${id}`, en: `Unit ${id}` }, domains: [domain], from: null, until: null }
}

const nothing = (): void => undefined
const NO_CHILD = (): Promise<never> => Promise.reject(new Error("no child reads mail here"))

export interface OfficeOptions {
  readonly publicUrl?: string
  readonly proxyFrom?: readonly string[]
  readonly hosts?: readonly string[]
  /** A store that is there already, and stays; else an empty one that goes with the office. */
  readonly folder?: string
  readonly units?: readonly Unit[]
  /** Reads a message with a password. */
  readonly examineWith?: OpenWith
  readonly metrics?: Pick<Metrics, "contentType" | "text">
  /** The children that read mail; else there are none. */
  readonly pool?: PolicyHandsDeps["pool"]
  readonly settings?: Partial<Settings>
  /** Lays over what the console works with. */
  readonly hands?: (hands: Hands, store: Store) => Partial<Hands>
}

export type Office = Awaited<ReturnType<typeof openOffice>>

export async function openOffice(options: OfficeOptions = {}) {
  const folder = options.folder ?? (await mkdtemp(join(tmpdir(), "congthu-office-")))
  const units = options.units ?? UNITS
  const store = await openStore(folder, { mode: "serve" })
  const base = settingsSchema.parse({
    hostname: "mx.tuyenquang.gov.vn",
    postmaster: "thu&tin@tuyenquang.gov.vn",
    publicUrl: options.publicUrl ?? "http://127.0.0.1:8025",
    domains: ["tuyenquang.gov.vn"],
    deliver: { routes: [{ domains: ["*"], to: "mx" }] },
    policy: "./config/policy.yaml",
  })
  const console = { host: [...(options.hosts ?? ["127.0.0.1"])], port: 0, proxyFrom: [...(options.proxyFrom ?? [])] }
  const settings = { ...base, ...options.settings, listen: { ...base.listen, console } }
  const loaded = load("config/gateway.yaml")
  if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
  const shipped = loaded.configuration
  const { directory } = settings
  const given = { ...shipped, settings: { ...shipped.settings, directory } }
  const bare = await publish(documentWith(UNITS), given, store.records)
  let configuration = bare
  const errors: unknown[] = []
  const log: Log = {
    debug: nothing,
    info: nothing,
    warn: nothing,
    error: (_, fields) => errors.push(fields),
    flush: nothing,
  }
  const metrics = createMetrics()
  const health = createHealth(["store"])
  const tree = treeOf(units)
  const clock = { now: Date.now() }
  const first = newSecret()
  const search = openSearch(folder)
  const plain: Hands = {
    setup: createSetup({
      file: "config/gateway.yaml",
      configuration: () => configuration,
      records: store.records,
      reload: () => Promise.resolve(["nothing is written here"]),
    }),
    records: store.records,
    search,
    bodies: store.bodies,
    read: NO_CHILD,
    draw: NO_CHILD,
    rules: () => [],
    wake: nothing,
    desk: deskHandsOf({ store, configuration: () => configuration, study: STUDY_HERE, now: () => clock.now }),
    policy: policyHandsOf({
      store,
      configuration: () => configuration,
      study: STUDY_HERE,
      pool: options.pool ?? { examine: NO_CHILD, examineCleared: NO_CHILD, rewrite: NO_CHILD },
      log,
      now: () => clock.now,
      changed: nothing,
    }),
    unitEdits: unitHandsOf({
      store,
      configuration: () => configuration,
      study: STUDY_HERE,
      now: () => clock.now,
      changed: nothing,
    }),
    exceptions: exceptionHandsOf({
      store,
      configuration: () => configuration,
      study: STUDY_HERE,
      now: () => clock.now,
      changed: nothing,
    }),
    audit: auditHandsOf({ records: store.records, configuration: () => configuration, now: () => clock.now }),
    notices: noticeHandsOf(
      store.records,
      () => configuration,
      async () => {
        configuration = await edited(bare, store.records)
      },
    ),
    openings: {
      page: () => Promise.resolve(null),
      open: () => Promise.resolve({ is: "gone" }),
    },
    appeals: {
      offerLink: () => Promise.resolve(),
      page: () => Promise.resolve(null),
      ask: () => Promise.resolve("gone"),
      takeBack: () => Promise.resolve("gone"),
      decide: async (appeal, who, word) =>
        decideAppeal(appeal, who, word, {
          store,
          configuration,
          accounts: await store.records.accounts(),
          now: clock.now,
        }),
      kindOf: () => Promise.resolve(null),
    },
    decide: (is, ref, who, why) =>
      decideHeld(is, ref, { store, configuration, now: clock.now, by: who.name, person: who }, why),
    open: (opening, who) =>
      openHeld(
        opening,
        { store, configuration, now: clock.now, by: who.name, person: who },
        options.examineWith ?? (() => Promise.resolve({ ...unreadable("crashed", UNREAD), findings: known([]) })),
      ),
    rights: (copy, who) => ({
      needs: needs(copy.hold),
      word: wordOn(copy, who).is,
      mayDeny: mayDeny(copy, who),
    }),
    evidence: (_, record) => Promise.resolve(evidenceOf(Buffer.from("message"), record)),
    about: () => aboutOf({ ...settings, store: { ...settings.store, path: folder } }, null, "v1"),
    zip: writeZip,
    settings: () => settings,
    units: () => units,
    tree: () => tree,
    policyVersion: () => "v1",
    health,
    log,
    directory: (name, password) => loginBy(settings, UNITS, { name, password }),
    directoryPerson: (name) => personBy(settings, UNITS, name),
    keys: createKeys(Buffer.alloc(32, 7)),
    now: () => clock.now,
    isFirst: (token) => token === first,
  }
  const hands: Hands = { ...plain, ...options.hands?.(plain, store) }
  const web = createConsole({ settings, metrics: options.metrics ?? metrics, health, log, hands })
  const urls = await web.listen()
  const [url = ""] = urls

  return {
    url,
    urls,
    first,
    clock,
    errors,
    metrics,
    health,
    hands,
    store,
    ask: (method: string, path: string, request: Request = {}) => ask(url, method, path, request),
    /** Logs in as a new account with these grants, whole: password, second factor. */
    person: (name: string, ...grants: readonly Partial<Grant>[]) => person({ url, hands, name, grants }),
    async [Symbol.asyncDispose]() {
      await web.close()
      await search.close()
      await store.records.close()
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true })
    },
  }
}

export interface Request {
  readonly body?: unknown
  readonly cookie?: string
  readonly csrf?: string
  readonly headers?: Readonly<Record<string, string>>
}

export interface Answer {
  readonly status: number
  readonly json: Readonly<Record<string, unknown>> & { readonly error?: string }
  readonly text: string
  readonly cookie: string | null
  readonly headers: Headers
}

export async function ask(url: string, method: string, path: string, request: Request): Promise<Answer> {
  const { body, cookie, csrf, headers } = request
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      ...(body === undefined ? {} : { "content-type": "application/json" }),
      ...(cookie === undefined ? {} : { cookie }),
      ...(csrf === undefined ? {} : { "x-csrf-token": csrf }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(20_000),
  })
  const text = await response.text()
  const json = response.headers.get("content-type")?.includes("json") === true ? JSON.parse(text) : {}
  const set = response.headers.get("set-cookie")
  return { status: response.status, json, text, cookie: set?.split(";")[0] ?? null, headers: response.headers }
}

let browsers = 0

/** Behind a listed proxy: from one of many places, so that no limit of one address is met. */
function browser(): Readonly<Record<string, string>> {
  browsers += 1
  return { "x-forwarded-for": `10.0.${(browsers >> 4) % 256}.1` }
}

interface PersonDeps {
  readonly url: string
  readonly hands: Hands
  readonly name: string
  readonly grants: readonly Partial<Grant>[]
}

export type Person = Awaited<ReturnType<typeof person>>

/** The quick way in, beside the doors that session.test.ts tries: an open session straight in the store. */
async function person({ url, hands, name, grants }: PersonDeps) {
  const full = grants.map(({ role = "officer", unit: where = "so", deputy = false }): Grant => {
    return { role: role satisfies Role, unit: where, deputy }
  })
  const at = hands.now()
  const event = { kind: "user-changed", at, transaction: null, recipient: null, by: "test", detail: {} } as const
  const mail = `${name}@tuyenquang.gov.vn`
  const id = await hands.records.addAccount(
    { name, title: name.toUpperCase(), mail, grants: full, createdAt: at, password: "none" },
    event,
    false,
  )
  if (id === null) throw new Error(`${name}: taken`)
  const factor = Buffer.alloc(20, 1)
  await hands.records.changeAccount(id, { totp: { sealed: hands.keys.seal(factor), recovery: [] } }, event)
  const secret = newSecret()
  const session = {
    id: digestOf(secret),
    account: id,
    stage: "full",
    door: "password",
    openedAt: at,
    seenAt: at,
  } as const
  await hands.records.loggedIn({ ...session, client: "127.0.0.1", agent: "test" }, event)
  const csrf = hands.keys.csrf(secret)
  const cookie = `congthu=${secret}`
  return {
    id,
    name,
    secret,
    cookie,
    csrf,
    ask: (method: string, path: string, body?: unknown) =>
      ask(url, method, path, { cookie, csrf, headers: browser(), ...(body === undefined ? {} : { body }) }),
  }
}

/** What the authenticator application shows. `secret` is base32 as the API gave it. */
export function codeOf(secret: string, now: number): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, "0")).join("")
  const octets = (bits.match(/.{8}/g) ?? []).map((octet) => Number.parseInt(octet, 2))
  return totp(Uint8Array.from(octets), stepAt(now))
}
