/**
 * Every route × every role × every unit: its own, one below, the one above, one beside. Made of the table of routes: a route
 * that has no row here fails. OWASP ASVS 5.0 V8.
 */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import type { Route } from "../../src/console/api/route.ts"
import { routesOf } from "../../src/console/api/routes.ts"
import { withItem } from "../../src/config/policy-edit.ts"
import { type Role, ROLES } from "../../src/mail/people.ts"
import { type Answer, ask, type Office, openOffice, type Person, UNITS } from "./office.ts"
import { accountIn, heldMessage, refusedMessage } from "./things.ts"

/** Asked by somebody who holds the role in `so`. */
const RELATIONS = { own: "so", child: "phong", parent: "tinh", sibling: "xa" } as const

interface Probe {
  readonly path: string
  readonly body?: unknown
  /** Whether the answer shows or changed the thing that was asked for; else status 200 says so. */
  readonly touched?: (answer: Answer) => boolean
}
type Row =
  /** About a thing of a unit. */
  | ((office: Office, unit: string) => Promise<Probe>)
  /** About nothing that belongs to a unit: whoever is admitted is answered. */
  | Probe

const REASON = "vì công việc"
const WORDS = { vi: "Chữ", en: "Words" }
const DOMAINS: Readonly<Record<string, string>> = Object.fromEntries(
  UNITS.map(({ id, domains }) => [id, domains[0] ?? ""]),
)
const NEVER = { since: 0, until: 1_000 }

const MAIL: Readonly<Record<string, Row>> = {
  "POST /api/session": { path: "/api/session", body: { name: "ai-do", password: "x" } },
  "POST /api/session/second-factor": { path: "/api/session/second-factor", body: { code: "000000" } },
  "POST /api/session/unlock": { path: "/api/session/unlock", body: { password: "x" } },
  "GET /api/session": { path: "/api/session" },
  "DELETE /api/session": { path: "/api/session" },
  "POST /api/first": { path: "/api/first", body: { token: "A".repeat(43), name: "aa", title: "A", password: "x" } },
  "POST /api/invitation": { path: "/api/invitation", body: { token: "A".repeat(43) } },
  "POST /api/invitation/accept": { path: "/api/invitation/accept", body: { token: "A".repeat(43), password: "x" } },
  "PUT /api/account/password": { path: "/api/account/password", body: { current: "x", password: "y" } },
  "POST /api/account/totp": { path: "/api/account/totp", body: { password: "x" } },
  "PUT /api/account/totp": { path: "/api/account/totp", body: { sealed: "x", code: "000000" } },
  "GET /api/login": { path: "/api/login" },
  "POST /api/session/passkey/challenge": { path: "/api/session/passkey/challenge" },
  "POST /api/session/passkey": { path: "/api/session/passkey", body: {} },
  "POST /api/session/second-factor/challenge": { path: "/api/session/second-factor/challenge" },
  "POST /api/session/second-factor/passkey": { path: "/api/session/second-factor/passkey", body: {} },
  "GET /api/account/factors": { path: "/api/account/factors" },
  "POST /api/account/passkeys/challenge": { path: "/api/account/passkeys/challenge", body: { password: "x" } },
  "POST /api/account/passkeys": { path: "/api/account/passkeys", body: {} },
  "POST /api/account/passkeys/remove": { path: "/api/account/passkeys/remove", body: { id: "x", password: "x" } },
  "POST /api/account/recovery": { path: "/api/account/recovery", body: { password: "x" } },
  "GET /api/account/sessions": { path: "/api/account/sessions" },
  "POST /api/account/sessions/end": { path: "/api/account/sessions/end", body: { ids: [], password: "x" } },
  "GET /api/people": async (office, unit) => {
    const id = await accountIn(office, unit)
    return { path: "/api/people", touched: ({ text }) => text.includes(`"id":${id},`) }
  },
  "POST /api/people": (_, unit) =>
    Promise.resolve({
      path: "/api/people",
      body: {
        name: `moi-${unit}-${Math.random().toString(36).slice(2)}`,
        title: "Mới",
        grants: [{ role: "officer", unit }],
      },
    }),
  "PATCH /api/people/:id": async (office, unit) => ({
    path: `/api/people/${await accountIn(office, unit)}`,
    body: { title: "Khác" },
  }),
  "POST /api/people/:id/invite": async (office, unit) => ({
    path: `/api/people/${await accountIn(office, unit)}/invite`,
  }),
  "POST /api/people/:id/act": async (office, unit) => ({
    path: `/api/people/${await accountIn(office, unit)}/act`,
    body: { action: "disable" },
  }),
  "GET /api/people/:id/sessions": async (office, unit) => ({
    path: `/api/people/${await accountIn(office, unit)}/sessions`,
  }),
  "DELETE /api/people/:id/sessions": async (office, unit) => ({
    path: `/api/people/${await accountIn(office, unit)}/sessions`,
  }),
  "GET /api/units": (_, unit) =>
    Promise.resolve({ path: "/api/units", touched: ({ text }) => text.includes(`"id":"${unit}"`) }),
  "GET /api/health": { path: "/api/health" },
  "GET /api/setup": { path: "/api/setup" },
  "POST /api/setup/next-hop": {
    path: "/api/setup/next-hop",
    body: { to: "smtp://127.0.0.1:1", tls: "off", domain: "a.vn" },
  },
  "POST /api/setup/scanner": { path: "/api/setup/scanner", body: { clamd: "tcp://127.0.0.1:1" } },
  "PUT /api/setup": { path: "/api/setup", body: { hostname: "x" } },
  "GET /api/system": { path: "/api/system" },
  "GET /api/messages": async (office, unit) => {
    const { code } = await heldMessage(office, unit)
    return { path: `/api/messages?code=${code}`, touched: ({ text }) => text.includes(code) }
  },
  "GET /api/messages/:code": async (office, unit) => ({
    path: `/api/messages/${(await heldMessage(office, unit)).code}`,
  }),
  "POST /api/messages/:code/content": async (office, unit) => ({
    path: `/api/messages/${(await heldMessage(office, unit)).code}/content`,
    body: { reason: REASON },
  }),
  "POST /api/messages/:code/page": async (office, unit) => ({
    path: `/api/messages/${(await heldMessage(office, unit)).code}/page`,
    body: { reason: REASON, at: "1", page: 1 },
  }),
  "GET /api/overview": (_, unit) => Promise.resolve({ path: `/api/overview?unit=${unit}` }),
  "GET /api/reports/figures": (_, unit) =>
    Promise.resolve({ path: `/api/reports/figures?unit=${unit}&since=${NEVER.since}&until=${NEVER.until}` }),
  "GET /api/reports/senders": (_, unit) =>
    Promise.resolve({ path: `/api/reports/senders?unit=${unit}&since=${NEVER.since}&until=${NEVER.until}` }),
  "GET /api/reports": { path: "/api/reports" },
  "GET /api/reports/:id": (_, unit) =>
    Promise.resolve({ path: `/api/reports/r1?unit=${unit}&since=${NEVER.since}&until=${NEVER.until}` }),
  "GET /api/reports/:id/xlsx": (_, unit) =>
    Promise.resolve({ path: `/api/reports/r1/xlsx?unit=${unit}&since=${NEVER.since}&until=${NEVER.until}` }),
  "GET /api/queue": { path: "/api/queue" },
  "GET /api/queue/destinations": { path: "/api/queue/destinations" },
  "POST /api/queue/act": { path: "/api/queue/act", body: { action: "retry", domain: "khong.vn", reason: REASON } },
  "POST /api/queue/:code/act": { path: "/api/queue/AAAAAAAAAAAA/act", body: { action: "retry", reason: REASON } },
  "GET /api/held": async (office, unit) => {
    const { code } = await heldMessage(office, unit)
    return { path: "/api/held", touched: ({ text }) => text.includes(code) }
  },
  "GET /api/held/:code": async (office, unit) => ({ path: `/api/held/${(await heldMessage(office, unit)).code}` }),
  "POST /api/held/decide": async (office, unit) => {
    // Undeliverable mail is everybody's to decide who decides anything, so that the unit alone makes the difference.
    const hold = { kind: "hold", rules: [{ rule: "r", kind: "hold" }] } as const
    const { code } = await heldMessage(office, unit, hold)
    return { path: "/api/held/decide", body: { decision: "deny", reason: REASON, cases: [{ code }] } }
  },
  "POST /api/held/:code/password": async (office, unit) => {
    const hold = { kind: "hold", rules: [{ rule: "r", kind: "hold" }] } as const
    const { code } = await heldMessage(office, unit, hold)
    return { path: `/api/held/${code}/password`, body: { password: "x", reason: REASON } }
  },
  "GET /api/notices": { path: "/api/notices" },
  "GET /api/notices/:name": { path: "/api/notices/held" },
  "GET /api/appeals": async (office, unit) => {
    const { code } = await refusedMessage(office, unit)
    return { path: "/api/appeals?limit=500", touched: ({ text }) => text.includes(code) }
  },
  "POST /api/appeals/:code/decide": async (office, unit) => {
    const { code, sender } = await refusedMessage(office, unit)
    return { path: `/api/appeals/${code}/decide`, body: { mailbox: sender, decision: "deny", reason: REASON } }
  },
  "PUT /api/held/:code/legal-hold": async (office, unit) => ({
    path: `/api/held/${(await heldMessage(office, unit)).code}/legal-hold`,
    body: { keep: true, reason: REASON },
  }),
  "POST /api/held/:code/evidence": async (office, unit) => ({
    path: `/api/held/${(await heldMessage(office, unit)).code}/evidence`,
    body: { reason: REASON },
  }),
}

function ruleOf(unit: string, then: string): string {
  const title = { vi: `Luật của ${unit}`, en: `Rule of ${unit}` }
  return JSON.stringify({ id: `r-${unit}`, owner: unit, when: { "larger-than": "40MB" }, then, title })
}

/** The text in force with another rule of this unit's. */
async function withRule({ store: { records } }: Office, unit: string, then: string) {
  const base = await records.policyHead()
  const version = base === null ? null : await records.policyVersion(base)
  const document = withItem(version?.document ?? "", { of: "rules", id: `r-${unit}`, text: ruleOf(unit, then) })
  if (document === null || version === null) throw new Error("no list of rules")
  return { document, base, registry: version.registry }
}

/** A version that loosens a rule of this unit's, and waits. */
async function waiting(office: Office, unit: string): Promise<number> {
  const made = await withRule(office, unit, "flag")
  const about = {
    kind: "document",
    author: "ai-khac",
    reason: REASON,
    origin: null,
    loosens: true,
    changes: [],
  } as const
  const drafted = await office.store.records.draftPolicy({ ...about, ...made, at: office.clock.now })
  return drafted.is === "waiting" ? drafted.number : assert.fail(drafted.is)
}

/** What a branch sees of the policy is told in `policy-units.test.ts`; here, what it may change. */
const POLICY: Readonly<Record<string, Row>> = {
  "GET /api/policy/versions": { path: "/api/policy/versions" },
  "GET /api/policy/versions/:number": { path: "/api/policy/versions/1" },
  "GET /api/policy/read": { path: "/api/policy/read" },
  "GET /api/policy/difference": { path: "/api/policy/difference?from=1&to=live" },
  "GET /api/policy/draft": { path: "/api/policy/draft" },
  "PUT /api/policy/draft": { path: "/api/policy/draft", body: { document: "rules: []" } },
  "DELETE /api/policy/draft": { path: "/api/policy/draft" },
  "PUT /api/policy/draft/:list/:id": (_, unit) =>
    Promise.resolve({ path: `/api/policy/draft/rules/r-${unit}`, body: { text: ruleOf(unit, "reject") } }),
  "POST /api/policy/publish": async (office, unit) => {
    // Who asks is the operator of `so`; of the top in one case, who has no draft then.
    const { document, base } = await withRule(office, unit, "refuse")
    await office.store.records.workOnPolicy({ author: "operator-so", document, base, at: office.clock.now })
    return { path: "/api/policy/publish", body: { reason: REASON } }
  },
  "POST /api/policy/versions/:number/approve": async (office, unit) => ({
    path: `/api/policy/versions/${await waiting(office, unit)}/approve`,
    body: {},
  }),
  "POST /api/policy/versions/:number/withdraw": async (office, unit) => ({
    path: `/api/policy/versions/${await waiting(office, unit)}/withdraw`,
    body: {},
  }),
  "POST /api/policy/versions/:number/rollback": { path: "/api/policy/versions/1/rollback", body: { reason: REASON } },
  "POST /api/policy/lint": { path: "/api/policy/lint", body: { of: "live" } },
  "POST /api/policy/try": { path: "/api/policy/try", body: { of: ["live"], code: "AAAAAAAAAAAA" } },
  "POST /api/policy/replay": { path: "/api/policy/replay", body: { of: "live", days: 1 } },
  "GET /api/policy/replay/:id": { path: "/api/policy/replay/AAAAAAAAAAAA" },
  "DELETE /api/policy/replay/:id": { path: "/api/policy/replay/AAAAAAAAAAAA" },
  "POST /api/policy/said": { path: "/api/policy/said", body: { list: "rules", text: "id: r-so" } },
  "POST /api/policy/matrix": { path: "/api/policy/matrix", body: { of: "live" } },
  "GET /api/policy/liftable": { path: "/api/policy/liftable" },
  "GET /api/policy/names": { path: "/api/policy/names" },
}

const WHEN = "sender: a@so.tuyenquang.gov.vn"
const SOON = Date.now() + 86_400_000

async function exceptionOf(office: Office, unit: string): Promise<string> {
  const id = `x${Math.random().toString(36).slice(2)}`
  const at = office.clock.now
  await office.store.records.requestException(
    {
      id,
      rule: `r-${unit}`,
      owner: unit,
      unit,
      when: { is: "address", at: ["mail-from"], in: ["a@so.tuyenquang.gov.vn"] },
      reason: REASON,
      basis: null,
      mail: "a@so.tuyenquang.gov.vn",
      requester: "ai-khac",
      start: at,
      end: at + 86_400_000,
    },
    at,
  )
  return id
}
async function grantedIn(office: Office, unit: string): Promise<string> {
  const id = await exceptionOf(office, unit)
  await office.store.records.grantException(id, "nguoi-cap", office.clock.now)
  return id
}

const UNIT_LIFE: Readonly<Record<string, Row>> = {
  "GET /api/exceptions": async (office, unit) => {
    const id = await exceptionOf(office, unit)
    return { path: "/api/exceptions?limit=200", touched: ({ text }) => text.includes(`"${id}"`) }
  },
  "GET /api/exceptions/:id": async (office, unit) => ({ path: `/api/exceptions/${await exceptionOf(office, unit)}` }),
  "POST /api/exceptions": (_, unit) =>
    Promise.resolve({
      path: "/api/exceptions",
      body: { rule: `r-${unit}`, unit, when: WHEN, reason: REASON, end: SOON },
    }),
  "POST /api/exceptions/:id/grant": async (office, unit) => ({
    path: `/api/exceptions/${await exceptionOf(office, unit)}/grant`,
    body: {},
  }),
  "POST /api/exceptions/:id/refuse": async (office, unit) => ({
    path: `/api/exceptions/${await exceptionOf(office, unit)}/refuse`,
    body: { reason: REASON },
  }),
  "POST /api/exceptions/:id/end": async (office, unit) => ({
    path: `/api/exceptions/${await grantedIn(office, unit)}/end`,
    body: { reason: REASON },
  }),
  "POST /api/exceptions/:id/remind": async (office, unit) => ({
    path: `/api/exceptions/${await grantedIn(office, unit)}/remind`,
    body: {},
  }),
  "POST /api/units": (_, unit) =>
    Promise.resolve({
      path: "/api/units",
      body: { id: `moi-${unit}`, parent: unit, name: { vi: "Mới", en: "New" }, reason: REASON, dryRun: true },
    }),
  "PATCH /api/units/:id": (_, unit) =>
    Promise.resolve({
      path: `/api/units/${unit}`,
      body: { name: { vi: "Khác", en: "Other" }, reason: REASON, dryRun: true },
    }),
  "POST /api/units/merge": (_, unit) =>
    Promise.resolve({
      path: "/api/units/merge",
      // A unit cannot give itself away: only what stands below it.
      body: {
        from: [unit === "so" ? "phong" : unit],
        into: unit === "phong" || unit === "so" ? "so" : "phong",
        reason: REASON,
        dryRun: true,
      },
    }),
  "GET /api/mailboxes": { path: "/api/mailboxes" },
  "PUT /api/mailboxes": (_, unit) =>
    Promise.resolve({
      path: "/api/mailboxes",
      body: {
        set: [{ match: `a@${DOMAINS[unit]}`, class: "education", unit }],
        reason: REASON,
        dryRun: true,
      },
    }),
  "POST /api/units/import": (_, unit) =>
    Promise.resolve({
      path: "/api/units/import",
      body: { text: `address,class,unit\nb@${DOMAINS[unit]},education,${unit}\n`, reason: REASON, dryRun: true },
    }),
  "POST /api/units/sync": { path: "/api/units/sync", body: { reason: REASON, dryRun: true } },
  "GET /api/units/export": (_, unit) =>
    Promise.resolve({ path: "/api/units/export", touched: ({ text }) => text.includes(`\n${unit},`) }),
  "GET /api/mailboxes/export": { path: "/api/mailboxes/export" },
  "GET /api/audit": async (office, unit) => {
    const { code } = await heldMessage(office, unit)
    return { path: "/api/audit?limit=200", touched: ({ text }) => text.includes(code) }
  },
  "POST /api/audit/verify": { path: "/api/audit/verify", body: {} },
  "GET /api/audit/anchor": { path: "/api/audit/anchor" },
  "GET /api/settings": { path: "/api/settings" },
  "GET /api/notices/:name/versions": { path: "/api/notices/held/versions" },
  "POST /api/notices/:name/preview": { path: "/api/notices/held/preview", body: { subject: WORDS, text: WORDS } },
  "PUT /api/notices/:name": {
    path: "/api/notices/held",
    body: { template: { subject: WORDS, text: WORDS, smtp: null }, reason: REASON },
  },
  "POST /api/notices/:name/restore": { path: "/api/notices/held/restore", body: { reason: REASON } },
}

/** Admitted by the route, and then turned away by the reason the case waits for: rights go by reason too. */
const BY_REASON: Readonly<Record<string, readonly Role[]>> = {
  "POST /api/held/decide": ["operator", "officer"],
  "POST /api/held/:code/password": ["operator", "officer"],
}

const ROWS: Readonly<Record<string, Row>> = { ...MAIL, ...POLICY, ...UNIT_LIFE }

function keyOf({ method, path }: Route): string {
  return `${method} ${path}`
}

const ADMITTED = new Set([200, 400, 401, 404, 409, 410, 422])

describe("every route", { concurrency: 1 }, () => {
  let office: Office
  let routes: readonly Route[]
  const people = new Map<string, Person>()
  const at = async (role: Role, unit: string): Promise<Person> => {
    const name = `${role}-${unit}`
    const known = people.get(name) ?? (await office.person(name, { role, unit }))
    people.set(name, known)
    return known
  }
  const probe = async (row: Row, unit: string): Promise<Probe> => (typeof row === "function" ? row(office, unit) : row)
  const send = ({ path, body }: Probe, { method }: Route, who: Person): Promise<Answer> => who.ask(method, path, body)

  before(async () => {
    office = await openOffice({
      proxyFrom: ["127.0.0.1"],
      hands: () => ({
        read: () =>
          Promise.resolve({
            message: { subject: "", mailboxes: [], text: "", attachments: [], defects: [] },
            seen: [],
            content: { secrecy: "none" },
          } as never),
        draw: () => Promise.resolve({ is: "none" }),
      }),
    })
    routes = routesOf(office.hands)
  })
  after(() => office[Symbol.asyncDispose]())

  test("has a row here, and no row is of a route that is gone", () => {
    assert.deepEqual(routes.map(keyOf).toSorted(), Object.keys(ROWS).toSorted())
  })

  test("asks who it is, and whatever changes something asks for the token", async () => {
    for (const route of routes) {
      const row = ROWS[keyOf(route)]
      if (row === undefined || route.access.who === "anyone") continue
      const { path, body } = await probe(row, "so")
      const rest = body === undefined ? {} : { body }
      const nobody = await ask(office.url, route.method, path, rest)
      assert.equal(nobody.json.error, "not-logged-in", keyOf(route))
      if (route.method === "GET") continue
      const { cookie } = await at("operator", "tinh")
      const forged = await ask(office.url, route.method, path, { cookie, ...rest })
      assert.equal(forged.json.error, "csrf", keyOf(route))
    }
  })

  for (const role of ROLES) {
    test(`${role}: is admitted where the table says so, and nowhere else`, async () => {
      for (const route of routes) {
        const row = ROWS[keyOf(route)]
        if (row === undefined || typeof route.access.who === "string") continue
        const { who, within } = route.access
        const mine = await at(role, "so")
        const top = await at(role, "tinh")
        const [low, high] = [
          await send(await probe(row, "so"), route, mine),
          await send(await probe(row, "so"), route, top),
        ]
        const admitted = who.includes(role)
        assert.equal(
          low.json.error === "forbidden",
          !(admitted && within === "units"),
          `${keyOf(route)} in so: ${low.text}`,
        )
        assert.equal(high.json.error === "forbidden", !admitted, `${keyOf(route)} at the top: ${high.text}`)
        if (admitted) assert.ok(ADMITTED.has(high.status), `${keyOf(route)}: ${high.status}`)
      }
    })

    for (const [relation, unit] of Object.entries(RELATIONS)) {
      const within = relation === "own" || relation === "child"
      test(`${role}: ${within ? "sees and changes" : "neither sees nor changes"} what is of the ${relation} unit`, async () => {
        for (const route of routes) {
          const row = ROWS[keyOf(route)]
          const { access } = route
          if (typeof row !== "function" || typeof access.who === "string" || !access.who.includes(role)) continue
          if (BY_REASON[keyOf(route)]?.includes(role) === true) continue
          const asked = await probe(row, unit)
          const answer = await send(asked, route, await at(role, "so"))
          const touched = answer.status === 200 && (asked.touched?.(answer) ?? true)
          assert.equal(touched, within, `${keyOf(route)}: ${answer.status} ${answer.text.slice(0, 200)}`)
        }
      })
    }
  }

  test("knows the units of the test", () => {
    assert.deepEqual(Object.values(RELATIONS).toSorted(), UNITS.map(({ id }) => id).toSorted())
  })
})
