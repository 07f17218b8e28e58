/** Puts the table of routes on the server: origin, session, role and token are asked here, once, for every route. */
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"
import { timingSafeEqual } from "node:crypto"
import { admit } from "./access.ts"
import { createAllowance } from "./allowance.ts"
import { clearCookie, readCookie, setCookie } from "./cookie.ts"
import type { Hands } from "./hands.ts"
import { openapi } from "./openapi.ts"
import { createFollowing } from "./routes/directory.ts"
import { type Asked, type Download, type Method, Refusal, type Route, sendRefusal, type Viewer } from "./route.ts"
import { findSession, type Found, LIMITS, touch } from "./sessions.ts"

/** Requests of one address, and of one that is not logged in: a page of the console asks some ten at once. */
const REQUESTS = { burst: 300, perSecond: 30, keys: 10_000 } as const
const BODY = 65_536

export function serveApi(server: FastifyInstance, routes: readonly Route[], hands: Hands): void {
  const requests = createAllowance(REQUESTS)
  const follow = createFollowing(hands)
  server.get("/api/openapi.json", (_request, reply) =>
    reply.send(openapi(routes, `Congthu ${hands.settings().hostname}`)),
  )
  for (const route of routes) {
    server.route({
      method: route.method,
      url: route.path,
      bodyLimit: route.bodyLimit ?? BODY,
      handler: async (request, reply) => {
        if (route.patience !== undefined) request.raw.socket.setTimeout(route.patience)
        if (!requests.take(request.ip, hands.now())) return sendRefusal(reply, new Refusal("too-many"))
        try {
          return await answer(route, { request, reply, hands, follow })
        } catch (error) {
          if (error instanceof Refusal) return sendRefusal(reply, error)
          throw error
        }
      },
    })
  }
}

interface Exchange {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly hands: Hands
  readonly follow: (found: Found) => Promise<void>
}

/** The session as it stands after the directory has been asked, where it is time to. */
async function sessionOf({ request, hands, follow }: Exchange): Promise<Found | null> {
  const secret = readCookie(hands.settings().publicUrl, request.headers.cookie)
  const found = await findSession(hands, secret)
  if (found?.known.account.source !== "directory") return found
  await follow(found)
  return findSession(hands, secret)
}

async function answer(route: Route, exchange: Exchange): Promise<FastifyReply> {
  const { request, reply, hands } = exchange
  checkOrigin(route.method, request, hands)
  const { publicUrl } = hands.settings()
  const found = route.access.who === "anyone" ? null : await sessionOf(exchange)
  const viewer = checkAccess(route, found)
  if (found !== null && viewer !== null) {
    if (route.method !== "GET") checkToken(request, hands.keys.csrf(found.secret))
    if (request.headers["x-background"] === undefined) await touch(hands, found)
  }
  const reach = viewer === null ? null : admit(viewer.account, route.access, hands.tree())
  if (viewer !== null && reach === null) throw new Refusal("forbidden")
  const asked: Asked = {
    now: hands.now(),
    client: request.ip,
    agent: (request.headers["user-agent"] ?? "").slice(0, 200),
    viewer,
    reach: reach ?? { all: false, units: [], sees: () => false },
    cookie: (secret) =>
      void reply.header(
        "set-cookie",
        secret === null ? clearCookie(publicUrl) : setCookie(publicUrl, secret, LIMITS.lifetime),
      ),
  }
  const answered = await route.run(request, asked)
  return route.answer === "download" ? sendFile(reply, answered) : reply.send(answered)
}

/** Null where anyone may ask. */
function checkAccess({ access }: Route, found: Found | null): Viewer | null {
  if (access.who === "anyone") return null
  if (found === null) throw new Refusal("not-logged-in")
  if (access.who !== "session" && found.lacks !== null) {
    // Setting up what is missing is what an account may always do.
    const setsUp = access.who === "account" && (found.lacks === "enrol-first" || found.lacks === "password-first")
    if (!setsUp) throw new Refusal(found.lacks)
  }
  return { account: found.known.account, session: found.session, secret: found.secret }
}

/** Browsers say whose page asks; what no browser sent has no such field. ASVS 3.5.1. */
function checkOrigin(method: Method, request: FastifyRequest, hands: Hands): void {
  const site = request.headers["sec-fetch-site"]
  if (site !== undefined && site !== "same-origin" && site !== "none") throw new Refusal("csrf")
  const { origin } = request.headers
  if (method === "GET" || origin === undefined) return
  const { publicUrl, listen } = hands.settings()
  const { host, port } = listen.console
  const own = host.map((one) => `http://${one.includes(":") ? `[${one}]` : one}:${port}`)
  const allowed = [new URL(publicUrl).origin, ...own, `http://localhost:${port}`]
  if (!allowed.includes(origin)) throw new Refusal("csrf")
}

function checkToken(request: FastifyRequest, expected: string): void {
  const given = Buffer.from(String(request.headers["x-csrf-token"] ?? ""))
  const wanted = Buffer.from(expected)
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw new Refusal("csrf")
}

function isDownload(answered: unknown): answered is Download {
  return typeof answered === "object" && answered !== null && "bytes" in answered && "name" in answered
}

/** A generated name; the browser saves it and runs nothing of it. */
function sendFile(reply: FastifyReply, answered: unknown): FastifyReply {
  if (!isDownload(answered)) throw new Error("a download without octets")
  return reply
    .type(answered.type)
    .header("content-disposition", `attachment; filename="${answered.name}"`)
    .header("content-security-policy", "default-src 'none'; sandbox; frame-ancestors 'none'")
    .send(Buffer.from(answered.bytes))
}
