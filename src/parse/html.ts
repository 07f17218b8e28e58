/** The text a reader sees of an HTML part: one pass, linear, no tree. */

/** Elements whose content is not shown. */
const HIDDEN = new Set(["script", "style", "title", "template"])
/** Elements that begin or end a line. */
const BLOCKS = new Set(
  (
    "address article aside blockquote body br center dd div dl dt fieldset footer form h1 h2 h3 h4 h5 h6 head header hr html " +
    "li main nav ol p pre section table tbody td tfoot th thead tr ul"
  ).split(" "),
)

/** What is opened and never closed (comment, tag, script) hides the rest, as in a browser. */
export function htmlText(html: string): string {
  let out = ""
  for (let at = 0; at < html.length; ) {
    const tag = html.indexOf("<", at)
    if (tag === -1) return out + shown(html.slice(at))
    out += shown(html.slice(at, tag))
    const comment = html.startsWith("<!--", tag)
    if (!comment && !/[a-z/!?]/i.test(html.charAt(tag + 1))) {
      out += "<"
      at = tag + 1
      continue
    }
    const close = comment ? html.indexOf("-->", tag) : html.indexOf(">", tag)
    if (close === -1) return out
    at = close + (comment ? 3 : 1)
    const name = comment ? "" : (/^<\/?([a-z0-9]{1,20})/i.exec(html.slice(tag, tag + 24))?.[1] ?? "").toLowerCase()
    if (BLOCKS.has(name)) out += "\n"
    if (HIDDEN.has(name) && html[tag + 1] !== "/") {
      const end = endOf(html, name, at)
      if (end === -1) return out
      at = end
    }
  }
  return out
}

/** Where `</name` begins, whatever its case; -1 when it never does. */
function endOf(html: string, name: string, from: number): number {
  for (let at = html.indexOf("</", from); at !== -1; at = html.indexOf("</", at + 2)) {
    if (html.slice(at + 2, at + 2 + name.length).toLowerCase() === name) return at
  }
  return -1
}

/** Runs of white space are one space in HTML; entities are decoded last, so that `&lt;` makes no tag. */
function shown(text: string): string {
  return text.replace(/\s+/g, " ").replace(/&(#\d{1,7}|#x[0-9a-f]{1,6}|[a-z]{2,8}\d?);?/gi, entity)
}

function entity(written: string, name: string): string {
  if (!name.startsWith("#")) return ENTITIES.get(name) ?? written
  const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
  return code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : "\ufffd"
}

/** U+00A0 to U+00FF in order. HTML 4.01 §24.2.1. */
const LATIN1 =
  "nbsp iexcl cent pound curren yen brvbar sect uml copy ordf laquo not shy reg macr deg plusmn sup2 sup3 acute micro para " +
  "middot cedil sup1 ordm raquo frac14 frac12 frac34 iquest Agrave Aacute Acirc Atilde Auml Aring AElig Ccedil Egrave Eacute " +
  "Ecirc Euml Igrave Iacute Icirc Iuml ETH Ntilde Ograve Oacute Ocirc Otilde Ouml times Oslash Ugrave Uacute Ucirc Uuml " +
  "Yacute THORN szlig agrave aacute acirc atilde auml aring aelig ccedil egrave eacute ecirc euml igrave iacute icirc iuml " +
  "eth ntilde ograve oacute ocirc otilde ouml divide oslash ugrave uacute ucirc uuml yacute thorn yuml"

/** Those of Vietnamese letters and of what word processors write; a number stands for every other character. */
const ENTITIES: ReadonlyMap<string, string> = new Map([
  ...LATIN1.split(" ").map((name, index): [string, string] => [name, String.fromCodePoint(0xa0 + index)]),
  ...Object.entries({ amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" }),
  ...Object.entries({
    Abreve: "Ă",
    abreve: "ă",
    Dstrok: "Đ",
    dstrok: "đ",
    Itilde: "Ĩ",
    itilde: "ĩ",
    Utilde: "Ũ",
    utilde: "ũ",
  }),
  ...Object.entries({ ndash: "–", mdash: "—", lsquo: "‘", rsquo: "’", ldquo: "“", rdquo: "”", hellip: "…", bull: "•" }),
  ...Object.entries({ euro: "€", trade: "™", ensp: " ", emsp: " ", thinsp: " ", zwnj: "\u200c", zwj: "\u200d" }),
])
