/** `explain` on letters of every kind: the features found and the rule, in both languages. */
import assert from "node:assert/strict"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join, resolve } from "node:path"
import { after, before, describe, test } from "node:test"
import { mail } from "../support/mail.ts"
import { runProcess } from "../support/process.ts"
import * as letters from "./letters.ts"

const MAIN = resolve(import.meta.dirname, "../../src/main.ts")
const DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

interface Explained {
  readonly message: { readonly subject?: string }
  readonly content: {
    readonly official: { readonly label: string; readonly evidence: readonly { readonly feature: string }[] }
    readonly circulation: string
    readonly secrecy: string
  }
  readonly verdicts: readonly {
    readonly disposition: string
    readonly decisive: readonly string[]
    readonly because: readonly { readonly vi: string; readonly en: string }[]
  }[]
}

const dir = mkdtempSync(join(tmpdir(), "congthu-explain-"))
after(() => rmSync(dir, { recursive: true }))

function saved(name: string, letter: letters.Letter, attachments: Parameters<typeof mail>[0] = {}): string {
  const { subject, lines, header = [] } = letter
  const file = join(dir, name)
  writeFileSync(file, mail({ subject, body: `${lines.join("\r\n")}\r\n`, header, ...attachments }))
  return file
}

/** One process for all files; from an ordinary mailbox to free webmail unless `args` say more. */
async function explain(files: readonly string[], from: string, ...args: readonly string[]): Promise<Explained[]> {
  const given = ["--from", from, "--to", "khoa@gmail.com", "--trusted", "--json", ...args]
  const { code, stdout, stderr } = await runProcess([process.execPath, MAIN, "explain", ...files, ...given])
  assert.equal(code, 0, stderr)
  return files.length === 1
    ? [JSON.parse(stdout)]
    : stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line))
}

const files = {
  body: saved("body", letters.official()),
  docx: saved("docx", letters.familyMail(), {
    attachments: [{ name: "a.docx", bytes: letters.asDocx(letters.official()), type: DOCX }],
  }),
  pdf: saved("pdf", letters.familyMail(), {
    attachments: [{ name: "a.pdf", bytes: letters.asPdf(letters.official()), type: "application/pdf" }],
  }),
  restricted: saved("restricted", letters.restricted()),
  people: saved("people", letters.bulkPersonalData()),
  unsure: saved("unsure", letters.unsure()),
  family: saved("family", letters.familyMail()),
  petition: saved("petition", letters.petition()),
  contract: saved("contract", letters.contract()),
  press: saved("press", letters.pressArticle()),
  newsletter: saved("newsletter", letters.newsletter()),
  secret: saved("secret", letters.secret()),
}
type Name = keyof typeof files

const FORM = ["symbol-known-issuer", "recipients", "authority", "filing"]
const ROWS: readonly {
  readonly name: Name
  readonly verdict: string
  readonly features: readonly string[]
  readonly vi: RegExp
  readonly en: RegExp
}[] = [
  {
    name: "body",
    verdict: "reject by webmail-official-out",
    features: FORM,
    vi: /số, ký hiệu văn bản/,
    en: /state body/,
  },
  { name: "docx", verdict: "reject by webmail-official-out", features: FORM, vi: /nơi nhận/, en: /list of recipients/ },
  { name: "pdf", verdict: "reject by webmail-official-out", features: FORM, vi: /lưu văn thư/, en: /filing line/ },
  {
    name: "restricted",
    verdict: "reject by webmail-restricted-out,webmail-official-out",
    features: ["stamp"],
    vi: /tài liệu hạn chế lưu hành/,
    en: /marked for restricted circulation/,
  },
  {
    name: "people",
    verdict: "reject by webmail-restricted-out,webmail-official-out",
    features: ["personal-data"],
    vi: /dữ liệu cá nhân của 30 người/,
    en: /personal data of 30 people/,
  },
  {
    name: "unsure",
    verdict: "hold by webmail-unsure-out",
    features: ["draft", "work-talk"],
    vi: /dự thảo, xin ý kiến/,
    en: /words of office work/,
  },
  {
    name: "family",
    verdict: "flag by webmail-out",
    features: [],
    vi: /hộp thư miễn phí \(google\)/,
    en: /free webmail/,
  },
  { name: "petition", verdict: "flag by webmail-out", features: ["petition"], vi: /chuyển thư/, en: /deliver/ },
  { name: "contract", verdict: "flag by webmail-out", features: ["contract"], vi: /chuyển thư/, en: /deliver/ },
  { name: "press", verdict: "flag by webmail-out", features: ["press"], vi: /chuyển thư/, en: /deliver/ },
  { name: "newsletter", verdict: "flag by webmail-out", features: ["bulk"], vi: /chuyển thư/, en: /deliver/ },
  { name: "secret", verdict: "refuse by secrecy", features: [], vi: /quy trình riêng/, en: /separate handling/ },
]

describe("explain names features and rule", () => {
  const told = new Map<string, Explained>()
  before(async () => {
    const names = Object.keys(files)
    const all = await explain(Object.values(files), "lan@sokhcn.tuyenquang.gov.vn")
    for (const [index, one] of all.entries()) told.set(names[index] ?? "", one)
  })

  for (const { name, verdict, features, vi, en } of ROWS) {
    test(`${name}: ${verdict}`, () => {
      const one = told.get(name)
      const [given] = one?.verdicts ?? []
      assert.equal(`${given?.disposition} by ${given?.decisive.join(",")}`, verdict)
      const found = one?.content.official.evidence.map(({ feature }) => feature) ?? []
      assert.deepEqual(
        features.filter((feature) => !found.includes(feature)),
        [],
      )
      assert.match(given?.because.map((line) => line.vi).join("\n") ?? "", vi)
      assert.match(given?.because.map((line) => line.en).join("\n") ?? "", en)
    })
  }

  test("of what is secret neither subject nor feature is told", () => {
    const secret = told.get("secret")
    assert.equal(secret?.content.secrecy, "mat")
    assert.deepEqual(secret.content.official.evidence, [])
    assert.equal(secret.message.subject ?? "", "")
  })
})

test("--thread lets a public-service mailbox answer", async () => {
  const from = "motcua@tantrao.tuyenquang.gov.vn"
  const [[fresh], [answering]] = await Promise.all([explain([files.pdf], from), explain([files.pdf], from, "--thread")])
  assert.deepEqual(fresh?.verdicts[0]?.decisive, ["service-official-out"])
  assert.equal(fresh.verdicts[0].disposition, "hold")
  assert.equal(answering?.verdicts[0]?.disposition, "flag")
})
