/** Why a message can be read in more than one way, or shows another sender than it has: the reasons of `ambiguous` findings. */
import type { Bilingual } from "./policy.ts"

/** Reasons that concern who sent the message, with what people are told. */
export const SENDER_WHYS = {
  "sender-missing": { vi: "thư không có dòng From", en: "it has no From field" },
  "sender-count": {
    vi: "thư có nhiều dòng From, Sender hoặc Reply-To",
    en: "it has more than one From, Sender or Reply-To field",
  },
  "sender-name": {
    vi: "tên một dòng ghi người gửi bị viết sai để che giấu",
    en: "the name of a field that tells the sender is malformed",
  },
  "sender-syntax": {
    vi: "địa chỉ người gửi sai cú pháp, mỗi phần mềm thư có thể hiểu một cách",
    en: "the sender's address breaks the grammar and may be read differently",
  },
  "sender-several": {
    vi: "thư có nhiều người viết mà không có dòng Sender",
    en: "it has several authors and no Sender",
  },
  homograph: {
    vi: "tên miền dùng chữ giống hệt tên miền khác",
    en: "a domain is written in letters that look like another domain",
  },
  "look-alike": { vi: "tên miền gần giống tên miền khác", en: "a domain is one letter away from another" },
  "look-alike-own": {
    vi: "tên miền gần giống tên miền của cơ quan ta",
    en: "a domain is one letter away from one of ours, or wears its name",
  },
  impersonation: {
    vi: "tên hiển thị mạo danh cơ quan, đơn vị hoặc cán bộ của ta",
    en: "the display name poses as our agency, unit or official",
  },
  "shown-address": {
    vi: "tên hiển thị ghi một địa chỉ khác địa chỉ gửi",
    en: "the display name shows another address than it was sent from",
  },
} as const satisfies Readonly<Record<string, Bilingual>>

export type AmbiguousWhy = keyof typeof SENDER_WHYS
