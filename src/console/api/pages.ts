/** The console's own pages: built files, read once, each under a policy that lets nothing in from anywhere else. */
import { createHash, randomBytes } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { extname, join, relative } from "node:path"
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
  /** As the build compressed it, smallest first. */
  readonly encoded: readonly { readonly encoding: string; readonly octets: Buffer }[]
  readonly tag: string
}

const ENCODINGS: Readonly<Record<string, string>> = { br: ".br", gzip: ".gz" }

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
      files
        .filter(({ name }) => extname(name) in TYPES)
        .map((entry) => {
          const path = join(entry.parentPath, entry.name)
          const plain = readFileSync(path)
          const encoded = Object.entries(ENCODINGS).flatMap(([encoding, ending]) => {
            const other = files.find(
              ({ name, parentPath }) => parentPath === entry.parentPath && name === entry.name + ending,
            )
            return other === undefined ? [] : [{ encoding, octets: readFileSync(path + ending) }]
          })
          const tag = `"${createHash("sha256").update(plain).digest("base64url").slice(0, 22)}"`
          const type = TYPES[extname(path)] ?? "application/octet-stream"
          return [relative(folder, path), { type, plain, encoded, tag }]
        }),
    )
  } catch {
    return new Map()
  }
}

function send({ type, plain, encoded, tag }: Asset, request: FastifyRequest, reply: FastifyReply): FastifyReply {
  void reply.headers({ "cache-control": FOR_EVER, etag: tag, vary: "accept-encoding" }).type(type)
  if (request.headers["if-none-match"] === tag) return reply.code(304).send()
  const accepted = accepts(request.headers["accept-encoding"])
  const best = encoded.find(({ encoding }) => accepted.has(encoding))
  return best === undefined ? reply.send(plain) : reply.header("content-encoding", best.encoding).send(best.octets)
}

/** Codings that the browser takes; one with `q=0` it does not. RFC 9110 §12.5.3. */
function accepts(header: string | string[] | undefined): ReadonlySet<string> {
  const named = String(header ?? "").split(",")
  return new Set(
    named
      .filter((one) => !/;\s*q=0(?:\.0*)?\s*$/i.test(one))
      .map((one) => (one.split(";")[0] ?? "").trim().toLowerCase()),
  )
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
