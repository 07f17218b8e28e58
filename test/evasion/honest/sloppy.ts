/** What is sloppy and harmless. */
import { base64Lines } from "../../parse/read.ts"
import { file, HTML, mail, multipart, PDF, TEXT, TOP, octets, word } from "./letter.ts"

export const SLOPPY = {
  "a line of 5,000 characters": mail("From: a@example.org", "Subject: x", "", "x ".repeat(2_500)),
  "a subject of 900 characters in one line": mail("From: a@example.org", `Subject: ${"bao cao ".repeat(112)}`, "", "x"),
  "a hundred addresses": mail(
    "From: a@example.org",
    `To: ${Array.from({ length: 100 }, (_, n) => `b${n}@tuyenquang.gov.vn`).join(",\r\n ")}`,
    "",
    "x",
  ),
  "no text at all": mail("From: a@example.org", "Subject: x", ""),
  "a header and no empty line": Buffer.from("From: a@example.org\r\nSubject: x\r\n"),
  "no subject and no date": mail("From: a@example.org", "", "x"),
  "a page said to be nothing": mail("From: a@example.org", "", "<html><body>x</body></html>"),
  "eight bits without a charset": mail(...TOP, "Content-Type: text/plain", "", "Xin chào"),
  "seven bits that are eight": mail(
    ...TOP,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: 7bit",
    "",
    "Xin chào",
  ),
  "raw letters in quoted-printable text": mail(
    ...TOP,
    "Content-Type: text/plain; charset=utf-8",
    "Content-Transfer-Encoding: quoted-printable",
    "",
    "Xin chào =C3=A0",
  ),
  "a charset in quotes": mail(...TOP, "Content-Type: text/plain; charset='utf-8'", "", "x"),
  "a format for flowing": mail(
    ...TOP,
    'Content-Type: text/plain; charset="utf-8"; format=flowed; delsp=yes',
    "",
    "x ",
    "y",
  ),
  "an unknown type": multipart(
    "multipart/mixed; boundary=b",
    TEXT,
    file("Content-Type: application/x-unheard-of; name=a.pdf"),
  ),
  "an unknown multipart": multipart("multipart/x-unheard-of; boundary=b", TEXT, HTML),
  "form data": multipart("multipart/form-data; boundary=b", ['Content-Disposition: form-data; name="a"', "", "x"]),
  "a description in letters": multipart(
    "multipart/mixed; boundary=b",
    TEXT,
    file(
      `Content-Type: application/pdf; name="${word("utf-8", Buffer.from("Công văn.pdf"))}"`,
      `Content-Description: ${word("utf-8", Buffer.from("Công văn"))}`,
      'Content-Disposition: attachment; size=22; creation-date="Wed, 25 Nov 2026 01:00:00 GMT"',
    ),
  ),
  "a long name in RFC 2231 and RFC 2047": multipart(
    "multipart/mixed; boundary=b",
    TEXT,
    file(
      `Content-Type: application/pdf; name="${word("utf-8", Buffer.from("Báo cáo kết quả"))}`,
      ` ${word("utf-8", Buffer.from(" tuần.pdf"))}"`,
      "Content-Disposition: attachment;",
      " filename*0*=utf-8''B%C3%A1o%20c%C3%A1o%20k%E1%BA%BFt%20qu%E1%BA%A3;",
      " filename*1*=%20tu%E1%BA%A7n.pdf",
    ),
  ),
  "base64 with an empty line at its end": multipart("multipart/mixed; boundary=b", TEXT, [
    ...file("Content-Type: application/pdf; name=a.pdf"),
    "",
  ]),
  "base64 in one line": multipart("multipart/mixed; boundary=b", TEXT, [
    "Content-Type: application/pdf; name=a.pdf",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.concat([PDF, Buffer.alloc(3_000, " ")]).toString("base64"),
  ]),
  "base64 in lines of 57": multipart("multipart/mixed; boundary=b", TEXT, [
    "Content-Type: application/pdf; name=a.pdf",
    "Content-Transfer-Encoding: base64",
    "",
    Buffer.concat([PDF, Buffer.alloc(300, " ")])
      .toString("base64")
      .replace(/.{57}/g, "$&\r\n"),
  ]),
  "a disposition alone": multipart(
    "multipart/mixed; boundary=b",
    TEXT,
    file("Content-Disposition: attachment; filename=a.pdf"),
  ),
  "winmail.dat of a meeting": multipart("multipart/mixed; boundary=b", TEXT, [
    "Content-Type: application/ms-tnef; name=winmail.dat",
    "Content-Transfer-Encoding: base64",
    "",
    base64Lines(octets("789f3e220100 01069008 0004000000 00010000 0100")),
  ]),
  "program text": mail(
    ...TOP,
    "Content-Type: text/plain",
    "",
    "for (i = 0; i < 3; i++) a[i]=b;",
    "=begin",
    "begin",
    "  x := 1;",
    "end",
    "--",
    "--a",
    "- - -",
  ),
  "a table in plain text": mail(
    ...TOP,
    "Content-Type: text/plain",
    "",
    "--------",
    "Content: A",
    "--------",
    "Ten : An",
    "--------",
  ),
  "tokens on lines of their own": mail(
    ...TOP,
    "Content-Type: text/plain",
    "",
    "Ma truy cap:",
    "8f14e45fceea167a5a36dedd4bea2543abcdef0123456789abcdef0123456789",
    "https://example.org/x",
  ),
} satisfies Readonly<Record<string, Buffer>>
