/** Settings on a page: in the words of the file, and no secret among them. */
import assert from "node:assert/strict"
import { test } from "node:test"
import { settingsSchema } from "../../src/config/schema.ts"
import { shownSettings } from "../../src/config/shown.ts"

const settings = settingsSchema.parse({
  hostname: "mx.tuyenquang.gov.vn",
  postmaster: "postmaster@tuyenquang.gov.vn",
  publicUrl: "http://127.0.0.1:8025",
  domains: ["tuyenquang.gov.vn", "xa.tuyenquang.gov.vn"],
  store: { shared: "rediss://gateway:bi-mat@10.0.0.7:6379/0" },
  directory: { url: "ldap://10.0.0.8", base: "dc=vn", bind: "cn=gateway", password: "bi-mat" },
  scan: { passwords: ["bi-mat"] },
  deliver: { routes: [{ domains: ["*"], to: "smtp://10.0.0.5:25" }] },
  policy: "./config/policy.yaml",
})

const rows: readonly (readonly [string, string])[] = [
  ["hostname", "mx.tuyenquang.gov.vn"],
  ["domains", "tuyenquang.gov.vn, xa.tuyenquang.gov.vn"],
  ["deliver.routes[0].to", "smtp://10.0.0.5:25"],
  ["deliver.retry", "5m, 10m, 20m, 30m, 1h, 2h, 4h"],
  ["hold.keep", "7d"],
  ["limits.messageSize", "35MB"],
  ["limits.memory", "1GiB"],
  ["listen.inbound.port", "2525"],
  ["tls", "–"],
  ["store.shared", "rediss://gateway:•••@10.0.0.7:6379/0"],
  ["directory.password", "•••"],
  ["scan.passwords", "•••"],
]

for (const [path, expected] of rows) {
  test(`${path}: ${expected}`, () => {
    assert.equal(shownSettings(settings).find((one) => one.path === path)?.value, expected)
  })
}

test("no secret is among them", () => assert.ok(!JSON.stringify(shownSettings(settings)).includes("bi-mat")))
