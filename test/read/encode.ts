/** Writes Vietnamese in the encodings the gateway reads, from tables of their own: by letter where the readers go by byte. */

const SMALL = "àảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵăâêôơưđ"

/** Bytes of those letters, and of their capitals. */
const TABLES = {
  tcvn3: [
    "b5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfea8a9aaabacadae",
    "b5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfea1a2a3a4a5a6a7",
  ],
  tcvn5712: [
    "b5b6b7b8b9bbbcbdbec6c7c8c9cacbcccecfd0d1d2d3d4d5d6d7d8dcdddedfe1e2e3e4e5e6e7e8e9eaebecedeeeff1f2f3f4f5f6f7f8f9fafbfcfdfea8a9aaabacadae",
    "8081828384afbabfc085c1c2c3c4868788898a8bc5cdd9da8c8d8e8f90919293949596dbe0f0ff9798999a9b9c9d9e9f010204050611121314151617a1a2a3a4a5a6a7",
  ],
  viscii: [
    "e0e4e3e1d5a2c6c7a1a3a5a6e7a4a7e8eba8e9a9abacadaaaeecefeeedb8f2f6f5f3f7b0b1b2afb5b6b7debefef9fcfbfaf8d7d8e6d1f1cfd6dbfddce5e2eaf4bddff0",
    "c0c4c3c18082020581838586068487c8cb88c9898b8c8d8a8ecc9bcecd98d299a0d39a9091928f939697b39594d99c9dda9ebbbcffbab99f1419dd1ec5c2cad4b4bfd0",
  ],
  vps: [
    "e0e4e3e1e5a2a3a4a1a5c0c4c5c3c6e8c8ebe9cb8a8bcd898cecccefedcef2d5f5f386d2b087d3b6a9aaaba7aef9fbdbfaf8d8babbd9bfff9bcf9a9ce6e2eaf4d6dcc7",
    "808182c1e58e8ff08da58485c583c6d7defec9cb939495908cb5b7b8b4cebcbdbeb98697989996b69e9fa69daea8d1acdaf8afb1bbadbfb2fdb3dd9c88c2cad4f7d0f1",
  ],
} as const

const VNI = [
  "61f8 61fb 61f5 61f9 61ef 61e8 61fa 61fc 61e9 61eb 61e0 61e5 61e3 61e1 61e4 65f8 65fb 65f5 65f9 65ef 65e0 65e5 65e3 65e1 65e4 ec e6 f3 ed f2 6ff8 6ffb 6ff5 6ff9 6fef 6fe0 6fe5 6fe3 6fe1 6fe4 f4f8 f4fb f4f5 f4f9 f4ef 75f8 75fb 75f5 75f9 75ef f6f8 f6fb f6f5 f6f9 f6ef 79f8 79fb 79f5 79f9 ee 61ea 61e2 65e2 6fe2 f4 f6 f1",
  "41d8 41db 41d5 41d9 41cf 41c8 41da 41dc 41c9 41cb 41c0 41c5 41c3 41c1 41c4 45d8 45db 45d5 45d9 45cf 45c0 45c5 45c3 45c1 45c4 cc c6 d3 cd d2 4fd8 4fdb 4fd5 4fd9 4fcf 4fc0 4fc5 4fc3 4fc1 4fc4 d4d8 d4db d4d5 d4d9 d4cf 55d8 55db 55d5 55d9 55cf d6d8 d6db d6d5 d6d9 d6cf 59d8 59db 59d5 59d9 ce 41ca 41c2 45c2 4fc2 d4 d6 d1",
] as const

function byTable(text: string, [small, capital]: readonly [string, string], width: 2 | 0): string {
  const rows = (row: string): string[] =>
    (width === 0 ? row.split(" ") : (row.match(/../g) ?? [])).map((hex) => Buffer.from(hex, "hex").toString("latin1"))
  const letters = new Map<string, string>([
    ...rows(small).map((octets, index): [string, string] => [SMALL.charAt(index), octets]),
    ...rows(capital).map((octets, index): [string, string] => [SMALL.charAt(index).toUpperCase(), octets]),
  ])
  return Array.from(text.normalize("NFC"), (letter) => letters.get(letter) ?? letter).join("")
}

/** Shape stays with the letter, the tone stands behind it: what UniKey calls "tổ hợp". */
function mixed(text: string): string {
  return text
    .normalize("NFD")
    .replace(
      /(\p{L})(\u0323?)([\u0302\u0306\u031b])(\u0323?)/gu,
      (_, letter: string, dot: string, shape: string, behind: string) =>
        `${`${letter}${shape}`.normalize("NFC")}${dot}${behind}`,
    )
}

/** Tones behind letters with shape, and the bytes of Windows-1258 for both. */
function cp1258(text: string): string {
  const bytes: Readonly<Record<string, string>> = Object.fromEntries(
    Array.from("ĂÂÊÔƠƯĐăâêôơưđ\u0300\u0309\u0303\u0301\u0323", (letter, index) => [
      letter,
      Buffer.from("c3c2cad4d5ddd0e3e2eaf4f5fdf0ccd2deecf2", "hex").toString("latin1").charAt(index),
    ]),
  )
  return Array.from(mixed(text), (letter) => bytes[letter] ?? letter).join("")
}

function viqr(text: string): string {
  const marks: Readonly<Record<string, string>> = {
    "\u0302": "^",
    "\u0306": "(",
    "\u031b": "+",
    "\u0300": "`",
    "\u0301": "'",
    "\u0309": "?",
    "\u0303": "~",
    "\u0323": ".",
  }
  return mixed(text)
    .replace(/[ĐđÂâĂăÊêÔôƠơƯư]/g, (letter) => (letter === "Đ" ? "DD" : letter === "đ" ? "dd" : letter.normalize("NFD")))
    .replace(/[\u0300-\u0323]/g, (mark) => marks[mark] ?? "")
}

function unaccented(text: string): string {
  return text
    .normalize("NFD")
    .replace(/[\u0300-\u0323]/g, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D")
}

/** Octets as latin1 of a text in each encoding; `named`: what the gateway calls it, null when nothing needs to be told. */
export const WRITTEN: readonly {
  readonly as: string
  readonly named: string | null
  readonly write: (text: string) => string
}[] = [
  { as: "NFC", named: null, write: (text) => utf8(text.normalize("NFC")) },
  { as: "NFD", named: null, write: (text) => utf8(text.normalize("NFD")) },
  { as: "UniKey mixed", named: null, write: (text) => utf8(mixed(text)) },
  { as: "TCVN3", named: "TCVN3 (ABC)", write: (text) => byTable(text, TABLES.tcvn3, 2) },
  { as: "TCVN3 .VnTimeH", named: "TCVN3 (ABC)", write: (text) => byTable(lowered(text), TABLES.tcvn3, 2) },
  { as: "TCVN 5712", named: "TCVN 5712", write: (text) => byTable(text, TABLES.tcvn5712, 2) },
  { as: "VNI", named: "VNI-Windows", write: (text) => byTable(text, VNI, 0) },
  { as: "VISCII", named: "VISCII", write: (text) => byTable(text, TABLES.viscii, 2) },
  { as: "VPS", named: "VPS", write: (text) => byTable(text, TABLES.vps, 2) },
  { as: "CP1258", named: "Windows-1258", write: cp1258 },
  { as: "VIQR", named: "VIQR", write: viqr },
  { as: "unaccented", named: null, write: unaccented },
  { as: "UTF-8 twice", named: "UTF-8 decoded twice", write: (text) => utf8(utf8(text)) },
  {
    as: "entities",
    named: null,
    write: (text) => text.replace(/[^\0-\x7f]/g, (letter) => `&#${letter.codePointAt(0)};`),
  },
]

function utf8(text: string): string {
  return Buffer.from(text, "utf8").toString("latin1")
}

/** Lines all in capitals, as they are typed for a font of capitals. */
export function lowered(text: string): string {
  return text
    .split("\n")
    .map((line) => (/\p{Ll}|[\d:;]/u.test(line) ? line : line.toLowerCase()))
    .join("\n")
}
