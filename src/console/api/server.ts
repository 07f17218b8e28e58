/** HTTP: life, readiness and metrics for machines, the help page for people whose mail was refused, the API for the console. */
import Fastify, { type FastifyInstance, type FastifyReply } from "fastify"
import type { Settings } from "../../config/schema.ts"
import type { Health } from "../../telemetry/health.ts"
import type { Log } from "../../telemetry/log.ts"
import type { Metrics } from "../../telemetry/metrics.ts"
import { createAllowance } from "./allowance.ts"
import { serveApi } from "./api.ts"
import { serveAppealPages } from "./appeal-pages.ts"
import { DOCS_POLICY, docsPage } from "./docs.ts"
import type { Hands } from "./hands.ts"
import { HELP_POLICY, helpPage, isCode } from "./help.ts"
import { serveOpeningPages } from "./opening-pages.ts"
import { servePages } from "./pages.ts"
import { routesOf } from "./routes.ts"
import { serveSingleSignOn } from "./single-sign-on.ts"

export interface ConsoleDeps {
  readonly settings: Pick<Settings, "listen" | "postmaster" | "publicUrl">
  readonly metrics: Pick<Metrics, "contentType" | "text">
  readonly health: Health
  readonly log: Log
  readonly hands: Hands
}

export interface Console {
  /** The addresses it listens on, `http://127.0.0.1:8025`. */
  listen(): Promise<readonly string[]>
  close(): Promise<void>
}

/** A whole request must have come within this, in ms. */
const REQUEST = 10_000
/** A page is small and static, and a whole agency may share one address. */
const HELP = { burst: 60, perSecond: 5, keys: 10_000 } as const

export function createConsole(deps: ConsoleDeps): Console {
  const { host: hosts, port } = deps.settings.listen.console
  const servers = hosts.map((host) => ({ host, server: serve(deps) }))
  return {
    listen: () => Promise.all(servers.map(({ host, server }) => server.listen({ host, port }))),
    close: async () => {
      await Promise.all(servers.map(({ server }) => server.close()))
    },
  }
}

function serve({ settings, metrics, health, log, hands }: ConsoleDeps): FastifyInstance {
  const { proxyFrom } = settings.listen.console
  const server = Fastify({
    // Whose address a request comes from is only told by proxies that are listed.
    trustProxy: proxyFrom.length > 0 ? [...proxyFrom] : false,
    bodyLimit: 1_024,
    requestTimeout: REQUEST,
    connectionTimeout: REQUEST,
    keepAliveTimeout: REQUEST,
    forceCloseConnections: true,
    routerOptions: { maxParamLength: 64 },
    frameworkErrors: (_error, _request, reply) => {
      void plain(reply, 400, "bad request")
    },
  })
  server.addHook("onRequest", (_request, reply, done) => {
    void reply.headers(HEADERS)
    if (settings.publicUrl.startsWith("https:"))
      void reply.header("strict-transport-security", "max-age=31536000; includeSubDomains")
    done()
  })
  server.setNotFoundHandler((_request, reply) => plain(reply, 404, "not found"))
  server.setErrorHandler((error: { statusCode?: number }, _request, reply) => {
    const code = error.statusCode ?? 500
    if (code >= 500) log.error("console", { error })
    return plain(reply, code, code >= 500 ? "internal error" : "bad request")
  })

  server.get("/livez", (_request, reply) => plain(reply, 200, "ok"))
  server.get("/readyz", (_request, reply) => {
    const status = health.status()
    return reply.code(status.status === "down" ? 503 : 200).send(status)
  })
  server.get("/metrics", async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()))

  const help = createAllowance(HELP)
  server.get<{ Params: { code: string } }>("/e/:code", async (request, reply) => {
    if (!help.take(request.ip, Date.now())) return plain(reply.header("retry-after", "10"), 429, "too many requests")
    const { code } = request.params
    const kind = isCode(code) ? await hands.appeals.kindOf(code).catch(() => null) : null
    const page = helpPage(code, settings.postmaster, kind)
    return reply.header("content-security-policy", HELP_POLICY).type("text/html; charset=utf-8").send(page)
  })
  serveAppealPages(server, hands)
  serveOpeningPages(server, hands)
  serveSingleSignOn(server, hands)
  const routes = routesOf(hands)
  serveApi(server, routes, hands)
  let docs: string | null = null
  server.get("/api/docs", (_request, reply) => {
    docs ??= docsPage(routes, `Congthu ${hands.settings().hostname}`)
    return reply.header("content-security-policy", DOCS_POLICY).type("text/html; charset=utf-8").send(docs)
  })
  if (servePages(server) === null) log.warn("the console's pages are not built: npm run console:build")
  return server
}

const HEADERS = {
  "x-content-type-options": "nosniff",
  "referrer-policy": "no-referrer",
  "cache-control": "no-store",
  "x-frame-options": "DENY",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), microphone=(), geolocation=()",
  "content-security-policy": "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
}

function plain(reply: FastifyReply, code: number, text: string): FastifyReply {
  return reply.code(code).type("text/plain; charset=utf-8").send(`${text}\n`)
}
