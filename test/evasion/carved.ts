/** Files that stand where no header tells of them: in texts of every kind and encoding, before and behind parts, within other files. */
import { binhex, tnef, uuencode, uuBase64, yenc } from "./encoders.ts"
import {
  type Encoding,
  entity,
  type Forms,
  harmless,
  letter,
  type Payload,
  payload,
  plainPart,
  raw,
  TOP,
  wrap,
} from "./letter.ts"

/** Each way to write a file into text. */
const WRITTEN: Readonly<Record<string, (bytes: Buffer) => string>> = {
  uuencode: (bytes) => uuencode(bytes, true, "a.exe"),
  "uuencode without an end": (bytes) => uuencode(bytes, true, "a.exe").replace(/\r\n`\r\nend$/, ""),
  "uuencode of four digits": (bytes) => uuencode(bytes, true, "a.exe").replace("644", "0644"),
  "uuencode with spaces for grave accents": (bytes) => uuencode(bytes, true, "a.exe").replaceAll("`", " "),
  "uuencode in base64": (bytes) => uuBase64(bytes, "a.exe"),
  yEnc: (bytes) => yenc(bytes, "a.exe"),
  "yEnc in parts": (bytes) =>
    yenc(bytes, "a.exe")
      .replace("line=60", "part=1 total=1 line=60")
      .replace("\r\n", `\r\n=ypart begin=1 end=${bytes.length}\r\n`),
  BinHex: (bytes) => binhex(bytes, "a.exe"),
}

const texts = (wrapped: (text: string, payload: Payload) => Buffer): Forms =>
  Object.fromEntries(Object.entries(WRITTEN).map(([id, write]) => [id, (p: Payload) => wrapped(write(p.bytes), p)]))

function named(where: string, forms: Forms): Forms {
  return Object.fromEntries(Object.entries(forms).map(([id, make]) => [`${id} ${where}`, make]))
}

const encodedText = (encoding: Encoding, type: string): Forms =>
  texts((text) =>
    plainPart(
      [`Content-Type: ${type}`, `Content-Transfer-Encoding: ${encoding}`],
      wrap(`xin chao\r\n${text}\r\n`, encoding),
    ),
  )

const IN_TEXT: Forms = {
  ...named(
    "as the body",
    texts((text) => raw([...TOP, "", text])),
  ),
  ...named(
    "behind prose",
    texts((text) => raw([...TOP, "Content-Type: text/plain", "", "xin chao", "", text, "", "het"])),
  ),
  ...named(
    "in a web page",
    texts((text) => raw([...TOP, "Content-Type: text/html", "", "<pre>", text, "</pre>"])),
  ),
  ...named("in base64 text", encodedText("base64", "text/plain; charset=utf-8")),
  ...named("in quoted-printable text", encodedText("quoted-printable", "text/plain; charset=utf-8")),
  ...named(
    "in a text attachment",
    texts((text) =>
      plainPart(["Content-Type: text/plain; name=a.txt", "Content-Disposition: attachment; filename=a.txt"], text),
    ),
  ),
  ...named(
    "in a file of no type",
    texts((text) =>
      plainPart(
        ["Content-Type: application/octet-stream; name=a.dat", "Content-Transfer-Encoding: base64"],
        wrap(text, "base64"),
      ),
    ),
  ),
  ...named(
    "in the preamble",
    texts((text, p) => letter(harmless(p), { preamble: text })),
  ),
  ...named(
    "in the epilogue",
    texts((text, p) => letter(harmless(p), { epilogue: `${text}\r\n` })),
  ),
  ...named(
    "in a message within",
    texts((text) => plainPart(["Content-Type: message/rfc822"], `Subject: y\r\n\r\n${text}`)),
  ),
  ...named(
    "in calendar data",
    texts((text) => plainPart(["Content-Type: text/calendar; method=REQUEST"], text)),
  ),
  ...named(
    "in a delivery report",
    texts((text) => plainPart(["Content-Type: message/delivery-status"], `Reporting-MTA: dns; x\r\n\r\n${text}`)),
  ),
}

const winmail = (p: Payload): Buffer => tnef(p.bytes, "a.exe")
const b64 = (bytes: Buffer): string => payload("base64", bytes).text

const TNEF: Forms = {
  "as its type": (p) =>
    plainPart(
      ["Content-Type: application/ms-tnef; name=winmail.dat", "Content-Transfer-Encoding: base64"],
      b64(winmail(p)),
    ),
  "as the message": (p) =>
    raw([...TOP, "Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64", "", b64(winmail(p))]),
  "as another type": (p) =>
    plainPart(["Content-Type: image/png; name=a.png", "Content-Transfer-Encoding: base64"], b64(winmail(p))),
  "without a name": (p) =>
    plainPart(["Content-Type: application/octet-stream", "Content-Transfer-Encoding: base64"], b64(winmail(p))),
  "in uuencode": (p) => raw([...TOP, "", uuencode(winmail(p), true, "winmail.dat")]),
  "within another": (p) =>
    plainPart(
      ["Content-Type: application/ms-tnef", "Content-Transfer-Encoding: base64"],
      b64(tnef(winmail(p), "winmail.dat")),
    ),
  "in the preamble": (p) => letter(harmless(p), { preamble: b64(winmail(p)) }),
  "in the text": (p) => raw([...TOP, "", "xin chao", "", b64(winmail(p))]),
}

/** No header tells of the encoding; the runs are short. */
const RUNS: Forms = {
  "in the text": (p) => raw([...TOP, "", "xin chao", "", p.text]),
  "as the whole text": (p) => raw([...TOP, "", p.text]),
  "in a web page": (p) => raw([...TOP, "Content-Type: text/html", "", "<p>x</p><pre>", p.text, "", "</pre>"]),
  "in the preamble": (p) => letter(harmless(p), { preamble: p.text }),
  "in the epilogue": (p) => letter(harmless(p), { epilogue: `\r\n${p.text}\r\n` }),
  "with a header in the preamble": (p) => letter(harmless(p), { preamble: entity(p) }),
  "with a header in the epilogue": (p) => letter(harmless(p), { epilogue: `${entity(p)}\r\n` }),
  "in text said to be of eight bits": (p) =>
    plainPart(["Content-Type: text/plain", "Content-Transfer-Encoding: 8bit"], p.text),
  "in a message within": (p) => plainPart(["Content-Type: message/rfc822"], `Subject: y\r\n\r\n${p.text}`),
}

const STRUCTURE: Forms = {
  "a message in base64 text": (p) =>
    plainPart(
      ["Content-Type: text/plain", "Content-Transfer-Encoding: base64"],
      wrap(letter(p).toString("latin1"), "base64"),
    ),
  "parts in base64 text": (p) =>
    plainPart(
      ["Content-Type: text/plain", "Content-Transfer-Encoding: base64"],
      wrap(`--foo\r\n${entity(p)}\r\n--foo--\r\n`, "base64"),
    ),
  "parts in quoted-printable text": (p) =>
    plainPart(
      ["Content-Type: text/plain", "Content-Transfer-Encoding: quoted-printable"],
      wrap(`--foo\r\n${entity(p)}\r\n--foo--\r\n`, "quoted-printable"),
    ),
  "parts in a web page": (p) => raw([...TOP, "Content-Type: text/html", "", "<p>", "--foo", entity(p), "--foo--"]),
  "a message as a file, in base64": (p) =>
    plainPart(
      ["Content-Type: application/octet-stream; name=a.eml", "Content-Transfer-Encoding: base64"],
      wrap(letter(p).toString("latin1"), "base64"),
    ),
  "a message under another name": (p) =>
    plainPart(
      ["Content-Type: application/octet-stream; name=a.dat", "Content-Transfer-Encoding: base64"],
      wrap(letter(p).toString("latin1"), "base64"),
    ),
  "a message said to be text": (p) => plainPart(["Content-Type: text/plain; name=a.mht"], letter(p).toString("latin1")),
  "a saved page": (p) =>
    plainPart(
      ["Content-Type: application/octet-stream; name=a.mht", "Content-Transfer-Encoding: base64"],
      wrap(letter(p).toString("latin1"), "base64"),
    ),
  "a mailbox file": (p) =>
    plainPart(
      ["Content-Type: application/mbox; name=a.mbox"],
      `From a@b Thu Nov 26 00:00:00 2026\r\n${letter(p).toString("latin1")}`,
    ),
  "headers of a message": (p) => plainPart(["Content-Type: text/rfc822-headers"], letter(p).toString("latin1")),
  "a feedback report": (p) => plainPart(["Content-Type: message/feedback-report"], letter(p).toString("latin1")),
  "a news message": (p) => plainPart(["Content-Type: message/news"], letter(p).toString("latin1")),
  "an HTTP message": (p) => plainPart(["Content-Type: message/http"], letter(p).toString("latin1")),
  "a disposition notification": (p) =>
    plainPart(["Content-Type: message/disposition-notification"], letter(p).toString("latin1")),
  "a message in a message in base64": (p) =>
    plainPart(
      ["Content-Type: message/rfc822", "Content-Transfer-Encoding: base64"],
      wrap(
        `Subject: y\r\nContent-Type: message/rfc822\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrap(letter(p).toString("latin1"), "base64")}`,
        "base64",
      ),
    ),
  "a multipart encoded twice": (p) =>
    plainPart(
      ["Content-Type: multipart/mixed; boundary=i", "Content-Transfer-Encoding: base64"],
      wrap(
        `--i\r\nContent-Type: multipart/mixed; boundary=foo\r\nContent-Transfer-Encoding: base64\r\n\r\n${wrap(`--foo\r\n${entity(p)}\r\n--foo--\r\n`, "base64")}\r\n--i--\r\n`,
        "base64",
      ),
    ),
}

export const CARVED: Readonly<Record<string, Forms>> = {
  "a file in text": IN_TEXT,
  TNEF,
  "runs without a header": RUNS,
  "structure where none should be": STRUCTURE,
}
