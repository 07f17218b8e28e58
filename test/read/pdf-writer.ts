/** Writes small PDFs: each run of text in one of two fonts whose glyphs only a ToUnicode map explains. ISO 32000-1 §9.10.3. */

/** Where a run begins, in points; `gaps`: text whose `_` are left as room for a letter of another font. */
export interface Placed {
  readonly text: string
  readonly x: number
  readonly y: number
  readonly font?: 1 | 2
}

const SIZE = 12
/** Every glyph is half as wide as the font is high. */
export const ADVANCE = SIZE / 2

/** Glyph numbers are character codes; `_` leaves a gap as wide as a glyph. */
function shown({ text, x, y, font = 1 }: Placed, first: number): string {
  const pieces = text.split("_").map((piece) => {
    const codes = Array.from(piece).map((letter) =>
      (first + (letter.codePointAt(0) ?? 0)).toString(16).padStart(4, "0"),
    )
    return `<${codes.join("")}>`
  })
  return `BT /F${font} ${SIZE} Tf 1 0 0 1 ${x} ${y} Tm [${pieces.join(" -500 ")}] TJ ET`
}

/** Entries of one block of a CMap. Adobe Technical Note 5014, §5.2. */
const BLOCK = 100

/** Of the letters that occur, as programs write it: a map of all 65,536 would be what reading such a file takes longest for. */
function toUnicode(pages: readonly (readonly Placed[])[]): string {
  const codes = [...new Set(pages.flat().flatMap(({ text }) => text.split("").map((unit) => unit.charCodeAt(0))))]
  const entries = codes.map((code) => code.toString(16).padStart(4, "0")).map((code) => `<${code}> <${code}>`)
  const blocks = Array.from({ length: Math.ceil(entries.length / BLOCK) }, (_, index) => {
    const some = entries.slice(index * BLOCK, (index + 1) * BLOCK)
    return `${some.length} beginbfchar\n${some.join("\n")}\nendbfchar`
  })
  return `/CIDInit /ProcSet findresource begin 12 dict begin begincmap /CMapName /X def /CMapType 2 def
1 begincodespacerange <0000> <ffff> endcodespacerange
${blocks.join("\n")}
endcmap end end`
}

export function pdf(
  pages: readonly (readonly Placed[])[],
  options: { readonly explained?: boolean; readonly signature?: number } = {},
): Buffer {
  const objects: string[] = []
  const add = (body: string): number => objects.push(body)
  const stream = (data: string): string => `<</Length ${Buffer.byteLength(data)}>>stream\n${data}\nendstream`
  add("<</Type/Catalog/Pages 2 0 R>>")
  add("")
  const map = add(stream(toUnicode(pages)))
  /** Private use: glyph numbers that are nobody's characters. */
  const first = options.explained === false ? 0xe000 : 0
  const explained = options.explained === false ? "" : `/ToUnicode ${map} 0 R`
  const fonts = ["Main", "Spare"].map((name) => {
    const described = add(
      `<</Type/FontDescriptor/FontName/${name}/Flags 4/FontBBox[0 0 500 800]/ItalicAngle 0/Ascent 800/Descent 0/CapHeight 700/StemV 80>>`,
    )
    const inner = add(
      `<</Type/Font/Subtype/CIDFontType2/BaseFont/${name}/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>/FontDescriptor ${described} 0 R/DW 500>>`,
    )
    return add(
      `<</Type/Font/Subtype/Type0/BaseFont/${name}/Encoding/Identity-H/DescendantFonts[${inner} 0 R]${explained}>>`,
    )
  })
  const kids = pages.map((runs) => {
    const content = add(stream(runs.map((run) => shown(run, first)).join("\n")))
    const resources = `<</Font<</F1 ${fonts[0]} 0 R/F2 ${fonts[1]} 0 R>>>>`
    return add(`<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents ${content} 0 R/Resources${resources}>>`)
  })
  if (options.signature !== undefined) {
    const room = `<${"00".repeat(options.signature)}>`
    const range = `[0 0000000000 0000000000 0000000000]         `
    add(`<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/adbe.pkcs7.detached/ByteRange ${range}/Contents ${room}>>`)
  }
  objects[1] = `<</Type/Pages/Count ${kids.length}/Kids[${kids.map((kid) => `${kid} 0 R`).join(" ")}]>>`
  let out = "%PDF-1.7\n"
  const at = objects.map((body, index) => {
    const offset = Buffer.byteLength(out)
    out += `${index + 1} 0 obj${body}endobj\n`
    return offset
  })
  const xref = Buffer.byteLength(out)
  const rows = at.map((offset) => `${String(offset).padStart(10, "0")} 00000 n \n`).join("")
  out += `xref\n0 ${at.length + 1}\n0000000000 65535 f \n${rows}trailer<</Size ${at.length + 1}/Root 1 0 R>>\nstartxref\n${xref}\n%%EOF`
  return Buffer.from(out)
}

/** Lines from the top of a page. */
export function page(text: string): readonly Placed[] {
  return text.split("\n").flatMap((line, index) => (line === "" ? [] : [{ text: line, x: 40, y: 800 - 15 * index }]))
}

/** The same as a program writes it whose main font has no letters beyond Latin-1: they come last, in a second font. */
export function fallbackPage(text: string): readonly Placed[] {
  const main: Placed[] = []
  const spare: Placed[] = []
  for (const { text: line, x, y } of page(text)) {
    const letters = Array.from(line)
    main.push({ text: letters.map((letter) => (letter > "\u00ff" ? "_" : letter)).join(""), x, y })
    for (const [index, letter] of letters.entries()) {
      if (letter > "\u00ff") spare.push({ text: letter, x: x + index * ADVANCE, y, font: 2 })
    }
  }
  return [...main, ...spare]
}

/** A page that is one picture, as scanners write it. */
export function scannedPdf(jpeg: Buffer): Buffer {
  return pictured(jpeg, "q 595 0 0 842 0 0 cm /I Do Q")
}

/** A page of plain letters with a picture below them. */
export function illustratedPdf(text: string, jpeg: Buffer): Buffer {
  const lines = text.split("\n").map((line) => `(${line}) Tj T*`)
  return pictured(jpeg, `BT /F 12 Tf 14 TL 72 780 Td ${lines.join(" ")} ET q 200 0 0 150 72 72 cm /I Do Q`)
}

function pictured(jpeg: Buffer, drawing: string): Buffer {
  const parts: Buffer[] = [Buffer.from("%PDF-1.7\n")]
  const places: number[] = []
  const add = (body: string, stream?: Buffer): void => {
    places.push(parts.reduce((sum, part) => sum + part.length, 0))
    const data = stream === undefined ? [] : [Buffer.from("stream\n"), stream, Buffer.from("\nendstream")]
    parts.push(Buffer.from(`${places.length} 0 obj${body}`), ...data, Buffer.from("endobj\n"))
  }
  const draw = Buffer.from(drawing)
  add("<</Type/Catalog/Pages 2 0 R>>")
  add("<</Type/Pages/Count 1/Kids[3 0 R]>>")
  add(
    "<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</XObject<</I 5 0 R>>/Font<</F 6 0 R>>>>>>",
  )
  add(`<</Length ${draw.length}>>`, draw)
  add(
    `<</Type/XObject/Subtype/Image/Width 910/Height 1286/ColorSpace/DeviceRGB/BitsPerComponent 8/Filter/DCTDecode/Length ${jpeg.length}>>`,
    jpeg,
  )
  add("<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>")
  const start = parts.reduce((sum, part) => sum + part.length, 0)
  const rows = places.map((at) => `${String(at).padStart(10, "0")} 00000 n \n`).join("")
  const end = `xref\n0 ${places.length + 1}\n0000000000 65535 f \n${rows}trailer<</Size ${places.length + 1}/Root 1 0 R>>\nstartxref\n${start}\n%%EOF`
  return Buffer.concat([...parts, Buffer.from(end)])
}
