/** The API for people to read: one page made of the table of routes, plain HTML by the server, nothing from any other host. */
import { createHash } from "node:crypto"
import { z } from "zod"
import { openapi } from "./openapi.ts"
import { escape } from "./page.ts"
import type { Route } from "./route.ts"

const STYLE = `
body { margin: 0; background: #f5f6f8; color: #1b1f24; font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.25rem; background: #fff }
h2 { margin-top: 2rem; border-bottom: 1px solid #c9ced6 }
details { margin: .5rem 0 }
summary { cursor: pointer }
code, pre { font: .9em/1.4 ui-monospace, monospace; overflow-wrap: anywhere }
pre { white-space: pre-wrap; padding: .5rem; border: 1px solid #c9ced6; border-radius: .25rem }
small { opacity: .8 }
@media (prefers-color-scheme: dark) { body, main { background: #16191d; color: #e8eaed } a { color: #8ab8f0 } }
`

/** No script, no picture, no form; the one style by its digest. */
export const DOCS_POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

const schema = z.record(z.string(), z.unknown())
const media = z.record(z.string(), z.object({ schema }))
const operation = z.object({
  tags: z.array(z.string()),
  summary: z.string(),
  description: z.string(),
  parameters: z.array(z.object({ name: z.string(), in: z.string(), required: z.boolean(), schema })),
  requestBody: z.object({ content: media }).optional(),
  responses: z.record(z.string(), z.object({ content: media.optional() })),
})
type Operation = z.output<typeof operation>
const document = z.object({ paths: z.record(z.string(), z.record(z.string(), operation)) })

/** By what they are about, in the order of the table. */
export function docsPage(routes: readonly Route[], title: string): string {
  const { paths } = document.parse(openapi(routes, title))
  const all = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, one]) => ({ name: `${method.toUpperCase()} ${path}`, one })),
  )
  const groups = [...Map.groupBy(all, ({ one }) => one.tags[0] ?? "")]
  const links = groups.map(([tag]) => `<a href="#${escape(tag)}">${escape(tag)}</a>`).join(" · ")
  const sections = groups.map(
    ([tag, ones]) =>
      `<h2 id="${escape(tag)}">${escape(tag)}</h2>\n${ones.map(({ name, one }) => shown(name, one)).join("\n")}`,
  )
  return `<!doctype html>
<html lang="vi">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>API – ${escape(title)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>API <small>${escape(title)}</small></h1>
<p>Phiên đăng nhập trong cookie; mọi thay đổi cần <code>x-csrf-token</code> của <code>GET /api/session</code>. Lỗi là một đối tượng với <code>error</code>, <code>message</code>, <code>faults</code>.<br>
<small lang="en">A session in a cookie; whatever changes something needs the <code>x-csrf-token</code> of <code>GET /api/session</code>. A fault is an object with <code>error</code>, <code>message</code>, <code>faults</code>.</small></p>
<p>OpenAPI 3.1: <a href="/api/openapi.json">/api/openapi.json</a></p>
<p>${links}</p>
${sections.join("\n")}
</main>
</body>
</html>
`
}

function shown(name: string, { summary, description, parameters, requestBody, responses }: Operation): string {
  const body = requestBody === undefined ? "" : part("Nội dung gửi / Body", requestBody.content)
  const rows = parameters.map((one) => {
    const text = `${one.name} (${one.in}${one.required ? "" : ", tùy chọn / optional"}): ${JSON.stringify(one.schema)}`
    return `<li><code>${escape(text)}</code></li>`
  })
  return `<details>
<summary><code>${escape(name)}</code> ${escape(summary)}</summary>
<p><small>${escape(description)}</small></p>
${rows.length === 0 ? "" : `<ul>${rows.join("")}</ul>`}${body}${part("Trả lời / Answer", responses["200"]?.content ?? {})}
</details>`
}

function part(title: string, content: Readonly<Record<string, { readonly schema: unknown }>>): string {
  const [type, given] = Object.entries(content)[0] ?? ["", undefined]
  if (given === undefined) return ""
  return `<p>${escape(title)} <small>${escape(type)}</small></p>\n<pre>${escape(JSON.stringify(given.schema, null, 1))}</pre>`
}
