/** One route of the API: what it takes, who may ask, what it answers. The table of them is also the documentation and the test. */
import type { FastifyReply, FastifyRequest } from "fastify"
import { z } from "zod"
import type { Account, Session } from "../../mail/people.ts"
import type { Bilingual } from "../../mail/policy.ts"
import type { Instant } from "../../mail/transaction.ts"
import type { Access, Reach } from "./access.ts"

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE"

/** Who asks. */
export interface Viewer {
  readonly account: Account
  readonly session: Session
  /** The cookie's secret. */
  readonly secret: string
}

export interface Asked {
  readonly now: Instant
  /** Address of the browser, as far as listed proxies tell. */
  readonly client: string
  readonly agent: string
  /** Null where anyone may ask. */
  readonly viewer: Viewer | null
  readonly reach: Reach
  /** Sets the session's cookie; null takes it away. */
  cookie(secret: string | null): void
}

/** What a viewer is needed for. */
export type AskedBy = Asked & { readonly viewer: Viewer }

/** Octets instead of JSON: always a download, never shown by the browser as a page of ours. */
export interface Download {
  readonly type:
    | "message/rfc822"
    | "application/zip"
    | "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
    | "text/csv"
    | "image/png"
    | "text/plain"
  readonly name: string
  readonly bytes: Uint8Array
}

interface Shape<P, Q, B> {
  readonly method: Method
  /** `/api/messages/:code` */
  readonly path: string
  readonly tag: string
  readonly summary: Bilingual
  readonly access: Access
  readonly params?: z.ZodType<P>
  readonly query?: z.ZodType<Q>
  readonly body?: z.ZodType<B>
  /** Octets of the body; 64 KiB unless told otherwise. */
  readonly bodyLimit?: number
  /** Ms until an answer may be given up, where it takes more than the usual ten seconds. */
  readonly patience?: number
}

interface Input<P, Q, B> {
  readonly params: P
  readonly query: Q
  readonly body: B
}

type JsonRoute<P, Q, B, A extends z.ZodType> = Shape<P, Q, B> & {
  readonly answer: A
  readonly handle: (input: Input<P, Q, B>, asked: AskedBy) => Promise<z.input<A>>
}
type OpenRoute<P, Q, B, A extends z.ZodType> = Shape<P, Q, B> & {
  readonly access: { readonly who: "anyone" }
  readonly answer: A
  readonly handle: (input: Input<P, Q, B>, asked: Asked) => Promise<z.input<A>>
}
type FileRoute<P, Q, B> = Shape<P, Q, B> & {
  readonly answer: "download"
  readonly handle: (input: Input<P, Q, B>, asked: AskedBy) => Promise<Download>
}

/** A route whose types are its own matter. */
export interface Route extends Shape<unknown, unknown, unknown> {
  readonly answer: z.ZodType | "download"
  readonly run: (request: FastifyRequest, asked: Asked) => Promise<unknown>
}

export function route<A extends z.ZodType, P = Nothing, Q = Nothing, B = Nothing>(made: JsonRoute<P, Q, B, A>): Route {
  return {
    ...made,
    run: async (request, asked) => made.answer.parse(await made.handle(input(made, request), known(asked))),
  }
}

/** Without a session. */
export function openRoute<A extends z.ZodType, P = Nothing, Q = Nothing, B = Nothing>(
  made: OpenRoute<P, Q, B, A>,
): Route {
  return { ...made, run: async (request, asked) => made.answer.parse(await made.handle(input(made, request), asked)) }
}

export function fileRoute<P = Nothing, Q = Nothing, B = Nothing>(made: FileRoute<P, Q, B>): Route {
  return { ...made, run: (request, asked) => made.handle(input(made, request), known(asked)) }
}

/** Where a route takes nothing. */
const NOTHING = z.object({})
type Nothing = z.output<typeof NOTHING>

/** Parsed by the route's own schemas: what they do not name is not there. */
function input<P, Q, B>(shape: Shape<P, Q, B>, request: FastifyRequest): Input<P, Q, B> {
  const parsed = z
    .object({ params: shape.params ?? NOTHING, query: shape.query ?? NOTHING, body: shape.body ?? NOTHING })
    .safeParse({ params: request.params ?? {}, query: request.query ?? {}, body: request.body ?? {} })
  if (!parsed.success) throw invalid(parsed.error)
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion -- each part was parsed by the schema of its type
  return parsed.data as Input<P, Q, B>
}

function known(asked: Asked): AskedBy {
  const { viewer } = asked
  if (viewer === null) throw new Refusal("not-logged-in")
  return { ...asked, viewer }
}

/** Why a request was not carried out: a closed list, each with its status and words. */
export const REFUSALS = {
  invalid: { status: 400, vi: "Dữ liệu gửi lên chưa đúng.", en: "The request is not as it should be." },
  "not-logged-in": { status: 401, vi: "Cần đăng nhập.", en: "Please log in." },
  "wrong-login": { status: 401, vi: "Tên hoặc mật khẩu không đúng.", en: "The name or the password is wrong." },
  "wrong-code": { status: 401, vi: "Mã không đúng hoặc đã dùng.", en: "The code is wrong or was used already." },
  locked: {
    status: 401,
    vi: "Phiên đã khóa vì không thao tác.",
    en: "The session is locked: nothing was done for a while.",
  },
  "wrong-passkey": { status: 401, vi: "Khóa không được chấp nhận.", en: "The passkey was not accepted." },
  "no-passkeys": {
    status: 409,
    vi: "Trình duyệt không cho dùng khóa ở địa chỉ này: publicUrl cần là https:// với tên miền.",
    en: "Browsers give no passkeys at this address: publicUrl must be https:// with a name.",
  },
  "log-in-again": {
    status: 401,
    vi: "Đề nghị đăng xuất, đăng nhập lại rồi làm ngay việc này.",
    en: "Please log out, log in again, and do this at once.",
  },
  "directory-away": {
    status: 503,
    vi: "Thư mục tài khoản của cơ quan không trả lời. Đề nghị thử lại sau.",
    en: "The agency's directory does not answer. Please try again later.",
  },
  "no-role": {
    status: 403,
    vi: "Tài khoản của cơ quan chưa được giao vai trò nào ở đây. Báo người quản trị.",
    en: "Your account of the directory has no role here. Ask your administrator.",
  },
  "account-locked": {
    status: 401,
    vi: "Tài khoản tạm khóa vì nhập sai nhiều lần.",
    en: "The account is locked for a while after too many failures.",
  },
  "second-factor": { status: 401, vi: "Cần mã xác thực thứ hai.", en: "The second factor is still needed." },
  "enrol-first": {
    status: 403,
    vi: "Cần cài ứng dụng xác thực trước.",
    en: "An authenticator application must be set up first.",
  },
  "password-first": { status: 403, vi: "Cần đổi mật khẩu trước.", en: "The password must be changed first." },
  csrf: { status: 403, vi: "Yêu cầu không đến từ trang này.", en: "The request does not come from this page." },
  forbidden: { status: 403, vi: "Tài khoản không có quyền này.", en: "This account may not do that." },
  "not-found": {
    status: 404,
    vi: "Không có, hoặc không thuộc đơn vị.",
    en: "It does not exist, or belongs to another unit.",
  },
  gone: { status: 410, vi: "Liên kết đã dùng hoặc hết hạn.", en: "The link was used or is out of date." },
  conflict: { status: 409, vi: "Đã có người khác xử lý.", en: "Somebody else was faster." },
  taken: { status: 409, vi: "Tên này đã có.", en: "The name is taken." },
  "weak-password": { status: 422, vi: "Mật khẩu chưa đạt yêu cầu.", en: "The password is not good enough." },
  "two-persons": {
    status: 422,
    vi: "Cần một người khác duyệt.",
    en: "It takes another person.",
  },
  "too-many": { status: 429, vi: "Quá nhiều yêu cầu, đề nghị thử lại sau.", en: "Too many requests, try again later." },
} as const satisfies Readonly<Record<string, Bilingual & { readonly status: number }>>
export type RefusalCode = keyof typeof REFUSALS

export interface FieldFault {
  readonly path: string
  readonly expected: string
}

/** The one error of the API. */
export class Refusal extends Error {
  override readonly name = "Refusal"
  readonly code: RefusalCode
  /** What exactly: names of fields, a fault of a password. */
  readonly faults: readonly FieldFault[]
  constructor(code: RefusalCode, faults: readonly FieldFault[] = []) {
    super(REFUSALS[code].en)
    this.code = code
    this.faults = faults
  }
}

function invalid(error: z.ZodError): Refusal {
  const faults = error.issues.map(({ path, message }) => ({ path: path.slice(1).join("."), expected: message }))
  return new Refusal("invalid", faults)
}

export const faultSchema = z.object({
  error: z.enum(Object.keys(REFUSALS)),
  message: z.object({ vi: z.string(), en: z.string() }),
  faults: z.array(z.object({ path: z.string(), expected: z.string() })),
})

export function sendRefusal(reply: FastifyReply, { code, faults }: Refusal): FastifyReply {
  const { status, vi, en } = REFUSALS[code]
  return reply.code(status).send({ error: code, message: { vi, en }, faults })
}
