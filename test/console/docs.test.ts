/** The API as people read it: every route of the table is on the page, and the page loads nothing. */
import assert from "node:assert/strict"
import { createHash } from "node:crypto"
import { test } from "node:test"
import { routesOf } from "../../src/console/api/routes.ts"
import { ask, openOffice } from "./office.ts"

test("the documentation is one page by itself with every route on it", async () => {
  await using office = await openOffice()
  const { status, text, headers } = await ask(office.url, "GET", "/api/docs", {})
  assert.equal(status, 200)
  for (const { method, path, summary } of routesOf(office.hands)) {
    assert.ok(text.includes(`<code>${method} ${path.replace(/:(\w+)/g, "{$1}")}</code>`), `${method} ${path}`)
    assert.ok(text.includes(summary.vi.replaceAll('"', "&#34;")), summary.vi)
  }
  const style = /<style>([^<]*)<\/style>/.exec(text)?.[1] ?? ""
  const digest = createHash("sha256").update(style).digest("base64")
  assert.match(headers.get("content-security-policy") ?? "", /^default-src 'none'; style-src 'sha256-/)
  assert.ok(headers.get("content-security-policy")?.includes(digest))
  assert.doesNotMatch(text, /<script|<img|<link|https?:\/\//)
})
