/** Tells an authenticated sender which recipients were rejected beside accepted ones, and why: a report for each reason. */
import { addressKey } from "../mail/address.ts"
import type { Copy } from "../mail/delivery.ts"
import type { RefusalName } from "../mail/notice.ts"
import { headerBlock } from "../notify/dsn.ts"
import { citation, type Values } from "../notify/letter.ts"
import { harmless } from "../notify/markup.ts"
import type { Report } from "../notify/report.ts"
import type { Bodies } from "../store/store.ts"
import type { NoticeContext } from "./notices.ts"
import type { Judgement } from "./judgement.ts"
import type { Rejected } from "./plan.ts"
import { noticeOf } from "./replies.ts"
import { addresses, files, nameOf, summary, titles, wantsFailure } from "./words.ts"

/** Octets of the original that are read to find its header block. */
const HEADER = 50_000

interface Refusal {
  readonly name: RefusalName
  readonly rejected: Rejected
}

/** None for the null reverse-path, which is never told anything. RFC 3834 §2. */
export async function rejectionReports(
  judgement: Judgement,
  plan: { readonly rejected: Rejected; readonly copies: readonly Copy[] },
  context: NoticeContext & { readonly bodies: Bodies },
): Promise<readonly Report[]> {
  const { transaction, spooled } = judgement
  const { from } = transaction.envelope
  const reported = plan.rejected.filter(({ recipient }) => wantsFailure(recipient))
  if (from === null || reported.length === 0) return []
  const octets = headerBlock(await beginning(context.bodies.read(spooled)))
  const groups = Map.groupBy(reported, ({ verdict }) => noticeOf(verdict, context.rules) ?? "general")
  return [...groups].map(([name, rejected]) => ({
    kind: "failure" as const,
    to: from,
    original: { transaction, summary: summary(judgement) },
    recipients: rejected.map(({ recipient, reply }) => ({
      recipient,
      status: reply.status,
      reply: `${reply.code} ${reply.status} ${reply.text}`,
      nextHop: null,
      attempt: 1,
      why: "",
    })),
    retryUntil: null,
    notice: { name, values: values(judgement, { name, rejected }, { ...context, copies: plan.copies }) },
    returned: { part: "headers" as const, octets },
  }))
}

function values(
  judgement: Judgement,
  { rejected }: Refusal,
  { office, rules, copies }: NoticeContext & { readonly copies: readonly Copy[] },
): Values {
  const { transaction, message, examination } = judgement
  const { from } = transaction.envelope
  const decisive = rejected.flatMap(({ verdict }) => verdict.decisive)
  const bases = decisive.map((id) => rules.find((rule) => rule.id === id)?.basis ?? null)
  const served = copies.flatMap((copy) => (copy.hold === null ? [copy.recipient] : []))
  return {
    ten_nguoi_gui: from === null ? "" : nameOf(from, message),
    dia_chi_nguoi_gui: from === null ? "" : addressKey(from),
    tieu_de: harmless(message.subject),
    nguoi_nhan: addresses(served),
    nguoi_nhan_bi_chan: addresses(rejected.map(({ recipient }) => recipient)),
    ly_do_ngan: titles(decisive, rules),
    dau_hieu: titles(decisive, rules),
    can_cu: citation(bases, transaction.at, office.laws),
    ...files(examination),
  }
}

async function beginning(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of source) {
    chunks.push(chunk)
    length += chunk.length
    if (length >= HEADER) break
  }
  return Buffer.concat(chunks).subarray(0, HEADER)
}
