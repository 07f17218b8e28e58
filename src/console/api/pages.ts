/** The console's own pages: built files, read once, each under a policy that lets nothing in from anywhere else. */
import { createHash, randomBytes } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { extname, join, relative } from "node:path"
import { gzipSync } from "node:zlib"
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify"

const BUILT = new URL("../web/dist/", import.meta.url).pathname

const TYPES: Readonly<Record<string, string>> = {
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
  ".html": "text/html; charset=utf-8",
}

interface Asset {
  readonly type: string
  readonly plain: Buffer
  /** Made when a browser first asks. */
  readonly zipped: () => Buffer
  readonly tag: string
}

/** Names of built files hold a digest of what is in them. */
const FOR_EVER = "public, max-age=31536000, immutable"
const NONCE = "__NONCE__"

/** Serves them at every address that nothing else has. Null: they were not built. */
export function servePages(server: FastifyInstance, folder = BUILT): "served" | null {
  const assets = read(folder)
  const page = assets.get("index.html")
  if (page === undefined) return null
  const html = page.plain.toString()
  for (const [name, asset] of assets) {
    if (name !== "index.html") server.get(`/${name}`, (request, reply) => send(asset, request, reply))
  }
  for (const path of ["/", "/*"]) server.get(path, (request, reply) => sendPage(html, request, reply))
  return "served"
}

function read(folder: string): ReadonlyMap<string, Asset> {
  try {
    const files = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
    return new Map(
      files.map((entry) => {
        const path = join(entry.parentPath, entry.name)
        const plain = readFileSync(path)
        const tag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`
        const type = TYPES[extname(path)] ?? "application/octet-stream"
        return [relative(folder, path), { type, plain, zipped: once(() => gzipSync(plain, { level: 9 })), tag }]
      }),
    )
  } catch {
    return new Map()
  }
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => (made ??= { value: make() }).value
}

function send({ type, plain, zipped, tag }: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({ "cache-control": FOR_EVER, etag: tag, vary: "accept-encoding" }).type(type)
  if (request.headers["if-none-match"] === tag) return reply.code(304).send()
  return /\bgzip\b/.test(request.headers["accept-encoding"] ?? "")
    ? reply.header("content-encoding", "gzip").send(zipped())
    : reply.send(plain)
}

/** A nonce of its own for the styles that the page makes while it runs. */
function sendPage(html: string, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // Programs that ask for what is not there are told so.
  if (!/\btext\/html\b/.test(request.headers.accept ?? "")) {
    reply.callNotFound()
    return reply
  }
  const nonce = randomBytes(16).toString("base64url")
  return reply
    .header("content-security-policy", policy(nonce))
    .type("text/html; charset=utf-8")
    .send(html.replace(NONCE, nonce))
}

function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self'",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join("; ")
}
