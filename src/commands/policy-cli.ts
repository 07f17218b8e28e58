/** The command line of the policy's life. */
import type { Command } from "commander"
import type { Desk } from "./policy-life.ts"

/** Opens what a command works on; the result is the exit status. */
export type WithDesk = (run: (desk: Desk) => Promise<number>) => Promise<void>

interface Desks {
  /** On the gateway's store. */
  readonly work: WithDesk
  /** On it where there is one. */
  readonly draft: WithDesk
}

interface Options {
  readonly version?: string
  readonly against?: string
  readonly reason?: string
  readonly days?: string
  readonly limit?: string
  readonly json?: boolean
}

const JSON_OPTION = ["--json", "in JSON / print JSON"] as const
const VERSION_OPTION = ["--version <number>", "một phiên bản đã lưu / a version in the store"] as const
const REASON_OPTION = ["--reason <text>", "lý do, ghi vào phiên bản / reason, kept with the version"] as const
const DAYS_OPTION = ["--days <days>", "số ngày xem lại / days of past mail", "7"] as const

export function policyCommands(congthu: Command, { work, draft }: Desks): void {
  const policy = congthu.command("policy").description("vòng đời của chính sách / the policy's life")
  lintCommand(policy, draft)
  reading(policy, work)
  changing(policy, work)
}

function lintCommand(policy: Command, withDesk: WithDesk): void {
  policy
    .command("lint")
    .argument("[file]", "tệp nháp / a draft")
    .description("tìm chỗ sai, thừa, quá rộng / find what is wrong, useless or too broad")
    .option(...VERSION_OPTION)
    .option(...JSON_OPTION)
    .action((file: string | undefined, options: Options) =>
      withDesk(async (desk) => (await import("./policy.ts")).lint(wanted(file, options), desk, options)),
    )
}

function reading(policy: Command, withDesk: WithDesk): void {
  policy
    .command("list")
    .description("các phiên bản / the versions")
    .option("--limit <rows>", "số dòng / rows", "50")
    .option(...JSON_OPTION)
    .action(({ limit, json }: Options) =>
      withDesk(async (desk) => (await import("./policy.ts")).list(desk, { json: json === true, limit: count(limit) })),
    )
  policy
    .command("show")
    .argument("[number]", "phiên bản / version")
    .description("một phiên bản với thay đổi của nó / a version with what it changed")
    .option(...JSON_OPTION)
    .action((number: string | undefined, options: Options) =>
      withDesk(async (desk) => (await import("./policy.ts")).show(number, desk, options)),
    )
  policy
    .command("diff")
    .argument("[file]", "tệp nháp / a draft")
    .description("khác gì so với phiên bản đang áp dụng / what differs from the version in force")
    .option(...VERSION_OPTION)
    .option("--against <number>", "so với phiên bản khác / compare with another version")
    .option(...JSON_OPTION)
    .action((file: string | undefined, options: Options) =>
      withDesk(async (desk) => {
        const against = options.against === undefined ? {} : { against: options.against }
        return (await import("./policy.ts")).diff({ ...wanted(file, options), ...against }, desk, options)
      }),
    )
  policy
    .command("replay")
    .argument("[file]", "tệp nháp / a draft")
    .description("xem lại thư đã qua theo bản nháp / judge past mail with a draft")
    .option(...VERSION_OPTION)
    .option(...DAYS_OPTION)
    .option("--limit <rows>", "số thư liệt kê / messages listed", "50")
    .option(...JSON_OPTION)
    .action((file: string | undefined, options: Options) =>
      withDesk(async (desk) => {
        const output = { json: options.json === true, limit: count(options.limit) }
        const given = { ...wanted(file, options), days: count(options.days) }
        return (await import("./policy.ts")).replay(given, desk, output)
      }),
    )
}

function changing(policy: Command, withDesk: WithDesk): void {
  policy
    .command("plan")
    .argument("[path]", "tệp hoặc thư mục Git / a file or Git checkout")
    .description("áp dụng thì sẽ thay đổi gì / what applying would change; changes nothing")
    .option(...DAYS_OPTION)
    .option(...JSON_OPTION)
    .action((path: string | undefined, options: Options) =>
      withDesk(async (desk) => {
        const file = path === undefined ? undefined : (await (await import("./policy-git.ts")).checkout(path)).file
        const given = { ...wanted(file, options), days: count(options.days) }
        return (await import("./policy.ts")).plan(given, desk, options)
      }),
    )
  policy
    .command("apply")
    .argument("<path>", "tệp hoặc thư mục Git / a file or Git checkout")
    .description("áp dụng từ Git, cùng cách duyệt / apply from Git, under the same approval")
    .option(...REASON_OPTION)
    .action((path: string, { reason }: Options) =>
      withDesk(async (desk) => {
        const { file, origin, subject } = await (await import("./policy-git.ts")).checkout(path)
        const publication = { reason: reason ?? subject, origin, kind: "document" } as const
        return (await import("./policy.ts")).publish({ file }, desk, publication)
      }),
    )
  policy
    .command("publish")
    .argument("[file]", "tệp / file; mặc định theo cấu hình / else that of the settings")
    .description("áp dụng; nới lỏng thì chờ người thứ hai / put into force; what loosens waits for a second person")
    .requiredOption(...REASON_OPTION)
    .action((file: string | undefined, options: Options) =>
      withDesk(async (desk) => {
        const publication = { reason: options.reason ?? "", origin: null, kind: "document" } as const
        return (await import("./policy.ts")).publish(wanted(file, {}), desk, publication)
      }),
    )
  policy
    .command("approve")
    .argument("<number>")
    .description("người thứ hai duyệt / approve as the second person")
    .action((number: string) => withDesk(async (desk) => (await import("./policy.ts")).approve(number, desk)))
  policy
    .command("withdraw")
    .argument("<number>")
    .description("rút bản chờ duyệt / take back what waits")
    .action((number: string) => withDesk(async (desk) => (await import("./policy.ts")).withdraw(number, desk)))
  policy
    .command("rollback")
    .argument("<number>")
    .description("trở lại nội dung cũ, thành phiên bản mới / an earlier text as a new version")
    .option(...REASON_OPTION)
    .action((number: string, { reason }: Options) =>
      withDesk(async (desk) => (await import("./policy.ts")).rollback(number, desk, reason ?? "")),
    )
}

function wanted(file: string | undefined, { version }: Options): { file?: string; version?: string } {
  return { ...(file === undefined ? {} : { file }), ...(version === undefined ? {} : { version }) }
}

function count(text: string | undefined): number {
  const number = Number(text)
  return Number.isInteger(number) && number > 0 ? number : 1
}
