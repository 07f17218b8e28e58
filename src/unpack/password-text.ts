/** Finds passwords that a message tells for its own attachments: "Mật khẩu giải nén: Abc@2026". */

/** Words that announce one, Vietnamese with and without accents, and English. */
const CUE =
  /(?<![\p{L}\p{N}])(?:mật\s{0,3}khẩu|mat\s{0,3}khau|mật\s{0,3}mã|mã\s{1,3}(?:mở|khóa|khoá|giải\s{1,3}nén|bảo\s{1,3}vệ)|ma\s{1,3}(?:mo|khoa|giai\s{1,3}nen)|mk|pass(?:words?|wd|code|phrase)?|pwd|pw|pin)(?![\p{L}\p{N}])/giu
/** Words between the cue and the password. */
const FILLER = new Set(
  (
    "là la is are của cua file tệp tep tập tin giải giai nén nen để de mở mo xem đọc doc thư thu kèm kem đính dinh cho này nay như nhu sau dưới duoi bên " +
    "ở o the for to of open unzip zip rar 7z pdf attached attachment archive below following as follows word excel và va trong đây day anh chị ạ a nhé em"
  ).split(" "),
)
const QUOTED = /["“”'‘’«»`]([^"“”'‘’«»`\r\n]{1,64})["“”'‘’«»`]/gu
const EDGES = /^[\s"“”'‘’«»`()[\]{}<>,;:]+|[\s"“”'‘’«»`()[\]{}<>,;:]+$/gu

/** Characters behind a cue in which its password stands, cues that are followed, words behind one that are tried. */
const REACH = 160
const MOST_CUES = 10
const MOST_WORDS = 6
const LONGEST = 64

/** Most likely first. */
export function passwordsIn(texts: readonly string[]): readonly string[] {
  const found: string[] = []
  for (const given of texts) {
    const text = given.normalize("NFC")
    let cues = 0
    for (const cue of text.matchAll(CUE)) {
      if (++cues > MOST_CUES) break
      const from = cue.index + cue[0].length
      found.push(...behind(text.slice(from, from + REACH)))
      const before = words(text.slice(Math.max(0, cue.index - LONGEST), cue.index)).slice(-2)
      found.push(...before.filter((word) => looksLike(word)))
    }
  }
  // Words that look like one, in a text that announces it somewhere else or not at all.
  const likely = texts.flatMap((text) => words(text.slice(0, 20_000)).filter((word) => looksLike(word)))
  return [...new Set([...found, ...likely.slice(0, MOST_CUES)])].filter(({ length }) => length > 0 && length <= LONGEST)
}

function behind(text: string): readonly string[] {
  const quoted = [...text.matchAll(QUOTED)].map(([, inside = ""]) => inside.trim())
  // The rest of the line, of several words: "mật khẩu: xin chào 123".
  const [, line = ""] = /^[^\r\n:=]{0,60}[:=][ \t]*([^\r\n]{1,64})/u.exec(text) ?? []
  const said = words(text)
    .filter((word) => !FILLER.has(word.toLowerCase()))
    .slice(0, MOST_WORDS)
  return [...quoted, ...said.slice(0, 2), ...variants(line.trim()), ...said.slice(2)]
}

/** Each as it stands, and without the full stop of its sentence. */
function words(text: string): readonly string[] {
  return text.split(/\s+/u).flatMap((word) => {
    const bare = word.replace(EDGES, "")
    const [, value = ""] = /^[\p{L}]{1,20}[:=](\S+)$/u.exec(bare) ?? []
    return [...variants(bare), ...variants(value)]
  })
}

function variants(word: string): readonly string[] {
  const bare = word.replace(/[.,;!?]+$/u, "")
  return (bare === word ? [word] : [bare, word]).filter((one) => one !== "")
}

/** Letters and digits, or a mark among them, as nobody writes in a sentence. */
function looksLike(word: string): boolean {
  return (
    word.length >= 4 &&
    word.length <= 24 &&
    /\d/.test(word) &&
    /[\p{L}@#$%&*!_-]/u.test(word) &&
    !/^[\d./:-]+$|@.*\./.test(word)
  )
}
