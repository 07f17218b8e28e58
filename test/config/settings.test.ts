/** Settings: the shipped file, the environment over it, the certificate. */
import assert from "node:assert/strict"
import { execFileSync } from "node:child_process"
import { generateKeyPairSync } from "node:crypto"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { after, describe, test } from "node:test"
import type { Environment } from "../../src/config/environment.ts"
import { formatFaults } from "../../src/config/fault.ts"
import { loadSettings } from "../../src/config/load.ts"
import type { Settings } from "../../src/config/schema.ts"

process.chdir(resolve(import.meta.dirname, "../.."))
const SHIPPED = "config/gateway.yaml"

function settings(environment: Environment): Settings {
  const loaded = loadSettings(SHIPPED, environment)
  if (!loaded.ok) throw new Error(loaded.faults.join("\n"))
  return loaded.settings
}

function faults(environment: Environment): readonly string[] {
  const loaded = loadSettings(SHIPPED, environment)
  return loaded.ok ? [] : loaded.faults
}

function warnings(environment: Environment): readonly string[] {
  const loaded = loadSettings(SHIPPED, environment)
  return loaded.ok ? loaded.warnings : loaded.faults
}

describe("the shipped settings", () => {
  test("are what a newcomer was promised", () => {
    const shipped = settings({})
    assert.deepEqual(shipped.listen.inbound, { host: ["127.0.0.1"], port: 2525, proxyFrom: [], xclientFrom: [] })
    assert.equal(shipped.listen.submission.port, 2587)
    assert.deepEqual(shipped.listen.submission.trusted, ["127.0.0.0/8", "::1/128"])
    assert.deepEqual(shipped.listen.console, { host: ["127.0.0.1"], port: 8025, proxyFrom: [] })
    assert.deepEqual(shipped.store, { path: "./data", shared: null })
    assert.deepEqual(
      shipped.deliver.routes.map(({ domains, to }) => [domains, to]),
      [
        [["tuyenquang.gov.vn", ".tuyenquang.gov.vn"], "maildir:./data/delivered"],
        [["*"], "mx"],
      ],
    )
    assert.equal(shipped.deliver.expire, 5 * 86_400_000)
    assert.equal(shipped.limits.messageSize, 35_000_000)
    assert.equal(shipped.scan.clamd, null)
  })

  test("warn only that there is no scanner and no telephone", () => {
    assert.deepEqual(warnings({}), [
      "scan.clamd: expected a malware scanner, got nothing: attachments count as unscannable",
      "agency.support.phone: expected a telephone number for notices, got nothing",
    ])
  })

  test("are not found where there are none", () => {
    const loaded = loadSettings("config/nowhere.yaml", {})
    assert.deepEqual(loaded, {
      ok: false,
      faults: ["config/nowhere.yaml: expected a readable settings file, got no such file"],
      sound: {},
    })
  })
})

describe("the environment", () => {
  const rows: readonly [string, Environment, (settings: Settings) => unknown, unknown][] = [
    ["sets a number", { CONGTHU_LISTEN_INBOUND_PORT: "2625" }, (s) => s.listen.inbound.port, 2625],
    ["joins camelCase unsplit", { CONGTHU_PUBLICURL: "https://a.vn/" }, (s) => s.publicUrl, "https://a.vn"],
    ["replaces a list whole", { CONGTHU_DOMAINS: "[A.vn., b.vn]" }, (s) => s.domains, ["a.vn", "b.vn"]],
    [
      "replaces routes whole",
      { CONGTHU_DELIVER_ROUTES: '[{ domains: ["*"], to: mx }]' },
      (s) => s.deliver.routes.length,
      1,
    ],
    [
      "makes a section the file lacks",
      { CONGTHU_SCAN_CLAMD: "tcp://10.0.0.9:3310" },
      (s) => s.scan.clamd,
      "tcp://10.0.0.9:3310",
    ],
    [
      "gives one host for a list",
      { CONGTHU_LISTEN_CONSOLE_HOST: "0.0.0.0" },
      (s) => s.listen.console.host,
      ["0.0.0.0"],
    ],
    [
      "sets a section first, then its keys",
      { CONGTHU_LISTEN_INBOUND_PORT: "3000", CONGTHU_LISTEN_INBOUND: "{ host: 127.0.0.2, port: 2000 }" },
      (s) => [s.listen.inbound.host, s.listen.inbound.port],
      [["127.0.0.2"], 3000],
    ],
    ["does not take CONGTHU_CONFIG for a key", { CONGTHU_CONFIG: "x.yaml" }, (s) => s.hostname, "mx.tuyenquang.gov.vn"],
    ["leaves other programs' names alone", { PATH: "/bin", CONGTHUX: "1" }, (s) => s.hostname, "mx.tuyenquang.gov.vn"],
  ]
  for (const [name, environment, pick, wanted] of rows) {
    test(name, () => assert.deepEqual(pick(settings(environment)), wanted))
  }

  test("is told of every fault, with the name that brought it", () => {
    assert.deepEqual(
      faults({ CONGTHU_LISTEN_INBUND_PORT: "1", CONGTHU_LIMITS: "[", CONGTHU_LISTEN_INBOUND_PORT: "smtp" }),
      [
        "CONGTHU_LISTEN_INBUND_PORT: expected the name of a setting, got an unknown name",
        "CONGTHU_LIMITS: expected YAML, got a syntax error (Flow sequence must end with a ])",
        'listen.inbound.port: expected a port from 1 to 65535, got "smtp" (from CONGTHU_LISTEN_INBOUND_PORT)',
      ],
    )
  })
})

describe("warnings", () => {
  test("links that nobody outside can open", () => {
    assert.match(warnings({ CONGTHU_LISTEN_INBOUND_HOST: "0.0.0.0" }).join("\n"), /^publicUrl: expected an address/m)
  })
})

test("faults are printed one a line", () => {
  assert.equal(formatFaults(["a: expected b, got\nc", "d"]), "a: expected b, got c\nd\n")
})

describe("the certificate", () => {
  const folder = mkdtempSync(join(tmpdir(), "congthu-tls-"))
  after(() => rmSync(folder, { recursive: true }))
  const file = (name: string): string => join(folder, name)

  function makeCertificate(days: number): void {
    const key = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-keyout", file("tls.key")]
    const subject = ["-subj", "/CN=mx.tuyenquang.gov.vn", "-days", String(days)]
    execFileSync("openssl", ["req", "-x509", ...key, "-out", file("tls.crt"), ...subject], { stdio: "ignore" })
  }
  const tls = (key = "tls.key"): Environment => ({
    CONGTHU_AGENCY_SUPPORT_PHONE: '"0207 000 000"',
    CONGTHU_TLS: `{ cert: "${file("tls.crt")}", key: "${file(key)}" }`,
    CONGTHU_SCAN_CLAMD: "tcp://127.0.0.1:3310",
  })

  test("with its key and our name is taken without a word", () => {
    makeCertificate(90)
    assert.deepEqual(warnings(tls()), [])
  })

  test("lets people log in", () => {
    assert.equal(
      settings({ ...tls(), CONGTHU_LISTEN_SUBMISSION_AUTH: "file:config/policy.yaml" }).tls?.cert,
      file("tls.crt"),
    )
  })

  test("with another's key is refused", () => {
    const other = generateKeyPairSync("ec", { namedCurve: "prime256v1" }).privateKey
    writeFileSync(file("other.key"), other.export({ type: "pkcs8", format: "pem" }))
    assert.match(
      faults(tls("other.key")).join("\n"),
      /^tls\.key: expected the key of tls\.cert, got the key of another/,
    )
  })

  test("with a key that is none is refused", () => {
    assert.match(
      faults(tls("tls.crt")).join("\n"),
      /^tls\.key: expected a private key in PEM without a passphrase, got/,
    )
  })

  test("for another name is warned of", () => {
    const warned = warnings({ ...tls(), CONGTHU_HOSTNAME: "mail.example.vn" })
    assert.deepEqual(warned, ['tls.cert: expected a certificate for mail.example.vn, got "CN=mx.tuyenquang.gov.vn"'])
  })

  test("that soon ends is warned of", () => {
    makeCertificate(3)
    assert.match(warnings(tls()).join("\n"), /^tls\.cert: expected a certificate with time left, got .* GMT/)
  })
})
