/** Letters that look like Latin ones, and the shape a name has for the eye. Pure. */

/**
 * From the Unicode confusables (UTS #39), as far as they may stand in a domain name and look like Latin letters, with small
 * capitals and the Cyrillic and Greek letters people use in their place.
 */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  a: "ɑαаᗅᴀ⍶⍺ꓮ𐊠𖽀",
  aa: "ꜳ",
  ae: "æӕ",
  ao: "ꜵ",
  ar: "🜇",
  au: "ꜷ",
  av: "ꜹꜻ",
  ay: "ꜽ",
  b: "ßƀƃƅɓʙβвѣҍᑲᑳᖯᗷꓐ𐊂𐊡𐌁",
  c: "¢ȼсҫᴄ₡ⲥꓚ𐊢𐌂𐐽𐔜𑣩𑣲🅮🝌",
  d: "ðđƌɖɗԁᑯᗞᗪᴅ₫ꓒꓓꮷ",
  dz: "ʣ",
  e: "ɇɛεеєҽҿᴇ℮⋿ⴹꓰꬲ𐊆",
  f: "ƒϝքᖴᵮẝꓝꜰꞙꬵ𐊇𐊥𐔥𑣂𝈓",
  g: "ƍǥɠɡɢցᶃꓖ",
  h: "ħɦʜнћһհᏺᕼⱨⲏꓧꚕꮒ𐋏",
  i: "ıɨɩɪιіᵻᵼ⍳⍸ꙇ𑣃",
  j: "ɉʝϳјᒍᴊꓙ",
  k: "ĸƙκкᛕᴋ₭ⱪꓗꝁ𐔘",
  l: "łƚǀɫɭʟӏ۱ᒪᛁ∣⏽ⲓⵏꓡꓲ𐊊𐌉𐌠𐔦𑣒𖼖𖼨𝈪",
  ll: "ǁ‖∥𐆙",
  lo: "ю",
  ls: "ʪ",
  lt: "₶",
  lz: "ʫ",
  m: "ϻмᗰᛖᴍⲙꓟ𐊰𐌑",
  mb: "🝫",
  n: "ƞɲɳɴηпոռᵰⲛꓠ𐆎𐔓",
  o: "øɵθοσоѳөօ۵०০੦૦ଠ୦௦౦೦ഠ൦๐໐တဝ၀ჿዐᴏᴑ⊖⊝⍬ⲟⴱⵁⵔ〇ꓳꝋꬽꬾ𐊒𐊫𐐬𐓪𐔖𑓐𑣈𑣗𑣠𝈚🜔",
  oe: "œ",
  oo: "∞ꚙꝏ",
  p: "þƥρрᑭᴘᵽ⍴ⲣꓑ𐊕",
  q: "ʠԛգզⵕꞯ",
  qe: "🜀",
  r: "ɍɼɽʀгғᖇᴦᵲⲅꓣꭇꭈ𐓜𖼵𝈖",
  rn: "ɱᵯ₥𑜀𑣣",
  s: "ƽʂѕտᵴꓢꜱꮥ𐊖𐑈𑣁𖼺",
  t: "ŧƭʈτтᴛᵵ₮⊤⍡⟙ⱦⲧꓔ𐊗𐊱𐌕𖼊🝨",
  tf: "ꝷ",
  ts: "ʦ",
  u: "ʉʋμυцսሀᑌᴜᵾ∪⋃ꓴꞟꭎꭒ𐓶𑣘𖽂",
  ue: "ᵫ",
  uo: "ꭣ",
  v: "νѵ۷ᐯᴠ∨⋁ⴸꓦꛟ𐆗𐔝𑜆𑣀𖼈𝈍🜈",
  vb: "🝬",
  w: "ɯωшѡѽԝաᴡ₩ꓪꝡꮤ𑓅𑜊𑜎𑜏𑣦𑣯",
  x: "×χхҳᕁᕽ᙭᙮ᚷ╳⤫⤬⨯⨰ⵝꓫ𐆖𐊐𐊴𐌗𐌢𐔧𑣬",
  y: "¥ƴɏɣʏγуүұყᶌỿⲩꓬꭚꭹꮍ𐊲𑣜𖽃",
  z: "ƶȥʐζᴢᵶꓜ𐋵𑣄𑣉𑣥",
}

const SHAPES: ReadonlyMap<string, string> = new Map(
  Object.entries(LOOKS_LIKE).flatMap(([shape, letters]) => Array.from(letters, (letter) => [letter, shape] as const)),
)

/** Two texts of one skeleton cannot be told apart at a glance: marks are gone, `0` is o, `1` is l, `rn` is m, `vv` is w. */
export function skeleton(text: string): string {
  const bare = text
    .normalize("NFKD")
    .replace(/\p{M}|\p{Cf}/gu, "")
    .toLowerCase()
  const latin = /^[\0-\x7f]*$/.test(bare) ? bare : Array.from(bare, (letter) => SHAPES.get(letter) ?? letter).join("")
  return latin.replaceAll("0", "o").replaceAll("1", "l").replaceAll("rn", "m").replaceAll("vv", "w")
}
