/** What honest programs write, old and sloppy ones too, is delivered: nothing in it is taken for an attack. */
import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { base64Lines } from "../parse/read.ts"
import { examined, isStopped } from "./examined.ts"
import { uuencode } from "./encoders.ts"
import { CLIENTS } from "./honest/clients.ts"
import { LANGUAGES } from "./honest/languages.ts"
import { FORWARDED, LISTS, SIGNED } from "./honest/lists.ts"
import { BOUNCES, INVITATIONS } from "./honest/reports.ts"
import { SLOPPY } from "./honest/sloppy.ts"
import { file, HTML, mail, multipart, PDF, TEXT, TOP } from "./honest/letter.ts"
import { letter, payload } from "./letter.ts"

const typed = (type: string): Buffer => letter(payload("base64", PDF), { type })
const headed = (...head: readonly string[]): Buffer =>
  letter(payload("base64", PDF), { head: [...head, "Content-Transfer-Encoding: base64"] })
const encoded = (cte: string, body: string): Buffer =>
  mail(...TOP, "Content-Type: text/plain", `Content-Transfer-Encoding: ${cte}`, "", body)

const INNER = [
  "From: c@example.org",
  "Subject: y",
  "Content-Type: multipart/alternative; boundary=i",
  "",
  "--i",
  ...TEXT,
  "--i",
  ...HTML,
  "--i--",
]

const HONEST: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
  "everyday mail": {
    "plain text without MIME": mail("From: a@example.org", "Subject: x", "", "text"),
    "text and HTML": multipart("multipart/alternative; boundary=b", TEXT, HTML),
    "a quoted boundary": multipart('multipart/alternative; boundary="b"', TEXT, HTML),
    "a boundary of many signs": mail(
      ...TOP,
      'Content-Type: multipart/mixed; boundary="----=_Part_1_2.3:=?/()+"',
      "",
      "------=_Part_1_2.3:=?/()+",
      ...TEXT,
      "------=_Part_1_2.3:=?/()+--",
    ),
    "such a boundary without quotes": mail(
      ...TOP,
      "Content-Type: multipart/mixed; boundary=----=_Part_1_2.3",
      "",
      "------=_Part_1_2.3",
      ...TEXT,
      "------=_Part_1_2.3--",
    ),
    "a preamble and an epilogue of prose": mail(
      ...TOP,
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "This is a multi-part message in MIME format.",
      "",
      "--b",
      ...TEXT,
      "--b--",
      "",
      "_____________",
      "Danh sách thư nội bộ",
    ),
    "a calendar invitation": multipart("multipart/alternative; boundary=b", TEXT, [
      "Content-Type: text/calendar; charset=utf-8; method=REQUEST",
      "",
      "BEGIN:VCALENDAR",
      "END:VCALENDAR",
    ]),
    "pictures beside HTML": multipart(
      'multipart/related; boundary=b; type="text/html"; start="<x@y>"',
      ["Content-ID: <x@y>", ...HTML],
      file("Content-Type: image/png; name=a.png", "Content-ID: <p@y>", 'Content-Disposition: inline; filename="a.png"'),
    ),
    "text in base64": encoded("base64", base64Lines(Buffer.from("Kính gửi quý cơ quan ".repeat(20)))),
    "text in quoted-printable": encoded("quoted-printable", "K=C3=ADnh g=E1=BB=ADi =\r\nqu=C3=BD c=C6=A1 quan"),
  },
  "signed and sealed": {
    "S/MIME, detached": multipart(
      'multipart/signed; protocol="application/pkcs7-signature"; micalg=sha-256; boundary=b',
      TEXT,
      file(
        "Content-Type: application/pkcs7-signature; name=smime.p7s",
        "Content-Disposition: attachment; filename=smime.p7s",
      ),
    ),
    "PGP/MIME": multipart(
      'multipart/signed; protocol="application/pgp-signature"; micalg=pgp-sha512; boundary=b',
      TEXT,
      [
        "Content-Type: application/pgp-signature; name=signature.asc",
        "",
        "-----BEGIN PGP SIGNATURE-----",
        "",
        "iQEz".repeat(16),
        "BAAB".repeat(16),
        "CAAd".repeat(16),
        "=abcd",
        "-----END PGP SIGNATURE-----",
      ],
    ),
    "armoured text": mail(
      ...TOP,
      "Content-Type: text/plain",
      "",
      "-----BEGIN PGP SIGNED MESSAGE-----",
      "Hash: SHA256",
      "",
      "text",
      "-----BEGIN PGP SIGNATURE-----",
      "",
      "iQEz".repeat(16),
      "BAAB".repeat(16),
      "=abcd",
      "-----END PGP SIGNATURE-----",
    ),
  },
  "reports and forwarded mail": {
    "a delivery report": multipart(
      "multipart/report; report-type=delivery-status; boundary=b",
      TEXT,
      [
        "Content-Type: message/delivery-status",
        "",
        "Reporting-MTA: dns; x",
        "",
        "Final-Recipient: rfc822; c@d",
        "Action: failed",
        "Status: 5.1.1",
      ],
      ["Content-Type: text/rfc822-headers", "", "From: a@b", "Content-Type: multipart/mixed; boundary=z", "", ""],
    ),
    "a report that returns the message": multipart("multipart/report; report-type=delivery-status; boundary=b", TEXT, [
      "Content-Type: message/rfc822",
      "",
      ...INNER,
    ]),
    "a report that returns the message cut": multipart(
      "multipart/report; report-type=delivery-status; boundary=b",
      TEXT,
      ["Content-Type: message/rfc822", "", ...INNER.slice(0, 9)],
    ),
    "a report that quotes the message as text": mail(
      "From: MAILER-DAEMON@example.org",
      "Subject: failure notice",
      "",
      "Hi. This is the qmail-send program.",
      "",
      "--- Below this line is a copy of the message.",
      "",
      "Return-Path: <a@b>",
      ...INNER,
    ),
    "a forwarded message": multipart("multipart/mixed; boundary=b", TEXT, [
      "Content-Type: message/rfc822",
      "Content-Disposition: attachment; filename=y.eml",
      "",
      ...INNER,
    ]),
    "a forwarded message in base64": multipart("multipart/mixed; boundary=b", TEXT, [
      "Content-Type: message/rfc822",
      "Content-Transfer-Encoding: base64",
      "",
      base64Lines(mail(...INNER)),
    ]),
    "a digest": multipart(
      "multipart/digest; boundary=b",
      ["", "Subject: one", "", "text"],
      ["", "Subject: two", "", "text"],
    ),
    "a multipart that lost its end": mail(...TOP, "Content-Type: multipart/mixed; boundary=b", "", "--b", ...TEXT),
  },
  "old and sloppy programs": {
    "no MIME-Version": mail(
      "From: a@example.org",
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      ...TEXT,
      "--b--",
    ),
    "a MIME-Version with a comment, twice the same": mail(
      "From: a@example.org",
      "MIME-Version: 1.0 (Apple Message framework v1)",
      "MIME-Version: 1.0",
      "Content-Type: text/plain",
      "",
      "x",
    ),
    "a space before a colon that matters to nobody": mail(
      "From: a@example.org",
      "X-Mailer : x",
      "Subject: x",
      "",
      "text",
    ),
    "eight bits in the header": mail("From: a@example.org", "Subject: V\xe4n b\xe3n", "", "text"),
    "ISO-2022 in the subject": mail("From: a@example.org", "Subject: \x1b$B%F%9%H\x1b(B", "", "text"),
    "a folded subject": mail("From: a@example.org", "Subject: x", " y", "", "text"),
    "an empty encoding": encoded("", "text"),
    "an encoding of old names": encoded("8-bit", "text"),
    "another of them": encoded("7 bits", "text"),
    "a charset for an encoding": encoded("iso-8859-1", "text"),
    "the charset twice": mail(...TOP, "Content-Type: text/plain; charset=utf-8; charset=us-ascii", "", "x"),
    "a type of one word": mail(...TOP, "Content-Type: text", "", "x"),
    "a semicolon at the end": typed("multipart/mixed; boundary=foo;"),
    "parameters on lines of their own": typed('multipart/mixed;\r\n\tboundary="foo"'),
    "capital letters": typed("Multipart/Mixed; BOUNDARY=foo"),
    "an encoding in capital letters": letter(payload("base64", PDF), { cte: "BASE64" }),
    "spaces around the equals sign of a charset": mail(...TOP, "Content-Type: text/plain; charset = utf-8", "", "x"),
    "base64 without padding": letter(payload("base64", PDF), { body: PDF.toString("base64").replace(/=+$/, "") }),
    "quoted-printable in small letters": letter(payload("quoted-printable", PDF), {
      body: PDF.toString("latin1").replace(/%/g, "=2d"),
    }),
    "stray signs in quoted-printable prose": encoded("quoted-printable", '<a href="x?a=b&c=zz">'),
    "a footer behind base64 prose": encoded("base64", `${base64Lines("xin chao")}\r\n___________\r\nDanh sach noi bo`),
    "quoted-printable said of a multipart": mail(
      ...TOP,
      "Content-Type: multipart/mixed; boundary=b",
      "Content-Transfer-Encoding: quoted-printable",
      "",
      "--b",
      ...TEXT,
      "--b--",
    ),
    "uuencode in the text": mail(...TOP, "Content-Type: text/plain", "", "xem tep", uuencode(PDF, true, "a.pdf")),
    "a line of dashes in the text": mail(
      ...TOP,
      "Content-Type: multipart/mixed; boundary=b",
      "",
      "--b",
      "Content-Type: text/plain",
      "",
      "-- ",
      "--",
      "----------",
      "--b--",
    ),
    "an empty part": multipart("multipart/mixed; boundary=b", TEXT, ["", ""]),
    "a multipart of nothing": mail(...TOP, "Content-Type: multipart/mixed; boundary=b", "", "--b--"),
  },
  "boundaries that begin alike": {
    "the inner one named after the outer one": multipart(
      "multipart/mixed; boundary=b",
      ["Content-Type: multipart/alternative; boundary=b_alt", "", "--b_alt", ...TEXT, "--b_alt", ...HTML, "--b_alt--"],
      file("Content-Type: application/pdf; name=a.pdf"),
    ),
  },
  "file names": {
    "RFC 2231": headed(
      "Content-Type: application/pdf",
      "Content-Disposition: attachment; filename*=utf-8''C%C3%B4ng%20v%C4%83n.pdf",
    ),
    "RFC 2231 in pieces": headed(
      "Content-Type: application/pdf",
      "Content-Disposition: attachment;\r\n filename*0*=utf-8''C%C3%B4ng%20;\r\n filename*1*=v%C4%83n.pdf",
    ),
    "RFC 2231 and plain": headed(
      "Content-Type: application/pdf",
      "Content-Disposition: attachment; filename=Cong van.pdf; filename*=utf-8''C%C3%B4ng%20v%C4%83n.pdf",
    ),
    "RFC 2047": headed(
      'Content-Type: application/pdf; name="=?utf-8?B?Q8O0bmcgdsSDbi5wZGY=?="',
      'Content-Disposition: attachment; filename="=?utf-8?B?Q8O0bmcgdsSDbi5wZGY=?="',
    ),
    "spaces without quotes": headed(
      "Content-Type: application/pdf; name=Cong van so 1.pdf",
      "Content-Disposition: attachment; filename=Cong van so 1.pdf",
    ),
    brackets: headed(
      'Content-Type: application/pdf; name="Cong van (1).pdf"',
      'Content-Disposition: attachment; filename="Cong van (1).pdf"',
    ),
    "a path of an old program": headed('Content-Type: application/pdf; name="C:\\Temp\\a.pdf"'),
    "several dots": headed('Content-Type: application/pdf; name="1622.UBND-THCB.25.11.2026.pdf"'),
    "an apostrophe": headed('Content-Type: application/pdf; name="An\'s file.pdf"'),
    none: headed("Content-Type: application/pdf"),
  },
}

const MORE: Readonly<Record<string, Readonly<Record<string, Buffer>>>> = {
  "mail written by": CLIENTS,
  "mail in other languages": LANGUAGES,
  "bounces and reports": BOUNCES,
  invitations: INVITATIONS,
  "lists and newsletters": LISTS,
  signatures: SIGNED,
  "forwarded mail": FORWARDED,
  "what is sloppy and harmless": SLOPPY,
}

for (const [kind, messages] of Object.entries({ ...HONEST, ...MORE })) {
  describe(kind, () => {
    for (const [what, octets] of Object.entries(messages)) {
      test(what, async () => {
        const seen = await examined(octets)
        assert.ok(!isStopped(seen), `${seen.decisive.join(" ")}: ${JSON.stringify(seen.findings)}`)
      })
    }
  })
}
