import assert from "node:assert/strict"
import { argon2Sync, randomBytes, scryptSync } from "node:crypto"
import { connect } from "node:net"
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { describe, test } from "node:test"
import { readUsers } from "../../src/receive/users.ts"
import { dial, dialTls, type Dialogue, transcript } from "./dialogue.ts"
import { certificate, openHouse, scratch, until } from "./house.ts"

const directory = scratch()
const first = certificate(directory, "first.example")
const second = certificate(directory, "second.example")
const users = join(directory, "users")
const bare = (octets: Buffer): string => octets.toString("base64").replaceAll("=", "")

function argon2Hash(password: string): string {
  const nonce = randomBytes(16)
  const hash = argon2Sync("argon2id", {
    message: password,
    nonce,
    memory: 1_024,
    passes: 1,
    parallelism: 1,
    tagLength: 32,
  })
  return `$argon2id$v=19$m=1024,t=1,p=1$${bare(nonce)}$${bare(hash)}`
}

function scryptHash(password: string): string {
  const salt = randomBytes(16)
  return `$scrypt$ln=10,r=8,p=1$${bare(salt)}$${bare(scryptSync(password, salt, 32, { N: 1_024, r: 8, p: 1 }))}`
}

const AN = `an:${argon2Hash("mat khau")}:an@agency.example,An.Nguyen@agency.example`
const BINH = `binh@agency.example:${scryptHash("bí mật")}:binh@agency.example`
writeFileSync(users, `# users\n\n${AN}\r\n${BINH}\n`)

const plain = (name: string, password: string, as = ""): string =>
  `C: AUTH PLAIN ${Buffer.from(`${as}\0${name}\0${password}`).toString("base64")}`
const base64 = (text: string): string => Buffer.from(text).toString("base64")
const ENVELOPE = ["C: MAIL FROM:<an@agency.example>", "S: 250 2.1.0", "C: RCPT TO:<x@else.example>", "S: 250"] as const

async function secured(port: number): Promise<Dialogue> {
  const client = await dial(port)
  await client.run("S: 220", "C: EHLO a", "S: 250", "C: STARTTLS", "S: 220 2.0.0")
  await client.startTls()
  return client
}

describe("TLS and logins", async () => {
  const house = await openHouse({ tls: first, submission: { auth: `file:${users}`, trusted: [] }, submissions: true })
  const { ports } = house

  test("inbound offers STARTTLS and never AUTH; REQUIRETLS only under TLS", async () => {
    const client = await dial(ports.inbound)
    await client.run(
      "S: 220",
      "C: EHLO a",
      "S: 250-mx.agency.example\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n250-ENHANCEDSTATUSCODES\n250-DSN\n250-STARTTLS\n250 SIZE 100000",
    )
    await client.run("C: AUTH PLAIN", "S: 500", "C: STARTTLS", "S: 220 2.0.0")
    await client.startTls()
    await client.run(
      "C: EHLO a",
      "S: 250-mx.agency.example\n250-PIPELINING\n250-8BITMIME\n250-SMTPUTF8\n250-ENHANCEDSTATUSCODES\n250-DSN\n250-REQUIRETLS\n250 SIZE 100000",
    )
    await client.run(
      "C: STARTTLS",
      "S: 503",
      "C: MAIL FROM:<a@b.example> REQUIRETLS",
      "S: 250",
      "C: RCPT TO:<x@agency.example>",
      "S: 250",
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250",
    )
    client.end()
    const { client: seen, envelope } = house.received.at(-1)?.transaction ?? assert.fail("nothing received")
    assert.match(seen.tls?.version ?? "", /^TLSv1\.[23]$/)
    assert.match(seen.tls?.cipher ?? "", /AES|CHACHA/)
    assert.equal(envelope.requireTls, true)
  })

  test("submission offers no AUTH in clear, and takes none", async () => {
    const client = await dial(ports.submission)
    await client.run("S: 220", "C: EHLO a")
    assert.doesNotMatch(await client.reply(), /AUTH/)
    await client.run(plain("an", "mat khau"), "S: 538 5.7.11", "C: MAIL FROM:<an@agency.example>", "S: 530 5.7.0")
    client.end()
  })

  test("AUTH PLAIN and LOGIN under TLS; then one may send as oneself and as nobody", async () => {
    const client = await secured(ports.submission)
    await client.run(
      "C: EHLO a",
      "S: 250-*250-AUTH PLAIN LOGIN\n",
      plain("an", "mat khau"),
      "S: 235 2.7.0",
      plain("an", "mat khau"),
      "S: 503",
    )
    await client.run(
      "C: MAIL FROM:<binh@agency.example>",
      "S: 553 5.7.1",
      "C: MAIL FROM:<AN.nguyen@AGENCY.example>",
      "S: 250",
      "C: AUTH PLAIN",
      "S: 503 5.5.1",
      "C: RSET",
      "S: 250",
    )
    await client.run(
      "C: MAIL FROM:<>",
      "S: 250",
      "C: RSET",
      "S: 250",
      ...ENVELOPE,
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250 2.0.0",
    )
    client.end()
    assert.equal(house.received.at(-1)?.transaction.client.user, "an")
    const other = await dialTls(ports.submissions)
    await other.run(
      "S: 220",
      "C: EHLO a",
      "S: 250-*AUTH PLAIN LOGIN",
      "C: AUTH LOGIN",
      "S: 334",
      `C: ${base64("binh@agency.example")}`,
      "S: 334",
      `C: ${base64("bí mật")}`,
      "S: 235 2.7.0",
    )
    await other.run("C: MAIL FROM:<binh@agency.example>", "S: 250")
    other.end()
  })

  test("without a login nothing is sent, whatever EHLO or the null sender say", async () => {
    const client = await dialTls(ports.submissions)
    await client.run(
      "S: 220",
      "C: EHLO an",
      "S: 250",
      "C: MAIL FROM:<>",
      "S: 530 5.7.0",
      "C: MAIL FROM:<an@agency.example> AUTH=an",
      "S: 530 5.7.0",
    )
    client.end()
  })

  test("plaintext behind STARTTLS is never run", async () => {
    const client = await dial(ports.submission)
    await client.run("S: 220", "C: EHLO a", "S: 250")
    client.send("STARTTLS\r\nEHLO injected\r\nMAIL FROM:<evil@b.example>\r\nNOO")
    await client.run("S: 554 5.5.0", "S: closed")
  })

  test("half a line behind STARTTLS is never run", async () => {
    const client = await dial(ports.submission)
    await client.run("S: 220", "C: EHLO a", "S: 250")
    client.send("STARTTLS\r\nNOO")
    await client.run("S: 554 5.5.0", "S: closed")
  })

  test("plaintext that comes after STARTTLS was answered is never run", async () => {
    const client = await dial(ports.submission)
    await client.run("S: 220", "C: EHLO a", "S: 250", "C: STARTTLS", "S: 220 2.0.0")
    client.send("EHLO injected\r\nMAIL FROM:<evil@b.example>\r\n")
    assert.match(await client.reply(), /^closed$/)
  })

  test("TLS forgets who said EHLO", async () => {
    const client = await dial(ports.submission)
    await client.run("S: 220", "C: EHLO a", "S: 250", "C: STARTTLS", "S: 220 2.0.0")
    await client.startTls()
    await client.run("C: MAIL FROM:<an@agency.example>", "S: 503 5.5.1", "C: EHLO a", "S: 250")
    await client.run(plain("an", "mat khau"), "S: 235", "C: MAIL FROM:<an@agency.example>", "S: 250")
    client.end()
  })

  test("what was said in clear is forgotten under TLS", async () => {
    const client = await dial(ports.inbound)
    await client.run(
      "S: 220",
      "C: EHLO a",
      "S: 250",
      "C: MAIL FROM:<a@b.example>",
      "S: 250",
      "C: RCPT TO:<x@agency.example>",
      "S: 250",
      "C: STARTTLS",
      "S: 220",
    )
    await client.startTls()
    await client.run("C: DATA", "S: 503", "C: EHLO a", "S: 250", "C: DATA", "S: 503")
    client.end()
  })

  test("a wrong password, an unknown user, another's identity", async () => {
    const client = await dialTls(ports.submissions)
    await client.run(
      "S: 220",
      "C: EHLO a",
      "S: 250",
      plain("an", "sai"),
      "S: 535 5.7.8",
      plain("chi", "mat khau"),
      "S: 535 5.7.8",
      plain("an", "mat khau", "binh@agency.example"),
      "S: 535 5.7.8",
    )
    await client.run(
      "C: AUTH LOGIN",
      "S: 334",
      "C: *",
      "S: 501",
      "C: AUTH CRAM-MD5",
      "S: 504",
      plain("an", "mat khau"),
      "S: 235",
    )
    client.end()
    assert.deepEqual(house.logins.slice(-4), ["an out", "null out", "an out", "an in"])
  })

  test("a reload takes the new certificate and users, and drops no session", async () => {
    const old = await secured(ports.submission)
    const plainOld = await dial(ports.submission)
    await plainOld.run("S: 220")
    await old.run("C: EHLO a", "S: 250", plain("an", "mat khau"), "S: 235")
    writeFileSync(users, `${BINH}\n`)
    await house.reload({ tls: second })
    await old.run("C: NOOP", "S: 250", "C: MAIL FROM:<an@agency.example>", "S: 530 5.7.0")
    assert.equal(old.tls()?.getPeerCertificate().subject["CN"], "first.example")
    await plainOld.run("C: EHLO a", "S: 250", "C: STARTTLS", "S: 220")
    await plainOld.startTls()
    assert.equal(plainOld.tls()?.getPeerCertificate().subject["CN"], "second.example")
    const fresh = await dialTls(ports.submissions)
    assert.equal(fresh.tls()?.getPeerCertificate().subject["CN"], "second.example")
    for (const client of [old, plainOld, fresh]) client.end()
  })

  test("a reload with faults says them all and changes nothing", async () => {
    writeFileSync(users, `an:nothing:an@agency.example\n${AN}\n${AN}\nbinh\n`)
    await assert.rejects(
      house.reload({}),
      /users:1: expected an argon2.*\n.*users:3: expected a user that no line before names\n.*users:4: expected user:PHC/,
    )
    writeFileSync(users, `${AN}\n${BINH}\n`)
    await assert.rejects(house.reload({ tls: { cert: first.cert, key: second.key } }))
    const fresh = await dialTls(ports.submissions)
    assert.equal(fresh.tls()?.getPeerCertificate().subject["CN"], "second.example")
    await fresh.run("S: 220", "C: EHLO a", "S: 250", plain("binh@agency.example", "bí mật"), "S: 235")
    fresh.end()
  })

  test("a handshake that never comes, or breaks, harms nobody", async () => {
    const silent = await dial(ports.submissions)
    const noise = connect(ports.submissions, "127.0.0.1")
    noise.on("error", () => {})
    noise.write("GET / HTTP/1.0\r\n\r\n")
    const broken = await dial(ports.inbound)
    await broken.run("S: 220", "C: EHLO a", "S: 250", "C: STARTTLS", "S: 220")
    broken.send("no TLS at all\r\n")
    await broken.run("S: closed")
    silent.vanish()
    noise.destroy()
    await until(() => house.receiver.connections() === 0)
  })
})

test("ten failed logins of one client bar it, on any connection", async () => {
  writeFileSync(users, `${AN}\n`)
  const house = await openHouse({ tls: first, submission: { auth: `file:${users}` }, submissions: true })
  const one = await dialTls(house.ports.submissions)
  await one.run(
    "S: 220",
    "C: EHLO a",
    "S: 250",
    ...Array.from({ length: 10 }, () => [plain("an", "x"), "S: 535"]).flat(),
    plain("an", "mat khau"),
    "S: 421 4.7.0",
    "S: closed",
  )
  const two = await dialTls(house.ports.submissions)
  await two.run("S: 220", "C: EHLO a", "S: 250", plain("an", "mat khau"), "S: 421 4.7.0", "S: closed")
})

test("an implicit TLS listener needs a certificate", async () => {
  await assert.rejects(openHouse({ submissions: true }), /listen\.submissions: expected tls/)
})

describe("whose address counts", async () => {
  const open = (changes: object) =>
    openHouse({ submission: { trusted: ["192.0.2.0/24", "2001:db8::/32"], auth: null, ...changes }, inbound: changes })
  const house = await open({})
  const proxied = await open({ proxyFrom: ["127.0.0.1"] })
  const named = await open({ xclientFrom: ["127.0.0.1"] })

  test("an untrusted client cannot submit", () =>
    transcript(house.ports.submission, "C: EHLO a", "S: 250", "C: MAIL FROM:<a@b.example>", "S: 530 5.7.0"))

  test("PROXY and XCLIENT of a peer that is not listed", async () => {
    await transcript(
      house.ports.submission,
      "C: XCLIENT ADDR=192.0.2.7",
      "S: 550 5.7.0",
      "C: EHLO a",
      "S: 250",
      "C: MAIL FROM:<a@b.example>",
      "S: 530",
    )
    const client = await dial(house.ports.submission)
    await client.run("C: PROXY TCP4 192.0.2.7 127.0.0.1 1 2", "S: 421", "S: closed")
  })

  for (const ip of ["192.0.2.7", "2001:db8::7"]) {
    test(`PROXY of a listed peer makes ${ip} the client, trusted`, async () => {
      const client = await dial(proxied.ports.submission)
      client.send(`PROXY TCP${ip.includes(":") ? 6 : 4} ${ip} ${ip} 1000 25\r\n`)
      await client.run(
        "S: 220",
        "C: EHLO a",
        "S: 250",
        "C: MAIL FROM:<a@b.example>",
        "S: 250",
        "C: RCPT TO:<x@else.example>",
        "S: 250",
        "C: DATA",
        "S: 354",
        "C: .",
        "S: 250",
      )
      client.end()
      const seen = proxied.received.at(-1)?.transaction.client
      assert.deepEqual([seen?.ip, seen?.trusted, seen?.listener], [ip, true, "submission"])
    })
  }

  test("a listed peer without a PROXY header gets nowhere", async () => {
    const client = await dial(proxied.ports.submission)
    client.send("EHLO a\r\n")
    assert.equal(await client.reply(), "closed")
  })

  test("XCLIENT of a listed peer makes its address the client; its LOGIN is no login", async () => {
    await transcript(
      named.ports.submission,
      "C: EHLO a",
      "S: 250-*XCLIENT",
      "C: XCLIENT ADDR=192.0.2.8 LOGIN=an",
      "S: 220",
      "C: EHLO b",
      "S: 250",
      "C: MAIL FROM:<a@b.example>",
      "S: 250",
      "C: XCLIENT ADDR=192.0.2.9",
      "S: 550",
      "C: RCPT TO:<x@else.example>",
      "S: 250",
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250",
    )
    const seen = named.received.at(-1)?.transaction.client
    assert.deepEqual([seen?.ip, seen?.helo, seen?.user, seen?.trusted], ["192.0.2.8", "b", null, true])
    await transcript(
      named.ports.submission,
      "C: XCLIENT ADDR=198.51.100.1",
      "S: 220",
      "C: EHLO b",
      "S: 250",
      "C: MAIL FROM:<a@b.example>",
      "S: 530",
    )
    await transcript(
      named.ports.inbound,
      "C: XCLIENT ADDR=192.0.2.8",
      "S: 220",
      "C: EHLO b",
      "S: 250",
      "C: MAIL FROM:<a@b.example>",
      "S: 250",
    )
  })

  test("several hosts, IPv4 and IPv6", async () => {
    const both = await openHouse({ inbound: { host: ["127.0.0.1", "::1"] } })
    const client = await dial(both.ports.inbound, "::1")
    await client.run(
      "S: 220",
      "C: EHLO a",
      "S: 250",
      "C: MAIL FROM:<>",
      "S: 250",
      "C: RCPT TO:<x@agency.example>",
      "S: 250",
      "C: DATA",
      "S: 354",
      "C: .",
      "S: 250",
    )
    client.end()
    assert.equal(both.received.at(-1)?.transaction.client.ip, "::1")
  })
})

describe("the users' file", () => {
  const faulty: readonly (readonly [string, string, string])[] = [
    ["no hash", "an", "user:PHC-hash:address,address"],
    ["no addresses", `an:${scryptHash("x")}:`, "mail addresses, each once, comma between them"],
    ["a password in clear", "an:geheim:an@agency.example", "an argon2 or scrypt hash in PHC format"],
    [
      "an address twice",
      `an:${scryptHash("x")}:an@agency.example,AN@agency.example`,
      "mail addresses, each once, comma between them",
    ],
    [
      "a hash that would take the machine",
      "an:$argon2id$v=19$m=99999999,t=3,p=1$c2FsdHNhbHRzYWx0$aGFzaGhhc2hoYXNo:an@agency.example",
      "an argon2 or scrypt hash in PHC format",
    ],
    ["a name nobody gave", `:${scryptHash("x")}:an@agency.example`, "user:PHC-hash:address,address"],
  ]
  for (const [sentence, line, expected] of faulty) {
    test(sentence, async () => {
      const path = join(directory, "faulty")
      writeFileSync(path, `# comment\n${line}\n`)
      assert.deepEqual((await readUsers(path)).faults, [{ line: 2, expected }])
    })
  }
})
