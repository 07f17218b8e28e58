/** The only way to make an SMTP reply of ours: code, class digit and enhanced status cannot disagree. RFC 5321 §4.2, RFC 3463. */

export interface Reply {
  readonly code: number
  /** `class.subject.detail`, RFC 3463 §2. */
  readonly status: string
  readonly text: string
}

/** Subject and detail, "7.1": the class digit follows from the code and is not the caller's to choose. */
export type StatusDetail = `${number}.${number}`
type Code = 250 | 421 | 450 | 451 | 452 | 500 | 501 | 502 | 503 | 530 | 535 | 538 | 550 | 552 | 553 | 554 | 555

/** Room of one reply line: RFC 5321 §4.5.3.1.5 allows 512 octets, people's mail programs cut earlier. */
export const REPLY_LINE = 200

/** `text` loses what SMTP cannot carry: accents are folded, controls dropped, length cut at 200 characters. */
export function reply(code: Code, detail: StatusDetail, text: string): Reply {
  return { code, status: `${Math.floor(code / 100)}.${detail}`, text: ascii(text).slice(0, REPLY_LINE) }
}

/** Vietnamese without accents, as telegrams are written: NFD, marks dropped, đ → d; anything else non-ASCII becomes "?". */
export function ascii(text: string): string {
  return text
    .normalize("NFD")
    .replace(/\p{M}/gu, "")
    .replaceAll("đ", "d")
    .replaceAll("Đ", "D")
    .replace(/[\p{Cc}\s]+/gu, " ")
    .replace(/[^\x20-\x7e]/g, "?")
    .trim()
}

/** The line as it goes out after the code: `5.7.1 [CODE] text`. */
export function replyText(made: Reply): string {
  return `${made.status} ${made.text}`
}
