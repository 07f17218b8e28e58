/** The house is as src/README.md says: who imports whom, what is pure, what stands in one place. */
import assert from "node:assert/strict"
import { globSync, readFileSync } from "node:fs"
import { resolve } from "node:path"
import { describe, test } from "node:test"
import { faults } from "./imports.ts"

const SRC = resolve(import.meta.dirname, "../../src")

test("the tree keeps the import table", () => {
  const sources = globSync("**/*.ts", { cwd: SRC }).map((path) => ({
    path,
    text: readFileSync(resolve(SRC, path), "utf8"),
  }))
  assert.ok(sources.length > 10)
  assert.deepEqual(faults(sources), [])
})

const long = "let line = 1\n".repeat(601)

/** Planted files and the one fault each set must raise. */
const PLANTED: readonly (readonly [string, Readonly<Record<string, string>>, RegExp])[] = [
  ["mail imports a built-in", { "mail/a.ts": `import { x } from "node:fs"` }, /pure, yet imports node:fs/],
  ["mail imports a package by its side effect", { "mail/a.ts": `import "pino"` }, /pure, yet imports pino/],
  ["mail imports a folder", { "mail/a.ts": `import type { X } from "../store/store.ts"` }, /may not import store/],
  [
    "decide imports telemetry",
    { "decide/a.ts": `import { l } from "../telemetry/log.ts"` },
    /may not import telemetry/,
  ],
  ["a stage imports a stage", { "parse/a.ts": `import { x } from "../identify/b.ts"` }, /may not import identify/],
  ["a stage re-exports a stage", { "parse/a.ts": `export { x } from "../identify/b.ts"` }, /may not import identify/],
  ["a stage imports a stage late", { "parse/a.ts": `await import("../identify/b.ts")` }, /may not import identify/],
  ["a stage imports over many lines", { "act/a.ts": `import {\n  a,\n  b,\n} from "../deliver/b.ts"` }, /may not/],
  ["receive reaches behind the port", { "receive/a.ts": `import { o } from "../store/sqlite.ts"` }, /may not import/],
  ["a stage loads the settings itself", { "act/a.ts": `import { s } from "../config/schema.ts"` }, /may not import/],
  ["the pool reads hostile bytes", { "sandbox/pool.ts": `import { p } from "../parse/a.ts"` }, /may not import parse/],
  ["a folder nobody planned", { "misc/a.ts": "" }, /knows no misc/],
  ["a room for leftovers", { "parse/utils/a.ts": "" }, /named utils/],
  ["a barrel", { "parse/index.ts": "" }, /a barrel/],
  ["a file nobody can hold in the head", { "parse/a.ts": long }, /601 lines/],
  ["two files import each other", { "act/a.ts": `import "./b.ts"`, "act/b.ts": `import "./a.ts"` }, /cycle: act\/a/],
  [
    "two files wrap one library",
    {
      "receive/a.ts": `import { SMTPServer } from "smtp-server"`,
      "receive/b.ts": `import { SMTPServer } from "smtp-server"`,
    },
    /smtp-server: imported by receive\/a.ts and receive\/b.ts/,
  ],
  [
    "two files of a folder wrap one library",
    { "deliver/a.ts": `import n from "nodemailer"`, "deliver/b.ts": `import n from "nodemailer/lib/x"` },
    /nodemailer: imported by/,
  ],
]

const ALLOWED: readonly (readonly [string, Readonly<Record<string, string>>])[] = [
  ["types of the settings", { "act/a.ts": `import type { Settings } from "../config/schema.ts"` }],
  ["the store's port", { "deliver/a.ts": `import type { Store } from "../store/store.ts"` }],
  ["the log", { "parse/a.ts": `import { log } from "../telemetry/log.ts"` }],
  ["an import told in a comment", { "mail/a.ts": `/** import "pino" */\n// import "pino"` }],
  ["a library by two folders", { "deliver/a.ts": `import "nodemailer"`, "notify/a.ts": `import "nodemailer"` }],
  ["main builds the house", { "main.ts": `import { open } from "./store/sqlite.ts"` }],
]

function sourcesOf(files: Readonly<Record<string, string>>) {
  return Object.entries(files).map(([path, text]) => ({ path, text }))
}

describe("a planted fault is found", () => {
  for (const [name, files, fault] of PLANTED) {
    test(name, () => {
      const [first, ...more] = faults(sourcesOf(files))
      assert.match(first ?? "no fault", fault)
      assert.deepEqual(more, [])
    })
  }
})

describe("no fault is invented", () => {
  for (const [name, files] of ALLOWED) test(name, () => assert.deepEqual(faults(sourcesOf(files)), []))
})
