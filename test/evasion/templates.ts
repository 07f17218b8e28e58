/** Mail that hides a file from one reader and shows it to another: each class in several forms, the file in base64 and in quoted-printable. */
import { base64Forms, quotedPrintableForms } from "./bodies.ts"
import { CARVED } from "./carved.ts"
import { CHARSETS } from "./charsets.ts"
import { GRAMMAR } from "./grammar.ts"
import { binhex, uuencode, yenc } from "./encoders.ts"
import {
  bounds,
  CTE,
  entity,
  FILE,
  type Forms,
  half,
  harmless,
  heads,
  inner,
  letter,
  nested,
  of,
  other,
  part,
  type Payload,
  plainPart,
  raw,
  TOP,
  types,
  word,
  wrap,
} from "./letter.ts"

/** One hostile message for each payload. */
export interface Template {
  readonly class: string
  readonly id: string
  readonly make: (payload: Payload) => Buffer
}

const CLASSES: Readonly<Record<string, Forms>> = {
  "line ends": {
    ...heads({
      "cr before a field": (p) => [...FILE, `X: y\r${CTE}: ${p.encoding}`],
      "lf before a field": (p) => [...FILE, `X: y\n${CTE}: ${p.encoding}`],
      "cr in the value": (p) => [...FILE, `${CTE}:\r${p.encoding}`],
    }),
    ...of("join", { "cr alone": () => "\r", "lf alone": () => "\n", "lf and cr": () => "\n\r" }),
    ...of("delimiters", {
      "cr after the delimiter": () => ["--foo", "--foo\r", "--foo--"],
      "lf after the delimiter": () => ["--foo\n", "--foo\n", "--foo--"],
    }),
  },
  NUL: {
    ...heads({
      "before the name": (p) => [...FILE, `\0${CTE}: ${p.encoding}`],
      "before the colon": (p) => [...FILE, `${CTE}\0: ${p.encoding}`],
      "in the value": (p) => [...FILE, `${CTE}: ${half(p.encoding).join("\0")}`],
      "after the value": (p) => [...FILE, `${CTE}: ${p.encoding}\0`],
    }),
    ...types({
      "in the boundary": "multipart/mixed; boundary=\0foo",
      "before the type": "\0multipart/mixed; boundary=foo",
    }),
  },
  "control characters": heads({
    "before the name": (p) => [...FILE, `\x13${CTE}: ${p.encoding}`],
    "before the first name": (p) => [`\x0b${FILE[0]}`, ...FILE.slice(1), `${CTE}: ${p.encoding}`],
    "a vertical tab": (p) => [...FILE, `${CTE}:\x0b${p.encoding}`],
    "a line of it": (p) => [...FILE, "\x0b", `${CTE}: ${p.encoding}`],
    "an escape in the value": (p) => [...FILE, `${CTE}: ${half(p.encoding).join("\x1b")}`],
    "a backspace": (p) => [...FILE, `${CTE}: x\x08${p.encoding}`],
  }),
  "white space first": {
    "in the message": (p) => letter(p, { top: [" X: y", ...TOP] }),
    "in the message, MIME": (p) =>
      letter(p, { top: [" Content-Type: multipart/mixed; boundary=foo", ...TOP], mime: [] }),
    ...heads({
      "in the part": (p) => [` ${CTE}: ${p.encoding}`, ...FILE],
      "a tab": (p) => [`\t${CTE}: ${p.encoding}`, ...FILE],
      "before a later field": (p) => [...FILE, ` ${CTE}: ${p.encoding}`],
      "a line of it": (p) => [...FILE, " ", `${CTE}: ${p.encoding}`],
    }),
    "before the type": (p) =>
      letter(p, { mime: ["MIME-Version: 1.0", " Content-Type: multipart/mixed; boundary=foo"] }),
  },
  "before the colon": {
    ...heads({
      "a space": (p) => [...FILE, `${CTE} : ${p.encoding}`],
      "a tab": (p) => [...FILE, `${CTE}\t: ${p.encoding}`],
      "a fold": (p) => [...FILE, `${CTE}\r\n : ${p.encoding}`],
      "a comment": (p) => [...FILE, `${CTE}(x): ${p.encoding}`],
      "a comment around": (p) => [...FILE, `(x)${CTE}: ${p.encoding}`],
    }),
    "a space, in the type": (p) => letter(p, { mime: ["Content-Type : multipart/mixed; boundary=foo"] }),
    "a comment, in the type": (p) => letter(p, { mime: ["Content-Type(x): multipart/mixed; boundary=foo"] }),
    "a fold, in the type": (p) => letter(p, { mime: ["Content-Type\r\n : multipart/mixed; boundary=foo"] }),
  },
  "no field": heads({
    "an empty name": (p) => [...FILE, `: x`, `${CTE}: ${p.encoding}`],
    "the type without a name": (p) => [": application/octet-stream; name=att.bin", `${CTE}: ${p.encoding}`],
    "a name twice": (p) => [...FILE, `${CTE}:${CTE}: ${p.encoding}`],
    "two colons": (p) => [...FILE, `${CTE}:: ${p.encoding}`],
    "no colon": (p) => [...FILE, `${CTE} ${p.encoding}`],
    "a line of junk": (p) => ["XXXXXXXX", ...FILE, `${CTE}: ${p.encoding}`],
    "a line of junk before": (p) => [...FILE, "XXXXXXXX", `${CTE}: ${p.encoding}`],
    "hidden in a continuation": (p) => [...FILE, `X-Foo :y\r\n ${CTE}: ${p.encoding}`],
    "a colon alone": (p) => [":", ...FILE, `${CTE}: ${p.encoding}`],
  }),
  "duplicate fields": {
    ...heads({
      "encoding, right first": (p) => [...FILE, `${CTE}: ${p.encoding}`, `${CTE}: ${other(p)}`],
      "encoding, right last": (p) => [...FILE, `${CTE}: ${other(p)}`, `${CTE}: ${p.encoding}`],
      "encoding, an empty one first": (p) => [...FILE, `${CTE}: `, `${CTE}: ${p.encoding}`],
      "encoding, junk first": (p) => [...FILE, `${CTE}: xxx`, `${CTE}: ${p.encoding}`],
      "encoding, junk last": (p) => [...FILE, `${CTE}: ${p.encoding}`, `${CTE}: xxx`],
      "encoding, three": (p) => [...FILE, `${CTE}: ${other(p)}`, `${CTE}: ${p.encoding}`, `${CTE}: ${p.encoding}`],
      "a multipart as well": (p) => [...FILE, "Content-Type: multipart/mixed; boundary=bar", `${CTE}: ${p.encoding}`],
      "a multipart first": (p) => ["Content-Type: multipart/mixed; boundary=bar", ...FILE, `${CTE}: ${p.encoding}`],
      disposition: (p) => [...FILE, "Content-Disposition: inline; filename=a.exe", `${CTE}: ${p.encoding}`],
    }),
    "type of the message, right first": (p) =>
      letter(p, { mime: ["Content-Type: multipart/mixed; boundary=foo", "Content-Type: text/plain"] }),
    "type of the message, right last": (p) =>
      letter(p, { mime: ["Content-Type: text/plain", "Content-Type: multipart/mixed; boundary=foo"] }),
    "two boundaries, right first": (p) =>
      letter(p, {
        mime: ["Content-Type: multipart/mixed; boundary=foo", "Content-Type: multipart/mixed; boundary=bar"],
      }),
    "two boundaries, right last": (p) =>
      letter(p, {
        mime: ["Content-Type: multipart/mixed; boundary=bar", "Content-Type: multipart/mixed; boundary=foo"],
      }),
  },
  "duplicate parameters": {
    ...types({
      "right first": "multipart/mixed; boundary=foo; boundary=bar",
      "right last": "multipart/mixed; boundary=bar; boundary=foo",
      "RFC 2231 right": "multipart/mixed; boundary*=''foo; boundary=bar",
      "RFC 2231 wrong": "multipart/mixed; boundary*=''bar; boundary=foo",
      three: "multipart/mixed; boundary=bar; boundary=foo; boundary=baz",
    }),
    "file names": (p) =>
      letter(p, {
        head: [
          "Content-Type: application/x",
          "Content-Disposition: attachment; filename=a.txt; filename=a.exe",
          `${CTE}: ${p.encoding}`,
        ],
      }),
  },
  "lists of values": {
    ...of("cte", {
      "right first": (p) => `${p.encoding}, ${other(p)}`,
      "right last": (p) => `${other(p)}, ${p.encoding}`,
      "quoted, right first": (p) => `"${p.encoding}", ${other(p)}`,
      "with a space": (p) => `${other(p)} ${p.encoding}`,
      "a comma before": (p) => `,${p.encoding}`,
      "a comma behind": (p) => `${p.encoding},`,
    }),
    ...types({
      "multipart last": "text/plain, multipart/mixed; boundary=foo",
      "multipart first": "multipart/mixed, text/plain; boundary=foo",
    }),
  },
  "unknown encodings": of("cte", {
    "x-": (p) => `x-${p.encoding}`,
    quoted: (p) => `"${p.encoding}"`,
    escaped: (p) => half(p.encoding).join("\\"),
    "a comment within": (p) => half(p.encoding).join("(x)"),
    "a folded comment within": (p) => half(p.encoding).join("(x\r\n y)"),
    "a comment before": (p) => `(x) ${p.encoding}`,
    "a comment behind": (p) => `${p.encoding} (x)`,
    "folded within": (p) => half(p.encoding).join("\r\n "),
    "an encoded-word": (p) => word(p.encoding),
    "junk behind": (p) => `${p.encoding}5`,
    "junk before": (p) => `xx${p.encoding}`,
    "a word before": (p) => `xx ${p.encoding}`,
    "a semicolon": (p) => `${p.encoding};`,
    "a parameter": (p) => `${p.encoding}; x=y`,
    abbreviated: (p) => p.encoding.slice(0, -1),
  }),
  "other encodings": {
    uuencode: (p) => letter(p, { cte: "uuencode", body: uuencode(p.bytes, false) }),
    "x-uuencode with its first line": (p) => letter(p, { cte: "x-uuencode", body: uuencode(p.bytes, true) }),
    yEnc: (p) => letter(p, { cte: "x-yencode", body: yenc(p.bytes, "file.bin") }),
    BinHex: (p) => letter(p, { cte: "binhex40", body: binhex(p.bytes, "file.bin") }),
    gzip64: (p) => letter(p, { cte: "gzip64", body: p.text }),
  },
  "boundary grammar": {
    ...bounds({
      empty: ['boundary=""', ""],
      "empty, then more": ['boundary=""foo', "foo"],
      "too long": [`boundary=${"x".repeat(300)}`, "x".repeat(300)],
      "space alone": ['boundary=" "', " "],
      "space at the end, declared": ['boundary="foo "', "foo"],
      "space at the beginning": ['boundary=" foo"', " foo"],
      "a space, unquoted": ["boundary=foo bar", "foo bar"],
      "a space, cut": ["boundary=foo bar", "foo"],
      "a comma": ["boundary=foo,bar", "foo"],
      "a semicolon, escaped": ["boundary=foo\\;bar", "foo;bar"],
      "a semicolon, cut": ['boundary="foo;bar"', "foo"],
      escapes: ["boundary=f\\oo", "foo"],
      "escapes, kept": ["boundary=f\\oo", "f\\oo"],
      "escaped quotes": ['boundary="f\\"oo"', 'f"oo'],
      "escaped quotes, cut": ['boundary="foo\\"bar"', "foo"],
      "quotes within": ['boundary=f"oo"', "foo"],
      "quotes within, kept": ['boundary=foo"bar"', 'foo"bar"'],
      "behind the quote": ['boundary="foo"bar', "foo"],
      "behind the quote, joined": ['boundary="foo"bar', "foobar"],
      "no closing quote": ['boundary="foo', "foo"],
      "single quotes": ["boundary='foo bar'", "foo bar"],
      "a comment behind": ["boundary=foo(bar)", "foo"],
      "a comment behind, kept": ["boundary=foo(bar)", "foo(bar)"],
      "a comment before": ["boundary=(bar)foo", "foo"],
      "a comment with another": ["boundary=(boundary=bar)foo", "bar"],
      "a comment between": ["boundary=foo(x)foo", "foofoo"],
      "an encoded-word": [`boundary="${word("foo")}"`, "foo"],
      "an encoded-word, Q": ['boundary="=?us-ascii?Q?foo?="', "foo"],
      "RFC 2231": ["boundary*=us-ascii''foo", "foo"],
      "RFC 2231, encoded": ["boundary*=''f%6Fo", "foo"],
      "RFC 2231, in pieces": ["boundary*0=fo; boundary*1=o", "foo"],
      "RFC 2231, out of order": ["boundary*1=o; boundary*0=fo", "foo"],
      "RFC 2231, UTF-16": ["boundary*=UTF-16''%00f%00o%00o", "foo"],
      "an escape before the equals": ["boundary\\=foo", "foo"],
      "an escape behind the equals": ["boundary=\\foo", "foo"],
      "an escape in the key": ["bou\\ndary=foo", "foo"],
    }),
  },
  "no boundary": {
    ...types({
      none: "multipart/mixed",
      "another key": "multipart/mixed; bound=foo",
      "a cut key": "multipart/mixed; oundary=foo",
      "no type": "boundary=foo",
      "a type of one word": "multipart; boundary=foo",
      "no subtype": "multipart/; boundary=foo",
      "an escaped type": "multi\\part/mixed; boundary=foo",
      "a type in the plural": "multiparts/mixed; boundary=foo",
      "x-multipart": "x-multipart/mixed; boundary=foo",
    }),
    "no type at all": (p) => letter(p, { mime: [] }),
    within: (p) => nested(p, "multipart/mixed", "--bar", "--bar--"),
    "within, another key": (p) => nested(p, "multipart/mixed; bound=bar", "--bar", "--bar--"),
  },
  delimiters: {
    ...of("delimiters", {
      "no closing one": () => ["--foo", "--foo", "--foo"],
      "none at the end": () => ["--foo", "--foo", ""],
      "a longer one": () => ["--foobar", "--foobar", "--foobar--"],
      "a longer one, with a space": () => ["--foo bar", "--foo bar", "--foo--"],
      "a longer one, once": () => ["--foo", "--foobar", "--foo--"],
      dashes: () => ["--foo", "--foo-", "--foo--"],
      "closed before": () => ["--foo", "--foo--\r\n--foo", "--foo--"],
      "closed with a word": () => ["--foo", "--foo--bar", "--foo--"],
    }),
    "the same within": (p) => nested(p, "multipart/mixed; boundary=foo", "--foo", "--foo--"),
    "the outer one begins the inner one": (p) =>
      nested(p, "multipart/mixed; boundary=foobar", "--foobar", "--foobar--"),
    "declared otherwise": (p) => letter(p, { delimiters: ["--bar", "--bar", "--bar--"] }),
    "another in the file": (p) =>
      letter(p, {
        type: "multipart/mixed; boundary=foo; boundary=bar",
        body: `${p.text.slice(0, 20)}\r\n--bar\r\n${p.text.slice(20)}`,
      }),
  },
  "outside the parts": {
    "a part in the preamble": (p) => letter(harmless(p), { preamble: entity(p) }),
    "a part behind the end": (p) => letter(harmless(p), { epilogue: `--foo\r\n${entity(p)}\r\n--foo--\r\n` }),
    "a part behind the end, another delimiter": (p) =>
      letter(harmless(p), { epilogue: `--bar\r\n${entity(p)}\r\n--bar--\r\n` }),
    "a header behind the end": (p) => letter(harmless(p), { epilogue: `${entity(p)}\r\n` }),
    "uuencode in the preamble": (p) => letter(harmless(p), { preamble: uuencode(p.bytes, true) }),
  },
  "the header comes late": {
    ...of("delimiters", {
      "an empty line": () => ["--foo", "--foo\r\n", "--foo--"],
      "two empty lines": () => ["--foo", "--foo\r\n\r\n", "--foo--"],
      "a line of text": () => ["--foo", "--foo\r\ntext\r\n", "--foo--"],
      "a line of white space": () => ["--foo", "--foo\r\n ", "--foo--"],
    }),
    ...of("join", {
      "no empty line": () => "",
      "a line of white space": () => " \r\n",
      "a line of a tab": () => "\t\r\n",
    }),
    "encoded text in the header": (p) => letter(p, { join: "ABCD\r\n\r\n" }),
    "padded text in the header": (p) => letter(p, { join: "ABC=\r\n\r\n" }),
    "in the first field": (p) => letter(p, { head: [...FILE, `${CTE}: 7bit`, "", `${CTE}: ${p.encoding}`] }),
  },
  "encoded structure": {
    "a multipart": (p) => part(p, "multipart/mixed; boundary=foo", inner(p).slice(inner(p).indexOf("--foo"))),
    "a message": (p) => part(p, "message/rfc822", inner(p)),
    "the whole message": (p) =>
      raw([
        ...TOP,
        "Content-Type: multipart/mixed; boundary=foo",
        `${CTE}: ${p.encoding}`,
        "",
        wrap(inner(p).slice(inner(p).indexOf("--foo")), p.encoding),
      ]),
    global: (p) => part(p, "message/global", inner(p)),
  },
  "messages within": {
    "as they are": (p) => plainPart(["Content-Type: message/rfc822"], inner(p)),
    "as a file": (p) => plainPart(["Content-Type: application/octet-stream; name=a.eml"], inner(p)),
    twice: (p) =>
      plainPart(
        ["Content-Type: message/rfc822"],
        plainPart(["Content-Type: message/rfc822"], inner(p)).toString("latin1"),
      ),
    "a fragment": (p) => plainPart(["Content-Type: message/partial; number=1; total=2; id=x"], inner(p)),
    "a fragment, alone": (p) => raw([...TOP, "Content-Type: message/partial; number=1; total=1; id=x", "", inner(p)]),
    elsewhere: (p) =>
      plainPart(
        ["Content-Type: message/external-body; access-type=URL; URL=http://example.org/a.exe"],
        `Content-Type: application/x\r\n\r\n${p.text}`,
      ),
  },
  "files in the text": {
    uuencode: (p) => raw([...TOP, "", "xin chao", uuencode(p.bytes, true)]),
    "uuencode in a part": (p) => plainPart(["Content-Type: text/plain"], `xin chao\r\n${uuencode(p.bytes, true)}`),
    yEnc: (p) => raw([...TOP, "", yenc(p.bytes, "a.exe")]),
    BinHex: (p) => raw([...TOP, "", binhex(p.bytes, "a.exe")]),
    "MIME without a header": (p) => raw([...TOP, "", "--foo", entity(p), "--foo--"]),
    "MIME in plain text": (p) => raw([...TOP, "Content-Type: text/plain", "", "--foo", entity(p), "--foo--"]),
  },
  "broken base64": base64Forms(),
  "broken quoted-printable": quotedPrintableForms(),
}

export const TEMPLATES: readonly Template[] = Object.entries({
  ...CLASSES,
  ...GRAMMAR,
  ...CARVED,
  "character sets": CHARSETS,
}).flatMap(([kind, forms]) => Object.entries(forms).map(([id, make]) => ({ class: kind, id, make })))
