/** What mail programs write, old and new, on desks, telephones and servers. */
import { base64Lines } from "../../parse/read.ts"
import { mail, PDF } from "./letter.ts"

/** A letter of one program: its header fields, then a text and a page between its own kind of delimiter. */
function written(by: readonly string[], boundary: string, type = "multipart/alternative"): Buffer {
  return mail(
    "From: An <an@example.org>",
    "To: b@tuyenquang.gov.vn",
    "Subject: x",
    ...by,
    "MIME-Version: 1.0",
    `Content-Type: ${type};`,
    `\tboundary="${boundary}"`,
    "",
    "This is a multi-part message in MIME format.",
    "",
    `--${boundary}`,
    'Content-Type: text/plain; charset="utf-8"',
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Xin ch=C3=A0o anh,=20",
    "em g=E1=BB=ADi b=C3=A1o c=C3=A1o.",
    `--${boundary}`,
    'Content-Type: text/html; charset="utf-8"',
    "Content-Transfer-Encoding: quoted-printable",
    "",
    '<html><head><meta http-equiv=3D"Content-Type" content=3D"text/html; charset=3Dut=',
    'f-8"></head><body><p>Xin ch=C3=A0o anh</p></body></html>',
    `--${boundary}--`,
    "",
  )
}

export const CLIENTS = {
  "Outlook Express": written(
    ["X-Priority: 3", "X-MSMail-Priority: Normal", "X-Mailer: Microsoft Outlook Express 6.00.2900.5512"],
    "----=_NextPart_000_0008_01C8A6F4.2F3C1B50",
  ),
  Outlook: written(
    [
      "Thread-Topic: x",
      "Thread-Index: AQHZabcdefghijklmnop==",
      "Accept-Language: vi-VN",
      "X-MS-Has-Attach:",
      "X-MS-TNEF-Correlator:",
    ],
    "_000_PS2PR01MB12345678_",
  ),
  Gmail: written(
    ["X-Gm-Message-State: AOJu0Yz", "Message-ID: <CAJ=+x@mail.gmail.com>"],
    "000000000000a1b2c3d4e5f6a7b8",
  ),
  Yahoo: written(
    ["X-Mailer: WebService/1.1.22876 YMailNorrin", "References: <1.ref@mail.yahoo.com>"],
    "----=_Part_123456_789.1700000000000",
  ),
  "Apple Mail": written(
    ["Mime-Version: 1.0 (Mac OS X Mail 16.0 \\(3774.600.62\\))", "X-Mailer: Apple Mail (2.3774)"],
    "Apple-Mail=_A1B2C3D4-0000-1111-2222-333344445555",
  ),
  "an iPhone": written(["X-Mailer: iPhone Mail (20H19)"], "Apple-Mail-A1B2C3D4-0000-1111-2222-333344445555"),
  Thunderbird: written(
    ["User-Agent: Mozilla Thunderbird", "Content-Language: vi"],
    "------------0aBcDeFgHiJkLmNoPqRsTuVw",
  ),
  Eudora: written(
    ["X-Mailer: QUALCOMM Windows Eudora Version 7.1.0.9", "X-Sender: an@mail.example.org"],
    "=====================_12345678==.ALT",
  ),
  "Lotus Notes": written(
    ["X-MIMETrack: Serialize by Router on D1/VN(Release 8.5.3|September 15, 2011) at", " 25/11/2026 08:00:00"],
    "=_alternative 0012A3B447258C1D_=",
  ),
  "The Bat!": written(
    ["X-Mailer: The Bat! (v3.99.29) Professional", "Reply-To: An <an@example.org>", "X-Priority: 3 (Normal)"],
    "----------0E12A3B4C5D6E7F",
  ),
  Zimbra: written(
    ["X-Mailer: Zimbra 8.8.15_GA_4484 (ZimbraWebClient - GC119 (Win)/8.8.15_GA_4481)", "X-Originating-IP: [192.0.2.1]"],
    "----=_Part_1_2.3:=?",
  ),
  Roundcube: written(["User-Agent: Roundcube Webmail/1.6.5"], "=_0123456789abcdef0123456789abcdef"),
  Horde: written(["User-Agent: Horde Application Framework 5"], "=_AbCdEf-GhIjKlMnOpQrStUv"),
  SquirrelMail: written(["User-Agent: SquirrelMail/1.4.22", "Importance: Normal"], "----=_20261125080000_12345"),
  "K-9 Mail": written(["User-Agent: K-9 Mail for Android"], "----ABCDEFGHIJKLMNOPQRSTUVWXYZ0123"),
  Mutt: written(["User-Agent: Mutt/2.2.9 (2022-11-12)", "Content-Disposition: inline"], "zYM0uCDKw75PZbzx"),
  Evolution: written(["X-Mailer: Evolution 3.46.4-2"], "=-AbCdEfGhIjKlMnOpQrSt"),
  KMail: written(["User-Agent: KMail/1.13.7"], "Boundary-00=_AbCdEfG"),
  Pegasus: written(["X-mailer: Pegasus Mail for Windows (4.73.639)", "Priority: normal"], "Message-Boundary-12345"),
  Exchange: written(["X-MS-Exchange-Organization-SCL: -1", "X-OriginatorOrg: example.org"], "_004_DB6PR07MB1234_"),
  PHPMailer: written(
    ["X-Mailer: PHPMailer 6.8.0 (https://github.com/PHPMailer/PHPMailer)"],
    "b1=_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdef",
  ),
  Java: written(["X-Mailer: sendhtml"], "----=_Part_0_1234567.1700000000000"),
  Python: written([], "===============1234567890123456789=="),
  ".NET": written([], "--boundary_0_a1b2c3d4-0000-1111-2222-333344445555"),
  SAP: written(["X-Mailer: SAP NetWeaver 7.50"], "=_0A0B0C0D0E0F1011E10000000A0A0A0A"),
  "a photocopier": mail(
    "From: scanner@example.org",
    "To: b@tuyenquang.gov.vn",
    "Subject: Message from KM_C308",
    "Mime-Version: 1.0",
    'Content-Type: Multipart/Mixed; Boundary="KONICA_MINOLTA_Internet_Fax_Boundary"',
    "",
    "--KONICA_MINOLTA_Internet_Fax_Boundary",
    'Content-Type: Text/Plain; charset="us-ascii"',
    "Content-Transfer-Encoding: 7bit",
    "",
    "scan",
    "--KONICA_MINOLTA_Internet_Fax_Boundary",
    'Content-Type: Application/PDF; name="SKM_C308.pdf"',
    "Content-Transfer-Encoding: Base64",
    'Content-Disposition: attachment; filename="SKM_C308.pdf"',
    "",
    base64Lines(PDF),
    "--KONICA_MINOLTA_Internet_Fax_Boundary--",
  ),
} satisfies Readonly<Record<string, Buffer>>
