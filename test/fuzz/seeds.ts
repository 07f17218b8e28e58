/** What fuzzing begins with: a sound form of everything that is read. */
import { readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { mail, zip } from "../support/mail.ts"

const TEST = join(import.meta.dirname, "..")

const latin1 = (...texts: readonly string[]): readonly Buffer[] => texts.map((text) => Buffer.from(text, "latin1"))

export const ADDRESSES = latin1(
  "a@gmail.com",
  '"An, Binh" <an@x.vn>, =?utf-8?B?TmfGsOG7nWk=?= <b@x.vn>',
  "<@r1,@r2:a@gmail.com>",
  "Phong: an@x.vn, b@[192.0.2.1]; (ghi chu (hai))",
  'a@(x)gmail(y).(z)com, "a b"@x.vn, a%b.vn@c.vn, d.vn!e@f.vn',
  "a@gmail\xe3\x80\x82com, b@\xef\xbd\x87mail.com, c@xn--gmal-nza.com",
)
export const WORDS = latin1(
  "=?utf-8?B?Q8O0bmcgdsSDbg==?= =?utf-8?Q?h=E1=BB=8Fa_t=E1=BB=91c?= th\xc6\xb0",
  "=?utf-16?B?/v8AQQ==?= =?iso-2022-jp?B?GyRCGyhC?= =?x?q??=",
)
export const FIELDS = latin1(
  "From: a@x.vn\r\nTo: b@x.vn,\r\n\tc@x.vn\r\nSubject: =?utf-8?Q?a?=\r\nReceived: x\r\nReceived: y\r\n\r\n",
  "From : a@x.vn\r\nContent-Type(x): text/plain\r\nX:\r\n y\r\n\r\n",
)
export const PARAMETERS = latin1(
  "attachment; filename*0*=utf-8''C%C3%B4; filename*1=ng.exe; filename=\"a;b.zip\"; name=(x)c",
  'multipart/mixed; boundary="b"; boundary=c; charset=utf-8',
)
export const COMMANDS = latin1(
  "MAIL FROM:<an@x.vn> SIZE=100 BODY=8BITMIME RET=HDRS ENVID=QQ+2B1 SMTPUTF8 AUTH=<>",
  'RCPT TO:<"an binh"@x.vn> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;a+2Bb@c.vn',
  "RCPT TO:<@r1,@r2:a@[IPv6:2001:db8::1]>",
)
export const DATA = latin1("a: b\r\n\r\nx\r\n..y\r\n.\r\nMAIL", "From: a@b\r\n\r\n.\r\n", "x\n.\r\ny\r.\r\n.\r\n")
export const REPLIES = latin1(
  "550-5.1.1 no\r\n550 5.1.1 such user",
  "250 2.0.0 ok",
  "421 \x1b[31m\xe2\x80\xaetoo busy\0",
)
export const HTML = latin1(
  '<p>Xin &#224; &amp; <b>ch\xc3\xa0o</b><script>x</script><a href="http://x.vn">y</a><!-- z --><br></p>',
)
export const XML = latin1(
  '<?xml version="1.0"?><w:document><w:body><w:p><w:r><w:t xml:space="preserve">a &amp; b</w:t></w:r></w:p></w:body></w:document>',
)
export const TEXTS = latin1(
  "CONG HOA XA HOI CHU NGHIA VIET NAM\r\nSo: 12/BC-UBND\r\nDo M\xe1\xba\xadt\r\nKinh gui: So Y te",
  "xin ch\xc3\xa0o",
)
export const REPORTS = latin1(
  "Reporting-MTA: dns; x.vn\r\n\r\nFinal-Recipient: rfc822; a@x.vn\r\nAction: failed\r\nStatus: 5.1.1\r\nDiagnostic-Code: smtp; 550 no\r\n",
)
export const POLICIES = [
  readFileSync(join(TEST, "../config/policy.yaml")),
  ...latin1("units: [{ id: a, name: { vi: a, en: b } }]\nrules: []\n"),
]
export const DOMAINS = latin1(
  "gmail.com",
  "gm\xd0\xb0il.com",
  "xn--gmal-nza.com",
  "tuyenquang-gov.vn",
  "a.b.c.d.e.f",
  "[192.0.2.1]",
)

export const FILES: readonly Buffer[] = [
  ...readdirSync(join(TEST, "read/fixtures")).map((name) => readFileSync(join(TEST, "read/fixtures", name))),
  zip({ "a.txt": Buffer.from("a"), "b/c.exe": Buffer.from("MZ") }),
]
  .filter(({ length }) => length < 100_000)
  .map((bytes) => Buffer.from(bytes))

export const MESSAGES: readonly Buffer[] = [
  mail({ html: "<p>x</p>", attachments: [{ name: "a.zip", bytes: zip({ "a.txt": Buffer.from("a") }) }] }),
  mail({ body: "C\xf4ng v\u0103n", attachments: [{ name: "b.eml", bytes: mail(), type: "message/rfc822" }] }),
  ...latin1(
    'From: a@x.vn\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\npre\r\n--b\r\n\r\nx\r\n--b\r\nContent-Transfer-Encoding: base64\r\n' +
      "Content-Disposition: attachment; filename=a.zip\r\n\r\nUEsDBA==\r\n--b--\r\nepi\r\n",
    "From: a@x.vn\r\nContent-Type: multipart/report; boundary=b\r\n\r\n--b\r\n\r\nx\r\n--b\r\nContent-Type: message/delivery-status\r\n\r\n" +
      "Reporting-MTA: dns; x\r\n\r\nStatus: 5.1.1\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: y\r\n\r\nz\r\n--b--\r\n",
    "From: a@x.vn\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nC=C3=B4ng =\r\nv=C4=83n\r\nbegin 644 a.exe\r\n#0V%T\r\n`\r\nend\r\n",
  ),
].map((bytes) => Buffer.from(bytes))
