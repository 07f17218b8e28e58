/** How far a document may go by its own words: restricted, declassified, made for the public, or ordinary. */
import type { Circulation } from "../mail/content.ts"
import { type DocumentPart, HEAD } from "./part.ts"
import type { Line } from "./readings.ts"
import { isDeclassified } from "./secrecy.ts"

/** Alone on a line or in brackets: in a sentence they are only words. */
const RESTRICTED = /^(?:tailieu|vanban)?(?:luuhanhnoibo|xemxongtralai|khongphobien|tailieunoibo|tailieuluuhanhnoibo)$/
/** Titles of what is written for everybody. */
const PUBLIC_TITLE =
  /^(?:thongcaobaochi|thongbaomoithau|thongbaomoichaohang|thongbaomoiquantam|thongtinbaochi|congbao|hosomoithau|thongbaotuyendung|thongbaotuyensinh)/
/** The visible signature of copies that the government's portal publishes. */
const PUBLIC_COPY = "cong thong tin dien tu chinh phu"
const LONGEST_MARK = 80
export function circulationOf(part: DocumentPart): Circulation {
  if (isDeclassified(part)) return "declassified"
  if (isRestricted(part)) return "restricted"
  return isPublic(part) ? "public" : "ordinary"
}

function isRestricted({ at, lines, margins, plain }: DocumentPart): boolean {
  if (at === "subject") return /^.{0,40}?[[(](?:lưu hành nội bộ|tài liệu nội bộ|không phổ biến)[\])]/iu.test(plain)
  return margins.some(isMark) || lines.some(isMark)
}

function isMark({ text, compact, lower }: Line): boolean {
  if (lower > 0 && !text.startsWith("(") && !text.startsWith("[")) return false
  return text.length <= LONGEST_MARK && (lower === 0 || /[\])]$/.test(text)) && RESTRICTED.test(compact)
}

function isPublic({ lines, own, words }: DocumentPart): boolean {
  const head = lines.slice(0, HEAD)
  if (head.some(({ lower, compact }) => lower === 0 && PUBLIC_TITLE.test(compact))) return true
  // Normative documents carry their year: published in the gazette.
  if (own?.symbol.year === true && own.symbol.numbered && own.symbol.issuer !== null) return true
  if (head.some(({ text }) => /^Luật số: ?\d{1,4}\/\d{4}\/QH\d/u.test(text))) return true
  return words.includes(PUBLIC_COPY) && words.includes("thoi gian ky")
}

/** Restricted wins; public holds only when every part that looks official is. */
export function joinCirculation(official: readonly Circulation[], all: readonly Circulation[]): Circulation {
  if (all.includes("restricted")) return "restricted"
  if (all.includes("declassified")) return "declassified"
  return official.length > 0 && official.every((one) => one === "public") ? "public" : "ordinary"
}
