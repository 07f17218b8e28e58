/** What a day brings to an agency: mail that passes, is refused, waits, is dangerous, is locked, cannot be delivered. */
import { asDocx, official, unsure } from "../policy/letters.ts"
import { EICAR } from "../support/clamd.ts"
import { sendMail } from "../support/client.ts"
import type { Gateway } from "../support/gateway.ts"
import { type Mail, mail } from "../support/mail.ts"
import { NO_ZIP, sealed } from "../support/sealed.ts"

const OUR = "an@tuyenquang.gov.vn"
const WEBMAIL = "binh@gmail.com"
/** Whose server answers 451 in these stories. */
export const AWAY = "lan@cham.example"

export type Day = Awaited<ReturnType<typeof haveADay>>

/** The codes of what came, by what became of it. */
export async function haveADay(gateway: Gateway) {
  const send = async (from: string, to: string, content: Mail): Promise<string> => {
    const port = from === OUR ? gateway.submission : gateway.inbound
    const { reply } = await sendMail(port, { from, to: [to], message: mail({ from, to, ...content }) })
    const code = /\[([0-9A-Z]{12})\]/.exec(reply)?.[1]
    if (code === undefined) throw new Error(reply)
    return code
  }
  const { lines } = unsure()
  const body = lines.join("\r\n")
  const letter = { name: "Báo cáo tuần.docx", bytes: asDocx(official()) }
  const eicar = { name: "hoa-don.com", bytes: Buffer.from(EICAR) }
  const locked = NO_ZIP === false ? [{ name: "du-toan.zip", bytes: await sealed("Dự toán năm 2027\n") }] : []
  const codes = {
    passed: await send(OUR, "sotc@tuyenquang.gov.vn", { subject: "Lịch trực tuần 48" }),
    refused: await send(OUR, WEBMAIL, { subject: "Báo cáo tuần", attachments: [letter] }),
    held: await send(OUR, WEBMAIL, { subject: "Họp giao ban tháng 12", body }),
    heldToo: await send(OUR, "cuong@yahoo.com", { subject: "Dự thảo tờ trình, xin ý kiến", body }),
    heldLast: await send(OUR, "dung@gmail.com", { subject: "Biểu số liệu giải ngân", body }),
    malware: await send("ketoan@doanh-nghiep.example", OUR, { subject: "Hóa đơn tháng 11", attachments: [eicar] }),
    locked: await send("x@doanh-nghiep.example", OUR, { subject: "Dự toán, tệp có mật khẩu", attachments: locked }),
    waits: await send(OUR, AWAY, { subject: "Giấy mời gặp mặt", body: "Kính mời chị dự buổi gặp mặt cuối tuần.\r\n" }),
  }
  await gateway.waitFor("held", 3)
  await gateway.waitFor("retried", 1)
  return codes
}
