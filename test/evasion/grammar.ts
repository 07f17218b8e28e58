/** Types, delimiters, encodings and field names written a little otherwise than their grammar has it. */
import { CTE, entity, FILE, type Forms, letter, type Payload, raw, TOP, types } from "./letter.ts"

const each = (values: readonly string[], make: (value: string, p: Payload) => Buffer): Forms =>
  Object.fromEntries(values.map((value) => [JSON.stringify(value), (p: Payload) => make(value, p)]))

const TYPES = [
  'multipart/mixed; x="a; boundary=bar"; boundary=foo',
  'multipart/mixed; boundary="bar\\"; boundary=foo"',
  "multipart/mixed boundary=foo",
  "multipart/mixed, boundary=foo",
  "multipart/mixed: boundary=foo",
  "multipart/mixed;; boundary=foo",
  "multipart/mixed; boundary:foo",
  "multipart/mixed; boundary==foo",
  "multipart / mixed; boundary=foo",
  "multipart/mixed\r\n ;boundary=foo",
  '"multipart/mixed"; boundary=foo',
  "=?utf-8?Q?multipart/mixed?=; boundary=foo",
  "multipart/mixed; boundary\t=\tfoo",
  "multipart/mixed; boundary=\r\n foo",
  "multipart/mixed; boun\r\n dary=foo",
  "multipart/mixed; boundary=f\r\n oo",
  "multipart/mixed; boundary*=utf-8'vi'foo",
  "boundary=foo; multipart/mixed",
  "; multipart/mixed; boundary=foo",
  "=multipart/mixed; boundary=foo",
  "multipart/mixed+x; boundary=foo",
  "multipart/mixed/x; boundary=foo",
  "multipart/*; boundary=foo",
  "application/multipart; boundary=foo",
  "text/plain; boundary=foo",
  "message/rfc822; boundary=foo",
  "multipart/appledouble; boundary=foo",
  "multipart/digest; boundary=foo",
  "multipart/signed; boundary=foo",
  "multipart/encrypted; boundary=foo",
  "multipart/report; boundary=foo",
  "multipart/byteranges; boundary=foo",
  "multipart/mixed;\xa0boundary=foo",
  "multipart/mixed; boundary=foo boundary=bar",
  "multipart/mixed; boundary='foo'",
]
const SECOND = [
  " --foo",
  "\t--foo",
  "--foo\t",
  "--foo x",
  "-- foo",
  "---foo",
  "--FOO",
  "--foo:",
  '--"foo"',
  "--foo;",
  "--foo-- ",
  "--fo",
  "--foo\x0b",
]
const ALL = [" --foo", "-- foo", "---foo", "--FOO", '--"foo"', "foo", "--'foo'"]
/** `@` stands for the encoding. */
const ENCODINGS = [
  "=@",
  '"@',
  '@"',
  "<@>",
  "'@'",
  "@,",
  "@.",
  "@\t",
  "\xa0@",
  "@\xa0",
  "(a(b)c)@",
  "@(\\))",
  "@\r\n ",
  "\r\n @",
  "@:x",
  "@/x",
  "@=",
  "[@]",
  "7bit @",
  "@ 7bit",
  "8bit;@",
  "binary,@",
  "@\\",
  "%@",
  "=?utf-8?Q?@?=",
  "=?utf-8?Q?@",
  "@\x7f",
  "@-",
  "@_",
]
const NAMES = [
  `${CTE}\xa0`,
  `\xa0${CTE}`,
  `\xef\xbb\xbf${CTE}`,
  CTE.replace("-", "\xad-"),
  CTE.replaceAll("-", "_"),
  CTE.replaceAll("-", " "),
  `"${CTE}"`,
  `'${CTE}`,
  `<${CTE}>`,
  `${CTE};`,
  `${CTE}=`,
  `=?utf-8?Q?${CTE}?=`,
  `#${CTE}`,
  `;${CTE}`,
  `>${CTE}`,
  `-${CTE}`,
  `.${CTE}`,
  `${CTE}.`,
  CTE.replace("C", "\xd0\xa1"),
]

export const GRAMMAR: Readonly<Record<string, Forms>> = {
  "types of odd grammar": types(Object.fromEntries(TYPES.map((type) => [type, type]))),
  "delimiters of odd grammar": {
    ...each(SECOND, (line, p) => letter(p, { delimiters: ["--foo", line, "--foo--"] })),
    ...Object.fromEntries(
      Object.entries(each(ALL, (line, p) => letter(p, { delimiters: [line, line, `${line}--`] }))).map(([id, make]) => [
        `${id} throughout`,
        make,
      ]),
    ),
  },
  "encodings of odd grammar": each(ENCODINGS, (value, p) => letter(p, { cte: value.replace("@", p.encoding) })),
  "field names of odd grammar": each(NAMES, (name, p) => letter(p, { head: [...FILE, `${name}: ${p.encoding}`] })),
  "odd headers": {
    "a fold of white space alone": (p) => letter(p, { head: [...FILE, `${CTE}:\r\n \r\n ${p.encoding}`] }),
    "a line of 5,000 characters before": (p) =>
      letter(p, { head: [...FILE, `X: ${"a".repeat(5_000)}`, `${CTE}: ${p.encoding}`] }),
    "1,200 fields before": (p) =>
      letter(p, { head: [...FILE, ...Array.from({ length: 1_200 }, (_, n) => `X-${n}: a`), `${CTE}: ${p.encoding}`] }),
    "a name of 3,000 characters": (p) =>
      letter(p, {
        head: [`Content-Type: application/octet-stream; name="${"a".repeat(3_000)}.bin"`, `${CTE}: ${p.encoding}`],
      }),
    "the end before the beginning": (p) => letter(p, { preamble: "--foo--" }),
    "another version of MIME": (p) =>
      letter(p, { mime: ["MIME-Version: 2.0", "Content-Type: multipart/mixed; boundary=foo"] }),
    "no version of MIME": (p) =>
      letter(p, { mime: ["MIME-Version: x", "Content-Type: multipart/mixed; boundary=foo"] }),
    "the file in a digest": (p) =>
      raw([...TOP, "Content-Type: multipart/digest; boundary=d", "", "--d", "", "Subject: x", entity(p), "--d--"]),
  },
}
