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

/** Reasons that concern what is in it: readers of the message may see different things. Each has a rule of its own in the shipped policy. */
export const STRUCTURE_WHYS = {
  control: { vi: "phần đầu thư có ký tự điều khiển", en: "a header has control characters" },
  "line-ends": { vi: "phần đầu thư có CR hoặc LF đứng riêng", en: "a header has a CR or LF of its own" },
  "first-line": { vi: "dòng đầu không phải trường tiêu đề", en: "its first line is no header field" },
  "header-syntax": {
    vi: "có trường tiêu đề mà phần mềm này đọc, phần mềm kia bỏ qua",
    en: "a header field that some read and some do not",
  },
  "duplicate-field": {
    vi: "trường MIME có hai giá trị khác nhau",
    en: "a MIME field stands twice, with different values",
  },
  "duplicate-parameter": {
    vi: "tham số có hai giá trị khác nhau",
    en: "a parameter stands twice, with different values",
  },
  "content-type": { vi: "loại nội dung sai cú pháp", en: "a content type breaks the grammar" },
  "transfer-encoding": {
    vi: "cách mã hóa nội dung không chuẩn",
    en: "a transfer encoding is none that everybody knows",
  },
  base64: { vi: "tệp base64 giải mã được theo nhiều cách", en: "a file in base64 decodes in more than one way" },
  "quoted-printable": {
    vi: "tệp quoted-printable giải mã được theo nhiều cách",
    en: "a file in quoted-printable decodes in more than one way",
  },
  boundary: { vi: "dấu ngăn phần sai cú pháp", en: "a boundary breaks the grammar" },
  "no-boundary": { vi: "thư nhiều phần không có dấu ngăn", en: "a multipart has no boundary" },
  delimiters: {
    vi: "dấu ngăn phần chồng lấn hoặc không khớp",
    en: "delimiters overlap or match none that was declared",
  },
  "outside-parts": { vi: "có nội dung ngoài các phần của thư", en: "there is content outside the parts" },
  "part-header": { vi: "phần đầu của một phần đứng sai chỗ", en: "the header of a part comes too late" },
  "nested-encoding": { vi: "thư nhiều phần bị mã hóa", en: "a multipart is encoded" },
  partial: { vi: "thư là một mảnh của thư khác", en: "it is a fragment of a message" },
  "external-body": { vi: "nội dung được tải từ nơi khác", en: "its content is fetched from elsewhere" },
  "inline-file": { vi: "có tệp viết trong lời thư", en: "a file stands in the text" },
  "hidden-structure": { vi: "lời thư chứa một thư khác", en: "another message stands in the text" },
  "file-name": { vi: "tệp có nhiều tên khác loại", en: "a file has names of different kinds" },
  charset: { vi: "bảng mã có thể giấu mã lệnh", en: "a character set hides markup" },
  limits: { vi: "có quá nhiều cách đọc", en: "there are too many ways to read it" },
} as const satisfies Readonly<Record<string, Bilingual>>

export type Ambiguity = keyof typeof STRUCTURE_WHYS
