/** Words as people look for them: without case and accents, đ as d; two spellings of one word are one. */

export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replaceAll("đ", "d")
    .replace(/[^\p{L}\p{N}]+/gu, " ")
}

/** An expression of FTS5 that holds nothing but quoted words, the last of which may go on. Null: no word. */
export function query(words: string): string | null {
  const all = fold(words)
    .split(" ")
    .filter((word) => word !== "")
    .slice(0, 20)
  return all.length === 0 ? null : all.map((word) => `"${word}"`).join(" ") + "*"
}
