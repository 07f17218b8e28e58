import assert from "node:assert/strict"
import { describe, test } from "node:test"
import { decodeCharset } from "../../src/parse/charset.ts"
import { recover, recoverLines } from "../../src/read/recover.ts"
import { isSyllable } from "../../src/read/syllable.ts"
import { MOTTO, letter } from "../recognise/letters.ts"
import { WRITTEN } from "./encode.ts"

/** As the parser hands it on: labelled so, and decoded. */
function decoded(octets: string, label = ""): string {
  return decodeCharset(Buffer.from(octets, "latin1"), label)
}

/** TCVN3 and its fonts of capitals cannot tell a toned capital at the beginning of a word. */
function comparable(as: string, text: string): string {
  return as.startsWith("TCVN3") ? text.replaceAll("Ủy ban nhân", "ủy ban nhân") : text
}

describe("a letter comes back word for word", () => {
  for (const { as, named, write } of WRITTEN.filter(({ as: name }) => name !== "unaccented")) {
    // Labels that programs put on mail without knowing what is in it.
    for (const label of ["", "us-ascii", "iso-8859-1", "windows-1258", "x-viet-tcvn5712"]) {
      if (as === "UTF-8 twice" && !["", "us-ascii", "x-viet-tcvn5712"].includes(label)) continue
      test(`${as}${label === "" ? "" : ` labelled ${label}`}`, () => {
        const { text, encodings } = recoverLines(decoded(write(letter()), label))
        assert.equal(comparable(as, text.normalize("NFC")), comparable(as, letter()))
        const once = as === "CP1258" && label === "windows-1258"
        const twice = ["NFC", "NFD", "UniKey mixed"].includes(as) && ["iso-8859-1", "windows-1258"].includes(label)
        assert.deepEqual(encodings, twice ? ["UTF-8 decoded twice"] : named === null || once ? [] : [named])
      })
    }
  }
})

describe("short texts that everybody knows are recognised by themselves", () => {
  for (const [octets, text] of [
    ["CéNG HßA X· HéI CHñ NGHÜA VIÖT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["céng hßa x· héi chñ nghÜa viÖt nam", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["§éc lËp - Tù do - H¹nh phóc", "Độc lập - Tự do - Hạnh phúc"],
    ["ñY BAN NH¢N D¢N", "ỦY BAN NHÂN DÂN"],
    ["KÝnh göi", "Kính gửi"],
    ["N¬i nhËn", "Nơi nhận"],
    ["TUYÖT MËT", "TUYỆT MẬT"],
    ["TèI MËT", "TỐI MẬT"],
    ["MËT", "MẬT"],
    ["mËt", "MẬT"],
    ["HáA TèC", "HỎA TỐC"],
    ["B¸o c¸o quý II", "Báo cáo quý II"],
    ["12_B¸o c¸o TUYÖT MËT.doc", "12_Báo cáo TUYỆT MẬT.doc"],
    ["COÄNG HOØA XAÕ HOÄI CHUÛ NGHÓA VIEÄT NAM", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"],
    ["Ñoäc laäp - Töï do - Haïnh phuùc", "Độc lập - Tự do - Hạnh phúc"],
    ["UÛY BAN NHAÂN DAÂN", "ỦY BAN NHÂN DÂN"],
    ["Kính göûi", "Kính gửi"],
    ["Nôi nhaän", "Nơi nhận"],
    ["TOÁI MAÄT", "TỐI MẬT"],
    ["MAÄT", "MẬT"],
    ["HOÛA TOÁC", "HỎA TỐC"],
    ["kyû luaät caùn boä", "kỷ luật cán bộ"],
    ["C\xb5ng hòa xã h\xb5i chü nghîa Vi®t Nam", "Cộng hòa xã hội chủ nghĩa Việt Nam"],
    ["Cá»™ng hÃ²a xÃ£ há»™i", "Cộng hòa xã hội"],
    ["Sá»‘: 12/UBND", "Số: 12/UBND"],
    ["v\xe1\xbb\x81 viá»‡c lÃ m, lÃ  ngÆ°á»\x9di", "về việc làm, là  người"],
    ["\uf043\uf0e9ng h\uf0dfa x\uf0b7 h\uf0e9i ch\uf0f1 ngh\uf0dca", "Cộng hòa xã hội chủ nghĩa"],
  ] as const) {
    test(octets, () => assert.equal(recoverLines(octets).text, text))
  }
})

describe("what is in no old encoding stays as it is", () => {
  for (const text of [
    "El señor Ibáñez está en España y mañana irá también a la reunión del niño",
    "Señor Muñoz: mañana no habrá sesión",
    "Les élèves français ont été reçus à l'école où l'été dernier a été prêté",
    "Ça va? Où êtes-vous? À bientôt",
    "Für die Grüße über schöne Straßen möchte ich mich herzlich bedanken",
    "Já být příliš žluťoučký kůň úpěl ďábelské ódy",
    "Má být dnes zítra má být",
    "Não há informações disponíveis à noite em São Paulo",
    "På så vis går det att få två",
    "Hän tänä päivänä lähti töihin ja tuli myöhään yöllä",
    "naïve café résumé",
    "Tôi là Nam",
    "Anh xem giúp em nhé",
    "“Tôi là Nam” – anh nói",
    "em o nha roi, anh di dau do?",
    "for (const a of data) { add(a[i]); if (a^b) o+=1; e.g. odd(a) }",
    "function add(a, b) { return a + b } // dd if=/dev/zero of=a bs=1 a(b) o+1 u+2",
    "£100 · 20 °C ± 5 § 12 ¶ 3 © 2026 ®",
    letter(),
    letter().normalize("NFD"),
    MOTTO,
  ]) {
    test(text.slice(0, 40), () => assert.deepEqual(recoverLines(text), { text, encodings: [] }))
  }
})

describe("each block by itself", () => {
  test("two encodings in one text", () => {
    const tcvn3 = "Thùc hiÖn chØ ®¹o cña ñy ban nh©n d©n tØnh"
    const vni = "Thöïc hieän chæ ñaïo cuûa uûy ban nhaân daân tænh"
    const { text, encodings } = recoverLines(`${tcvn3}\n${vni}\nThực hiện chỉ đạo`)
    assert.equal(
      text,
      "Thực hiện chỉ đạo của ủy ban nhân dân tỉnh\nThực hiện chỉ đạo của ủy ban nhân dân tỉnh\nThực hiện chỉ đạo",
    )
    assert.deepEqual(encodings.toSorted(), ["TCVN3 (ABC)", "VNI-Windows"])
  })

  test("a short one beside a long one", () => {
    const { text } = recoverLines("Thùc hiÖn chØ ®¹o cña ñy ban nh©n d©n tØnh\nSè: 12\nTï chèi")
    assert.equal(text, "Thực hiện chỉ đạo của ủy ban nhân dân tỉnh\nSố: 12\nTù chối")
  })

  test("French between Vietnamese stays French", () => {
    const french = "Les élèves français ont été reçus à l'école"
    const { text } = recoverLines(`Thùc hiÖn chØ ®¹o cña ñy ban nh©n d©n tØnh\n${french}`)
    assert.equal(text.split("\n")[1], french)
  })

  test("a font of capitals is heeded, and a font alone decides nothing", () => {
    const blocks = [
      { text: "së tµi chÝnh", font: ".VnTimeH" },
      { text: "H\xad\xacng", font: ".VnTime" },
      { text: "Cà phê", font: ".VnTime" },
    ]
    assert.deepEqual(recover(blocks).texts, ["SỞ TÀI CHÍNH", "Hương", "Cà phê"])
  })
})

test("a syllable has an onset, a rhyme and a tone", () => {
  for (const word of "nghiêng gì giếng quốc quyết khuya thuở yên ừ Đặng hoà hòa HỌC gh".split(" ").slice(0, -1))
    assert.ok(isSyllable(word), word)
  for (const word of "ghost ngà̀ sừt các̀ wow zoo seđor ộtộ häp".split(" ")) assert.ok(!isSyllable(word), word)
})

test("texts made to be slow are not", () => {
  for (const piece of ["§", "é ", "aâ", "&#", "&#1", "Ã", "a^'", "\\", "éa", "“", "\x02", "ơ\u0301", "dd "]) {
    const text = piece.repeat(Math.ceil(262_144 / piece.length))
    const start = performance.now()
    recoverLines(text)
    const took = performance.now() - start
    assert.ok(took < 2_000, `${piece}: ${Math.round(took)} ms`)
  }
})
