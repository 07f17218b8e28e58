/** Whether a message would be taken at all: read as DATA brings it. */
import type { Reply } from "../mail/reply.ts"
import type { Spooled } from "../mail/transaction.ts"
import { createSpool, type SpoolLimits } from "../receive/spool.ts"
import { createLog } from "../telemetry/log.ts"

/** Nothing is kept of it. */
const NOBODYS: Spooled = {
  size: 0,
  sha256: "",
  eightBit: false,
  key: new Uint8Array(32),
  at: { kind: "memory", bytes: new Uint8Array(0) },
}

/** What DATA itself would have answered, before anybody looked into the message; null where it is taken. */
export async function refusalOf(bytes: Uint8Array, limits: SpoolLimits): Promise<Reply | null> {
  const nowhere = {
    write: () => Promise.resolve(),
    finish: () => Promise.resolve(NOBODYS),
    discard: () => Promise.resolve(),
  }
  const data = createSpool(nowhere, limits, createLog("error"))
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1")
  const stuffed = text.replace(/(^|\r\n)\./g, "$1..")
  await data.take(Buffer.from(`${stuffed}${stuffed.endsWith("\r\n") || stuffed === "" ? "" : "\r\n"}.\r\n`, "latin1"))
  const done = await data.finish()
  return done.is === "refused" ? done.reply : null
}

/** The verdict then. */
export const MALFORMED = {
  disposition: "reject",
  decisive: ["malformed"],
  matched: ["malformed"],
  because: [
    {
      vi: "Thư sai định dạng SMTP (CR, LF đơn lẻ, NUL, dòng quá dài hoặc bắt đầu bằng khoảng trắng): từ chối ngay khi nhận.",
      en: "The message is malformed (bare CR or LF, NUL, a line too long, or white space first): refused while it is received.",
    },
  ],
} as const
