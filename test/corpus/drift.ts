/** What happens to a text between its writer and its reader: lost accents, combining letters, scans, torn syllables, quotation. */
import { type Random, type Chance } from "./random.ts"

export type Drift = (text: string, random: Random) => string

export const same: Drift = (text) => text
export const unaccented: Drift = (text) =>
  text
    .normalize("NFD")
    .replace(/[\u0300-\u036f]/g, "")
    .replace(/đ/g, "d")
    .replace(/Đ/g, "D")
export const decomposed: Drift = (text) => text.normalize("NFD")
/** Letters with their shape, tones beside them, as one keyboard program types. */
export const toned: Drift = (text) =>
  text
    .normalize("NFD")
    .replace(
      /(.)(\u0323?)(\u0302|\u0306|\u031b)/gu,
      (_, base: string, dot: string, shape: string) => `${`${base}${shape}`.normalize("NFC")}${dot}`,
    )
export const quoted: Drift = (text) => text.replace(/^/gm, "> ")

const MISREAD: Readonly<Record<string, readonly string[]>> = {
  o: ["0"],
  O: ["0"],
  l: ["1", "I"],
  I: ["l", "1"],
  "1": ["l"],
  ậ: ["â", "ấ", "ạ"],
  ộ: ["ô", "ọ"],
  ề: ["ê"],
  ử: ["ư", "ứ"],
  ơ: ["o"],
  ư: ["u"],
  đ: ["d"],
  ằ: ["ă"],
  Ậ: ["Â", "Ấ"],
  Ộ: ["Ô", "Ọ"],
  Ủ: ["Ư", "Ú"],
  Ỉ: ["I"],
  é: ["e"],
  ụ: ["u"],
  ị: ["i"],
  Ò: ["O"],
  á: ["à"],
}
/** Of a scan: one letter in thirty is another one. */
export const scanned: Drift = (text, random) =>
  Array.from(text)
    .map((letter) => {
      const others = MISREAD[letter]
      return others !== undefined && random.chance(0.08) ? random.pick(others) : letter
    })
    .join("")

/** Of the gazette's PDFs: blanks before accented letters. */
export const torn: Drift = (text, random) =>
  text.replace(
    /(\p{L})([ăâđêôơưàảãáạằẳẵắặầẩẫấậèẻẽéẹềểễếệìỉĩíịòỏõóọồổỗốộờởỡớợùủũúụừửữứựỳỷỹýỵĂÂĐÊÔƠƯÀẢÃÁẠẰẲẴẮẶẦẨẪẤẬÈẺẼÉẸỀỂỄẾỆÌỈĨÍỊÒỎÕÓỌỒỔỖỐỘỜỞỠỚỢÙỦŨÚỤỪỬỮỨỰỲỶỸÝỴ])/gu,
    (both, before: string, letter: string) => (random.chance(0.25) ? `${before} ${letter}` : both),
  )

/** Fingers: a letter left out, or two changed about. */
export const mistyped: Drift = (text, random) =>
  text.replace(/\p{Ll}{4,}/gu, (word) => {
    if (!random.chance(0.04)) return word
    const at = 1 + random.below(word.length - 2)
    return random.chance(0.5)
      ? word.slice(0, at) + word.slice(at + 1)
      : `${word.slice(0, at)}${word[at + 1] ?? ""}${word[at] ?? ""}${word.slice(at + 2)}`
  })

/** Hyphens, quotes and blanks as word processors put them. */
export const polished: Drift = (text) =>
  text
    .replace(/ - /g, " – ")
    .replace(/"([^"]*)"/g, "“$1”")
    .replace(/: /g, ":\u00a0")

export const forwarded: Drift = (text, random) =>
  `${random.pick(["Anh xem giúp em nhé.", "Chuyển chị để biết.", "FYI", "Em gửi lại ạ."])}\n\n---------- Forwarded message ---------\nFrom: Văn thư <vanthu@songbach.gov.vn>\nDate: Th 2, 9 thg 11, 2026\nSubject: Văn bản\nTo: <an@songbach.gov.vn>\n\n${text}`

export const DRIFTS: readonly Chance<readonly [string, Drift]>[] = [
  [34, ["", same]],
  [8, ["unaccented", unaccented]],
  [6, ["decomposed", decomposed]],
  [6, ["toned", toned]],
  [8, ["quoted", quoted]],
  [9, ["scanned", scanned]],
  [8, ["torn", torn]],
  [7, ["mistyped", mistyped]],
  [7, ["polished", polished]],
  [7, ["forwarded", forwarded]],
]
