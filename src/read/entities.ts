/** Numbers of characters in text that is no mark-up. */

const NUMBERED = /&#(?:(\d{2,7})|x([0-9a-f]{2,6}));/gi

export function decodedEntities(text: string): string {
  return text.replace(NUMBERED, (written, decimal: string | undefined, hexadecimal: string | undefined) => {
    const code = decimal === undefined ? Number.parseInt(hexadecimal ?? "", 16) : Number(decimal)
    const isCharacter = code > 0x7f && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    return isCharacter ? String.fromCodePoint(code) : written
  })
}
