/** Byte tables of the old Vietnamese encodings: facts, checked against glibc's iconv where it knows them. */

/** Letters from a byte on; `·` is a byte that means nothing of its own. */
export type Run = readonly [first: number, letters: string]

/** TCVN 5712:1993 VN3, called ABC: what the `.Vn…` fonts show. A toned capital is written as the small letter. */
export const TCVN3: readonly Run[] = [
  [0xa1, "ĂÂÊÔƠƯĐăâêôơưđ"],
  [0xb5, "àảãáạ·ằẳẵắ"],
  [0xc6, "ặầẩẫấậè·ẻẽéẹềểễếệìỉ"],
  [0xdc, "ĩíịò·ỏõóọồổỗốộờởỡớợù·ủũúụừửữứựỳỷỹýỵ"],
]

/** What TCVN 5712 VN1 adds: toned capitals, some of them among the control characters. */
export const TCVN5712_CAPITALS: readonly Run[] = [
  [0x01, "ÚỤ·ỪỬỮ"],
  [0x11, "ỨỰỲỶỸÝỴ"],
  [0x80, "ÀẢÃÁẠẶẬÈẺẼÉẸỆÌỈĨÍỊÒỎÕÓỌỘỜỞỠỚỢÙỦŨ"],
  [0xaf, "Ằ"],
  [0xba, "Ẳ"],
  [0xbf, "ẴẮẦẨẪẤỀ"],
  [0xcd, "Ể"],
  [0xd9, "ỄẾỒ"],
  [0xe0, "Ổ"],
  [0xf0, "Ỗ"],
  [0xff, "Ố"],
]

/** RFC 1456. */
export const VISCII: readonly Run[] = [
  [0x02, "Ẳ··ẴẪ"],
  [0x14, "Ỷ"],
  [0x19, "Ỹ"],
  [0x1e, "Ỵ"],
  [0x80, "ẠẮẰẶẤẦẨẬẼẸẾỀỂỄỆỐỒỔỖỘỢỚỜỞỊỎỌỈỦŨỤỲ"],
  [0xa0, "ÕắằặấầẩậẽẹếềểễệốồổỗỠƠộờởịỰỨỪỬơớƯ"],
  [0xc0, "ÀÁÂÃẢĂẳẵÈÉÊẺÌÍĨỳĐứÒÓÔạỷừửÙÚỹỵÝỡư"],
  [0xe0, "àáâãảăữẫèéêẻìíĩỉđựòóôõỏọụùúũủýợỮ"],
]

/** VPS, of sites overseas; where a capital shares its byte with the small letter, the small one stands here. */
export const VPS: readonly Run[] = [
  [0x80, "ÀẢÃẤẦẨọỗĂếềểệẮẰẲẾ··ỀỂỄỐỒỔỖýỷỵỚỜỞ"],
  [0xa1, "ắằẳẵặỠớÙờởỡŨỨợỪổỬỲỸÍÌộỈĨÓửữÒỎÕự"],
  [0xc0, "ầÁÂấẩẫậđẻÉÊẹỉễịỹƯỦồốÔỏơÈừứÚũưÝẺ"],
  [0xe0, "àáâãảạă·èéêẽìí·ĩẴĐòóôõ·Ơụùúủ·ỶẼỳ"],
]

/** Windows-1258: these letters, and tones as bytes of their own behind the vowel. */
export const CP1258: readonly Run[] = [
  [0xc2, "Â"],
  [0xc3, "Ă"],
  [0xca, "Ê"],
  [0xcc, "\u0300"],
  [0xd0, "Đ"],
  [0xd2, "\u0309"],
  [0xd4, "ÔƠ"],
  [0xdd, "Ư\u0303"],
  [0xe2, "âă"],
  [0xea, "ê"],
  [0xec, "\u0301"],
  [0xf0, "đ"],
  [0xf2, "\u0323"],
  [0xf4, "ôơ"],
  [0xfd, "ư"],
]

/** VNI-Windows: letters that are one byte, and marks behind a vowel; capitals are 0x20 lower. */
export const VNI_LETTERS: readonly Run[] = [
  [0xe6, "ỉ"],
  [0xec, "ìí"],
  [0xee, "ỵ"],
  [0xf1, "địĩơ"],
  [0xf6, "ư"],
]

/** Combining marks in the order grave, acute, hook, tilde, dot. */
export const TONES = "\u0300\u0301\u0309\u0303\u0323"

/** Byte of a mark → what it puts on the vowel before it: shape, then tone. */
export const VNI_MARKS: ReadonlyMap<number, string> = new Map([
  [0xf8, "\u0300"],
  [0xf9, "\u0301"],
  [0xfb, "\u0309"],
  [0xf5, "\u0303"],
  [0xef, "\u0323"],
  [0xe2, "\u0302"],
  [0xe0, "\u0302\u0300"],
  [0xe1, "\u0302\u0301"],
  [0xe5, "\u0302\u0309"],
  [0xe3, "\u0302\u0303"],
  [0xe4, "\u0302\u0323"],
  [0xea, "\u0306"],
  [0xe8, "\u0306\u0300"],
  [0xe9, "\u0306\u0301"],
  [0xfa, "\u0306\u0309"],
  [0xfc, "\u0306\u0303"],
  [0xeb, "\u0306\u0323"],
])

/** Characters that Windows-1252 shows for the bytes 80 to 9F; `·` where it shows none. */
export const CP1252_80 = "€·‚ƒ„…†‡ˆ‰Š‹Œ·Ž··‘’“”•–—˜™š›œ·žŸ"
