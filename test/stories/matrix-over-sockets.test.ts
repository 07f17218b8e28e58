/** Each cell of the decision matrix as mail: real letters over real sockets through one gateway with the shipped policy. */
import assert from "node:assert/strict"
import { after, before, describe, test } from "node:test"
import {
  asDocx,
  asPdf,
  contract,
  familyMail,
  newsletter,
  official,
  petition,
  pressArticle,
  schoolNotice,
} from "../policy/letters.ts"
import type { Letter } from "../policy/letters.ts"
import { COLUMNS, FILLED, LETTERS, MATRIX, type Row } from "../policy/matrix.ts"
import { shippedText } from "../policy/shipped.ts"
import { makeCertificate } from "../support/certificate.ts"
import { type Client, connect } from "../support/client.ts"
import { dns, type Dns } from "../support/dns.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { type Attachment, mail } from "../support/mail.ts"
import { openSink, type Sink } from "../support/sink.ts"

/** All clients are 127.0.0.1. hagiang.gov.vn sends from elsewhere, caobang.gov.vn says nothing. */
const ZONE = {
  "TXT gmail.com": ["v=spf1 ip4:127.0.0.1 -all"],
  "TXT _dmarc.gmail.com": ["v=DMARC1; p=none"],
  "TXT hanoi.gov.vn": ["v=spf1 ip4:127.0.0.1 -all"],
  "TXT _dmarc.hanoi.gov.vn": ["v=DMARC1; p=reject"],
  "TXT hagiang.gov.vn": ["v=spf1 ip4:192.0.2.1 -all"],
  "TXT _dmarc.hagiang.gov.vn": ["v=DMARC1; p=reject"],
}

interface Sent {
  readonly code: string
  readonly reply: string
  readonly mark: string
}

let sink: Sink
let names: Dns
let gateway: Gateway
const clients = new Map<Row["listener"], Client>()

before(async () => {
  names = await dns(ZONE)
  sink = await openSink({ tls: await makeCertificate() })
  gateway = await startGateway({
    policy: shippedText(FILLED),
    settings: {
      authentication: { check: true, resolver: names.resolver },
      deliver: { routes: [{ domains: ["*"], to: sink.url, tls: "opportunistic" }] },
    },
  })
  for (const listener of ["inbound", "submission"] as const) {
    const client = await connect(gateway[listener])
    await client.expect(/^220/)
    await client.say("EHLO client.example", /^250/)
    clients.set(listener, client)
  }
})

after(async () => {
  for (const client of clients.values()) client.close()
  await gateway?.[Symbol.asyncDispose]()
  await sink?.close()
  await names?.close()
})

let count = 0

interface Posted extends Pick<Row, "from" | "to" | "listener"> {
  readonly letter: Letter
  readonly header?: readonly string[]
  readonly attachments?: readonly Attachment[]
}

/** Sends one message that carries a mark of its own. */
async function post({ from, to, listener, letter, header = [], attachments = [] }: Posted): Promise<Sent> {
  const mark = `mark-${++count}`
  const message = mail({
    from,
    to,
    subject: letter.subject,
    body: `${letter.lines.join("\r\n")}\r\n`,
    header: [`X-Mark: ${mark}`, ...(letter.header ?? []), ...header],
    attachments,
  })
  const client = clients.get(listener)
  assert.ok(client)
  const { reply } = await client.transact({ from, to: [to], message })
  return { reply, mark, code: /\[(\w+)\]/.exec(reply)?.[1] ?? "" }
}

/** The head of what the next hop got, or null while it has not. */
function arrived(mark: string): { readonly head: string; readonly secure: boolean } | null {
  const found = sink.received.find(({ bytes }) => bytes.includes(`X-Mark: ${mark}\r\n`))
  if (found === undefined) return null
  const text = found.bytes.toString("latin1")
  return { head: text.slice(0, text.indexOf("\r\n\r\n") + 2), secure: found.secure }
}

async function delivered({ mark, reply }: Sent): Promise<{ readonly head: string; readonly secure: boolean }> {
  assert.match(reply, /^250 2\.0\.0 /)
  for (let taken = sink.received.length; ; taken++) {
    const found = arrived(mark)
    if (found !== null) return found
    await sink.waitFor(taken + 1)
  }
}

/** The rules of the event, which may be logged a moment after the reply. */
async function decisive(kind: "rejected" | "refused", { code }: Sent): Promise<unknown> {
  for (;;) {
    const events = gateway.events(kind)
    const found = events.find(({ transaction }) => transaction === code)
    if (found !== undefined) return found.detail?.["rules"]
    await gateway.waitFor(kind, events.length + 1)
  }
}

interface HeldRow {
  readonly transaction: string
  readonly hold: { readonly rules: readonly { readonly rule: string }[] }
}

/** Rules by transaction, of everything held. */
async function held(): Promise<ReadonlyMap<string, readonly string[]>> {
  const { stdout } = await gateway.command("held", "list", "--json")
  const rows = stdout.split("\n").filter((line) => line !== "")
  return new Map(
    rows.map((line) => {
      const { transaction, hold } = JSON.parse(line) as HeldRow
      return [transaction, hold.rules.map(({ rule }) => rule)]
    }),
  )
}

/** The citizen writes first, so that the mailbox has something to answer. */
async function heardFrom({ from, to }: Row): Promise<readonly string[]> {
  const id = `<petition-${++count}@gmail.com>`
  const header = [`References: ${id}`]
  const message = mail({ from: to, to: from, subject: "Đơn", body: "Tôi xin hỏi.\r\n" }).toString("latin1")
  const client = clients.get("inbound")
  assert.ok(client)
  const asked = Buffer.from(message.replace(/^Message-ID: .*$/m, `Message-ID: ${id}`), "latin1")
  const { reply } = await client.transact({ from: to, to: [from], message: asked })
  assert.match(reply, /^250 /)
  return header
}

/** What the letters of the table look like from outside. */
async function check(cell: string, sent: Sent, isHeld: ReadonlyMap<string, readonly string[]>): Promise<void> {
  const [letter, ...rules] = cell.split(/,? /)
  switch (letter) {
    case "H":
      assert.match(sent.reply, /^250 2\.0\.0 /)
      assert.deepEqual(isHeld.get(sent.code), rules)
      assert.equal(arrived(sent.mark), null)
      return
    case "R":
    case "S": {
      assert.match(sent.reply, /^550 5\.7\.1 \[\w+\] /)
      assert.deepEqual(await decisive(letter === "R" ? "rejected" : "refused", sent), rules)
      assert.equal(arrived(sent.mark), null)
      assert.equal(isHeld.has(sent.code), false)
      return
    }
    default: {
      const { head, secure } = await delivered(sent)
      if (letter === "E") assert.ok(secure)
      assert.equal(/^X-Congthu-(?:Webmail|Content|Sender): /m.test(head), letter === "L" || letter === "T")
      // "[NGOÀI CƠ QUAN]" and "[CẢNH BÁO: HỘP THƯ MIỄN PHÍ]" as encoded-words.
      assert.equal(/^Subject: =\?UTF-8\?B\?W0(?:5HT8OAS|PhuqJO)/m.test(head), letter === "T", head)
    }
  }
}

describe("the matrix", () => {
  const sent = new Map<string, Sent>()
  let isHeld: ReadonlyMap<string, readonly string[]>
  before(async () => {
    for (const row of MATRIX) {
      const header = row.thread === true ? await heardFrom(row) : []
      for (const column of COLUMNS) {
        sent.set(`${row.name}: ${column}`, await post({ ...row, letter: LETTERS[column](), header }))
      }
    }
    isHeld = await held()
  })

  for (const row of MATRIX) {
    for (const column of COLUMNS) {
      test(`${row.name}, ${column}: ${row.cells[column]}`, async () => {
        const one = sent.get(`${row.name}: ${column}`)
        assert.ok(one)
        await check(row.cells[column], one, isHeld)
      })
    }
  }
})

/** From a department's own mailbox unless the row says otherwise. */
const SHOWN: readonly (readonly [
  string,
  Partial<Posted> & { readonly letter: Letter },
  "delivered" | "refused" | "held",
])[] = [
  ["the letter as body, to webmail", { letter: official() }, "refused"],
  ["the letter as a Word document, to webmail", { letter: familyMail(), attachments: [docx()] }, "refused"],
  ["the letter as a PDF, to webmail", { letter: familyMail(), attachments: [pdf()] }, "refused"],
  ["the letter as body, to another province", { letter: official(), to: "vanthu@hanoi.gov.vn" }, "delivered"],
  ["as a Word document", { letter: familyMail(), attachments: [docx()], to: "vanthu@hanoi.gov.vn" }, "delivered"],
  ["as a PDF", { letter: familyMail(), attachments: [pdf()], to: "vanthu@hanoi.gov.vn" }, "delivered"],
  ["a family mail", { letter: familyMail() }, "delivered"],
  ["a petition", { letter: petition() }, "delivered"],
  ["a contract", { letter: contract() }, "delivered"],
  ["a press article", { letter: pressArticle() }, "delivered"],
  ["a newsletter", { letter: newsletter() }, "delivered"],
  [
    "a notice to parents, from the school",
    { letter: schoolNotice(), from: "tieuhoc.lungtre@tuyenquang.gov.vn" },
    "delivered",
  ],
  ["a notice to parents, from an official", { letter: schoolNotice() }, "refused"],
]

function docx(): Attachment {
  const type = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
  return { name: "tai lieu.docx", bytes: asDocx(official()), type }
}

function pdf(): Attachment {
  return { name: "tai lieu.pdf", bytes: asPdf(official()), type: "application/pdf" }
}

describe("letters of every kind", () => {
  for (const [sentence, posted, wanted] of SHOWN) {
    test(`${sentence}, is ${wanted}`, async () => {
      const usual = { from: "lan@sokhcn.tuyenquang.gov.vn", to: "khoa@gmail.com", listener: "submission" } as const
      const sent = await post({ ...usual, ...posted })
      if (wanted === "delivered") await delivered(sent)
      else if (wanted === "held") assert.ok((await held()).has(sent.code))
      else assert.match(sent.reply, /^550 5\.7\.1 \[\w+\] Khong gui tai lieu cong vu toi hop thu mien phi\. /)
    })
  }

  test("a citizen's petition reaches the public mailbox as it was sent, and its answer reaches the citizen", async () => {
    const [citizen, mailbox] = ["nu@gmail.com", "motcua@tantrao.tuyenquang.gov.vn"]
    const asked = await post({ from: citizen, to: mailbox, listener: "inbound", letter: petition() })
    const { head } = await delivered(asked)
    assert.doesNotMatch(head, /^X-Congthu-(?!Scan)/m)
    const id = /^Message-ID: (\S+)\r$/m.exec(head)?.[1] ?? ""
    const answer = {
      from: mailbox,
      to: citizen,
      listener: "submission",
      letter: official(),
      attachments: [pdf()],
    } as const
    await delivered(await post({ ...answer, header: [`In-Reply-To: ${id}`] }))
    const unasked = await post({ ...answer, header: ["In-Reply-To: <another@gmail.com>"] })
    assert.deepEqual((await held()).get(unasked.code), ["service-official-out"])
  })
})
