/** Mail programs that are not ours log in over STARTTLS and send: swaks, and Python's smtplib. */
import assert from "node:assert/strict"
import { randomBytes, scryptSync } from "node:crypto"
import { existsSync, globSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { describe, before, after, test } from "node:test"
import { official } from "../policy/letters.ts"
import { makeCertificate } from "../support/certificate.ts"
import { type Gateway, startGateway } from "../support/gateway.ts"
import { type Ended, runProcess } from "../support/process.ts"
import { openSink, pathOf, type Sink } from "../support/sink.ts"

const noSwaks =
  existsSync("/usr/bin/swaks") && globSync("/usr/lib/*/perl5/*/Net/SSLeay.pm").length > 0
    ? false
    : "swaks and libnet-ssleay-perl are not installed"
const PASSWORD = "mat khau dai"
const FROM = "an@tuyenquang.gov.vn"

/** One line of the users' file; PHC string format. */
function userLine(name: string, password: string, address: string): string {
  const salt = randomBytes(16)
  const hash = scryptSync(password, salt, 32, { N: 2 ** 12, r: 8, p: 1 })
  const [nonce, tag] = [salt, hash].map((bytes) => bytes.toString("base64").replaceAll("=", ""))
  return `${name}:$scrypt$ln=12,r=8,p=1$${nonce}$${tag}:${address}\n`
}

describe("a user who logs in", () => {
  let dir = ""
  let sink: Sink
  let gateway: Gateway
  before(async () => {
    dir = await mkdtemp(join(tmpdir(), "congthu-tls-"))
    const { cert, key } = await makeCertificate()
    const files = { cert: join(dir, "cert.pem"), key: join(dir, "key.pem"), users: join(dir, "users") }
    await writeFile(files.cert, cert)
    await writeFile(files.key, key)
    await writeFile(files.users, userLine("vanthu", PASSWORD, FROM))
    sink = await openSink()
    gateway = await startGateway({
      to: sink.url,
      settings: {
        tls: { cert: files.cert, key: files.key },
        listen: { submission: { trusted: [], auth: `file:${files.users}` } },
      },
    })
  })
  after(async () => {
    await gateway[Symbol.asyncDispose]()
    await sink.close()
    await rm(dir, { recursive: true })
  })

  const swaks = (...options: readonly string[]): Promise<Ended> =>
    runProcess(["swaks", "--server", `127.0.0.1:${gateway.submission}`, "--to", "b@hagiang.gov.vn", ...options])
  const login = (password: string) => ["--tls", "--auth", "--auth-user", "vanthu", "--auth-password", password]

  test("sends with swaks over STARTTLS, by each mechanism", { skip: noSwaks }, async () => {
    for (const mechanism of ["PLAIN", "LOGIN"]) {
      const sent = sink.received.length
      const { code, stdout } = await swaks("--from", FROM, ...login(PASSWORD), "--auth", mechanism)
      assert.equal(code, 0, stdout)
      assert.match(stdout, /^<~ +250 2\.0\.0 \[\w+\]/m)
      const received = (await sink.waitFor(sent + 1)).at(-1)
      assert.match(received?.bytes.toString() ?? "", /with ESMTPSA id/)
      assert.match(
        received?.bytes.toString() ?? "",
        /^Authentication-Results: mx\.tuyenquang\.gov\.vn; auth=pass smtp\.auth="vanthu"\r$/m,
      )
    }
  })

  test("with a wrong password, without TLS, or as somebody else sends nothing", { skip: noSwaks }, async () => {
    const sent = sink.received.length
    const wrong = await swaks("--from", FROM, ...login("sai"))
    assert.notEqual(wrong.code, 0)
    assert.match(wrong.stdout, /535 5\.7\.8/)
    const plain = await swaks("--from", FROM, "--auth", "PLAIN", "--auth-user", "vanthu", "--auth-password", PASSWORD)
    assert.notEqual(plain.code, 0, "AUTH is not offered without TLS")
    const nobody = await swaks("--from", FROM, "--tls")
    assert.match(nobody.stdout, /530 5\.7\.0/)
    const other = await swaks("--from", "giamdoc@tuyenquang.gov.vn", ...login(PASSWORD))
    assert.match(other.stdout, /553 5\.7\.1/)
    assert.equal(sink.received.length, sent)
  })

  test("sends with smtplib and reads our refusal there", async () => {
    const script = `
import smtplib, ssl, sys
from email.message import EmailMessage
port, user, password, sender, letter = int(sys.argv[1]), *sys.argv[2:6]
insecure = ssl.create_default_context(); insecure.check_hostname = False; insecure.verify_mode = ssl.CERT_NONE
def message(to):
    m = EmailMessage(); m["From"] = sender; m["To"] = to; m["Subject"] = "Kính gửi"
    m.set_content(letter); m.add_attachment("tệp".encode(), maintype="application", subtype="octet-stream", filename="tệp.bin")
    return m
with smtplib.SMTP("127.0.0.1", port) as s:
    s.starttls(context=insecure); s.login(user, password)
    print(s.send_message(message("c@hagiang.gov.vn")))
    try: s.send_message(message("d@gmail.com"))
    except smtplib.SMTPDataError as e: print(e.smtp_code, e.smtp_error.decode())
    print(s.send_message(message("e@hagiang.gov.vn")))
`
    const sent = sink.received.length
    const account = [String(gateway.submission), "vanthu", PASSWORD, FROM, official().lines.join("\n")]
    const { code, stdout, stderr } = await runProcess(["python3", "-X", "utf8", "-c", script, ...account])
    assert.equal(code, 0, stderr)
    assert.match(stdout, /^\{\}\n550 5\.7\.1 \[\w+\] Khong gui tai lieu .*\n\{\}\n$/)
    const received = (await sink.waitFor(sent + 2)).slice(sent)
    assert.deepEqual(
      received.flatMap(({ rcpt }) => rcpt.map(pathOf)),
      ["c@hagiang.gov.vn", "e@hagiang.gov.vn"],
    )
  })
})
