/** The command line of exceptions and of the audit trail. */
import type { Command } from "commander"
import type { RequestOptions } from "./exceptions.ts"
import type { WithDesk } from "./policy-cli.ts"

interface Options {
  readonly state?: string
  readonly reason?: string
  readonly limit?: string
  readonly json?: boolean
}

export function exceptionCommands(congthu: Command, withDesk: WithDesk): void {
  const exceptions = congthu.command("exceptions").description("ngoại lệ / exceptions: one rule lifted for a while")
  exceptions
    .command("list")
    .description("liệt kê / list")
    .option("--state <state>", "requested, granted, denied, ended")
    .option("--limit <rows>", "số dòng / rows", "100")
    .option("--json", "mỗi dòng một đối tượng / one object a line")
    .action(({ limit, ...options }: Options) =>
      withDesk(async (desk) =>
        (await import("./exceptions.ts")).list(desk, { ...options, limit: Math.max(1, Number(limit) || 1) }),
      ),
    )
  exceptions
    .command("request")
    .description("đề nghị / ask for one")
    .requiredOption("--rule <id>", "luật được miễn / the rule it lifts")
    .requiredOption("--unit <id>", "đơn vị đề nghị / the unit that asks")
    .requiredOption("--when <condition>", 'phạm vi / scope: "all: [{ sender: a@b.vn }, { recipient: c@gmail.com }]"')
    .requiredOption("--reason <text>", "lý do / reason")
    .requiredOption("--until <date>", "hết hạn / its end, 2026-12-31")
    .option("--from <date>", "bắt đầu / its start; mặc định: bây giờ / else now")
    .option("--basis <text>", "căn cứ / legal basis")
    .option("--mail <address>", "hộp thư được nhắc trước khi hết hạn / who is reminded before it ends")
    .action((options: RequestOptions) =>
      withDesk(async (desk) => (await import("./exceptions.ts")).request(options, desk)),
    )
  exceptions
    .command("grant")
    .argument("<id>")
    .description("cấp, bởi người khác người đề nghị / grant, as another person than who asked")
    .action((id: string) => withDesk(async (desk) => (await import("./exceptions.ts")).grant(id, desk)))
  for (const [name, about] of [
    ["deny", "không cấp / refuse"],
    ["end", "kết thúc trước hạn / end before its time"],
  ] as const) {
    exceptions
      .command(name)
      .argument("<id>")
      .description(about)
      .option("--reason <text>", "lý do, ghi vào nhật ký / reason, kept in the audit trail", "")
      .action((id: string, { reason = "" }: Options) =>
        withDesk(async (desk) => {
          const commands = await import("./exceptions.ts")
          return (name === "deny" ? commands.deny : commands.endOne)(id, desk, reason)
        }),
      )
  }
}

interface AuditOptions {
  readonly file?: string
  readonly key?: string
  readonly anchors?: string
  readonly publicKey?: string
  readonly json?: boolean
}

export function auditCommands(congthu: Command, withDesk: WithDesk): void {
  const audit = congthu.command("audit").description("nhật ký kiểm toán / the audit trail")
  audit
    .command("verify")
    .description("kiểm tra nhật ký có bị sửa, xóa, đảo, cắt / find records changed, deleted, reordered or cut off")
    .option("--anchors <file>", "các mốc đã lưu bên ngoài / anchors kept outside")
    .option("--public-key <file>", "khóa kiểm chữ ký của mốc / key that proves them")
    .option("--json", "in JSON / print JSON")
    .action((options: AuditOptions) =>
      withDesk(async ({ store }) => (await import("./audit.ts")).verifyTrail(store.records, options)),
    )
  audit
    .command("anchor")
    .description("in mốc hiện tại để lưu bên ngoài / print the end of the trail, to be kept outside")
    .option("--file <file>", "ghi thêm vào tệp / add it to a file")
    .option("--key <file>", "ký bằng khóa Ed25519 / sign with an Ed25519 key")
    .action((options: AuditOptions) =>
      withDesk(async ({ store, now }) => (await import("./audit.ts")).anchor(store.records, now, options)),
    )
}
